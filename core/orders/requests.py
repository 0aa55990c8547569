"""What we ask of a venue: the order's own record and the ORDER_REQUEST decision, changed together.

    place      an approved intent becomes an order, PENDING_NEW     -> Request.NEW
    cancel     an open order becomes PENDING_CANCEL                 -> Request.CANCEL
    replace    an open order becomes PENDING_REPLACE                -> Request.REPLACE, at most one on its way
    hold       an approved intent that the core works itself, NEW   -> Request.HOLD, to the journal alone
    release    a held order goes out under the same id, PENDING_NEW -> Request.NEW
    drop       a held order is over                                 -> Request.HOLD, with its last status

Working lots are counted here, before the request leaves: what was asked for counts against the limits at once.
"""

import numpy as np

from core.kernel import kernel
from core.orders.blotter import (
    Blotter,
    closed,
    entered,
    find,
    follow_own,
    identify,
    insert_order,
    open_order,
    working_lots,
)
from core.orders.positions import Positions
from core.orders.reports import count_working
from core.orders.terms import give_terms, has_fixed_trigger, is_held, take_terms
from core.orders.told import emit_update
from core.orders.transitions import is_open
from core.records.decisions import Decisions, next_decision
from core.vocabulary import DenyReason, EventKind, OrderStatus, OrderType, Phase, Request

CANCEL_AGAIN_NS = 250_000_000


@kernel
def place(
    blotter: Blotter,
    positions: Positions,
    decisions: Decisions,
    intent: np.void,
    source_id: int,
    seat: int,
    phase: int,
) -> int:
    """Open an order from an intent that risk approved; its slot, or -1 when the blotter is full.

    `phase`: NONE, or FOLLOWING for one whose price the core keeps.
    """
    slot = open_order(blotter, intent, intent["now_ns"], source_id, seat, phase)
    if slot >= 0:
        order = blotter.orders[slot]
        count_working(positions, order, working_lots(order))
        _emit_request(blotter, decisions, slot, Request.NEW, intent)
    return slot


@kernel
def hold(
    blotter: Blotter,
    decisions: Decisions,
    intent: np.void,
    source_id: int,
    seat: int,
    phase: int,
) -> int:
    """Take an order that the core works itself; its slot, or -1 when the blotter is full. `intent`: as it was asked."""
    slot = open_order(blotter, intent, intent["now_ns"], source_id, seat, phase)
    if slot >= 0:
        order = blotter.orders[slot]
        order["status"] = OrderStatus.NEW
        order["status_before"] = OrderStatus.NEW
        emit_hold(blotter, decisions, slot, intent)
    return slot


@kernel
def release(blotter: Blotter, positions: Positions, decisions: Decisions, slot: int, intent: np.void) -> None:
    """A held order goes to the venue with the intent's type, price and size, under its own id."""
    order = blotter.orders[slot]
    order["phase"] = Phase.NONE
    order["status"] = OrderStatus.PENDING_NEW
    order["order_type"] = intent["order_type"]
    order["time_in_force"] = intent["time_in_force"]
    order["price_ticks"] = intent["price_ticks"]
    order["quantity_lots"] = intent["quantity_lots"]
    order["valid_until_ns"] = intent["valid_until_ns"]
    order["updated_ns"] = intent["now_ns"]
    blotter.dirty[slot] = 1
    follow_own(blotter, slot)
    count_working(positions, order, working_lots(order))
    _emit_request(blotter, decisions, slot, Request.NEW, intent)


@kernel
def drop(blotter: Blotter, decisions: Decisions, slot: int, status: int, reason: int, cause: np.void) -> None:
    """A held order ends: nothing of it is at the venue."""
    order = blotter.orders[slot]
    order["status"] = status
    order["reason"] = reason
    order["updated_ns"] = cause["now_ns"]
    closed(blotter, slot)
    emit_hold(blotter, decisions, slot, cause)
    emit_update(blotter, decisions, slot, cause)


@kernel
def emit_hold(blotter: Blotter, decisions: Decisions, slot: int, cause: np.void) -> None:
    """To the journal: the order as it stands, so that a core that starts again goes on with it."""
    order = blotter.orders[slot]
    record = decisions.records[next_decision(decisions, EventKind.ORDER_REQUEST, cause)]
    identify(record, order)
    record["detail"] = Request.HOLD
    record["status"] = order["status"]
    record["price_ticks"] = order["price_ticks"]
    record["quantity_lots"] = order["quantity_lots"]
    give_terms(record, order)
    blotter.dirty[slot] = 1


@kernel
def _cancel_held(blotter: Blotter, decisions: Decisions, slot: int, cause: np.void) -> None:
    """At once; one that has slices at the venue waits for the end of those."""
    order = blotter.orders[slot]
    if order["sent_lots"] <= order["filled_lots"]:
        drop(blotter, decisions, slot, OrderStatus.CANCELED, 0, cause)
        return
    order["status"] = OrderStatus.PENDING_CANCEL
    emit_hold(blotter, decisions, slot, cause)
    cancel_slices(blotter, decisions, order["client_id"], cause)


