"""Order book imbalance: which side shows more, over the best levels.

    imbalance = (bid_lots - ask_lots) / (bid_lots + ask_lots)      lots summed over the best 5 levels of each side

Unit: none, -1 … 1; positive: more to buy. Warm-up: none. NaN while both sides are empty.
Source: R. Cont, A. Kukanov, S. Stoikov, "The price impact of order book events", J. Financial Econometrics 12(1), 2014
(the ratio); five levels after M. Gould, J. Bonart, "Queue imbalance as a one-tick-ahead price predictor", 2016.
"""

import math

from core.book.depth import key_behind, lots_of_key
from core.book.head import ASK, BID
from core.book.ladder import NO_KEY, Books
from core.kernel import kernel

LEVELS = 5


@kernel
def imbalance(books: Books, slot: int) -> float:
    bid_lots = best_lots(books, slot, BID)
    ask_lots = best_lots(books, slot, ASK)
    if bid_lots + ask_lots == 0:
        return math.nan
    return float(bid_lots - ask_lots) / float(bid_lots + ask_lots)


@kernel
def best_lots(books: Books, slot: int, row: int) -> int:
    """Sum over the best levels of a side. Levels are at most 2**52 lots, so the sum cannot wrap."""
    total_lots = 0
    key = books.sides[slot, row]["best_key"]
    levels = 0
    while key != NO_KEY:
        total_lots += lots_of_key(books, slot, row, key)
        levels += 1
        if levels == LEVELS:
            break
        key = key_behind(books, slot, row, key)
    return total_lots
