"""The books of any recording, frame by frame, by the venue's own rules, slowly and obviously.

books = reference_books("kraken")
books.feed(text)                        # a frame as received; the symbol whose book it changed, or None
books.books["BTC/USD"].bids             # {"64525.0": "0.53807066", …}, best first
books.trades, books.found               # so far: trades, and gaps, crossed states, checksums right and wrong

for step in walk(read_recording(path)): # every change of every book, over all of its sockets
    step.symbol, step.book, step.conn
found = findings(read_recording(path))  # all of it, added up
"""

from collections.abc import Iterator
from typing import NamedTuple

from feeds.recording import Frame, Recording
from tests.reference.venue_books.keyed import BitfinexBooks, BitmexBooks, DydxBooks, DydxV3Books
from tests.reference.venue_books.kraken import KrakenFuturesBooks, KrakenV1Books, KrakenV2Books
from tests.reference.venue_books.ladder import Book
from tests.reference.venue_books.streamed import (
    AlpacaBooks,
    BybitBooks,
    CoinbaseBooks,
    CoinbaseExchangeBooks,
    DeribitBooks,
    GeminiBooks,
    HtxBooks,
    HyperliquidBooks,
    OkxBooks,
)
from tests.reference.venue_books.synced import (
    BinanceBooks,
    BinanceFuturesBooks,
    BitstampBooks,
    GateBooks,
    KucoinBooks,
)
from tests.reference.venue_books.venue import Findings, VenueBooks

VENUES: dict[str, type[VenueBooks]] = {
    "alpaca": AlpacaBooks,
    "binance": BinanceBooks,
    "binance-usdm": BinanceFuturesBooks,
    "binance-coinm": BinanceFuturesBooks,
    "okx": OkxBooks,
    "bybit": BybitBooks,
    "bybit-inverse": BybitBooks,
    "bybit-linear": BybitBooks,
    "coinbase": CoinbaseBooks,
    "coinbase-exchange": CoinbaseExchangeBooks,
    "kraken-v1": KrakenV1Books,
    "kraken": KrakenV2Books,
    "kraken-futures": KrakenFuturesBooks,
    "dydx": DydxBooks,
    "dydx-v3": DydxV3Books,
    "hyperliquid": HyperliquidBooks,
    "deribit": DeribitBooks,
    "bitfinex": BitfinexBooks,
    "bitstamp": BitstampBooks,
    "gemini": GeminiBooks,
    "gateio": GateBooks,
    "gateio-futures": GateBooks,
    "kucoin": KucoinBooks,
    "htx": HtxBooks,
    "htx-linear-swap": HtxBooks,
    "htx-swap": HtxBooks,
    "bitmex": BitmexBooks,
}


def reference_books(venue: str) -> VenueBooks:
    return VENUES[venue]()


class Step(NamedTuple):
    """A book after a frame or a REST body that changed it."""

    at_ns: int
    conn: str
    symbol: str
    book: Book


class Walk:
    """One set of books for each socket: the same instrument on two sockets is two books."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        conns = [socket.conn for socket in recording.sockets]
        self.by_conn = {conn: reference_books(recording.venue) for conn in conns or [recording.frames[0].conn]}

    def __iter__(self) -> Iterator[Step]:
        for line in self._recording.lines:
            if not isinstance(line, Frame):
                for conn, books in self.by_conn.items():
                    symbol = books.feed_http(line.url, line.text)
                    if symbol is not None and symbol in books.books:
                        yield Step(line.at_ns, conn, symbol, books.books[symbol])
            elif line.is_sent:
                self.by_conn[line.conn].feed_sent(line.text)
            else:
                books = self.by_conn[line.conn]
                symbol = books.feed(line.text, line.at_ns)
                if symbol is not None and symbol in books.books:
                    yield Step(line.at_ns, line.conn, symbol, books.books[symbol])

    @property
    def found(self) -> Findings:
        total = Findings()
        for books in self.by_conn.values():
            total += books.found
        return total


def walk(recording: Recording) -> Walk:
    return Walk(recording)


def findings(recording: Recording) -> Findings:
    walked = Walk(recording)
    for _ in walked:
        pass
    return walked.found
