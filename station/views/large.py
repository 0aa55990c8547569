"""Which levels of a book are far larger than the others: a wall, or somebody who wants to be seen.

Usual is the median of the levels that are shown, of both sides together. A level is large from TIMES_USUAL of it on.
"""

from statistics import median_low

from core.vocabulary import Side
from station.views.book import BookView
from station.views.flow import LargeOrder

TIMES_USUAL = 5.0
FEWEST_LEVELS = 8
"""Of fewer levels nothing is usual."""
MOST = 8


def large_orders(book: BookView) -> tuple[LargeOrder, ...]:
    """Largest first, at most eight."""
    sizes = [lots for _, lots in (*book.bids, *book.asks)]
    if len(sizes) < FEWEST_LEVELS:
        return ()
    usual = median_low(sizes)
    found = [
        LargeOrder(price_ticks, side, lots, lots / usual)
        for side, levels in ((Side.BUY, book.bids), (Side.SELL, book.asks))
        for price_ticks, lots in levels
        if lots >= TIMES_USUAL * usual
    ]
    return tuple(sorted(found, key=lambda one: -one.lots)[:MOST])
