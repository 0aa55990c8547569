"""A recording into a connector, frame by frame and without a network, beside the slow reference.

bench = VenueBench("kraken", read_recording(path), depth=10)
found = bench.play()            # asserts, after every frame, that the ring's book is the reference's, level by level
found.compared, found.trades    # how often; what the ring brought

Instruments are made from what the recording shows (the finest decimals of each symbol), so that it needs no list.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
import numpy as np

from core.clock import wall_offset_ns
from core.memory.files import Memory, create_files
from core.memory.layout import Capacities
from core.memory.numpy_ring import Consumer
from core.vocabulary import EventFlag, EventKind, FeedState, Side
from feeds.config import VenueConfig
from feeds.connection import Pacer
from feeds.decode import DecodeBuffers
from feeds.instruments import Instrument, write_table
from feeds.market_books import Book
from feeds.market_process import make_market
from feeds.market_socket import Socket
from feeds.publisher import Publisher
from feeds.recording import Frame, HttpAnswer, Recording
from feeds.venues.bitstamp.market import BitstampMarket
from feeds.venues.catalogue import venue as about
from tests.reference.venue_books.ladder import Book as SlowBook
from tests.reference.venue_books.venue import VenueBooks
from tests.reference.venue_books.walk import reference_books

GROUP = "toy"


def market_only(capacity: int) -> Capacities:
    """Room for market events and for little else: a test makes hundreds of these."""
    return Capacities(
        market=capacity,
        books=1,
        strategies=1,
        positions=1,
        open_orders=1,
        order_requests=16,
        cancels=16,
        execution_reports=16,
        feed_requests=16,
        commands=16,
        tape=16,
        journal=16,
    )


ROLES = frozenset({"desk", "core", f"core.{GROUP}", f"market.{GROUP}"})


class Row(NamedTuple):
    """What a record says of a book. Plain numbers: a recording has hundreds of thousands of them."""

    instrument_id: int
    kind: int
    detail: int
    side: int
    price_ticks: int
    quantity_lots: int
    flags: int


def rows(records: np.ndarray) -> Iterator[Row]:
    """MARKET_EVENT[n]."""
    return map(Row._make, zip(*(records[name].tolist() for name in Row._fields), strict=True))


TRADE, BOOK_LEVEL, FEED_STATE = int(EventKind.TRADE), int(EventKind.BOOK_LEVEL), int(EventKind.FEED_STATE)
LIVE = int(FeedState.LIVE)
BEGINS, ENDS = int(EventFlag.SNAPSHOT_BEGIN), int(EventFlag.SNAPSHOT_END)


class RingBook:
    """What a core would make of the records of one instrument."""

    def __init__(self) -> None:
        self.sides: dict[int, dict[int, int]] = {Side.BUY: {}, Side.SELL: {}}
        self.is_live = False
        self.is_whole = False
        """A snapshot has ended since the last loss."""

    def take(self, row: Row) -> None:
        if row.kind == FEED_STATE:
            self.is_live = row.detail == LIVE and self.is_whole
            self.is_whole = self.is_whole and row.detail == LIVE
            return
        if row.flags & BEGINS:
            self.sides = {Side.BUY: {}, Side.SELL: {}}
        if row.side:
            if row.quantity_lots:
                self.sides[row.side][row.price_ticks] = row.quantity_lots
            else:
                self.sides[row.side].pop(row.price_ticks, None)
        if row.flags & ENDS:
            self.is_whole = True


@dataclass
class Found:
    compared: int = 0
    """Frames after which a book was compared with the reference."""
    symbols: set[str] = field(default_factory=set)
    trades: list[tuple[str, Decimal, Decimal, str]] = field(default_factory=list)
    """symbol, price, size, buy or sell: of the taker"""


class VenueBench:
    """One socket's worth of a venue."""

    def __init__(
        self,
        dialect: str,
        recording: Recording,
        *,
        conn: str = "",
        reference: str = "",
        most: int = 1 << 60,
        instruments: dict[str, Instrument] | None = None,
        **more: Any,
    ) -> None:
        """`conn`: only what this connection said. `reference`: whose rules, when it is not the dialect's own name.
        `most`: lines. `instruments`: those of an earlier bench of the same lines. `more`: of the VenueConfig."""
        self.recording = recording
        lines = [line for line in recording.lines if isinstance(line, HttpAnswer) or conn in ("", line.conn)]
        self.lines = lines[:most]
        self.reference = reference or dialect
        self.instruments = instruments or instruments_of(self.reference, dialect, self.lines)
        self.memory = Memory(create_files("bench", (GROUP,), market_only(1 << 16)), ROLES)
        rows = [(0, instrument) for instrument in self.instruments.values()]
        write_table(self.memory.table("instruments"), self.memory.lines("instrument_count")[0], rows)
        self.symbols = list(self.instruments)
        publisher = Publisher(self.memory, GROUP)
        buffers = DecodeBuffers(publisher, self.memory.histograms(f"market.{GROUP}"), wall_offset_ns())
        config = VenueConfig(name=dialect, **more)
        self.market = make_market(self.memory, publisher, buffers, config, 0)
        self.market.rest = self  # type: ignore[assignment]  # answers with the recorded bodies
        self.market._sync = self._note_sync  # type: ignore[method-assign]  # no network: nothing is asked for
        if isinstance(self.market, BitstampMarket):
            self.market.quiet_s = 0.0  # type: ignore[misc]  # nor does anything come while a snapshot waits for more
        self.socket: Socket[Any] = Socket(self.market, list(self.market.books.values()), Pacer(0.0))
        self.market._sockets, self.market._socket_of = [self.socket], dict.fromkeys(self.symbols, self.socket)
        self.socket.sent = []  # type: ignore[attr-defined]
        self.socket.send = self.socket.sent.extend  # type: ignore[method-assign,attr-defined]
        self.market.before_open(self.socket)
        self.ring = Consumer(self.memory.ring(f"market.{GROUP}"))
        self.books: dict[str, RingBook] = defaultdict(RingBook)
        self.found = Found()
        self.answer = b""
        self.wanted: set[str] = set()
        """Symbols that began again."""

    def _note_sync(self, book: Book, **how: object) -> None:
        self.wanted.add(book.symbol)

    async def call(self, method: str, path: str, query: str = "", headers: object = None, **more: object) -> bytes:
        return self.answer

    def feed(self, text: str | bytes, at_ns: int = 1) -> None:
        self.market.receive(text if isinstance(text, bytes) else text.encode(), at_ns, self.socket)
        self.take()

    def snapshot(self, symbol: str, body: str | bytes) -> None:
        """A REST answer, as `Market._fetch` treats it; it may raise what that one catches."""
        book = self.market.books[symbol]
        self.answer = body if isinstance(body, bytes) else body.encode()
        if asyncio.run(self.market.fetch_snapshot(book)):
            while book.buffer:
                self.market.apply(book, *book.buffer.popleft())
            self.market.live(book)
        self.take()

    def take(self) -> None:
        """The ring into our books."""
        while len(records := self.ring.peek()):
            for row in rows(records):
                symbol = self.symbols[row.instrument_id]
                if row.kind == TRADE:
                    self._note_trade(symbol, row)
                elif row.kind in (BOOK_LEVEL, FEED_STATE):
                    self.books[symbol].take(row)
            self.ring.release(len(records))

    def play(self, *, every: int = 1) -> Found:
        """All lines; compared after every change, or every so many. Raises AssertionError."""
        slow = reference_books(self.reference)
        changes = 0
        for line in self.lines:
            if isinstance(line, HttpAnswer):
                symbol = slow.feed_http(line.url, line.text)
                if symbol in self.market.books and not self.market.books[symbol].is_live:
                    self.snapshot(symbol, line.text)
            elif line.is_sent:
                slow.feed_sent(line.text)
                continue
            else:
                symbol = slow.feed(line.text, line.at_ns)
                self.feed(line.packed or line.text, line.at_ns)
            if symbol in slow.books and self.market.books[symbol].is_live:
                changes += 1
                if changes % every == 0:
                    self.compare(symbol, slow.books[symbol])
        for symbol, book in slow.books.items():
            if self.market.books[symbol].is_live:
                self.compare(symbol, book)
        assert self.market.status["bad_frames"] == 0, self.market.status["message"]
        return self.found

    def compare(self, symbol: str, slow: SlowBook) -> None:
        """Level by level."""
        instrument = self.instruments[symbol]
        for side, texts in ((Side.BUY, slow.bids), (Side.SELL, slow.asks)):
            wanted = {_steps(price, instrument.tick): _steps(size, instrument.lot) for price, size in texts.items()}
            assert self.books[symbol].sides[side] == wanted, f"{symbol} {side.name}"
        self.found.compared += 1
        self.found.symbols.add(symbol)

    def _note_trade(self, symbol: str, row: Row) -> None:
        instrument = self.instruments[symbol]
        price, size = row.price_ticks * instrument.tick, row.quantity_lots * instrument.lot
        self.found.trades.append((symbol, price, size, "buy" if row.side == Side.BUY else "sell"))


