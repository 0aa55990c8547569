"""What stands on the hint line while nothing happens: why nothing is sent, or what the next order would be."""

from typing import NamedTuple

from station.views.book import BookView
from station.views.instrument import InstrumentView
from station.views.status import StatusView
from station.views.usual import next_order_text


class Keys(NamedTuple):
    """As they are written."""

    arm: str
    lease: str


def what_next(
    status: StatusView,
    instrument: InstrumentView,
    book: BookView,
    *,
    cursor_ticks: int | None,
    lots: int,
    usual_lots: int,
    lease_asked_by: str,
    disarmed_by: str,
    keys: Keys,
) -> tuple[str, str]:
    """The words, and their kind: quiet, or care when the order is out of the usual."""
    seat = status.seat
    if seat.seat < 0:
        return "you watch: every seat is taken; the kill keys work", "quiet"
    if status.lease_seat >= 0 and not seat.holds_lease:
        holder = f"seat {status.lease_seat}" + (f" at {status.lease_place}" if status.lease_place else "")
        if status.is_lease_orphaned:
            return f"{holder} is gone, its trading lease ends within 30 s · {keys.lease} takes it", "care"
        return f"you watch: {holder} holds the trading lease · {keys.lease} asks for it · the kill keys work", "quiet"
    if lease_asked_by:
        return f"{lease_asked_by} asks for the trading lease · {keys.lease} gives it", "quiet"
    if not seat.is_armed:
        why = f" after {disarmed_by}" if disarmed_by else ""
        return f"disarmed{why}: a key only says what it would do · {keys.arm} arms", "quiet"
    if cursor_ticks is None:
        return "", "quiet"
    text, is_odd = next_order_text(instrument, lots, cursor_ticks, book, usual_lots)
    return text, "care" if is_odd else "quiet"
