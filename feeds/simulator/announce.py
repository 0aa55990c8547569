"""What the exchange says, in order: book levels and trades to everyone, reports to the accounts concerned.

One order's consequences are one frame: nothing between LAST_IN_FRAME and the next is a whole book.

Codes are handed on as `int(CODE)`: numba compiles a function once more for every constant that it is called with.
"""

import numpy as np

from core.kernel import kernel
from core.vocabulary import EventFlag, EventKind, OrderStatus, OrderType, Reject, Report
from feeds.simulator.generator import below
from feeds.simulator.state import CROWD, ExchangeState

BOOK_LEVEL = int(EventKind.BOOK_LEVEL)
TRADE = int(EventKind.TRADE)
INSTRUMENT_STATE = int(EventKind.INSTRUMENT_STATE)
EXECUTION_REPORT = int(EventKind.EXECUTION_REPORT)
LIMIT = int(OrderType.LIMIT)
FILLED = int(Report.FILLED)
LAST_IN_FRAME = int(EventFlag.LAST_IN_FRAME)
MAKER = int(EventFlag.MAKER)
FINAL = int(EventFlag.FINAL)
REJECTED = int(Report.REJECTED)
CANCELED = int(Report.CANCELED)
EXPIRED = int(Report.EXPIRED)
NO_REASON = int(Reject.NONE)
NO_SIDE = 0
STATUS_REJECTED = int(OrderStatus.REJECTED)
STATUS_CANCELED = int(OrderStatus.CANCELED)
STATUS_EXPIRED = int(OrderStatus.EXPIRED)
STATUS_NEW = int(OrderStatus.NEW)
STATUS_PARTIALLY_FILLED = int(OrderStatus.PARTIALLY_FILLED)
STATUS_FILLED = int(OrderStatus.FILLED)


@kernel
def tell_market(state: ExchangeState, kind: int, book: int, side: int, price_ticks: int, lots: int) -> int:
    """Append one event; returns its index. The caller of the engine keeps room (matching.has_room)."""
    counters = state.counters[0]
    index = counters["market_count"]
    event = state.market[index]
    event["sequence"] = 0
    event["received_ns"] = 0
    event["venue_ns"] = counters["now_ns"]
    event["price_ticks"] = price_ticks
    event["quantity_lots"] = lots
    event["reference_id"] = 0
    event["instrument_id"] = book
    event["source_id"] = 0
    event["flags"] = 0
    event["kind"] = kind
    event["side"] = side
    event["detail"] = 0
    counters["market_count"] = index + 1
    return index


@kernel
def tell_level(state: ExchangeState, book: int, side: int, price_ticks: int) -> None:
    """The new total at a price; 0 when nobody waits there."""
    place = price_ticks - state.books[book]["first_ticks"]
    tell_market(state, int(BOOK_LEVEL), book, side, price_ticks, state.levels[book, place]["lots"])


@kernel
def end_frame(state: ExchangeState) -> None:
    """What was told since the last call is whole."""
    counters = state.counters[0]
    last = counters["market_count"]
    if last > counters["frame_start"]:
        state.market[last - 1]["flags"] |= LAST_IN_FRAME
    counters["frame_start"] = last


@kernel
def tell_state(state: ExchangeState, book: int) -> None:
    """OPEN, CLOSED, SUSPENDED or POST_ONLY, to everyone."""
    index = tell_market(state, int(INSTRUMENT_STATE), book, int(NO_SIDE), int(NO_SIDE), int(NO_SIDE))
    state.market[index]["detail"] = state.books[book]["state"]


@kernel
def tell_account(state: ExchangeState, row: int, report: int, reason: int) -> int:
    """Report on the order of a pool row; returns the report's index, or -1 for the crowd, which hears nothing.

    The status is what the order's lots say, unless the report ends it."""
    order = state.orders[row]
    if order["account"] == CROWD:
        return -1
    counters = state.counters[0]
    way_back_ns = counters["latency_ns"] + below(state.latency_words, counters["jitter_ns"] + 1)
    counters["report_due_ns"] = max(counters["report_due_ns"], counters["now_ns"] + way_back_ns)
    index = counters["report_count"]
    event = state.reports[index]
    status = _status_after(order, report)
    event["kind"] = EXECUTION_REPORT
    event["detail"] = report
    event["status"] = status
    event["reason"] = reason
    event["venue_ns"] = counters["now_ns"]
    event["received_ns"] = counters["report_due_ns"]
    event["client_id"] = order["client_id"]
    event["reference_id"] = order["order_id"]
    event["instrument_id"] = order["book"]
    event["account_id"] = order["account"]
    event["side"] = order["side"]
    event["order_type"] = order["order_type"]
    event["time_in_force"] = order["time_in_force"]
    event["price_ticks"] = order["price_ticks"] if order["order_type"] == LIMIT else 0
    event["quantity_lots"] = order["quantity_lots"]
    event["filled_lots"] = order["filled_lots"]
    event["execution_id"] = order["trigger_ticks"]
    event["amount"] = 0
    event["flags"] = 0
    if status not in (STATUS_NEW, STATUS_PARTIALLY_FILLED):
        event["flags"] = FINAL
    counters["report_count"] = index + 1
    return index


@kernel
def _status_after(order: np.void, report: int) -> int:
    if report == REJECTED:
        return STATUS_REJECTED
    if report == CANCELED:
        return STATUS_CANCELED
    if report == EXPIRED:
        return STATUS_EXPIRED
    if order["filled_lots"] == 0:
        return STATUS_NEW
    return STATUS_FILLED if order["filled_lots"] == order["quantity_lots"] else STATUS_PARTIALLY_FILLED


@kernel
def tell_fill(state: ExchangeState, row: int, price_ticks: int, lots: int, fee_e8: int, is_maker: int) -> None:
    """One execution to one of its two sides; `filled_lots` of the row already holds it."""
    index = tell_account(state, row, int(FILLED), int(NO_REASON))
    if index >= 0:
        event = state.reports[index]
        event["price_ticks"] = price_ticks
        event["quantity_lots"] = lots
        event["amount"] = fee_e8
        event["execution_id"] = 2 * state.counters[0]["trade_id"] + is_maker
        if is_maker == 1:
            event["flags"] |= MAKER
