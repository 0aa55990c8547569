"""KuCoin spot: books by changes on a REST snapshot, and trades, over a socket whose address is asked for first.

The token of an address is good for a day, so that every attempt to connect asks for a new one. The snapshot is the one
that needs no key: 100 levels a side; levels below come in when they change.
Source: www.kucoin.com/docs-new, websocket, spot.
"""

from functools import cached_property
from typing import Any, ClassVar

import msgspec
import numpy as np
from msgspec import Raw

from core.clock import monotonic_ns
from core.memory.files import address_of
from feeds.decode import DEPTH, SNAPSHOT
from feeds.errors import BadFrame, VenueError
from feeds.frame_reader import COUNT, NUMBERS, TIME_NS
from feeds.market import Market
from feeds.market_books import NS_PER_MS, Book
from feeds.market_socket import Socket
from feeds.market_words import Ping, SnapshotsBy
from feeds.shapes import Role, object_shape, row_shape
from feeds.venues.kucoin.frames import SHAPES
from feeds.venues.kucoin.messages import DONE, BulletAnswer, Change, DayFrame, Frame, Named, Quote, Snapshot, Update
from feeds.venues.kucoin.sequence import BookSequence

LEVELS = row_shape(Role.PRICE, Role.QUANTITY)
TRADE = object_shape(price=Role.PRICE, size=Role.QUANTITY, side=Role.SIDE, tradeId=Role.ID, time=Role.TIME_NS)
_LEVELS, _TRADE = address_of(LEVELS), address_of(TRADE)
PING, LEAST_PING_S = '{"id":"station","type":"ping"}', 1.0
NO_PRICE = b'["0"'
"""A row that only counts."""


class KucoinBook(Book):
    def __init__(self, symbol: str, instrument_id: int, decoder: np.ndarray, sequence: BookSequence) -> None:
        super().__init__(symbol, instrument_id, decoder)
        self.sequence = sequence

    def forget(self) -> None:
        self.sequence.forget()


