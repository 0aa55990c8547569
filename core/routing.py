"""One order over several venues: where is each lot cheapest, fees and the venue's slowness counted?

    candidates   instruments of the same pair and class with a LIVE book, open, whose gateway runs
    price        of a level: price * (1 ± taker fee) ± what the market is expected to move until the venue has it
                 (volatility * sqrt(delay of its acknowledgements and its data), venue_delays.py)
    merge        always the cheapest next level of all candidates, until the size is reached or the limit lies nearer

What comes out are immediate-or-cancel limit orders, one a venue, at the worst price taken there: at most what was
asked, in whole lots of each venue. The rest of a limit order that may rest goes to the venue that was named. They are
reviewed as one group: all of them go or none.

Prices and sizes of two venues are compared as floats (a tick of one is no tick of the other); sizes are rounded down.
"""

import math

import numpy as np

from core.book.depth import key_behind, lots_of_key
from core.book.ladder import NO_KEY
from core.kernel import kernel
from core.money import LARGEST_STEPS
from core.state import GROUP_LEGS, State
from core.venue_delays import slowness
from core.vocabulary import BookState, EventFlag, InstrumentState, OrderType, TimeInForce

POST_ONLY = int(EventFlag.POST_ONLY)
ROUTE = int(EventFlag.ROUTE)
MOST_LEVELS = 256


@kernel
def is_routable(state: State, intent: np.void) -> bool:
    """A plain order that may take; of a known instrument, with a size that can be counted with."""
    instrument_id, side = intent["instrument_id"], intent["side"]
    if not (instrument_id >= 0 and instrument_id < state.instrument_count[0]) or not (side == 1 or side == -1):
        return False
    if not (intent["quantity_lots"] >= 1 and intent["quantity_lots"] <= LARGEST_STEPS):
        return False
    if intent["flags"] & POST_ONLY != 0 or intent["time_in_force"] == TimeInForce.FOK:
        return False
    if intent["order_type"] == OrderType.LIMIT:
        return bool(intent["price_ticks"] >= 1 and intent["price_ticks"] <= LARGEST_STEPS)
    return bool(intent["order_type"] == OrderType.MARKET)


@kernel
def route(state: State, intent: np.void, seat: int) -> int:
    """Fill `state.staged[seat]` with the legs of an order; how many. 0: no venue can take it."""
    side, asked = int(intent["side"]), int(intent["quantity_lots"])
    count = _gather(state, intent)
    own = state.routed[0]
    left = float(asked) * own["lot"]
    limit = float(intent["price_ticks"]) * own["tick"]
    for _ in range(MOST_LEVELS):
        if left <= 0.0:
            break
        best = _cheapest(state, count, side)
        if best < 0:
            break
        row = state.routed[best]
        ticks = -side * int(row["key"])
        if intent["order_type"] == OrderType.LIMIT and float(ticks) * row["tick"] * side > limit * side:
            row["key"] = NO_KEY
            continue
        left -= _take(state, row, side, left)
    return _legs(state, intent, seat, count, left)


@kernel
def _gather(state: State, intent: np.void) -> int:
    """The candidates, into `state.routed`; the named instrument is the first, whatever its state. How many."""
    named = state.instruments[intent["instrument_id"]]
    _describe(state, 0, int(intent["instrument_id"]), int(intent["side"]), int(intent["now_ns"]))
    count = 1
    for instrument_id in range(state.instrument_count[0]):
        row = state.instruments[instrument_id]
        if row["pair_id"] != named["pair_id"] or instrument_id == intent["instrument_id"]:
            continue
        if count < GROUP_LEGS - 1 and row["value_numerator"] >= 1:
            _describe(state, count, instrument_id, int(intent["side"]), int(intent["now_ns"]))
            count += 1
    return count


