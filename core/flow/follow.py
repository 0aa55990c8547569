"""A batch of the tape into the tables, record by record, in the order of the tape and by its clock.

Books are made again with the core's own kernels, and believed when the core believes them: BOOK_STATE records say so.
A book that lost something here alone (records overwritten before they were read) waits for seed.py.
"""

import numpy as np

from core.bars.series import close_due, on_history
from core.bars.series import on_trade as bar_trade
from core.book.apply import apply_feed_state, apply_level, apply_trade
from core.book.depth import lots_at
from core.book.integrity import distrust, mark_gapped, mark_stale, mark_syncing, review_frame
from core.flow.heat import end_column, heat_traded
from core.flow.levels import level_changed, level_traded, slide
from core.flow.mark_outs import filled, value_due
from core.flow.observe import LAPPED, newest, observe
from core.flow.session import begin_session, print_trade, session_traded
from core.flow.state import RATE_BUCKETS, Flow, begin_write, end_writes
from core.kernel import kernel
from core.memory.atomics import store_release
from core.records.flow import (
    BEGUN,
    CORE_BEGAN_NS,
    DONE,
    HEAT_PERIODS,
    HEAT_PERIODS_NS,
    MISSED,
    NEXT_MARK_NS,
    NEXT_TICK_NS,
    SINCE_WALL_NS,
)
from core.vocabulary import BookState, EventFlag, EventKind

BOOK_LEVEL = int(EventKind.BOOK_LEVEL)
TRADE = int(EventKind.TRADE)
HISTORY = int(EventKind.HISTORY)
FEED_STATE = int(EventKind.FEED_STATE)
QUEUE_AHEAD = int(EventKind.QUEUE_AHEAD)
BOOK_STATE = int(EventKind.BOOK_STATE)
FILL = int(EventKind.FILL)
LOSS = int(EventKind.LOSS)
RESUMED = int(EventKind.RESUMED)
SESSION = int(EventKind.SESSION)
ROLLOVER = int(EventKind.ROLLOVER)
LAST_IN_FRAME = int(EventFlag.LAST_IN_FRAME)
SNAPSHOT_BEGIN = int(EventFlag.SNAPSHOT_BEGIN)
GAPPED = int(BookState.GAPPED)
SYNCING = int(BookState.SYNCING)
STALE = int(BookState.STALE)
TICK_NS, SECOND_PERIOD_NS, THIRD_PERIOD_NS = HEAT_PERIODS_NS
SECOND_NS = 1_000_000_000
LONGEST_CATCH_UP_NS = 512 * TICK_NS
"""After a longer silence the time between is left out instead of filled."""


@kernel
def take(flow: Flow, tape: np.void, now_ns: int) -> int:
    """What the tape holds behind our cursor, at most a batch; at its end, what time brings. How many records it was."""
    count = observe(tape, flow.batch)
    if count == LAPPED:
        _skip(flow, tape)
        return 0
    words_address = flow.words.ctypes.data
    if count > 0:
        store_release(words_address + 8 * BEGUN, tape["own"] + count)
        follow(flow, count)
        tape["own"] += count
    if count < flow.batch.shape[0] and flow.words[SINCE_WALL_NS] != 0:
        pass_time(flow, now_ns)
    end_writes(flow.versions)
    store_release(words_address + 8 * DONE, tape["own"])
    return count


@kernel
def _skip(flow: Flow, tape: np.void) -> None:
    """The producer came round: what lies before the newest record is counted as missed, and no book is whole."""
    cursor = newest(tape)
    flow.words[MISSED] += cursor - tape["own"]
    tape["own"] = cursor
    flow.words[BEGUN] = cursor
    flow.words[DONE] = cursor
    for slot in range(flow.heads.shape[0]):
        distrust(flow.books, slot)
    mark_gaps(flow)


