"""The screen, walked through by keyboard on a desk at rest."""

import subprocess
import sys

import msgspec
import pytest
from textual import events

from core.vocabulary import BookState, DenyReason, Mode, OrderStatus, Reject, Side, TimeInForce
from station.app import LEFT_RUNNING, STOP_DESK
from station.link.tickets import Ticket
from station.link.wishes import Cancel, CancelAll, EnableStrategies, Flatten, Reverse
from station.views.orders import OrderNews
from station.views.status import SeatView, StatusView
from station.widgets.canvas import Canvas
from tests.builders import FixedSource
from tests.desk_views import status
from tests.market_views import book
from tests.walking import disarmed, walking

TRADING_KEYS = ["b", "s", "q", "w", "x", "z", "f", "r"]


@pytest.mark.parametrize("key", TRADING_KEYS)
async def test_a_disarmed_key_sends_nothing_and_says_what_it_would_do(key: str) -> None:
    async with walking(disarmed()) as walk:
        await walk.press(key)
        assert walk.source.wishes == []
        assert walk.desk.hint.text.startswith("disarmed: this would ")
        assert "A arms" in walk.desk.hint.text


async def test_the_trading_keys_send_what_they_say() -> None:
    async with walking() as walk:
        btc = walk.desk.instrument
        await walk.press("3", *TRADING_KEYS)
        lots = 5 * btc.min_lots
        bid, ask = btc.reference_ticks - 1, btc.reference_ticks + 1
        order = {"instrument_id": 0, "quantity_lots": lots}
        ioc = TimeInForce.IOC
        assert walk.source.wishes == [
            Ticket(side=Side.BUY, price_ticks=bid, **order),
            Ticket(side=Side.SELL, price_ticks=bid, **order),
            Ticket(side=Side.BUY, price_ticks=bid, is_post_only=True, **order),
            Ticket(side=Side.SELL, price_ticks=ask, is_post_only=True, **order),
            Ticket(side=Side.BUY, price_ticks=ask, time_in_force=ioc, **order),
            Ticket(side=Side.SELL, price_ticks=bid, time_in_force=ioc, **order),
            Flatten(instrument_id=0),
            Reverse(instrument_id=0),
        ]


async def test_cancels_work_disarmed() -> None:
    async with walking(disarmed()) as walk:
        await walk.press("down", "c", "e", "less_than_sign", "greater_than_sign", "C")
        at_cursor = [order.client_id for order in walk.source.order_views if order.price_ticks == 128_239]
        assert walk.source.wishes == [
            *(Cancel(client_id=client_id, instrument_id=0) for client_id in at_cursor),
            CancelAll(instrument_id=0),
            CancelAll(instrument_id=0, side=Side.BUY),
            CancelAll(instrument_id=0, side=Side.SELL),
            CancelAll(),
        ]
        assert len(at_cursor) == 2


async def test_a_cancel_in_the_order_list_goes_to_the_line_under_the_cursor() -> None:
    async with walking() as walk:
        await walk.press("f8", "down", "down", "c")
        assert walk.source.wishes == [Cancel(client_id=walk.source.order_views[2].client_id, instrument_id=0)]


async def test_the_order_cursor_stays_with_its_order_when_the_list_moves() -> None:
    async with walking() as walk:
        await walk.press("f8", "down", "down")
        wanted = walk.source.order_views[2].client_id
        walk.source.order_views = walk.source.order_views[1:]
        await walk.until(lambda: len(walk.desk.order_list.given) == 5)
        assert walk.desk.order_list.at_cursor is not None
        assert walk.desk.order_list.at_cursor.client_id == wanted


async def test_switching_strategies_asks_first() -> None:
    async with walking() as walk:
        await walk.press("G", "escape", "G", "y")
        assert walk.source.wishes == [EnableStrategies(are_enabled=False)]


async def test_a_denial_is_told_in_words() -> None:
    async with walking() as walk:
        seat = SeatView(seat=0, is_armed=True, holds_lease=True, denied=3, last_reason=DenyReason.BOOK_NOT_LIVE)
        walk.source.status_view = msgspec.structs.replace(walk.source.status_view, seat=seat)
        await walk.until(lambda: "denied: the book is not live" in walk.desk.hint.text)
        assert any("book is not live" in toast.message for toast in walk.app._notifications)


