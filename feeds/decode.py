"""The levels or the trades of one message, bytes to MARKET_EVENT in the ring, in one kernel.

A message's rows are parsed into private records first and published only if every character was as its shape says: a
frame is applied whole or refused whole. Text lies in one buffer: bids then asks, one behind the other; rows that name
their side themselves count as bids.

A level at a price between two ticks is an order from before the venue made its ticks coarser: nobody can join it. It is
left out and counted (`off_step`). Quantities are rounded down to whole lots. A snapshot that is mostly such levels
means that our ticks are wrong, and is refused.

Addresses are plain numbers, so that a call from Python costs 0.5 µs and not 3 (structured arrays are slow arguments).
The histograms are told here as well: a clock reading and two tallies are 25 ns in a kernel and 7 µs in Python.
"""

import numpy as np

from core.histogram.buckets import HISTOGRAM
from core.histogram.tally import tally
from core.kernel import kernel
from core.memory.atomics import array_at, market_events_at, monotonic_ns
from core.memory.files import address_of
from core.memory.rows import RING
from core.records.market import MARKET_EVENT
from core.units import LARGEST
from core.vocabulary import EventFlag, EventKind, Hop
from feeds.decimals import OFF_STEP, REFUSED, scale_of, skip_spaces
from feeds.publisher import PUBLISHER, Publisher, publish_records
from feeds.scan import BUY, CLOSE, COMMA, OPEN, OPEN_OBJECT, SELL, SPAN, scan_pair, scan_row
from feeds.shapes import SHAPE

ORDER = 100
"""A level-3 row: an order known by its id may leave its price and side out."""

NO_ROOM = -2
"""The frame was good and the ring was full."""
TOO_LONG = -3

BOOK_LEVEL = int(EventKind.BOOK_LEVEL)
TRADE = int(EventKind.TRADE)
SNAPSHOT_BEGIN = int(EventFlag.SNAPSHOT_BEGIN)
SNAPSHOT_END = int(EventFlag.SNAPSHOT_END)
LAST_IN_FRAME = int(EventFlag.LAST_IN_FRAME)
DECODE = int(Hop.DECODE)
VENUE_TO_FEED = int(Hop.VENUE_TO_FEED)
HOPS = len(Hop)

DEPTH = 0
SNAPSHOT = 1

OLDEST_FIRST = 0
NEWEST_FIRST = 1

DECODER = np.dtype(
    [
        ("text_address", np.int64),
        ("records_address", np.int64),  # MARKET_EVENT[capacity], private
        ("spans_address", np.int64),  # SPAN[capacity]
        ("capacity", np.int64),
        ("ring_address", np.int64),  # RING
        ("publisher_address", np.int64),  # PUBLISHER
        ("histograms_address", np.int64),  # HISTOGRAM[HOPS]
        ("timespec_address", np.int64),  # scratch of the clock
        ("wall_offset_ns", np.int64),
        ("venue_age_ns", np.int64),  # of the newest frame that had a time; 0: none yet
        ("instrument_id", np.int64),
        ("price_places", np.int64),
        ("price_divisor", np.int64),
        ("price_unit", np.int64),
        ("lot_places", np.int64),
        ("lot_divisor", np.int64),
        ("lot_unit", np.int64),
        ("off_step", np.int64),  # levels and trades left out, ever
    ]
)

TEXT_BYTES = 1 << 23
SPARE_BYTES = 64
"""Behind it, so that a number may be read eight letters at a time."""
MOST_LEVELS = (1 << 16) - 2


class DecodeBuffers:
    """Where messages are parsed: one for all instruments of a process."""

    def __init__(self, publisher: Publisher, histograms: np.ndarray, wall_offset_ns: int) -> None:
        """`histograms`: HISTOGRAM[HOPS] of this process."""
        self.publisher = publisher
        self._histograms, self.wall_offset_ns = histograms, wall_offset_ns
        self._text = np.zeros(TEXT_BYTES + SPARE_BYTES, np.uint8)
        self.text = memoryview(self._text.data)[:TEXT_BYTES]
        """Bytes to parse are put here."""
        self._records = np.zeros(MOST_LEVELS, MARKET_EVENT)
        self._spans = np.zeros(MOST_LEVELS, SPAN)
        self._timespec = np.zeros(2, np.int64)

    @property
    def addresses(self) -> tuple[int, int, int, int]:
        """Of the text, the records and their spans; and how many of these there are."""
        return address_of(self._text), address_of(self._records), address_of(self._spans), len(self._records)

    def decoder(self, instrument_id: int, instrument: np.void) -> np.ndarray:
        """DECODER[1] of one row of the instrument table."""
        row = np.zeros(1, DECODER)
        row["text_address"], row["records_address"] = address_of(self._text), address_of(self._records)
        row["spans_address"], row["timespec_address"] = address_of(self._spans), address_of(self._timespec)
        row["histograms_address"], row["wall_offset_ns"] = address_of(self._histograms), self.wall_offset_ns
        row["capacity"], row["instrument_id"] = len(self._records), instrument_id
        row["ring_address"], row["publisher_address"] = self.publisher.address(), address_of(self.publisher.state)
        price = scale_of(int(instrument["tick_mantissa"]), int(instrument["tick_exponent"]))
        lot = scale_of(int(instrument["lot_mantissa"]), int(instrument["lot_exponent"]))
        row["price_places"], row["price_divisor"], row["price_unit"] = *price, price.plain_unit
        row["lot_places"], row["lot_divisor"], row["lot_unit"] = *lot, lot.plain_unit
        return row


