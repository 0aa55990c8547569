"""Keys and lines that work orders: what each sends, and that nothing goes out disarmed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest
from textual.widgets import Input

from core.vocabulary import OrderStatus, OrderType, Origin, Side, TimeInForce
from station.link.tickets import Ticket
from station.link.wishes import BreakEven, CancelAll, Group, Move, Pause
from station.screen_config import ScreenConfig
from station.screens.moving import shifted
from station.screens.prompt import Prompt
from tests.builders import FixedSource
from tests.desk_views import status
from tests.order_views import orders, worked_orders
from tests.walking import Walk, walking

BASE = 7 << 32
KEYS = ["t", "o", "y", "u", "i", "E", "shift+up", "shift+down", "alt+up", "alt+down", "P"]


def worked(*, is_armed: bool = True) -> FixedSource:
    source = FixedSource(status_view=status(is_armed=is_armed))
    source.order_views = worked_orders(source.known)
    return source


@asynccontextmanager
async def at(ticks_away: int, source: FixedSource | None = None) -> AsyncIterator[Walk]:
    """The cursor so many ticks from BTC's reference price, one tick to a row."""
    async with walking(source or worked(), size=(160, 48)) as walk:
        ladder = walk.desk.ladder
        assert ladder.group_ticks == 1
        ladder.scale.cursor_row = walk.desk.instrument.reference_ticks + ticks_away
        assert ladder.cursor_ticks is not None
        yield walk


@pytest.mark.parametrize("key", KEYS)
async def test_a_disarmed_key_sends_nothing_and_says_what_it_would_do(key: str) -> None:
    async with at(-2, worked(is_armed=False)) as walk:
        if key == "P":
            await walk.press("n")
        await walk.press(key)
        assert walk.source.wishes == []
        assert walk.desk.hint.text.startswith("disarmed: this would ")


@pytest.mark.parametrize(("away", "side", "is_reducing"), [(-8, Side.SELL, True), (8, Side.BUY, False)])
async def test_a_stop_takes_its_side_from_where_it_stands(away: int, side: Side, is_reducing: bool) -> None:
    async with at(away) as walk:
        await walk.press("t")
        ticks = walk.desk.instrument.reference_ticks + away
        assert walk.source.wishes == [
            Ticket(instrument_id=0, side=side, quantity_lots=1_000, order_type=OrderType.STOP, trigger_ticks=ticks,
                   is_reduce_only=is_reducing)
        ]  # fmt: skip


@pytest.mark.parametrize(("away", "side"), [(-8, Side.BUY), (8, Side.SELL)])
async def test_a_bracket_has_stop_and_targets_at_the_distances_of_the_settings(away: int, side: Side) -> None:
    async with at(away) as walk:
        walk.app.preferences.use(ScreenConfig(bracket_stop_bps=50, bracket_targets_bps=(100, 200)))
        await walk.press("o")
        (group,) = walk.source.wishes
        assert isinstance(group, Group)
        stop, near, far, entry = group.legs
        price = walk.desk.instrument.reference_ticks + away
        assert (entry.side, entry.price_ticks) == (side, price)
        assert stop.trigger_ticks == pytest.approx(price * (1 - side * 0.005), abs=1)
        assert near.price_ticks == pytest.approx(price * (1 + side * 0.01), abs=1)
        assert far.price_ticks == pytest.approx(price * (1 + side * 0.02), abs=1)
        assert near.quantity_lots == far.quantity_lots == entry.quantity_lots // 2


@pytest.mark.parametrize(("key", "side"), [("X", Side.BUY), ("Z", Side.SELL)])
async def test_an_order_over_all_venues_is_asked_for_by_one_key(key: str, side: Side) -> None:
    async with walking() as walk:
        await walk.press(key)
        assert walk.source.wishes == [
            Ticket(instrument_id=0, side=side, quantity_lots=1_000, order_type=OrderType.MARKET,
                   time_in_force=TimeInForce.IOC, is_routed=True)
        ]  # fmt: skip


