"""The stop that rests at the venue behind the core's own: one for each position, where the level is, gone with it."""

from typing import Any

import numpy as np
import pytest

from core.on_restore import restore_range
from core.records.decisions import make_decisions
from core.vocabulary import (
    Command,
    DenyReason,
    EventFlag,
    EventKind,
    OrderStatus,
    OrderType,
    Origin,
    Report,
    Request,
    Side,
    TimeInForce,
)
from tests.core_world import SECOND
from tests.generous import generous_limits
from tests.held_orders import ORDER, Desk

REDUCE_ONLY = int(EventFlag.REDUCE_ONLY)
KNOWS_REDUCE_ONLY = 1
HOLDS_STOPS = 1 << OrderType.STOP | KNOWS_REDUCE_ONLY


class Insured(Desk):
    """A venue that holds stops, and a position of ten lots at 1,000: stop loss 2 %, the venue's a quarter behind."""

    def __init__(self, native_types: int = HOLDS_STOPS, side: Side = Side.BUY, **limits: Any) -> None:
        super().__init__(generous_limits(protection=True, **limits))
        self.state.instruments["native_types"] = native_types
        self.side = side
        self.changed(side, 10)
        self.frame()

    def changed(self, side: Side, lots: int, ticks: int = 1000) -> None:
        """An order of a person fills whole."""
        self.command(
            Command.PLACE_ORDER,
            **{**ORDER, "side": side, "price_ticks": 1001, "quantity_lots": lots, "instrument_id": 0},
        )
        assert self.last_reason is DenyReason.NONE
        self.fill(self.last_client_id, side, ticks, lots, lots)

    def frame(self, mid: int = 1001, *, seconds: float = 2.0) -> list[np.void]:
        """The requests of a frame, a while after the last one."""
        self.now_ns += int(seconds * SECOND)
        self.book(mid - 1, mid + 1)
        return self.sent_now

    @property
    def sent_now(self) -> list[np.void]:
        return [row for row in self.decisions.records[: self.decisions.used[0]] if row["kind"] == 60]

    @property
    def stops(self) -> list[np.void]:
        """Those that may still trade."""
        blotter = self.state.blotter
        found = [blotter.orders[blotter.open_slots[place]] for place in range(blotter.counts[0]["open_orders"])]
        return [
            order for order in found if order["origin"] == Origin.PROTECTION and order["asked_type"] == OrderType.STOP
        ]

    @property
    def stop(self) -> np.void:
        (only,) = self.stops
        return only

    @property
    def protection(self) -> np.void:
        row: np.void = self.state.risk.protections[0]
        return row

    def accepted(self) -> int:
        client_id = int(self.stop["client_id"])
        self.report(Report.ACCEPTED, client_id)
        self.frame()
        return client_id

    def replaced(self) -> None:
        order = self.stop
        self.report(Report.REPLACED, int(order["client_id"]), quantity_lots=int(order["replace_quantity_lots"]))


@pytest.fixture
def desk() -> Insured:
    return Insured()


@pytest.mark.parametrize(("side", "trigger"), [(Side.BUY, 977), (Side.SELL, 1023)])
def test_a_position_has_one_stop_at_the_venue_behind_its_own_level(side: Side, trigger: int) -> None:
    desk = Insured(side=side)
    order = desk.stop
    assert (order["order_type"], order["flags"], order["side"]) == (OrderType.STOP, REDUCE_ONLY, -side)
    assert (order["quantity_lots"], order["trigger_ticks"]) == (10, trigger)
    assert (desk.protection["stop_ticks"], desk.protection["venue_stop_ticks"]) == (1000 - side * 20, 0)
    desk.accepted()
    assert desk.protection["venue_stop_ticks"] == trigger
    for _ in range(3):
        assert desk.frame() == []


@pytest.mark.parametrize("native_types", [0, 1 << OrderType.STOP, KNOWS_REDUCE_ONLY, 1 << OrderType.STOP_LIMIT | 1])
def test_where_the_venue_cannot_hold_it_the_core_does_alone(native_types: int) -> None:
    desk = Insured(native_types)
    assert desk.stops == []
    assert desk.protection["stop_ticks"] == 980


