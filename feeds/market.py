"""What every venue's market side shares: sockets, subscriptions, snapshots, losses, signs of life. It exists once.

What goes into the ring is feeds/market_books.py, one connection feeds/market_socket.py. A venue
(feeds/venues/<venue>/market.py) subclasses `Market` and says the rest:

    make_book        the state of one symbol: its loss rule, a CheckedBook where there is a checksum
    stream_url       where a socket that carries these books connects
    subscribe        what is sent when it is open, and again for a book that was lost (unsubscribe before it)
    on_frame         one frame: decode the envelope, ask the loss rule, publish levels and trades
    fetch_snapshot   venues whose snapshot comes over REST
    apply            … and one of their updates, now or out of the buffer

`on_frame` raises and never repairs. SequenceGap, ChecksumWrong: that book begins again, all of the socket when no
symbol is named. BadFrame, or what msgspec refuses: counted, and whose book it was begins again, all of the socket's
when it does not say. A book that begins again is GAPPED first, so that nothing trades on it, and its next record is
SNAPSHOT_BEGIN, so that no level of before survives.
"""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from typing import Any, ClassVar

import aiohttp
import msgspec
import numpy as np

from core.clock import monotonic_ns
from core.errors import UnitsError
from core.vocabulary import FeedState
from feeds.candles import Candle, CandleSource, read_candles, request_of, trades_of
from feeds.config import VenueConfig
from feeds.connection import Backoff, Pacer
from feeds.decode import TEXT_BYTES, DecodeBuffers
from feeds.errors import BadFrame, ChecksumWrong, FeedError, SequenceGap
from feeds.frame_reader import ASKED, BOOK, NOT_KNOWN, FrameReader, read_frame
from feeds.frame_shapes import FrameShape
from feeds.market_books import NS_PER_MS, B, BookPublisher
from feeds.market_socket import Socket
from feeds.publisher import Publisher
from feeds.rates import Rates
from feeds.references import References
from feeds.rest import RestClient
from feeds.touch import STANDS_BEATS, Best, Row
from feeds.trading_states import TradingStates
from feeds.venues.catalogue import venue
from feeds.web_socket import TOO_LONG

SIGN_OF_LIFE_S = 1.0
SNAPSHOTS_AT_ONCE = 2
MESSAGES_A_BOOK = 2
"""To give one up and ask for it again"""
MOST_ASKING_S = 5.0
QUIET_S = 600.0
"""An instrument of which only quotes are taken may have none for so long."""
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
REFUSED = b"the venue refused"
"""Its own words say more than that nothing came."""


class SnapshotsBy(Enum):
    STREAM = "stream"
    """The subscription begins with one; a new one needs a new subscription."""
    REST = "rest"
    """Fetched beside the stream, whose updates wait in a buffer until then."""


class Ping(msgspec.Struct, frozen=True):
    """What we send so that the venue keeps the socket open."""

    text: str
    every_s: float


