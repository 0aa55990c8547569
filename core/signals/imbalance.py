"""Order book imbalance: which side shows more, over the best levels.

    imbalance = (bid_lots - ask_lots) / (bid_lots + ask_lots)      lots summed over the best 5 levels of each side

Unit: none, -1 … 1; positive: more to buy. Warm-up: none. NaN while both sides are empty.
Source: R. Cont, A. Kukanov, S. Stoikov, "The price impact of order book events", J. Financial Econometrics 12(1), 2014
(the ratio); five levels after M. Gould, J. Bonart, "Queue imbalance as a one-tick-ahead price predictor", 2016.
"""

import math

from core.book.head import ASK, BID
from core.book.ladder import NO_KEY, Books, key_below
from core.kernel import inlined_kernel, kernel

LEVELS = 5


@inlined_kernel
def imbalance(books: Books, slot: int) -> float:
    bid_lots = best_lots(books, slot, BID)
    ask_lots = best_lots(books, slot, ASK)
    if bid_lots + ask_lots == 0:
        return math.nan
    return float(bid_lots - ask_lots) / float(bid_lots + ask_lots)


@inlined_kernel
def best_lots(books: Books, slot: int, row: int) -> int:
    """Sum over the best levels of a side. Levels are at most 2**52 lots, so the sum cannot wrap."""
    mask = books.lots.shape[2] - 1
    key = books.sides[slot, row]["best_key"]
    total_lots = 0
    for levels in range(LEVELS):
        if key == NO_KEY:
            return total_lots + _best_far_lots(books, slot, row, LEVELS - levels)
        total_lots += books.lots[slot, row, key & mask]
        if levels + 1 < LEVELS:
            key = key_below(books, slot, row, key)
    return total_lots


@kernel
def _best_far_lots(books: Books, slot: int, row: int, levels: int) -> int:
    """Sum over the best levels beyond the window."""
    ladder = books.sides[slot, row]
    mask = books.far_lots.shape[2] - 1
    end = ladder["far_start"] + ladder["far_levels"]
    total_lots = 0
    for place in range(end - min(levels, ladder["far_levels"]), end):
        total_lots += books.far_lots[slot, row, place & mask]
    return total_lots
