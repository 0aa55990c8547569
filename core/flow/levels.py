"""What became of the lots of a level: consumed by takers, pulled by their owner, or stacked.

A level that falls is consumed as far as trades at its price and side explain the fall, else pulled; one that rises is
stacked. Venues tell a trade before its level or behind it, so what is not explained waits for MATCH_NS: lots that were
traded and have not yet gone from the level (`unmatched_lots` positive), or lots that went and have not been traded
(negative; counted as pulled until a trade claims them).

    falls by d     consumed += min(d, waiting trades)     pulled += the rest, which waits
    trade of q     consumed += min(q, waiting falls), pulled -= as much     the rest waits
    rises by d     stacked += d

Limits: what a venue nets out within one update (a trade and a new order at the same price) is not seen; a trade that
met hidden lots may claim a cancel that comes within MATCH_NS; of a cancel and a trade within MATCH_NS the sums are
right, but not always which of the two falls was which. Snapshots change nothing here.

Sums are over the last WINDOW_SECONDS, in whole seconds of the wall clock. LEVELS_KEPT prices are followed: of two that
would take the same row the one nearer to the mid stays, unless nothing happened there for the window.

A level may hide an iceberg when lots come back within REFILL_NS of a trade there, or when it does not fall although it
traded; `refills` counts both. It is looked at anew after it was gone for GONE_NS, or without a trade for FORGET_NS.
"""

import numpy as np

from core.book.head import NO_TICKS
from core.flow.state import WINDOW_SECONDS, Flow
from core.kernel import kernel
from core.records.flow import BOUGHT, CONSUMED, LEVELS_KEPT, PULLED, SOLD, STACKED, SUMS

SECOND_NS = 1_000_000_000
WINDOW_NS = WINDOW_SECONDS * SECOND_NS
MATCH_NS = 250_000_000
REFILL_NS = 5_000_000
GONE_NS = SECOND_NS
FORGET_NS = 60 * SECOND_NS


@kernel
def level_changed(flow: Flow, slot: int, row: int, price_ticks: int, before_lots: int, after_lots: int) -> None:
    """A whole book's level has a new total. `row`: 0 bid, 1 ask. The clock is that of `flow.books`' last event."""
    now_ns = flow.books.heads[slot]["heard_ns"]
    place = row_of(flow, slot, price_ticks, now_ns)
    if place < 0 or before_lots == after_lots:
        return
    level = flow.levels[slot, place]
    _watch_refill(level, row, before_lots, after_lots, now_ns)
    if after_lots > before_lots:
        add(flow, slot, place, 3 * row + STACKED, after_lots - before_lots)
        return
    fallen_lots = before_lots - after_lots
    waiting_lots = _waiting(level, row, now_ns)
    explained_lots = min(fallen_lots, max(0, waiting_lots))
    if explained_lots > 0:
        add(flow, slot, place, 3 * row + CONSUMED, explained_lots)
    if fallen_lots > explained_lots:
        add(flow, slot, place, 3 * row + PULLED, fallen_lots - explained_lots)
    level["unmatched_lots"][row] = waiting_lots - fallen_lots
    level["unmatched_ns"][row] = now_ns


@kernel
def level_traded(flow: Flow, slot: int, row: int, price_ticks: int, lots: int, shown_lots: int) -> None:
    """A trade met the level of `row`, which showed so much when it was told."""
    now_ns = flow.books.heads[slot]["heard_ns"]
    place = row_of(flow, slot, price_ticks, now_ns)
    if place < 0:
        return
    level = flow.levels[slot, place]
    waiting_lots = _waiting(level, row, now_ns)
    _watch_trade(level, row, lots, shown_lots, now_ns)
    level["last_trade_ns"] = now_ns
    add(flow, slot, place, SOLD if row == 0 else BOUGHT, lots)
    claimed_lots = min(lots, max(0, -waiting_lots))
    if claimed_lots > 0:
        add(flow, slot, place, 3 * row + CONSUMED, claimed_lots)
        add(flow, slot, place, 3 * row + PULLED, -claimed_lots)
    level["unmatched_lots"][row] = waiting_lots + lots
    level["unmatched_ns"][row] = now_ns


