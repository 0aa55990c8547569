"""BitMEX's market data: the full book as a table of levels with ids, and single trades.

    partial   the image of the table; what comes before it is not ours to apply
    insert    a level with its price
    update    another size of a known level; since 2022 with the price, which is not needed
    delete    a level is gone

Source: bitmex.com/app/wsAPI, "Subscriptions" and "Response format". There is no sequence and no checksum:
a change of a level that we do not know shows a loss, and every ten minutes each book gets a fresh image.
"""

import msgspec
import numpy as np
from msgspec import Raw

from core.memory.files import address_of
from core.vocabulary import InstrumentState, Reference
from feeds.decode import DEPTH, SNAPSHOT
from feeds.errors import SequenceGap
from feeds.frame_reader import COUNT, SHAPE_NUMBER, TIME_NS
from feeds.market import Market
from feeds.market_books import EMPTY, NS_PER_MS, Book
from feeds.market_socket import Socket
from feeds.market_words import Ping
from feeds.order_book import OrderBook
from feeds.references import Values
from feeds.shapes import Role, object_shape
from feeds.venue_time import ns_of
from feeds.venues.bitmex.frames import BEST_25_FROM, SHAPES
from feeds.venues.bitmex.messages import Fact, Frame, Liquidation, Named, Quote

LEVELS = object_shape(id=Role.ID, side=Role.SIDE, size=Role.QUANTITY, price=Role.PRICE)
UPDATES = object_shape(id=Role.ID, side=Role.SIDE, size=Role.QUANTITY)
DELETES = object_shape(id=Role.ID, side=Role.SIDE)
TRADES = object_shape(side=Role.SIDE, price=Role.PRICE, size=Role.QUANTITY, trdMatchID=Role.ID, timestamp=Role.TIME_ISO)
_SHAPES = {
    "partial": address_of(LEVELS), "insert": address_of(LEVELS), "update": address_of(UPDATES),
    "delete": address_of(DELETES),
}  # fmt: skip
_TRADES = address_of(TRADES)
FULL, BEST_25, QUOTES = "orderBookL2", "orderBookL2_25", "quote"
MOST_LEVELS = 1 << 16