@kernel
def _describe(state: State, place: int, instrument_id: int, side: int, now_ns: int) -> None:
    """One candidate, at its best level; without one when it may not be traded now."""
    row, instrument = state.routed[place], state.instruments[instrument_id]
    slot, source_id = int(instrument["book_slot"]), int(instrument["source_id"])
    row["instrument_id"] = instrument_id
    row["lots"] = 0
    row["worst_ticks"] = 0
    row["tick"] = float(instrument["tick_mantissa"]) * math.pow(10.0, float(instrument["tick_exponent"]))
    row["lot"] = float(instrument["lot_mantissa"]) * math.pow(10.0, float(instrument["lot_exponent"]))
    row["key"] = NO_KEY
    if not (slot >= 0 and source_id >= 0 and source_id < state.gateways.shape[0]):
        return
    gateway = state.gateways[source_id]
    row["burden"] = float(instrument["taker_fee_ppm"]) * 1e-6 + slowness(state, slot, source_id, now_ns)
    is_open = instrument["state"] == InstrumentState.OPEN and state.books.heads[slot]["state"] == BookState.LIVE
    if is_open and gateway["is_down"] == 0 and gateway["is_full"] == 0:
        row["key"] = state.books.sides[slot, (1 + side) >> 1]["best_key"]
    _price(row, side)


@kernel
def _price(row: np.void, side: int) -> None:
    row["price"] = float(-side * int(row["key"])) * row["tick"] * (1.0 + side * row["burden"])


@kernel
def _cheapest(state: State, count: int, side: int) -> int:
    """The candidate whose next level is the best to take; -1: none has one."""
    best = -1
    for place in range(count):
        row = state.routed[place]
        if row["key"] == NO_KEY:
            continue
        if best < 0 or row["price"] * side < state.routed[best]["price"] * side:
            best = place
    return best


@kernel
def _take(state: State, row: np.void, side: int, left: float) -> float:
    """Take from the candidate's next level, and move on behind it. How much, in the base currency."""
    slot = int(state.instruments[row["instrument_id"]]["book_slot"])
    taken_side = (1 + side) >> 1
    shown = lots_of_key(state.books, slot, taken_side, row["key"])
    # A hair more, so that what was asked in lots is not lost to the last bit of a float.
    lots = min(shown, int(left / row["lot"] * (1.0 + 1e-12) + 1e-9))
    row["lots"] += lots
    if lots > 0:
        row["worst_ticks"] = -side * int(row["key"])
    if lots < shown:
        row["key"] = NO_KEY  # what is left is less than a lot of this venue
    else:
        row["key"] = key_behind(state.books, slot, taken_side, row["key"])
        _price(row, side)
    return float(lots) * row["lot"]


@kernel
def _legs(state: State, intent: np.void, seat: int, count: int, left: float) -> int:
    """Orders of what was routed; what may rest goes to the instrument that was named."""
    legs = 0
    for place in range(count):
        row = state.routed[place]
        if row["lots"] < max(1, int(state.instruments[row["instrument_id"]]["min_lots"])):
            continue
        leg = _leg(state, intent, seat, legs, row["instrument_id"], row["lots"])
        leg["order_type"] = OrderType.LIMIT
        leg["time_in_force"] = TimeInForce.IOC
        leg["price_ticks"] = row["worst_ticks"]
        legs += 1
    may_rest = intent["order_type"] == OrderType.LIMIT and intent["time_in_force"] != TimeInForce.IOC
    rest = int(left / state.routed[0]["lot"] + 1e-9)
    if may_rest and rest >= max(1, int(state.instruments[intent["instrument_id"]]["min_lots"])):
        _leg(state, intent, seat, legs, int(intent["instrument_id"]), rest)
        legs += 1
    return legs


@kernel
def _leg(state: State, intent: np.void, seat: int, place: int, instrument_id: int, lots: int) -> np.void:
    state.staged[seat, place] = intent
    leg = state.staged[seat, place]
    leg["instrument_id"] = instrument_id
    leg["quantity_lots"] = lots
    leg["flags"] = int(intent["flags"]) & ~ROUTE
    return leg
