"""Counting durations of one hop in a process without numba: buckets of core/histogram/buckets.py, written in place."""

import numpy as np

from core.histogram.buckets import LARGEST_NS, SUB_BUCKETS, TOO_LARGE
from core.vocabulary import Hop


class Tally:
    """One row of histograms.<role>. One process, one thread."""

    def __init__(self, histograms: np.ndarray, hop: Hop) -> None:
        self._row: np.void = histograms[hop]
        self._buckets: np.ndarray = self._row["buckets"]

    def record(self, duration_ns: int) -> None:
        """A negative duration (two clocks) counts as 0."""
        duration_ns = max(0, duration_ns)
        shift = max(0, duration_ns.bit_length() - 7)
        bucket = TOO_LARGE if duration_ns >= LARGEST_NS else shift * SUB_BUCKETS + (duration_ns >> shift)
        row = self._row
        self._buckets[bucket] += 1
        row["sum_ns"] += duration_ns
        row["max_ns"] = max(row["max_ns"], duration_ns)
        row["min_ns"] = min(row["min_ns"], duration_ns) if row["count"] else duration_ns
        row["count"] += 1
