"""Bybit's market data: a snapshot and deltas by the stream, of a depth that is part of the topic, and single trades."""

import msgspec
import numpy as np

from core.memory.files import address_of
from feeds.decode import DEPTH, SNAPSHOT
from feeds.market import NS_PER_MS, Book, Market, Ping, Socket
from feeds.shapes import Role, object_shape, row_shape
from feeds.venues.bybit.messages import Answer, BookFrame, TradeFrame
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
    ping = Ping('{"op":"ping"}', 20.0)
    silence_s = 50.0  # two pongs were missing
    _decode = msgspec.json.Decoder(Answer).decode
    _decode_book = msgspec.json.Decoder(BookFrame).decode
    _decode_trades = msgspec.json.Decoder(TradeFrame).decode

    def make_book(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> BybitBook:
        return BybitBook(symbol, instrument_id, decoder, BookSequence(venue=self.config.name, symbol=symbol))

    @property
    def depth(self) -> int:
        """The smallest that the venue offers and that is not less than asked for."""
        return next((depth for depth in DEPTHS if depth >= (self.config.depth or USUAL_DEPTH)), DEPTHS[-1])

    def subscribe(self, books: list[BybitBook]) -> list[str]:
        topics = [topic for book in books for topic in self._topics(book)]
        starts = range(0, len(topics), TOPICS_A_MESSAGE)
        return [_ask("subscribe", topics[start : start + TOPICS_A_MESSAGE]) for start in starts]

    def unsubscribe_book(self, book: BybitBook) -> list[str]:
        """With its trades: one refused topic has all of a message refused, so that they may be missing too."""
        return [_ask("unsubscribe", self._topics(book))]

    def subscribe_book(self, book: BybitBook) -> list[str]:
        return [_ask("subscribe", self._topics(book))]

    def _topics(self, book: BybitBook) -> list[str]:
        return [f"orderbook.{self.depth}.{book.symbol}", f"publicTrade.{book.symbol}"]

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


def _ask(verb: str, topics: list[str]) -> str:
    return msgspec.json.encode({"op": verb, "args": topics}).decode()
