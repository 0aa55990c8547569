"""Kraken Futures' market data: a snapshot, then one frame for each level that changes; and single trades."""

import msgspec
import numpy as np
from msgspec import Raw

from core.memory.files import address_of
from core.vocabulary import InstrumentState, Reference
from feeds.decode import DEPTH, SNAPSHOT
from feeds.frame_reader import COUNT, NUMBERS, TIME_NS
from feeds.market import Market
from feeds.market_books import EMPTY, NS_PER_MS, Book
from feeds.market_socket import Socket
from feeds.references import Values
from feeds.shapes import Role, object_shape
from feeds.venues.kraken_futures.frames import SHAPES
from feeds.venues.kraken_futures.messages import Frame, Snapshot, Ticker, Trade
from feeds.venues.kraken_futures.sequence import BookSequence

LEVELS = object_shape(price=Role.PRICE, qty=Role.QUANTITY)
LEVEL = object_shape(side=Role.SIDE, price=Role.PRICE, qty=Role.QUANTITY)
TRADE = object_shape(side=Role.SIDE, price=Role.PRICE, qty=Role.QUANTITY, uid=Role.ID, time=Role.TIME_MS)
_LEVELS, _LEVEL, _TRADE = address_of(LEVELS), address_of(LEVEL), address_of(TRADE)

OPEN, SUSPENDED, POST_ONLY = InstrumentState.OPEN, InstrumentState.SUSPENDED, InstrumentState.POST_ONLY


class KrakenFuturesBook(Book):
    def __init__(self, symbol: str, instrument_id: int, decoder: np.ndarray, sequence: BookSequence) -> None:
        super().__init__(symbol, instrument_id, decoder)
        self.sequence = sequence


class KrakenFuturesMarket(Market[KrakenFuturesBook]):
    shapes = SHAPES
    has_quotes, quotes_are_prompt = True, False
    beside = (b'"feed":"ticker"',)
    _decode = msgspec.json.Decoder(Frame).decode
    _decode_ticker = msgspec.json.Decoder(Ticker).decode
    _decode_trade = msgspec.json.Decoder(Trade).decode
    _decode_snapshot = msgspec.json.Decoder(Snapshot).decode

    def make_book(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> KrakenFuturesBook:
        return KrakenFuturesBook(symbol, instrument_id, decoder, BookSequence(venue=self.config.name, symbol=symbol))

    def subscribe(self, books: list[KrakenFuturesBook]) -> list[str]:
        return [_ask("subscribe", books, feed) for feed in ("trade", *self._book_feeds)]

    @property
    def _book_feeds(self) -> tuple[str, ...]:
        return ("ticker",) if self.takes_quotes_only else ("ticker", "book")

    def unsubscribe_book(self, book: KrakenFuturesBook) -> list[str]:
        return [_ask("unsubscribe", [book], self._book_feeds[-1])]

    def subscribe_book(self, book: KrakenFuturesBook) -> list[str]:
        return [_ask("subscribe", [book], self._book_feeds[-1])]

    def on_read(
        self, book: KrakenFuturesBook, found: memoryview, received_ns: int, socket: Socket[KrakenFuturesBook]
    ) -> bool:
        number = found[NUMBERS]
        if book.is_live and book.sequence.accepts(number):
            self.publish_parsed(book, found[COUNT], DEPTH, received_ns, found[TIME_NS], number)
        return True

    def on_frame(self, frame: bytes, received_ns: int, socket: Socket[KrakenFuturesBook]) -> None:
        message = self._decode(frame)
        if message.event:
            if message.event in ("alert", "error"):
                self.status["message"] = f"the venue refused: {message.message}".encode()[:104]
        elif message.feed == "book":
            book = self.books[message.product_id]
            if book.is_live and book.sequence.accepts(message.seq):
                venue_ns = message.timestamp * NS_PER_MS
                self.publish(book, _LEVEL, Raw(frame), EMPTY, DEPTH, received_ns, venue_ns, message.seq)
        elif message.feed == "trade":
            self.publish_trades(self.books[message.product_id], _TRADE, Raw(frame), received_ns)
            if message.type == "liquidation":
                forced = self._decode_trade(frame)
                size, venue_ns = str(forced.qty), forced.time * NS_PER_MS
                self.references.tell_liquidation(
                    forced.product_id, forced.side, str(forced.price), size, received_ns, venue_ns
                )
        elif message.feed == "book_snapshot":
            self._on_snapshot(self._decode_snapshot(frame), received_ns)
        elif message.feed == "ticker":
            self._on_ticker(self._decode_ticker(frame), received_ns)

    def _on_snapshot(self, data: Snapshot, received_ns: int) -> None:
        book = self.books[data.product_id]
        venue_ns = data.timestamp * NS_PER_MS
        self.publish(book, _LEVELS, data.bids, data.asks, SNAPSHOT, received_ns, venue_ns, data.seq)
        book.sequence.begin(data.seq)
        self.live(book)

    def _on_ticker(self, data: Ticker, received_ns: int) -> None:
        values: Values = {
            Reference.MARK_E8: data.markPrice,
            Reference.INDEX_E8: data.index,
            Reference.FUNDING_E8: data.relative_funding_rate,
            Reference.FUNDING_AT_NS: data.next_funding_rate_time,
            Reference.OPEN_INTEREST_LOTS: data.openInterest,
        }
        venue_ns = data.time * NS_PER_MS
        self.references.tell(data.product_id, values, received_ns, venue_ns)
        day = {"volume": data.volume, "opened": data.open, "high": data.high, "low": data.low}
        self.references.tell_day(data.product_id, received_ns, venue_ns, **day)
        if data.suspended is not None:
            state = SUSPENDED if data.suspended else POST_ONLY if data.post_only else OPEN
            self.trading_states.tell(data.product_id, state)
        if data.bid is None and data.ask is None:
            return
        self.on_quote(data.product_id, (data.bid, data.bid_size), (data.ask, data.ask_size), received_ns, venue_ns)


def _ask(verb: str, books: list[KrakenFuturesBook], feed: str) -> str:
    products = [book.symbol for book in books]
    return msgspec.json.encode({"event": verb, "feed": feed, "product_ids": products}).decode()
