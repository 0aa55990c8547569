"""Coinbase Advanced Trade: the first l2_data of a product is its whole book, then absolute levels.

    loss        sequence_num counts every frame of the socket, whatever its channel (feeds/socket_sequence.py)
    silence     the heartbeats channel brings a frame every second, and keeps quiet channels from being closed
    trades      the first frame of market_trades tells what was before we came: no new trades
                `side` is the maker's, and rows are newest first (recordings of 2026-08: SELL rows at the best ask)

Source: docs.cdp.coinbase.com, advanced-trade, websocket-overview, websocket-channels, websocket-rate-limits.
"""

from functools import cached_property

import msgspec
import numpy as np

from core.memory.files import address_of
from feeds.decode import DEPTH, NEWEST_FIRST, SNAPSHOT
from feeds.frame_reader import COUNT, NUMBERS, SHAPE_NUMBER, TIME_NS
from feeds.market import Market
from feeds.market_books import EMPTY, Book
from feeds.market_socket import Socket
from feeds.shapes import Role, object_shape
from feeds.socket_sequence import SocketSequence
from feeds.venue_time import ns_of
from feeds.venues.coinbase.frames import SHAPES, TRADES_SHAPES
from feeds.venues.coinbase.messages import Event, Frame, Named, Ticker

LEVELS = object_shape(side=Role.SIDE, price_level=Role.PRICE, new_quantity=Role.QUANTITY)
TRADES = object_shape(trade_id=Role.ID, price=Role.PRICE, size=Role.QUANTITY, time=Role.TIME_ISO, side=Role.MAKER_SIDE)
_LEVELS, _TRADES = address_of(LEVELS), address_of(TRADES)


class CoinbaseMarket(Market[Book]):
    shapes = SHAPES
    symbols_per_socket = 20  # a gap costs all of them a snapshot of megabytes
    messages_a_second = 8.0
    connects_a_second = 8.0
    silence_s = 5.0
    has_quotes, quotes_are_prompt = True, False
    beside = (b'"channel":"ticker"',)
    _decode = msgspec.json.Decoder(Frame).decode
    _decode_names = msgspec.json.Decoder(list[Named]).decode
    _decode_rows = msgspec.json.Decoder(list[msgspec.Raw]).decode

    @cached_property
    def _sequences(self) -> dict[Socket[Book], SocketSequence]:
        return {}

    def make_book(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> Book:
        return Book(symbol, instrument_id, decoder)

    def before_open(self, socket: Socket[Book]) -> None:
        self._sequences[socket] = SocketSequence(venue=self.name)

    def subscribe(self, books: list[Book]) -> list[str]:
        symbols = [book.symbol for book in books]
        channels = ["heartbeats", self._book_channel, "market_trades", *(("ticker",) if self.config.ticker else ())]
        return [_ask("subscribe", channel, symbols) for channel in dict.fromkeys(channels)]

    @property
    def _book_channel(self) -> str:
        return "ticker" if self.takes_quotes_only else "level2"

    def unsubscribe_book(self, book: Book) -> list[str]:
        return [_ask("unsubscribe", self._book_channel, [book.symbol])]

    def subscribe_book(self, book: Book) -> list[str]:
        return [_ask("subscribe", self._book_channel, [book.symbol])]

    def on_read(self, book: Book, found: memoryview, received_ns: int, socket: Socket[Book]) -> bool:
        number = found[NUMBERS]
        if not self._sequences[socket].accepts(number):
            return True
        if found[SHAPE_NUMBER] in TRADES_SHAPES:
            self.publish_read_trades(book, found[COUNT], received_ns, order=NEWEST_FIRST)
        elif book.is_live:
            self.publish_parsed(book, found[COUNT], DEPTH, received_ns, found[TIME_NS], number)
        return True

    def on_frame(self, frame: bytes, received_ns: int, socket: Socket[Book]) -> None:
        message = self._decode(frame)
        if message.sequence_num is None:
            if message.type == "error":
                self.status["message"] = f"the venue refused: {message.message}".encode()[:104]
            return
        if not self._sequences[socket].accepts(message.sequence_num):
            return
        if message.channel == "l2_data":
            for event in message.events:
                self._on_levels(event, message, received_ns)
        elif message.channel == "market_trades":
            for event in message.events:
                if event.type == "update":
                    self._on_trades(event.trades, received_ns)
        elif message.channel == "ticker":
            for event in message.events:
                for ticker in event.tickers:
                    self._on_ticker(ticker, received_ns, ns_of(message.timestamp))

    def _on_levels(self, event: Event, message: Frame, received_ns: int) -> None:
        book = self.books[event.product_id]
        is_snapshot = event.type == "snapshot"
        if not (is_snapshot or book.is_live):
            return  # of the subscription that was given up
        kind = SNAPSHOT if is_snapshot else DEPTH
        number = message.sequence_num or 0
        self.publish(book, _LEVELS, event.updates, EMPTY, kind, received_ns, ns_of(message.timestamp), number)
        if is_snapshot:
            self.live(book)

    def _on_trades(self, rows: msgspec.Raw, received_ns: int) -> None:
        names = self._decode_names(rows)
        if len({row.product_id for row in names}) == 1:
            self.publish_trades(self.books[names[0].product_id], _TRADES, rows, received_ns, order=NEWEST_FIRST)
            return
        for row, named in zip(reversed(self._decode_rows(rows)), reversed(names), strict=True):
            self.publish_trades(self.books[named.product_id], _TRADES, row, received_ns)

    def _on_ticker(self, told: Ticker, received_ns: int, venue_ns: int) -> None:
        day = {"volume": told.volume_24_h, "high": told.high_24_h, "low": told.low_24_h}
        self.references.tell_day(told.product_id, received_ns, venue_ns, **day)
        bid, ask = (told.best_bid, told.best_bid_quantity), (told.best_ask, told.best_ask_quantity)
        self.on_quote(told.product_id, bid, ask, received_ns, venue_ns)


def _ask(kind: str, channel: str, symbols: list[str]) -> str:
    """One message for one channel: the venue takes no more."""
    return msgspec.json.encode({"type": kind, "product_ids": symbols, "channel": channel}).decode()
