"""Binance's market data: combined streams named in the address, and a REST snapshot per book."""

import asyncio
from contextlib import suppress
from typing import ClassVar

import msgspec
import numpy as np
from msgspec import Raw

from core.clock import monotonic_ns
from core.memory.files import address_of
from core.vocabulary import Reference
from feeds.decode import DEPTH, SNAPSHOT
from feeds.errors import BadFrame, FeedError
from feeds.frame_reader import COUNT, NUMBERS, TIME_NS
from feeds.market import Market
from feeds.market_books import NS_PER_MS, Book
from feeds.market_socket import Socket
from feeds.market_words import NOT_ITS_WORDS, SnapshotsBy
from feeds.references import Values
from feeds.shapes import Role, object_shape, row_shape
from feeds.venues.binance.frames import COIN_MARGINED, SPOT, USD_MARGINED
from feeds.venues.binance.messages import (
    Combined,
    Control,
    Day,
    DepthUpdate,
    Liquidation,
    MarkPrice,
    OpenInterest,
    Quote,
    Snapshot,
)
from feeds.venues.binance.sequence import DepthSequence, FuturesSequence

LEVELS = row_shape(Role.PRICE, Role.QUANTITY)
TRADE = object_shape(p=Role.PRICE, q=Role.QUANTITY, m=Role.IS_BUYER_MAKER, t=Role.ID, T=Role.TIME_MS)
AGGREGATED = object_shape(p=Role.PRICE, q=Role.QUANTITY, m=Role.IS_BUYER_MAKER, a=Role.ID, T=Role.TIME_MS)
MARKET_TRADE, OTHER_TRADE = b'"X":"MARKET"', b'"X":'
REFERENCES = ("markPrice@1s", "forceOrder")
QUOTE, DAY = "bookTicker", "ticker"
INTEREST_EVERY_S, INTEREST_APART_S = 60.0, 0.25
PUBLIC, MARKET = "/public", "/market"
"""Paths of the USD-M streams since 2026."""
_LEVELS, _TRADE, _AGGREGATED = address_of(LEVELS), address_of(TRADE), address_of(AGGREGATED)


class BinanceBook(Book):
    def __init__(self, symbol: str, instrument_id: int, decoder: np.ndarray, sequence: DepthSequence) -> None:
        super().__init__(symbol, instrument_id, decoder)
        self.sequence = sequence

    def forget(self) -> None:
        self.sequence.forget()


