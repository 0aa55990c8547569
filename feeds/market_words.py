"""What a venue says of itself to the market engine: numbers, addresses, words, and how one frame is read.

Everything here may be said anew by a venue. What the engine does with it stands in feeds/market_recovery.py (a book
that is lost begins again) and feeds/market.py (sockets, snapshots, signs of life).
"""

import asyncio
import random
from collections.abc import Callable
from enum import Enum
from typing import Any, ClassVar

import aiohttp
import msgspec
import numpy as np

from core.errors import UnitsError
from feeds.config import VenueConfig
from feeds.connection import Backoff, Pacer
from feeds.decode import DecodeBuffers
from feeds.errors import BadFrame
from feeds.frame_reader import FrameReader
from feeds.frame_shapes import FrameShape
from feeds.market_books import B, BookPublisher
from feeds.market_socket import Socket
from feeds.publisher import Publisher
from feeds.rates import Rates
from feeds.references import References
from feeds.rest import RestClient
from feeds.touch import Best
from feeds.trading_states import TradingStates

SNAPSHOTS_AT_ONCE = 2
NOT_ITS_WORDS = (
    msgspec.DecodeError,
    UnicodeError,
    KeyError,
    IndexError,
    ValueError,
    ArithmeticError,
    UnitsError,
    BadFrame,
)
"""What a frame or a body raises that is not what the venue says; an absurd number may not even fit into 64 bits"""


class SnapshotsBy(Enum):
    STREAM = "stream"
    """The subscription begins with one; a new one needs a new subscription."""
    REST = "rest"
    """Fetched beside the stream, whose updates wait in a buffer until then."""


class Ping(msgspec.Struct, frozen=True):
    """What we send so that the venue keeps the socket open."""

    text: str
    every_s: float


