"""Binance spot market data: one combined stream, a REST snapshot per book, resync after any loss.

A frame that cannot be read is counted, its book (all books, when it does not say whose it was) is gapped and begun
again from a snapshot. Every second of an open socket says LIVE, so that a quiet market is not taken for a dead feed.
"""

import asyncio
from collections import deque

import aiohttp
import msgspec
import numpy as np

from core.clock import monotonic_ns
from core.histogram.numpy_tally import Tally
from core.memory.files import address_of
from core.vocabulary import FeedState, Hop, Side
from feeds.config import VenueConfig
from feeds.connection import Backoff, Connection, ConnectionSettings
from feeds.decode import DEPTH, NO_ROOM, SNAPSHOT, DecodeBuffers, publish_depth, publish_trade
from feeds.errors import BadFrame, FeedError, SequenceGap
from feeds.publisher import Publisher
from feeds.rest import RestClient
from feeds.venues.binance.messages import AggTrade, Combined, DepthUpdate, MarketData, Snapshot, Trade
from feeds.venues.binance.sequence import DepthSequence

NS_PER_MS = 1_000_000
SIGN_OF_LIFE_S = 1.0
MOST_BUFFERED = 5_000
SNAPSHOTS_AT_ONCE = 2


class Book:
    """One symbol of the stream."""

    def __init__(self, *, venue: str, symbol: str, instrument_id: int, decoder: np.ndarray) -> None:
        self.symbol, self.instrument_id = symbol, instrument_id
        self.decoder = decoder
        self.decoder_address = address_of(decoder)
        self.sequence = DepthSequence(venue=venue, symbol=symbol)
        self.buffer: deque[tuple[DepthUpdate, int]] = deque(maxlen=MOST_BUFFERED)
        self.syncing: asyncio.Task[None] | None = None


