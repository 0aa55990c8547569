"""Counting durations in a process that does not load numba: the same buckets, the same rows."""

import numpy as np

from core.histogram.buckets import LARGEST_NS, SUB_BUCKETS, TOO_LARGE

EXACT_BITS = SUB_BUCKETS.bit_length()
LARGEST = (1 << 63) - 1


class Tally:
    """Writes one HISTOGRAM row. One process, one thread."""

    def __init__(self, row: np.void) -> None:
        """`row`: `histograms[hop]`, which still is the shared memory and no copy."""
        self._row = row
        self._buckets = memoryview(row["buckets"])  # an item of it costs a fifth of what numpy takes
        self._count, self._sum_ns = int(row["count"]), int(row["sum_ns"])
        self._least_ns, self._most_ns = int(row["min_ns"]), int(row["max_ns"])

    def add(self, duration_ns: int) -> None:
        duration_ns = min(max(int(duration_ns), 0), LARGEST)
        row = self._row
        if self._count == 0 or duration_ns < self._least_ns:
            self._least_ns = row["min_ns"] = duration_ns
        if duration_ns > self._most_ns:
            self._most_ns = row["max_ns"] = duration_ns
        self._count += 1
        self._sum_ns += min(duration_ns, LARGEST_NS)
        row["count"], row["sum_ns"] = self._count, self._sum_ns
        self._buckets[bucket_of(duration_ns)] += 1


def bucket_of(duration_ns: int) -> int:
    """Which bucket a duration of 0 or more falls into."""
    if duration_ns < 2 * SUB_BUCKETS:
        return duration_ns
    if duration_ns >= LARGEST_NS:
        return TOO_LARGE
    shift = duration_ns.bit_length() - EXACT_BITS
    return shift * SUB_BUCKETS + (duration_ns >> shift)