class MarketWords(BookPublisher[B]):
    """Of one venue, and the state of its books."""

    snapshots_by: SnapshotsBy = SnapshotsBy.STREAM
    ping: Ping | None = None
    symbols_per_socket: ClassVar[int] = 100
    messages_a_second: ClassVar[float] = 5.0
    """Ours to the venue, on one socket, …"""
    messages_at_once: ClassVar[int] = 1
    """… after so many that may be sent together."""
    has_quotes: ClassVar[bool] = False
    """A best bid and offer comes by a channel of its own, without the book."""
    quotes_are_prompt: ClassVar[bool] = True
    """They come when they change. Those that come with trades or now and then are good enough to watch an instrument,
    too seldom to hold its book to them."""
    beside: ClassVar[tuple[bytes, ...]] = ()
    """Words of frames that tell what stands beside the books: one that cannot be read costs no book its trust."""
    connects_a_second: ClassVar[float] = 2.0
    forbidden_s: ClassVar[float] = 0.0
    """So long the venue is left alone after a 403, if it means too many requests by it."""
    silence_s: ClassVar[float] = 0.0
    """A venue with a heartbeat of its own: so long without a frame, and the socket is opened anew. 0: it has none."""
    snapshot_within_s: ClassVar[float] = 10.0
    renew_every_s: ClassVar[float] = 0.0
    """Of venues that number nothing and have nothing to compare with: so often every book gets a fresh snapshot."""
    acknowledges: ClassVar[bool] = False
    """Snapshots over REST, subscriptions by message: no snapshot before `book.subscribed` is set, or it would never be
    moved; `subscribe_book` asks again."""
    snapshots_a_second: ClassVar[float] = 10.0
    """Over REST, after so many at once that the weights of a minute are not exceeded."""
    snapshots_at_once: ClassVar[int] = 10
    snapshots_under_way: ClassVar[int] = SNAPSHOTS_AT_ONCE
    random_unit: Callable[[], float] = staticmethod(random.random)
    """Of all back-offs"""

    def __init__(
        self,
        publisher: Publisher,
        config: VenueConfig,
        instruments: dict[int, np.void],
        buffers: DecodeBuffers,
        *,
        row: int = 0,
    ) -> None:
        """`instruments`: instrument_id → row of the instrument table."""
        super().__init__(publisher, config, instruments, buffers)
        self._buffers = buffers
        self.status = publisher.feed_row(row, config.name)
        self.books: dict[str, B] = {}
        for instrument_id, instrument in instruments.items():
            symbol = instrument["venue_symbol"].decode()
            self.books[symbol] = self.make_book(symbol, instrument_id, buffers.decoder(instrument_id, instrument))
            self.books[symbol].backoff = self.new_backoff()
        self.references, self.trading_states = References(self), TradingStates(self)
        self.takes_quotes_only = config.level == 1 and self.has_quotes
        if self.takes_quotes_only:
            self.snapshots_by = SnapshotsBy.STREAM
        self.best_in_core: Callable[[int], Best | None] = lambda instrument_id: None
        """What the core's own book of an instrument shows"""
        self._by_id = {book.instrument_id: book for book in self.books.values()}
        self.frames = self.bytes = self.known = 0
        """`known`: frames that were read by their bytes"""
        self._received_ns = 0
        self._in_order = list(self.books.values())
        self._reader = FrameReader(self.shapes, self._in_order, buffers)
        self._sockets: list[Socket[B]] = []
        self._socket_of: dict[str, Socket[B]] = {}
        self._snapshot_gate = asyncio.Semaphore(self.snapshots_under_way)
        self._losses_seen = publisher.losses
        self._untrusted_ns = 0
        self._rates = Rates()
        self._snapshot_turn: Pacer
        self.session: aiohttp.ClientSession
        self.rest: RestClient

    def make_book(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> B:
        raise NotImplementedError

    def portions(self, books: list[B]) -> list[list[B]]:
        """Which books share a socket."""
        size = self.symbols_per_socket
        return [books[first : first + size] for first in range(0, len(books), size)]

    def stream_url(self, books: list[B]) -> str:
        return self.config.ws_url

    async def address(self, socket: Socket[B]) -> str:
        """Where a socket connects; asked before every attempt. Venues that need a token fetch it here."""
        return self.side_url(socket.books) if socket.is_side else self.stream_url(socket.books)

    def side_url(self, books: list[B]) -> str:
        """Where a venue tells what it does not tell on the books' own socket; empty: there is no such place."""
        return ""

    def subscribe(self, books: list[B]) -> list[str]:
        """Book and trades. Empty: the address says it all."""
        return []

    def subscribe_side(self, books: list[B]) -> list[str]:
        """What is sent on the socket of `side_url`."""
        return []

    def unsubscribe_book(self, book: B) -> list[str]:
        """Only the book; `subscribe_book` follows. Both empty: the whole socket is opened anew."""
        return []

    def subscribe_book(self, book: B) -> list[str]:
        return []

    shapes: ClassVar[tuple[FrameShape, ...]] = ()
    """How its frequent frames are written, the most frequent first: those are read without an envelope."""

    def on_frame(self, frame: bytes, received_ns: int, socket: Socket[B]) -> None:
        """By its envelope."""
        raise NotImplementedError

    def on_read(self, book: B, found: memoryview, received_ns: int, socket: Socket[B]) -> bool:
        """One of `shapes` was read by its bytes: judge its numbers, and publish what is among the records. `found`:
        words of feeds/frame_reader.py. False: `on_frame` is to see it after all."""
        raise NotImplementedError

    async def fetch_snapshot(self, book: B) -> bool:
        """Publish it and begin the loss rule with it. False: it is older than the buffer begins, take another one."""
        raise NotImplementedError

    def apply(self, book: B, update: Any, received_ns: int) -> None:
        """One update of a live book."""
        raise NotImplementedError

    def before_open(self, socket: Socket[B]) -> None:
        """A socket-wide loss rule starts over."""

    async def meanwhile(self) -> None:
        """What a venue does besides its frames, for as long as it runs: comparisons, polls."""

    def new_backoff(self) -> Backoff:
        config = self.config
        return Backoff(
            first_ms=config.reconnect_first_ms, most_ms=config.reconnect_most_ms, random_unit=self.random_unit
        )
