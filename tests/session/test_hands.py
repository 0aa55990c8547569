"""A trader's minute on a real desk, by key: armed, a bracket placed, moved, filled and closed, the desk looked at after
each; then the same desk from a screen that was left alone."""

import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.vocabulary import Command, OrderStatus, OrderType, Phase, Side
from station.app import StationApp
from station.link.session import open_session
from station.screen_config import ScreenConfig
from station.screens.desk import DeskScreen
from station.screens.preferences import Preferences
from station.views.orders import OrderView
from tests.deadline import PATIENCE, eventually
from tests.station_cli import Station, desk_on_simulator

pytestmark = pytest.mark.compiled
SLOW_MARKET = """
[simulator]
rate = 0.1
"""
"""`o` takes its side from where the cursor stands to the market: six rows below must still be below when the key
arrives, however late that is."""
WITHIN_S = 10.0
"""Of the trader's own time, on a machine that is not busy"""


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    with desk_on_simulator(tmp_path_factory.mktemp("home"), more=SLOW_MARKET) as station:
        yield station


class Hands:
    def __init__(self, app: StationApp, pilot: Pilot[str]) -> None:
        self.app, self.pilot = app, pilot

    @property
    def desk(self) -> DeskScreen:
        return self.app.desk_screen

    @property
    def orders(self) -> tuple[OrderView, ...]:
        return self.desk.look.orders_of(self.desk.instrument)

    @property
    def held_lots(self) -> int:
        held = self.desk.look.position_of(self.desk.instrument)
        return held.position_lots if held is not None else 0

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def until(self, is_so: Callable[[], object], *, within_s: float = 30.0) -> None:
        give_up = time.monotonic() + PATIENCE * within_s
        while not is_so():
            if time.monotonic() > give_up:
                raise AssertionError(
                    f"not within {PATIENCE} * {within_s} s: {self.desk.hint.text!r} {self.orders} {self.held_lots}"
                )
            await self.pilot.pause(0.02)


@asynccontextmanager
async def at_the_desk(home: Path, monkeypatch: pytest.MonkeyPatch, screen: ScreenConfig) -> AsyncIterator[Hands]:
    monkeypatch.setenv("STATION_HOME", str(home))
    session = open_session("main")
    try:
        app = StationApp(session, preferences=Preferences(screen))
        async with app.run_test(size=(160, 48)) as pilot:
            hands = Hands(app, pilot)
            await hands.until(lambda: hands.app.screen is hands.desk and hands.desk.ladder.book.is_live)
            yield hands
    finally:
        session.close()


async def test_a_bracket_is_placed_moved_filled_and_closed_by_key_within_ten_seconds(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_the_desk(station.home, monkeypatch, ScreenConfig()) as hands:
        desk = hands.desk
        await hands.press("A")
        await hands.until(lambda: desk.status.seat.is_armed)

        began = time.monotonic()
        await hands.press("end", *["down"] * 6)
        placed_at = desk.ladder.cursor_ticks
        await hands.press("o")
        await hands.until(lambda: len(hands.orders) == 3 and entry(hands).status is OrderStatus.NEW)
        assert (entry(hands).side, entry(hands).price_ticks) == (Side.BUY, placed_at)
        assert {order.phase for order in hands.orders if order is not entry(hands)} == {Phase.WAITING}
        stop_at = stop(hands).trigger_ticks

        await hands.press("alt+down")
        await hands.until(lambda: entry(hands).price_ticks < (placed_at or 0) and stop(hands).trigger_ticks < stop_at)
        assert stop_at - stop(hands).trigger_ticks == (placed_at or 0) - entry(hands).price_ticks

        while not hands.held_lots:
            await one_row_up(hands, entry(hands).price_ticks)
        await hands.until(lambda: all(order.phase is not Phase.WAITING for order in hands.orders))

        await hands.press("f")
        await hands.until(lambda: hands.held_lots == 0)
        await hands.press("e")
        await hands.until(lambda: hands.orders == ())
        took_s = time.monotonic() - began

        await hands.press("A")
        await hands.until(lambda: not desk.status.seat.is_armed)
    assert station.json("orders") == []
    assert took_s < WITHIN_S * PATIENCE


async def test_a_screen_that_is_left_alone_disarms(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_the_desk(station.home, monkeypatch, ScreenConfig(idle_disarm_minutes=1)) as hands:
        before = hands.orders
        await hands.press("A")
        await hands.until(lambda: hands.desk.status.seat.is_armed)
        hands.desk.idle_s = lambda: 61.0
        await hands.until(lambda: not hands.desk.status.seat.is_armed)
        assert "1 minute without a key" in hands.desk.hint.text
        await hands.press("b")
        assert hands.desk.hint.text.startswith("disarmed: this would buy")
        assert hands.orders == before


async def test_who_leaves_gives_the_lease_back_and_is_not_called_lost(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = f"select count(*) from decisions where kind = 'COMMAND' and detail = {int(Command.RELEASE_LEASE)}"
    lost = "select count(*) from decisions where kind = 'LEASE_ENDED'"
    before = count(station, given)
    async with at_the_desk(station.home, monkeypatch, ScreenConfig()) as hands:
        await hands.press("A")
        await hands.until(lambda: hands.desk.status.seat.holds_lease)
    eventually(lambda: count(station, given) > before)
    assert count(station, lost) == 0


def count(station: Station, question: str) -> int:
    (row,) = station.json("sql", question)
    (found,) = row.values()
    return int(found)


async def one_row_up(hands: Hands, from_ticks: int) -> None:
    """The entry follows the market until it trades."""
    await hands.press("shift+up")
    await hands.until(lambda: hands.held_lots or entry(hands).price_ticks > from_ticks)


def entry(hands: Hands) -> OrderView:
    return next(order for order in hands.orders if order.side is Side.BUY)


def stop(hands: Hands) -> OrderView:
    return next(order for order in hands.orders if order.kind is OrderType.STOP)
