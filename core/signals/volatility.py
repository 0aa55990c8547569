"""Volatility: how far the mid wanders in a second.

    r = ln(mid / mid before), over dt seconds; sampled at frames, at most every 100 ms
    w = exp(-dt / 60 s)
    variance = w * variance + (1 - w) * r² / dt
    weight   = w * weight   + (1 - w)
    volatility = sqrt(variance / weight)

Samples may lie any time apart: each weighs by the time that it covers. Dividing by the weight takes out the start at 0.
Sampling no faster than 100 ms keeps most of the bounce between bid and ask out.
Unit: log return per square root of a second (times sqrt(31,557,600) is per year). Warm-up: 30 samples.
Source: J.P. Morgan/Reuters, "RiskMetrics – Technical Document", 4th ed., 1996, 5.2 (EWMA), with the weight of an
irregular sample after U. Müller, "Specially weighted moving averages with repeated application of the EMA", 1991.
"""

import math

import numpy as np

from core.kernel import inlined_kernel, kernel

SAMPLE_NS = 100_000_000
MEMORY_S = 60.0
WARM_SAMPLES = 30

WANDER = np.dtype(
    [
        ("last_mid_halves", np.int64),  # 0: no whole book before this one
        ("last_ns", np.int64),
        ("variance", np.float64),
        ("weight", np.float64),
        ("samples", np.int64),
    ]
)


@kernel
def forget_mid(wander: np.void) -> None:
    """The book was not whole: the way from the last mid to the next is not known."""
    wander["last_mid_halves"] = 0


@inlined_kernel
def sample_mid(wander: np.void, mid_halves: int, now_ns: int) -> None:
    """Take a sample if it is time. `mid_halves` is bid + ask, above 0."""
    elapsed_ns = now_ns - wander["last_ns"]
    if wander["last_mid_halves"] != 0:
        if elapsed_ns < SAMPLE_NS:
            return
        elapsed_s = float(elapsed_ns) / 1e9
        change = math.log(float(mid_halves) / float(wander["last_mid_halves"]))
        keep = math.exp(-elapsed_s / MEMORY_S)
        wander["variance"] = keep * wander["variance"] + (1.0 - keep) * change * change / elapsed_s
        wander["weight"] = keep * wander["weight"] + (1.0 - keep)
        wander["samples"] += 1
    wander["last_mid_halves"] = mid_halves
    wander["last_ns"] = now_ns


@inlined_kernel
def volatility(wander: np.void) -> float:
    """NaN while not warm."""
    if wander["samples"] < WARM_SAMPLES or not wander["weight"] > 0.0:
        return math.nan
    return math.sqrt(wander["variance"] / wander["weight"])
