"""Requests: what leaves, and what a restarted core makes of its predecessor's."""

import numpy as np

from core.orders.blotter import find
from core.orders.requests import CANCEL_AGAIN_NS, can_replace, doubt, hold, look_up_unknown, restore
from core.vocabulary import DenyReason, EventKind, OrderStatus, OrderType, Phase, Report, Request
from tests.orders_world import NOW_NS, Desk, intent


def test_a_new_order_leaves_with_everything_the_venue_needs() -> None:
    desk = Desk()
    client_id = desk.place(price_ticks=123, quantity_lots=7, strategy_id=2, flags=8)
    assert desk.kinds == [EventKind.ORDER_REQUEST]
    request = desk.decided[0]
    assert (request["detail"], request["client_id"]) == (Request.NEW, client_id)
    assert (request["price_ticks"], request["quantity_lots"], request["flags"]) == (123, 7, 8)
    assert request["valid_until_ns"] == NOW_NS + 499_000_000
    assert (request["strategy_id"], request["source_id"]) == (2, 0)


def test_a_cancel_never_expires_and_may_be_asked_again() -> None:
    desk = Desk()
    client_id = desk.place()
    desk.tell(Report.ACCEPTED, client_id, reference_id=9)
    assert desk.cancel(client_id) == DenyReason.NONE
    request = desk.decided[0]
    assert (request["detail"], request["reference_id"], request["valid_until_ns"]) == (Request.CANCEL, 9, 0)
    assert desk.order(client_id)["status"] == OrderStatus.PENDING_CANCEL
    desk.order(client_id)["cancel_asked_ns"] -= CANCEL_AGAIN_NS
    assert desk.cancel(client_id) == DenyReason.NONE
    assert len(desk.decided) == 1
    desk.tell(Report.CANCELED, client_id)
    assert desk.cancel(client_id) == DenyReason.ORDER_NOT_OPEN
    assert desk.cancel(4711) == DenyReason.UNKNOWN_ORDER


def test_a_cancel_key_held_down_sends_one_cancel_until_it_is_answered() -> None:
    desk = Desk()
    client_id = desk.place()
    desk.tell(Report.ACCEPTED, client_id)
    assert desk.cancel(client_id) == DenyReason.NONE
    assert desk.cancel(client_id) == DenyReason.NONE
    assert desk.decided == []
    desk.tell(Report.CANCEL_REJECTED, client_id)
    assert desk.cancel(client_id) == DenyReason.NONE
    assert len(desk.decided) == 1


def test_an_unknown_order_can_be_cancelled_and_stays_unknown() -> None:
    desk = Desk()
    client_id = desk.place()
    desk.tell(Report.UNKNOWN, client_id)
    assert desk.cancel(client_id) == DenyReason.NONE
    assert desk.kinds == [EventKind.ORDER_REQUEST]
    assert desk.order(client_id)["status"] == OrderStatus.UNKNOWN


def test_only_a_confirmed_order_can_be_replaced_once_at_a_time_and_not_below_what_is_filled() -> None:
    desk = Desk()
    client_id = desk.place(quantity_lots=10)
    assert desk.replace(client_id, quantity_lots=5) == DenyReason.ORDER_NOT_OPEN
    desk.tell(Report.FILLED, client_id, price_ticks=1, quantity_lots=4, execution_id=1)
    assert desk.replace(client_id, quantity_lots=4) == DenyReason.BAD_QUANTITY
    assert desk.replace(client_id, quantity_lots=5, price_ticks=50) == DenyReason.NONE
    request = desk.decided[0]
    assert (request["detail"], request["quantity_lots"], request["price_ticks"]) == (Request.REPLACE, 5, 50)
    assert desk.replace(client_id, quantity_lots=6) == DenyReason.ORDER_NOT_OPEN
    assert desk.replace(4711, quantity_lots=6) == DenyReason.UNKNOWN_ORDER


def test_a_cancel_during_a_replace_goes_back_to_the_order_before_both() -> None:
    desk = Desk()
    client_id = desk.place()
    desk.tell(Report.ACCEPTED, client_id)
    desk.replace(client_id, quantity_lots=5)
    desk.cancel(client_id)
    desk.tell(Report.REPLACED, client_id)
    assert desk.order(client_id)["status"] == OrderStatus.PENDING_CANCEL
    desk.tell(Report.CANCEL_REJECTED, client_id)
    assert (desk.order(client_id)["status"], desk.order(client_id)["quantity_lots"]) == (OrderStatus.NEW, 5)


