"""Why should the trading keys not be armed now? The first reason counts; blank: none.

A trader who walked away, a lease that somebody took, a book that cannot be trusted: what a key would do then is not
what was meant when they were armed.
"""

from station.views.book import BookView
from station.views.instrument import InstrumentView
from station.views.status import StatusView
from station.views.words import BOOK_STATES

SECONDS = 60


def against_arming(status: StatusView, book: BookView, instrument: InstrumentView) -> str:
    """What would disarm them at once."""
    if not status.is_attached:
        return "the core is silent"
    if not book.is_live:
        return f"the book of {instrument.symbol} is {BOOK_STATES[book.state]}"
    return ""


def idle_too_long(idle_s: float, limit_minutes: int) -> str:
    """`limit_minutes` 0: never."""
    if limit_minutes <= 0 or idle_s < limit_minutes * SECONDS:
        return ""
    return f"{limit_minutes} minute{'s' if limit_minutes > 1 else ''} without a key"


def was_taken(before: StatusView, now: StatusView) -> str:
    """The core has disarmed them by itself: why."""
    if not before.seat.is_armed or now.seat.is_armed or now.is_halted:
        return ""
    if before.seat.holds_lease and not now.seat.holds_lease:
        return "the trading lease is lost" + (f" to seat {now.lease_seat}" if now.lease_seat >= 0 else "")
    return ""
