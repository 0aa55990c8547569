"""Lists on the running screen: keys and mouse do what the sheet says, and the cursor stays with its line."""

import re

import pytest
from textual.widgets import Input

from station.renderables.table import Section
from station.widgets.history import DoneOrders, Fills, Log
from station.widgets.listing import ListPane
from station.widgets.lists import OrderList, Watchlist
from station.widgets.tape import Trades
from tests.builders import FixedSource
from tests.walking import Walk, walking


def listed(walk: Walk, name: str) -> ListPane[object]:
    pane = walk.desk.panes[name]
    assert isinstance(pane, ListPane)
    return pane


def symbols(walk: Walk) -> list[str]:
    watch = walk.desk.panes["watch"]
    assert isinstance(watch, Watchlist)
    return [f"[{line.name}]" if isinstance(line, Section) else line.instrument.symbol for line in watch.lines]


async def test_a_list_is_sorted_by_the_next_column_and_turned() -> None:
    async with walking() as walk:
        await walk.press("f2", "O")
        assert symbols(walk)[0] == "XRP-USD.beta"
        assert walk.desk.hint.text == "sorted by symbol"
        await walk.press("I")
        assert symbols(walk)[0] == "AAPL.alpha"
        assert "symbol▴" in walk.text()
        await walk.press("O")
        assert walk.desk.hint.text == "sorted by change"


async def test_a_filter_follows_what_is_typed_and_escape_leaves_it_as_it_was() -> None:
    async with walking() as walk:
        await walk.press("f2", "backslash", *"btc")
        assert symbols(walk) == ["BTC-USD.alpha", "ETH-BTC.alpha", "BTC-USD.beta", "ETH-BTC.beta"]
        await walk.press("escape")
        assert len(symbols(walk)) == 16
        await walk.press("backslash", *"btc -eth", "enter")
        assert symbols(walk) == ["BTC-USD.alpha", "BTC-USD.beta"]
        assert "\\btc -eth" in walk.text()
        await walk.press("backslash")
        assert walk.app.screen.query_one(Input).value == "btc -eth"


async def test_fills_under_headings_say_what_the_price_did_after_them() -> None:
    async with walking() as walk:
        await walk.press("alt+x", "m", "H", "H", "H")
        sections = [line for line in listed(walk, "fills").lines if isinstance(line, Section)]
        assert [one.name for one in sections][:2] == ["BTC-USD.alpha bought", "AAPL.alpha bought"]
        assert all(re.fullmatch(r"after( +\d+ s +([+-][\d.]+|–)){3} bps", one.note) for one in sections)


async def test_groups_stand_under_headings_that_the_cursor_leaps() -> None:
    async with walking() as walk:
        await walk.press("f2", "H", "H")
        assert symbols(walk)[:3] == ["[alpha]", "BTC-USD.alpha", "ETH-USD.alpha"]
        watch = listed(walk, "watch")
        assert watch.line_under is not None
        await walk.press("pagedown", "pagedown", *["up"] * 7)
        assert symbols(walk)[watch.cursor] == "BTC-USD.beta"
        await walk.press("up")
        assert symbols(walk)[watch.cursor] == "ES-FUT.alpha"


async def test_details_show_every_field_and_follow_the_cursor() -> None:
    async with walking(size=(160, 48)) as walk:
        await walk.press("f8", "M")
        assert walk.desk.zoomed == "orders" or "hangs with" in walk.text()
        assert "#6 sell 0.2 BTC" in walk.text()
        await walk.press("down", "down")
        assert "#4 buy 0.5 BTC" in walk.text()
        await walk.press("M")
        assert "hangs with" not in walk.text()


async def test_details_that_have_no_room_are_shown_over_the_whole_screen() -> None:
    async with walking(size=(80, 24)) as walk:
        await walk.press("f8", "M")
        assert walk.desk.zoomed == "orders"
        assert "client id" in walk.text()


async def test_a_line_is_copied_to_the_terminal_and_its_details_when_they_are_open() -> None:
    async with walking() as walk:
        await walk.press("f2", "Y")
        assert walk.app.clipboard.split("\t")[0] == "BTC-USD.alpha"
        assert walk.desk.hint.text.startswith("copied: BTC-USD.alpha")
        await walk.press("M", "Y")
        assert "taker fee\t0 %" in walk.app.clipboard.splitlines()


