"""Stops that the venue itself works: moved by a person, by break-even, by their group; after a restart too."""

from typing import Any

import numpy as np
import pytest

from core.on_restore import restore_range
from core.records.decisions import make_decisions
from core.vocabulary import Command, DenyReason, EventFlag, OrderStatus, OrderType, Report, Request, Side
from tests.held_orders import MORE, ORDER, Desk, requests

REDUCE_ONLY = int(EventFlag.REDUCE_ONLY)
NATIVE = sum(
    1 << kind for kind in (OrderType.STOP, OrderType.STOP_LIMIT, OrderType.MARKET_IF_TOUCHED, OrderType.TRAILING_STOP)
)


class Native(Desk):
    """A venue that takes stops itself."""

    def __init__(self) -> None:
        super().__init__()
        self.state.instruments["native_types"] = NATIVE

    def resting(self, **fields: Any) -> int:
        client_id = self.place(**{"order_type": OrderType.STOP, "side": Side.SELL, "execution_id": 980, **fields})
        self.report(Report.ACCEPTED, client_id)
        return client_id

    def move(self, client_id: int, **fields: Any) -> list[np.void]:
        """The requests that leave."""
        self.command(Command.REPLACE_ORDER, client_id=client_id, **fields)
        return [row for row in self.decisions.records[: self.decisions.used[0]] if row["kind"] == 60]


@pytest.fixture
def desk() -> Native:
    return Native()


@pytest.mark.parametrize(
    ("kind", "terms"),
    [
        (OrderType.STOP, {}),
        (OrderType.STOP_LIMIT, {"price_ticks": 975}),
        (OrderType.MARKET_IF_TOUCHED, {"side": Side.BUY, "execution_id": 990}),
    ],
)
def test_a_trigger_is_moved_at_the_venue(desk: Native, kind: OrderType, terms: dict[str, Any]) -> None:
    stop = desk.resting(order_type=kind, **terms)
    (sent,) = desk.move(stop, execution_id=985)
    assert (sent["detail"], sent["order_type"], sent["execution_id"]) == (Request.REPLACE, kind, 985)
    assert (sent["price_ticks"], sent["quantity_lots"]) == (terms.get("price_ticks", 0), 10)
    before = terms.get("execution_id", 980)
    assert (desk.order(stop)["status"], desk.order(stop)["trigger_ticks"]) == (OrderStatus.PENDING_REPLACE, before)
    desk.report(Report.REPLACED, stop, quantity_lots=10)
    assert (desk.order(stop)["status"], desk.order(stop)["trigger_ticks"]) == (OrderStatus.NEW, 985)


def test_a_refused_move_leaves_the_trigger_where_it_was(desk: Native) -> None:
    stop = desk.resting()
    desk.move(stop, execution_id=985)
    desk.report(Report.REPLACE_REJECTED, stop)
    order = desk.order(stop)
    assert (order["status"], order["trigger_ticks"], order["replace_trigger_ticks"]) == (OrderStatus.NEW, 980, 0)


def test_where_the_venue_says_it_triggers_is_where_it_triggers(desk: Native) -> None:
    stop = desk.resting()
    desk.move(stop, execution_id=985)
    desk.report(Report.UNKNOWN, stop)
    desk.report(Report.STATE, stop, status=OrderStatus.NEW, quantity_lots=10, execution_id=985)
    assert desk.order(stop)["trigger_ticks"] == 985


@pytest.mark.parametrize("ticks", [-1, 1 << 53, 1001, 1500])
def test_a_stop_is_not_moved_to_where_it_would_go_off_or_to_nowhere(desk: Native, ticks: int) -> None:
    stop = desk.resting()
    assert desk.move(stop, execution_id=ticks) == []
    assert desk.last_reason is DenyReason.BAD_TRIGGER
    assert desk.order(stop)["status"] == OrderStatus.NEW


def test_only_its_size_changes_when_nothing_is_said_of_the_trigger(desk: Native) -> None:
    stop = desk.resting()
    (sent,) = desk.move(stop, quantity_lots=4)
    assert (sent["quantity_lots"], sent["execution_id"]) == (4, 980)


def test_a_trailing_stop_at_the_venue_moves_its_own_trigger(desk: Native) -> None:
    trail = desk.resting(order_type=OrderType.TRAILING_STOP, amount=20, execution_id=0)
    (sent,) = desk.move(trail, execution_id=985, quantity_lots=4)
    assert (sent["quantity_lots"], sent["execution_id"]) == (4, 0)


def test_a_limit_order_has_no_trigger_to_move(desk: Native) -> None:
    resting = desk.place(price_ticks=990)
    desk.report(Report.ACCEPTED, resting)
    (sent,) = desk.move(resting, price_ticks=991, execution_id=985)
    assert (sent["price_ticks"], sent["execution_id"]) == (991, 0)


def test_break_even_moves_a_stop_that_rests_at_the_venue(desk: Native) -> None:
    desk.hold(10, ticks=990)
    stop = desk.resting(flags=REDUCE_ONLY)
    said = desk.command(Command.BREAK_EVEN, instrument_id=0)
    assert desk.last_reason is DenyReason.NONE
    assert [row[0] for row in requests(said)] == [Request.REPLACE]
    desk.report(Report.REPLACED, stop, quantity_lots=10)
    assert desk.order(stop)["trigger_ticks"] == 990


def test_what_the_other_leg_fills_is_taken_from_a_stop_at_the_venue(desk: Native) -> None:
    desk.hold(10, ticks=990)
    legs = int(EventFlag.ONE_CANCELS)
    stop_terms = {"order_type": OrderType.STOP, "side": Side.SELL, "execution_id": 980, "flags": legs | MORE}
    desk.command(Command.PLACE_ORDER, **{**ORDER, **stop_terms})
    target = desk.place(side=Side.SELL, price_ticks=1010, flags=legs)
    stop = target - 1
    desk.report(Report.ACCEPTED, stop)
    desk.report(Report.ACCEPTED, target)
    said = desk.fill(target, Side.SELL, 1010, 4, 4)
    assert [(row[0], row[3]) for row in requests(said)] == [(Request.REPLACE, 6)]
    assert desk.order(stop)["replace_trigger_ticks"] == 980


def test_what_it_filled_long_after_its_decision_has_not_slipped(desk: Native) -> None:
    stop = desk.resting()
    desk.fill(stop, Side.SELL, 900, 10, 10)
    assert desk.state.risk.breaker[0]["slips"] == 0


@pytest.mark.parametrize("is_answered", [False, True])
def test_a_moved_trigger_is_in_the_journal(desk: Native, is_answered: bool) -> None:
    stop = desk.resting()
    desk.move(stop, execution_id=985)
    if is_answered:
        desk.report(Report.REPLACED, stop, quantity_lots=10)
    other = Native()
    decisions = make_decisions(512)
    for record in desk.journal:
        restore_range(other.state, decisions, record, 0, 1)
    for name in ("status", "trigger_ticks", "replace_trigger_ticks", "order_type", "asked_type"):
        assert other.order(stop)[name] == desk.order(stop)[name], name
