"""What would an order cost that takes from this book now? A walk over the levels it would eat.

    shown     the sum of price * lots of the levels, exact (128 bits), and how many of them
    beyond    what the book does not show is taken to trade at the worst price reached, moved on by the square-root law:
              volatility of a day * sqrt(lots beyond / lots traded in a day), as a fraction of the price
    cost      the average price against the mid, in millionths

Source of the law: Tóth et al., "Anomalous price impact and the critical nature of liquidity" (2011), with a factor of
one. Where no volume is known yet nothing can be said of what lies beyond: the cost is the largest there is.
"""

import math

import numpy as np

from core.book.depth import key_behind, lots_of_key
from core.book.ladder import NO_KEY, Books
from core.kernel import kernel
from core.money import add, average_ticks, multiply

SECONDS_OF_DAY = 86_400.0
LARGEST_PPM = 1_000_000
"""A cost of the whole price: nobody's limit allows it."""
WALK_LEVELS = 512
"""An order that eats more than that is refused as too large for the book."""

WALK = np.dtype(
    [
        ("lots", np.int64),  # that the book shows for it
        ("beyond_lots", np.int64),  # that it does not show, within the limit
        ("levels", np.int64),
        ("worst_ticks", np.int64),  # 0: nothing to take
        ("notional_high", np.int64),  # of what is shown: sum of ticks * lots, core/money.py
        ("notional_low", np.int64),
        ("average_ticks", np.float64),  # of all of it, with what lies beyond
        ("cost_ppm", np.int64),  # against the mid; negative cannot be
    ]
)


@kernel
def walk(books: Books, slot: int, side: int, lots: int, limit_ticks: int, found: np.void) -> None:
    """Fill `found`: an order of `side` takes `lots` up to its limit (0: none). For a LIVE book."""
    row = (1 + side) >> 1  # the side that it takes from
    opposite = -side
    key = books.sides[slot, row]["best_key"]
    left, levels, worst, high, low = lots, 0, 0, 0, 0
    while key != NO_KEY and levels < WALK_LEVELS:
        ticks = key * opposite
        if limit_ticks != 0 and ticks * side > limit_ticks * side:
            break
        taken = min(left, lots_of_key(books, slot, row, key))
        part_high, part_low = multiply(ticks, taken)
        high, low = add(high, low, part_high, part_low)
        left -= taken
        levels += 1
        worst = ticks
        if left == 0:
            break
        key = key_behind(books, slot, row, key)
    found["lots"] = lots - left
    found["beyond_lots"] = left if limit_ticks == 0 else 0
    found["levels"] = levels
    found["worst_ticks"] = worst
    found["notional_high"] = high
    found["notional_low"] = low
    found["average_ticks"] = 0.0
    found["cost_ppm"] = LARGEST_PPM


@kernel
def judge(found: np.void, side: int, mid: float, volatility: float, day_lots: int) -> None:
    """The average price and the cost of a walk. `volatility`: per second, of log returns; `day_lots`: of the market."""
    if found["lots"] <= 0 or not (mid > 0.0):
        return
    average = average_ticks(found["notional_high"], found["notional_low"], found["lots"])
    if found["beyond_lots"] > 0:
        moved = impact(volatility, int(found["beyond_lots"]), day_lots)
        if not (moved < 1.0):
            return
        # A move that grows as a square root is paid on average by two thirds.
        beyond = float(found["worst_ticks"]) * (1.0 + side * moved * (2.0 / 3.0))
        whole = float(found["lots"]) + float(found["beyond_lots"])
        average = (average * float(found["lots"]) + beyond * float(found["beyond_lots"])) / whole
    found["average_ticks"] = average
    cost = side * (average - mid) / mid * 1e6
    found["cost_ppm"] = (
        int(math.ceil(cost)) if cost >= 0.0 and cost < LARGEST_PPM else (0 if cost < 0.0 else LARGEST_PPM)
    )


@kernel
def impact(volatility: float, lots: int, day_lots: int) -> float:
    """How far the price moves for lots beyond what is shown, as a fraction; 1 or more: not to be said."""
    if day_lots <= 0 or not (volatility >= 0.0):
        return 1.0
    return volatility * math.sqrt(SECONDS_OF_DAY) * math.sqrt(float(lots) / float(day_lots))
