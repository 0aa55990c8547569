"""Deribit's market data: a snapshot and changes every 100 ms, trades, and heartbeats that want an answer."""

from collections.abc import Iterable

import msgspec
import numpy as np

from core.memory.files import address_of
from core.vocabulary import InstrumentState, Reference
from feeds.decode import DEPTH, SNAPSHOT
from feeds.frame_reader import COUNT, NUMBERS, TIME_NS
from feeds.market import Market
from feeds.market_books import NS_PER_MS, Book
from feeds.market_socket import Socket
from feeds.references import Values
from feeds.shapes import Role, object_shape, row_shape
from feeds.venues.deribit.frames import SHAPES
from feeds.venues.deribit.messages import (
    BookData,
    BookFrame,
    Event,
    Liquidation,
    TickerData,
    TickerFrame,
    TradeFrame,
    TradeParams,
)
from feeds.venues.deribit.sequence import BookSequence

LEVELS = row_shape(Role.ACTION, Role.PRICE, Role.QUANTITY)
TRADES = object_shape(
    price=Role.PRICE, amount=Role.QUANTITY, direction=Role.SIDE, trade_id=Role.ID, timestamp=Role.TIME_MS
)
_LEVELS, _TRADES = address_of(LEVELS), address_of(TRADES)
LIQUIDATED = b'"liquidation"'
INTERVAL = "100ms"
HEARTBEAT_S = 10
OPEN, CLOSED = InstrumentState.OPEN, InstrumentState.CLOSED
BOOK_FRAME, TRADE_FRAME = b'"channel":"book.', b'"channel":"trades.'
HEAD = 80
"""Where the channel stands: behind jsonrpc, method and params."""
HEARTBEAT, ALL, BOOK, TEST = 1, 2, 3, 4
"""Ids of our requests."""


class DeribitBook(Book):
    def __init__(self, symbol: str, instrument_id: int, decoder: np.ndarray, sequence: BookSequence) -> None:
        super().__init__(symbol, instrument_id, decoder)
        self.sequence = sequence


