"""Orders that the core works itself: what each of them needs now, whenever something may have changed.

Looked at after every frame and report of the instrument, and ten times a second for what only time changes. Nothing is
remembered between two looks but what stands in the orders, so a restart, a gap or a late report only delays:

    over its time         a held order expires, one at the venue is cancelled
    a leg of a group      waits for its entry, takes the size that is left for it, goes when nothing is left
    WATCHING              trails; TRIGGERED when the market has come
    TRIGGERED             goes out once the legs that it competes with are gone, through the whole review. One that only
                          reduces tries again until it may; any other is DENIED
    WORKING               sends the slice that is due
    FOLLOWING             moves to where the market is

A halted desk only ends here what was cancelled before. What cannot be: a stop between its trigger and its release is
lost (it stays TRIGGERED in the journal).
"""

import numpy as np

from core.intents import submit_release, submit_replace
from core.kernel import kernel
from core.orders.blotter import working_lots
from core.orders.contingency import NO_GROUP, free_lots, has_open_entry, is_entry, left_lots
from core.orders.positions import TOTAL, find_row, held_lots
from core.orders.requests import can_replace, cancel, drop, emit_hold
from core.orders.terms import ONE_CANCELS, WAITS, has_trigger, is_held, is_slicer
from core.orders.triggers import NO_TRADE, is_reached, trailed
from core.owner import AGAIN_NS, LOOK_NS, owners_intent, passes
from core.pegs import follow_market
from core.records.decisions import Decisions
from core.slices import send_slice
from core.stage import stage
from core.state import State
from core.vocabulary import (
    BookState,
    DenyReason,
    EventFlag,
    EventKind,
    OrderStatus,
    OrderType,
    Phase,
    TimeInForce,
)

REDUCE_ONLY = int(EventFlag.REDUCE_ONLY)


@stage
def work_held(state: State, decisions: Decisions, event: np.void) -> None:
    """Every watched order of the event's instrument; of all when it names none."""
    is_halted = state.risk.state[0]["is_halted"] != 0
    instrument_id = event["instrument_id"]
    # From the end: an order that closes makes the last one take its place, and that one has been looked at.
    place = state.blotter.counts[0]["open_orders"] - 1
    while place >= 0:
        if place < state.blotter.counts[0]["open_orders"]:
            slot = state.blotter.open_slots[place]
            order = state.blotter.orders[slot]
            if order["is_watched"] == 1 and (instrument_id < 0 or order["instrument_id"] == instrument_id):
                if order["status"] == OrderStatus.PENDING_CANCEL and is_held(order["phase"]):
                    _end_with_slices(state, decisions, slot, event)
                elif not is_halted:
                    _work(state, decisions, slot, event)
        place -= 1


@kernel
def _end_with_slices(state: State, decisions: Decisions, slot: int, event: np.void) -> None:
    """It was cancelled, and is over when nothing of it is at the venue any more."""
    order = state.blotter.orders[slot]
    if order["sent_lots"] <= order["filled_lots"]:
        drop(state.blotter, decisions, slot, OrderStatus.CANCELED, 0, event)


@kernel
def cancel_held(state: State, decisions: Decisions, cause: np.void) -> None:
    """A person has said halt: what is only here is over too. What is at a venue its order process cancels."""
    place = state.blotter.counts[0]["open_orders"] - 1
    while place >= 0:
        if place < state.blotter.counts[0]["open_orders"]:
            slot = state.blotter.open_slots[place]
            if is_held(state.blotter.orders[slot]["phase"]):
                drop(state.blotter, decisions, slot, OrderStatus.CANCELED, 0, cause)
        place -= 1


@kernel
def cancel_day_orders(state: State, decisions: Decisions, cause: np.void) -> None:
    """A trading day ends: DAY orders with it, also at venues that know no day."""
    place = state.blotter.counts[0]["open_orders"] - 1
    while place >= 0:
        if place < state.blotter.counts[0]["open_orders"]:
            slot = state.blotter.open_slots[place]
            if state.blotter.orders[slot]["time_in_force"] == TimeInForce.DAY:
                _end(state, decisions, slot, OrderStatus.EXPIRED, cause)
        place -= 1


@kernel
def _work(state: State, decisions: Decisions, slot: int, event: np.void) -> None:
    order = state.blotter.orders[slot]
    status, now_ns = order["status"], event["now_ns"]
    if status != OrderStatus.NEW and status != OrderStatus.PARTIALLY_FILLED:
        return
    if order["ends_ns"] != 0 and now_ns >= order["ends_ns"] and not is_slicer(order["asked_type"]):
        _end(state, decisions, slot, OrderStatus.EXPIRED, event)
        return
    if order["group_id"] != NO_GROUP and not is_entry(order) and not _keep_in_group(state, decisions, slot, event):
        return
    if order["phase"] == Phase.WAITING:
        order["phase"] = Phase.WATCHING if has_trigger(order["asked_type"]) else Phase.TRIGGERED
        emit_hold(state.blotter, decisions, slot, event)
    if order["phase"] == Phase.WATCHING:
        _watch(state, decisions, slot, event)
    if order["phase"] == Phase.TRIGGERED:
        _go_out(state, decisions, slot, event)
    elif order["phase"] == Phase.WORKING:
        send_slice(state, decisions, slot, event)
    elif order["phase"] == Phase.FOLLOWING:
        follow_market(state, decisions, slot, event)


@kernel
def _end(state: State, decisions: Decisions, slot: int, status: int, event: np.void) -> None:
    """It is over: a held order at once, one at the venue when that says so."""
    order = state.blotter.orders[slot]
    if is_held(order["phase"]) and order["sent_lots"] <= order["filled_lots"]:
        drop(state.blotter, decisions, slot, status, 0, event)
    else:
        cancel(state.blotter, decisions, slot, owners_intent(state, order, event))


