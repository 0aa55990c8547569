"""What one symbol of a venue says, into the ring: levels, trades, references. A connector's way to the kernels.

Text goes as the venue wrote it; feeds/decode.py reads it and publishes a frame whole or not at all. What it refuses is
raised as BadFrame, what a checksum refuses as ChecksumWrong; who repairs a book is feeds/market.py.
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

import numpy as np
from msgspec import Raw

from core.clock import monotonic_ns
from core.memory.files import address_of
from core.records.market import MARKET_EVENT
from core.units import to_steps
from core.vocabulary import EventKind, InstrumentState, Reference, Side
from feeds.checked_book import NOT_TOLD, WRONG_CHECKSUM, CheckedBook, publish_checked
from feeds.config import VenueConfig
from feeds.connection import Backoff
from feeds.decode import (
    NO_ROOM,
    OLDEST_FIRST,
    SNAPSHOT,
    TEXT_BYTES,
    DecodeBuffers,
    parse_book,
    parse_orders,
    publish_book,
    publish_levels,
    publish_read_trades,
    publish_trades,
)
from feeds.errors import BadFrame, ChecksumWrong
from feeds.order_book import OrderBook
from feeds.publisher import Publisher
from feeds.shapes import Role, row_shape
from feeds.touch import Row, Touch, is_level

NS_PER_MS = 1_000_000
MOST_BUFFERED = 5_000
EMPTY, NOTHING = Raw(b""), Raw(b"[]")
QUOTE = row_shape(Role.PRICE, Role.QUANTITY)
_QUOTE = address_of(QUOTE)


class Book:
    """One symbol. A venue adds its loss rule."""

    def __init__(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> None:
        self.symbol, self.instrument_id, self.decoder = symbol, instrument_id, decoder
        self.decoder_address = address_of(decoder)
        self.is_live = False
        """A snapshot is in the core, and updates follow on it."""
        self.buffer: deque[tuple[Any, int]] = deque(maxlen=MOST_BUFFERED)
        """(update, received_ns), of venues with snapshots over REST."""
        self.subscribed = asyncio.Event()
        """The venue said so, or an update came; only of those that acknowledge."""
        self.came = asyncio.Event()
        """A snapshot came, or what should have been one."""
        self.backoff: Backoff
        """Between attempts to get a snapshot. It goes on when the book is lost again at once."""
        self.live_ns = self.lost_ns = 0
        """Since when it is to be trusted, and since when it is not any more; 0 when it is, or never was."""
        self.syncing: asyncio.Task[None] | None = None
        self.queues: OrderBook | None = None
        """Level 3: every order, so that our own know their place."""
        self.touch = Touch()

    def forget(self) -> None:
        """The loss rule starts over."""


B = TypeVar("B", bound=Book)


class BookPublisher(Generic[B]):
    """All that a connector publishes."""

    def __init__(
        self, publisher: Publisher, config: VenueConfig, instruments: dict[int, np.void], buffers: DecodeBuffers
    ) -> None:
        """`instruments`: instrument_id → row of the instrument table."""
        self.name, self.config = config.name, config
        self.publisher, self._text, self._rows = publisher, buffers.text, instruments
        self.events = 0
        """Records that went into the ring"""

    def publish(
        self,
        book: B,
        shape_address: int,
        bids: Raw,
        asks: Raw,
        is_snapshot: int,
        received_ns: int,
        venue_ns: int,
        reference_id: int,
    ) -> None:
        """One message's levels. Rows that name their side all go as `bids`, with EMPTY for the asks."""
        middle, end = self._put(bids, asks)
        levels = publish_book(
            book.decoder_address, shape_address, middle, end - middle, is_snapshot, received_ns, venue_ns, reference_id
        )
        self._judge(levels, book)

    def publish_checked(
        self,
        book: B,
        checked: CheckedBook,
        shape_address: int,
        bids: Raw,
        asks: Raw,
        told: int,
        is_snapshot: int,
        received_ns: int,
        venue_ns: int,
        reference_id: int,
    ) -> None:
        """As `publish`, by way of a checked book. `told`: the venue's checksum, unsigned, or NOT_TOLD."""
        middle, end = self._put(bids, asks)
        count = parse_book(book.decoder_address, shape_address, middle, end - middle)
        self.publish_parsed_checked(book, checked, count, told, is_snapshot, received_ns, venue_ns, reference_id)

    def publish_parsed_checked(
        self,
        book: B,
        checked: CheckedBook,
        count: int,
        told: int,
        is_snapshot: int,
        received_ns: int,
        venue_ns: int,
        reference_id: int,
    ) -> None:
        """What was parsed, likewise."""
        if not self.config.checksums:
            told = NOT_TOLD
        levels = publish_checked(checked.address, count, told, is_snapshot, received_ns, venue_ns, reference_id)
        if levels == WRONG_CHECKSUM:
            raise ChecksumWrong(venue=self.name, symbol=book.symbol, expected=told, computed=checked.crc)
        self._judge(levels, book)

    def parse(self, book: B, shape_address: int, bids: Raw, asks: Raw) -> int:
        """As `publish`, up to the records: for books that do more with them. Then `publish_parsed`."""
        middle, end = self._put(bids, asks)
        return self._parsed(parse_book(book.decoder_address, shape_address, middle, end - middle), book)

    def parse_orders(self, book: B, shape_address: int, bids: Raw, asks: Raw) -> int:
        """Level 3, likewise: for an OrderBook."""
        middle, end = self._put(bids, asks)
        return self._parsed(parse_orders(book.decoder_address, shape_address, middle, end - middle), book)

    def _parsed(self, count: int, book: B) -> int:
        if count < 0:
            raise BadFrame("levels must be whole multiples of tick and lot", symbol=book.symbol)
        return count

    def publish_parsed(
        self, book: B, count: int, is_snapshot: int, received_ns: int, venue_ns: int, reference_id: int
    ) -> None:
        if count < 0:
            raise BadFrame("the book must fit into its memory", symbol=book.symbol)
        levels = publish_levels(book.decoder_address, count, is_snapshot, received_ns, venue_ns, reference_id)
        if levels > 0:
            self.events += levels
        if book.queues is not None and book.queues.watched:
            self.tell_queues(book, received_ns, venue_ns)

    def tell_queues(self, book: B, received_ns: int, venue_ns: int) -> None:
        """Of a level-3 book: how much stands before each of our orders, if that is news."""
        assert book.queues is not None
        self.events += book.queues.tell_queues(received_ns, venue_ns)

    def publish_trades(
        self,
        book: B,
        shape_address: int,
        rows: Raw | bytes,
        received_ns: int,
        venue_ns: int = 0,
        order: int = OLDEST_FIRST,
    ) -> None:
        """One message's trades, a list or one row."""
        size = len(rows)
        if size > TEXT_BYTES:
            raise BadFrame("a message must fit into the buffer", bytes=size)
        self._text[:size] = rows
        records = publish_trades(book.decoder_address, shape_address, size, order, received_ns, venue_ns)
        self._judge(records, book)

    def row_of(self, book: B) -> np.void:
        """Of the instrument table."""
        return self._rows[book.instrument_id]

    def publish_read_trades(
        self, book: B, count: int, received_ns: int, venue_ns: int = 0, order: int = OLDEST_FIRST
    ) -> None:
        """So many that are among the records."""
        self._judge(publish_read_trades(book.decoder_address, count, order, received_ns, venue_ns), book)

    def publish_quote(self, book: B, bid: Row, ask: Row, received_ns: int, venue_ns: int) -> None:
        """A best bid and offer that is all there is of this book."""
        self.publish(book, _QUOTE, _one_level(bid), _one_level(ask), SNAPSHOT, received_ns, venue_ns, 0)

    def publish_references(self, book: B, values: Mapping[Reference, int], received_ns: int, venue_ns: int = 0) -> None:
        """Each in the unit of its word. Rare: not a hot path."""
        records = self._references(book, len(values), received_ns, venue_ns)
        records["detail"], records["reference_id"] = list(values), list(values.values())
        self.events += self.publisher.publish(records) * len(records)

    def publish_liquidation(
        self, book: B, side: Side, price: str, quantity: str, received_ns: int, venue_ns: int = 0
    ) -> None:
        """One forced order, of the venue's words for price and quantity. Raises UnitsError."""
        row = self.row_of(book)
        record = self._references(book, 1, received_ns, venue_ns)
        record["detail"], record["side"] = Reference.LIQUIDATION, side
        record["price_ticks"] = to_steps(price, int(row["tick_mantissa"]), int(row["tick_exponent"]))
        record["quantity_lots"] = to_steps(quantity, int(row["lot_mantissa"]), int(row["lot_exponent"]))
        self.events += self.publisher.publish(record)

    def publish_instrument_state(self, book: B, state: InstrumentState) -> None:
        """May it be traded? Whether the book is to be trusted is another question."""
        record = np.zeros(1, MARKET_EVENT)
        record["kind"], record["detail"], record["instrument_id"] = (
            EventKind.INSTRUMENT_STATE, state, book.instrument_id,
        )  # fmt: skip
        record["received_ns"] = monotonic_ns()
        self.events += self.publisher.publish(record)

    def _references(self, book: B, count: int, received_ns: int, venue_ns: int) -> np.ndarray:
        records = np.zeros(count, MARKET_EVENT)
        records["kind"], records["instrument_id"] = EventKind.REFERENCE, book.instrument_id
        records["received_ns"], records["venue_ns"] = received_ns, venue_ns
        return records

    def _put(self, bids: Raw, asks: Raw) -> tuple[int, int]:
        """The text into the buffer; where the asks begin and where all ends."""
        middle = len(bids)
        end = middle + len(asks)
        if end > TEXT_BYTES:
            raise BadFrame("a message must fit into the buffer", bytes=end)
        text = self._text
        text[:middle] = bids
        text[middle:end] = asks
        return middle, end

    def _judge(self, records: int, book: B) -> None:
        if records >= 0:
            self.events += records
        elif records != NO_ROOM:
            raise BadFrame("numbers must be whole multiples of tick and lot", symbol=book.symbol)


def _one_level(row: Row) -> Raw:
    return Raw(b'[["%b","%b"]]' % (str(row[0]).encode(), str(row[1]).encode())) if is_level(row) else NOTHING