class Market(BookPublisher[B]):
    """MarketVenue: publishes the books and trades of its symbols."""

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
        self.session: aiohttp.ClientSession
        self.rest: RestClient

    # What a venue says

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

    # Running

    async def run(self) -> None:
        """Until cancelled."""
        async with aiohttp.ClientSession() as self.session:
            rest_url, timeout_ms = self.config.rest_url, self.config.request_timeout_ms
            self.rest = RestClient(self.session, rest_url, timeout_ms=timeout_ms, forbidden_s=self.forbidden_s)
            self._say(FeedState.CONNECTING, "")
            await self.prepare()
            await self.load_history()
            pacer = Pacer(1.0 / self.connects_a_second)
            self._snapshot_turn = Pacer(1.0 / self.snapshots_a_second, at_once=self.snapshots_at_once)
            books = list(self.books.values())
            portions = self.portions(books)
            self._sockets = [Socket(self, portion, pacer) for portion in portions]
            self._socket_of = {book.symbol: socket for socket in self._sockets for book in socket.books}
            if self.side_url(books):
                self._sockets += [Socket(self, portion, pacer, is_side=True) for portion in portions]
            try:
                async with asyncio.TaskGroup() as tasks:
                    for socket in self._sockets:
                        tasks.create_task(socket.run())
                    tasks.create_task(self._show_life())
                    tasks.create_task(self.meanwhile())
                    tasks.create_task(self.trading_states.watch())
                    tasks.create_task(self._send_pings())
                    if self.renew_every_s > 0:
                        tasks.create_task(self._renew_books())
            finally:
                self._stop_syncing(books)
                self._say(FeedState.DOWN, "stopped")

    async def prepare(self) -> None:
        """Before the first socket: a token, an address. Must try until it works."""

    async def fetch_candles(self, book: B, source: CandleSource) -> list[Candle]:
        """The last candles of one minute, whatever their order. Raises what the call and the reader raise."""
        now_s = (monotonic_ns() + self._buffers.wall_offset_ns) // 1_000_000_000
        path, body = request_of(source, book.symbol, self.config.history_minutes, now_s)
        path, _, query = path.partition("?")
        answer = await self.rest.call("POST" if body else "GET", path, query, body=body)
        return read_candles(source, answer)

    async def load_history(self) -> None:
        """Candles into bars, before a live trade can come. What cannot be had is no fault of the feed."""
        source = venue(self.config.dialect).candles
        if source is None or self.config.history_minutes <= 0:
            return
        for book in self.books.values():
            try:
                candles = await self.fetch_candles(book, source)
                self.publisher.publish(trades_of(candles, book.instrument_id, self._rows[book.instrument_id]))
            except (FeedError, ValueError, LookupError, TypeError, ArithmeticError) as error:
                self.status["message"] = f"no history of {book.symbol}: {error}".encode()[:104]

    async def resync(self, instrument_id: int) -> None:
        """The core asks for a new snapshot of one book; -1: of all."""
        for book in list(self.books.values()):
            if instrument_id in (-1, book.instrument_id):
                self._begin_again(book)

    def owns(self, instrument_id: int) -> bool:
        return instrument_id in self._by_id

    def receive(self, frame: bytes, received_ns: int, socket: Socket[B]) -> None:
        """One frame off the socket."""
        self.frames += 1
        self.bytes += len(frame)
        self._received_ns = received_ns
        try:
            if not self.shapes or not self.read(frame, received_ns, socket):
                self.on_frame(frame, received_ns, socket)
        except (SequenceGap, ChecksumWrong) as fault:
            self.on_loss(fault, socket)
        except NOT_ITS_WORDS as error:
            self._on_bad_frame(frame, error, socket)

    def read(self, frame: bytes, received_ns: int, socket: Socket[B]) -> bool:
        """By its bytes alone; False: it is not written as the shapes say."""
        size = len(frame)
        if size > TEXT_BYTES:
            return False
        reader = self._reader
        self._text[:size] = frame
        records = read_frame(reader.address, size, received_ns)
        if records >= 0:
            self.events += records
        elif records == ASKED:
            found = reader.found
            if not self.on_read(self._in_order[found[BOOK]], found, received_ns, socket):
                return False
        elif records == NOT_KNOWN:
            return False
        self.known += 1
        return True

    def count_up(self) -> None:
        """Our counts into the shared row; every beat does."""
        status = self.status
        status["frames"], status["bytes"], status["events"] = self.frames, self.bytes, self.events
        status["last_received_ns"], status["dropped"] = self._received_ns, self.publisher.dropped
        newest = max((int(book.decoder["venue_age_ns"][0]) for book in self.books.values()), default=0, key=abs)
        status["last_venue_age_ns"] = newest
        now_ns = monotonic_ns()
        lost_ns = [book.lost_ns for book in self.books.values() if book.lost_ns]
        status["untrusted_ns"] = self._untrusted_ns + sum(now_ns - since_ns for since_ns in lost_ns)
        status["untrusted_since_ns"] = min(lost_ns, default=0)
        self._rates.tell(status, now_ns)

    def on_quote(self, symbol: str, bid: Row, ask: Row, received_ns: int, venue_ns: int = 0) -> None:
        """The venue's best bid and offer: all there is of what is only watched, of others a word on the book."""
        book = self.books.get(symbol)
        if book is None:
            return
        if self.takes_quotes_only:
            self.publish_quote(book, bid, ask, received_ns, venue_ns)
            self.live(book)
        elif book.is_live and self.quotes_are_prompt:
            book.touch.quote(bid, ask)

    # Losing and finding a book

    def on_loss(self, fault: SequenceGap | ChecksumWrong, socket: Socket[B]) -> None:
        """What a loss rule found: the book that it names begins again, or all of this socket."""
        self.status["gaps"] += 1
        self.status["message"] = str(fault).encode()[:104]
        self._lose(self._named(fault.symbol, socket), socket)

    async def renew(self, book: B) -> None:
        """A fresh snapshot for a book that is live and stays so; if none comes, it begins again."""
        socket = self._socket_of[book.symbol]
        again = [*self.unsubscribe_book(book), *self.subscribe_book(book)]
        if not again:
            socket.reopen()
            return
        book.came.clear()
        book.forget()
        await socket.say(again)
        with suppress(TimeoutError):
            async with asyncio.timeout(self.snapshot_within_s):
                await book.came.wait()
        if book.is_live and not book.came.is_set():
            self._begin_again(book)

    async def _renew_books(self) -> None:
        """One after the other."""
        while True:
            for book in list(self.books.values()):
                await asyncio.sleep(self.renew_every_s / len(self.books))
                if book.is_live:
                    await self.renew(book)

    def live(self, book: B) -> None:
        """A snapshot is in, and what was buffered behind it: the book may be trusted."""
        book.came.set()
        if not book.is_live:
            book.is_live = True
            book.live_ns = monotonic_ns()
            self._untrusted_ns += book.live_ns - book.lost_ns if book.lost_ns else 0
            book.lost_ns = 0
            self.publisher.publish_state(FeedState.LIVE, instrument_id=book.instrument_id)
            if all(other.is_live for other in self.books.values()):
                self.status["state"] = FeedState.LIVE
                self.status["message"] = b""  # what is over is told by the counts

    def book_of(self, symbol: str) -> B:
        """Raises KeyError: counted as a bad frame."""
        return self.books[symbol]

    def _named(self, symbol: str, socket: Socket[B]) -> list[B]:
        return [self.books[symbol]] if symbol in self.books else socket.books

    def _on_bad_frame(self, frame: bytes, error: Exception, socket: Socket[B]) -> None:
        self.status["bad_frames"] += 1
        self.status["message"] = f"a frame was refused: {error}".encode()[:104]
        if not self.takes_quotes_only and any(word in frame for word in self.beside):
            return
        text = frame[:4096].decode(errors="replace")
        symbol = next((symbol for symbol in socket.by_symbol if f'"{symbol}"' in text), "")
        self._lose(self._named(symbol, socket), socket)

    def _lose(self, books: list[B], socket: Socket[B]) -> None:
        """They begin again; with a new socket, if asking for each of them took too long at the venue's pace."""
        soon = self.messages_at_once + MOST_ASKING_S * self.messages_a_second
        if self.snapshots_by is SnapshotsBy.REST or len(books) * MESSAGES_A_BOOK < soon:
            for book in books:
                self._begin_again(book)
        elif any(book.is_live for book in books):
            for book in books:
                self._give_up(book)
            socket.reopen()

    def _begin_again(self, book: B) -> None:
        """The book is not to be trusted until a new snapshot."""
        if not book.is_live and book.syncing is not None and not book.syncing.done():
            book.came.set()  # and was not what it should have been
            return
        self._give_up(book)
        self._sync(book, is_subscribed=False)

    def _give_up(self, book: B) -> None:
        if book.is_live and monotonic_ns() - book.live_ns > self.config.reconnect_most_ms * NS_PER_MS:
            book.backoff.reset()
        self._forget(book)
        self.publisher.publish_state(FeedState.GAPPED, instrument_id=book.instrument_id)
        self.status["resyncs"] += 1
        self.status["state"] = FeedState.SYNCING

    def _forget(self, book: B) -> None:
        if book.is_live:
            book.lost_ns = monotonic_ns()
        book.is_live = False
        book.came.clear()
        book.buffer.clear()
        book.touch.clear()
        book.forget()

    def _sync(self, book: B, *, is_subscribed: bool, asking: asyncio.Task[None] | None = None) -> None:
        """`is_subscribed`: it was just asked for, by `asking`; not again."""
        if book.syncing is not None:
            book.syncing.cancel()
        is_rest = self.snapshots_by is SnapshotsBy.REST
        work = self._fetch(book, is_subscribed) if is_rest else self._await(book, is_subscribed, asking)
        book.syncing = asyncio.get_running_loop().create_task(work)

    def new_backoff(self) -> Backoff:
        config = self.config
        return Backoff(
            first_ms=config.reconnect_first_ms, most_ms=config.reconnect_most_ms, random_unit=self.random_unit
        )

    async def _fetch(self, book: B, is_subscribed: bool) -> None:
        """Snapshots over REST until one fits."""
        if not is_subscribed:
            await asyncio.sleep(book.backoff.next_s())
        while True:
            try:
                if self.acknowledges:
                    await self._is_subscribed(book)
                async with self._snapshot_gate:
                    await self._snapshot_turn.wait()
                    if await self.fetch_snapshot(book):
                        while book.buffer:
                            self.apply(book, *book.buffer.popleft())
                        self.live(book)
                        return
            except (FeedError, *NOT_ITS_WORDS) as error:
                self.status["gaps"] += isinstance(error, SequenceGap)
                if not self.status["message"].startswith(REFUSED):
                    self.status["message"] = f"no snapshot of {book.symbol}: {error}".encode()[:104]
                book.forget()
            await asyncio.sleep(book.backoff.next_s())

    async def _is_subscribed(self, book: B) -> None:
        try:
            async with asyncio.timeout(self.snapshot_within_s):
                await book.subscribed.wait()
        except TimeoutError:
            await self._socket_of[book.symbol].say(self.subscribe_book(book))
            raise FeedError("the subscription is not acknowledged, asked again") from None

    async def _await(self, book: B, is_subscribed: bool, asking: asyncio.Task[None] | None) -> None:
        """A snapshot by the stream; subscribe again until it comes."""
        socket = self._socket_of[book.symbol]
        if asking is not None:
            await asyncio.wait({asking})
        while not (is_subscribed and await self._comes(book)):
            is_subscribed = True
            await asyncio.sleep(book.backoff.next_s())
            book.forget()
            book.came.clear()
            again = [*self.unsubscribe_book(book), *self.subscribe_book(book)]
            if not again:
                socket.reopen()
                return
            await socket.say(again)

    async def _comes(self, book: B) -> bool:
        """A snapshot, in time and as it should be."""
        with suppress(TimeoutError):
            # Not wait_for: up to Python 3.11 it swallows the end of this task when the snapshot came just before.
            async with asyncio.timeout(QUIET_S if self.takes_quotes_only else self.snapshot_within_s):
                await book.came.wait()
        if not (book.is_live or self.status["message"].startswith(REFUSED)):
            self.status["message"] = f"no snapshot of {book.symbol} came, asked again".encode()[:104]
        return book.is_live

    def _stop_syncing(self, books: list[B]) -> None:
        for book in books:
            if book.syncing is not None:
                book.syncing.cancel()

    # Sockets

    async def opened(self, socket: Socket[B]) -> None:
        self.status["reconnects"] = sum(other.connection.reconnects for other in self._sockets)
        if socket.is_side:
            socket.send(self.subscribe_side(socket.books))
            return
        self.before_open(socket)
        self._say(FeedState.SYNCING, "", socket.books)
        for book in socket.books:
            self._forget(book)
            book.subscribed.clear()
        asking = socket.send(self.subscribe(socket.books))
        for book in socket.books:
            self._sync(book, is_subscribed=True, asking=asking)

    def closed(self, socket: Socket[B], why: str) -> None:
        self.status["bad_frames"] += why.startswith(TOO_LONG)
        if socket.is_side:
            self.status["message"] = f"trades and more are away: {why}".encode()[:104]
            return
        self._stop_syncing(socket.books)
        for book in socket.books:
            self._forget(book)
        self._say(FeedState.DOWN, why, socket.books)

    async def _show_life(self) -> None:
        """A quiet market is not a dead feed: an open socket says LIVE every second, of books that are."""
        while True:
            await asyncio.sleep(SIGN_OF_LIFE_S)
            self.publisher.tell_loss()
            self.status["off_step"] = sum(int(book.decoder["off_step"][0]) for book in self.books.values())
            now_ns = monotonic_ns()
            for socket in self._sockets:
                if not socket.connection.is_open:
                    continue
                if self.silence_s > 0 and now_ns - socket.data_ns > self.silence_s * 1e9:
                    self.status["message"] = b"no heartbeat of the venue: the connection is opened anew"
                    socket.reopen()
                    continue
                alive = [book.instrument_id for book in socket.books if book.is_live and not socket.is_side]
                self.publisher.publish_states(FeedState.LIVE, alive, received_ns=socket.connection.heard_ns)
            self._compare_with_quotes()
            if self.publisher.losses != self._losses_seen:
                self._losses_seen = self.publisher.losses
                await self.resync(-1)

    def _compare_with_quotes(self) -> None:
        for book in self.books.values():
            best = self.best_in_core(book.instrument_id) if book.is_live else None
            if best is not None and book.touch.is_wrong(best, self.row_of(book)):
                self.status["gaps"] += 1
                said = f"{book.symbol}: for {STANDS_BEATS} s its best price was none that the venue quoted"
                self.status["message"] = said.encode()[:104]
                self._lose([book], self._socket_of[book.symbol])

    async def _send_pings(self) -> None:
        while (ping := self.ping) is not None:
            await asyncio.sleep(ping.every_s)
            for socket in self._sockets:
                if socket.connection.is_open:
                    socket.send([self.ping_text(ping)])

    def ping_text(self, ping: Ping) -> str:
        """Venues that want a time or a number in it say so."""
        return ping.text

    def _say(self, state: FeedState, message: str, books: list[B] | None = None) -> None:
        self.status["state"] = state
        if message:
            self.status["message"] = message.encode()[:104]
        self.publisher.publish_states(state, [book.instrument_id for book in books or self.books.values()])