@kernel
def _closes(state: State, order: np.void) -> bool:
    """Does it go against a position?"""
    return held_lots(state.positions, order["account_id"], order["instrument_id"]) * int(order["side"]) < 0


@kernel
def _keep_in_group(state: State, decisions: Decisions, slot: int, event: np.void) -> bool:
    """Has the leg something to do, and the right size? What is over is cancelled, what has another size resized."""
    leg = state.blotter.orders[slot]
    left = left_lots(leg)
    is_closing = leg["flags"] & REDUCE_ONLY != 0 and (leg["flags"] & WAITS == 0 or leg["whole_lots"] > 0)
    if left == 0 or (is_closing and not _closes(state, leg)):
        if leg["flags"] & WAITS == 0 or not has_open_entry(state.blotter, leg["group_id"]):
            _end(state, decisions, slot, OrderStatus.CANCELED, event)
        return False
    if is_held(leg["phase"]):
        return True
    wanted = int(leg["filled_lots"]) + left
    if wanted != leg["quantity_lots"] and can_replace(state.blotter, slot) == 0 and event["now_ns"] >= leg["next_ns"]:
        leg["next_ns"] = event["now_ns"] + LOOK_NS
        intent = owners_intent(state, leg, event)
        intent["order_type"] = leg["order_type"]
        intent["quantity_lots"] = wanted
        submit_replace(state, decisions, intent, slot)
    return True


@kernel
def _watch(state: State, decisions: Decisions, slot: int, event: np.void) -> None:
    """Follow the market with a trailing stop, and see whether it has come to the trigger."""
    order = state.blotter.orders[slot]
    book_slot = state.instruments[order["instrument_id"]]["book_slot"]
    if not (book_slot >= 0 and state.books.heads[book_slot]["state"] == BookState.LIVE):
        return
    head = state.books.heads[book_slot]
    bid, ask = int(head["best_bid_ticks"]), int(head["best_ask_ticks"])
    traded = NO_TRADE
    if event["kind"] == EventKind.TRADE and event["instrument_id"] == order["instrument_id"]:
        traded = int(event["price_ticks"])
    if order["asked_type"] == OrderType.TRAILING_STOP:
        trigger = trailed(order, bid, ask)
        if trigger != order["trigger_ticks"]:
            order["trigger_ticks"] = trigger
            state.blotter.dirty[slot] = 1
            if event["now_ns"] >= order["next_ns"]:
                order["next_ns"] = event["now_ns"] + LOOK_NS
                emit_hold(state.blotter, decisions, slot, event)
    if is_reached(order, bid, ask, traded):
        order["phase"] = Phase.TRIGGERED
        order["next_ns"] = 0
        emit_hold(state.blotter, decisions, slot, event)


@kernel
def _go_out(state: State, decisions: Decisions, slot: int, event: np.void) -> None:
    order = state.blotter.orders[slot]
    if event["now_ns"] < order["next_ns"]:
        return
    lots = left_lots(order) if order["group_id"] != NO_GROUP else int(order["quantity_lots"])
    if order["group_id"] != NO_GROUP and order["flags"] & ONE_CANCELS != 0:
        if _rival_lots(state, slot) + lots > free_lots(order):
            _cancel_rivals(state, decisions, slot, event)
            return
    is_bound = order["flags"] & REDUCE_ONLY != 0
    if is_bound:
        if not _closes(state, order):
            drop(state.blotter, decisions, slot, OrderStatus.CANCELED, DenyReason.REDUCE_ONLY, event)
            return
        lots = min(lots, _closable_lots(state, order))
        if lots <= 0:
            order["next_ns"] = event["now_ns"] + LOOK_NS  # our own orders on this side come first
            return
    intent = owners_intent(state, order, event)
    intent["quantity_lots"] = lots
    reason = submit_release(state, decisions, intent, slot)
    if reason == 0:
        return
    order["reason"] = reason
    order["next_ns"] = event["now_ns"] + AGAIN_NS
    if not is_bound and not passes(reason):
        drop(state.blotter, decisions, slot, OrderStatus.DENIED, reason, event)


@kernel
def _closable_lots(state: State, order: np.void) -> int:
    """What is left of the position that it closes behind the orders of ours that do so already."""
    row = find_row(state.positions, order["account_id"], order["instrument_id"], TOTAL)
    position = state.positions.rows[row]
    if order["side"] > 0:
        return -int(position["position_lots"]) - int(position["working_buy_lots"])
    return int(position["position_lots"]) - int(position["working_sell_lots"])


@kernel
def _is_rival(order: np.void, leg: np.void) -> bool:
    """Another leg of the group that takes from this one, and is at the venue."""
    if leg["group_id"] != order["group_id"] or leg["client_id"] == order["client_id"]:
        return False
    return leg["flags"] & ONE_CANCELS != 0 and not is_held(leg["phase"])


@kernel
def _rival_lots(state: State, slot: int) -> int:
    """What may still fill of this leg's rivals."""
    lots = 0
    for place in range(state.blotter.counts[0]["open_orders"]):
        leg = state.blotter.orders[state.blotter.open_slots[place]]
        if _is_rival(state.blotter.orders[slot], leg):
            lots += working_lots(leg)
    return lots


@kernel
def _cancel_rivals(state: State, decisions: Decisions, slot: int, event: np.void) -> None:
    for place in range(state.blotter.counts[0]["open_orders"]):
        other = state.blotter.open_slots[place]
        leg = state.blotter.orders[other]
        if _is_rival(state.blotter.orders[slot], leg) and leg["status"] != OrderStatus.PENDING_CANCEL:
            cancel(state.blotter, decisions, other, owners_intent(state, leg, event))
