"""What every venue's reference has in common: books by symbol, trades, and what was found on the way."""

import json
from dataclasses import dataclass
from typing import Any, NamedTuple
from zlib import crc32

from tests.reference.venue_books.ladder import Book


class Trade(NamedTuple):
    symbol: str
    price: str
    size: str
    side: str
    """buy or sell: of the taker"""
    id: str
    at: str
    """By the venue's clock, as it writes it"""


@dataclass
class Findings:
    snapshots: int = 0
    updates: int = 0
    """Frames of deltas that changed a book, or could have"""
    stale: int = 0
    """Deltas that the snapshot contains already"""
    gaps: int = 0
    crossed: int = 0
    """States with best bid ≥ best ask"""
    checksums_right: int = 0
    checksums_wrong: int = 0

    def __add__(self, other: "Findings") -> "Findings":
        return Findings(**{name: value + getattr(other, name) for name, value in vars(self).items()})


class VenueBooks:
    """Feed it one socket's frames and the HTTP bodies that belong to them, in the order of the recording."""

    def __init__(self) -> None:
        self.books: dict[str, Book] = {}
        """By the venue's own symbol, as its frames write it. A gap removes a book until the next snapshot."""
        self.trades: list[Trade] = []
        self.earlier_trades: list[Trade] = []
        """Those that a venue tells at the beginning of a subscription: they happened before it"""
        self.found = Findings()

    def feed(self, text: str, at_ns: int = 0) -> str | None:
        """One text frame; the symbol whose book it changed, if any."""
        symbol = self._feed(decode(text))
        if symbol is not None and symbol in self.books:
            self._look_at(self.books[symbol])
        return symbol

    def feed_sent(self, text: str) -> None:
        """What the client said; a few rules depend on it (depth asked for)."""

    def feed_http(self, url: str, text: str) -> str | None:
        """A REST body; the symbol whose book it began, if any."""
        return None

    def _feed(self, message: Any) -> str | None:
        raise NotImplementedError

    def _look_at(self, book: Book) -> None:
        self.found.crossed += book.is_crossed

    def _begin(self, symbol: str, book: Book) -> None:
        self.books[symbol] = book
        self.found.snapshots += 1

    def _lose(self, symbol: str) -> None:
        """The venue's rule says that something is missing."""
        self.found.gaps += 1
        self.books.pop(symbol, None)

    def _check(self, computed: int, told: int) -> None:
        if computed == told:
            self.found.checksums_right += 1
        else:
            self.found.checksums_wrong += 1


def decode(text: str) -> Any:
    """JSON with every number left as the text that stands in the frame."""
    try:
        return json.loads(text, parse_float=str, parse_int=str)
    except json.JSONDecodeError:
        return text  # "pong"


def signed_crc32(text: str) -> int:
    value = crc32(text.encode())
    return value - (1 << 32) if value >= 1 << 31 else value