class KucoinMarket(Market[KucoinBook]):
    """Spot, and what futures have in common with it."""

    shapes = SHAPES
    books_topic: ClassVar[str] = "/market/level2"
    trades_topic: ClassVar[str] = "/market/match"
    quotes_topic: ClassVar[str] = "/market/ticker"
    day_topic: ClassVar[str] = "/market/snapshot"
    more_topics: ClassVar[tuple[str, ...]] = ()
    snapshots_by = SnapshotsBy.REST
    ping = Ping(PING, 9.0)  # until the venue says how often
    symbols_per_socket = 100  # in one topic; 400 topics a socket
    messages_a_second = 8.0  # 100 in ten seconds
    connects_a_second = 0.5  # 30 a minute
    acknowledges = True
    has_quotes = True
    beside: ClassVar[tuple[bytes, ...]] = (b"/market/ticker:", b"/market/snapshot:")
    _decode = msgspec.json.Decoder(Frame).decode
    _decode_update = msgspec.json.Decoder(Update).decode
    _decode_named = msgspec.json.Decoder(Named).decode
    _decode_snapshot = msgspec.json.Decoder(Snapshot).decode
    _decode_bullet = msgspec.json.Decoder(BulletAnswer).decode
    _decode_rows = msgspec.json.Decoder(list[tuple[str, str, str]]).decode
    _decode_quote = msgspec.json.Decoder(Quote).decode
    _decode_day = msgspec.json.Decoder(DayFrame).decode
    _decode_text = msgspec.json.Decoder(str).decode
    _asked = 0

    def make_book(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> KucoinBook:
        return KucoinBook(symbol, instrument_id, decoder, BookSequence(venue=self.name, symbol=symbol))

    async def address(self, socket: Socket[KucoinBook]) -> str:
        body = await self.rest.call("POST", "/api/v1/bullet-public")
        try:
            answer = self._decode_bullet(body)
        except (msgspec.DecodeError, UnicodeError) as error:
            raise VenueError(f"the address of the socket cannot be had: {error}") from error
        if answer.data is None or not answer.data.instance_servers:
            raise VenueError(f"the address of the socket cannot be had: code={answer.code}, {answer.msg}")
        self._asked += 1
        self.ping = Ping(PING, max(LEAST_PING_S, answer.data.instance_servers[0].ping_interval / 2_000))
        return f"{answer.data.instance_servers[0].endpoint}?token={answer.data.token}&connectId=station{self._asked}"

    def subscribe(self, books: list[KucoinBook]) -> list[str]:
        beside = (self.quotes_topic, self.day_topic) if self.config.ticker else ()
        topics = dict.fromkeys((self._first_topic, self.trades_topic, *beside, *self.more_topics))
        return [self._ask("subscribe", topic, books) for topic in topics]

    def subscribe_book(self, book: KucoinBook) -> list[str]:
        return [self._ask("subscribe", self._first_topic, [book])]

    @property
    def _first_topic(self) -> str:
        return self.quotes_topic if self.takes_quotes_only else self.books_topic

    def on_read(self, book: KucoinBook, found: memoryview, received_ns: int, socket: Socket[KucoinBook]) -> bool:
        start, end = found[NUMBERS], found[NUMBERS + 1]
        if book.sequence.last is None or start != end:
            return False  # its rows are numbered one by one
        if book.sequence.accepts(start, end):
            self.publish_parsed(book, found[COUNT], DEPTH, received_ns, found[TIME_NS], end)
            book.sequence.took(end)
        return True

    def on_frame(self, frame: bytes, received_ns: int, socket: Socket[KucoinBook]) -> None:
        message = self._decode(frame)
        if message.type == "message":
            topic, _, symbol = message.topic.partition(":")
            self.on_message(topic, symbol, message, received_ns)
        elif message.type == "ack":
            for book in self._wanted.pop(message.id, ()):
                book.subscribed.set()
        elif message.type == "error":
            self.status["message"] = f"the venue refused: {self._decode_text(message.data)}".encode()[:104]

    def on_message(self, topic: str, symbol: str, message: Frame, received_ns: int) -> None:
        if topic == self.books_topic:
            update = self._decode_update(message.data)
            self.on_update(self.books[update.symbol], update, received_ns)
        elif topic == self.trades_topic:
            book = self.books[self._decode_named(message.data).symbol]
            self.publish_trades(book, _TRADE, message.data, received_ns)
        elif topic == self.quotes_topic:
            self._on_quote(symbol, message.data, received_ns)
        elif topic == self.day_topic:
            told = self._decode_day(message.data).data
            day = {"volume": told.vol, "opened": told.open, "high": told.high, "low": told.low}
            self.references.tell_day(symbol, received_ns, told.datetime * NS_PER_MS, **day)

    def on_update(self, book: KucoinBook, update: Update | Change, received_ns: int) -> None:
        book.subscribed.set()
        if book.sequence.last is None:
            book.buffer.append((update, received_ns))
        else:
            self.apply(book, update, received_ns)

    def _on_quote(self, symbol: str, data: Raw, received_ns: int) -> None:
        told = self._decode_quote(data)
        bid, ask = (told.best_bid, told.best_bid_size), (told.best_ask, told.best_ask_size)
        self.on_quote(symbol, bid, ask, received_ns, told.time * NS_PER_MS)

    def apply(self, book: KucoinBook, update: Any, received_ns: int) -> None:
        start, end, last = update.sequence_start, update.sequence_end, book.sequence.last
        if not book.sequence.accepts(start, end):
            return
        bids, asks = update.changes.bids, update.changes.asks
        if last is not None and (start != end or NO_PRICE in bytes(bids) or NO_PRICE in bytes(asks)):
            bids, asks = self._behind(bids, last), self._behind(asks, last)
        self.publish(book, _LEVELS, bids, asks, DEPTH, received_ns, update.time * NS_PER_MS, end)
        book.sequence.took(end)

    def _behind(self, rows: Raw, last: int) -> Raw:
        """Those that the book does not hold yet and that have a price, in the order of their numbers."""
        numbered = sorted(self._decode_rows(rows), key=lambda row: int(row[2]))
        return Raw(msgspec.json.encode([row for row in numbered if int(row[2]) > last and row[0] != "0"]))

    async def fetch_snapshot(self, book: KucoinBook) -> bool:
        answer = self._decode_snapshot(
            await self.rest.call("GET", "/api/v1/market/orderbook/level2_100", f"symbol={book.symbol}")
        )
        if answer.code != DONE or answer.data is None:
            raise BadFrame("a snapshot must be an order book", symbol=book.symbol, code=answer.code, said=answer.msg)
        data, sequence = answer.data, int(answer.data.sequence)
        if book.buffer and not book.sequence.fits(sequence, book.buffer[0][0].sequence_start):
            return False
        venue_ns = data.time * NS_PER_MS
        self.publish(book, _LEVELS, data.bids, data.asks, SNAPSHOT, monotonic_ns(), venue_ns, sequence)
        book.sequence.begin(sequence)
        return True

    @cached_property
    def _wanted(self) -> dict[str, list[KucoinBook]]:
        """Number of a request for books → those that are subscribed when it is acknowledged."""
        return {}

    def _ask(self, verb: str, topic: str, books: list[KucoinBook]) -> str:
        self._asked += 1
        symbols = ",".join(book.symbol for book in books)
        if topic == self.books_topic:
            self._wanted[str(self._asked)] = books
        wish = {
            "id": self._asked,
            "type": verb,
            "topic": f"{topic}:{symbols}",
            "privateChannel": False,
            "response": True,
        }
        return msgspec.json.encode(wish).decode()
