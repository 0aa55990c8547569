"""Bitstamp: absolute levels on a REST snapshot, by the venue's microseconds; or single orders (level 3).

    reconnect   bts:request_reconnect is obeyed: the socket is opened anew
    silence     our bts:heartbeat is answered; half a minute without any frame opens the socket anew
    level 3     live_orders on a snapshot with ids (group=2): created, changed, deleted; amounts are what remains

Source: bitstamp.net/websocket/v2, bitstamp.net/api. Loss: sequence.py, comparison.py.
"""

import asyncio
from collections import deque
from contextlib import suppress
from typing import ClassVar

import msgspec
import numpy as np

from core.clock import monotonic_ns
from core.memory.files import address_of
from feeds.decode import DEPTH, SNAPSHOT
from feeds.errors import FeedError
from feeds.market import Market
from feeds.market_books import EMPTY, MOST_BUFFERED, Book
from feeds.market_socket import Socket
from feeds.market_words import Ping, SnapshotsBy
from feeds.order_book import OrderBook
from feeds.shapes import Role, object_shape, row_shape
from feeds.venues.bitstamp.comparison import differing_levels
from feeds.venues.bitstamp.frames import SHAPES
from feeds.venues.bitstamp.messages import Frame, Levels, Order, Refusal
from feeds.venues.bitstamp.sequence import TimeSequence

LEVELS = row_shape(Role.PRICE, Role.QUANTITY)
TRADE = object_shape(
    price_str=Role.PRICE, amount_str=Role.QUANTITY, type=Role.SIDE, id=Role.ID, microtimestamp=Role.TIME_US
)
ORDERS = row_shape(Role.PRICE, Role.QUANTITY, Role.ID)
ORDER = object_shape(price_str=Role.PRICE, amount_str=Role.QUANTITY, order_type=Role.SIDE, id=Role.ID)
GONE = object_shape(id=Role.ID)
_LEVELS, _TRADE, _ORDERS, _ORDER, _GONE = (address_of(shape) for shape in (LEVELS, TRADE, ORDERS, ORDER, GONE))

ORDER_EVENTS = ("order_created", "order_changed", "order_deleted")
COMPARE_EVERY_S = 60.0
LOOK_EVERY_S = 0.02
SETTLING_S = 3.0
"""The stream may be behind the snapshot."""


class BitstampBook(Book):
    def __init__(self, symbol: str, instrument_id: int, decoder: np.ndarray, sequence: TimeSequence) -> None:
        super().__init__(symbol, instrument_id, decoder)
        self.sequence = sequence
        self.orders: OrderBook | None = None
        self.base: Levels | None = None
        """The snapshot that the next one is compared with, …"""
        self.since: deque[Levels] = deque(maxlen=MOST_BUFFERED)
        """… and what came behind it."""

    def forget(self) -> None:
        self.sequence.forget()
        self.base = None


