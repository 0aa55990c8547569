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

A halted desk does nothing here. What cannot be: a stop between its trigger and its release is lost (it stays TRIGGERED
in the journal).
"""

import numpy as np

from core.bars.bar import Frame
from core.book.depth import lots_at, next_price
from core.intents import submit, submit_release, submit_replace
from core.kernel import kernel
from core.money import value_e8
from core.orders.blotter import working_lots
from core.orders.contingency import NO_GROUP, free_lots, has_open_entry, is_entry, left_lots
from core.orders.positions import TOTAL, break_even_ticks, find_row
from core.orders.requests import can_replace, cancel, cancel_slices, drop, emit_hold
from core.orders.slicing import expected_lots, interval_ns, slice_lots, uneven
from core.orders.terms import ONE_CANCELS, WAITS, has_limit_price, has_trigger, is_held, is_slicer, is_stop
from core.orders.transitions import is_open
from core.orders.triggers import NO_TRADE, is_reached, is_through, pegged_ticks, taking_ticks, trailed
from core.records.decisions import Decisions, clear_event
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
POST_ONLY = int(EventFlag.POST_ONLY)
M1 = int(Frame.M1)
AGAIN_NS = 250_000_000
"""After a denial, and between two moves of a peg or two records of a trailing stop."""
LOOK_NS = 100_000_000
GRACE_NS = 5_000_000_000
"""What a TWAP or VWAP could not trade by its end it tries for so long, then it expires."""
PACE_BARS = 30
MINUTE_NS = 60_000_000_000


@stage
def work_held(state: State, decisions: Decisions, event: np.void) -> None:
    """Every watched order of the event's instrument; of all when it names none."""
    if state.risk.state[0]["is_halted"] != 0:
        return
    instrument_id = event["instrument_id"]
    # From the end: an order that closes makes the last one take its place, and that one has been looked at.
    place = state.blotter.counts[0]["open_orders"] - 1
    while place >= 0:
        if place < state.blotter.counts[0]["open_orders"]:
            slot = state.blotter.open_slots[place]
            order = state.blotter.orders[slot]
            if order["is_watched"] == 1 and (instrument_id < 0 or order["instrument_id"] == instrument_id):
                _work(state, decisions, slot, event)
        place -= 1


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
    if status == OrderStatus.PENDING_CANCEL and is_held(order["phase"]):
        if order["sent_lots"] <= order["filled_lots"]:
            drop(state.blotter, decisions, slot, OrderStatus.CANCELED, 0, event)
        return
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
        _send_slice(state, decisions, slot, event)
    elif order["phase"] == Phase.FOLLOWING:
        _follow(state, decisions, slot, event)


@kernel
def _intent_of(state: State, order: np.void, event: np.void) -> np.void:
    """The scratch intent, filled as if the order's owner wished something of it now."""
    intent = state.intent[0]
    clear_event(intent)
    intent["kind"] = EventKind.COMMAND
    intent["now_ns"] = event["now_ns"]
    intent["received_ns"] = event["now_ns"]
    intent["valid_until_ns"] = event["now_ns"] + state.core[0]["command_valid_ns"]
    intent["source_id"] = order["seat"]
    intent["origin"] = order["origin"]
    intent["strategy_id"] = order["strategy_id"]
    intent["account_id"] = order["account_id"]
    intent["instrument_id"] = order["instrument_id"]
    intent["client_id"] = order["client_id"]
    intent["group_id"] = order["group_id"]
    intent["side"] = order["side"]
    intent["order_type"] = order["asked_type"]
    intent["time_in_force"] = order["time_in_force"]
    intent["flags"] = order["flags"]
    intent["price_ticks"] = order["price_ticks"]
    intent["quantity_lots"] = order["quantity_lots"]
    return intent


@kernel
def _end(state: State, decisions: Decisions, slot: int, status: int, event: np.void) -> None:
    """It is over: a held order at once, one at the venue when that says so."""
    order = state.blotter.orders[slot]
    if is_held(order["phase"]) and order["sent_lots"] <= order["filled_lots"]:
        drop(state.blotter, decisions, slot, status, 0, event)
    else:
        cancel(state.blotter, decisions, slot, _intent_of(state, order, event))


@kernel
def _position_lots(state: State, order: np.void) -> int:
    row = find_row(state.positions, order["account_id"], order["instrument_id"], TOTAL)
    return int(state.positions.rows[row]["position_lots"]) if row >= 0 else 0


