"""One hop's histogram, ready to draw: quantiles, counts over equal steps of the logarithm, and how it went of late."""

import msgspec

from core.vocabulary import Hop

FIRST_DECADE_NS = 100
DECADES = 7
"""The axis of every hop is the same: 100 ns … 1 s, so that hops can be compared by eye."""


class HopView(msgspec.Struct, frozen=True, kw_only=True):
    hop: Hop
    count: int = 0
    p50_ns: int = 0
    p90_ns: int = 0
    p99_ns: int = 0
    p999_ns: int = 0
    max_ns: int = 0
    is_recorded: bool = False
    """A recording's stamps are measured against today: counted, but no duration"""
    columns: tuple[int, ...] = ()
    """Counts, from FIRST_DECADE_NS over DECADES decades in equal steps of the logarithm; ends take what lies outside"""
    course: tuple[tuple[int, int], ...] = ()
    """p50 and p99 of each of the last seconds, the oldest first; zeros: nothing was counted in it"""
