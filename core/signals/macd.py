"""MACD(12, 26, 9): is the recent average running away from the longer one?

    macd   = EMA(12) of the close - EMA(26) of the close
    signal = EMA(9) of macd
    EMA    = EMA + (value - EMA) * 2 / (period + 1), begun with the mean of its first `period` values

Here on closes of 1-second bars. Both averages of the close have their first value at the 26th close, so the mean that
begins the fast one is that of closes 15 … 26. Unit: that of the close: ticks. Warm-up: 34 closes, for both lines.
Source: G. Appel, "Technical Analysis: Power Tools for Active Investors", 2005; start as TA-Lib's ta_MACD.c.
"""

import math

import numpy as np

from core.kernel import kernel

FAST = 12
SLOW = 26
SIGNAL = 9
FAST_STEP = 2.0 / (FAST + 1)
SLOW_STEP = 2.0 / (SLOW + 1)
SIGNAL_STEP = 2.0 / (SIGNAL + 1)
WARM_CLOSES = SLOW + SIGNAL - 1

AVERAGES = np.dtype(
    [
        ("closes", np.int64),  # seen
        ("fast", np.float64),  # until the warm-up is over: the sum; the others too
        ("slow", np.float64),
        ("signal", np.float64),
    ]
)


@kernel
def update_averages(averages: np.void, close: float) -> None:
    """One more close."""
    averages["closes"] += 1
    closes = averages["closes"]
    if closes <= SLOW:
        averages["slow"] += close
        if closes > SLOW - FAST:
            averages["fast"] += close
        if closes < SLOW:
            return
        averages["slow"] /= SLOW
        averages["fast"] /= FAST
    else:
        averages["slow"] += (close - averages["slow"]) * SLOW_STEP
        averages["fast"] += (close - averages["fast"]) * FAST_STEP
    difference = averages["fast"] - averages["slow"]
    if closes <= WARM_CLOSES:
        averages["signal"] += difference
        if closes == WARM_CLOSES:
            averages["signal"] /= SIGNAL
    else:
        averages["signal"] += (difference - averages["signal"]) * SIGNAL_STEP


@kernel
def macd(averages: np.void) -> float:
    """NaN while not warm."""
    if averages["closes"] < WARM_CLOSES:
        return math.nan
    return averages["fast"] - averages["slow"]


@kernel
def macd_signal(averages: np.void) -> float:
    """NaN while not warm."""
    if averages["closes"] < WARM_CLOSES:
        return math.nan
    return averages["signal"]
