"""The fill model of PAPER mode and of backtests: what would the real venue have made of our order?

    latency    a request reaches the venue one latency after it was sent, its answer the core one latency later
    taking     a marketable order takes what is displayed, level by level, never more
    resting    it joins behind everything displayed at its price (book/queue.py); trades at its price move it forward,
               trades beyond its price fill it, a level that shrinks bounds what is ahead
    crossed    a book whose other side reaches our price fills us, at our price, with what is displayed there
    fees       maker or taker, in millionths of the notional, rounded half away from zero

Limits: what we take stays displayed, because the real book does not know of us; others do not react to our order; our
own orders never trade with each other (risk denies that before).

    paper_request   an ORDER_REQUEST leaves the core
    paper_on_trade  a TRADE of an instrument          paper_on_book   a frame of its book is complete
    paper_due       what has arrived by now: requests at the venue, reports at the core
"""

import numpy as np

from core.book.depth import lots_at, lots_between, next_price
from core.book.head import NO_TICKS
from core.book.ladder import Books
from core.book.queue import queue_after_level, queue_after_trade, queue_on_entry
from core.fills.reports import report_execution, report_order, report_stranger
from core.fills.venue import (
    FREE,
    RESTING,
    PaperVenue,
    find_resting,
    free_row,
    make_paper,
    next_due_ns,
    report_room,
    take_out,
)
from core.kernel import kernel
from core.money import LARGEST_STEPS
from core.records.decisions import Decisions, next_decision
from core.vocabulary import BookState, EventFlag, EventKind, OrderType, Reject, Report, Request, TimeInForce

__all__ = [
    "PaperVenue",
    "make_paper",
    "next_due_ns",
    "paper_disown",
    "paper_due",
    "paper_on_book",
    "paper_on_trade",
    "paper_request",
    "paper_rollover",
]

POST_ONLY = int(EventFlag.POST_ONLY)


@kernel
def paper_request(venue: PaperVenue, request: np.void, now_ns: int) -> bool:
    """An ORDER_REQUEST sets out for the venue. False, and counted as lost, when too many are on their way."""
    state = venue.state[0]
    length = venue.requests.shape[0]
    if state["requests"] == length:
        state["lost"] += 1
        return False
    index = (state["request_head"] + state["requests"]) % length
    venue.requests[index] = request
    venue.request_due_ns[index] = now_ns + state["latency_ns"]
    state["requests"] += 1
    return True


@kernel
def paper_due(venue: PaperVenue, books: Books, instruments: np.ndarray, now_ns: int, reports: Decisions) -> int:
    """Let the venue take the requests that have arrived; append the reports that are due, in order. How many."""
    state = venue.state[0]
    while state["requests"] > 0 and venue.request_due_ns[state["request_head"]] <= now_ns:
        index = state["request_head"]
        state["request_head"] = (index + 1) % venue.requests.shape[0]
        state["requests"] -= 1
        _arrive(venue, books, instruments, venue.requests[index], venue.request_due_ns[index])
    appended = 0
    while state["reports"] > 0 and venue.report_due_ns[state["report_head"]] <= now_ns:
        if reports.used[0] >= reports.records.shape[0] - 1:
            break  # the rest at the next call
        index = state["report_head"]
        report = venue.reports[index]
        report["now_ns"] = now_ns
        report["received_ns"] = venue.report_due_ns[index]
        reports.records[next_decision(reports, EventKind.EXECUTION_REPORT, report)] = report
        state["report_head"] = (index + 1) % venue.reports.shape[0]
        state["reports"] -= 1
        appended += 1
    return appended


@kernel
def paper_on_trade(venue: PaperVenue, instruments: np.ndarray, event: np.void, now_ns: int) -> None:
    """A TRADE: first our orders at better prices than it, then those at its price; together never more than it."""
    if venue.state[0]["resting"] == 0:
        return
    left_lots = event["quantity_lots"]
    left_lots = _trade_passes(venue, instruments, event, left_lots, True, now_ns)
    _trade_passes(venue, instruments, event, left_lots, False, now_ns)