async def test_the_cursor_stays_with_its_line_whatever_the_order() -> None:
    async with walking() as walk:
        await walk.press("f2", "down", "down", "down")
        watch = listed(walk, "watch")
        before = watch.line_under
        await walk.press("O", "O", "I", "H")
        assert watch.line_under == before


async def test_a_click_on_a_heading_sorts_and_on_a_line_moves_the_cursor_there() -> None:
    async with walking() as walk:
        orders = walk.desk.panes["orders"]
        assert isinstance(orders, OrderList)
        await walk.pilot.click(orders, offset=(6, 1))
        assert orders.order is not None
        assert orders.order.title == "symbol"
        await walk.pilot.click(orders, offset=(6, 3))
        assert orders.cursor == 1
        assert orders.has_focus


async def test_the_wheel_takes_the_cursor_along() -> None:
    """What a trader does not see, he cannot mean."""
    async with walking(size=(80, 24)) as walk:
        await walk.press("f2")
        watch = listed(walk, "watch")
        room = watch.size.height - 3
        for _ in range(10):
            watch._scroll(3)
        await walk.pilot.pause()
        assert watch.first == 16 - room
        assert watch.first <= watch.cursor < watch.first + room


async def test_only_large_trades_by_a_key_and_all_again() -> None:
    async with walking() as walk:
        await walk.press("f3", "H")
        tape = walk.desk.panes["trades"]
        assert isinstance(tape, Trades)
        least = tape.least_lots
        assert least > 0
        assert all(line.sale.lots >= least for line in tape.lines if not isinstance(line, Section))
        assert "≥" in walk.text()
        for _ in range(3):
            if tape.least_lots:
                await walk.press("H")
        assert tape.least_lots == 0


@pytest.mark.parametrize(
    ("key", "name", "said"),
    [("alt+x", "fills", "maker"), ("alt+o", "done", "rejected"), ("alt+l", "log", "denied"),
     ("alt+a", "account", "USD"),
     ("alt+n", "feeds", "syncing"), ("f6", "health", "market.sim")],
)  # fmt: skip
async def test_every_list_comes_by_its_key(key: str, name: str, said: str) -> None:
    async with walking(size=(160, 48)) as walk:
        await walk.press(key)
        assert walk.desk.panes[name].has_focus
        await walk.press("m")
        await walk.pilot.pause(0.1)
        assert said in walk.text()


async def test_a_list_that_has_no_answer_yet_does_not_say_that_nothing_happened() -> None:
    source = FixedSource()
    source.day_view = type(source.day_view)()
    async with walking(source) as walk:
        await walk.press("alt+l")
        log = walk.desk.panes["log"]
        assert isinstance(log, Log)
        assert log.empty() == "asking the recorder …"
        for pane, nothing in ((Fills, "no fill today"), (DoneOrders, "no order is over today")):
            assert nothing == pane.NOTHING


async def test_without_a_list_that_has_the_keys_the_ladder_keeps_its_own() -> None:
    async with walking() as walk:
        await walk.press("O")
        assert walk.source.wishes == []


async def test_a_wide_watchlist_shows_the_last_hour_and_reads_one_instrument_at_a_time() -> None:
    source = FixedSource()
    read: list[int] = []
    candles = source.candles
    source.candles = lambda number, frame: read.append(number) or candles(number, frame)  # type: ignore[method-assign,func-returns-value]
    async with walking(source, size=(160, 48)) as walk:
        await walk.press("f2")
        assert read == []
        await walk.press("m")
        await walk.until(lambda: len(read) >= 16)
        assert "last hour" in walk.text()
        read.clear()
        for _ in range(4):
            walk.desk.panes["watch"].look(walk.desk.look)
        assert 4 <= len(read) <= 6


async def test_a_key_acts_on_nothing_when_the_order_under_the_cursor_is_gone() -> None:
    """Not on the one that slid under it, nor on what stands at the ladder's cursor."""
    async with walking() as walk:
        await walk.press("f8", "down")
        orders = walk.desk.order_list
        gone = orders.at_cursor
        assert gone is not None
        walk.source.order_views = tuple(one for one in walk.source.order_views if one.client_id != gone.client_id)
        await walk.until(lambda: orders.at_cursor is None)
        for key in ("c", "shift+up", "P"):
            await walk.press(key)
            assert "is gone, nothing was sent" in walk.desk.hint.text
        assert walk.source.wishes == []
        await walk.press("up", "c")
        assert len(walk.source.wishes) == 1