@kernel
def follow(flow: Flow, count: int) -> None:
    """The first `count` records of the batch."""
    for index in range(count):
        event = flow.batch[index]
        pass_time(flow, event["now_ns"])
        kind = event["kind"]
        if kind == FILL:
            begin_write(flow.versions, flow.heads.shape[0])
            filled(flow, event)
        elif kind == LOSS or kind == SESSION or kind == ROLLOVER or kind == RESUMED:
            _on_core(flow, event)
        elif kind == FEED_STATE and event["instrument_id"] == -1:
            _on_feed(flow, event)
        elif (kind >= BOOK_LEVEL and kind <= QUEUE_AHEAD) or kind == BOOK_STATE:
            _on_market(flow, event)


@kernel
def pass_time(flow: Flow, now_ns: int) -> None:
    """What is due by the clock of the tape: columns, sums, bars, marks."""
    if now_ns >= flow.words[NEXT_MARK_NS]:
        begin_write(flow.versions, flow.heads.shape[0])
        value_due(flow, now_ns)
    wall_ns = now_ns + flow.wall_offset_ns[0]
    if wall_ns < flow.words[NEXT_TICK_NS]:
        return
    if flow.words[SINCE_WALL_NS] == 0:
        _begin(flow, wall_ns)
    if wall_ns - flow.words[NEXT_TICK_NS] > LONGEST_CATCH_UP_NS:
        flow.words[NEXT_TICK_NS] = wall_ns - wall_ns % TICK_NS
        mark_gaps(flow)
    while flow.words[NEXT_TICK_NS] <= wall_ns:
        _tick(flow, flow.words[NEXT_TICK_NS])
        flow.words[NEXT_TICK_NS] += TICK_NS


@kernel
def _begin(flow: Flow, wall_ns: int) -> None:
    """The first record of all."""
    flow.words[SINCE_WALL_NS] = wall_ns
    flow.words[NEXT_TICK_NS] = wall_ns - wall_ns % TICK_NS + TICK_NS
    for slot in range(flow.heads.shape[0]):
        flow.heads[slot]["since_wall_ns"] = wall_ns
        flow.heads[slot]["second"] = wall_ns // SECOND_NS


@kernel
def mark_gaps(flow: Flow) -> None:
    """Something was not seen: the columns that are growing say so."""
    for slot in range(flow.heads.shape[0]):
        for period in range(HEAT_PERIODS):
            flow.heads[slot]["is_gap"][period] = 1