@kernel
def _trade_passes(
    venue: PaperVenue, instruments: np.ndarray, event: np.void, left_lots: int, is_through: bool, now_ns: int
) -> int:
    """Queue and fills of the orders that a trade passes through, or meets at its price. What is left of the trade."""
    traded_ticks, traded_lots, taker_side = int(event["price_ticks"]), int(event["quantity_lots"]), int(event["side"])
    for row in range(venue.orders.shape[0]):
        order = venue.orders[row]
        if order["state"] != RESTING or order["instrument_id"] != event["instrument_id"]:
            continue
        side, price_ticks = int(order["side"]), int(order["price_ticks"])
        if taker_side == side or is_through != ((price_ticks - traded_ticks) * side > 0):
            continue
        ahead_lots = queue_after_trade(
            order["queue_ahead_lots"], side, price_ticks, traded_ticks, traded_lots, taker_side
        )
        order["queue_ahead_lots"] = max(0, ahead_lots)
        lots = min(order["quantity_lots"] - order["filled_lots"], -ahead_lots, left_lots)
        if lots > 0:
            left_lots -= lots
            _execute(venue, row, price_ticks, lots, 1, instruments[order["instrument_id"]], now_ns)
    return left_lots


@kernel
def paper_on_book(venue: PaperVenue, books: Books, instruments: np.ndarray, instrument_id: int, now_ns: int) -> None:
    """The book of an instrument after a complete frame: bounds on queues, and fills where it reached our price."""
    if venue.state[0]["resting"] == 0:
        return
    slot = _book_of(books, instruments, instrument_id)
    if slot < 0 or books.heads[slot]["state"] != BookState.LIVE:
        return
    for row in range(venue.orders.shape[0]):
        order = venue.orders[row]
        if order["state"] != RESTING or order["instrument_id"] != instrument_id:
            continue
        side, price_ticks = int(order["side"]), int(order["price_ticks"])
        displayed_lots = lots_at(books, slot, side, price_ticks)
        order["queue_ahead_lots"] = queue_after_level(order["queue_ahead_lots"], displayed_lots)
        if _is_marketable(books, slot, order):
            lots = min(order["quantity_lots"] - order["filled_lots"], lots_between(books, slot, -side, price_ticks))
            _execute(venue, row, price_ticks, lots, 1, instruments[instrument_id], now_ns)


@kernel
def _execute(
    venue: PaperVenue, row: int, price_ticks: int, lots: int, is_maker: int, instrument: np.void, now_ns: int
) -> None:
    order = venue.orders[row]
    report_execution(venue, order, price_ticks, lots, is_maker, instrument, now_ns)
    if order["filled_lots"] >= order["quantity_lots"]:
        take_out(venue, row)


@kernel
def _arrive(venue: PaperVenue, books: Books, instruments: np.ndarray, request: np.void, now_ns: int) -> None:
    """A request is at the venue now."""
    row = find_resting(venue, request["client_id"])
    if request["detail"] == Request.NEW:
        if row >= 0:
            report_stranger(venue, request, Report.REJECTED, Reject.DUPLICATE_ID, now_ns)
        else:
            _enter(venue, books, instruments, request, now_ns)
    elif request["detail"] == Request.CANCEL:
        if row < 0:
            report_stranger(venue, request, Report.CANCEL_REJECTED, Reject.UNKNOWN_ORDER, now_ns)
        else:
            report_order(venue, venue.orders[row], Report.CANCELED, 0, now_ns)
            take_out(venue, row)
    elif request["detail"] == Request.LOOK_UP:
        if row < 0:
            report_stranger(venue, request, Report.NOT_SENT, Reject.UNKNOWN_ORDER, now_ns)
        else:
            report_order(venue, venue.orders[row], Report.STATE, 0, now_ns)
    elif row < 0:
        report_stranger(venue, request, Report.REPLACE_REJECTED, Reject.UNKNOWN_ORDER, now_ns)
    else:
        _replace(venue, books, instruments, row, request, now_ns)