def test_a_restarted_core_reads_its_predecessors_journal_to_the_same_orders() -> None:
    first, second = Desk(), Desk()
    journal: list[np.void] = []
    confirmed = first.place(quantity_lots=10)
    journal += [record.copy() for record in first.decided]
    waiting = first.place(quantity_lots=3)
    journal += [record.copy() for record in first.decided]
    for desk in (first, second):
        if desk is second:
            for request in journal:
                assert restore(desk.blotter, desk.positions, request) >= 0
        desk.tell(Report.ACCEPTED, confirmed, sequence=1)
        desk.tell(Report.FILLED, confirmed, sequence=2, price_ticks=5, quantity_lots=4, execution_id=1)
    first.replace(confirmed, quantity_lots=12)
    restore(second.blotter, second.positions, first.decided[0].copy())
    first.cancel(confirmed)
    restore(second.blotter, second.positions, first.decided[0].copy())
    for name in ("status", "filled_lots", "quantity_lots", "replace_quantity_lots", "price_ticks"):
        assert first.order(confirmed)[name] == second.order(confirmed)[name]
        assert first.order(waiting)[name] == second.order(waiting)[name]
    assert first.position() == second.position() or first.position()["position_lots"] == 4
    assert second.position()["working_buy_lots"] == first.position()["working_buy_lots"]


def test_what_waited_for_an_answer_is_unknown_after_a_restart_and_is_looked_up() -> None:
    desk = Desk()
    confirmed, waiting = desk.place(), desk.place()
    desk.tell(Report.ACCEPTED, confirmed)
    assert doubt(desk.blotter, NOW_NS) == 1
    assert desk.order(waiting)["status"] == OrderStatus.UNKNOWN
    assert desk.order(confirmed)["status"] == OrderStatus.NEW
    desk.decisions.used[0] = 0
    assert look_up_unknown(desk.blotter, desk.decisions, intent()) == 1
    assert (desk.decided[0]["detail"], desk.decided[0]["client_id"]) == (Request.LOOK_UP, waiting)
    desk.tell(Report.NOT_SENT, waiting)
    assert desk.order(waiting)["status"] == OrderStatus.NOT_SENT
    assert find(desk.blotter, waiting) >= 0


def test_a_cancel_of_an_order_that_then_was_not_sent_leaves_nothing_open() -> None:
    """A venue's limit held it back, and the cancel went to a venue that has never heard of it."""
    desk = Desk()
    client_id = desk.place()
    desk.cancel(client_id)
    desk.tell(Report.NOT_SENT, client_id)
    assert desk.order(client_id)["status"] == OrderStatus.NOT_SENT
    assert desk.blotter.counts[0]["open_orders"] == 0


def test_a_journal_with_two_cancels_leads_back_to_what_stood_before_them() -> None:
    first, second = Desk(), Desk()
    client_id = first.place(quantity_lots=10)
    for record in first.decided:
        restore(second.blotter, second.positions, record.copy())
    for desk in (first, second):
        desk.tell(Report.ACCEPTED, client_id, sequence=1)
    first.cancel(client_id)
    for _ in range(2):
        restore(second.blotter, second.positions, first.decided[0].copy())
    for desk in (first, second):
        desk.tell(Report.CANCEL_REJECTED, client_id, sequence=2)
        assert desk.order(client_id)["status"] == OrderStatus.NEW


def test_what_the_core_holds_itself_is_not_replaced_at_the_venue() -> None:
    desk = Desk()
    slot = hold(desk.blotter, desk.decisions, intent(order_type=OrderType.STOP), 0, 0, Phase.WATCHING.value)
    assert can_replace(desk.blotter, slot) == DenyReason.ORDER_NOT_OPEN


def test_a_request_on_an_order_that_nobody_knows_is_restored_as_nothing() -> None:
    desk = Desk()
    desk.place()
    before = desk.blotter.orders.copy()
    desk.blotter.dirty[:] = 0
    for detail in (Request.CANCEL, Request.REPLACE):
        assert restore(desk.blotter, desk.positions, intent(detail=detail, client_id=4_711)) == -1
    assert (desk.blotter.orders == before).all()
    assert not desk.blotter.dirty.any()


def test_a_journal_of_more_orders_than_there_is_room_for_keeps_those_that_it_has() -> None:
    desk = Desk(capacity=2)
    for client_id, slot in ((5, 0), (6, 1), (7, -1)):
        assert restore(desk.blotter, desk.positions, intent(detail=Request.NEW, client_id=client_id)) == slot
    assert [int(order["client_id"]) for order in desk.blotter.orders] == [5, 6]
    assert desk.position()["working_buy_lots"] == 20
