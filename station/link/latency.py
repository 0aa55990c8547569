"""Every process's histograms as hops to draw: merged, reduced to quantiles and a logarithmic picture."""

from collections import deque
from collections.abc import Sequence
from functools import cache
from math import log10

import numpy as np

from core.histogram.buckets import BUCKETS, LARGEST_NS, TOO_LARGE, lowest_of
from core.histogram.percentiles import Summary, merge, percentile, since, summary
from core.memory.files import Memory
from core.memory.layout import seat_role
from core.vocabulary import Hop
from station.views.latency import DECADES, FIRST_DECADE_NS, HopView

STEPS = 16 * DECADES
COURSE_S = 300
LONGEST_AGE_NS = 3_600_000_000_000
"""Nothing on the way takes an hour: a venue's stamp that is older is of a recording."""


class Histograms:
    """Of all processes of a desk, and of our own seat: other screens' hops are their own."""

    def __init__(self, memory: Memory, seat: int | None) -> None:
        roles = [role for role in memory.layout.files if not role.startswith(("seat.", "core."))]
        if seat is not None:
            roles.append(seat_role(seat))
        self._tables = [memory.histograms(role) for role in roles]
        self._counts: list[int] = []
        self._views: tuple[HopView, ...] = tuple(HopView(hop=hop) for hop in Hop)
        self._courses: dict[Hop, deque[tuple[int, int]]] = {hop: deque(maxlen=COURSE_S) for hop in Hop}
        self._before: dict[Hop, np.void] = {}
        self._sampled_s = 0

    def sample(self, now_s: int) -> None:
        """At every frame, so that the course has no holes: what was counted in each whole second."""
        if now_s == self._sampled_s:
            return
        is_next, self._sampled_s = now_s == self._sampled_s + 1, now_s
        for hop in Hop:
            histogram = merged(hop, self._tables)
            if histogram is None:
                continue
            before = self._before.get(hop)
            self._before[hop] = histogram
            if before is None or not is_next:
                continue
            known = summary(since(histogram, before)[0])
            recorded = known.p50_ns > LONGEST_AGE_NS
            self._courses[hop].append((0, 0) if recorded else (known.p50_ns, known.p99_ns))

    def hops(self) -> tuple[HopView, ...]:
        """The same object until something was counted."""
        counts = [int(table["count"].sum()) for table in self._tables]
        if counts != self._counts:
            self._counts = counts
            counted = [table for table, count in zip(self._tables, counts, strict=True) if count]
            self._views = tuple(_hop_view(hop, counted, tuple(self._courses[hop])) for hop in Hop)
        return self._views


def merged(hop: Hop, tables: Sequence[np.ndarray]) -> np.void | None:
    """One hop over all processes that measure it; None when nobody has counted anything."""
    rows = [table[hop : hop + 1].copy() for table in tables if table[hop]["count"]]
    if not rows:
        return None
    histogram: np.void = (merge(np.concatenate(rows)) if len(rows) > 1 else rows[0])[0]
    return histogram


def is_recorded(known: Summary) -> bool:
    """Are these the ages of a replay, which say when it was recorded and nothing else?"""
    return known.p50_ns > LONGEST_AGE_NS


def _hop_view(hop: Hop, tables: list[np.ndarray], course: tuple[tuple[int, int], ...]) -> HopView:
    histogram = merged(hop, tables)
    if histogram is None:
        return HopView(hop=hop)
    known = summary(histogram)
    if is_recorded(known):
        return HopView(hop=hop, count=known.count, is_recorded=True)
    columns = np.bincount(_columns_of_buckets(), weights=histogram["buckets"], minlength=STEPS)
    return HopView(
        hop=hop,
        count=known.count,
        p50_ns=known.p50_ns,
        p90_ns=percentile(histogram, 0.90),
        p99_ns=known.p99_ns,
        p999_ns=known.p999_ns,
        max_ns=known.max_ns,
        columns=tuple(int(count) for count in columns),
        course=course,
    )


@cache
def _columns_of_buckets() -> np.ndarray:
    """Which step of the logarithmic axis each bucket belongs to, by its middle; the ends take what lies outside."""
    steps = np.zeros(BUCKETS, np.int64)
    for bucket in range(BUCKETS):
        low = lowest_of(bucket)
        high = LARGEST_NS if bucket == TOO_LARGE else lowest_of(bucket + 1)
        place = log10(max(1.0, (low + high) / 2) / FIRST_DECADE_NS) / DECADES
        steps[bucket] = min(STEPS - 1, max(0, int(place * STEPS)))
    return steps
