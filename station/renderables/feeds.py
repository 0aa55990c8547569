"""Every feed and order side: state, rates, ages by the venue's clock and by ours, faults, and what it says."""

from collections.abc import Callable
from typing import NamedTuple

from rich.style import Style

from core.vocabulary import FeedState
from station.renderables.details import Field
from station.renderables.paint import Paint
from station.renderables.table import Column, as_muted
from station.views.numbers import DASH, bytes_text, count_text, duration_text
from station.views.status import FeedView, GatewayView, StatusView
from station.views.words import FEED_STATES


class FeedLine(NamedTuple):
    """Market data of a venue, or its order side; None: the other one."""

    venue: str
    feed: FeedView | None
    gateway: GatewayView | None

    @property
    def state(self) -> FeedState:
        side = self.feed or self.gateway
        return side.state if side is not None else FeedState.DOWN


def feed_lines(status: StatusView) -> list[FeedLine]:
    lines = [FeedLine(feed.venue, feed, None) for feed in status.feeds]
    return lines + [FeedLine(gateway.venue, None, gateway) for gateway in status.gateways]


def _of_market(told: Callable[[FeedView], str]) -> Callable[[FeedLine, int], str]:
    return lambda line, width: "" if line.feed is None else told(line.feed)


def _counted(count: int) -> str:
    return count_text(count) if count else DASH


def _age(age_ns: int) -> str:
    return duration_text(age_ns) if age_ns > 0 else DASH


def _feed_said(line: FeedLine, width: int) -> str:
    if line.gateway is not None:
        there = f"{line.gateway.open_at_venue} orders open there"
        unknown = f", {line.gateway.unknown} unknown" if line.gateway.unknown else ""
        return f"{line.gateway.message} · {there}{unknown}" if line.gateway.message else there + unknown
    return line.feed.message if line.feed is not None else ""


def _untrusted(feed: FeedView) -> str:
    """In all, and for how long now."""
    now = f" now {duration_text(feed.untrusted_for_ns)}" if feed.untrusted_for_ns > 0 else ""
    return f"{_age(feed.untrusted_ns)}{now}" if feed.untrusted_ns or now else DASH


def _well(line: FeedLine, paint: Paint) -> Style:
    return paint.up if line.state is FeedState.LIVE else paint.halted


def _fault_style(count: Callable[[FeedView], int]) -> Callable[[FeedLine, Paint], Style]:
    return lambda line, paint: paint.warning if line.feed is not None and count(line.feed) else paint.muted


FEED_COLUMNS: tuple[Column[FeedLine], ...] = (
    Column("", lambda line, width: "⇣" if line.feed is not None else "⇡", 1, style=_well),
    Column("venue", lambda line, width: line.venue, 8, most=12, is_left=True, sort=lambda line: line.venue),
    Column("state", lambda line, width: FEED_STATES[line.state], 10, is_left=True,
           style=lambda line, paint: paint.muted if line.state is FeedState.LIVE else paint.warning_bold,
           sort=lambda line: FEED_STATES[line.state]),
    Column("events/s", _of_market(lambda feed: count_text(feed.events_per_s)), 8,
           sort=lambda line: line.feed.events_per_s if line.feed is not None else None),
    Column("bytes/s", _of_market(lambda feed: bytes_text(feed.bytes_per_s)), 7, worth=1, style=as_muted,
           sort=lambda line: line.feed.bytes_per_s if line.feed is not None else None),
    Column("age", _of_market(lambda feed: "recorded" if feed.is_recorded else _age(feed.venue_age_ns)), 8, worth=3,
           style=as_muted, sort=lambda line: line.feed.venue_age_ns if line.feed is not None else None),
    Column("silent", _of_market(lambda feed: _age(feed.silent_ns)), 7, worth=1,
           sort=lambda line: line.feed.silent_ns if line.feed is not None else None),
    Column("gaps", _of_market(lambda feed: _counted(feed.gaps)), 5, worth=3,
           style=_fault_style(lambda feed: feed.gaps)),
    Column("resyncs", _of_market(lambda feed: _counted(feed.resyncs)), 7, worth=3,
           style=_fault_style(lambda feed: feed.resyncs)),
    Column("bad", _of_market(lambda feed: _counted(feed.bad_frames)), 5, worth=4,
           style=_fault_style(lambda feed: feed.bad_frames)),
    Column("dropped", _of_market(lambda feed: _counted(feed.dropped)), 7, worth=4,
           style=_fault_style(lambda feed: feed.dropped)),
    Column("untrusted", _of_market(_untrusted), 17, worth=5, style=_fault_style(lambda feed: feed.untrusted_for_ns)),
    Column("it says", _feed_said, 22, most=300, worth=2, is_left=True,
           style=lambda line, paint: paint.muted if line.state is FeedState.LIVE else paint.warning),
)  # fmt: skip


def feed_fields(line: FeedLine) -> list[Field]:
    if line.gateway is not None:
        gateway = line.gateway
        return [
            ("venue", f"{gateway.venue}, order side"),
            ("state", FEED_STATES[gateway.state]),
            ("open there", f"{gateway.open_at_venue} orders"),
            ("unknown", f"{gateway.unknown} orders"),
            ("after a halt", f"{gateway.halt_cancelled} cancelled" if gateway.halt_cancelled else ""),
            ("it says", gateway.message),
        ]
    if line.feed is None:
        return []
    feed = line.feed
    return [
        ("venue", f"{feed.venue}, market data"),
        ("state", FEED_STATES[feed.state]),
        ("events", f"{feed.events:,} in all, {feed.events_per_s:,} a second"),
        ("bytes", f"{feed.bytes_per_s:,} a second"),
        ("age", "recorded" if feed.is_recorded else f"{_age(feed.venue_age_ns)} by the venue's clock"),
        ("silent for", f"{_age(feed.silent_ns)} by ours"),
        ("gaps", _counted(feed.gaps)),
        ("resyncs", _counted(feed.resyncs)),
        ("bad frames", _counted(feed.bad_frames)),
        ("dropped", f"{feed.dropped:,} events: the ring was full" if feed.dropped else ""),
        ("untrusted", _untrusted(feed)),
        ("it says", feed.message),
    ]
