"""Reading histograms: cold, numpy only, also for processes that do not load numba.

A percentile is the highest duration that is equivalent to the bucket it falls into, as HdrHistogram answers it, and
never above the largest one that was counted: at most 1/64 too high, never too low.
"""

import msgspec
import numpy as np

from core.histogram.buckets import BUCKETS, HISTOGRAM, LARGEST_NS, TOO_LARGE, highest_of, lowest_of


class Summary(msgspec.Struct, frozen=True):
    """Of one histogram; all 0 while nothing was counted."""

    count: int
    p50_ns: int
    p99_ns: int
    p999_ns: int
    max_ns: int
    min_ns: int
    mean_ns: float


_HIGHEST_NS = np.array([highest_of(bucket) for bucket in range(BUCKETS)], dtype=object)


def percentile(histogram: np.void, quantile: float) -> int:
    """The duration that a share of all counted ones does not exceed; `quantile` 0 … 1. 0 while nothing was counted."""
    return _percentile_of(histogram["buckets"].cumsum(), int(histogram["max_ns"]), quantile)


def summary(histogram: np.void) -> Summary:
    """A consistent reading while the writer goes on: everything is counted from one copy of the buckets."""
    largest_ns, smallest_ns, sum_ns = int(histogram["max_ns"]), int(histogram["min_ns"]), int(histogram["sum_ns"])
    cumulated = histogram["buckets"].cumsum()
    count = int(cumulated[-1])
    if count == 0:
        return Summary(0, 0, 0, 0, 0, 0, 0.0)
    return Summary(
        count=count,
        p50_ns=_percentile_of(cumulated, largest_ns, 0.50),
        p99_ns=_percentile_of(cumulated, largest_ns, 0.99),
        p999_ns=_percentile_of(cumulated, largest_ns, 0.999),
        max_ns=largest_ns,
        min_ns=smallest_ns,
        mean_ns=sum_ns / count,
    )


def merge(histograms: np.ndarray) -> np.ndarray:
    """HISTOGRAM[1]: the sum of several rows."""
    merged = np.zeros(1, HISTOGRAM)
    counted = histograms[histograms["count"] > 0]
    if len(counted):
        for name in ("count", "sum_ns", "buckets"):
            merged[name] = counted[name].sum(axis=0)
        merged["max_ns"], merged["min_ns"] = counted["max_ns"].max(), counted["min_ns"].min()
    return merged


def since(histogram: np.void, earlier: np.void) -> np.ndarray:
    """HISTOGRAM[1]: what was counted after an earlier copy. Largest and smallest are those of the buckets."""
    difference = np.zeros(1, HISTOGRAM)
    buckets = histogram["buckets"] - earlier["buckets"]
    filled = np.flatnonzero(buckets > 0)
    difference["buckets"], difference["count"] = buckets, buckets.sum()
    difference["sum_ns"] = histogram["sum_ns"] - earlier["sum_ns"]
    if len(filled):
        lowest, highest = int(filled[0]), int(filled[-1])
        largest_ns, smallest_ns = int(histogram["max_ns"]), int(histogram["min_ns"])
        difference["max_ns"] = largest_ns if highest == TOO_LARGE else min(largest_ns, highest_of(highest))
        difference["min_ns"] = max(smallest_ns, LARGEST_NS if lowest == TOO_LARGE else lowest_of(lowest))
    return difference


def _percentile_of(cumulated: np.ndarray, largest_ns: int, quantile: float) -> int:
    count = int(cumulated[-1])
    if count == 0:
        return 0
    rank = min(count, max(1, int(np.ceil(min(max(quantile, 0.0), 1.0) * count))))
    bucket = int(np.searchsorted(cumulated, rank))
    if bucket == TOO_LARGE:
        return largest_ns
    return min(int(_HIGHEST_NS[bucket]), largest_ns)
