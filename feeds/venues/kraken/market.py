"""Kraken spot v2: a book of fixed depth whose every update carries the checksum of its ten best levels.

There is no sequence number: a lost update shows as a wrong checksum, and the book is subscribed to again. Levels that
fall out of the subscribed depth are not deleted by the venue; here they are (CheckedBook).
Source: docs.kraken.com, api/docs/websocket-v2/book, guides/spot-ws-book-v2.
"""

import msgspec
import numpy as np

from core.memory.files import address_of
from feeds.checked_book import CheckedBook
from feeds.checksum import DIGITS
from feeds.decode import DEPTH, SNAPSHOT
from feeds.frame_reader import COUNT, NUMBERS, TIME_NS
from feeds.market import Market
from feeds.market_books import Book
from feeds.market_socket import Socket
from feeds.market_words import Ping
from feeds.shapes import Role, object_shape
from feeds.venue_time import ns_of
from feeds.venues.kraken.frames import SHAPES
from feeds.venues.kraken.messages import BookFrame, Frame, Named, Ticker

LEVELS = object_shape(price=Role.PRICE, qty=Role.QUANTITY)
TRADES = object_shape(side=Role.SIDE, price=Role.PRICE, qty=Role.QUANTITY, trade_id=Role.ID, timestamp=Role.TIME_ISO)
_LEVELS, _TRADES = address_of(LEVELS), address_of(TRADES)
DEPTHS = (10, 25, 100, 500, 1000)
CHECKED_LEVELS = 10
BOOK_FRAME = b'{"channel":"book"'


class KrakenBook(Book):
    def __init__(self, symbol: str, instrument_id: int, decoder: np.ndarray, depth: int) -> None:
        super().__init__(symbol, instrument_id, decoder)
        self.checked = CheckedBook(decoder, depth=depth, style=DIGITS, best=CHECKED_LEVELS)


class KrakenMarket(Market[KrakenBook]):
    shapes = SHAPES
    ping = Ping('{"method":"ping"}', 30.0)
    connects_a_second = 0.25  # 150 in ten minutes
    has_quotes = True
    beside = (b'"channel":"ticker"',)
    silence_s = 10.0  # a heartbeat every second when nothing else is said
    _decode = msgspec.json.Decoder(Frame).decode
    _decode_book = msgspec.json.Decoder(BookFrame).decode
    _decode_names = msgspec.json.Decoder(list[Named]).decode
    _decode_tickers = msgspec.json.Decoder(list[Ticker]).decode
    _decode_rows = msgspec.json.Decoder(list[msgspec.Raw]).decode

    @property
    def depth(self) -> int:
        """The smallest that the venue offers and that is not less than asked for."""
        return next((depth for depth in DEPTHS if depth >= (self.config.depth or 100)), DEPTHS[-1])

    def make_book(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> KrakenBook:
        return KrakenBook(symbol, instrument_id, decoder, self.depth)

    def subscribe(self, books: list[KrakenBook]) -> list[str]:
        symbols = [book.symbol for book in books]
        channels = [self._book_channel, "trade", *(("ticker",) if self.config.ticker else ())]
        return [self._ask("subscribe", symbols, channel) for channel in dict.fromkeys(channels)]

    @property
    def _book_channel(self) -> str:
        return "ticker" if self.takes_quotes_only else "book"

    def unsubscribe_book(self, book: KrakenBook) -> list[str]:
        return [self._ask("unsubscribe", [book.symbol], self._book_channel)]

    def subscribe_book(self, book: KrakenBook) -> list[str]:
        return [self._ask("subscribe", [book.symbol], self._book_channel)]

    def on_read(self, book: KrakenBook, found: memoryview, received_ns: int, socket: Socket[KrakenBook]) -> bool:
        if book.is_live:
            count, told, venue_ns = found[COUNT], found[NUMBERS], found[TIME_NS]
            self.publish_parsed_checked(book, book.checked, count, told, DEPTH, received_ns, venue_ns, told)
        return True

    def on_frame(self, frame: bytes, received_ns: int, socket: Socket[KrakenBook]) -> None:
        if frame.startswith(BOOK_FRAME):
            self._on_books(self._decode_book(frame), received_ns)
            return
        message = self._decode(frame)
        if message.channel == "book":
            self._on_books(self._decode_book(frame), received_ns)
        elif message.channel == "trade" and message.type == "update":
            self._on_trades(message.data, received_ns)
        elif message.channel == "ticker":
            for ticker in self._decode_tickers(message.data):
                self._on_ticker(ticker, received_ns)
        elif not message.success:
            self.status["message"] = f"the venue refused: {message.error}".encode()[:104]

    def _on_books(self, message: BookFrame, received_ns: int) -> None:
        is_snapshot = message.type == "snapshot"
        for data in message.data:
            book = self.books[data.symbol]
            if not (is_snapshot or book.is_live):
                continue  # of the subscription that was given up
            venue_ns = ns_of(data.timestamp)
            kind = SNAPSHOT if is_snapshot else DEPTH
            told = data.checksum
            self.publish_checked(
                book, book.checked, _LEVELS, data.bids, data.asks, told, kind, received_ns, venue_ns, told
            )
            if is_snapshot:
                self._note_depth(book)
                self.live(book)

    def _on_ticker(self, told: Ticker, received_ns: int) -> None:
        venue_ns = ns_of(told.timestamp)
        self.on_quote(told.symbol, (told.bid, told.bid_qty), (told.ask, told.ask_qty), received_ns, venue_ns)
        day = {"volume": told.volume, "high": told.high, "low": told.low, "vwap": told.vwap}
        self.references.tell_day(told.symbol, received_ns, venue_ns, **day)

    def _note_depth(self, book: KrakenBook) -> None:
        """So deep as the snapshot is full on both sides: some other subscription's than ours, when it is played."""
        state = book.checked.state
        bids, asks = int(state["bids"][0]), int(state["asks"][0])
        full = next((depth for depth in DEPTHS if depth >= max(bids, asks)), DEPTHS[-1])
        state["depth"] = full if bids == asks == full else max(full, self.depth)

    def _on_trades(self, rows: msgspec.Raw, received_ns: int) -> None:
        symbols = {row.symbol for row in self._decode_names(rows)}
        if len(symbols) == 1:
            self.publish_trades(self.books[symbols.pop()], _TRADES, rows, received_ns)
            return
        for row, named in zip(self._decode_rows(rows), self._decode_names(rows), strict=True):
            self.publish_trades(self.books[named.symbol], _TRADES, row, received_ns)

    def _ask(self, method: str, symbols: list[str], channel: str) -> str:
        parameters: dict[str, object] = {"channel": channel, "symbol": symbols}
        if channel == "book":
            parameters["depth"] = self.depth
        if channel == "ticker":
            parameters["event_trigger"] = "bbo"  # else only when something trades
        if method == "subscribe":
            parameters["snapshot"] = channel != "trade"
        return msgspec.json.encode({"method": method, "params": parameters}).decode()
