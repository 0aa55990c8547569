"""Slices of a larger order: is one due, how large is it, at what price does it go?

How a size is cut over time and volume is core/orders/slicing.py. A slice is an order of its own, reviewed like every
other; what it did not fill the order may send again (core/orders/contingency.py).
"""

import numpy as np

from core.bars.bar import Frame
from core.intents import submit
from core.kernel import kernel
from core.money import value_e8
from core.orders.contingency import NO_GROUP
from core.orders.requests import drop
from core.orders.slicing import expected_lots, interval_ns, slice_lots, uneven
from core.orders.triggers import taking_ticks
from core.owner import AGAIN_NS, LOOK_NS, owners_intent
from core.records.decisions import Decisions
from core.state import State
from core.vocabulary import BookState, DenyReason, EventFlag, OrderStatus, OrderType, TimeInForce

REDUCE_ONLY = int(EventFlag.REDUCE_ONLY)
POST_ONLY = int(EventFlag.POST_ONLY)
M1 = int(Frame.M1)
GRACE_NS = 5_000_000_000
"""What a TWAP or VWAP could not trade by its end it tries for so long, then it expires."""
PACE_BARS = 30
MINUTE_NS = 60_000_000_000


@kernel
def send_slice(state: State, decisions: Decisions, slot: int, event: np.void) -> None:
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
    intent = owners_intent(state, order, event)
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
    child = submit(state, decisions, intent)
    state.blotter.dirty[slot] = 1
    if child < 0:
        order["reason"] = -1 - child
        order["next_ns"] = event["now_ns"] + AGAIN_NS
        return
    order["reason"] = 0
    order["sent_lots"] += lots
    order["slices"] += 1
    if not is_iceberg:
        seed = int(order["client_id"]) + 1
        order["next_ns"] = event["now_ns"] + uneven(interval_ns(order), seed, int(order["slices"]))


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
