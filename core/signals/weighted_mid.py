"""Weighted mid: the mid price, leaning to the side that is about to give way.

    weighted_mid = (bid * ask_lots + ask * bid_lots) / (bid_lots + ask_lots)      at the touch

Unit: ticks, as a float. Warm-up: none. NaN while a side is empty.
Source: the baseline in S. Stoikov, "The micro-price", Quantitative Finance 18(12), 2018,
which finds it a poorer predictor than the micro-price itself; see microprice.py.
"""

import math

import numpy as np

from core.kernel import inlined_kernel


@inlined_kernel
def weighted_mid(head: np.void) -> float:
    bid_lots = float(head["best_bid_lots"])
    ask_lots = float(head["best_ask_lots"])
    if bid_lots == 0.0 or ask_lots == 0.0:
        return math.nan
    bid = float(head["best_bid_ticks"])
    # As a distance from the bid: with prices up to 2**52 the plain products would lose the digits that matter.
    spread = float(head["best_ask_ticks"] - head["best_bid_ticks"])
    return bid + spread * (bid_lots / (bid_lots + ask_lots))