class BinanceMarket:
    """MarketVenue: publishes the books and trades of its symbols."""

    def __init__(
        self,
        publisher: Publisher,
        config: VenueConfig,
        instruments: dict[int, np.void],
        *,
        histograms: np.ndarray,
        wall_offset_ns: int,
        row: int = 0,
    ) -> None:
        """`instruments`: instrument_id → row of the instrument table."""
        self.name = config.name
        self._publisher, self._config, self._wall_offset_ns = publisher, config, wall_offset_ns
        self.status = publisher.feed_row(row, config.name)
        self._buffers = DecodeBuffers(publisher)
        self._text = self._buffers.text
        self.books = {
            row["venue_symbol"].decode(): Book(
                venue=config.name,
                symbol=row["venue_symbol"].decode(),
                instrument_id=instrument_id,
                decoder=self._buffers.decoder(instrument_id, row),
            )
            for instrument_id, row in instruments.items()
        }
        self._by_id = {book.instrument_id: book for book in self.books.values()}
        self._decode_frame = msgspec.json.Decoder(Combined).decode
        self._decode_snapshot = msgspec.json.Decoder(Snapshot).decode
        self._decode_ns, self._venue_age = Tally(histograms[Hop.DECODE]), Tally(histograms[Hop.VENUE_TO_FEED])
        self._snapshot_gate = asyncio.Semaphore(SNAPSHOTS_AT_ONCE)
        self._losses_seen = publisher.losses
        self._connection: Connection | None = None
        self._rest: RestClient | None = None

    async def run(self) -> None:
        """Until cancelled."""
        config = self._config
        async with aiohttp.ClientSession() as session:
            self._rest = RestClient(session, config.rest_url, timeout_ms=config.request_timeout_ms)
            settings = ConnectionSettings(
                url=self._stream_url(),
                stale_after_ms=config.stale_after_ms,
                first_ms=config.reconnect_first_ms,
                most_ms=config.reconnect_most_ms,
            )
            self._connection = Connection(
                session, settings, on_text=self.on_text, on_open=self._opened, on_close=self._closed
            )
            self._say(FeedState.CONNECTING, "")
            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._connection.run())
                    tasks.create_task(self._show_life())
            finally:
                self._stop_syncing()
                self._say(FeedState.DOWN, "stopped")

    async def resync(self, instrument_id: int) -> None:
        """A new snapshot of one book; -1: of all."""
        for book in [self._by_id[instrument_id]] if instrument_id in self._by_id else list(self._by_id.values()):
            if instrument_id in (-1, book.instrument_id):
                self._begin_again(book)

    def on_text(self, text: str, received_ns: int) -> None:
        """One frame off the socket."""
        status = self.status
        status["frames"] += 1
        status["bytes"] += len(text)
        status["last_received_ns"] = received_ns
        try:
            data = self._decode_frame(text).data
            if type(data) is DepthUpdate:
                self._on_depth(self.books[data.s], data, received_ns)
            else:
                self._on_other(data, received_ns)
        except SequenceGap as gap:
            status["gaps"] += 1
            status["message"] = str(gap).encode()[:104]
            self._begin_again(self.books[gap.symbol])
        except (msgspec.DecodeError, UnicodeError, KeyError, BadFrame) as error:
            self._on_bad_frame(text, error)

    def _on_depth(self, book: Book, update: DepthUpdate, received_ns: int) -> None:
        if book.sequence.last_id is None:
            book.buffer.append((update, received_ns))
        elif book.sequence.accepts(update.U, update.u):
            self._publish_depth(book, update, received_ns)
            self._decode_ns.add(monotonic_ns() - received_ns)
            self._note_age(update.E, received_ns)

    def _publish_depth(self, book: Book, update: DepthUpdate, received_ns: int) -> None:
        bids, asks = memoryview(update.b), memoryview(update.a)
        middle = len(bids)
        end = middle + len(asks)
        if end > len(self._text):
            raise BadFrame("a depth message must fit into the buffer", symbol=book.symbol, bytes=end)
        self._text[:middle] = bids
        self._text[middle:end] = asks
        levels = publish_depth(
            book.decoder_address, middle, len(asks), DEPTH, received_ns, update.E * NS_PER_MS, update.u
        )
        self._count(levels, book, "levels must be whole multiples of tick and lot")

    def _count(self, records: int, book: Book, rule: str) -> None:
        if records >= 0:
            self.status["events"] += records
        elif records == NO_ROOM:
            self.status["dropped"] = self._publisher.dropped
        else:
            raise BadFrame(rule, symbol=book.symbol)

    def _on_other(self, data: MarketData, received_ns: int) -> None:
        if isinstance(data, Trade):
            self._on_trade(data, data.t, received_ns)
        elif isinstance(data, AggTrade):
            self._on_trade(data, data.a, received_ns)
        else:
            self._say(FeedState.CONNECTING, "the venue restarts its server")
            asyncio.get_running_loop().create_task(self._reopen())

    def _on_trade(self, trade: Trade | AggTrade, trade_id: int, received_ns: int) -> None:
        book = self.books[trade.s]
        price, quantity = memoryview(trade.p), memoryview(trade.q)
        middle = len(price)
        self._text[:middle] = price
        self._text[middle : middle + len(quantity)] = quantity
        side = Side.SELL if trade.m else Side.BUY
        records = publish_trade(
            book.decoder_address, middle, len(quantity), int(side), received_ns, trade.T * NS_PER_MS, trade_id
        )
        self._count(records, book, "a trade must be of whole ticks and lots")
        self._decode_ns.add(monotonic_ns() - received_ns)

    def _note_age(self, venue_ms: int, received_ns: int) -> None:
        age_ns = received_ns + self._wall_offset_ns - venue_ms * NS_PER_MS
        self.status["last_venue_age_ns"] = age_ns
        self._venue_age.add(age_ns)

    def _on_bad_frame(self, text: str, error: Exception) -> None:
        self.status["bad_frames"] += 1
        self.status["message"] = f"a frame was refused: {error}".encode()[:104]
        symbol = next((symbol for symbol in self.books if f'"{symbol}"' in text), None)
        for book in [self.books[symbol]] if symbol else self.books.values():
            self._begin_again(book)

    # Snapshots

    def _begin_again(self, book: Book) -> None:
        """The book is not to be trusted until a new snapshot; updates are buffered from now on."""
        if book.syncing is not None and not book.syncing.done() and book.sequence.last_id is None:
            return
        book.sequence.forget()
        book.buffer.clear()
        self._publisher.publish_state(FeedState.GAPPED, instrument_id=book.instrument_id)
        self.status["resyncs"] += 1
        self._sync(book)

    def _sync(self, book: Book) -> None:
        if book.syncing is not None:
            book.syncing.cancel()
        book.syncing = asyncio.get_running_loop().create_task(self._sync_until_it_works(book))

    async def _sync_until_it_works(self, book: Book) -> None:
        backoff = Backoff(first_ms=self._config.reconnect_first_ms, most_ms=self._config.reconnect_most_ms)
        while True:
            try:
                async with self._snapshot_gate:
                    if await self._begin_with_snapshot(book):
                        return
            except (FeedError, msgspec.DecodeError, UnicodeError) as error:
                self.status["message"] = f"no snapshot of {book.symbol}: {error}".encode()[:104]
                book.sequence.forget()
            await asyncio.sleep(backoff.next_s())

    async def _begin_with_snapshot(self, book: Book) -> bool:
        """False: the snapshot was older than what is buffered, take another one."""
        assert self._rest is not None
        query = f"symbol={book.symbol}&limit={self._config.snapshot_levels}"
        body = await self._rest.call("GET", "/api/v3/depth", query)
        received_ns = monotonic_ns()
        snapshot = self._decode_snapshot(body)
        if book.buffer and snapshot.lastUpdateId + 1 < book.buffer[0][0].U:
            return False
        self._publish_snapshot(book, snapshot, received_ns)
        book.sequence.begin(snapshot.lastUpdateId)
        while book.buffer:
            update, update_ns = book.buffer.popleft()
            if book.sequence.accepts(update.U, update.u):
                self._publish_depth(book, update, update_ns)
        self._publisher.publish_state(FeedState.LIVE, instrument_id=book.instrument_id)
        if all(other.sequence.last_id is not None for other in self.books.values()):
            self.status["state"] = FeedState.LIVE
            self.status["message"] = b""  # what is over is told by the counts
        return True

    def _publish_snapshot(self, book: Book, snapshot: Snapshot, received_ns: int) -> None:
        bids, asks = memoryview(snapshot.bids), memoryview(snapshot.asks)
        middle, end = len(bids), len(bids) + len(asks)
        if end > len(self._text):
            raise BadFrame("a snapshot must fit into the buffer", symbol=book.symbol, bytes=end)
        self._text[:middle] = bids
        self._text[middle:end] = asks
        levels = publish_depth(book.decoder_address, middle, len(asks), SNAPSHOT, received_ns, 0, snapshot.lastUpdateId)
        self._count(levels, book, "a snapshot must be of whole ticks and lots")

    # The connection

    def _stream_url(self) -> str:
        speed = "@100ms" if self._config.depth_interval_ms == 100 else ""
        streams = [
            f"{symbol.lower()}@{kind}" for symbol in self.books for kind in (f"depth{speed}", self._config.trade_stream)
        ]
        return f"{self._config.ws_url.rstrip('/')}/stream?streams={'/'.join(streams)}"

    async def _opened(self) -> None:
        assert self._connection is not None
        self.status["reconnects"] = self._connection.reconnects
        self._say(FeedState.SYNCING, "")
        for book in self.books.values():
            book.sequence.forget()
            book.buffer.clear()
            self._sync(book)

    def _closed(self, why: str) -> None:
        self._stop_syncing()
        for book in self.books.values():
            book.sequence.forget()
        self._say(FeedState.DOWN, why)

    async def _reopen(self) -> None:
        if self._connection is not None:
            await self._connection.close()

    def _stop_syncing(self) -> None:
        for book in self.books.values():
            if book.syncing is not None:
                book.syncing.cancel()

    async def _show_life(self) -> None:
        while True:
            await asyncio.sleep(SIGN_OF_LIFE_S)
            self._publisher.tell_loss()
            self.status["off_step"] = sum(int(book.decoder["off_step"][0]) for book in self.books.values())
            if self._connection is not None and self._connection.is_open:
                self._publisher.publish_state(FeedState.LIVE, received_ns=self._connection.heard_ns)
            if self._publisher.losses != self._losses_seen:
                self._losses_seen = self._publisher.losses
                await self.resync(-1)

    def _say(self, state: FeedState, message: str) -> None:
        self.status["state"] = state
        if message:
            self.status["message"] = message.encode()[:104]
        self._publisher.publish_state(state)