@kernel
def _tick(flow: Flow, wall_ns: int) -> None:
    """A quarter of a second ends."""
    for slot in range(flow.heads.shape[0]):
        head = flow.heads[slot]
        if head["instrument_id"] < 0:
            continue
        begin_write(flow.versions, slot)
        close_due(flow.bars, slot, wall_ns - flow.wall_offset_ns[0])
        _count_rates(flow, slot, wall_ns // TICK_NS % RATE_BUCKETS)
        if wall_ns // SECOND_NS != head["second"]:
            slide(flow, slot, wall_ns // SECOND_NS)
        end_column(flow, slot, 0, wall_ns - TICK_NS)
        if wall_ns % SECOND_PERIOD_NS == 0:
            end_column(flow, slot, 1, wall_ns - SECOND_PERIOD_NS)
        if wall_ns % THIRD_PERIOD_NS == 0:
            end_column(flow, slot, 2, wall_ns - THIRD_PERIOD_NS)


@kernel
def _count_rates(flow: Flow, slot: int, bucket: int) -> None:
    """All buckets are full; the oldest one begins anew."""
    head = flow.heads[slot]
    head["trades_5s"] = 0
    head["lots_5s"] = 0
    for each in range(RATE_BUCKETS):
        head["trades_5s"] += flow.rates[slot, each, 0]
        head["lots_5s"] += flow.rates[slot, each, 1]
    flow.rates[slot, bucket, 0] = 0
    flow.rates[slot, bucket, 1] = 0


@kernel
def _on_core(flow: Flow, event: np.void) -> None:
    """Of the tape, the core or the day: every book is concerned. A loss in a group's ring is told by BOOK_STATE."""
    for slot in range(flow.heads.shape[0]):
        begin_write(flow.versions, slot)
        if event["kind"] == ROLLOVER:
            begin_session(flow, slot, event["now_ns"] + flow.wall_offset_ns[0])
        elif event["kind"] == SESSION:
            mark_syncing(flow.books, slot)
        elif event["source_id"] < 0:
            distrust(flow.books, slot)
    if event["kind"] == SESSION:
        flow.words[CORE_BEGAN_NS] = event["now_ns"]
    if event["kind"] == LOSS and event["source_id"] < 0:
        flow.words[MISSED] += event["reference_id"]
        mark_gaps(flow)


@kernel
def _on_feed(flow: Flow, event: np.void) -> None:
    """A whole feed changed its state: every book of its group."""
    for slot in range(flow.heads.shape[0]):
        instrument_id = flow.heads[slot]["instrument_id"]
        if instrument_id >= 0 and flow.instruments[instrument_id]["source_id"] == event["source_id"]:
            apply_feed_state(flow.books, slot, event)


@kernel
def _on_market(flow: Flow, event: np.void) -> None:
    instrument_id = event["instrument_id"]
    if not (instrument_id >= 0 and instrument_id < flow.slots.shape[0]):
        return
    slot = flow.slots[instrument_id]
    if slot < 0:
        return
    begin_write(flow.versions, slot)
    kind = event["kind"]
    if kind == BOOK_LEVEL:
        _on_level(flow, slot, event)
    elif kind == TRADE:
        _on_trade(flow, slot, event)
    elif kind == HISTORY:
        on_history(flow.bars, slot, event["price_ticks"], event["quantity_lots"], event["side"], event["venue_ns"])
        return
    elif kind == FEED_STATE:
        apply_feed_state(flow.books, slot, event)
    elif kind == BOOK_STATE:
        _on_book_state(flow, slot, event["detail"])
        return
    if event["flags"] & LAST_IN_FRAME:
        review_frame(flow.books, slot, event["now_ns"])


@kernel
def _on_level(flow: Flow, slot: int, event: np.void) -> None:
    side, price_ticks = event["side"], event["price_ticks"]
    is_change = flow.books.heads[slot]["is_trusted"] == 1 and side != 0 and event["flags"] & SNAPSHOT_BEGIN == 0
    before_lots = lots_at(flow.books, slot, side, price_ticks) if is_change else 0
    if apply_level(flow.books, slot, event) and is_change:
        level_changed(flow, slot, (1 - side) >> 1, price_ticks, before_lots, event["quantity_lots"])


@kernel
def _on_trade(flow: Flow, slot: int, event: np.void) -> None:
    if not apply_trade(flow.books, slot, event):
        return
    price_ticks, lots, side = event["price_ticks"], event["quantity_lots"], event["side"]
    bar_trade(flow.bars, slot, price_ticks, lots, side, event["now_ns"])
    session_traded(flow, slot, price_ticks, lots, side)
    print_trade(flow, slot, price_ticks, lots, side)
    heat_traded(flow, slot, price_ticks, lots if side >= 0 else -lots)
    if flow.books.heads[slot]["is_trusted"] == 1 and side != 0:
        shown_lots = lots_at(flow.books, slot, -side, price_ticks)
        level_traded(flow, slot, (1 + side) >> 1, price_ticks, lots, shown_lots)
    flow.heads[slot]["trades"] += 1
    bucket = (flow.words[NEXT_TICK_NS] // TICK_NS - 1) % RATE_BUCKETS
    flow.rates[slot, bucket, 0] += 1
    flow.rates[slot, bucket, 1] += lots


@kernel
def _on_book_state(flow: Flow, slot: int, state: int) -> None:
    """The core's judgement. That a book is LIVE it says by its frames, or to seed.py."""
    if state == GAPPED:
        mark_gapped(flow.books, slot)
    elif state == SYNCING:
        mark_syncing(flow.books, slot)
    elif state == STALE:
        mark_stale(flow.books, slot)