def test_what_is_unprotected_has_no_stop_at_the_venue_either() -> None:
    assert Insured(unprotected=("BTC-USD.alpha",)).stops == []


def test_it_follows_the_size_of_the_position(desk: Insured) -> None:
    desk.accepted()
    desk.changed(Side.BUY, 5)
    (sent,) = desk.frame()
    assert (sent["detail"], sent["quantity_lots"], sent["execution_id"]) == (Request.REPLACE, 15, 977)
    desk.replaced()
    desk.changed(Side.SELL, 12)
    (sent,) = desk.frame()
    assert (sent["detail"], sent["quantity_lots"]) == (Request.REPLACE, 3)


def test_a_change_waits_for_the_one_before_it(desk: Insured) -> None:
    desk.accepted()
    desk.changed(Side.BUY, 5)
    assert len(desk.frame()) == 1
    desk.changed(Side.BUY, 5)
    assert desk.frame() == []
    desk.replaced()
    (sent,) = desk.frame()
    assert sent["quantity_lots"] == 20
    assert desk.state.risk.denials.sum() == 0


def test_it_is_no_larger_than_an_order_may_be_and_no_smaller() -> None:
    assert Insured(max_order_lots=10).stop["quantity_lots"] == 10
    desk = Insured(max_order_lots=10)
    desk.accepted()
    desk.changed(Side.BUY, 10)
    assert desk.frame() == []
    desk.state.risk.limits["min_lots"] = 11
    assert [sent["detail"] for sent in desk.frame()] == [Request.CANCEL]


def test_a_venue_that_holds_stops_no_longer_has_ours_no_longer(desk: Insured) -> None:
    desk.accepted()
    desk.state.instruments["native_types"] = 0
    assert [sent["detail"] for sent in desk.frame()] == [Request.CANCEL]


def test_while_somebody_closes_the_position_none_is_placed(desk: Insured) -> None:
    client_id = desk.accepted()
    desk.command(Command.FLATTEN, instrument_id=0)
    desk.report(Report.CANCELED, client_id)
    closing = int(desk.sent_now[0]["client_id"])
    for _ in range(2):
        assert desk.frame() == []
    desk.fill(closing, Side.SELL, 1000, 10, 10)


def test_nothing_is_asked_for_while_somebody_closes_the_position(desk: Insured) -> None:
    client_id = desk.accepted()
    desk.command(Command.FLATTEN, instrument_id=0)
    desk.report(Report.CANCELED, client_id)
    for _ in range(3):
        assert desk.frame(seconds=0.5) == []
    assert desk.state.risk.denials.sum() == 0


def test_it_follows_the_trail_once_a_second_and_only_when_it_is_worth_a_message(desk: Insured) -> None:
    desk.accepted()
    (sent,) = desk.frame(1025)  # the trail stands at 1,025 less 1.5 %: 1,010
    assert (sent["detail"], sent["execution_id"]) == (Request.REPLACE, 1007)
    desk.replaced()
    assert desk.frame(1026, seconds=0.1) == []
    assert desk.frame(1028, seconds=0.1) == []
    (sent,) = desk.frame(1028, seconds=1.0)
    assert sent["execution_id"] == 1010
    desk.replaced()
    assert desk.frame(1029) == []  # a tick: not a thousandth
    assert desk.frame(1020) == []  # the trail does not go back


def test_the_core_comes_first_and_takes_it_away_before_it_closes(desk: Insured) -> None:
    client_id = desk.accepted()
    (sent,) = desk.frame(979)
    assert (sent["detail"], sent["client_id"]) == (Request.CANCEL, client_id)
    desk.report(Report.CANCELED, client_id)
    (sent,) = desk.sent_now
    assert (sent["detail"], sent["order_type"], sent["quantity_lots"]) == (Request.NEW, OrderType.MARKET, 10)
    for _ in range(3):
        assert desk.frame(979) == []
    desk.fill(int(sent["client_id"]), Side.SELL, 978, 10, 10)
    assert desk.frame(979) == []
    assert desk.stops == []