@kernel
def cancel_slices(blotter: Blotter, decisions: Decisions, parent_id: int, cause: np.void) -> int:
    """Ask to cancel what is at the venue of an order that is worked in slices; how many."""
    asked = 0
    for place in range(blotter.counts[0]["open_orders"]):
        slot = blotter.open_slots[place]
        if blotter.orders[slot]["parent_id"] == parent_id and cancel_at_venue(blotter, decisions, slot, cause) == 0:
            asked += 1
    return asked


@kernel
def cancel(blotter: Blotter, decisions: Decisions, slot: int, cause: np.void) -> int:
    """Ask to cancel an open order; a DenyReason.

    Asking again is allowed, the first may have been lost; within CANCEL_AGAIN_NS it is only said to be on its way, so
    that a key held down cannot fill the ring of cancels.
    """
    if not (slot >= 0 and slot < blotter.orders.shape[0]):
        return DenyReason.UNKNOWN_ORDER
    order = blotter.orders[slot]
    if not is_open(order["status"]):
        return DenyReason.ORDER_NOT_OPEN
    if is_held(order["phase"]):
        _cancel_held(blotter, decisions, slot, cause)
        return 0
    return cancel_at_venue(blotter, decisions, slot, cause)


@kernel
def cancel_at_venue(blotter: Blotter, decisions: Decisions, slot: int, cause: np.void) -> int:
    """Of an open order that is no longer ours alone."""
    order = blotter.orders[slot]
    asked_ns = order["cancel_asked_ns"]
    if asked_ns != 0 and asked_ns <= cause["now_ns"] and cause["now_ns"] - asked_ns < CANCEL_AGAIN_NS:
        return 0
    order["cancel_asked_ns"] = cause["now_ns"]
    _pend_cancel(order)
    order["updated_ns"] = cause["now_ns"]
    blotter.dirty[slot] = 1
    _emit_request(blotter, decisions, slot, Request.CANCEL, cause)
    return 0


@kernel
def _pend_cancel(order: np.void) -> None:
    """UNKNOWN stays UNKNOWN until the venue has spoken, but the cancel goes out."""
    if order["status"] == OrderStatus.UNKNOWN:
        return
    if order["status"] != OrderStatus.PENDING_CANCEL and order["status"] != OrderStatus.PENDING_REPLACE:
        order["status_before"] = order["status"]
    order["status"] = OrderStatus.PENDING_CANCEL


@kernel
def can_replace(blotter: Blotter, slot: int) -> int:
    """A DenyReason: may a replace be asked for now? Of an order that the venue confirmed and nobody is changing."""
    if not (slot >= 0 and slot < blotter.orders.shape[0]):
        return DenyReason.UNKNOWN_ORDER
    order = blotter.orders[slot]
    status = order["status"]
    if is_held(order["phase"]):
        return DenyReason.ORDER_NOT_OPEN
    if status == OrderStatus.NEW or status == OrderStatus.PARTIALLY_FILLED:
        return 0
    return DenyReason.ORDER_NOT_OPEN


@kernel
def replace(blotter: Blotter, positions: Positions, decisions: Decisions, slot: int, intent: np.void) -> int:
    """Ask for a new price, total size and trigger, approved by risk; a DenyReason."""
    reason = can_replace(blotter, slot)
    if reason != 0:
        return reason
    order = blotter.orders[slot]
    if not (intent["quantity_lots"] > order["filled_lots"]):
        return DenyReason.BAD_QUANTITY
    before_lots = working_lots(order)
    _pend_replace(order, intent)
    order["valid_until_ns"] = intent["valid_until_ns"]
    order["updated_ns"] = intent["now_ns"]
    blotter.dirty[slot] = 1
    follow_own(blotter, slot)
    count_working(positions, order, working_lots(order) - before_lots)
    _emit_request(blotter, decisions, slot, Request.REPLACE, intent)
    return 0


@kernel
def _pend_replace(order: np.void, asked: np.void) -> None:
    order["replace_price_ticks"] = asked["price_ticks"]
    order["replace_quantity_lots"] = asked["quantity_lots"]
    order["replace_trigger_ticks"] = asked["execution_id"] if has_fixed_trigger(order["order_type"]) else 0
    order["status_before"] = order["status"]
    order["status"] = OrderStatus.PENDING_REPLACE


@kernel
def _emit_request(blotter: Blotter, decisions: Decisions, slot: int, request: int, cause: np.void) -> None:
    order = blotter.orders[slot]
    record = decisions.records[next_decision(decisions, EventKind.ORDER_REQUEST, cause)]
    identify(record, order)
    record["detail"] = request
    record["status"] = order["status"]
    record["origin"] = cause["origin"]
    record["price_ticks"] = order["price_ticks"]
    record["quantity_lots"] = order["quantity_lots"]
    if request == Request.NEW:
        _tell_terms(record, order)
    if request == Request.REPLACE:
        record["price_ticks"] = order["replace_price_ticks"]
        record["quantity_lots"] = order["replace_quantity_lots"]
        record["execution_id"] = order["replace_trigger_ticks"]
    if request == Request.NEW or request == Request.REPLACE:
        record["valid_until_ns"] = order["valid_until_ns"]


