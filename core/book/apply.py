"""Market events into a book, one event at a time. What the whole frame means is for core/book/integrity.py.

SNAPSHOT_BEGIN forgets the book before its level; SNAPSHOT_END makes it trusted again, unless something was refused or
lost in between. An event with side NONE and 0 lots is a carrier of flags: an empty snapshot has one.
"""

import numpy as np

from core.book.integrity import mark_gapped, mark_stale, mark_syncing
from core.book.ladder import Books, clear_book, set_level
from core.kernel import inlined_kernel, kernel
from core.records.snapshot import REFERENCES
from core.units import LARGEST
from core.vocabulary import BookState, EventFlag, FeedState, Reference

SNAPSHOT_BEGIN = int(EventFlag.SNAPSHOT_BEGIN)
SNAPSHOT_END = int(EventFlag.SNAPSHOT_END)
STALE = int(BookState.STALE)
LIQUIDATION = int(Reference.LIQUIDATION)
FEED_DOWN = int(FeedState.DOWN)
FEED_CONNECTING = int(FeedState.CONNECTING)
FEED_SYNCING = int(FeedState.SYNCING)
FEED_LIVE = int(FeedState.LIVE)
FEED_STALE = int(FeedState.STALE)


@inlined_kernel
def apply_level(books: Books, slot: int, event: np.void) -> bool:
    """A BOOK_LEVEL event. False: it was refused, and the book is gapped."""
    head = books.heads[slot]
    flags = event["flags"]
    if flags & SNAPSHOT_BEGIN:
        clear_book(books, slot)
        head["is_trusted"] = 0
        head["is_syncing"] = 1
    applied = True
    if event["side"] != 0 or event["quantity_lots"] != 0:
        applied = set_level(books, slot, event["side"], event["price_ticks"], event["quantity_lots"])
        if not applied:
            mark_gapped(books, slot)
    if flags & SNAPSHOT_END and head["is_syncing"] == 1:
        head["is_syncing"] = 0
        head["is_trusted"] = 1
    _heard(head, event)
    return applied


@kernel
def apply_trade(books: Books, slot: int, event: np.void) -> bool:
    """A TRADE event. False: its numbers are absurd, and it was counted and left out."""
    head = books.heads[slot]
    price_ticks = event["price_ticks"]
    quantity_lots = event["quantity_lots"]
    if not (price_ticks > 0 and price_ticks <= LARGEST and quantity_lots > 0 and quantity_lots <= LARGEST):
        head["refused"] += 1
        return False
    head["last_trade_ticks"] = price_ticks
    head["last_trade_lots"] = quantity_lots
    head["last_trade_side"] = event["side"]
    head["trades"] += 1
    if head["day_open_ticks"] == 0:
        head["day_open_ticks"] = price_ticks
        head["day_high_ticks"] = price_ticks
        head["day_low_ticks"] = price_ticks
    head["day_high_ticks"] = max(head["day_high_ticks"], price_ticks)
    head["day_low_ticks"] = min(head["day_low_ticks"], price_ticks)
    head["day_volume_lots"] = min(head["day_volume_lots"] + quantity_lots, LARGEST)
    _heard(head, event)
    return True


@kernel
def apply_feed_state(books: Books, slot: int, event: np.void) -> None:
    """A FEED_STATE event. What is not known to be harmless costs the book its trust."""
    state = event["detail"]
    if state == FEED_LIVE:
        # A sign of life. It repairs nothing: a book becomes LIVE by a snapshot, a stale one by its next frame.
        books.heads[slot]["heard_ns"] = event["now_ns"]
    elif state == FEED_STALE:
        mark_stale(books, slot)
    elif state == FEED_DOWN or state == FEED_CONNECTING or state == FEED_SYNCING:
        mark_syncing(books, slot)
    else:
        mark_gapped(books, slot)


@kernel
def apply_reference(books: Books, slot: int, event: np.void) -> None:
    """A REFERENCE event. One that we do not know is left out."""
    which = event["detail"]
    if 0 < which and which < REFERENCES:
        head = books.heads[slot]
        value = event["price_ticks"] if which == LIQUIDATION else event["reference_id"]
        head["references"][which] = value
        head["heard_ns"] = event["now_ns"]
        head["is_dirty"] = 1


@kernel
def begin_day(books: Books, slot: int) -> None:
    """A trading day begins: ROLLOVER."""
    head = books.heads[slot]
    head["day_open_ticks"] = 0
    head["day_high_ticks"] = 0
    head["day_low_ticks"] = 0
    head["day_volume_lots"] = 0
    head["is_dirty"] = 1


@inlined_kernel
def _heard(head: np.void, event: np.void) -> None:
    head["received_ns"] = event["received_ns"]
    head["venue_ns"] = event["venue_ns"]
    head["heard_ns"] = event["now_ns"]
    head["last_sequence"] = event["sequence"]
    head["is_dirty"] = 1
