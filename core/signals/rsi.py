"""RSI(14): how much of the recent movement went up.

    gain, loss = mean of the rises, and of the falls, of the close over the first 14 changes
    gain       = (gain * 13 + rise) / 14, loss alike, from then on                       (Wilder's smoothing)
    rsi        = 100 * gain / (gain + loss)

Here on closes of 1-second bars, in ticks. Unit: 0 … 100. Warm-up: 14 changes. NaN while nothing has moved at all
(TA-Lib answers 0 there, which would read as "oversold").
Source: J. W. Wilder, "New Concepts in Technical Trading Systems", 1978, chapter VI; smoothing and start as TA-Lib's
ta_RSI.c, without unstable period.
"""

import math

import numpy as np

from core.kernel import kernel

PERIOD = 14

STRENGTH = np.dtype(
    [
        ("closes", np.int64),  # seen
        ("last_close", np.float64),
        ("gain", np.float64),  # until the warm-up is over: the sum
        ("loss", np.float64),
    ]
)


@kernel
def rsi(strength: np.void, close: float) -> float:
    """The RSI with one more close; NaN while not warm."""
    change = close - strength["last_close"]
    strength["last_close"] = close
    strength["closes"] += 1
    changes = strength["closes"] - 1
    if changes == 0:
        return math.nan
    rise = max(change, 0.0)
    fall = max(-change, 0.0)
    if changes <= PERIOD:
        strength["gain"] += rise
        strength["loss"] += fall
        if changes < PERIOD:
            return math.nan
        strength["gain"] /= PERIOD
        strength["loss"] /= PERIOD
    else:
        strength["gain"] = (strength["gain"] * (PERIOD - 1) + rise) / PERIOD
        strength["loss"] = (strength["loss"] * (PERIOD - 1) + fall) / PERIOD
    moved = strength["gain"] + strength["loss"]
    if not moved > 0.0:
        return math.nan
    return 100.0 * (strength["gain"] / moved)