class BitmexBook(Book):
    def __init__(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> None:
        super().__init__(symbol, instrument_id, decoder)
        self.levels = OrderBook(decoder, capacity=MOST_LEVELS)
        self.table = ""
        """The one that it is made of: the full one is not replaced by the other."""

    def forget(self) -> None:
        self.table = ""


class BitmexMarket(Market[BitmexBook]):
    shapes = SHAPES
    ping = Ping("ping", 15.0)
    has_quotes = True
    beside = (b'"table":"quote"', b'"table":"instrument"', b'"table":"liquidation"')
    silence_s = 40.0  # two pongs were missing
    renew_every_s = 600.0
    connects_a_second = 1.0
    _decode = msgspec.json.Decoder(Frame).decode
    _decode_facts = msgspec.json.Decoder(list[Fact]).decode
    _decode_liquidations = msgspec.json.Decoder(list[Liquidation]).decode
    _decode_quotes = msgspec.json.Decoder(list[Quote]).decode
    _decode_names = msgspec.json.Decoder(list[Named]).decode
    _decode_rows = msgspec.json.Decoder(list[Raw]).decode

    @property
    def table(self) -> str:
        if self.takes_quotes_only:
            return QUOTES
        return BEST_25 if 0 < self.config.depth <= 25 else FULL

    def make_book(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> BitmexBook:
        return BitmexBook(symbol, instrument_id, decoder)

    def subscribe(self, books: list[BitmexBook]) -> list[str]:
        tables = dict.fromkeys(
            (self.table, "trade", *((QUOTES,) if self.config.ticker else ()), "instrument", "liquidation")
        )
        return [_ask("subscribe", [f"{table}:{book.symbol}" for book in books for table in tables])]

    def unsubscribe_book(self, book: BitmexBook) -> list[str]:
        return [_ask("unsubscribe", [f"{self.table}:{book.symbol}"])]

    def subscribe_book(self, book: BitmexBook) -> list[str]:
        return [_ask("subscribe", [f"{self.table}:{book.symbol}"])]

    def on_read(self, book: BitmexBook, found: memoryview, received_ns: int, socket: Socket[BitmexBook]) -> bool:
        if book.is_live and book.table == (FULL if found[SHAPE_NUMBER] < BEST_25_FROM else BEST_25):
            self._apply(book, found[COUNT], DEPTH, received_ns, found[TIME_NS])
        return True

    def on_frame(self, frame: bytes, received_ns: int, socket: Socket[BitmexBook]) -> None:
        if frame == b"pong":
            return
        message = self._decode(frame)
        if message.table in (FULL, BEST_25):
            self._on_levels(message, received_ns)
        elif message.table == "trade" and message.action == "insert":  # a partial tells trades of before
            for named, rows in self._by_symbol(message.data):
                self.publish_trades(self.books[named.symbol], _TRADES, rows, received_ns)
        elif message.table == QUOTES:
            for quote in self._decode_quotes(message.data):
                bid, ask = (quote.bidPrice, quote.bidSize), (quote.askPrice, quote.askSize)
                self.on_quote(quote.symbol, bid, ask, received_ns, ns_of(quote.timestamp))
        elif message.table == "instrument":
            for fact in self._decode_facts(message.data):
                self._on_fact(fact, received_ns)
        elif message.table == "liquidation" and message.action == "insert":
            for order in self._decode_liquidations(message.data):
                self.references.tell_liquidation(order.symbol, order.side, order.price, order.leavesQty, received_ns)
        elif message.error:
            self.status["message"] = f"the venue refused: {message.error}".encode()[:104]

    def _on_fact(self, fact: Fact, received_ns: int) -> None:
        values: Values = {
            Reference.MARK_E8: fact.markPrice,
            Reference.INDEX_E8: fact.indicativeSettlePrice,
            Reference.FUNDING_E8: fact.fundingRate,
            Reference.FUNDING_AT_NS: ns_of(fact.fundingTimestamp) // NS_PER_MS if fact.fundingTimestamp else None,
            Reference.OPEN_INTEREST_LOTS: fact.openInterest,
        }
        venue_ns = ns_of(fact.timestamp)
        if fact.state:
            is_open = fact.state == "Open"
            self.trading_states.tell(fact.symbol, InstrumentState.OPEN if is_open else InstrumentState.CLOSED)
        self.references.tell(fact.symbol, values, received_ns, venue_ns)
        self.references.tell_day(
            fact.symbol, received_ns, venue_ns,
            volume=fact.volume24h, opened=fact.prevPrice24h, high=fact.highPrice, low=fact.lowPrice, vwap=fact.vwap,
        )  # fmt: skip

    def _on_levels(self, message: Frame, received_ns: int) -> None:
        groups = self._by_symbol(message.data)
        if not groups and message.filter is not None and message.action == "partial":
            groups = [(Named(message.filter.symbol), message.data)]
        for named, rows in groups:
            self._on_book(self.books[named.symbol], message, named, rows, received_ns)

    def _on_book(self, book: BitmexBook, message: Frame, named: Named, rows: Raw, received_ns: int) -> None:
        is_partial = message.action == "partial"
        if is_partial:
            if book.is_live and book.table == FULL and message.table == BEST_25:
                return
            book.table = message.table
        elif not book.is_live or book.table != message.table:
            return
        count = self.parse_orders(book, _SHAPES[message.action], rows, EMPTY)
        self._apply(book, count, SNAPSHOT if is_partial else DEPTH, received_ns, ns_of(named.timestamp))
        if is_partial:
            self.live(book)

    def _apply(self, book: BitmexBook, count: int, kind: int, received_ns: int, venue_ns: int) -> None:
        unknown = int(book.levels.state["unknown"][0])
        count = book.levels.apply(count, is_snapshot=kind == SNAPSHOT)
        lost = int(book.levels.state["unknown"][0]) - unknown
        if lost and not book.decoder["off_step"][0]:  # levels that are left out have ids that we do not know
            raise SequenceGap(venue=self.name, symbol=book.symbol, expected=0, received=lost)
        self.publish_parsed(book, count, kind, received_ns, venue_ns, 0)

    def _by_symbol(self, rows: Raw) -> list[tuple[Named, Raw]]:
        """A message's rows, apart for each symbol; almost always they are all of one."""
        names = self._decode_names(rows)
        if not names:
            return []
        if all(name.symbol == names[0].symbol for name in names):
            return [(names[-1], rows)]
        return list(zip(names, self._decode_rows(rows), strict=True))


def _ask(verb: str, topics: list[str]) -> str:
    return msgspec.json.encode({"op": verb, "args": topics}).decode()
