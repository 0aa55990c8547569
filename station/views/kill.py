"""What a halt has done so far: every step with the venues' answers, and where each venue stands."""

from dataclasses import dataclass


@dataclass(frozen=True)
class KillStepView:
    after_ms: float
    """Since somebody said halt"""
    by: str
    venue: str
    what: str
    text: str
    took_ms: float
    """How long the venue took to answer; -1: it was not asked."""


@dataclass(frozen=True)
class KillVenueView:
    venue: str
    state: str
    """cancelling, nothing open, closing, flat, not answering"""
    is_proven: bool
    """The venue itself showed nothing open, and of a flatten nothing held."""
    open_orders: int
    """As it last listed them; -1: it did not yet."""
    cancels: int
    after_ms: float
    """When it came to that"""


@dataclass(frozen=True)
class KillView:
    name: str
    """Of the report's file"""
    reason: str
    said_by: str
    flatten: bool
    at_wall_ns: int
    elapsed_ms: float
    """Until the last step"""
    is_over: bool
    """Re-armed"""
    venues: tuple[KillVenueView, ...]
    steps: tuple[KillStepView, ...]
