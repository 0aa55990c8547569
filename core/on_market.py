"""One market event: book, and at the end of a frame integrity, bars, signals, marks and strategies.

A half-applied frame is crossed by nature, so everything that judges a book waits for LAST_IN_FRAME.
"""

import numpy as np

from core.bars.series import close_due, on_history
from core.bars.series import on_trade as bar_trade
from core.book.apply import apply_feed_state, apply_level, apply_reference, apply_trade
from core.book.integrity import review_frame
from core.book.queue import follow_queue
from core.breaking import watch
from core.counted import count_marked
from core.held import work_held
from core.kernel import kernel
from core.orders.positions import mark
from core.orders.terms import is_held
from core.protecting import protect
from core.records.decisions import Decisions
from core.records.snapshot import TRADES_SHOWN
from core.risk.breaker import frame_came
from core.risk.recent import saw_trade
from core.signals.update import on_bar, on_frame
from core.signals.update import on_trade as signal_trade
from core.stage import stage
from core.state import State
from core.strategies import run_strategies
from core.targets import pursue
from core.trust import distrust_group, tell_book_state
from core.vocabulary import BookState, EventFlag, EventKind, OrderStatus, OrderType

LAST_IN_FRAME = int(EventFlag.LAST_IN_FRAME)


@stage
def on_market(state: State, decisions: Decisions, event: np.void) -> None:
    """BOOK_LEVEL … QUEUE_AHEAD, or a LOSS in a market ring."""
    kind = event["kind"]
    state.core[0]["events"] += 1
    if kind == EventKind.LOSS:
        distrust_group(state, decisions, event)
        return
    instrument_id = event["instrument_id"]
    if not (instrument_id >= 0 and instrument_id < state.instrument_count[0]):
        if kind == EventKind.FEED_STATE and instrument_id == -1:
            _on_feed(state, event)
        return
    instrument = state.instruments[instrument_id]
    if kind == EventKind.INSTRUMENT_STATE:
        instrument["state"] = event["detail"]
    slot = instrument["book_slot"]
    if not (slot >= 0 and slot < state.books.heads.shape[0]):
        return
    state_before = state.books.heads[slot]["state"]
    if kind == EventKind.BOOK_LEVEL:
        apply_level(state.books, slot, event)
    elif kind == EventKind.HISTORY:
        on_history(state.bars, slot, event["price_ticks"], event["quantity_lots"], event["side"], event["venue_ns"])
        return
    elif kind == EventKind.TRADE:
        _on_trade(state, slot, event)
    elif kind == EventKind.FEED_STATE:
        apply_feed_state(state.books, slot, event)
    elif kind == EventKind.REFERENCE:
        apply_reference(state.books, slot, event)
    elif kind == EventKind.INSTRUMENT_STATE:
        state.books.heads[slot]["is_dirty"] = 1
    if state.blotter.own[instrument_id]["open_orders"] > 0:
        _follow_queues(state, slot, event)
    if event["flags"] & LAST_IN_FRAME:
        _end_frame(state, decisions, slot, event)
    tell_book_state(state, decisions, slot, state_before, event)


@kernel
def _on_trade(state: State, slot: int, event: np.void) -> None:
    if not apply_trade(state.books, slot, event):
        return
    price_ticks, lots, side = event["price_ticks"], event["quantity_lots"], event["side"]
    bar_trade(state.bars, slot, price_ticks, lots, side, event["now_ns"])
    saw_trade(state.risk, event["instrument_id"], lots)
    signal_trade(state.signals, slot, price_ticks, lots, side, event["now_ns"])
    trades = state.trades[slot]
    row = trades["rows"][trades["count"] % TRADES_SHOWN]
    row["received_ns"] = event["received_ns"]
    row["price_ticks"] = price_ticks
    row["quantity_lots"] = lots
    row["side"] = side
    trades["count"] += 1


@kernel
def _end_frame(state: State, decisions: Decisions, slot: int, event: np.void) -> None:
    """The frame is whole: now it may be judged, and acted on."""
    now_ns = event["now_ns"]
    state.core[0]["frames"] += 1
    review_frame(state.books, slot, now_ns)
    frame_came(state.risk, event["received_ns"], now_ns)
    closed = close_due(state.bars, slot, now_ns)
    if closed != 0:
        on_bar(state.signals, state.bars, slot, closed)
    on_frame(state.signals, state.books, slot, now_ns)
    head = state.books.heads[slot]
    if head["state"] == BookState.LIVE:
        if mark_positions(state, slot):
            watch(state, decisions, event)
        if state.positions.first_rows[head["instrument_id"]] >= 0:
            protect(state, decisions, head["instrument_id"], event)
        if state.blotter.own[head["instrument_id"]]["watched_orders"] > 0:
            work_held(state, decisions, event)
        pursue(state, decisions, head["instrument_id"], event)
        run_strategies(state, decisions, slot, event)


@kernel
def mark_positions(state: State, slot: int) -> bool:
    """Value the positions of a LIVE book, and let risk know. True: the breaker should look."""
    head = state.books.heads[slot]
    instrument_id = head["instrument_id"]
    instrument = state.instruments[instrument_id]
    if mark(state.positions, instrument_id, head["best_bid_ticks"], head["best_ask_ticks"], instrument) > 0:
        return count_marked(state, instrument_id)
    return False


@kernel
def _follow_queues(state: State, slot: int, event: np.void) -> None:
    """How much stands before each of our resting orders."""
    blotter = state.blotter
    for place in range(blotter.counts[0]["open_orders"]):
        order = blotter.orders[blotter.open_slots[place]]
        if order["instrument_id"] != event["instrument_id"] or order["order_type"] != OrderType.LIMIT:
            continue
        if order["status"] != OrderStatus.NEW and order["status"] != OrderStatus.PARTIALLY_FILLED:
            continue
        if is_held(order["phase"]):
            continue
        if follow_queue(state.books, slot, order, event):
            blotter.dirty[blotter.open_slots[place]] = 1


@kernel
def _on_feed(state: State, event: np.void) -> None:
    """A whole feed changed its state: every book of its group."""
    for slot in range(state.books.heads.shape[0]):
        instrument_id = state.books.heads[slot]["instrument_id"]
        if slot < state.instrument_count[0] and state.instruments[instrument_id]["source_id"] == event["source_id"]:
            apply_feed_state(state.books, slot, event)
