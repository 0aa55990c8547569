"""Counting one duration into a histogram: hot, about a nanosecond. Reading them: percentiles.py.

The buckets are those of buckets.py, which holds the worked example.
"""

import numpy as np

from core.bits import highest_bit
from core.histogram.buckets import LARGEST_NS, SUB_BUCKETS, TOO_LARGE
from core.kernel import inlined_kernel

EXACT_BITS = SUB_BUCKETS.bit_length()
"""Durations of up to so many bits have a bucket each: 7 bits, 0 … 127 ns."""


@inlined_kernel
def tally(histograms: np.ndarray, hop: int, duration_ns: int) -> None:
    """Add one duration to HISTOGRAM row `hop`. Negative ones (two clocks) count as 0, huge ones as "too large"."""
    duration_ns = max(duration_ns, 0)
    row = histograms[hop]
    if row["count"] == 0 or duration_ns < row["min_ns"]:
        row["min_ns"] = duration_ns
    if duration_ns > row["max_ns"]:
        row["max_ns"] = duration_ns
    row["count"] += 1
    row["sum_ns"] += min(duration_ns, LARGEST_NS)  # so that the sum cannot wrap
    row["buckets"][bucket_of(duration_ns)] += 1


@inlined_kernel
def bucket_of(duration_ns: int) -> int:
    """Which bucket a duration of 0 or more falls into."""
    if duration_ns >= LARGEST_NS:
        return TOO_LARGE
    # No branch for small ones: whatever has a bucket of its own counts as if it had all EXACT_BITS.
    shift = highest_bit(np.uint64(duration_ns | (2 * SUB_BUCKETS - 1))) + 1 - EXACT_BITS
    return shift * SUB_BUCKETS + (duration_ns >> shift)
