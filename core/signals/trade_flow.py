"""Trade flow: who pays to trade now, buyers or sellers.

    flow = Σ side_i * lots_i * exp(-(now - t_i) / 10 s)  /  Σ lots_i * exp(-(now - t_i) / 10 s)      side: the taker's

Numerator and denominator fade alike, so it only changes with a trade. Unit: none, -1 … 1; positive: takers buy.
Warm-up: 10 trades. A trade without a side counts in the denominator only.
Source: signed volume as in R. Cont, A. Kukanov, S. Stoikov, "The price impact of order book events", 2014 (section 4,
trade imbalance); exponential fading is ours, so that no window of trades has to be kept.
"""

import math

import numpy as np

from core.kernel import kernel

FADE_NS = 10_000_000_000.0
WARM_TRADES = 10

FLOW = np.dtype(
    [
        ("signed_lots", np.float64),  # faded to last_ns
        ("lots", np.float64),
        ("last_ns", np.int64),
        ("trades", np.int64),
    ]
)


@kernel
def add_trade(flow: np.void, quantity_lots: int, side: int, now_ns: int) -> float:
    """The flow after a trade; NaN while not warm."""
    fade = math.exp(-float(max(now_ns - flow["last_ns"], 0)) / FADE_NS)
    flow["signed_lots"] = flow["signed_lots"] * fade + float(side * quantity_lots)
    flow["lots"] = flow["lots"] * fade + float(quantity_lots)
    flow["last_ns"] = now_ns
    flow["trades"] += 1
    if flow["trades"] < WARM_TRADES or not flow["lots"] > 0.0:
        return math.nan
    return flow["signed_lots"] / flow["lots"]