@kernel
def _enter(venue: PaperVenue, books: Books, instruments: np.ndarray, request: np.void, now_ns: int) -> None:
    slot = _book_of(books, instruments, request["instrument_id"])
    row = free_row(venue)
    if slot < 0 or books.heads[slot]["state"] != BookState.LIVE:
        report_stranger(venue, request, Report.REJECTED, Reject.MARKET_CLOSED, now_ns)
        return
    if row < 0 or not (0 < request["quantity_lots"] and request["quantity_lots"] <= LARGEST_STEPS):
        report_stranger(venue, request, Report.REJECTED, Reject.OTHER, now_ns)
        return
    order = venue.orders[row]
    _write(order, request, venue.state[0]["next_order_id"])
    venue.state[0]["next_order_id"] += 1
    if order["flags"] & POST_ONLY != 0 and _is_marketable(books, slot, order):
        _refuse(venue, row, Reject.WOULD_TAKE, now_ns)
        return
    if order["time_in_force"] == TimeInForce.FOK:
        if lots_between(books, slot, -int(order["side"]), _limit(order)) < order["quantity_lots"]:
            _refuse(venue, row, Reject.NOT_FILLABLE, now_ns)
            return
    report_order(venue, order, Report.ACCEPTED, 0, now_ns)
    _take(venue, books, slot, order, instruments[request["instrument_id"]], now_ns)
    _rest(venue, books, slot, row, now_ns)


@kernel
def _write(order: np.void, request: np.void, venue_order_id: int) -> None:
    order["client_id"] = request["client_id"]
    order["venue_order_id"] = venue_order_id
    order["price_ticks"] = request["price_ticks"]
    order["quantity_lots"] = request["quantity_lots"]
    order["filled_lots"] = 0
    order["queue_ahead_lots"] = 0
    order["instrument_id"] = request["instrument_id"]
    order["account_id"] = request["account_id"]
    order["strategy_id"] = request["strategy_id"]
    order["source_id"] = request["source_id"]
    order["flags"] = request["flags"]
    order["side"] = request["side"]
    order["order_type"] = request["order_type"]
    order["time_in_force"] = request["time_in_force"]


@kernel
def _refuse(venue: PaperVenue, row: int, reason: int, now_ns: int) -> None:
    report_order(venue, venue.orders[row], Report.REJECTED, reason, now_ns)
    take_out(venue, row)


@kernel
def _limit(order: np.void) -> int:
    """The worst price that it accepts."""
    if order["order_type"] == OrderType.MARKET:
        return int(order["side"]) * LARGEST_STEPS
    return order["price_ticks"]


@kernel
def _is_marketable(books: Books, slot: int, order: np.void) -> bool:
    """Does the other side of the book reach its price?"""
    if order["side"] > 0:
        touch_ticks = books.heads[slot]["best_ask_ticks"]
        return touch_ticks != NO_TICKS and touch_ticks <= _limit(order)
    touch_ticks = books.heads[slot]["best_bid_ticks"]
    return touch_ticks != NO_TICKS and touch_ticks >= _limit(order)


@kernel
def _take(venue: PaperVenue, books: Books, slot: int, order: np.void, instrument: np.void, now_ns: int) -> None:
    """Execute against what is displayed, level by level, as far as its limit allows."""
    other = -int(order["side"])
    head = books.heads[slot]
    price_ticks = head["best_ask_ticks"] if other < 0 else head["best_bid_ticks"]
    limit_ticks = _limit(order)
    while price_ticks != NO_TICKS and (limit_ticks - price_ticks) * other <= 0:
        left_lots = order["quantity_lots"] - order["filled_lots"]
        # Two reports are kept free: the one on what is left, and the next order's.
        if left_lots <= 0 or report_room(venue) <= 2:
            return
        lots = min(left_lots, lots_at(books, slot, other, price_ticks))
        if lots > 0:
            report_execution(venue, order, price_ticks, lots, 0, instrument, now_ns)
        price_ticks = next_price(books, slot, other, price_ticks)


