"""HTX: books by changes on a snapshot that the same socket brings, or whole books; trades. It pings, we pong.

    spot    mbp.{5,20,150,400} at /feed, trades at /ws            whole books: depth.step0 at /ws, 150 levels a second
    swaps   depth.size_{20,150}.high_freq, incremental; trades    whole books: depth.step0

A subscription to trades begins with the last message of trades: told twice, it is known by its id.
"""

import asyncio
from contextlib import suppress
from decimal import Decimal
from typing import Any, ClassVar

import msgspec
import numpy as np
from msgspec import Raw

from core.clock import monotonic_ns
from core.memory.files import address_of
from core.vocabulary import Reference
from feeds.decode import DEPTH, SNAPSHOT
from feeds.errors import BadFrame, FeedError
from feeds.market import Market
from feeds.market_books import NS_PER_MS, Book
from feeds.market_socket import Socket
from feeds.market_words import NOT_ITS_WORDS
from feeds.references import Values
from feeds.shapes import Role, object_shape, row_shape
from feeds.venues.htx.messages import (
    Day,
    Facts,
    Frame,
    Levels,
    Marks,
    Notice,
    SpotBest,
    SwapBest,
    Trades,
    rows,
    unpacked,
)
from feeds.venues.htx.sequence import ChainSequence

LEVELS = row_shape(Role.PRICE, Role.QUANTITY)
SPOT_TRADES = object_shape(
    price=Role.PRICE, amount=Role.QUANTITY, direction=Role.SIDE, tradeId=Role.ID, ts=Role.TIME_MS
)
TRADES = object_shape(price=Role.PRICE, amount=Role.QUANTITY, direction=Role.SIDE, id=Role.ID, ts=Role.TIME_MS)
_LEVELS, _SPOT_TRADES, _TRADES = address_of(LEVELS), address_of(SPOT_TRADES), address_of(TRADES)
NO_SIDE = b'"direction":""'
"""Trades between accounts, of which nobody was the taker."""
WHOLE = "depth.step0"
QUOTES, DAY, FUNDING, LIQUIDATIONS = "bbo", "detail", "funding_rate", "liquidation_orders"
FACTS_EVERY_S = 20.0


class HtxBook(Book):
    def __init__(self, symbol: str, instrument_id: int, decoder: np.ndarray, sequence: ChainSequence) -> None:
        super().__init__(symbol, instrument_id, decoder)
        self.sequence = sequence
        self.time = 0
        """Of the newest whole book."""
        self.trades_id = 0

    def forget(self) -> None:
        self.sequence.forget()
        self.time = 0


