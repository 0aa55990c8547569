"""Coinbase Exchange: `level2_batch` with its snapshot by the stream; or `full`, every order, on a snapshot over REST.

    trades      match; last_match was before we came. `side` is the maker's
    level 2     not numbered: every ten minutes each book gets a fresh snapshot
    silence     the heartbeat channel brings a frame a second for each product
    level 3     open: the order stands with what remains; match: its maker has less; change: a new size, of orders in
                the book only; done: it is gone. received and activate are not in the book. Loss: sequence.py

Source: docs.cdp.coinbase.com/exchange, websocket-feed/overview, channels, rate-limits.
"""

import msgspec
import numpy as np
from msgspec import Raw

from core.clock import monotonic_ns
from core.memory.files import address_of
from feeds.decode import DEPTH, SNAPSHOT
from feeds.frame_reader import COUNT, TIME_NS
from feeds.market import Market
from feeds.market_books import EMPTY, B, Book
from feeds.market_socket import Socket
from feeds.market_words import SnapshotsBy
from feeds.order_book import OrderBook
from feeds.shapes import Role, object_shape, row_shape
from feeds.venue_time import ns_of
from feeds.venues.coinbase_exchange.frames import SHAPES
from feeds.venues.coinbase_exchange.messages import Frame, OrdersSnapshot, Ticker
from feeds.venues.coinbase_exchange.sequence import FullSequence

LEVELS = row_shape(Role.PRICE, Role.QUANTITY)
CHANGES = row_shape(Role.SIDE, Role.PRICE, Role.QUANTITY)
TRADE = object_shape(trade_id=Role.ID, price=Role.PRICE, size=Role.QUANTITY, side=Role.MAKER_SIDE, time=Role.TIME_ISO)
ORDERS = row_shape(Role.PRICE, Role.QUANTITY, Role.ID)
OPEN = object_shape(order_id=Role.ID, price=Role.PRICE, remaining_size=Role.QUANTITY, side=Role.SIDE)
RESIZED = object_shape(order_id=Role.ID, new_size=Role.QUANTITY)
MOVED = object_shape(order_id=Role.ID, new_price=Role.PRICE, new_size=Role.QUANTITY, side=Role.SIDE)
TAKEN = object_shape(maker_order_id=Role.ID, size=Role.QUANTITY)
GONE = object_shape(order_id=Role.ID)
_LEVELS, _CHANGES, _TRADE, _ORDERS = (address_of(shape) for shape in (LEVELS, CHANGES, TRADE, ORDERS))
_OPEN, _RESIZED, _MOVED, _TAKEN, _GONE = (address_of(shape) for shape in (OPEN, RESIZED, MOVED, TAKEN, GONE))


class _ExchangeMarket(Market[B]):
    symbols_per_socket = 20
    messages_a_second = 8.0
    connects_a_second = 8.0
    silence_s = 5.0
    has_quotes, quotes_are_prompt = True, False
    beside = (b'"type":"ticker"',)
    _decode = msgspec.json.Decoder(Frame).decode
    _decode_ticker = msgspec.json.Decoder(Ticker).decode

    @property
    def _tickers(self) -> tuple[str, ...]:
        return ("ticker",) if self.config.ticker or self.takes_quotes_only else ()

    def _on_other(self, message: Frame, frame: bytes, received_ns: int) -> None:
        if message.type == "ticker":
            told, symbol, venue_ns = self._decode_ticker(frame), message.product_id, ns_of(message.time)
            day = {"volume": told.volume_24h, "opened": told.open_24h, "high": told.high_24h, "low": told.low_24h}
            self.references.tell_day(symbol, received_ns, venue_ns, **day)
            bid, ask = (told.best_bid, told.best_bid_size), (told.best_ask, told.best_ask_size)
            self.on_quote(symbol, bid, ask, received_ns, venue_ns)
        elif message.type == "error":
            said = f"the venue refused: {message.message}: {message.reason}"
            self.status["message"] = said.encode()[:104]