@pytest.mark.parametrize(("key", "lots"), [("y", 750), ("u", 1_500), ("i", 2_250)])
async def test_a_part_of_the_position_is_closed_at_the_market(key: str, lots: int) -> None:
    async with walking() as walk:
        await walk.press(key)
        assert walk.source.wishes == [
            Ticket(instrument_id=0, side=Side.SELL, quantity_lots=lots, order_type=OrderType.MARKET,
                   time_in_force=TimeInForce.IOC, is_reduce_only=True)
        ]  # fmt: skip


async def test_break_even_is_asked_for_the_instrument_on_the_ladder() -> None:
    async with walking() as walk:
        await walk.press("E")
        assert walk.source.wishes == [BreakEven(instrument_id=0)]


async def test_break_even_of_a_position_at_a_loss_says_why_it_cannot_be() -> None:
    async with walking() as walk:
        await walk.press("n", "E")
        assert walk.source.wishes == []
        assert "at a loss" in walk.desk.hint.text


async def test_an_order_at_the_cursor_moves_with_it_as_long_as_the_key_is_pressed() -> None:
    async with at(-2) as walk:
        middle = walk.desk.instrument.reference_ticks
        await walk.press("shift+down")
        assert walk.source.wishes == [Move(client_id=BASE + 4, instrument_id=0, price_ticks=middle - 3)]
        assert walk.desk.ladder.cursor_ticks == middle - 3
        # The desk has not answered yet: the cursor still has the order, and not the peg that stands there.
        await walk.press("shift+down")
        assert walk.source.wishes[1:] == [Move(client_id=BASE + 4, instrument_id=0, price_ticks=middle - 3)]


@pytest.mark.parametrize("key", ["shift+up", "alt+down"])
async def test_a_key_that_moves_orders_says_that_the_cursor_is_out_of_sight(key: str) -> None:
    async with at(-2) as walk:
        walk.desk.ladder.scale.cursor_row = walk.desk.instrument.reference_ticks - 900
        assert walk.desk.ladder.cursor_ticks is None
        await walk.press(key)
        assert walk.source.wishes == []
        assert "out of sight" in walk.desk.hint.text


async def test_a_held_stop_moves_with_its_limit() -> None:
    async with at(-7) as walk:
        middle = walk.desk.instrument.reference_ticks
        await walk.press("shift+up")
        assert walk.source.wishes == [
            Move(client_id=BASE + 5, instrument_id=0, price_ticks=middle - 7, trigger_ticks=middle - 6)
        ]


async def test_a_whole_bracket_moves_with_alt() -> None:
    async with at(-2) as walk:
        middle = walk.desk.instrument.reference_ticks
        await walk.press("alt+up")
        assert walk.source.wishes == [
            Move(client_id=BASE + 4, instrument_id=0, price_ticks=middle - 1),
            Move(client_id=BASE + 3, instrument_id=0, price_ticks=middle + 10),
            Move(client_id=BASE + 2, instrument_id=0, price_ticks=middle + 7),
            Move(client_id=BASE + 1, instrument_id=0, trigger_ticks=middle - 5),
        ]
        price = walk.desk.instrument.price
        prices = ", ".join(price(middle + away) for away in (-1, 10, 7, -5))
        assert f"→ move 4 orders in BTC-USD.alpha to {prices}" in walk.desk.hint.text


async def test_where_nothing_of_ours_stands_nothing_is_moved() -> None:
    async with at(5) as walk:
        await walk.press("shift+up", "alt+down")
        assert walk.source.wishes == []
        assert "no bracket of ours" in walk.desk.hint.text


def test_an_order_that_follows_the_market_is_not_moved_and_one_that_is_changing_waits() -> None:
    known = {order.client_id - BASE: order for order in worked_orders(FixedSource().known)}
    assert shifted(known[9], 1) is None
    stop = known[11]  # that the venue holds
    assert shifted(stop, 1) == Move(client_id=BASE + 11, instrument_id=1, trigger_ticks=stop.trigger_ticks + 1)
    assert shifted(msgspec.structs.replace(stop, origin=Origin.PROTECTION), 1) is None  # the core moves it
    assert shifted(known[6], 2) == Move(client_id=BASE + 6, instrument_id=0, trigger_ticks=128_234)