@pytest.mark.parametrize(
    ("status_of_order", "traded_lots", "wanted"),
    [
        (OrderStatus.FILLED, 1_000, "bought 0.1 BTC-USD.alpha on the order at 64,120.0"),
        (OrderStatus.PARTIALLY_FILLED, 1_000, "not yet all"),
        (OrderStatus.REJECTED, 0, "the venue rejected: buy BTC-USD.alpha at 64,120.0: the price is not allowed"),
        (OrderStatus.UNKNOWN, 0, "outcome not known"),
    ],
)
async def test_what_happens_to_an_order_is_told(status_of_order: OrderStatus, traded_lots: int, wanted: str) -> None:
    async with walking() as walk:
        news = OrderNews(
            client_id=1, instrument_id=0, side=Side.BUY, status=status_of_order, price_ticks=128_240,
            traded_lots=traded_lots, reason=Reject.BAD_PRICE,
        )  # fmt: skip
        walk.source.order_news = (news,)
        await walk.until(lambda: wanted in walk.desk.hint.text)
        await walk.until(lambda: bool(walk.app._notifications) == (traded_lots == 0))


async def test_the_cursor_moves_pages_and_jumps() -> None:
    async with walking() as walk:
        start = walk.desk.ladder.cursor_ticks
        assert start is not None
        await walk.press("up", "up", "down")
        assert walk.desk.ladder.cursor_ticks == start + 1
        await walk.press("pagedown")
        assert walk.desk.ladder.cursor_ticks == start - 9
        await walk.press("home")
        assert walk.desk.ladder.cursor_ticks == walk.source.books[0].best_ask
        await walk.press("end")
        assert walk.desk.ladder.cursor_ticks == walk.source.books[0].best_bid


async def test_a_ladder_that_the_market_leaves_is_centred_again() -> None:
    async with walking() as walk:
        before = walk.desk.ladder.middle_row
        moved = msgspec.structs.replace(walk.source.known[0], reference_ticks=before + 400)
        walk.source.books[0] = book(moved)
        await walk.until(lambda: abs(walk.desk.ladder.middle_row - before - 400) <= 1)


async def test_rows_can_stand_for_more_ticks_and_for_fewer_again() -> None:
    async with walking() as walk:
        fine = walk.desk.ladder.group_ticks
        await walk.press("right_square_bracket")
        assert walk.desk.ladder.group_ticks > fine
        await walk.press("left_square_bracket")
        assert walk.desk.ladder.group_ticks == fine


async def test_sizes_by_preset_and_by_step() -> None:
    async with walking() as walk:
        unit = walk.desk.instrument.min_lots
        await walk.press("1")
        assert walk.desk.look.sizes.lots(walk.desk.instrument) == unit
        await walk.press("minus")
        assert walk.desk.look.sizes.lots(walk.desk.instrument) == unit
        await walk.press("4", "plus")
        assert walk.desk.look.sizes.lots(walk.desk.instrument) == 20 * unit
        await walk.press("minus")
        assert walk.desk.look.sizes.lots(walk.desk.instrument) == 10 * unit


async def test_the_symbol_is_chosen_by_watchlist_by_search_and_by_neighbour() -> None:
    async with walking() as walk:
        await walk.press("f2", "down", "down", "enter")
        assert walk.desk.instrument.symbol == "ETH-BTC.alpha"
        await walk.press("slash", *"nvda.b", "enter")
        assert walk.desk.instrument.symbol == "NVDA.beta"
        await walk.press("n")
        assert walk.desk.instrument.symbol == "ES-FUT.beta"
        await walk.press("n")
        assert walk.desk.instrument.symbol == "BTC-USD.alpha"
        await walk.press("p")
        assert walk.desk.instrument.symbol == "ES-FUT.beta"


@pytest.mark.parametrize("key", ["f2", "f3", "f4", "f5", "f6"])
async def test_on_a_small_terminal_every_pane_comes_and_goes_by_one_key(key: str) -> None:
    async with walking(size=(80, 24)) as walk:

        def shown() -> set[str | None]:
            return {canvas.id for canvas in walk.desk.query(Canvas) if canvas.display}

        before = shown()
        await walk.press(key)
        assert len(shown() - before) == 1
        assert before <= shown()
        await walk.press(key)
        await walk.until(lambda: shown() == before)


async def test_tab_goes_round_and_zoom_fills_the_screen() -> None:
    async with walking() as walk:
        seen = []
        for _ in range(7):
            await walk.press("tab")
            seen.append(walk.desk.focused.id if walk.desk.focused else None)
        assert sorted(filter(None, seen)) == ["ladder", "latency", "orders", "positions", "signals", "trades", "watch"]
        await walk.press("f5", "m")
        await walk.until(lambda: walk.desk.panes["latency"].size == (120, 33))
        await walk.press("escape")
        await walk.until(lambda: walk.desk.ladder.has_focus and walk.desk.panes["watch"].display)


async def test_help_is_searched_and_does_what_is_chosen() -> None:
    async with walking() as walk:
        await walk.press("question_mark", *"every open order", "enter")
        await walk.until(lambda: walk.source.wishes == [CancelAll()])


async def test_enter_in_a_fresh_help_does_not_halt() -> None:
    async with walking() as walk:
        await walk.press("question_mark", "enter")
        assert walk.source.halts == []


