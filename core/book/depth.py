"""Levels in order, best first: what the screen shows, what a taker would reach.

Walking is O(levels asked for), in the window by bitmap and beyond it down the far table.
"""

import numpy as np

from core.book.far import far_find
from core.book.head import ASK, BID, NO_TICKS
from core.book.ladder import NO_KEY, Books, key_below
from core.kernel import kernel
from core.records.snapshot import BOOK_LEVELS, REFERENCES
from core.units import LARGEST


@kernel
def lots_at(books: Books, slot: int, side: int, price_ticks: int) -> int:
    """Displayed at a price; 0 without a level. `side` is the level's, BUY or SELL."""
    row = (1 - side) >> 1
    return lots_of_key(books, slot, row, price_ticks * side)


@kernel
def next_price(books: Books, slot: int, side: int, price_ticks: int) -> int:
    """The next worse level behind a price that is one of the side's levels; NO_TICKS behind the last one."""
    key = key_behind(books, slot, (1 - side) >> 1, price_ticks * side)
    if key == NO_KEY:
        return NO_TICKS
    return key * side


@kernel
def lots_between(books: Books, slot: int, side: int, limit_ticks: int) -> int:
    """Displayed from the touch to a limit price, inclusive: what a taker with that limit could reach at most."""
    row = (1 - side) >> 1
    total_lots = 0
    key = books.sides[slot, row]["best_key"]
    while key != NO_KEY and key >= limit_ticks * side:
        total_lots = min(total_lots + lots_of_key(books, slot, row, key), LARGEST)
        key = key_behind(books, slot, row, key)
    return total_lots


@kernel
def price_reached(books: Books, slot: int, side: int, quantity_lots: int) -> int:
    """The worst price that taking so many lots of a side would touch; NO_TICKS when it holds fewer."""
    row = (1 - side) >> 1
    left_lots = quantity_lots
    key = books.sides[slot, row]["best_key"]
    while key != NO_KEY:
        left_lots -= lots_of_key(books, slot, row, key)
        if left_lots <= 0:
            return key * side
        key = key_behind(books, slot, row, key)
    return NO_TICKS


@kernel
def fill_top(books: Books, slot: int, top: np.void) -> None:
    """Fill a BOOK_TOP record. `instrument_state` and `published_ns` are the publisher's."""
    head = books.heads[slot]
    top["instrument_id"] = head["instrument_id"]
    top["state"] = head["state"]
    top["received_ns"] = head["received_ns"]
    top["venue_ns"] = head["venue_ns"]
    top["sequence"] = head["frames"]
    top["last_trade_ticks"] = head["last_trade_ticks"]
    top["last_trade_lots"] = head["last_trade_lots"]
    top["last_trade_side"] = head["last_trade_side"]
    top["day_volume_lots"] = head["day_volume_lots"]
    top["day_open_ticks"] = head["day_open_ticks"]
    top["day_high_ticks"] = head["day_high_ticks"]
    top["day_low_ticks"] = head["day_low_ticks"]
    top["frames_gapped"] = head["gaps"]
    for which in range(REFERENCES):
        top["references"][which] = head["references"][which]
    top["bid_count"] = _fill_levels(books, slot, BID, top["bids"])
    top["ask_count"] = _fill_levels(books, slot, ASK, top["asks"])


@kernel
def _fill_levels(books: Books, slot: int, row: int, levels: np.ndarray) -> int:
    """Best first; rows behind the last level are emptied. The number of levels."""
    side = 1 - 2 * row
    count = 0
    key = books.sides[slot, row]["best_key"]
    while key != NO_KEY and count < BOOK_LEVELS:
        levels[count]["price_ticks"] = key * side
        levels[count]["quantity_lots"] = lots_of_key(books, slot, row, key)
        count += 1
        key = key_behind(books, slot, row, key)
    for i in range(count, BOOK_LEVELS):
        levels[i]["price_ticks"] = NO_TICKS
        levels[i]["quantity_lots"] = 0
    return count


@kernel
def lots_of_key(books: Books, slot: int, row: int, key: int) -> int:
    """Displayed at a key of side `row`; 0 without a level."""
    ladder = books.sides[slot, row]
    if key >= ladder["base_key"]:
        if key - ladder["base_key"] >= books.lots.shape[2]:
            return 0
        return books.lots[slot, row, key & (books.lots.shape[2] - 1)]
    keys = books.far_keys[slot, row]
    rank = far_find(ladder, keys, key)
    place = (ladder["far_start"] + rank) & (keys.shape[0] - 1)
    if rank < ladder["far_levels"] and keys[place] == key:
        return books.far_lots[slot, row, place]
    return 0


@kernel
def key_behind(books: Books, slot: int, row: int, key: int) -> int:
    """The next worse level, in the window or beyond it, or NO_KEY."""
    ladder = books.sides[slot, row]
    keys = books.far_keys[slot, row]
    rank = ladder["far_levels"]
    if key >= ladder["base_key"]:
        below = key_below(books, slot, row, key)
        if below != NO_KEY:
            return below
    else:
        rank = far_find(ladder, keys, key)
    if rank == 0:
        return NO_KEY
    return keys[(ladder["far_start"] + rank - 1) & (keys.shape[0] - 1)]
