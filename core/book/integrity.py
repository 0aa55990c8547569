"""May this book be traded on? One answer per frame, and only LIVE means yes.

    SYNCING   no snapshot has ended since the feed (re)started
    GAPPED    an update was lost or refused after the last snapshot
    CROSSED   whole, but best bid >= best ask at the end of the last frame
    STALE     whole, but its feed fell silent; its next frame makes it LIVE again
    LIVE      whole, uncrossed, heard of

SYNCING and GAPPED end only with a snapshot (core/book/apply.py): `is_trusted` says that one ended.
"""

from core.book.head import NO_TICKS
from core.book.ladder import Books
from core.kernel import inlined_kernel, kernel
from core.vocabulary import BookState

SYNCING = int(BookState.SYNCING)
LIVE = int(BookState.LIVE)
GAPPED = int(BookState.GAPPED)
CROSSED = int(BookState.CROSSED)
STALE = int(BookState.STALE)


@inlined_kernel
def review_frame(books: Books, slot: int, now_ns: int) -> int:
    """The book's state now that a frame ended."""
    head = books.heads[slot]
    head["frames"] += 1
    head["heard_ns"] = now_ns
    if head["is_trusted"] == 1:
        if is_crossed(books, slot):
            head["state"] = CROSSED
        else:
            head["state"] = LIVE
    elif head["state"] != GAPPED:
        head["state"] = SYNCING
    return head["state"]


@inlined_kernel
def is_crossed(books: Books, slot: int) -> bool:
    head = books.heads[slot]
    return (
        head["best_bid_ticks"] != NO_TICKS
        and head["best_ask_ticks"] != NO_TICKS
        and head["best_bid_ticks"] >= head["best_ask_ticks"]
    )


@kernel
def mark_gapped(books: Books, slot: int) -> None:
    """Something was lost: untrusted until the next snapshot, and one that is under way is spoilt."""
    head = books.heads[slot]
    if head["state"] != GAPPED or head["is_trusted"] == 1 or head["is_syncing"] == 1:
        head["gaps"] += 1
    _distrust(books, slot, GAPPED)


@kernel
def mark_syncing(books: Books, slot: int) -> None:
    """The feed starts over and will send a snapshot."""
    _distrust(books, slot, SYNCING)


@kernel
def mark_stale(books: Books, slot: int) -> bool:
    """Silence. A book that is not trusted keeps its worse state. True when the state changed."""
    head = books.heads[slot]
    if head["is_trusted"] == 1 and head["state"] != STALE:
        head["state"] = STALE
        head["is_dirty"] = 1
        return True
    return False


@kernel
def distrust_all(books: Books) -> None:
    """The machine slept, or a feed process died: every book needs a snapshot."""
    for slot in range(books.heads.shape[0]):
        distrust(books, slot)


@kernel
def distrust(books: Books, slot: int) -> None:
    """GAPPED if it was whole, else what it was: one that never had a snapshot stays SYNCING."""
    head = books.heads[slot]
    if head["is_trusted"] == 1 or head["is_syncing"] == 1:
        mark_gapped(books, slot)


@kernel
def review_silence(books: Books, slot: int, now_ns: int, stale_after_ns: int) -> bool:
    """True when the book has just become STALE. Runs off the hot path."""
    if now_ns - books.heads[slot]["heard_ns"] <= stale_after_ns:
        return False
    return mark_stale(books, slot)


@kernel
def _distrust(books: Books, slot: int, state: int) -> None:
    head = books.heads[slot]
    head["is_trusted"] = 0
    head["is_syncing"] = 0
    head["state"] = state
    head["is_dirty"] = 1
