"""Stops that wait at the exchange: market orders that go off when the last trade has come to their trigger.

    enter_stop   refuse · wait, in the order of arrival
    move_stop    another trigger and total quantity; it keeps its place
    cancel_stop  out of the line
    fire_stop    at the begin of a matching cycle: the first that was reached takes what it gets, the rest expires

A trigger that the last trade has passed already is refused. One with REDUCE_ONLY closes what its account holds and no
more: what would open a position is told as replaced away, or the order expires. At most one goes off in a cycle, so
that what a cycle tells stays bounded.
"""

import numpy as np

from core.kernel import kernel
from core.vocabulary import EventFlag, InstrumentState, Reject, Report, Side
from feeds.simulator.announce import end_frame, tell_account
from feeds.simulator.matching import MOST_ACCOUNT_ORDERS, price_at_the_edge, work
from feeds.simulator.queues import give_row_back
from feeds.simulator.state import ExchangeState

BUY = int(Side.BUY)
SELL = int(Side.SELL)
REDUCE_ONLY = int(EventFlag.REDUCE_ONLY)
OPEN = int(InstrumentState.OPEN)
STATE_POST_ONLY = int(InstrumentState.POST_ONLY)
ACCEPTED, REJECTED, CANCELED, EXPIRED, REPLACED, REPLACE_REJECTED = (
    int(Report.ACCEPTED), int(Report.REJECTED), int(Report.CANCELED), int(Report.EXPIRED), int(Report.REPLACED),
    int(Report.REPLACE_REJECTED),
)  # fmt: skip
NONE, BAD_PRICE, BAD_QUANTITY, MARKET_CLOSED, RATE_LIMIT, OTHER = (
    int(Reject.NONE), int(Reject.BAD_PRICE), int(Reject.BAD_QUANTITY), int(Reject.MARKET_CLOSED),
    int(Reject.RATE_LIMIT), int(Reject.OTHER),
)  # fmt: skip


@kernel
def enter_stop(state: ExchangeState, row: int) -> int:
    """A stop that was written into a fresh row, `trigger_ticks` included. Returns a Reject."""
    order = state.orders[row]
    state.counters[0]["order_id"] += 1
    order["order_id"] = state.counters[0]["order_id"]
    reason = stop_refusal(state, order, order["trigger_ticks"], order["quantity_lots"])
    if reason == NONE and state.books[order["book"]]["account_orders"] >= MOST_ACCOUNT_ORDERS:
        reason = int(RATE_LIMIT)
    if reason != NONE:
        tell_account(state, row, int(REJECTED), reason)
        give_row_back(state, row)
        return reason
    _wait(state, row)
    tell_account(state, row, int(ACCEPTED), int(NONE))
    return NONE


@kernel
def move_stop(state: ExchangeState, row: int, trigger_ticks: int, quantity_lots: int) -> int:
    """A refused change leaves it as it was. Returns a Reject."""
    order = state.orders[row]
    reason = stop_refusal(state, order, trigger_ticks, quantity_lots)
    if reason == NONE:
        order["trigger_ticks"] = trigger_ticks
        order["quantity_lots"] = quantity_lots
        tell_account(state, row, int(REPLACED), int(NONE))
    else:
        tell_account(state, row, int(REPLACE_REJECTED), reason)
    return reason


@kernel
def cancel_stop(state: ExchangeState, row: int) -> None:
    _leave(state, row)
    tell_account(state, row, int(CANCELED), int(NONE))
    give_row_back(state, row)


@kernel
def fire_stop(state: ExchangeState) -> None:
    """The first in the line that the last trade of its book has reached, if there is one."""
    row = state.counters[0]["first_stop"]
    while row > 0:
        order = state.orders[row]
        book = state.books[order["book"]]
        if book["state"] == OPEN and _is_reached(book, order["side"], order["trigger_ticks"]):
            _go_off(state, row)
            return
        row = order["next"]


@kernel
def stop_refusal(state: ExchangeState, order: np.void, trigger_ticks: int, quantity_lots: int) -> int:
    """Why it would not be taken; NONE when it would."""
    book = state.books[order["book"]]
    if not (book["state"] == OPEN or book["state"] == STATE_POST_ONLY):
        return int(MARKET_CLOSED)
    if not (order["side"] == BUY or order["side"] == SELL):
        return int(OTHER)
    if not (book["min_lots"] <= quantity_lots and quantity_lots <= book["max_lots"]):
        return int(BAD_QUANTITY)
    first_ticks, beyond_ticks = book["first_ticks"], book["first_ticks"] + state.levels.shape[1]
    if not (first_ticks <= trigger_ticks and trigger_ticks < beyond_ticks):
        return int(BAD_PRICE)
    if _is_reached(book, order["side"], trigger_ticks):
        return int(BAD_PRICE)
    return int(NONE)


@kernel
def _is_reached(book: np.void, side: int, trigger_ticks: int) -> bool:
    return book["last_ticks"] != 0 and (book["last_ticks"] - trigger_ticks) * side >= 0


@kernel
def _go_off(state: ExchangeState, row: int) -> None:
    order = state.orders[row]
    _leave(state, row)
    order["trigger_ticks"] = 0
    if order["flags"] & REDUCE_ONLY != 0:
        held_lots = -order["side"] * state.accounts[order["account"], order["book"]]["position_lots"]
        if held_lots <= 0:
            tell_account(state, row, int(EXPIRED), int(NONE))
            give_row_back(state, row)
            return
        if held_lots < order["quantity_lots"]:
            order["quantity_lots"] = held_lots
            tell_account(state, row, int(REPLACED), int(NONE))
    price_at_the_edge(state, order)
    work(state, row)
    end_frame(state)


@kernel
def _wait(state: ExchangeState, row: int) -> None:
    """Last in the line of all stops."""
    counters, order = state.counters[0], state.orders[row]
    order["previous"] = counters["last_stop"]
    order["next"] = 0
    if counters["last_stop"] > 0:
        state.orders[counters["last_stop"]]["next"] = row
    else:
        counters["first_stop"] = row
    counters["last_stop"] = row
    state.books[order["book"]]["account_orders"] += 1


@kernel
def _leave(state: ExchangeState, row: int) -> None:
    counters, order = state.counters[0], state.orders[row]
    if order["previous"] > 0:
        state.orders[order["previous"]]["next"] = order["next"]
    else:
        counters["first_stop"] = order["next"]
    if order["next"] > 0:
        state.orders[order["next"]]["previous"] = order["previous"]
    else:
        counters["last_stop"] = order["previous"]
    order["next"] = 0
    order["previous"] = 0
    state.books[order["book"]]["account_orders"] -= 1