def test_it_goes_with_the_position_without_waiting_for_a_frame(desk: Insured) -> None:
    client_id = desk.accepted()
    desk.changed(Side.SELL, 10)
    (sent,) = desk.sent_now
    assert (sent["detail"], sent["client_id"]) == (Request.CANCEL, client_id)
    assert desk.frame() == []
    desk.report(Report.CANCELED, client_id)
    assert desk.frame() == []
    assert (desk.protection["venue_stop_id"], desk.protection["venue_stop_ticks"]) == (0, 0)
    assert desk.state.core[0]["cancels"] == 1
    assert desk.state.risk.denials.sum() == 0


def test_a_position_that_turned_round_has_its_stop_on_the_other_side(desk: Insured) -> None:
    client_id = desk.accepted()
    desk.changed(Side.SELL, 25, ticks=1001)
    (sent,) = desk.sent_now
    assert (sent["detail"], sent["client_id"]) == (Request.CANCEL, client_id)
    desk.report(Report.CANCELED, client_id)
    desk.frame()
    desk.frame()
    assert (desk.stop["side"], desk.stop["quantity_lots"]) == (Side.BUY, 15)


def test_the_venue_fires_and_that_is_the_end_of_it(desk: Insured) -> None:
    client_id = desk.accepted()
    desk.fill(client_id, Side.SELL, 977, 10, 10)
    assert desk.position_lots == 0
    assert desk.frame() == []
    assert desk.stops == []


def test_what_was_cancelled_is_there_again_while_the_position_stands(desk: Insured) -> None:
    client_id = desk.accepted()
    desk.command(Command.CANCEL_ALL, instrument_id=-1)
    assert [int(row["client_id"]) for row in desk.sent_now] == [client_id]
    desk.report(Report.CANCELED, client_id)
    assert desk.frame(seconds=0.1) == []
    assert desk.frame(seconds=0.5) == []
    (sent,) = desk.frame(seconds=1.0)
    assert (sent["detail"], sent["quantity_lots"]) == (Request.NEW, 10)


def test_a_halted_desk_has_none_and_an_armed_one_has_it_again(desk: Insured) -> None:
    client_id = desk.accepted()
    desk.say(EventKind.HALT, source_id=0, reference_id=1)
    desk.report(Report.CANCELED, client_id)  # the order process cancels everything
    for _ in range(3):
        assert desk.frame() == []
    desk.command(Command.REARM, amount=1)
    assert [sent["detail"] for sent in desk.frame()] == [Request.NEW]


def test_what_the_venue_refuses_is_not_asked_for_again_at_once(desk: Insured) -> None:
    desk.report(Report.REJECTED, int(desk.stop["client_id"]), reason=3)
    assert desk.frame() == []
    assert desk.frame(seconds=9.0) == []
    assert len(desk.frame(seconds=2.0)) == 1


def test_a_change_that_the_venue_refuses_is_not_asked_for_again_at_once(desk: Insured) -> None:
    client_id = desk.accepted()
    assert len(desk.frame(1025)) == 1
    desk.report(Report.REPLACE_REJECTED, client_id, reason=6)
    assert desk.frame(1025) == []
    assert desk.frame(1025, seconds=9.0) == []
    assert [sent["detail"] for sent in desk.frame(1025)] == [Request.REPLACE]


def test_an_order_without_an_answer_is_not_placed_twice(desk: Insured) -> None:
    desk.report(Report.UNKNOWN, int(desk.stop["client_id"]))
    desk.changed(Side.BUY, 5)
    assert desk.frame() == []
    assert len(desk.stops) == 1
    assert desk.protection["venue_stop_ticks"] == 0


