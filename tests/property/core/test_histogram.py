"""The histogram answers what the whole list of durations would, to 1/64."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.histogram.buckets import BUCKETS, HISTOGRAM, LARGEST_NS, TOO_LARGE, highest_of, lowest_of
from core.histogram.numpy_tally import Tally
from core.histogram.numpy_tally import bucket_of as plain_bucket_of
from core.histogram.percentiles import merge, percentile, since, summary
from core.histogram.tally import bucket_of, tally

LONGEST = (1 << 63) - 1
durations = st.one_of(st.integers(0, 300), st.integers(0, 100_000), st.integers(-LONGEST - 1, LONGEST))
lists = st.lists(durations, max_size=60)


def counted(values: list[int]) -> np.void:
    histograms = np.zeros(3, HISTOGRAM)
    for value in values:
        tally(histograms, 1, value)
    assert not histograms[[0, 2]]["count"].any(), "the neighbours are untouched"
    return histograms[1]


@given(duration=st.integers(0, LONGEST))
@settings(deadline=None)
def test_a_bucket_holds_what_falls_into_it_and_is_never_wider_than_a_64th(duration: int) -> None:
    bucket = int(bucket_of(duration))
    assert bucket == plain_bucket_of(duration)
    if duration >= LARGEST_NS:
        assert bucket == TOO_LARGE
    else:
        assert lowest_of(bucket) <= duration <= highest_of(bucket)
        assert (highest_of(bucket) - lowest_of(bucket)) * 64 <= max(lowest_of(bucket), 64)


def test_buckets_follow_each_other_without_a_hole() -> None:
    last = plain_bucket_of(LARGEST_NS - 1)
    assert last < BUCKETS - 1
    for bucket in range(last + 1):
        assert bucket_of(lowest_of(bucket)) == bucket
        assert bucket_of(highest_of(bucket)) == bucket


@settings(max_examples=60, deadline=None)
@given(values=lists, quantile=st.floats(0.0, 1.0))
def test_a_percentile_is_at_most_a_64th_too_high_and_never_too_low(values: list[int], quantile: float) -> None:
    histogram = counted(values)
    if not values:
        assert percentile(histogram, quantile) == 0
        return
    ordered = sorted(max(value, 0) for value in values)
    exact = ordered[min(len(ordered), max(1, math.ceil(quantile * len(ordered)))) - 1]
    answer = percentile(histogram, quantile)
    assert exact <= answer <= ordered[-1]
    if exact < LARGEST_NS:
        assert answer - exact <= exact / 64


@settings(max_examples=60, deadline=None)
@given(values=lists)
def test_the_plain_tally_counts_what_the_kernel_counts(values: list[int]) -> None:
    rows = np.zeros(2, HISTOGRAM)
    plain = Tally(rows[1])
    for value in values:
        plain.add(value)
    assert rows[1].tobytes() == counted(values).tobytes()


@settings(max_examples=60, deadline=None)
@given(values=lists)
def test_the_summary_says_count_and_ends(values: list[int]) -> None:
    found = summary(counted(values))
    kept = [max(value, 0) for value in values]
    assert found.count == len(kept)
    assert (found.min_ns, found.max_ns) == ((min(kept), max(kept)) if kept else (0, 0))
    assert found.p50_ns <= found.p99_ns <= found.p999_ns <= found.max_ns
    if kept:
        assert math.isclose(found.mean_ns, sum(min(value, LARGEST_NS) for value in kept) / len(kept))


@settings(max_examples=60, deadline=None)
@given(first=lists, second=lists)
def test_merging_counts_both_and_since_takes_the_first_away_again(first: list[int], second: list[int]) -> None:
    both = counted(first + second)
    rows = np.array([counted(first), counted(second)], HISTOGRAM)
    assert merge(rows)[0].tobytes() == both.tobytes()
    left, alone = since(both, counted(first))[0], counted(second)
    assert (left["buckets"] == alone["buckets"]).all()
    assert (left["count"], left["sum_ns"]) == (alone["count"], alone["sum_ns"])
    if second:
        assert left["min_ns"] <= alone["min_ns"]
        assert left["max_ns"] >= alone["max_ns"]
