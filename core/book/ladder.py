"""All levels of a book, with the best bid and ask always known.

Each side keeps the levels near its touch in a window of one cell per tick, and what is worse in a far table, sorted.
Both sides share one code through a key that grows toward the better price: key = price * Side.

    far table (sorted, a circle)          window: lots per tick, a circle over the key's low bits
    worst … better                        base_key …… best_key …… base_key + window - 1
    [key lots] [key lots] [key lots]      cell = key & (window - 1)

Which cells hold lots is kept in two levels of bitmaps, so the next best level is one or two `ctlz` away. The window
moves without copying a cell (the circle turns): up when a better level does not fit, down when the touch has fallen
through three quarters of it. Levels that leave it go to the far table's better end, levels that enter it come from
there.

Always true: the best level is in the window if there is any; every far level is worse than every cell of the window;
a bit is set exactly where a cell is not 0.

A level that is refused makes `set_level` return False and is counted in `refused`: the book has lost something, and
the caller marks it gapped. So does a touch that comes near the horizon, behind which a full far table let levels go
(core/book/far.py): the book then needs a new snapshot.
"""

from typing import NamedTuple

import numpy as np

from core.bits import WORD_BITS, bit, bits_below, highest_bit
from core.book.far import NO_HORIZON, far_let_go, far_pop_better, far_push_better, far_set, reaches
from core.book.head import ASK, BID, BOOK_HEAD, NO_TICKS, SIDE
from core.kernel import inlined_kernel, kernel
from core.units import LARGEST

NO_KEY = -(1 << 62)
NOWHERE = 1 << 61
"""base_key of a side without levels: no key lies in its window, so the first one goes the slow way and places it."""


class Books(NamedTuple):
    heads: np.ndarray
    """BOOK_HEAD[n]"""
    sides: np.ndarray
    """SIDE[n, 2]"""
    lots: np.ndarray
    """int64[n, 2, window]"""
    words: np.ndarray
    """uint64[n, 2, window / 64]: a bit per cell of `lots` that is not 0"""
    summary: np.ndarray
    """uint64[n, 2, ⌈window / 4096⌉]: a bit per word that is not 0"""
    far_keys: np.ndarray
    """int64[n, 2, far levels]"""
    far_lots: np.ndarray
    """int64[n, 2, far levels]"""