def _steps(text: str, step: Decimal) -> int:
    steps = Decimal(text) / step
    assert steps == int(steps), (text, step)
    return int(steps)


def instruments_of(reference: str, dialect: str, lines: list[Frame | HttpAnswer]) -> dict[str, Instrument]:
    """One for each symbol that the reference finds, with the finest steps that it shows."""
    finest = _walked(reference, tuple(lines)).finest
    return {
        symbol: Instrument(
            symbol=f"S{number}.{about(dialect).dialect[:12]}",
            venue_symbol=symbol,
            venue=dialect,
            base="A",
            quote="B",
            settlement="B",
            tick=Decimal(1).scaleb(price),
            lot=Decimal(1).scaleb(size),
        )
        for number, (symbol, (price, size)) in enumerate(finest.items())
    }


def trades_of(reference: str, recording: Recording, conn: str = "") -> list[tuple[str, Decimal, Decimal, str]]:
    """The trades of a recording by the slow reference, in the shape of Found.trades."""
    lines = (line for line in recording.lines if isinstance(line, HttpAnswer) or conn in ("", line.conn))
    slow = _walked(reference, tuple(lines)).books
    return [(trade.symbol, Decimal(trade.price), Decimal(trade.size), trade.side) for trade in slow.trades]


class _Walked(NamedTuple):
    books: VenueBooks
    """As they are at the end: only to be read"""
    finest: dict[str, list[int]]
    """symbol → smallest exponents of a price and a size"""