async def test_an_order_that_is_being_changed_is_not_changed_again() -> None:
    source = worked()
    source.order_views = tuple(
        msgspec.structs.replace(order, status=OrderStatus.PENDING_REPLACE) for order in source.order_views
    )
    async with at(-2, source) as walk:
        await walk.press("shift+up")
        assert walk.source.wishes == []
        assert "still being changed" in walk.desk.hint.text


async def test_sliced_orders_are_paused_and_go_on() -> None:
    async with walking(worked()) as walk:
        await walk.press("P", "n", "P")
        assert walk.source.wishes == [
            Pause(client_id=BASE + 7, instrument_id=0),
            Pause(client_id=BASE + 10, instrument_id=1, is_paused=False),
        ]


# The prompt.


async def typed(walk: Walk, line: str) -> Prompt:
    await walk.press("colon")
    prompt = walk.app.screen
    assert isinstance(prompt, Prompt)
    prompt.query_one(Input).value = line
    await walk.until(lambda: prompt.shown.view.line == line)
    return prompt


async def test_a_line_is_previewed_while_it_is_typed_and_done_by_enter() -> None:
    async with walking() as walk:
        prompt = await typed(walk, "buy 2 @ 61000 post")
        (preview,) = prompt.shown.view.previews
        assert preview.sentence == "buy 2 BTC-USD.alpha @ 61000 post"
        assert ("price", "61,000.0") in preview.facts
        await walk.press("enter")
        assert walk.app.screen is walk.desk
        assert walk.source.wishes == [
            Ticket(instrument_id=0, side=Side.BUY, quantity_lots=20_000, price_ticks=122_000, is_post_only=True)
        ]


async def test_a_mistake_stays_at_the_prompt_with_a_caret() -> None:
    async with walking() as walk:
        prompt = await typed(walk, "buy 2 @ 61000 pst")
        await walk.press("enter")
        assert walk.app.screen is prompt
        assert (prompt.shown.view.wrong_at, prompt.shown.view.right) == ((14, 17), "did you mean post?")
        assert walk.source.wishes == []
        await walk.press("ctrl+k")
        assert len(walk.source.halts) == 1


async def test_a_typed_order_is_not_sent_disarmed_and_a_typed_cancel_is() -> None:
    async with walking(FixedSource(status_view=status(is_armed=False))) as walk:
        await typed(walk, "buy 2 @ 61000")
        await walk.press("enter")
        assert walk.source.wishes == []
        assert walk.desk.hint.text.startswith("disarmed: this would buy 2 BTC-USD.alpha @ 61000")
        await typed(walk, "cancel btc*")
        await walk.press("enter")
        assert walk.source.wishes == [CancelAll(instrument_id=0)]


async def test_the_line_before_comes_back_and_a_word_is_completed() -> None:
    async with walking() as walk:
        await typed(walk, "cancel sol-usd.b")
        await walk.press("tab", "enter")
        assert walk.source.wishes == [CancelAll(instrument_id=11)]
        await walk.press("colon", "up", "enter")
        assert walk.source.wishes == [CancelAll(instrument_id=11)] * 2


async def test_keys_that_act_on_fixed_orders_leave_others_alone() -> None:
    source = FixedSource()
    assert source.order_views == orders(source.known)
    async with walking(source) as walk:
        await walk.press("P")
        assert walk.source.wishes == []
        assert "no order of ours is worked in slices" in walk.desk.hint.text


async def test_the_risk_page_comes_by_its_key_at_once() -> None:
    async with walking(size=(80, 24)) as walk:
        await walk.press("f10")
        assert walk.desk.focused is walk.desk.panes["risk"]
        await walk.until(lambda: "gross USD" in walk.text())
