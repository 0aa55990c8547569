"""Bybit's market data: a snapshot and deltas by the stream, of a depth that is part of the topic, and single trades."""

import msgspec
import numpy as np

from core.memory.files import address_of
from core.vocabulary import Reference
from feeds.decode import DEPTH, SNAPSHOT
from feeds.frame_reader import COUNT, NUMBERS, TIME_NS
from feeds.market import Market
from feeds.market_books import NS_PER_MS, Book
from feeds.market_socket import Socket
from feeds.market_words import Ping
from feeds.references import Values
from feeds.shapes import Role, object_shape, row_shape
from feeds.venues.bybit.frames import CONTRACTS, SPOT
from feeds.venues.bybit.messages import Answer, BookFrame, LiquidationFrame, Ticker, TickerFrame, TradeFrame
from feeds.venues.bybit.sequence import BookSequence

LEVELS = row_shape(Role.PRICE, Role.QUANTITY)
TRADES = object_shape(p=Role.PRICE, v=Role.QUANTITY, S=Role.SIDE, i=Role.ID, T=Role.TIME_MS)
_LEVELS, _TRADES = address_of(LEVELS), address_of(TRADES)
DEPTHS = (1, 50, 200, 1000)
USUAL_DEPTH = 200
TOPICS_A_MESSAGE = 10
"""Spot takes no more; the others do."""
BOOK_FRAME = b'{"topic":"orderbook.'
TRADE_FRAME = b'{"topic":"publicTrade.'
BEST_ONLY = "orderbook.1."
RESTARTED = 1


class BybitBook(Book):
    def __init__(self, symbol: str, instrument_id: int, decoder: np.ndarray, sequence: BookSequence) -> None:
        super().__init__(symbol, instrument_id, decoder)
        self.sequence = sequence
        self.is_deep = False
        """Snapshots of the best level alone do not replace it."""

    def forget(self) -> None:
        self.is_deep = False