@kernel
def publish_book(
    decoder_address: int,
    shape_address: int,
    bids_bytes: int,
    asks_bytes: int,
    is_snapshot: int,
    received_ns: int,
    venue_ns: int,
    reference_id: int,
) -> int:
    """Parse the levels that lie in the text buffer and publish them. The number of levels, or why not."""
    decoder = array_at(decoder_address, 1, DECODER)[0]
    off_step = decoder["off_step"]
    count = parse_book(decoder_address, shape_address, bids_bytes, asks_bytes)
    if count < 0:
        return count
    if is_snapshot == 1 and decoder["off_step"] - off_step > count:
        return REFUSED
    return publish_levels(decoder_address, count, is_snapshot, received_ns, venue_ns, reference_id)


@kernel
def parse_book(decoder_address: int, shape_address: int, bids_bytes: int, asks_bytes: int) -> int:
    """Levels into the private records; how many, or REFUSED, TOO_LONG."""
    return _parse_sides(decoder_address, shape_address, bids_bytes, asks_bytes, BOOK_LEVEL)


@kernel
def parse_orders(decoder_address: int, shape_address: int, bids_bytes: int, asks_bytes: int) -> int:
    """As `parse_book`, of single orders with their ids (level 3): for an OrderBook."""
    return _parse_sides(decoder_address, shape_address, bids_bytes, asks_bytes, ORDER)


@kernel
def _parse_sides(decoder_address: int, shape_address: int, bids_bytes: int, asks_bytes: int, kind: int) -> int:
    decoder = array_at(decoder_address, 1, DECODER)[0]
    shape = array_at(shape_address, 1, SHAPE)[0]
    end = bids_bytes + asks_bytes
    text = array_at(decoder["text_address"], end + SPARE_BYTES, np.uint8)
    count = 0
    if bids_bytes > 0:
        side = BUY if asks_bytes > 0 else 0
        count = _parse_rows(decoder, shape, text, 0, bids_bytes, kind, side, 0)
    if asks_bytes > 0 and count >= 0:
        count = _parse_rows(decoder, shape, text, bids_bytes, end, kind, SELL, count)
    return count


@kernel
def publish_levels(
    decoder_address: int, count: int, is_snapshot: int, received_ns: int, venue_ns: int, reference_id: int
) -> int:
    """What was parsed, as one frame. An empty snapshot is a carrier of flags; other empty frames publish nothing."""
    decoder = array_at(decoder_address, 1, DECODER)[0]
    records = market_events_at(decoder["records_address"], decoder["capacity"])
    if count == 0:
        if is_snapshot == 0:
            return 0
        clear_record(records[0], BOOK_LEVEL, decoder["instrument_id"], 0)
        count = 1
    for index in range(count):
        record = records[index]
        record["received_ns"] = received_ns
        record["venue_ns"] = venue_ns
        record["reference_id"] = reference_id
    last = records[count - 1]
    if is_snapshot == 1:
        records[0]["flags"] |= SNAPSHOT_BEGIN
        last["flags"] |= SNAPSHOT_END
    last["flags"] |= LAST_IN_FRAME
    return _publish(decoder, records, count, received_ns, venue_ns)


@kernel
def publish_trades(
    decoder_address: int, shape_address: int, text_bytes: int, order: int, received_ns: int, venue_ns: int
) -> int:
    """Parse the trades that lie in the text buffer, a list or a single row, and publish them oldest first.

    `venue_ns`: of rows that name no time. Rows must name price, quantity and side. The number of trades, or why not.
    """
    decoder = array_at(decoder_address, 1, DECODER)[0]
    shape = array_at(shape_address, 1, SHAPE)[0]
    text = array_at(decoder["text_address"], text_bytes + SPARE_BYTES, np.uint8)
    count = _parse_rows(decoder, shape, text, 0, text_bytes, TRADE, 0, 0)
    return publish_read_trades(decoder_address, count, order, received_ns, venue_ns)


