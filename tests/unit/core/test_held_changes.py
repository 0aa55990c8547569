"""What a person may change of an order that the core works: terms, a pause, stops to the price that costs nothing."""

import numpy as np
import pytest

from core.vocabulary import Command, DenyReason, EventKind, OrderStatus, OrderType, Phase, Report, Request, Side
from tests.core_world import SECOND
from tests.held_orders import REDUCE_ONLY, Desk, bracket, requests


@pytest.fixture
def desk() -> Desk:
    return Desk()


def amend(desk: Desk, client_id: int, **fields: int) -> DenyReason:
    assert requests(desk.command(Command.REPLACE_ORDER, client_id=client_id, **fields)) == []
    return desk.last_reason


def iceberg(desk: Desk) -> tuple[int, int]:
    """Of a hundred lots, and the first part that it shows."""
    parent = desk.place(order_type=OrderType.ICEBERG, price_ticks=1000, quantity_lots=100, filled_lots=20)
    desk.wait(0.2)
    (child,) = desk.sent
    desk.report(Report.ACCEPTED, child)
    return parent, child


def terms(order: np.void) -> tuple[int, ...]:
    return tuple(int(order[name]) for name in ("trigger_ticks", "price_ticks", "offset", "quantity_lots", "asked_lots"))


def test_of_a_stop_limit_trigger_price_and_size_can_be_changed_alone(desk: Desk) -> None:
    client_id = desk.place(order_type=OrderType.STOP_LIMIT, side=Side.SELL, execution_id=980, price_ticks=975)
    assert terms(desk.order(client_id)) == (980, 975, 0, 10, 10)
    assert amend(desk, client_id, execution_id=985) is DenyReason.NONE
    assert terms(desk.order(client_id)) == (985, 975, 0, 10, 10)
    assert amend(desk, client_id, price_ticks=970) is DenyReason.NONE
    assert terms(desk.order(client_id)) == (985, 970, 0, 10, 10)
    assert amend(desk, client_id, quantity_lots=4) is DenyReason.NONE
    assert terms(desk.order(client_id)) == (985, 970, 0, 4, 4)


def test_what_a_kind_of_order_does_not_have_is_not_given_to_it(desk: Desk) -> None:
    stop = desk.place(order_type=OrderType.STOP, side=Side.SELL, execution_id=980)
    amend(desk, stop, price_ticks=970)
    assert terms(desk.order(stop)) == (980, 0, 0, 10, 10)
    parent, _ = iceberg(desk)
    amend(desk, parent, execution_id=985, price_ticks=999)
    assert terms(desk.order(parent)) == (0, 999, 0, 100, 100)


def test_a_trail_gets_another_distance(desk: Desk) -> None:
    client_id = desk.place(order_type=OrderType.TRAILING_STOP, side=Side.SELL, amount=20)
    assert amend(desk, client_id, amount=30) is DenyReason.NONE
    assert desk.order(client_id)["offset"] == 30


def test_what_was_changed_outlives_the_core(desk: Desk) -> None:
    client_id = desk.place(order_type=OrderType.STOP, side=Side.SELL, execution_id=980)
    amend(desk, client_id, execution_id=985, quantity_lots=7)
    assert terms(desk.restarted().order(client_id)) == (985, 0, 0, 7, 7)


@pytest.mark.parametrize("fields", [{"execution_id": -1}, {"price_ticks": -1}, {"amount": -1}])
def test_terms_below_nothing_are_refused_whole(desk: Desk, fields: dict[str, int]) -> None:
    client_id = desk.place(order_type=OrderType.STOP_LIMIT, side=Side.SELL, execution_id=980, price_ticks=975)
    assert amend(desk, client_id, quantity_lots=7, **fields) is DenyReason.BAD_TRIGGER
    assert terms(desk.order(client_id)) == (980, 975, 0, 10, 10)


