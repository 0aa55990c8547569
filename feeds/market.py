"""What every venue's market side shares: sockets, subscriptions, snapshots, losses, signs of life. It exists once.

What goes into the ring is feeds/market_books.py, one connection feeds/market_socket.py, what a lost book goes through
feeds/market_recovery.py. A venue (feeds/venues/<venue>/market.py) subclasses `Market` and says the rest; what there is
to say stands in feeds/market_words.py:

    make_book        the state of one symbol: its loss rule, a CheckedBook where there is a checksum
    stream_url       where a socket that carries these books connects
    subscribe        what is sent when it is open, and again for a book that was lost (unsubscribe before it)
    on_frame         one frame: decode the envelope, ask the loss rule, publish levels and trades
    fetch_snapshot   venues whose snapshot comes over REST
    apply            … and one of their updates, now or out of the buffer

`on_frame` raises and never repairs. SequenceGap, ChecksumWrong: that book begins again, all of the socket when no
symbol is named. BadFrame, or what msgspec refuses: counted, and whose book it was begins again, all of the socket's
when it does not say.
"""

import asyncio

import aiohttp

from core.clock import monotonic_ns
from core.vocabulary import FeedState
from feeds.candles import Candle, CandleSource, read_candles, request_of, trades_of
from feeds.connection import Pacer
from feeds.decode import TEXT_BYTES
from feeds.errors import ChecksumWrong, FeedError, SequenceGap
from feeds.frame_reader import ASKED, BOOK, NOT_KNOWN, read_frame
from feeds.market_books import B
from feeds.market_recovery import Recovery
from feeds.market_socket import Socket
from feeds.market_words import NOT_ITS_WORDS, Ping
from feeds.rest import RestClient
from feeds.touch import STANDS_BEATS, Row
from feeds.venues.catalogue import venue
from feeds.web_socket import TOO_LONG

SIGN_OF_LIFE_S = 1.0


class Market(Recovery[B]):
    """MarketVenue: publishes the books and trades of its symbols."""

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