def test_a_wait_that_another_boot_left_behind_ends_at_once(desk: Insured) -> None:
    desk.accepted()
    desk.protection["venue_next_ns"] = 1 << 60
    desk.changed(Side.BUY, 5)
    assert len(desk.frame()) == 1


# Nobody is hindered by it.


@pytest.mark.parametrize("flags", [0, REDUCE_ONLY])
def test_who_closes_the_position_is_not_told_that_it_is_closed_already(desk: Insured, flags: int) -> None:
    desk.accepted()
    desk.place(side=Side.SELL, price_ticks=1005, flags=flags)
    assert desk.last_reason is DenyReason.NONE
    desk.place(
        side=Side.SELL, price_ticks=0, order_type=OrderType.MARKET, time_in_force=TimeInForce.IOC, quantity_lots=1
    )
    assert desk.last_reason is DenyReason.NONE
    position = desk.state.positions.rows[0]
    assert (position["working_sell_lots"], position["working_buy_lots"]) == (11, 0)


def test_no_limit_is_used_up_by_it() -> None:
    desk = Insured(max_open_orders=1)
    desk.accepted()
    assert desk.state.risk.denials.sum() == 0
    desk.place(side=Side.SELL, price_ticks=1005)
    assert desk.last_reason is DenyReason.NONE
    desk.place(side=Side.SELL, price_ticks=1006)
    assert desk.last_reason is DenyReason.MAX_OPEN_ORDERS


def test_a_flatten_that_came_to_nothing_leaves_the_stop_there_again(desk: Insured) -> None:
    """The venue answers no cancel for longer than the wish lasts; the trader's other order goes on resting."""
    client_id = desk.accepted()
    desk.command(Command.FLATTEN, instrument_id=0)
    desk.command(Command.PLACE_ORDER, **{**ORDER, "price_ticks": 990, "instrument_id": 0})
    resting = desk.last_client_id
    desk.report(Report.ACCEPTED, resting)
    desk.report(Report.CANCELED, client_id)
    assert desk.stops == []

    desk.frame(seconds=6.0)
    desk.frame()
    assert desk.stop["quantity_lots"] == 10
    assert desk.order(resting)["status"] == OrderStatus.NEW


def test_flatten_takes_it_away_and_closes(desk: Insured) -> None:
    client_id = desk.accepted()
    desk.command(Command.FLATTEN, instrument_id=0)
    assert [(sent["detail"], int(sent["client_id"])) for sent in desk.sent_now] == [(Request.CANCEL, client_id)]
    desk.report(Report.CANCELED, client_id)
    (sent,) = desk.sent_now
    assert (sent["order_type"], sent["side"], sent["quantity_lots"]) == (OrderType.MARKET, Side.SELL, 10)
    desk.fill(int(sent["client_id"]), Side.SELL, 1000, 10, 10)
    assert desk.frame() == []
    assert desk.stops == []


# After a restart.


@pytest.mark.parametrize("is_answered", [False, True])
def test_a_restart_brings_it_back_as_what_it_is_and_places_no_second_one(is_answered: bool) -> None:
    desk = Insured()
    if is_answered:
        desk.accepted()
        desk.frame(1025)
        desk.replaced()
    other = Insured.__new__(Insured)
    Desk.__init__(other, generous_limits(protection=True))
    other.state.instruments["native_types"] = HOLDS_STOPS
    decisions = make_decisions(512)
    for record in desk.journal:
        restore_range(other.state, decisions, record, 0, 1)
    for name in ("client_id", "origin", "trigger_ticks", "quantity_lots", "asked_type", "flags"):
        assert other.stop[name] == desk.stop[name], name
    assert other.protection["venue_stop_id"] == desk.stop["client_id"]
    assert other.state.blotter.counts[0]["insurances"] == 1
    assert other.state.positions.rows[0]["working_sell_lots"] == 0
    other.frame()
    other.frame()
    assert len(other.stops) == 1
    assert other.stop["status"] in (OrderStatus.PENDING_NEW, OrderStatus.NEW, OrderStatus.PENDING_REPLACE)