@kernel
def _keep_in_group(state: State, decisions: Decisions, slot: int, event: np.void) -> bool:
    """Has the leg something to do, and the right size? What is over is cancelled, what has another size resized."""
    leg = state.blotter.orders[slot]
    left = left_lots(leg)
    is_closing = leg["flags"] & REDUCE_ONLY != 0 and (leg["flags"] & WAITS == 0 or leg["whole_lots"] > 0)
    if left == 0 or (is_closing and _position_lots(state, leg) * int(leg["side"]) >= 0):
        if leg["flags"] & WAITS == 0 or not has_open_entry(state.blotter, leg["group_id"]):
            _end(state, decisions, slot, OrderStatus.CANCELED, event)
        return False
    if is_held(leg["phase"]):
        return True
    wanted = int(leg["filled_lots"]) + left
    if wanted != leg["quantity_lots"] and can_replace(state.blotter, slot) == 0 and event["now_ns"] >= leg["next_ns"]:
        leg["next_ns"] = event["now_ns"] + LOOK_NS
        intent = _intent_of(state, leg, event)
        intent["order_type"] = leg["order_type"]
        intent["quantity_lots"] = wanted
        submit_replace(state, decisions, intent, slot)
    return leg["phase"] == Phase.FOLLOWING


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
        lots = min(lots, _closable_lots(state, order))
        if lots <= 0:
            if _position_lots(state, order) * int(order["side"]) >= 0:
                drop(state.blotter, decisions, slot, OrderStatus.CANCELED, DenyReason.REDUCE_ONLY, event)
            else:
                order["next_ns"] = event["now_ns"] + LOOK_NS  # our own orders on this side come first
            return
    intent = _intent_of(state, order, event)
    intent["quantity_lots"] = lots
    reason = submit_release(state, decisions, intent, slot)
    if reason == 0:
        return
    order["reason"] = reason
    order["next_ns"] = event["now_ns"] + AGAIN_NS
    if not is_bound and not _passes(reason):
        drop(state.blotter, decisions, slot, OrderStatus.DENIED, reason, event)


@kernel
def _passes(reason: int) -> bool:
    """Is it a reason that is gone in a moment?"""
    return bool(
        reason == DenyReason.GATEWAY_BUSY
        or reason == DenyReason.GATEWAY_DOWN
        or reason == DenyReason.BOOK_NOT_LIVE
        or reason == DenyReason.ORDER_RATE
        or reason == DenyReason.MESSAGE_RATE
        or reason == DenyReason.SELF_CROSS
    )


@kernel
def _closable_lots(state: State, order: np.void) -> int:
    """What is left of the position behind the orders of ours that close it already."""
    row = find_row(state.positions, order["account_id"], order["instrument_id"], TOTAL)
    if row < 0:
        return 0
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
            cancel(state.blotter, decisions, other, _intent_of(state, leg, event))


@kernel
def _send_slice(state: State, decisions: Decisions, slot: int, event: np.void) -> None:
    order = state.blotter.orders[slot]
    now_ns = int(event["now_ns"])
    book_slot = state.instruments[order["instrument_id"]]["book_slot"]
    if now_ns < order["next_ns"] or now_ns < order["starts_ns"] or book_slot < 0:
        return
    head = state.books.heads[book_slot]
    if order["next_ns"] == 0:
        order["starts_ns"] = max(int(order["starts_ns"]), int(order["created_ns"]))
        order["volume_lots"] = head["day_volume_lots"]
    order["next_ns"] = now_ns + LOOK_NS
    is_iceberg = order["asked_type"] == OrderType.ICEBERG
    if is_iceberg and order["sent_lots"] > order["filled_lots"]:
        return
    over_ns = now_ns - int(order["ends_ns"])
    if not is_iceberg and over_ns > GRACE_NS and order["sent_lots"] <= order["filled_lots"]:
        drop(state.blotter, decisions, slot, OrderStatus.EXPIRED, order["reason"], event)
        return
    if head["state"] != BookState.LIVE:
        return
    traded = int(head["day_volume_lots"]) - int(order["volume_lots"])
    if traded < 0:  # a day has begun, or a core
        order["volume_lots"] = 0
        traded = int(head["day_volume_lots"])
    expected = _expected(state, book_slot, -over_ns) if order["asked_type"] == OrderType.VWAP else 0
    least = _least_lots(state, order, head)
    if int(order["quantity_lots"]) - int(order["sent_lots"]) < least:
        if order["sent_lots"] <= order["filled_lots"] and is_iceberg:
            # What cancelled parts left behind is less than the venue takes.
            drop(state.blotter, decisions, slot, OrderStatus.CANCELED, DenyReason.BAD_QUANTITY, event)
        return
    lots = slice_lots(order, int(order["client_id"]), now_ns, traded, expected, least)
    if lots > 0:
        _send(state, decisions, slot, lots, head, event)


