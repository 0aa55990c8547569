"""The levels of a depth message, bytes to MARKET_EVENT in the ring, in one kernel.

Text is `[["price","quantity"],…]`, bids then asks, one behind the other. The whole frame is parsed into private records
first and published only if every character was as expected: a frame is applied whole or refused whole.

A level at a price between two ticks is an order from before the venue made its ticks coarser: nobody can join it. It is
left out and counted (`off_step`). Quantities are rounded down to whole lots. A snapshot that is mostly such levels
means that our ticks are wrong, and is refused.

Addresses are plain numbers, so that a call from Python costs 0.5 µs and not 3 (structured arrays are slow arguments).
"""

import numpy as np

from core.kernel import kernel
from core.memory.atomics import array_at, market_events_at
from core.memory.files import address_of
from core.memory.rows import RING
from core.records.market import MARKET_EVENT
from core.vocabulary import EventFlag, EventKind, Side
from feeds.decimals import OFF_STEP, QUOTE, REFUSED, parse_steps, scale_of, skip_spaces
from feeds.publisher import PUBLISHER, Publisher, publish_records

OPEN = 91
CLOSE = 93
COMMA = 44

NO_ROOM = -2
"""The frame was good and the ring was full."""
TOO_LONG = -3

BOOK_LEVEL = int(EventKind.BOOK_LEVEL)
TRADE = int(EventKind.TRADE)
BUY = int(Side.BUY)
SELL = int(Side.SELL)
SNAPSHOT_BEGIN = int(EventFlag.SNAPSHOT_BEGIN)
SNAPSHOT_END = int(EventFlag.SNAPSHOT_END)
LAST_IN_FRAME = int(EventFlag.LAST_IN_FRAME)

DEPTH = 0
SNAPSHOT = 1

DECODER = np.dtype(
    [
        ("text_address", np.int64),
        ("records_address", np.int64),  # MARKET_EVENT[capacity], private
        ("capacity", np.int64),
        ("ring_address", np.int64),  # RING
        ("publisher_address", np.int64),  # PUBLISHER
        ("instrument_id", np.int64),
        ("price_places", np.int64),
        ("price_divisor", np.int64),
        ("lot_places", np.int64),
        ("lot_divisor", np.int64),
        ("off_step", np.int64),  # levels and trades left out, ever
    ]
)

TEXT_BYTES = 1 << 21
MOST_LEVELS = 10_002


class DecodeBuffers:
    """Where messages are parsed: one for all instruments of a process."""

    def __init__(self, publisher: Publisher) -> None:
        self.publisher = publisher
        self._text = np.zeros(TEXT_BYTES, np.uint8)
        self.text = memoryview(self._text.data)
        """Bytes to parse are put here."""
        self._records = np.zeros(MOST_LEVELS, MARKET_EVENT)

    def decoder(self, instrument_id: int, instrument: np.void) -> np.ndarray:
        """DECODER[1] of one row of the instrument table."""
        row = np.zeros(1, DECODER)
        row["text_address"], row["records_address"] = address_of(self._text), address_of(self._records)
        row["capacity"], row["instrument_id"] = len(self._records), instrument_id
        row["ring_address"], row["publisher_address"] = self.publisher.address(), address_of(self.publisher.state)
        price = scale_of(int(instrument["tick_mantissa"]), int(instrument["tick_exponent"]))
        lot = scale_of(int(instrument["lot_mantissa"]), int(instrument["lot_exponent"]))
        row["price_places"], row["price_divisor"] = price
        row["lot_places"], row["lot_divisor"] = lot
        return row


@kernel
def publish_depth(
    decoder_address: int,
    bids_bytes: int,
    asks_bytes: int,
    is_snapshot: int,
    received_ns: int,
    venue_ns: int,
    reference_id: int,
) -> int:
    """Parse the bids and asks that lie in the text buffer and publish them. The number of levels, or why not."""
    decoder = array_at(decoder_address, 1, DECODER)[0]
    records = market_events_at(decoder["records_address"], decoder["capacity"])
    text = array_at(decoder["text_address"], bids_bytes + asks_bytes, np.uint8)
    off_step = decoder["off_step"]
    count = _parse_levels(decoder, text, 0, bids_bytes, records, 0, BUY)
    if count >= 0:
        count = _parse_levels(decoder, text, bids_bytes, bids_bytes + asks_bytes, records, count, SELL)
    if count < 0:
        return count
    if is_snapshot == 1 and decoder["off_step"] - off_step > count:
        return REFUSED
    if count == 0:
        if is_snapshot == 0:
            return 0
        _clear(records[0], BOOK_LEVEL, decoder["instrument_id"])  # an empty snapshot is a carrier of flags
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
    return _publish(decoder, records, count, received_ns)