@lru_cache(maxsize=10)
def _walked(reference: str, lines: tuple[Frame | HttpAnswer, ...]) -> _Walked:
    """Once for all that ask about the same lines: the reference is slow."""
    slow = reference_books(reference)
    finest: dict[str, list[int]] = {}
    for line in lines:
        if isinstance(line, HttpAnswer):
            symbol = slow.feed_http(line.url, line.text)
        elif line.is_sent:
            slow.feed_sent(line.text)
            continue
        else:
            symbol = slow.feed(line.text, line.at_ns)
        if symbol is not None and symbol in slow.books:
            found = finest.setdefault(symbol, [0, 0])
            for side in (slow.books[symbol].bid_side, slow.books[symbol].ask_side):
                found[0], found[1] = min(found[0], side.finest[0]), min(found[1], side.finest[1])
    for trade in (*slow.trades, *slow.earlier_trades):
        found = finest.setdefault(trade.symbol, [0, 0])
        found[0], found[1] = min(found[0], _exponent(trade.price)), min(found[1], _exponent(trade.size))
    return _Walked(slow, finest)


def _exponent(text: str) -> int:
    return int(Decimal(text).normalize().as_tuple().exponent)


def recorded(text: str) -> Any:
    """A frame as a Python value, for tests that change one."""
    return msgspec.json.decode(text)