class BinanceMarket(Market[BinanceBook]):
    """Spot."""

    shapes = SPOT
    snapshots_by = SnapshotsBy.REST
    connects_a_second = 1.0  # 300 in five minutes
    snapshots_a_second, snapshots_at_once = 1.0, 20  # 50 each, of 6,000 a minute; 20 of 2,400 at futures
    silence_s = 120.0  # it has no heartbeat, but of all books of a socket one moves
    symbols_per_socket = 100  # 1,024 streams a socket, up to six a symbol, and an address that is not too long
    has_quotes = True
    beside = (b'@bookTicker"', b'@ticker"', b"@markPrice", b'@forceOrder"')
    depth_path: ClassVar[str] = "/api/v3/depth"
    sequence_type: ClassVar[type[DepthSequence]] = DepthSequence
    _decode = msgspec.json.Decoder(Combined).decode
    _decode_control = msgspec.json.Decoder(Control).decode
    _decode_depth = msgspec.json.Decoder(DepthUpdate).decode
    _decode_snapshot = msgspec.json.Decoder(Snapshot).decode
    _decode_quote = msgspec.json.Decoder(Quote).decode
    _decode_day = msgspec.json.Decoder(Day).decode

    def make_book(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> BinanceBook:
        return BinanceBook(symbol, instrument_id, decoder, self.sequence_type(venue=self.config.name, symbol=symbol))

    def stream_url(self, books: list[BinanceBook]) -> str:
        return self._streams(self.config.ws_url, books, (*self._book_kinds, self.config.trade_stream, *self._day))

    @property
    def _book_kinds(self) -> tuple[str, ...]:
        if self.takes_quotes_only:
            return (QUOTE,)
        depth = "depth@100ms" if self.config.depth_interval_ms == 100 else "depth"
        return (depth, QUOTE) if self.config.ticker else (depth,)

    @property
    def _day(self) -> tuple[str, ...]:
        return (DAY,) if self.config.ticker else ()

    def _streams(self, url: str, books: list[BinanceBook], kinds: tuple[str, ...]) -> str:
        streams = [f"{book.symbol.lower()}@{kind}" for book in books for kind in kinds]
        return f"{url.rstrip('/')}/stream?streams={'/'.join(streams)}"

    def on_read(self, book: BinanceBook, found: memoryview, received_ns: int, socket: Socket[BinanceBook]) -> bool:
        if book.sequence.last_id is None:
            return False  # it goes into the buffer
        last_id = found[NUMBERS + 1]
        if book.sequence.accepts(found[NUMBERS], last_id, found[NUMBERS + 2]):
            self.publish_parsed(book, found[COUNT], DEPTH, received_ns, found[TIME_NS], last_id)
        return True

    def on_frame(self, frame: bytes, received_ns: int, socket: Socket[BinanceBook]) -> None:
        combined = self._decode(frame)
        symbol, _, kind = combined.stream.partition("@")
        if symbol:
            book = socket.by_symbol[symbol.upper()]
            self._on_data(book, kind.partition("@")[0], combined.data, received_ns)
        else:
            self._on_control(frame, socket)

    def _on_data(self, book: BinanceBook, kind: str, data: Raw | bytes, received_ns: int) -> None:
        if kind == "depth":
            update = self._decode_depth(data)
            if update.s != book.symbol:
                raise BadFrame("a stream must bring its own symbol", expected=book.symbol, symbol=update.s)
            if book.sequence.last_id is None:
                book.buffer.append((update, received_ns))
            else:
                self.apply(book, update, received_ns)
        elif kind == QUOTE:
            quote = self._decode_quote(data)
            self.on_quote(book.symbol, (quote.b, quote.B), (quote.a, quote.A), received_ns, quote.E * NS_PER_MS)
        elif kind == "trade":
            if self._is_of_the_market(data):
                self.publish_trades(book, _TRADE, data, received_ns)
        elif kind == "aggTrade":
            self.publish_trades(book, _AGGREGATED, data, received_ns)
        elif kind == DAY:
            self._on_day(book, self._decode_day(data), received_ns)
        elif kind in ("markPrice", "forceOrder"):
            self._on_reference(book, kind, data, received_ns)

    def _on_day(self, book: BinanceBook, day: Day, received_ns: int) -> None:
        self.references.tell_day(
            book.symbol, received_ns, day.E * NS_PER_MS, volume=day.v, opened=day.o, high=day.h, low=day.l, vwap=day.w
        )

    def _is_of_the_market(self, trade: Raw | bytes) -> bool:
        """And not, at futures, of the insurance fund, of a forced reduction, or of nothing at all (price 0)."""
        return True

    def _on_reference(self, book: BinanceBook, kind: str, data: Raw | bytes, received_ns: int) -> None:
        """markPrice and forceOrder of futures."""

    def _on_control(self, frame: bytes, socket: Socket[BinanceBook]) -> None:
        if self._decode_control(frame).e == "serverShutdown":
            self.status["message"] = b"the venue restarts its server"
            socket.reopen()

    def apply(self, book: BinanceBook, update: DepthUpdate, received_ns: int) -> None:
        if book.sequence.accepts(update.U, update.u, update.pu):
            self.publish(book, _LEVELS, update.b, update.a, DEPTH, received_ns, update.E * NS_PER_MS, update.u)

    async def fetch_snapshot(self, book: BinanceBook) -> bool:
        query = f"symbol={book.symbol}&limit={self.config.snapshot_levels}"
        snapshot = self._decode_snapshot(await self.rest.call("GET", self.depth_path, query))
        first: DepthUpdate | None = book.buffer[0][0] if book.buffer else None
        if first is not None and not book.sequence.fits(snapshot.lastUpdateId, first.U, first.pu):
            return False
        self.publish(book, _LEVELS, snapshot.bids, snapshot.asks, SNAPSHOT, monotonic_ns(), 0, snapshot.lastUpdateId)
        book.sequence.begin(snapshot.lastUpdateId)
        return True


class FuturesMarket(BinanceMarket):
    sequence_type = FuturesSequence
    _decode_mark = msgspec.json.Decoder(MarkPrice).decode
    _decode_liquidation = msgspec.json.Decoder(Liquidation).decode
    _decode_interest = msgspec.json.Decoder(OpenInterest).decode
    interest_path: ClassVar[str]

    async def meanwhile(self) -> None:
        """No stream tells the open interest: asked for in turn, each once a minute, at a weight of 1 of 2,400."""
        while self.config.ticker and self.books:
            for book in self.books.values():
                await asyncio.sleep(max(INTEREST_EVERY_S / len(self.books), INTEREST_APART_S))
                with suppress(FeedError, *NOT_ITS_WORDS):  # it is no fault of the books
                    await self.fetch_interest(book)

    async def fetch_interest(self, book: BinanceBook) -> None:
        told = self._decode_interest(await self.rest.call("GET", self.interest_path, f"symbol={book.symbol}"))
        values: Values = {Reference.OPEN_INTEREST_LOTS: told.openInterest}
        self.references.tell(book.symbol, values, monotonic_ns(), told.time * NS_PER_MS)

    def _on_reference(self, book: BinanceBook, kind: str, data: Raw | bytes, received_ns: int) -> None:
        if kind == "forceOrder":
            order = self._decode_liquidation(data).o
            self.references.tell_liquidation(book.symbol, order.S, order.p, order.q, received_ns, order.T * NS_PER_MS)
            return
        mark = self._decode_mark(data)
        values: Values = {
            Reference.MARK_E8: mark.p,
            Reference.INDEX_E8: mark.i,
            Reference.FUNDING_E8: mark.r,
            Reference.FUNDING_AT_NS: mark.T or None,
        }
        self.references.tell(book.symbol, values, received_ns, mark.E * NS_PER_MS)

    def _is_of_the_market(self, trade: Raw | bytes) -> bool:
        text = bytes(trade)
        return MARKET_TRADE in text or OTHER_TRADE not in text


class UsdMarginedMarket(FuturesMarket):
    """Margined in USDT and USDC. `ws_url` ends with the path of the venue's public streams; mark prices, forced orders
    and trades of one taker order together are on another path."""

    shapes = USD_MARGINED
    depth_path, interest_path = "/fapi/v1/depth", "/fapi/v1/openInterest"

    def stream_url(self, books: list[BinanceBook]) -> str:
        if not self.side_url(books):
            return super().stream_url(books)
        trades = () if self.config.trade_stream == "aggTrade" else (self.config.trade_stream,)
        return self._streams(self.config.ws_url, books, (*self._book_kinds, *trades))

    def side_url(self, books: list[BinanceBook]) -> str:
        path = self.config.ws_url.rstrip("/")
        if not path.endswith(PUBLIC):
            return ""
        trades = ("aggTrade",) if self.config.trade_stream == "aggTrade" else ()
        return self._streams(path.removesuffix(PUBLIC) + MARKET, books, (*REFERENCES, *self._day, *trades))


class CoinMarginedMarket(FuturesMarket):
    shapes = COIN_MARGINED
    depth_path, interest_path = "/dapi/v1/depth", "/dapi/v1/openInterest"

    def stream_url(self, books: list[BinanceBook]) -> str:
        kinds = (*self._book_kinds, self.config.trade_stream, *self._day, *REFERENCES)
        return self._streams(self.config.ws_url, books, kinds)