@kernel
def publish_trade(
    decoder_address: int,
    price_bytes: int,
    quantity_bytes: int,
    side: int,
    received_ns: int,
    venue_ns: int,
    trade_id: int,
) -> int:
    """Parse the price and the quantity (in quotes) that lie in the text buffer and publish one trade."""
    decoder = array_at(decoder_address, 1, DECODER)[0]
    records = market_events_at(decoder["records_address"], decoder["capacity"])
    end = price_bytes + quantity_bytes
    text = array_at(decoder["text_address"], end, np.uint8)
    if not (price_bytes > 2 and quantity_bytes > 2 and text[0] == QUOTE and text[price_bytes] == QUOTE):
        return REFUSED
    price_ticks, price_end = parse_steps(text, 1, price_bytes, decoder["price_places"], decoder["price_divisor"], False)
    quantity_lots, quantity_end = parse_steps(
        text, price_bytes + 1, end, decoder["lot_places"], decoder["lot_divisor"], True
    )
    if not (price_end == price_bytes - 1 and text[price_end] == QUOTE):
        return REFUSED
    if not (quantity_end == end - 1 and text[quantity_end] == QUOTE):
        return REFUSED
    if price_ticks == OFF_STEP or quantity_lots == 0:
        decoder["off_step"] += 1
        return 0
    if not (price_ticks > 0 and quantity_lots > 0):
        return REFUSED
    record = records[0]
    _clear(record, TRADE, decoder["instrument_id"])
    record["price_ticks"] = price_ticks
    record["quantity_lots"] = quantity_lots
    record["side"] = side
    record["received_ns"] = received_ns
    record["venue_ns"] = venue_ns
    record["reference_id"] = trade_id
    record["flags"] = LAST_IN_FRAME
    return _publish(decoder, records, 1, received_ns)


@kernel
def _parse_levels(
    decoder: np.void, text: np.ndarray, at: int, end: int, records: np.ndarray, count: int, side: int
) -> int:
    """Levels of one side behind the first `count` records; the new count, or REFUSED."""
    at = skip_spaces(text, at, end)
    if at >= end or text[at] != OPEN:
        return REFUSED
    at = skip_spaces(text, at + 1, end)
    if at < end and text[at] == CLOSE:
        return count if skip_spaces(text, at + 1, end) == end else REFUSED
    while True:
        if count == records.shape[0]:
            return TOO_LONG
        record = records[count]
        at = _parse_level(decoder, text, at, end, record)
        if at < 0:
            return REFUSED
        record["kind"] = BOOK_LEVEL
        record["side"] = side
        record["instrument_id"] = decoder["instrument_id"]
        record["flags"] = 0
        record["detail"] = 0
        if record["price_ticks"] == OFF_STEP:
            decoder["off_step"] += 1
        else:
            count += 1
        at = skip_spaces(text, at, end)
        if at >= end or not (text[at] == COMMA or text[at] == CLOSE):
            return REFUSED
        if text[at] == CLOSE:
            return count if skip_spaces(text, at + 1, end) == end else REFUSED
        at = skip_spaces(text, at + 1, end)


@kernel
def _parse_level(decoder: np.void, text: np.ndarray, at: int, end: int, record: np.void) -> int:
    """`["price","quantity"]` into a record; the place behind it, or REFUSED."""
    if at >= end or text[at] != OPEN:
        return REFUSED
    at = skip_spaces(text, at + 1, end)
    if at >= end or text[at] != QUOTE:
        return REFUSED
    price_ticks, at = parse_steps(text, at + 1, end, decoder["price_places"], decoder["price_divisor"], False)
    if at >= end or text[at] != QUOTE or not (price_ticks > 0 or price_ticks == OFF_STEP):
        return REFUSED
    at = skip_spaces(text, at + 1, end)
    if at >= end or text[at] != COMMA:
        return REFUSED
    at = skip_spaces(text, at + 1, end)
    if at >= end or text[at] != QUOTE:
        return REFUSED
    quantity_lots, at = parse_steps(text, at + 1, end, decoder["lot_places"], decoder["lot_divisor"], True)
    if at >= end or text[at] != QUOTE or quantity_lots < 0:
        return REFUSED
    at = skip_spaces(text, at + 1, end)
    if at >= end or text[at] != CLOSE:
        return REFUSED
    record["price_ticks"] = price_ticks
    record["quantity_lots"] = quantity_lots
    return at + 1


@kernel
def _clear(record: np.void, kind: int, instrument_id: int) -> None:
    record["kind"] = kind
    record["instrument_id"] = instrument_id
    record["price_ticks"] = 0
    record["quantity_lots"] = 0
    record["side"] = 0
    record["flags"] = 0
    record["detail"] = 0


@kernel
def _publish(decoder: np.void, records: np.ndarray, count: int, received_ns: int) -> int:
    ring = array_at(decoder["ring_address"], 1, RING)[0]
    publisher = array_at(decoder["publisher_address"], 1, PUBLISHER)[0]
    if not publish_records(ring, publisher, records, count, received_ns):
        return NO_ROOM
    return count
