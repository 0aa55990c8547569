"""Counting durations in a process that does not load numba: the same buckets, the same rows."""

import numpy as np

from core.histogram.buckets import LARGEST_NS, SUB_BUCKETS, TOO_LARGE

EXACT_BITS = SUB_BUCKETS.bit_length()


class Tally:
    """Writes one HISTOGRAM row. One process, one thread."""

    def __init__(self, row: np.ndarray | np.void) -> None:
        """`row`: one record of a HISTOGRAM array, or the array of length one that holds it."""
        rows = row if isinstance(row, np.ndarray) else np.asarray(row)
        self._row = rows.reshape(1)[0] if not np.shares_memory(rows, row) else row.reshape(1)[0]
        self._buckets = self._row["buckets"]

    def add(self, duration_ns: int) -> None:
        duration_ns = max(int(duration_ns), 0)
        row = self._row
        count = int(row["count"])
        if count == 0 or duration_ns < row["min_ns"]:
            row["min_ns"] = duration_ns
        if duration_ns > row["max_ns"]:
            row["max_ns"] = min(duration_ns, np.iinfo(np.int64).max)
        row["count"] = count + 1
        row["sum_ns"] += min(duration_ns, LARGEST_NS)
        self._buckets[bucket_of(duration_ns)] += 1


def bucket_of(duration_ns: int) -> int:
    """Which bucket a duration of 0 or more falls into."""
    if duration_ns < 2 * SUB_BUCKETS:
        return duration_ns
    if duration_ns >= LARGEST_NS:
        return TOO_LARGE
    shift = duration_ns.bit_length() - EXACT_BITS
    return shift * SUB_BUCKETS + (duration_ns >> shift)
