"""Hyperliquid: whole books, at least twice a second, trades, and what a perpetual is marked by.

    1  every l2Book is the book; one that is older than the book is left out
    2  there is no sequence: how old a book is says its `time`
    3  a subscription to trades begins with a message of the newest that were before: those of it that the book is not
       older than were before we came, and are not told; nor is any `tid` told twice

It answers {"method":"ping"}; a socket on which we say nothing for 60 s is closed.
"""

import msgspec
import numpy as np

from core.memory.files import address_of
from core.vocabulary import Reference
from feeds.decode import SNAPSHOT
from feeds.frame_reader import COUNT, TIME_NS
from feeds.market import Market
from feeds.market_books import NS_PER_MS, Book
from feeds.market_socket import Socket
from feeds.market_words import Ping
from feeds.references import Values
from feeds.shapes import Role, object_shape
from feeds.venues.hyperliquid.frames import SHAPES
from feeds.venues.hyperliquid.messages import AssetContext, BestData, BookData, Frame, TradeName

LEVELS = object_shape(px=Role.PRICE, sz=Role.QUANTITY)
TRADES = object_shape(px=Role.PRICE, sz=Role.QUANTITY, side=Role.SIDE, tid=Role.ID, time=Role.TIME_MS)
_LEVELS, _TRADES = address_of(LEVELS), address_of(TRADES)
FAST_LEVELS = 5
"""The fast stream has so many."""
TRADES_KNOWN = 256
"""A subscription repeats some thirty."""


class HyperliquidBook(Book):
    def __init__(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> None:
        super().__init__(symbol, instrument_id, decoder)
        self.time = 0
        self.is_repeating = True
        """The next trades are the first ones of a subscription."""
        self._trades: dict[int, None] = {}

    def forget(self) -> None:
        self.time = 0

    def is_new(self, trade: TradeName) -> bool:
        """And known from now on."""
        if trade.tid in self._trades:
            return False
        self._trades[trade.tid] = None
        if len(self._trades) > TRADES_KNOWN:
            del self._trades[next(iter(self._trades))]  # the oldest
        return not self.is_repeating or 0 < self.time < trade.time


class HyperliquidMarket(Market[HyperliquidBook]):
    shapes = SHAPES
    ping = Ping('{"method":"ping"}', 30.0)
    silence_s = 20.0
    symbols_per_socket = 200  # 1,000 subscriptions, and four a symbol
    has_quotes = True
    beside = (b'"channel":"bbo"', b'"activeAssetCtx"')
    messages_a_second = 20.0  # 2,000 a minute
    connects_a_second = 0.5  # 30 a minute
    snapshot_within_s = 25.0
    _decode = msgspec.json.Decoder(Frame).decode
    _decode_book = msgspec.json.Decoder(BookData).decode
    _decode_bbo = msgspec.json.Decoder(BestData).decode
    _decode_context = msgspec.json.Decoder(AssetContext).decode
    _decode_names = msgspec.json.Decoder(list[TradeName]).decode
    _decode_rows = msgspec.json.Decoder(list[msgspec.Raw]).decode
    _decode_text = msgspec.json.Decoder(str).decode

    def make_book(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> HyperliquidBook:
        return HyperliquidBook(symbol, instrument_id, decoder)

    def subscribe(self, books: list[HyperliquidBook]) -> list[str]:
        asked = [text for book in books for text in self.subscribe_book(book)]
        asked += [self._ask("subscribe", {"type": "trades", "coin": book.symbol}) for book in books]
        if self.config.ticker and not self.takes_quotes_only:
            asked += [self._ask("subscribe", {"type": "bbo", "coin": book.symbol}) for book in books]
        perpetuals = [book for book in books if not book.symbol.startswith("@") and "/" not in book.symbol]
        return asked + [self._ask("subscribe", {"type": "activeAssetCtx", "coin": book.symbol}) for book in perpetuals]

    def unsubscribe_book(self, book: HyperliquidBook) -> list[str]:
        return [self._ask("unsubscribe", self._book_of(book))]

    def subscribe_book(self, book: HyperliquidBook) -> list[str]:
        return [self._ask("subscribe", self._book_of(book))]

    def before_open(self, socket: Socket[HyperliquidBook]) -> None:
        for book in socket.books:
            book.is_repeating = True

    def on_read(
        self, book: HyperliquidBook, found: memoryview, received_ns: int, socket: Socket[HyperliquidBook]
    ) -> bool:
        time_ns = found[TIME_NS]
        if time_ns >= book.time * NS_PER_MS:
            book.time = time_ns // NS_PER_MS
            self.publish_parsed(book, found[COUNT], SNAPSHOT, received_ns, time_ns, book.time)
            self.live(book)
        return True

    def on_frame(self, frame: bytes, received_ns: int, socket: Socket[HyperliquidBook]) -> None:
        message = self._decode(frame)
        if message.channel == "l2Book":
            self._on_book(self._decode_book(message.data), received_ns)
        elif message.channel == "trades":
            self._on_trades(message.data, received_ns)
        elif message.channel == "bbo":
            self._on_bbo(self._decode_bbo(message.data), received_ns)
        elif message.channel == "activeAssetCtx":
            self._on_context(self._decode_context(message.data), received_ns)
        elif message.channel == "error":
            self.status["message"] = f"the venue refused: {self._decode_text(message.data)}".encode()[:104]

    def _on_book(self, data: BookData, received_ns: int) -> None:
        book = self.books[data.coin]
        if data.time < book.time:
            return
        bids, asks = data.levels
        self.publish(book, _LEVELS, bids, asks, SNAPSHOT, received_ns, data.time * NS_PER_MS, data.time)
        book.time = data.time
        self.live(book)

    def _on_bbo(self, data: BestData, received_ns: int) -> None:
        bid, ask = ((side.px, side.sz) if side is not None else () for side in data.bbo)
        self.on_quote(data.coin, bid, ask, received_ns, data.time * NS_PER_MS)

    def _on_trades(self, rows: msgspec.Raw, received_ns: int) -> None:
        names = self._decode_names(rows)
        books = [self.books[name.coin] for name in names]
        are_new = [book.is_new(name) for book, name in zip(books, names, strict=True)]
        for book in books:
            book.is_repeating = False
        if all(are_new) and len(set(books)) == 1:
            self.publish_trades(books[0], _TRADES, rows, received_ns)
            return
        for row, book, is_new in zip(self._decode_rows(rows), books, are_new, strict=True):
            if is_new:
                self.publish_trades(book, _TRADES, row, received_ns)

    def _on_context(self, asset: AssetContext, received_ns: int) -> None:
        context = asset.ctx
        values: Values = {
            Reference.MARK_E8: context.mark_px,
            Reference.INDEX_E8: context.oracle_px,
            Reference.FUNDING_E8: context.funding,
            Reference.OPEN_INTEREST_LOTS: context.open_interest,
        }
        self.references.tell(asset.coin, values, received_ns)
        self.references.tell_day(asset.coin, received_ns, volume=context.day_base_vlm, opened=context.prev_day_px)

    def _book_of(self, book: HyperliquidBook) -> dict[str, object]:
        if self.takes_quotes_only:
            return {"type": "bbo", "coin": book.symbol}
        wanted: dict[str, object] = {"type": "l2Book", "coin": book.symbol}
        if 0 < self.config.depth <= FAST_LEVELS:
            wanted["fast"] = True
        return wanted

    def _ask(self, method: str, subscription: dict[str, object]) -> str:
        return msgspec.json.encode({"method": method, "subscription": subscription}).decode()