class HtxMarket(Market[HtxBook]):
    """What spot and swaps share."""

    has_quotes = True
    depths: ClassVar[tuple[int, ...]]
    """Levels a side that the changes can have."""
    usual_depth: ClassVar[int] = 150

    silence_s = 15.0  # it pings every five seconds
    messages_a_second = 10.0
    _decode = msgspec.json.Decoder(Frame).decode
    _decode_levels = msgspec.json.Decoder(Levels).decode
    _decode_trades = msgspec.json.Decoder(Trades).decode
    _decode_rows = msgspec.json.Decoder(list[Raw]).decode
    _decode_day = msgspec.json.Decoder(Day).decode
    _asked = 0

    def make_book(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> HtxBook:
        return HtxBook(symbol, instrument_id, decoder, ChainSequence(venue=self.name, symbol=symbol))

    @property
    def depth(self) -> int:
        """The smallest that the venue offers and that is not less than asked for."""
        wanted = self.config.depth or self.usual_depth
        return next((depth for depth in self.depths if depth >= wanted), self.depths[-1])

    def on_frame(self, frame: bytes, received_ns: int, socket: Socket[HtxBook]) -> None:
        message = self._decode(unpacked(frame))
        if message.op:
            self.on_notice(message, socket, received_ns)
        elif message.ping:
            socket.send([f'{{"pong":{message.ping}}}'])
        elif message.ch:
            _, symbol, kind = message.ch.split(".")[:3]
            book = self.books[symbol]
            if kind == "trade":
                self._on_trades(book, self._decode_trades(message.tick), received_ns)
            elif kind == "mbp":
                self._on_change(book, self._decode_levels(message.tick), received_ns)
            elif kind == QUOTES:
                self.on_best(book, message.tick, received_ns)
            elif kind == DAY:
                self._on_day(book, self._decode_day(message.tick), received_ns)
            elif kind == "depth":
                if message.update:
                    raise BadFrame("a whole book must be whole", symbol=symbol)
                self._on_depth(book, self._decode_levels(message.tick), received_ns)
        elif message.rep:
            book = self.books[message.rep.split(".")[1]]
            self._on_snapshot(book, self._decode_levels(message.data), received_ns, socket)
        elif message.status == "error":
            self.status["message"] = f"the venue refused: {message.refusal}".encode()[:104]

    def on_best(self, book: HtxBook, tick: Raw, received_ns: int) -> None:
        raise NotImplementedError

    def volume_of(self, day: Day) -> Decimal | None:
        """In base currency; of swaps in contracts."""
        return day.amount

    def on_notice(self, message: Frame, socket: Socket[HtxBook], received_ns: int) -> None:
        """Of the notifications of swaps."""

    def _on_day(self, book: HtxBook, day: Day, received_ns: int) -> None:
        volume = self.volume_of(day)
        self.references.tell_day(book.symbol, received_ns, volume=volume, opened=day.open, high=day.high, low=day.low)

    def _on_depth(self, book: HtxBook, levels: Levels, received_ns: int) -> None:
        """Whole books, and the changes of swaps."""
        if levels.event == "update":
            if book.is_live and book.sequence.accepts(levels.version - 1, levels.version):
                self._publish_levels(book, levels, DEPTH, received_ns, levels.version)
        elif levels.time >= book.time:
            self._publish_levels(book, levels, SNAPSHOT, received_ns, levels.version)
            book.sequence.begin(levels.version)
            book.time = levels.time
            self.live(book)

    def _on_change(self, book: HtxBook, change: Levels, received_ns: int) -> None:
        if book.sequence.last is None:
            book.buffer.append((change, received_ns))
        else:
            self.apply(book, change, received_ns)

    def apply(self, book: HtxBook, update: Any, received_ns: int) -> None:
        if book.sequence.accepts(update.previous, update.sequence):
            self._publish_levels(book, update, DEPTH, received_ns, update.sequence)

    def _on_snapshot(self, book: HtxBook, levels: Levels, received_ns: int, socket: Socket[HtxBook]) -> None:
        if book.is_live:
            return
        if book.buffer and not book.sequence.fits(levels.sequence, book.buffer[0][0].previous):
            socket.send([self._wish("req", book, self._changes)])
            return
        self._publish_levels(book, levels, SNAPSHOT, received_ns, levels.sequence)
        book.sequence.begin(levels.sequence)
        while book.buffer:
            self.apply(book, *book.buffer.popleft())
        self.live(book)

    def _publish_levels(
        self, book: HtxBook, levels: Levels, is_snapshot: int, received_ns: int, reference_id: int
    ) -> None:
        bids, asks, venue_ns = rows(levels.bids), rows(levels.asks), levels.time * NS_PER_MS
        self.publish(book, _LEVELS, bids, asks, is_snapshot, received_ns, venue_ns, reference_id)

    def _on_trades(self, book: HtxBook, trades: Trades, received_ns: int) -> None:
        if trades.id == book.trades_id:
            return
        book.trades_id, text = trades.id, bytes(trades.data)
        shape = _SPOT_TRADES if b'"tradeId"' in text else _TRADES
        if NO_SIDE not in text:
            self.publish_trades(book, shape, trades.data, received_ns)
            return
        for row in self._decode_rows(trades.data):
            if NO_SIDE not in bytes(row):
                self.publish_trades(book, shape, row, received_ns)

    @property
    def _changes(self) -> str:
        """Their channel."""
        raise NotImplementedError

    def unsubscribe_book(self, book: HtxBook) -> list[str]:
        return [self._wish("unsub", book, WHOLE if self.config.whole_books else self._changes)]

    def _beside(self, books: list[HtxBook]) -> list[str]:
        """Trades, and what is told with them."""
        quotes = () if self.takes_quotes_only else (QUOTES,)
        channels = ("trade.detail", *((*quotes, DAY) if self.config.ticker else ()))
        return [self._wish("sub", book, channel) for channel in channels for book in books]

    def _wish(self, verb: str, book: HtxBook, channel: str, **more: str) -> str:
        self._asked += 1
        return msgspec.json.encode({verb: f"market.{book.symbol}.{channel}", "id": str(self._asked), **more}).decode()


class HtxSpotMarket(HtxMarket):
    depths = (5, 20, 150, 400)
    _decode_best = msgspec.json.Decoder(SpotBest).decode

    @property
    def _shares_one(self) -> bool:
        """Address: all but the changes is at /ws."""
        return self.config.whole_books or self.takes_quotes_only

    def on_best(self, book: HtxBook, tick: Raw, received_ns: int) -> None:
        best = self._decode_best(tick)
        bid, ask = (best.bid, best.bid_size), (best.ask, best.ask_size)
        self.on_quote(book.symbol, bid, ask, received_ns, best.quote_time * NS_PER_MS)

    def stream_url(self, books: list[HtxBook]) -> str:
        return f"{self.config.ws_url.rstrip('/')}/{'ws' if self._shares_one else 'feed'}"

    def side_url(self, books: list[HtxBook]) -> str:
        return "" if self._shares_one else f"{self.config.ws_url.rstrip('/')}/ws"

    @property
    def _changes(self) -> str:
        return QUOTES if self.takes_quotes_only else f"mbp.{self.depth}"

    def subscribe(self, books: list[HtxBook]) -> list[str]:
        wishes = [text for book in books for text in self.subscribe_book(book)]
        return wishes + self._beside(books) if self._shares_one else wishes

    def subscribe_book(self, book: HtxBook) -> list[str]:
        if self.config.whole_books:
            return [self._wish("sub", book, WHOLE)]
        if self.takes_quotes_only:
            return [self._wish("sub", book, self._changes)]
        return [self._wish("sub", book, self._changes), self._wish("req", book, self._changes)]

    def subscribe_side(self, books: list[HtxBook]) -> list[str]:
        return self._beside(books)


class HtxSwapMarket(HtxMarket):
    """Funding and liquidations come from an address of their own; index, open interest and mark are asked for."""

    depths = (20, 150)
    path: ClassVar[str]
    notices: ClassVar[str]
    rest_path: ClassVar[str]
    mark_path: ClassVar[str]
    _decode_best = msgspec.json.Decoder(SwapBest).decode
    _decode_notices = msgspec.json.Decoder(list[Notice], strict=False).decode
    _decode_facts = msgspec.json.Decoder(Facts).decode
    _decode_marks = msgspec.json.Decoder(Marks, strict=False).decode

    def on_best(self, book: HtxBook, tick: Raw, received_ns: int) -> None:
        best = self._decode_best(tick)
        self.on_quote(book.symbol, best.bid or (), best.ask or (), received_ns, best.ts * NS_PER_MS)

    def volume_of(self, day: Day) -> Decimal | None:
        return day.vol

    def side_url(self, books: list[HtxBook]) -> str:
        return f"{self.config.ws_url.rstrip('/')}/{self.notices}"

    def subscribe_side(self, books: list[HtxBook]) -> list[str]:
        topics = [f"public.{book.symbol}.{kind}" for kind in (FUNDING, LIQUIDATIONS) for book in books]
        return [msgspec.json.encode({"op": "sub", "cid": topic, "topic": topic}).decode() for topic in topics]

    def on_notice(self, message: Frame, socket: Socket[HtxBook], received_ns: int) -> None:
        if message.op == "ping":
            socket.send([msgspec.json.encode({"op": "pong", "ts": message.ts}).decode()])
        elif message.op == "notify":
            for notice in self._decode_notices(message.data):
                self._on_notice(message.topic.rpartition(".")[2], notice, received_ns)
        elif message.refusal:
            self.status["message"] = f"the venue refused: {message.refusal}".encode()[:104]

    def _on_notice(self, kind: str, notice: Notice, received_ns: int) -> None:
        if kind == FUNDING:
            at_ms = notice.settlement_time or notice.funding_time
            values: Values = {Reference.FUNDING_E8: notice.funding_rate, Reference.FUNDING_AT_NS: at_ms}
            self.references.tell(notice.contract_code, values, received_ns)
        elif kind == LIQUIDATIONS:
            price, size, venue_ns = str(notice.price), f"{notice.volume:f}", notice.created_at * NS_PER_MS
            self.references.tell_liquidation(notice.contract_code, notice.direction, price, size, received_ns, venue_ns)

    async def meanwhile(self) -> None:
        while self.config.ticker and self.books:
            await asyncio.sleep(FACTS_EVERY_S)
            with suppress(FeedError, *NOT_ITS_WORDS):  # it is no fault of the books
                await self.fetch_facts()

    async def fetch_facts(self) -> None:
        """Index prices and open interest of all contracts in two calls, marks in one for each book."""
        for what in ("swap_index", "swap_open_interest"):
            told = self._decode_facts(await self.rest.call("GET", f"{self.rest_path}/{what}"))
            for fact in told.data:
                values: Values = {Reference.INDEX_E8: fact.index_price, Reference.OPEN_INTEREST_LOTS: fact.volume}
                self.references.tell(fact.contract_code, values, monotonic_ns())
        for symbol in self.books:
            asked = f"contract_code={symbol}&period=1min&size=1"
            marks = self._decode_marks(await self.rest.call("GET", self.mark_path, asked)).data
            for mark in marks[-1:]:
                self.references.tell(symbol, {Reference.MARK_E8: mark.close}, monotonic_ns())

    def stream_url(self, books: list[HtxBook]) -> str:
        return f"{self.config.ws_url.rstrip('/')}/{self.path}"

    @property
    def _changes(self) -> str:
        return QUOTES if self.takes_quotes_only else f"depth.size_{self.depth}.high_freq"

    def subscribe(self, books: list[HtxBook]) -> list[str]:
        return [text for book in books for text in self.subscribe_book(book)] + self._beside(books)

    def subscribe_book(self, book: HtxBook) -> list[str]:
        if self.config.whole_books:
            return [self._wish("sub", book, WHOLE)]
        kind = {} if self.takes_quotes_only else {"data_type": "incremental"}
        return [self._wish("sub", book, self._changes, **kind)]


class HtxCoinSwapMarket(HtxSwapMarket):
    path, notices, rest_path = "swap-ws", "swap-notification", "/swap-api/v1"
    mark_path = "/index/market/history/swap_mark_price_kline"


class HtxLinearSwapMarket(HtxSwapMarket):
    path, notices, rest_path = "linear-swap-ws", "linear-swap-notification", "/linear-swap-api/v1"
    mark_path = "/index/market/history/linear_swap_mark_price_kline"
