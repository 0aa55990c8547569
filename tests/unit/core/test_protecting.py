"""What protects a position, frame by frame: when it asks, how often, and that it is gone with the position."""

from typing import Any

import pytest

from core.vocabulary import Command, DenyReason, EventKind, Origin, Report, Request, Side
from tests.core_world import SECOND
from tests.generous import generous_limits
from tests.held_orders import Desk, requests


class Protected(Desk):
    def __init__(self) -> None:
        super().__init__(generous_limits(protection=True))

    def frame(self, bid: int = 1000, seconds: float = 0.01) -> list[tuple[Any, ...]]:
        self.now_ns += int(seconds * SECOND)
        return requests(self.book(bid, bid + 2))


@pytest.fixture
def desk() -> Protected:
    return Protected()


def test_it_begins_and_ends_with_the_position_and_a_flat_instrument_tells_nothing(desk: Protected) -> None:
    protection, dirty = desk.state.risk.protections[0], desk.state.risk.protections_dirty
    desk.hold(10)
    desk.frame()
    assert (protection["side"], protection["lots"], dirty[0]) == (Side.BUY, 10, 1)
    desk.hold(-10)
    desk.frame()
    assert protection["side"] == Side.NONE
    dirty[0] = 0
    desk.frame()
    assert dirty[0] == 0


def test_what_is_denied_is_asked_for_again_a_moment_later_and_not_with_every_frame(desk: Protected) -> None:
    desk.hold(10)
    desk.frame()
    desk.say(EventKind.ORDERS_STALE, detail=1)
    for _ in range(4):
        assert desk.frame(950) == []
    assert desk.state.risk.denials[DenyReason.GATEWAY_DOWN] == 1
    desk.frame(950, seconds=0.3)
    assert desk.state.risk.denials[DenyReason.GATEWAY_DOWN] == 2
    desk.say(EventKind.ORDERS_STALE, detail=0)
    assert desk.frame(950, seconds=0.3) == [(Request.NEW, Side.SELL, 0, 10)]


def test_who_closes_the_position_already_is_not_disturbed(desk: Protected) -> None:
    desk.hold(10)
    resting = desk.place(price_ticks=990)
    desk.report(Report.ACCEPTED, resting)
    desk.frame()
    desk.command(Command.FLATTEN, instrument_id=0)
    desk.frame(950)
    assert desk.state.targets[0]["origin"] == Origin.KEY
    assert desk.report(Report.CANCELED, resting)[-1][3:] == (Side.SELL, 0, 10)