@kernel
def _least_lots(state: State, order: np.void, head: np.void) -> int:
    """The smallest slice that the venue takes: by size, and by what it is worth."""
    limits = state.risk.limits[order["instrument_id"]]
    least = max(1, int(limits["min_lots"]))
    bid = int(head["best_bid_ticks"])
    price = min(bid, int(order["price_ticks"])) if order["price_ticks"] > 0 else bid
    one_e8 = value_e8(price, 1, limits)
    needed_e8 = int(limits["min_notional_e8"])
    if needed_e8 > 0 and one_e8 > 0:
        least = max(least, -(-needed_e8 // one_e8))
    return least


@kernel
def _send(state: State, decisions: Decisions, slot: int, lots: int, head: np.void, event: np.void) -> None:
    """One slice: an order of its own, reviewed like every other, that knows whose it is."""
    order = state.blotter.orders[slot]
    is_iceberg = order["asked_type"] == OrderType.ICEBERG
    intent = _intent_of(state, order, event)
    intent["order_type"] = OrderType.LIMIT
    intent["flags"] = order["flags"] & (POST_ONLY | REDUCE_ONLY)
    intent["group_id"] = NO_GROUP
    intent["client_id"] = 0
    intent["amount"] = order["client_id"]
    intent["quantity_lots"] = lots
    intent["time_in_force"] = TimeInForce.GTC if is_iceberg else TimeInForce.IOC
    if not is_iceberg:
        bid, ask, side = int(head["best_bid_ticks"]), int(head["best_ask_ticks"]), int(order["side"])
        price = taking_ticks(order["asked_type"], side, int(order["price_ticks"]), bid, ask)
        if price * side < (ask if side > 0 else bid) * side:
            return  # its limit lies behind the market
        intent["price_ticks"] = price
    client_id = order["client_id"]
    child = submit(state, decisions, intent)
    order = state.blotter.orders[slot]
    if order["client_id"] != client_id or not is_open(order["status"]):
        return
    state.blotter.dirty[slot] = 1
    if child < 0:
        order["reason"] = -1 - child
        order["next_ns"] = event["now_ns"] + AGAIN_NS
        return
    order["reason"] = 0
    order["sent_lots"] += lots
    order["slices"] += 1
    if not is_iceberg:
        order["next_ns"] = event["now_ns"] + uneven(interval_ns(order), int(client_id) + 1, int(order["slices"]))


@kernel
def _expected(state: State, book_slot: int, left_ns: int) -> int:
    """What the market is to trade until the end, at the pace of the last half hour."""
    count = int(state.bars.counts[book_slot, M1])
    kept = state.bars.closed.shape[2]
    volume, bars = int(state.bars.open[book_slot, M1]["volume_lots"]), 1
    for back in range(1, min(PACE_BARS, count, kept) + 1):
        volume += state.bars.closed[book_slot, M1, (count - back) % kept]["volume_lots"]
        bars += 1
    return expected_lots(volume, bars * MINUTE_NS, left_ns)


@kernel
def _follow(state: State, decisions: Decisions, slot: int, event: np.void) -> None:
    """Move a pegged order; its own size is not the market that it follows."""
    order = state.blotter.orders[slot]
    book_slot = state.instruments[order["instrument_id"]]["book_slot"]
    if event["now_ns"] < order["next_ns"] or not (book_slot >= 0):
        return
    head = state.books.heads[book_slot]
    if head["state"] != BookState.LIVE or can_replace(state.blotter, slot) != 0:
        return
    bid, ask = int(head["best_bid_ticks"]), int(head["best_ask_ticks"])
    side, price, rest = (
        int(order["side"]),
        int(order["price_ticks"]),
        int(order["quantity_lots"]) - int(order["filled_lots"]),
    )
    if (bid if side > 0 else ask) == price and lots_at(state.books, book_slot, side, price) <= rest:
        behind = next_price(state.books, book_slot, side, price)
        if behind != 0:
            bid, ask = (behind, ask) if side > 0 else (bid, behind)
    wanted = pegged_ticks(order, bid, ask)
    if wanted == price or wanted == 0:
        return
    order["next_ns"] = event["now_ns"] + LOOK_NS
    intent = _intent_of(state, order, event)
    intent["order_type"] = OrderType.LIMIT
    intent["price_ticks"] = wanted
    submit_replace(state, decisions, intent, slot)


@kernel
def amend_held(state: State, decisions: Decisions, slot: int, event: np.void) -> int:
    """New trigger, price, size or offset (0: as it is) of an order that is held; a DenyReason."""
    order = state.blotter.orders[slot]
    if order["phase"] == Phase.TRIGGERED or order["status"] == OrderStatus.PENDING_CANCEL:
        return DenyReason.ORDER_NOT_OPEN
    lots, largest = int(event["quantity_lots"]), state.risk.limits[order["instrument_id"]]["max_order_lots"]
    if lots != 0 and not (lots >= order["sent_lots"] and lots > order["filled_lots"] and lots <= largest):
        return DenyReason.BAD_QUANTITY
    if event["execution_id"] < 0 or event["price_ticks"] < 0 or event["amount"] < 0:
        return DenyReason.BAD_TRIGGER
    if event["execution_id"] != 0 and has_trigger(order["asked_type"]):
        order["trigger_ticks"] = event["execution_id"]
    if event["price_ticks"] != 0 and (has_limit_price(order["asked_type"]) or is_slicer(order["asked_type"])):
        order["price_ticks"] = event["price_ticks"]
    if event["amount"] != 0:
        order["offset"] = event["amount"]
    if lots != 0:
        order["quantity_lots"] = lots
        order["asked_lots"] = lots
    order["updated_ns"] = event["now_ns"]
    emit_hold(state.blotter, decisions, slot, event)
    return 0


@kernel
def pause(state: State, decisions: Decisions, slot: int, is_on: int, event: np.void) -> int:
    """Stop or go on sending slices; what an iceberg shows is taken back. A DenyReason."""
    if not (slot >= 0 and slot < state.blotter.orders.shape[0]):
        return DenyReason.UNKNOWN_ORDER
    order = state.blotter.orders[slot]
    wanted = Phase.PAUSED.value if is_on == 1 else Phase.WORKING.value
    if not is_open(order["status"]) or not is_slicer(order["asked_type"]):
        return DenyReason.ORDER_NOT_OPEN
    if order["phase"] == wanted:
        return DenyReason.NOTHING_TO_DO
    order["phase"] = wanted
    emit_hold(state.blotter, decisions, slot, event)
    if is_on == 1:
        cancel_slices(state.blotter, decisions, order["client_id"], event)
    return 0


@kernel
def break_even(state: State, decisions: Decisions, event: np.void) -> int:
    """Every held stop that closes the position of an instrument to the price at which that has cost nothing."""
    instrument_id = int(event["instrument_id"])
    if not (instrument_id >= 0 and instrument_id < state.instrument_count[0]):
        return DenyReason.UNKNOWN_INSTRUMENT
    row = find_row(state.positions, event["account_id"], instrument_id, TOTAL)
    if row < 0 or state.positions.rows[row]["position_lots"] == 0:
        return DenyReason.NOTHING_TO_DO
    ticks = break_even_ticks(state.positions.rows[row], state.instruments[instrument_id])
    head = state.books.heads[state.instruments[instrument_id]["book_slot"]]
    side = -1 if state.positions.rows[row]["position_lots"] > 0 else 1
    if is_through(OrderType.STOP.value, side, ticks, int(head["best_bid_ticks"]), int(head["best_ask_ticks"])):
        return DenyReason.BAD_TRIGGER
    moved = 0
    for place in range(state.blotter.counts[0]["open_orders"]):
        slot = state.blotter.open_slots[place]
        order = state.blotter.orders[slot]
        if order["instrument_id"] == instrument_id and order["side"] == side and is_stop(order["asked_type"]):
            if order["phase"] == Phase.WATCHING or order["phase"] == Phase.WAITING:
                order["trigger_ticks"] = ticks
                emit_hold(state.blotter, decisions, slot, event)
                moved += 1
    return 0 if moved > 0 else DenyReason.NOTHING_TO_DO