@kernel
def _rest(venue: PaperVenue, books: Books, slot: int, row: int, now_ns: int) -> None:
    """What was not taken: joins the queue, or ends if it was for now or never."""
    order = venue.orders[row]
    if order["filled_lots"] >= order["quantity_lots"]:
        take_out(venue, row)
        return
    time_in_force = order["time_in_force"]
    stays = time_in_force == TimeInForce.GTC or time_in_force == TimeInForce.DAY
    if not stays or order["order_type"] != OrderType.LIMIT:
        report_order(venue, order, Report.CANCELED, Reject.NONE, now_ns)
        take_out(venue, row)
        return
    if order["state"] == FREE:
        order["state"] = RESTING
        venue.state[0]["resting"] += 1
    order["queue_ahead_lots"] = queue_on_entry(books, slot, int(order["side"]), int(order["price_ticks"]))


@kernel
def _replace(venue: PaperVenue, books: Books, instruments: np.ndarray, row: int, request: np.void, now_ns: int) -> None:
    """Another price or more lots: a new place in the queue. Fewer lots at the same price: the place is kept."""
    order = venue.orders[row]
    slot = _book_of(books, instruments, order["instrument_id"])
    if not (order["filled_lots"] < request["quantity_lots"] and request["quantity_lots"] <= LARGEST_STEPS):
        report_order(venue, order, Report.REPLACE_REJECTED, Reject.BAD_QUANTITY, now_ns)
        return
    old_ticks, old_lots = order["price_ticks"], order["quantity_lots"]
    order["price_ticks"] = request["price_ticks"]
    is_taking = _is_marketable(books, slot, order)
    if is_taking and (order["flags"] & POST_ONLY != 0 or books.heads[slot]["state"] != BookState.LIVE):
        order["price_ticks"] = old_ticks
        report_order(venue, order, Report.REPLACE_REJECTED, Reject.WOULD_TAKE, now_ns)
        return
    order["quantity_lots"] = request["quantity_lots"]
    report_order(venue, order, Report.REPLACED, 0, now_ns)
    if is_taking:
        _take(venue, books, slot, order, instruments[order["instrument_id"]], now_ns)
    if order["price_ticks"] != old_ticks or order["quantity_lots"] > old_lots:
        _rest(venue, books, slot, row, now_ns)


@kernel
def _book_of(books: Books, instruments: np.ndarray, instrument_id: int) -> int:
    """The book slot of an instrument; -1 when it has none."""
    if not (0 <= instrument_id and instrument_id < instruments.shape[0]):
        return -1
    slot = instruments[instrument_id]["book_slot"]
    if not (0 <= slot and slot < books.heads.shape[0]):
        return -1
    return slot


@kernel
def paper_rollover(venue: PaperVenue, now_ns: int) -> None:
    """A trading day ends: DAY orders expire."""
    for row in range(venue.orders.shape[0]):
        order = venue.orders[row]
        if order["state"] == RESTING and order["time_in_force"] == TimeInForce.DAY:
            report_order(venue, order, Report.EXPIRED, 0, now_ns)
            take_out(venue, row)


@kernel
def paper_disown(venue: PaperVenue, order: np.void, now_ns: int) -> None:
    """After a restart: an ORDER that an earlier core had resting here is gone with it, and is told to be cancelled."""
    row = free_row(venue)
    if row < 0:
        venue.state[0]["lost"] += 1
        return
    paper = venue.orders[row]
    _write(paper, order, order["venue_order_id"])
    paper["filled_lots"] = order["filled_lots"]
    report_order(venue, paper, Report.CANCELED, 0, now_ns)
    take_out(venue, row)