class BybitMarket(Market[BybitBook]):
    shapes = SPOT
    connects_a_second = 1.5  # 500 in five minutes
    forbidden_s = 600.0  # a 403 is a ban of ten minutes
    ping = Ping('{"op":"ping"}', 20.0)
    silence_s = 50.0  # two pongs were missing
    has_quotes = True
    beside = (b'"tickers.', b'"allLiquidation.')
    _decode = msgspec.json.Decoder(Answer).decode
    _decode_rows = msgspec.json.Decoder(list[list[str]]).decode
    _decode_ticker = msgspec.json.Decoder(TickerFrame, strict=False).decode
    _decode_book = msgspec.json.Decoder(BookFrame).decode
    _decode_trades = msgspec.json.Decoder(TradeFrame).decode

    def make_book(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> BybitBook:
        return BybitBook(symbol, instrument_id, decoder, BookSequence(venue=self.config.name, symbol=symbol))

    @property
    def depth(self) -> int:
        """The smallest that the venue offers and that is not less than asked for."""
        if self.takes_quotes_only:
            return DEPTHS[0]
        return next((depth for depth in DEPTHS if depth >= (self.config.depth or USUAL_DEPTH)), DEPTHS[-1])

    def subscribe(self, books: list[BybitBook]) -> list[str]:
        topics = [topic for book in books for topic in self._topics(book)]
        return _asks("subscribe", topics) + _asks(
            "subscribe", [topic for book in books for topic in self._beside(book)]
        )

    def unsubscribe_book(self, book: BybitBook) -> list[str]:
        """With its trades: one refused topic has all of a message refused, so that they may be missing too."""
        return _asks("unsubscribe", self._topics(book))

    def subscribe_book(self, book: BybitBook) -> list[str]:
        return _asks("subscribe", self._topics(book))

    def _topics(self, book: BybitBook) -> list[str]:
        """Of a book, and what is lost with it."""
        return [f"orderbook.{self.depth}.{book.symbol}", f"publicTrade.{book.symbol}"]

    def _beside(self, book: BybitBook) -> list[str]:
        """What is told beside it, and is not lost with it."""
        quotes = [] if self.depth == DEPTHS[0] else [f"{BEST_ONLY}{book.symbol}"]
        return [*quotes, f"tickers.{book.symbol}"] if self.config.ticker else []

    def on_read(self, book: BybitBook, found: memoryview, received_ns: int, socket: Socket[BybitBook]) -> bool:
        number = found[NUMBERS + 1]
        if number == RESTARTED:
            return False
        if book.is_live and book.sequence.accepts(number):
            self.publish_parsed(book, found[COUNT], DEPTH, received_ns, found[TIME_NS], number)
        return True

    def on_frame(self, frame: bytes, received_ns: int, socket: Socket[BybitBook]) -> None:
        if frame.startswith(BOOK_FRAME):
            self._on_book(self._decode_book(frame), received_ns)
        elif frame.startswith(TRADE_FRAME):
            self._on_trades(self._decode_trades(frame), received_ns)
        else:
            self._on_other(frame, received_ns)

    def _on_book(self, message: BookFrame, received_ns: int) -> None:
        data = message.data
        book = self.books[data.s]
        is_snapshot = message.type == "snapshot" or data.u == RESTARTED
        if is_snapshot:
            is_deep = not message.topic.startswith(BEST_ONLY)
            if book.is_deep and not is_deep:
                self._on_quote(book, message, received_ns)
                return
            book.is_deep = is_deep
            book.sequence.begin(data.u)
        elif not book.is_live or not book.sequence.accepts(data.u):
            return  # of the subscription that was given up, or told twice
        venue_ns = (message.cts or message.ts) * NS_PER_MS
        kind = SNAPSHOT if is_snapshot else DEPTH
        self.publish(book, _LEVELS, data.b, data.a, kind, received_ns, venue_ns, data.u)
        if is_snapshot:
            self.live(book)

    def _on_quote(self, book: BybitBook, message: BookFrame, received_ns: int) -> None:
        bids, asks = self._decode_rows(message.data.b), self._decode_rows(message.data.a)
        if bids and asks:
            self.on_quote(book.symbol, bids[0], asks[0], received_ns, message.ts * NS_PER_MS)

    def _on_trades(self, message: TradeFrame, received_ns: int) -> None:
        symbol = message.topic.partition(".")[2]
        self.publish_trades(self.books[symbol], _TRADES, message.data, received_ns)

    def _on_other(self, frame: bytes, received_ns: int) -> None:
        message = self._decode(frame)
        if message.topic.startswith("orderbook."):
            self._on_book(self._decode_book(frame), received_ns)
        elif message.topic.startswith("publicTrade."):
            self._on_trades(self._decode_trades(frame), received_ns)
        elif not message.success:
            self.status["message"] = f"the venue refused: {message.ret_msg}".encode()[:104]
        else:
            self._on_fact(message.topic, frame, received_ns)

    def _on_fact(self, topic: str, frame: bytes, received_ns: int) -> None:
        if topic.startswith("tickers."):
            message = self._decode_ticker(frame)
            self._on_ticker(message.data, received_ns, message.ts * NS_PER_MS)

    def _on_ticker(self, data: Ticker, received_ns: int, venue_ns: int) -> None:
        day = {
            "volume": data.volume24h,
            "opened": data.prevPrice24h,
            "high": data.highPrice24h,
            "low": data.lowPrice24h,
        }
        self.references.tell_day(data.symbol, received_ns, venue_ns, **day)


class BybitContractMarket(BybitMarket):
    """Linear and inverse contracts have mark, index, funding, open interest and liquidations."""

    shapes = CONTRACTS
    _decode_liquidations = msgspec.json.Decoder(LiquidationFrame).decode

    def _beside(self, book: BybitBook) -> list[str]:
        facts = [f"tickers.{book.symbol}", f"allLiquidation.{book.symbol}"]
        return list(dict.fromkeys([*super()._beside(book), *facts]))

    def _on_ticker(self, data: Ticker, received_ns: int, venue_ns: int) -> None:
        super()._on_ticker(data, received_ns, venue_ns)
        values: Values = {
            Reference.MARK_E8: data.markPrice,
            Reference.INDEX_E8: data.indexPrice,
            Reference.FUNDING_E8: data.fundingRate,
            Reference.FUNDING_AT_NS: data.nextFundingTime,
            Reference.OPEN_INTEREST_LOTS: data.openInterest,
        }
        self.references.tell(data.symbol, values, received_ns, venue_ns)

    def _on_fact(self, topic: str, frame: bytes, received_ns: int) -> None:
        if not topic.startswith("allLiquidation."):
            super()._on_fact(topic, frame, received_ns)
            return
        for row in self._decode_liquidations(frame).data:
            side = "sell" if row.S == "Buy" else "buy"
            self.references.tell_liquidation(row.s, side, row.p, row.v, received_ns, row.T * NS_PER_MS)


def _asks(verb: str, topics: list[str]) -> list[str]:
    portions = (topics[start : start + TOPICS_A_MESSAGE] for start in range(0, len(topics), TOPICS_A_MESSAGE))
    return [msgspec.json.encode({"op": verb, "args": portion}).decode() for portion in portions]