class LevelsMarket(_ExchangeMarket[Book]):
    """Level 2."""

    shapes = SHAPES
    renew_every_s = 600.0

    def make_book(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> Book:
        return Book(symbol, instrument_id, decoder)

    def subscribe(self, books: list[Book]) -> list[str]:
        return [_ask("subscribe", [book.symbol for book in books], "heartbeat", *self._book_channels, "matches")]

    @property
    def _book_channels(self) -> tuple[str, ...]:
        return self._tickers if self.takes_quotes_only else ("level2_batch", *self._tickers)

    def unsubscribe_book(self, book: Book) -> list[str]:
        return [_ask("unsubscribe", [book.symbol], self._book_channels[0])]

    def subscribe_book(self, book: Book) -> list[str]:
        return [_ask("subscribe", [book.symbol], self._book_channels[0])]

    def on_read(self, book: Book, found: memoryview, received_ns: int, socket: Socket[Book]) -> bool:
        if book.is_live:
            self.publish_parsed(book, found[COUNT], DEPTH, received_ns, found[TIME_NS], 0)
        return True

    def on_frame(self, frame: bytes, received_ns: int, socket: Socket[Book]) -> None:
        message = self._decode(frame)
        if message.type == "l2update":
            book = self.books[message.product_id]
            if book.is_live:
                self.publish(book, _CHANGES, message.changes, EMPTY, DEPTH, received_ns, ns_of(message.time), 0)
        elif message.type == "match":
            self.publish_trades(self.books[message.product_id], _TRADE, Raw(frame), received_ns)
        elif message.type == "snapshot":
            book = self.books[message.product_id]
            self.publish(book, _LEVELS, message.bids, message.asks, SNAPSHOT, received_ns, ns_of(message.time), 0)
            self.live(book)
        else:
            self._on_other(message, frame, received_ns)


class OrdersBook(Book):
    def __init__(self, symbol: str, instrument_id: int, decoder: np.ndarray, sequence: FullSequence) -> None:
        super().__init__(symbol, instrument_id, decoder)
        self.sequence = sequence
        self.orders = self.queues = OrderBook(decoder)

    def forget(self) -> None:
        self.sequence.forget()


class OrdersMarket(_ExchangeMarket[OrdersBook]):
    """Level 3."""

    snapshots_by = SnapshotsBy.REST
    _decode_snapshot = msgspec.json.Decoder(OrdersSnapshot).decode

    def make_book(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> OrdersBook:
        return OrdersBook(symbol, instrument_id, decoder, FullSequence(venue=self.config.name, symbol=symbol))

    def subscribe(self, books: list[OrdersBook]) -> list[str]:
        return [_ask("subscribe", [book.symbol for book in books], "heartbeat", "full", *self._tickers)]

    def on_frame(self, frame: bytes, received_ns: int, socket: Socket[OrdersBook]) -> None:
        message = self._decode(frame)
        if message.type not in ("received", "open", "match", "change", "done", "activate"):
            self._on_other(message, frame, received_ns)
            return
        book = self.books[message.product_id]
        if book.sequence.last is None:
            book.buffer.append(((message, frame), received_ns))
        else:
            self.apply(book, (message, frame), received_ns)
        if message.type == "match":
            self.publish_trades(book, _TRADE, Raw(frame), received_ns)

    def apply(self, book: OrdersBook, update: tuple[Frame, bytes], received_ns: int) -> None:
        message, frame = update
        if not book.sequence.accepts(message.sequence):
            return
        count = self._change(book, message, Raw(frame))
        self.publish_parsed(book, count, DEPTH, received_ns, ns_of(message.time), message.sequence)

    def _change(self, book: OrdersBook, message: Frame, frame: Raw) -> int:
        """One message into the orders; the number of levels that changed."""
        if message.type == "open":
            count = self.parse_orders(book, _OPEN, frame, EMPTY)
        elif message.type == "match":
            count = book.orders.take_from(self.parse_orders(book, _TAKEN, frame, EMPTY))
        elif message.type == "done":
            count = self.parse_orders(book, _GONE, frame, EMPTY)
        elif message.type == "change":
            count = self.parse_orders(book, _MOVED if message.new_price else _RESIZED, frame, EMPTY)
        else:
            return 0
        return book.orders.apply(count, is_snapshot=False)

    async def fetch_snapshot(self, book: OrdersBook) -> bool:
        body = await self.rest.call("GET", f"/products/{book.symbol}/book", "level=3")
        snapshot = self._decode_snapshot(body)
        if book.buffer and snapshot.sequence < book.buffer[0][0][0].sequence - 1:
            return False
        count = book.orders.apply(self.parse_orders(book, _ORDERS, snapshot.bids, snapshot.asks), is_snapshot=True)
        self.publish_parsed(book, count, SNAPSHOT, monotonic_ns(), 0, snapshot.sequence)
        book.sequence.begin(snapshot.sequence)
        return True


def _ask(kind: str, symbols: list[str], *channels: str) -> str:
    return msgspec.json.encode({"type": kind, "product_ids": symbols, "channels": channels}).decode()
