"""Gate.io: books by changes on a REST snapshot, or by a stream that begins with the whole book; trades.

    depth = 0 (usual)   order_book_update: all levels that change, on a snapshot of MOST_SNAPSHOT_LEVELS a side
    depth > 0           obu: 50 levels every 20 ms, or 400 every 100 ms; begins with all of them

Source: www.gate.com/docs/developers/apiv4/ws and futures/ws.
"""

import time
from typing import ClassVar

import msgspec
import numpy as np

from core.clock import monotonic_ns
from core.memory.files import address_of
from core.vocabulary import Reference
from feeds.decode import DEPTH, SNAPSHOT
from feeds.errors import BadFrame
from feeds.frame_reader import COUNT, NUMBERS, TIME_NS
from feeds.market import Market
from feeds.market_books import NS_PER_MS, Book
from feeds.market_socket import Socket
from feeds.market_words import Ping, SnapshotsBy
from feeds.references import Values
from feeds.shapes import Role, object_shape, row_shape
from feeds.venues.gateio.frames import FUTURES, SPOT
from feeds.venues.gateio.messages import Frame, Liquidation, Named, Quote, Snapshot, Ticker, Update
from feeds.venues.gateio.sequence import BookSequence

PAIRS = row_shape(Role.PRICE, Role.QUANTITY)
OBJECTS = object_shape(p=Role.PRICE, s=Role.QUANTITY)
SPOT_TRADE = object_shape(
    price=Role.PRICE, amount=Role.QUANTITY, side=Role.SIDE, id=Role.ID, create_time_ms=Role.TIME_MS
)
FUTURES_TRADES = object_shape(price=Role.PRICE, size=Role.SIGNED_QUANTITY, id=Role.ID, create_time_ms=Role.TIME_MS)
OLD_FUTURES_TRADES = object_shape(price=Role.PRICE, size=Role.SIGNED_QUANTITY, id=Role.ID, create_time=Role.TIME_S)
_PAIRS, _OBJECTS, _SPOT_TRADE = address_of(PAIRS), address_of(OBJECTS), address_of(SPOT_TRADE)
_FUTURES_TRADES, _OLD_FUTURES_TRADES = address_of(FUTURES_TRADES), address_of(OLD_FUTURES_TRADES)

MOST_SNAPSHOT_LEVELS = 100
FAST_LEVELS, DEEP_LEVELS = 50, 400
QUOTES, LIQUIDATIONS = "book_ticker", "public_liquidates"
TRADES_A_MESSAGE = 50
"""Symbols in one subscription to trades and the like."""


class GateBook(Book):
    def __init__(self, symbol: str, instrument_id: int, decoder: np.ndarray, sequence: BookSequence) -> None:
        super().__init__(symbol, instrument_id, decoder)
        self.sequence = sequence

    def forget(self) -> None:
        self.sequence.forget()


