"""Is the next order as one means it? Its size against the usual, its price against the market: for the fat finger."""

from collections.abc import Iterable
from statistics import median_low

from core.vocabulary import Side
from station.views.book import BookView
from station.views.instrument import InstrumentView

TIMES_THAT_WARN = 3
"""A size of so many times the usual one is pointed at, …"""
BPS_THAT_WARN = 100
"""… and a price so far from the best on the other side"""
BPS = 10_000


def usual_lots(sent_lots: Iterable[int], preset_lots: int) -> int:
    """The median of the last own orders; before there are any, the preset."""
    known = list(sent_lots)
    return median_low(known) if known else preset_lots


def size_text(lots: int, usual: int) -> str:
    """ "5× your usual size"; blank when it is about the usual."""
    if usual <= 0 or lots < usual * TIMES_THAT_WARN:
        return ""
    return f"{lots / usual:.0f}× your usual size"


def distance_text(ticks: int, book: BookView, side: Side) -> str:
    """From the best price that it could trade with: "3.1 bps from the ask"; through it: "trades at once"."""
    other, name = (book.best_ask, "ask") if side is Side.BUY else (book.best_bid, "bid")
    if other is None or other <= 0:
        return ""
    away = (other - ticks) * side / other * BPS
    if away < 0:
        return f"{-away:.1f} bps through the {name}"
    return f"{away:.1f} bps from the {name}" if away > 0 else f"at the {name}"


def is_far(ticks: int, book: BookView) -> bool:
    best = book.best_bid, book.best_ask
    known = [one for one in best if one]
    return bool(known) and min(abs(one - ticks) / one for one in known) * BPS >= BPS_THAT_WARN


def next_order_text(instrument: InstrumentView, lots: int, ticks: int, book: BookView, usual: int) -> tuple[str, bool]:
    """What the keys at the cursor would send, and whether it is out of the usual."""
    parts = [f"{instrument.short(lots)} {instrument.symbol} at {instrument.price(ticks)}"]
    bid, ask = book.best_bid, book.best_ask
    if bid is not None and ask is not None:
        parts.append(distance_text(ticks, book, Side.BUY if ticks * 2 <= bid + ask else Side.SELL))
    if large := size_text(lots, usual):
        parts.append(large)
    return " · ".join(part for part in parts if part), bool(large) or is_far(ticks, book)