def test_a_size_is_not_below_what_was_sent_nor_above_the_largest_order(desk: Desk) -> None:
    parent, child = iceberg(desk)
    sent = int(desk.order(parent)["sent_lots"])
    largest = int(desk.state.risk.limits[0]["max_order_lots"])
    assert amend(desk, parent, quantity_lots=sent - 1) is DenyReason.BAD_QUANTITY
    assert amend(desk, parent, quantity_lots=-1) is DenyReason.BAD_QUANTITY
    assert amend(desk, parent, quantity_lots=largest + 1) is DenyReason.BAD_QUANTITY
    assert desk.order(parent)["quantity_lots"] == 100
    assert amend(desk, parent, quantity_lots=largest) is DenyReason.NONE
    assert amend(desk, parent, quantity_lots=sent) is DenyReason.NONE
    desk.fill(child, Side.BUY, 1000, sent - 1, sent - 1)
    desk.report(Report.CANCELED, child, filled_lots=sent - 1)
    assert amend(desk, parent, quantity_lots=sent - 1) is DenyReason.BAD_QUANTITY  # filled already


def test_an_order_on_its_way_out_or_to_its_end_is_not_changed(desk: Desk) -> None:
    desk.hold(10)
    stop = desk.place(order_type=OrderType.STOP, side=Side.SELL, execution_id=990, flags=REDUCE_ONLY)
    desk.say(EventKind.ORDERS_STALE, detail=1)
    desk.trade(990)
    assert desk.order(stop)["phase"] == Phase.TRIGGERED
    assert amend(desk, stop, execution_id=985) is DenyReason.ORDER_NOT_OPEN
    desk.say(EventKind.ORDERS_STALE, detail=0)
    parent, _ = iceberg(desk)
    desk.command(Command.CANCEL_ORDER, client_id=parent)
    assert desk.order(parent)["status"] == OrderStatus.PENDING_CANCEL
    assert amend(desk, parent, quantity_lots=90) is DenyReason.ORDER_NOT_OPEN


def pause(desk: Desk, client_id: int, is_on: int) -> DenyReason:
    desk.command(Command.PAUSE_ORDER, client_id=client_id, amount=is_on)
    return desk.last_reason


def test_a_pause_takes_back_what_an_iceberg_shows_and_going_on_does_not(desk: Desk) -> None:
    parent, child = iceberg(desk)
    said = desk.command(Command.PAUSE_ORDER, client_id=parent, amount=1)
    assert [row[0] for row in requests(said)] == [Request.CANCEL]
    desk.report(Report.CANCELED, child)
    assert requests(desk.wait(1)) == []
    assert requests(desk.command(Command.PAUSE_ORDER, client_id=parent, amount=0)) == []
    desk.wait(0.3)
    (again,) = desk.sent
    desk.report(Report.ACCEPTED, again)
    assert desk.order(again)["status"] == OrderStatus.NEW


@pytest.mark.parametrize("lots", [4, 40])
def test_a_slice_of_another_size_is_so_much_of_its_parent(desk: Desk, lots: int) -> None:
    """Found by chaos: a cancelled iceberg waited for ever for the lots of which its slice had been relieved."""
    parent, child = iceberg(desk)
    desk.command(Command.REPLACE_ORDER, client_id=child, price_ticks=1000, quantity_lots=lots)
    desk.report(Report.REPLACED, child, price_ticks=1000, quantity_lots=lots)
    assert desk.order(child)["quantity_lots"] == lots
    assert desk.order(parent)["sent_lots"] == lots
    assert desk.restarted().order(parent)["sent_lots"] == lots
    desk.command(Command.CANCEL_ORDER, client_id=parent)
    desk.report(Report.CANCELED, child)
    assert desk.order(parent)["status"] == OrderStatus.CANCELED


def test_an_execution_that_overtakes_the_larger_size_of_its_slice_is_the_parents_too(desk: Desk) -> None:
    parent, child = iceberg(desk)
    desk.command(Command.REPLACE_ORDER, client_id=child, price_ticks=1000, quantity_lots=40)
    desk.fill(child, Side.BUY, 1000, 39, 39)
    assert desk.order(parent)["filled_lots"] == 39
    assert desk.order(parent)["sent_lots"] == 40


