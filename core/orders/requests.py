"""What we ask of a venue: the order's own record and the ORDER_REQUEST decision, changed together.

    place      an approved intent becomes an order, PENDING_NEW     -> Request.NEW
    cancel     an open order becomes PENDING_CANCEL                 -> Request.CANCEL
    replace    an open order becomes PENDING_REPLACE                -> Request.REPLACE, at most one on its way

Working lots are counted here, before the request leaves: what was asked for counts against the limits at once.
"""

import numpy as np

from core.kernel import kernel
from core.orders.blotter import Blotter, entered, find, identify, insert_order, open_order, refresh_own, working_lots
from core.orders.positions import Positions
from core.orders.reports import count_working
from core.orders.transitions import is_open
from core.records.decisions import Decisions, next_decision
from core.vocabulary import DenyReason, EventKind, OrderStatus, Request

CANCEL_AGAIN_NS = 250_000_000


@kernel
def place(
    blotter: Blotter,
    positions: Positions,
    decisions: Decisions,
    intent: np.void,
    source_id: int,
    seat: int,
) -> int:
    """Open an order from an intent that risk approved; its slot, or -1 when the blotter is full."""
    slot = open_order(blotter, intent, intent["now_ns"], source_id, seat)
    if slot >= 0:
        order = blotter.orders[slot]
        count_working(positions, order, working_lots(order))
        _emit_request(blotter, decisions, slot, Request.NEW, intent)
    return slot


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
    asked_ns = order["cancel_asked_ns"]
    if asked_ns != 0 and asked_ns <= cause["now_ns"] and cause["now_ns"] - asked_ns < CANCEL_AGAIN_NS:
        return 0
    order["cancel_asked_ns"] = cause["now_ns"]
    # UNKNOWN stays UNKNOWN until the venue has spoken, but the cancel goes out.
    if order["status"] != OrderStatus.UNKNOWN:
        if order["status"] != OrderStatus.PENDING_CANCEL and order["status"] != OrderStatus.PENDING_REPLACE:
            order["status_before"] = order["status"]
        order["status"] = OrderStatus.PENDING_CANCEL
    order["updated_ns"] = cause["now_ns"]
    blotter.dirty[slot] = 1
    _emit_request(blotter, decisions, slot, Request.CANCEL, cause)
    return 0


@kernel
def can_replace(blotter: Blotter, slot: int) -> int:
    """A DenyReason: may a replace be asked for now? Of an order that the venue confirmed and nobody is changing."""
    if not (slot >= 0 and slot < blotter.orders.shape[0]):
        return DenyReason.UNKNOWN_ORDER
    status = blotter.orders[slot]["status"]
    if status == OrderStatus.NEW or status == OrderStatus.PARTIALLY_FILLED:
        return 0
    return DenyReason.ORDER_NOT_OPEN


@kernel
def replace(blotter: Blotter, positions: Positions, decisions: Decisions, slot: int, intent: np.void) -> int:
    """Ask for a new price and total size, approved by risk; a DenyReason."""
    reason = can_replace(blotter, slot)
    if reason != 0:
        return reason
    order = blotter.orders[slot]
    if not (intent["quantity_lots"] > order["filled_lots"]):
        return DenyReason.BAD_QUANTITY
    before_lots = working_lots(order)
    order["replace_price_ticks"] = intent["price_ticks"]
    order["replace_quantity_lots"] = intent["quantity_lots"]
    order["status_before"] = order["status"]
    order["status"] = OrderStatus.PENDING_REPLACE
    order["valid_until_ns"] = intent["valid_until_ns"]
    order["updated_ns"] = intent["now_ns"]
    blotter.dirty[slot] = 1
    refresh_own(blotter, order["instrument_id"])
    count_working(positions, order, working_lots(order) - before_lots)
    _emit_request(blotter, decisions, slot, Request.REPLACE, intent)
    return 0


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
    if request == Request.REPLACE:
        record["price_ticks"] = order["replace_price_ticks"]
        record["quantity_lots"] = order["replace_quantity_lots"]
    if request == Request.NEW or request == Request.REPLACE:
        record["valid_until_ns"] = order["valid_until_ns"]


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
    if request["detail"] == Request.CANCEL and is_open(order["status"]):
        if order["status"] != OrderStatus.UNKNOWN:
            order["status_before"] = order["status"]
            order["status"] = OrderStatus.PENDING_CANCEL
    elif request["detail"] == Request.REPLACE and can_replace(blotter, slot) == 0:
        before_lots = working_lots(order)
        order["replace_price_ticks"] = request["price_ticks"]
        order["replace_quantity_lots"] = request["quantity_lots"]
        order["status_before"] = order["status"]
        order["status"] = OrderStatus.PENDING_REPLACE
        refresh_own(blotter, order["instrument_id"])
        count_working(positions, order, working_lots(order) - before_lots)
    blotter.dirty[slot] = 1
    return slot


@kernel
def _find_or_insert(blotter: Blotter, positions: Positions, request: np.void) -> int:
    slot = find(blotter, request["client_id"])
    if slot >= 0 or request["detail"] != Request.NEW:
        return slot
    slot = insert_order(blotter, request["client_id"], request, request["now_ns"])
    if slot >= 0:
        order = blotter.orders[slot]
        order["status"] = OrderStatus.PENDING_NEW
        entered(blotter, slot)
        count_working(positions, order, working_lots(order))
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