class BitstampMarket(Market[BitstampBook]):
    shapes = SHAPES
    snapshots_by = SnapshotsBy.REST
    acknowledges = True
    symbols_per_socket = 50
    messages_a_second = 50.0
    ping = Ping('{"event":"bts:heartbeat"}', 10.0)
    silence_s = 30.0
    snapshots_under_way = 50
    """Each waits for an update of its own."""
    quiet_s: ClassVar[float] = 2.0
    _decode = msgspec.json.Decoder(Frame).decode
    _decode_levels = msgspec.json.Decoder(Levels, strict=False).decode
    _decode_order = msgspec.json.Decoder(Order, strict=False).decode
    _decode_refusal = msgspec.json.Decoder(Refusal).decode

    @property
    def channel(self) -> str:
        return "live_orders" if self.config.level == 3 else "diff_order_book"

    def make_book(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> BitstampBook:
        book = BitstampBook(symbol, instrument_id, decoder, TimeSequence(venue=self.config.name, symbol=symbol))
        book.orders = book.queues = OrderBook(decoder, ids_rise=True) if self.config.level == 3 else None
        return book

    def subscribe(self, books: list[BitstampBook]) -> list[str]:
        return [_ask(f"{channel}_{book.symbol}") for channel in (self.channel, "live_trades") for book in books]

    def subscribe_book(self, book: BitstampBook) -> list[str]:
        return [_ask(f"{self.channel}_{book.symbol}")]

    def on_frame(self, frame: bytes, received_ns: int, socket: Socket[BitstampBook]) -> None:
        message = self._decode(frame)
        event = message.event
        if event == "data" and message.channel.startswith("diff_order_book_"):
            self._on_update(self._book_of(message), self._decode_levels(message.data), received_ns)
        elif event == "trade":
            self.publish_trades(self._book_of(message), _TRADE, message.data, received_ns)
        elif event in ORDER_EVENTS and self.config.level == 3:
            self._on_update(self._book_of(message), message, received_ns)
        elif event == "bts:subscription_succeeded" and message.channel.startswith(self.channel):
            self._book_of(message).subscribed.set()
        elif event == "bts:request_reconnect":
            self.status["message"] = b"the venue asks us to connect anew"
            socket.reopen()
        elif event == "bts:error":
            said = self._decode_refusal(message.data).message
            self.status["message"] = f"the venue refused {message.channel}: {said}".encode()[:104]

    def _book_of(self, message: Frame) -> BitstampBook:
        return self.books[message.channel.rpartition("_")[2]]

    def _on_update(self, book: BitstampBook, update: Levels | Frame, received_ns: int) -> None:
        if book.sequence.last_us is None:
            book.subscribed.set()
            book.buffer.append((update, received_ns))
        else:
            self.apply(book, update, received_ns)

    def apply(self, book: BitstampBook, update: Levels | Frame, received_ns: int) -> None:
        if isinstance(update, Frame):
            self._apply_order(book, update, received_ns)
        elif book.sequence.accepts(at_us := update.microtimestamp):
            self.publish(book, _LEVELS, update.bids, update.asks, DEPTH, received_ns, at_us * 1_000, at_us)
            book.since.append(update)

    def _apply_order(self, book: BitstampBook, message: Frame, received_ns: int) -> None:
        at_us = self._decode_order(message.data).microtimestamp
        orders = book.orders
        assert orders is not None
        if book.sequence.last_us is not None and at_us <= book.sequence.last_us:
            return  # in the snapshot; orders of one microsecond come in any order, so the time is not moved on
        shape = _GONE if message.event == "order_deleted" else _ORDER
        count = orders.apply(self.parse_orders(book, shape, message.data, EMPTY), is_snapshot=False)
        self.publish_parsed(book, count, DEPTH, received_ns, at_us * 1_000, at_us)

    async def fetch_snapshot(self, book: BitstampBook) -> bool:
        snapshot = await self._fetch_levels(book)
        await self._first_update(book)
        at_us = snapshot.microtimestamp
        if book.buffer and at_us < self._time_of(book.buffer[0][0]):
            return False
        if book.orders is None:
            self.publish(book, _LEVELS, snapshot.bids, snapshot.asks, SNAPSHOT, monotonic_ns(), 0, at_us)
            book.since.clear()
            book.base = snapshot
        else:
            parsed = self.parse_orders(book, _ORDERS, snapshot.bids, snapshot.asks)
            count = book.orders.apply(parsed, is_snapshot=True)
            self.publish_parsed(book, count, SNAPSHOT, monotonic_ns(), 0, at_us)
        book.sequence.begin(at_us)
        return True

    async def _first_update(self, book: BitstampBook) -> None:
        """Only an update says whether a snapshot is old; a market without one for a while is not moving."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self.quiet_s):
                while not book.buffer:
                    await asyncio.sleep(LOOK_EVERY_S)

    def _time_of(self, update: Levels | Frame) -> int:
        return update.microtimestamp if isinstance(update, Levels) else self._decode_order(update.data).microtimestamp

    async def _fetch_levels(self, book: BitstampBook) -> Levels:
        query = "group=2" if self.config.level == 3 else ""
        return self._decode_levels(await self.rest.call("GET", f"/api/v2/order_book/{book.symbol}/", query))

    async def meanwhile(self) -> None:
        while self.config.level == 2 and self.books:
            for book in list(self.books.values()):
                await asyncio.sleep(COMPARE_EVERY_S / len(self.books))
                try:
                    await self.compare(book)
                except (FeedError, msgspec.DecodeError, UnicodeError) as error:
                    self.status["message"] = f"no comparison of {book.symbol}: {error}".encode()[:104]

    async def compare(self, book: BitstampBook, settling_s: float = SETTLING_S) -> int:
        """With a fresh snapshot; the number of levels that differ. Any: the book begins again."""
        base = book.base
        if base is None or not book.is_live:
            return 0
        is_whole = len(book.since) < MOST_BUFFERED
        new = await self._fetch_levels(book)
        await asyncio.sleep(settling_s)
        if book.base is not base or new.microtimestamp <= base.microtimestamp:
            return 0  # it began again meanwhile
        updates = list(book.since)
        differing = await asyncio.to_thread(differing_levels, base, updates, new) if is_whole else 0
        if differing:
            self.status["gaps"] += 1
            await self.resync(book.instrument_id)
            self.status["message"] = f"{book.symbol}: {differing} levels were not the venue's".encode()[:104]
        elif book.base is base:
            book.base = new
            book.since = deque((row for row in book.since if row.microtimestamp > new.microtimestamp), MOST_BUFFERED)
        return differing


def _ask(channel: str) -> str:
    return msgspec.json.encode({"event": "bts:subscribe", "data": {"channel": channel}}).decode()