def make_books(count: int, *, window_ticks: int = 1 << 16, far_levels: int = 1 << 13) -> Books:
    """Empty books, SYNCING. Both capacities are powers of two, the window at least 64 ticks.

    Memory is taken only where levels lie, at most 16 bytes a tick. A recorded BTCUSDT spot stream (ticks of 0.01; three
    in five updates more than 8,000 ticks away) took 51 ns an update with 1 << 14, 18 with 1 << 16, 12 with 1 << 18.
    """
    if window_ticks < WORD_BITS or window_ticks & (window_ticks - 1) or far_levels < 1 or far_levels & (far_levels - 1):
        raise ValueError(f"capacities must be powers of two, window at least 64: {window_ticks=}, {far_levels=}")
    words = window_ticks // WORD_BITS
    books = Books(
        heads=np.zeros(count, BOOK_HEAD),
        sides=np.zeros((count, 2), SIDE),
        lots=np.zeros((count, 2, window_ticks), np.int64),
        words=np.zeros((count, 2, words), np.uint64),
        summary=np.zeros((count, 2, -(-words // WORD_BITS)), np.uint64),
        far_keys=np.zeros((count, 2, far_levels), np.int64),
        far_lots=np.zeros((count, 2, far_levels), np.int64),
    )
    books.heads["instrument_id"] = -1
    books.sides["best_key"] = NO_KEY
    books.sides["base_key"] = NOWHERE
    return books


@inlined_kernel
def set_level(books: Books, slot: int, side: int, price_ticks: int, quantity_lots: int) -> bool:
    """The new total at a price; 0 lots deletes it. False: refused, the book is no longer whole."""
    if not (side == 1 or side == -1):
        return _refuse(books, slot)
    if not (price_ticks > 0 and price_ticks <= LARGEST and quantity_lots >= 0 and quantity_lots <= LARGEST):
        return _refuse(books, slot)
    row = (1 - side) >> 1
    key = price_ticks * side
    offset = key - books.sides[slot, row]["base_key"]
    if not (offset >= 0 and offset < books.lots.shape[2]):
        _set_outside(books, slot, row, key, quantity_lots)
    else:
        _set_inside(books, slot, row, key, quantity_lots)
    _show_touch(books, slot)
    if books.sides[slot, row]["horizon_key"] != NO_HORIZON and not reaches(
        books.sides[slot, row], books.far_keys[slot, row]
    ):
        return _refuse(books, slot)
    return True


@kernel
def clear_book(books: Books, slot: int) -> None:
    """Forget all levels of both sides."""
    for row in range(2):
        for word in range(books.words.shape[2]):
            if books.words[slot, row, word] != np.uint64(0):
                books.words[slot, row, word] = np.uint64(0)
                books.lots[slot, row, word * 64 : word * 64 + 64] = 0
        books.summary[slot, row, :] = np.uint64(0)
        ladder = books.sides[slot, row]
        ladder["best_key"] = NO_KEY
        ladder["base_key"] = NOWHERE
        ladder["near_levels"] = 0
        ladder["far_levels"] = 0
        ladder["far_start"] = 0
        ladder["horizon_key"] = NO_HORIZON
    _show_touch(books, slot)


@inlined_kernel
def key_below(books: Books, slot: int, row: int, key: int) -> int:
    """The next worse level of the window after a key that lies in it, or NO_KEY. Far levels come after."""
    mask = books.lots.shape[2] - 1
    cell = key & mask
    word = cell >> 6
    found = books.words[slot, row, word] & bits_below(cell & 63)
    if found == np.uint64(0):
        word = _word_below(books, slot, row, word)
        if word < 0:
            return NO_KEY
        found = books.words[slot, row, word]
    below = (word << 6) + highest_bit(found)
    distance = (cell - below) & mask
    # The circle has turned once: the only level left is the key itself, or one that is better than it.
    if distance == 0 or key - distance < books.sides[slot, row]["base_key"]:
        return NO_KEY
    return key - distance


@inlined_kernel
def _word_below(books: Books, slot: int, row: int, word: int) -> int:
    """The next word down the circle, from the one before `word` round to `word` itself, that is not 0; else -1."""
    groups = books.summary.shape[2]
    group = word >> 6
    found = books.summary[slot, row, group] & bits_below(word & 63)
    turned = 0
    while found == np.uint64(0):
        turned += 1
        if turned > groups:
            return -1
        group = (group - 1) & (groups - 1)
        found = books.summary[slot, row, group]
    return (group << 6) + highest_bit(found)


@inlined_kernel
def _set_inside(books: Books, slot: int, row: int, key: int, quantity_lots: int) -> None:
    cell = key & (books.lots.shape[2] - 1)
    before_lots = books.lots[slot, row, cell]
    if quantity_lots == 0:
        if before_lots != 0:
            _take_out(books, slot, row, key)
            _find_touch(books, slot, row, key)
    elif before_lots == 0:
        _put_in(books, slot, row, key, quantity_lots)
    else:
        books.lots[slot, row, cell] = quantity_lots


@inlined_kernel
def _put_in(books: Books, slot: int, row: int, key: int, quantity_lots: int) -> None:
    """Fill a cell that is empty."""
    cell = key & (books.lots.shape[2] - 1)
    word = cell >> 6
    ladder = books.sides[slot, row]
    books.lots[slot, row, cell] = quantity_lots
    books.words[slot, row, word] |= bit(cell & 63)
    books.summary[slot, row, word >> 6] |= bit(word & 63)
    ladder["near_levels"] += 1
    if key > ladder["best_key"]:
        ladder["best_key"] = key


@inlined_kernel
def _take_out(books: Books, slot: int, row: int, key: int) -> None:
    """Empty a cell that is not."""
    cell = key & (books.lots.shape[2] - 1)
    word = cell >> 6
    books.lots[slot, row, cell] = 0
    left = books.words[slot, row, word] & ~bit(cell & 63)
    books.words[slot, row, word] = left
    if left == np.uint64(0):
        books.summary[slot, row, word >> 6] &= ~bit(word & 63)
    books.sides[slot, row]["near_levels"] -= 1


@inlined_kernel
def _find_touch(books: Books, slot: int, row: int, key: int) -> None:
    """After a level was taken out of the window."""
    ladder = books.sides[slot, row]
    if key == ladder["best_key"]:
        ladder["best_key"] = key_below(books, slot, row, key)
        if ladder["best_key"] - ladder["base_key"] < books.lots.shape[2] >> 2:
            _follow_down(books, slot, row)


@kernel
def _set_outside(books: Books, slot: int, row: int, key: int, quantity_lots: int) -> None:
    """The slow way: below the window, above it, or the first level of a side."""
    ladder = books.sides[slot, row]
    is_empty = ladder["best_key"] == NO_KEY
    if not is_empty and key < ladder["base_key"]:
        far_set(books.sides[slot, row], books.far_keys[slot, row], books.far_lots[slot, row], key, quantity_lots)
        return
    if quantity_lots == 0:
        return
    base_key = key - (books.lots.shape[2] >> 2) * 3
    if not is_empty:
        _move_up(books, slot, row, base_key)
    ladder["base_key"] = base_key
    _set_inside(books, slot, row, key, quantity_lots)


@kernel
def _move_up(books: Books, slot: int, row: int, base_key: int) -> None:
    """Bring the levels that a higher base leaves behind to the far table, worst first; without room its worst go."""
    ladder = books.sides[slot, row]
    mask = books.lots.shape[2] - 1
    for key in range(ladder["base_key"], min(base_key, ladder["best_key"] + 1)):
        quantity_lots = books.lots[slot, row, key & mask]
        if quantity_lots != 0:
            if ladder["far_levels"] == books.far_keys.shape[2]:
                far_let_go(books.sides[slot, row], books.far_keys[slot, row])
            far_push_better(
                books.sides[slot, row], books.far_keys[slot, row], books.far_lots[slot, row], key, quantity_lots
            )
            _take_out(books, slot, row, key)


@kernel
def _follow_down(books: Books, slot: int, row: int) -> None:
    """The touch has fallen low in its window, or out of it: lower the window and bring far levels in."""
    ladder = books.sides[slot, row]
    if ladder["far_levels"] == 0:
        if ladder["near_levels"] == 0:
            ladder["base_key"] = NOWHERE
        return
    far_keys = books.far_keys[slot, row]
    if ladder["near_levels"] == 0:
        last = (ladder["far_start"] + ladder["far_levels"] - 1) & (far_keys.shape[0] - 1)
        ladder["best_key"] = far_keys[last]
    ladder["base_key"] = ladder["best_key"] - (books.lots.shape[2] >> 2) * 3
    while ladder["far_levels"] > 0:
        last = (ladder["far_start"] + ladder["far_levels"] - 1) & (far_keys.shape[0] - 1)
        key = far_keys[last]
        if key < ladder["base_key"]:
            return
        quantity_lots = far_pop_better(books.sides[slot, row], far_keys, books.far_lots[slot, row])
        _put_in(books, slot, row, key, quantity_lots)


@inlined_kernel
def _show_touch(books: Books, slot: int) -> None:
    head = books.heads[slot]
    mask = books.lots.shape[2] - 1
    bid_key = books.sides[slot, BID]["best_key"]
    ask_key = books.sides[slot, ASK]["best_key"]
    # An empty side's window is empty too, so the lots that its sentinel points at are 0.
    head["best_bid_ticks"] = bid_key if bid_key != NO_KEY else NO_TICKS
    head["best_ask_ticks"] = -ask_key if ask_key != NO_KEY else NO_TICKS
    head["best_bid_lots"] = books.lots[slot, BID, bid_key & mask]
    head["best_ask_lots"] = books.lots[slot, ASK, ask_key & mask]
    head["is_dirty"] = 1


@kernel
def _refuse(books: Books, slot: int) -> bool:
    books.heads[slot]["refused"] += 1
    return False