@kernel
def publish_read_trades(decoder_address: int, count: int, order: int, received_ns: int, venue_ns: int) -> int:
    """The trades among the records, as one frame; a count that is no number of them stays what it is."""
    if count <= 0:
        return count
    decoder = array_at(decoder_address, 1, DECODER)[0]
    records = market_events_at(decoder["records_address"], decoder["capacity"])
    if order == NEWEST_FIRST:
        _reverse(records, count)
    for index in range(count):
        record = records[index]
        if not (record["side"] != 0 and record["price_ticks"] > 0 and record["quantity_lots"] > 0):
            return REFUSED
        record["received_ns"] = received_ns
        if record["venue_ns"] == 0:
            record["venue_ns"] = venue_ns
    last = records[count - 1]
    last["flags"] |= LAST_IN_FRAME
    return _publish(decoder, records, count, received_ns, last["venue_ns"])


@kernel
def _parse_rows(
    decoder: np.void, shape: np.void, text: np.ndarray, at: int, end: int, kind: int, side: int, count: int
) -> int:
    """A list of rows, or a single one, behind the first `count` records; the new count, or REFUSED."""
    spans = array_at(decoder["spans_address"], decoder["capacity"], SPAN)
    records = market_events_at(decoder["records_address"], decoder["capacity"])
    at = skip_spaces(text, at, end)
    is_list = at < end and text[at] == OPEN and not _is_single_row(shape, text, at, end)
    if is_list:
        at = skip_spaces(text, at + 1, end)
        if at < end and text[at] == CLOSE:
            return count if skip_spaces(text, at + 1, end) == end else REFUSED
    while True:
        if count == records.shape[0]:
            return TOO_LONG
        record = records[count]
        clear_record(record, BOOK_LEVEL if kind == ORDER else kind, decoder["instrument_id"], side)
        row = at
        at = scan_pair(text, row, end, decoder, record, spans[count]) if shape["is_pair"] == 1 else REFUSED
        if at < 0:
            at = scan_row(text, row, end, shape, decoder, record, spans[count])
        if at < 0:
            return REFUSED
        if record["price_ticks"] == OFF_STEP or (kind == TRADE and record["quantity_lots"] == 0):
            decoder["off_step"] += 1  # of a trade: less than a lot
        elif is_possible(record, kind):
            count += 1
        else:
            return REFUSED
        at = skip_spaces(text, at, end)
        if not is_list:
            return count if at == end else REFUSED
        if at >= end or not (text[at] == COMMA or text[at] == CLOSE):
            return REFUSED
        if text[at] == CLOSE:
            return count if skip_spaces(text, at + 1, end) == end else REFUSED
        at = skip_spaces(text, at + 1, end)


@kernel
def is_possible(record: np.void, kind: int) -> bool:
    if kind == ORDER and record["price_ticks"] == 0:
        return bool(record["reference_id"] != 0)
    return bool(record["price_ticks"] > 0 and record["price_ticks"] <= LARGEST and record["side"] != 0)


@kernel
def _is_single_row(shape: np.void, text: np.ndarray, at: int, end: int) -> bool:
    """Rows that are arrays: does this bracket open a row, or a list of rows?"""
    if shape["is_object"] == 1:
        return False
    at = skip_spaces(text, at + 1, end)
    return at < end and text[at] != OPEN and text[at] != CLOSE and text[at] != OPEN_OBJECT


@kernel
def clear_record(record: np.void, kind: int, instrument_id: int, side: int) -> None:
    record["kind"] = kind
    record["instrument_id"] = instrument_id
    record["price_ticks"] = 0
    record["quantity_lots"] = 0
    record["reference_id"] = 0
    record["venue_ns"] = 0
    record["side"] = side
    record["flags"] = 0
    record["detail"] = 0


@kernel
def _reverse(records: np.ndarray, count: int) -> None:
    """The last record beyond the rows is the place to swap by."""
    spare = records[records.shape[0] - 1]
    for index in range(count // 2):
        first, last = records[index], records[count - 1 - index]
        _copy(spare, first)
        _copy(first, last)
        _copy(last, spare)


@kernel
def _copy(to: np.void, record: np.void) -> None:
    to["price_ticks"] = record["price_ticks"]
    to["quantity_lots"] = record["quantity_lots"]
    to["reference_id"] = record["reference_id"]
    to["venue_ns"] = record["venue_ns"]
    to["side"] = record["side"]


@kernel
def _publish(decoder: np.void, records: np.ndarray, count: int, received_ns: int, venue_ns: int) -> int:
    ring = array_at(decoder["ring_address"], 1, RING)[0]
    publisher = array_at(decoder["publisher_address"], 1, PUBLISHER)[0]
    if not publish_records(ring, publisher, records, count, received_ns):
        return NO_ROOM
    histograms = array_at(decoder["histograms_address"], HOPS, HISTOGRAM)
    now_ns = monotonic_ns(array_at(decoder["timespec_address"], 2, np.int64))
    tally(histograms, DECODE, now_ns - received_ns)
    if venue_ns > 0:
        decoder["venue_age_ns"] = received_ns + decoder["wall_offset_ns"] - venue_ns
        tally(histograms, VENUE_TO_FEED, decoder["venue_age_ns"])
    return count