@kernel
def _waiting(level: np.void, row: int, now_ns: int) -> int:
    """What is not explained yet, and may still be."""
    if now_ns - level["unmatched_ns"][row] > MATCH_NS:
        return 0
    return level["unmatched_lots"][row]


@kernel
def _watch_trade(level: np.void, row: int, lots: int, shown_lots: int, now_ns: int) -> None:
    last_ns = level["traded_ns"][row]
    if last_ns == 0 or now_ns - last_ns > FORGET_NS:
        level["traded_lots"][row] = 0
        level["shown_lots"][row] = 0
        level["refills"][row] = 0
    elif level["unmatched_lots"][row] > 0 and now_ns - last_ns > REFILL_NS:
        level["refills"][row] += 1  # it has not fallen for the trade before: nobody saw it being filled up again
    level["traded_lots"][row] += lots
    level["shown_lots"][row] = max(level["shown_lots"][row], shown_lots)
    level["traded_ns"][row] = now_ns


@kernel
def _watch_refill(level: np.void, row: int, before_lots: int, after_lots: int, now_ns: int) -> None:
    gone_ns = level["gone_ns"][row]
    level["gone_ns"][row] = now_ns if after_lots == 0 else 0
    if after_lots < before_lots:
        return
    if gone_ns != 0 and now_ns - gone_ns > GONE_NS:
        level["traded_lots"][row] = 0
        level["shown_lots"][row] = 0
        level["refills"][row] = 0
        level["traded_ns"][row] = 0
    elif level["traded_ns"][row] != 0 and now_ns - level["traded_ns"][row] <= REFILL_NS:
        level["refills"][row] += 1
    level["shown_lots"][row] = max(level["shown_lots"][row], after_lots)


@kernel
def row_of(flow: Flow, slot: int, price_ticks: int, now_ns: int) -> int:
    """Where a price is followed; it takes the row if it may. -1: it is not followed."""
    place = price_ticks & (LEVELS_KEPT - 1)
    level = flow.levels[slot, place]
    if level["price_ticks"] == price_ticks:
        return place
    if level["price_ticks"] != 0 and now_ns - level["changed_ns"] <= WINDOW_NS:
        middle_ticks = middle_of(flow, slot)
        if abs(level["price_ticks"] - middle_ticks) <= abs(price_ticks - middle_ticks):
            return -1
    level["price_ticks"] = price_ticks
    level["last_trade_ns"] = 0
    for which in range(SUMS):
        level["sums"][which] = 0
        for bucket in range(WINDOW_SECONDS):
            flow.buckets[slot, place, bucket, which] = 0
    for row in range(2):
        level["unmatched_lots"][row] = 0
        level["traded_ns"][row] = 0
        level["traded_lots"][row] = 0
        level["shown_lots"][row] = 0
        level["refills"][row] = 0
        level["gone_ns"][row] = 0
    return place


@kernel
def middle_of(flow: Flow, slot: int) -> int:
    """Of the book, or its one side."""
    head = flow.books.heads[slot]
    if head["best_bid_ticks"] == NO_TICKS:
        return head["best_ask_ticks"]
    if head["best_ask_ticks"] == NO_TICKS:
        return head["best_bid_ticks"]
    return (head["best_bid_ticks"] + head["best_ask_ticks"]) >> 1


@kernel
def add(flow: Flow, slot: int, place: int, which: int, lots: int) -> None:
    level = flow.levels[slot, place]
    level["sums"][which] += lots
    level["changed_ns"] = flow.books.heads[slot]["heard_ns"]
    flow.buckets[slot, place, flow.heads[slot]["second"] % WINDOW_SECONDS, which] += lots


@kernel
def slide(flow: Flow, slot: int, second: int) -> None:
    """The wall clock has come to a second: what is older than the window leaves the sums."""
    head = flow.heads[slot]
    steps = min(WINDOW_SECONDS, second - head["second"])
    for step in range(steps):
        bucket = (second - step) % WINDOW_SECONDS
        for place in range(LEVELS_KEPT):
            level = flow.levels[slot, place]
            if level["price_ticks"] != 0:
                for which in range(SUMS):
                    level["sums"][which] -= flow.buckets[slot, place, bucket, which]
                    flow.buckets[slot, place, bucket, which] = 0
    head["second"] = max(head["second"], second)
