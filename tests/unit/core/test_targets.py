"""Flatten and reverse: a wish that lasts until it is met, refused, or five seconds old."""

import pytest

from core.vocabulary import Command, DenyReason, Request, Side
from tests.held_orders import Desk, requests


@pytest.fixture
def desk() -> Desk:
    return Desk()


def closing_id(desk: Desk) -> int:
    return int(desk.state.blotter.orders[desk.state.blotter.open_slots[0]]["client_id"])


def test_a_flatten_means_the_account_of_the_desk_whatever_its_event_names(desk: Desk) -> None:
    desk.hold(20)
    said = desk.command(Command.FLATTEN, instrument_id=0, account_id=3)
    assert requests(said) == [(Request.NEW, Side.SELL, 0, 20)]
    assert desk.order(closing_id(desk))["account_id"] == 0


@pytest.mark.parametrize("command", [Command.FLATTEN, Command.REVERSE])
@pytest.mark.parametrize("instrument_id", [0, 1, 99])
def test_where_nothing_is_held_there_is_nothing_to_do(desk: Desk, command: Command, instrument_id: int) -> None:
    assert requests(desk.command(command, instrument_id=instrument_id)) == []
    assert desk.last_reason == DenyReason.NOTHING_TO_DO
    assert desk.state.targets["is_wanted"].sum() == 0


@pytest.mark.parametrize("command", [Command.FLATTEN, Command.REVERSE])
def test_who_wants_it_of_a_position_is_told_that_it_is_done(desk: Desk, command: Command) -> None:
    desk.hold(20)
    desk.command(command, instrument_id=0)
    assert desk.last_reason == DenyReason.NONE


def test_a_wish_that_is_met_closes_no_later_position(desk: Desk) -> None:
    desk.hold(20)
    desk.command(Command.FLATTEN, instrument_id=0)
    desk.fill(closing_id(desk), Side.SELL, 1000, 20, 20)
    entry = desk.place(side=Side.BUY, price_ticks=1001)
    assert requests(desk.fill(entry, Side.BUY, 1001, 10, 10)) == []
    assert requests(desk.trade(1001)) == []
    assert desk.position_lots == 10


def test_a_wish_that_the_review_refuses_is_over(desk: Desk) -> None:
    desk.hold(20)
    desk.state.risk.limits["collar"] = 0.0  # trading is off
    desk.command(Command.FLATTEN, instrument_id=0)
    assert desk.state.targets[0]["is_wanted"] == 0
