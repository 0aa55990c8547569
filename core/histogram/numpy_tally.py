"""Counting durations in a process that does not load numba: the same buckets, the same rows."""

import numpy as np

from core.histogram.buckets import HISTOGRAM, LARGEST_NS, SUB_BUCKETS, TOO_LARGE

EXACT_BITS = SUB_BUCKETS.bit_length()
LARGEST = (1 << 63) - 1

COUNT, SUM_NS, MAX_NS, MIN_NS, BUCKETS = (
    HISTOGRAM.fields[name][1] // 8 for name in ("count", "sum_ns", "max_ns", "min_ns", "buckets")
)
"""Places of the fields, in words."""


class Tally:
    """Writes one HISTOGRAM row. One process, one thread."""

    def __init__(self, row: np.void) -> None:
        """`row`: `histograms[hop]`, which still is the shared memory and no copy."""
        self._words = memoryview(np.frombuffer(row.data, np.int64))  # numpy's own scalars take five times as long

    def add(self, duration_ns: int) -> None:
        duration_ns = min(max(int(duration_ns), 0), LARGEST)
        words = self._words
        count = words[COUNT]
        if count == 0 or duration_ns < words[MIN_NS]:
            words[MIN_NS] = duration_ns
        if duration_ns > words[MAX_NS]:
            words[MAX_NS] = duration_ns
        words[COUNT] = count + 1
        words[SUM_NS] += min(duration_ns, LARGEST_NS)
        words[BUCKETS + bucket_of(duration_ns)] += 1


def bucket_of(duration_ns: int) -> int:
    """Which bucket a duration of 0 or more falls into."""
    if duration_ns < 2 * SUB_BUCKETS:
        return duration_ns
    if duration_ns >= LARGEST_NS:
        return TOO_LARGE
    shift = duration_ns.bit_length() - EXACT_BITS
    return shift * SUB_BUCKETS + (duration_ns >> shift)