class GateMarket(Market[GateBook]):
    """What spot and futures share."""

    kind: ClassVar[str]
    """The first part of their channels."""
    update_payload: ClassVar[tuple[str, ...]]
    snapshot_path: ClassVar[str]
    """And, behind the question mark, what it calls the symbol."""
    update_shape: ClassVar[int]
    """Of the rows of order_book_update and of the snapshot; those of obu are pairs."""

    snapshots_by = SnapshotsBy.REST
    acknowledges = True
    ping = Ping("", 15.0)
    silence_s = 35.0  # two pongs were missing
    messages_a_second = 10.0
    has_quotes = True
    beside = (b'.tickers"', b'.book_ticker"', b'.public_liquidates"')
    _decode = msgspec.json.Decoder(Frame).decode
    _decode_update = msgspec.json.Decoder(Update).decode
    _decode_snapshot = msgspec.json.Decoder(Snapshot).decode
    _decode_named = msgspec.json.Decoder(Named).decode
    _decode_quote = msgspec.json.Decoder(Quote).decode

    def make_book(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> GateBook:
        return GateBook(symbol, instrument_id, decoder, BookSequence(venue=self.name, symbol=symbol))

    async def prepare(self) -> None:
        if self.config.depth or self.takes_quotes_only:
            self.snapshots_by = SnapshotsBy.STREAM

    def subscribe(self, books: list[GateBook]) -> list[str]:
        symbols = [book.symbol for book in books]
        portions = [symbols[first : first + TRADES_A_MESSAGE] for first in range(0, len(symbols), TRADES_A_MESSAGE)]
        beside = [self._ask(channel, "subscribe", portion) for channel in self._beside for portion in portions]
        return [text for book in books for text in self.subscribe_book(book)] + beside

    @property
    def _beside(self) -> tuple[str, ...]:
        """Channels that take many symbols at once."""
        quotes = (QUOTES,) if not self.takes_quotes_only else ()
        return ("trades", *((*quotes, "tickers") if self.config.ticker else ()))

    def unsubscribe_book(self, book: GateBook) -> list[str]:
        return [self._ask(*self._stream_of(book, "unsubscribe"), book.instrument_id)]

    def subscribe_book(self, book: GateBook) -> list[str]:
        return [self._ask(*self._stream_of(book, "subscribe"), book.instrument_id)]

    def on_read(self, book: GateBook, found: memoryview, received_ns: int, socket: Socket[GateBook]) -> bool:
        first_id, last_id = found[NUMBERS], found[NUMBERS + 1]
        if book.sequence.last_id is None or (book.is_live and book.sequence.is_older_than_subscription(first_id)):
            return False
        if book.sequence.accepts(first_id, last_id):
            self.publish_parsed(book, found[COUNT], DEPTH, received_ns, found[TIME_NS], last_id)
        return True

    def on_frame(self, frame: bytes, received_ns: int, socket: Socket[GateBook]) -> None:
        message = self._decode(frame)
        channel = message.channel.rpartition(".")[2]
        if message.error is not None:
            self.status["message"] = f"the venue refused: {message.channel}: {message.error.message}".encode()[:104]
        elif message.event == "subscribe" and channel == "order_book_update" and message.id in self._by_id:
            self._by_id[message.id].subscribed.set()
        elif message.event == "update":
            if channel == "order_book_update":
                self._on_update(self._decode_update(message.result), received_ns)
            elif channel == "obu":
                self._on_whole_or_update(self._decode_update(message.result), received_ns)
            elif channel == "trades":
                self.on_trades(message.result, received_ns)
            elif channel == QUOTES:
                quote = self._decode_quote(message.result)
                bid, ask = (quote.bid, quote.bid_size), (quote.ask, quote.ask_size)
                self.on_quote(quote.symbol, bid, ask, received_ns, quote.time * NS_PER_MS)
            else:
                self.on_fact(channel, message.result, received_ns)

    def on_fact(self, channel: str, result: msgspec.Raw, received_ns: int) -> None:
        """Its tickers, and what futures tell besides."""
        raise NotImplementedError

    def on_trades(self, rows: msgspec.Raw, received_ns: int) -> None:
        raise NotImplementedError

    def _on_update(self, update: Update, received_ns: int) -> None:
        book = self.books[update.symbol]
        if book.is_live and book.sequence.is_older_than_subscription(update.first_id):
            self._begin_again(book)
        if book.sequence.last_id is None:
            book.subscribed.set()
            book.buffer.append((update, received_ns))
        else:
            self.apply(book, update, received_ns)

    def apply(self, book: GateBook, update: Update, received_ns: int) -> None:
        if book.sequence.accepts(update.first_id, update.last_id):
            self._publish_update(book, self.update_shape, update, DEPTH, received_ns)

    def _on_whole_or_update(self, update: Update, received_ns: int) -> None:
        book = self.books[update.symbol.split(".")[1]]
        if update.full:
            self._publish_update(book, _PAIRS, update, SNAPSHOT, received_ns)
            book.sequence.begin(update.last_id)
            self.live(book)
        elif book.is_live and book.sequence.accepts(update.first_id, update.last_id):
            self._publish_update(book, _PAIRS, update, DEPTH, received_ns)

    def _publish_update(self, book: GateBook, shape: int, update: Update, is_snapshot: int, received_ns: int) -> None:
        venue_ns = update.time * NS_PER_MS
        self.publish(book, shape, update.b, update.a, is_snapshot, received_ns, venue_ns, update.last_id)

    async def fetch_snapshot(self, book: GateBook) -> bool:
        levels = min(self.config.snapshot_levels, MOST_SNAPSHOT_LEVELS)
        path, _, name = self.snapshot_path.partition("?")
        query = f"{name}={book.symbol}&limit={levels}&with_id=true"
        snapshot = self._decode_snapshot(await self.rest.call("GET", path, query))
        if book.buffer and not book.sequence.fits(snapshot.id, book.buffer[0][0].first_id):
            return False
        now_ns = monotonic_ns()
        self.publish(book, self.update_shape, snapshot.bids, snapshot.asks, SNAPSHOT, now_ns, 0, snapshot.id)
        book.sequence.begin(snapshot.id)
        return True

    def ping_text(self, ping: Ping) -> str:
        return f'{{"time":{int(time.time())},"channel":"{self.kind}.ping"}}'

    def _stream_of(self, book: GateBook, event: str) -> tuple[str, str, list[str]]:
        if self.takes_quotes_only:
            return QUOTES, event, [book.symbol]
        if self.config.depth:
            levels = FAST_LEVELS if self.config.depth <= FAST_LEVELS else DEEP_LEVELS
            return "obu", event, [f"ob.{book.symbol}.{levels}"]
        return "order_book_update", event, [book.symbol, *self.update_payload]

    def _ask(self, channel: str, event: str, payload: list[str], number: int = -1) -> str:
        """`number` comes back with the answer, which does not name the symbol."""
        head = {"time": int(time.time()), "channel": f"{self.kind}.{channel}", "event": event}
        named = {"id": number} if number >= 0 else {}
        return msgspec.json.encode({**head, **named, "payload": payload}).decode()


class GateSpotMarket(GateMarket):
    shapes = SPOT
    kind = "spot"
    update_payload = ("100ms",)
    snapshot_path = "/api/v4/spot/order_book?currency_pair"
    update_shape = _PAIRS
    _decode_named = msgspec.json.Decoder(Named).decode
    _decode_ticker = msgspec.json.Decoder(Ticker).decode

    def on_fact(self, channel: str, result: msgspec.Raw, received_ns: int) -> None:
        if channel == "tickers":
            told = self._decode_ticker(result)
            symbol, high, low = told.currency_pair, told.high_24h, told.low_24h
            self.references.tell_day(symbol, received_ns, volume=told.base_volume, high=high, low=low)

    def on_trades(self, rows: msgspec.Raw, received_ns: int) -> None:
        """One each time."""
        self.publish_trades(self.books[self._decode_named(rows).currency_pair], _SPOT_TRADE, rows, received_ns)


class GateFuturesMarket(GateMarket):
    shapes = FUTURES
    kind = "futures"
    update_payload = ("100ms", str(MOST_SNAPSHOT_LEVELS))
    snapshot_path = "/api/v4/futures/usdt/order_book?contract"
    update_shape = _OBJECTS
    _decode_contracts = msgspec.json.Decoder(list[Named]).decode
    _decode_tickers = msgspec.json.Decoder(list[Ticker]).decode
    _decode_liquidations = msgspec.json.Decoder(list[Liquidation]).decode

    @property
    def _beside(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*super()._beside, "tickers", LIQUIDATIONS)))

    def on_fact(self, channel: str, result: msgspec.Raw, received_ns: int) -> None:
        if channel == "tickers":
            for told in self._decode_tickers(result):
                values: Values = {
                    Reference.MARK_E8: told.mark_price,
                    Reference.INDEX_E8: told.index_price,
                    Reference.FUNDING_E8: told.funding_rate,
                    Reference.OPEN_INTEREST_LOTS: told.total_size,
                }
                self.references.tell(told.contract, values, received_ns)
                volume, high, low = told.volume_24h, told.high_24h, told.low_24h
                self.references.tell_day(told.contract, received_ns, volume=volume, high=high, low=low)
        elif channel == LIQUIDATIONS:
            for order in self._decode_liquidations(result):
                size = str(order.size)
                side = "sell" if size.startswith("-") else "buy"
                self.references.tell_liquidation(
                    order.contract, side, str(order.price), size.lstrip("-"), received_ns, order.time_ms * NS_PER_MS
                )

    def on_trades(self, rows: msgspec.Raw, received_ns: int) -> None:
        """A list, of one contract."""
        contracts = {row.contract for row in self._decode_contracts(rows)}
        if len(contracts) != 1:
            raise BadFrame("trades of one message must be of one contract", contracts=len(contracts))
        shape = _FUTURES_TRADES if b'"create_time_ms"' in bytes(rows) else _OLD_FUTURES_TRADES
        self.publish_trades(self.books[contracts.pop()], shape, rows, received_ns)