@pytest.mark.parametrize(("key", "answer"), [("l", LEFT_RUNNING), ("s", STOP_DESK)])
async def test_leaving_asks_and_returns_the_answer(key: str, answer: str) -> None:
    async with walking() as walk:
        await walk.press("ctrl+q", "escape")
        assert walk.app.screen is walk.desk
        await walk.press("ctrl+q", key)
    assert walk.app.return_value == answer


async def test_every_theme_can_be_had_by_one_key() -> None:
    async with walking() as walk:
        seen = set()
        for _ in walk.app.palettes:
            await walk.press("ctrl+t")
            seen.add(walk.app.theme)
        assert seen == set(walk.app.palettes)


async def test_a_book_that_is_not_live_is_dimmed_and_marked() -> None:
    async with walking(FixedSource(book_state=BookState.STALE)) as walk:
        assert walk.desk.ladder.has_class("-stale")
        assert " STALE " in walk.text()
        assert "the feed fell silent" in walk.text()


async def test_a_new_size_of_the_terminal_rearranges_the_panes() -> None:
    async with walking(size=(120, 36)) as walk:
        await walk.pilot.resize_terminal(80, 24)
        await walk.until(lambda: not walk.desk.panes["watch"].display and walk.desk.ladder.size.height == 21)
        await walk.pilot.resize_terminal(60, 20)
        await walk.until(lambda: walk.desk.too_small.display)
        await walk.pilot.resize_terminal(160, 48)
        await walk.until(lambda: walk.desk.panes["watch"].display and not walk.desk.too_small.display)


async def test_a_click_moves_the_cursor_and_places_nothing() -> None:
    async with walking() as walk:
        ladder = walk.desk.ladder
        await walk.pilot.click("#ladder", offset=(10, 4))
        assert ladder.cursor_row == ladder.middle_row + ladder.price_rows // 2 - 2
        assert walk.source.wishes == []


async def test_without_a_seat_the_screen_says_that_it_watches() -> None:
    watching = StatusView(seat=SeatView(seat=-1), lease_seat=0, feeds=status().feeds)
    async with walking(FixedSource(status_view=watching)) as walk:
        assert " WATCHING " in walk.text()
        assert "the kill keys work" in walk.desk.hint.text


def test_the_screen_loads_no_compiler_no_database_and_no_server() -> None:
    """They cost half a second and 90 MB each."""
    code = (
        "import sys, station.app, station.link.session;"
        "print([name for name in ('numba', 'llvmlite', 'duckdb', 'aiohttp') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


async def test_nothing_is_sent_at_a_cursor_that_is_out_of_sight() -> None:
    async with walking() as walk:
        moved = msgspec.structs.replace(
            walk.source.known[0], reference_ticks=walk.source.known[0].reference_ticks + 400
        )
        walk.source.books[0] = book(moved)
        await walk.until(lambda: walk.desk.ladder.cursor_ticks is None)
        await walk.press("b", "s", "c")
        assert walk.source.wishes == []
        assert "out of sight" in walk.desk.hint.text
        await walk.press("space", "b")
        assert walk.source.wishes == [
            Ticket(
                instrument_id=0,
                side=Side.BUY,
                price_ticks=moved.reference_ticks - 1,
                quantity_lots=walk.desk.look.sizes.lots(walk.desk.instrument),
            )
        ]


async def test_a_core_that_falls_silent_makes_the_book_untrusted() -> None:
    async with walking() as walk:
        walk.source.status_view = msgspec.structs.replace(walk.source.status_view, is_attached=False)
        await walk.until(lambda: walk.desk.ladder.book.state is BookState.STALE)
        assert " CORE SILENT " in walk.text()


async def test_with_real_money_every_sentence_about_an_order_says_so() -> None:
    live = msgspec.structs.replace(status(is_armed=False), mode=Mode.LIVE)
    async with walking(FixedSource(status_view=live)) as walk:
        await walk.press("b")
        assert walk.desk.hint.text.startswith("LIVE · disarmed: this would")


async def test_no_ladder_of_a_halted_desk_says_that_it_is_armed() -> None:
    async with walking(FixedSource(status_view=status(is_armed=True, is_halted=True))) as walk:
        assert not walk.desk.ladder.is_armed
        assert " ARMED " not in walk.text()


@pytest.mark.parametrize(("key", "name"), [("f10", "risk"), ("escape", "ladder")])
async def test_a_pane_that_was_closed_and_opened_again_keeps_the_keys_when_it_hears_late_that_it_was_hidden(
    key: str, name: str
) -> None:
    async with walking() as walk:
        await walk.press(key)
        pane = walk.desk.panes[name]
        assert walk.desk.focused is pane
        pane.post_message(events.Hide())
        await walk.settle()
        assert walk.desk.focused is pane
        await walk.press("f10", "m", "escape")
        assert walk.desk.focused is walk.desk.ladder
        assert not walk.desk.panes["risk"].has_focus