class DeribitMarket(Market[DeribitBook]):
    shapes = SHAPES
    silence_s = 3.0 * HEARTBEAT_S
    has_quotes = True
    beside = (b'"channel":"ticker.',)
    _decode = msgspec.json.Decoder(Event).decode
    _decode_book = msgspec.json.Decoder(BookFrame).decode
    _decode_trades = msgspec.json.Decoder(TradeFrame).decode
    _decode_ticker = msgspec.json.Decoder(TickerFrame).decode
    _decode_liquidations = msgspec.json.Decoder(list[Liquidation]).decode
    _decode_channels = msgspec.json.Decoder(list[str]).decode

    def make_book(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> DeribitBook:
        return DeribitBook(symbol, instrument_id, decoder, BookSequence(venue=self.config.name, symbol=symbol))

    def subscribe(self, books: list[DeribitBook]) -> list[str]:
        kinds = ("trades", "ticker") if self.takes_quotes_only else ("book", "trades", "ticker")
        channels = [f"{kind}.{book.symbol}.{INTERVAL}" for book in books for kind in kinds]
        return [_call(HEARTBEAT, "public/set_heartbeat", interval=HEARTBEAT_S), _ask(ALL, "subscribe", channels)]

    def unsubscribe_book(self, book: DeribitBook) -> list[str]:
        return [_ask(BOOK, "unsubscribe", [self._book_channel(book)])]

    def subscribe_book(self, book: DeribitBook) -> list[str]:
        return [_ask(BOOK, "subscribe", [self._book_channel(book)])]

    def on_read(self, book: DeribitBook, found: memoryview, received_ns: int, socket: Socket[DeribitBook]) -> bool:
        number = found[NUMBERS + 1]
        if book.is_live and book.sequence.accepts(found[NUMBERS], number):
            self.publish_parsed(book, found[COUNT], DEPTH, received_ns, found[TIME_NS], number)
        return True

    def on_frame(self, frame: bytes, received_ns: int, socket: Socket[DeribitBook]) -> None:
        head = frame[:HEAD]
        if BOOK_FRAME in head:
            self._on_book(self._decode_book(frame).params.data, received_ns)
        elif TRADE_FRAME in head:
            self._on_trades(self._decode_trades(frame).params, received_ns)
        else:
            self._on_event(frame, received_ns, socket)

    def _on_book(self, data: BookData, received_ns: int) -> None:
        book = self.books[data.instrument_name]
        venue_ns = data.timestamp * NS_PER_MS
        if data.type == "snapshot":
            self.publish(book, _LEVELS, data.bids, data.asks, SNAPSHOT, received_ns, venue_ns, data.change_id)
            book.sequence.begin(data.change_id)
            self.live(book)
        elif data.type == "change" and book.is_live and book.sequence.accepts(data.prev_change_id, data.change_id):
            self.publish(book, _LEVELS, data.bids, data.asks, DEPTH, received_ns, venue_ns, data.change_id)

    def _on_trades(self, params: TradeParams, received_ns: int) -> None:
        symbol = params.channel.split(".")[1]
        self.publish_trades(self.books[symbol], _TRADES, params.data, received_ns)
        if LIQUIDATED in bytes(params.data):
            for row in self._decode_liquidations(params.data):
                self._on_liquidation(row, received_ns)

    def _on_liquidation(self, row: Liquidation, received_ns: int) -> None:
        """M: the maker was forced, T: the taker, MT: both. `direction` is the taker's."""
        other = "sell" if row.direction == "buy" else "buy"
        for who, side in (("T", row.direction), ("M", other)):
            if who in row.liquidation:
                price, amount, venue_ns = str(row.price), str(row.amount), row.timestamp * NS_PER_MS
                self.references.tell_liquidation(row.instrument_name, side, price, amount, received_ns, venue_ns)

    def _on_event(self, frame: bytes, received_ns: int, socket: Socket[DeribitBook]) -> None:
        event = self._decode(frame)
        channel = event.params.channel if event.params else ""
        if channel.startswith("book."):
            self._on_book(self._decode_book(frame).params.data, received_ns)
        elif channel.startswith("trades."):
            self._on_trades(self._decode_trades(frame).params, received_ns)
        elif channel.startswith("ticker."):
            self._on_ticker(self._decode_ticker(frame).params.data, received_ns)
        elif event.error is not None:
            self.status["message"] = f"the venue refused: {event.error.message}".encode()[:104]
        elif event.method == "heartbeat" and event.params is not None and event.params.type == "test_request":
            socket.send([_call(TEST, "public/test")])
        elif event.id == ALL and bytes(event.result).startswith(b"["):
            self._note_missing(self._decode_channels(event.result), socket)

    def _on_ticker(self, data: TickerData, received_ns: int) -> None:
        values: Values = {
            Reference.MARK_E8: data.mark_price,
            Reference.INDEX_E8: data.index_price,
            Reference.FUNDING_E8: data.funding_8h,
            Reference.OPEN_INTEREST_LOTS: data.open_interest,
        }
        venue_ns, symbol = data.timestamp * NS_PER_MS, data.instrument_name
        self.references.tell(symbol, values, received_ns, venue_ns)
        if data.state:
            self.trading_states.tell(symbol, OPEN if data.state == "open" else CLOSED)
        if data.stats is not None:
            day = {"volume": data.stats.volume, "high": data.stats.high, "low": data.stats.low}
            self.references.tell_day(symbol, received_ns, venue_ns, **day)
        bid, ask = (data.best_bid_price, data.best_bid_amount), (data.best_ask_price, data.best_ask_amount)
        self.on_quote(symbol, bid, ask, received_ns, venue_ns)

    def _note_missing(self, channels: Iterable[str], socket: Socket[DeribitBook]) -> None:
        """The venue leaves out of its answer what it does not know, and says no more about it."""
        missing = [book.symbol for book in socket.books if self._book_channel(book) not in set(channels)]
        if missing:
            self.status["message"] = f"the venue does not know {', '.join(missing)}".encode()[:104]

    def _book_channel(self, book: DeribitBook) -> str:
        return f"{'ticker' if self.takes_quotes_only else 'book'}.{book.symbol}.{INTERVAL}"


def _ask(number: int, verb: str, channels: list[str]) -> str:
    return _call(number, f"public/{verb}", channels=channels)


def _call(number: int, method: str, **params: object) -> str:
    return msgspec.json.encode({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).decode()