@kernel
def _tell_terms(record: np.void, order: np.void) -> None:
    """What the order process must know of an order that the venue works; and whose slice it is, for the journal."""
    if order["order_type"] == order["asked_type"]:
        give_terms(record, order)
    elif order["parent_id"] != 0:
        record["amount"] = order["parent_id"]
    record["reason"] = 0


@kernel
def restore(blotter: Blotter, positions: Positions, request: np.void) -> int:
    """Write a journaled ORDER_REQUEST into a blotter again, without a decision; its slot, or -1.

    A core that starts reads its predecessor's journal: requests through this, reports through apply_report. What is
    still pending at the end is UNKNOWN until the order process has told of it: see `doubt`.
    """
    slot = _find_or_insert(blotter, positions, request)
    if slot < 0:
        return -1
    order = blotter.orders[slot]
    if request["detail"] == Request.HOLD:
        _restore_held(blotter, slot, request)
    elif request["detail"] == Request.NEW and is_held(order["phase"]):
        release_again(blotter, positions, slot, request)
    elif request["detail"] == Request.CANCEL and is_open(order["status"]):
        _pend_cancel(order)
    elif request["detail"] == Request.REPLACE and can_replace(blotter, slot) == 0:
        before_lots = working_lots(order)
        _pend_replace(order, request)
        count_working(positions, order, working_lots(order) - before_lots)
    follow_own(blotter, slot)
    blotter.dirty[slot] = 1
    return slot


@kernel
def _restore_held(blotter: Blotter, slot: int, request: np.void) -> None:
    """An order that the core works, as it stood when this was written."""
    order = blotter.orders[slot]
    filled_lots = order["filled_lots"]
    take_terms(order, request)
    if order["asked_type"] == OrderType.TRAILING_STOP:
        order["trigger_ticks"] = request["sequence"]
    order["phase"] = request["reason"]
    order["quantity_lots"] = max(int(request["quantity_lots"]), int(filled_lots))
    order["asked_lots"] = request["quantity_lots"]
    order["price_ticks"] = request["price_ticks"]
    if is_open(order["status"]):
        if request["status"] != OrderStatus.NEW:
            order["status"] = request["status"]
        if not is_open(order["status"]):
            closed(blotter, slot)


@kernel
def release_again(blotter: Blotter, positions: Positions, slot: int, request: np.void) -> None:
    """A held order had gone out when its core died."""
    order = blotter.orders[slot]
    order["phase"] = Phase.NONE
    order["status"] = OrderStatus.PENDING_NEW
    order["order_type"] = request["order_type"]
    order["time_in_force"] = request["time_in_force"]
    order["price_ticks"] = request["price_ticks"]
    order["quantity_lots"] = request["quantity_lots"]
    count_working(positions, order, working_lots(order))


@kernel
def _find_or_insert(blotter: Blotter, positions: Positions, request: np.void) -> int:
    slot = find(blotter, request["client_id"])
    if slot >= 0 or (request["detail"] != Request.NEW and request["detail"] != Request.HOLD):
        return slot
    slot = insert_order(blotter, request["client_id"], request, request["now_ns"])
    if slot < 0:
        return -1
    order = blotter.orders[slot]
    order["filled_lots"] = 0
    order["status"] = OrderStatus.PENDING_NEW
    if request["detail"] == Request.HOLD:
        order["status"] = OrderStatus.NEW
        order["status_before"] = OrderStatus.NEW
        order["phase"] = request["reason"]
    entered(blotter, slot)
    count_working(positions, order, working_lots(order))
    parent = find(blotter, order["parent_id"])
    if parent >= 0:
        blotter.orders[parent]["sent_lots"] += order["quantity_lots"]
        blotter.orders[parent]["slices"] += 1
    return slot


@kernel
def doubt(blotter: Blotter, now_ns: int) -> int:
    """After a restart: every order that waits for an answer is UNKNOWN until somebody tells; how many."""
    doubted = 0
    for place in range(blotter.counts[0]["open_orders"]):
        slot = blotter.open_slots[place]
        order = blotter.orders[slot]
        if order["status"] == OrderStatus.PENDING_NEW:
            order["status"] = OrderStatus.UNKNOWN
            order["updated_ns"] = now_ns
            blotter.counts[0]["unknown_orders"] += 1
            blotter.dirty[slot] = 1
            doubted += 1
    return doubted


@kernel
def look_up_unknown(blotter: Blotter, decisions: Decisions, cause: np.void) -> int:
    """Ask what became of every order that is UNKNOWN or waits for a cancel or replace; how many.

    Answered by Report.STATE. A cancel or replace whose ring went with its desk was never seen by anybody.
    """
    asked = 0
    for place in range(blotter.counts[0]["open_orders"]):
        slot = blotter.open_slots[place]
        status = blotter.orders[slot]["status"]
        waits = status == OrderStatus.PENDING_CANCEL or status == OrderStatus.PENDING_REPLACE
        if status == OrderStatus.UNKNOWN or waits:
            _emit_request(blotter, decisions, slot, Request.LOOK_UP, cause)
            asked += 1
    return asked