def test_only_what_is_worked_in_slices_can_be_paused_and_only_once(desk: Desk) -> None:
    parent, child = iceberg(desk)
    stop = desk.place(order_type=OrderType.STOP, side=Side.SELL, execution_id=980)
    assert pause(desk, 4_711, 1) is DenyReason.UNKNOWN_ORDER
    assert pause(desk, stop, 1) is DenyReason.ORDER_NOT_OPEN
    assert pause(desk, parent, 0) is DenyReason.NOTHING_TO_DO
    assert pause(desk, parent, 1) is DenyReason.NONE
    assert pause(desk, parent, 1) is DenyReason.NOTHING_TO_DO
    assert pause(desk, parent, 0) is DenyReason.NONE
    desk.report(Report.CANCELED, child)
    desk.command(Command.CANCEL_ORDER, client_id=parent)
    assert pause(desk, parent, 1) is DenyReason.ORDER_NOT_OPEN


def break_even(desk: Desk, instrument_id: int = 0) -> DenyReason:
    desk.command(Command.BREAK_EVEN, instrument_id=instrument_id)
    return desk.last_reason


def test_break_even_needs_an_instrument_a_position_and_a_stop(desk: Desk) -> None:
    assert break_even(desk, -1) is DenyReason.UNKNOWN_INSTRUMENT
    assert break_even(desk, 2) is DenyReason.UNKNOWN_INSTRUMENT
    assert break_even(desk) is DenyReason.NOTHING_TO_DO
    desk.hold(10, 999)
    assert break_even(desk) is DenyReason.NOTHING_TO_DO
    desk.place(order_type=OrderType.STOP, side=Side.SELL, execution_id=980, flags=REDUCE_ONLY)
    assert break_even(desk) is DenyReason.NONE
    desk.hold(-10, 1000)
    assert break_even(desk) is DenyReason.NOTHING_TO_DO


def test_break_even_moves_stops_that_close_the_position_and_nothing_else(desk: Desk) -> None:
    desk.hold(10, 997)
    closing = desk.place(order_type=OrderType.STOP, side=Side.SELL, execution_id=980)
    touch = desk.place(order_type=OrderType.MARKET_IF_TOUCHED, side=Side.SELL, execution_id=1050)
    opening = desk.place(order_type=OrderType.STOP, side=Side.BUY, execution_id=1010)
    assert break_even(desk) is DenyReason.NONE
    assert [desk.order(one)["trigger_ticks"] for one in (closing, touch, opening)] == [997, 1050, 1010]


def test_break_even_of_a_short_position_moves_the_stop_that_buys(desk: Desk) -> None:
    desk.hold(-10, 1006)
    stop = desk.place(order_type=OrderType.STOP, side=Side.BUY, execution_id=1020)
    assert break_even(desk) is DenyReason.NONE
    assert desk.order(stop)["trigger_ticks"] == 1006


def test_break_even_moves_a_leg_that_still_waits(desk: Desk) -> None:
    desk.hold(10, 999)
    _, stop, _ = bracket(desk)
    assert desk.order(stop)["phase"] == Phase.WAITING
    assert break_even(desk) is DenyReason.NONE
    assert desk.order(stop)["trigger_ticks"] == 999


def test_a_twap_that_is_amended_keeps_its_end(desk: Desk) -> None:
    end = desk.now_ns + 60 * SECOND
    parent = desk.place(order_type=OrderType.TWAP, quantity_lots=100, venue_ns=end)
    assert amend(desk, parent, quantity_lots=120, price_ticks=1003) is DenyReason.NONE
    order = desk.order(parent)
    assert (order["ends_ns"], order["price_ticks"], order["quantity_lots"]) == (end, 1003, 120)
