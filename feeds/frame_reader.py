"""A whole frame by its bytes into records, in one kernel: no envelope, no object, no second look at a letter.

    reader = FrameReader(shapes, books, buffers)          the shapes of feeds/frame_shapes.py that this venue writes
    read_frame(reader.address, bytes, received_ns)        trades are in the ring; or ASKED, NOT_KNOWN, NO_ROOM

What is read is also valid JSON, and means what the envelope would have meant: every letter outside of a hole is
compared, a hole takes what JSON allows and no more, and what is in any way unusual (a price between ticks, an unknown
symbol, an escape, a space) is NOT_KNOWN. Nothing is published then, and the envelope decides.
"""

from collections.abc import Sequence

import numpy as np

from core.kernel import inlined_kernel, kernel
from core.memory.atomics import array_at, market_events_at
from core.memory.files import address_of
from feeds.decimals import MINUS, NINE, NOT_PLAIN, QUOTE, REFUSED, ZERO, letter_at, parse_plain, parse_steps
from feeds.decode import (
    BOOK_LEVEL,
    DECODER,
    ORDER,
    SPARE_BYTES,
    TRADE,
    DecodeBuffers,
    clear_record,
    is_possible,
    publish_read_trades,
)
from feeds.frame_letters import is_number, is_plain_iso, is_whole, skip_hole
from feeds.frame_shapes import PART, WRITTEN, FrameShape, Hole, compiled
from feeds.market_books import Book
from feeds.scan import (
    ACTION,
    BUY,
    CLOSE,
    COMMA,
    ID,
    IS_BUYER_MAKER,
    LETTER_D,
    MAKER_SIDE,
    PRICE,
    QUANTITY,
    SELL,
    SIDE,
    SIGNED_QUANTITY,
    SMALL,
    SPAN,
    TIME_ISO,
    TIME_S,
    id_at,
    iso_at,
    scan_pair,
    side_at,
    time_at,
)
from feeds.text_ids import FNV_BASIS, FNV_PRIME, LOW_WORD

NOT_KNOWN = -7
"""No shape fits: the envelope decides."""
ASKED = -8
"""Read, and not yet published: the venue's rule decides."""

MOST_NUMBERS = 8
NAME_BYTES = 40
SYMBOL = np.dtype(
    [
        ("bytes", np.int64),  # 0: no symbol is here
        ("book", np.int64),
        ("decoder_address", np.int64),
        ("name", np.uint8, (NAME_BYTES,)),
    ]
)
READER = np.dtype(
    [
        ("count", np.int64),  # what was read: rows
        ("book", np.int64),  # whose; -1: not told yet
        ("time_ns", np.int64),  # of the frame; 0: it has none
        ("shape", np.int64),  # how it was written
        ("numbers", np.int64, (MOST_NUMBERS,)),
        ("told", np.int64),  # numbers
        ("decoder_address", np.int64),
        ("symbol_at", np.int64),
        ("symbol_bytes", np.int64),
        ("lower_at", np.int64),  # -1: none was told
        ("lower_bytes", np.int64),
        ("is_deleted", np.int64),  # the row says so
        ("text_address", np.int64),
        ("records_address", np.int64),
        ("spans_address", np.int64),
        ("capacity", np.int64),
        ("parts_address", np.int64),
        ("parts", np.int64),
        ("shapes_address", np.int64),
        ("shapes", np.int64),
        ("symbols_address", np.int64),
        ("symbols", np.int64),  # a power of two
    ]
)
COUNT, BOOK, TIME_NS, SHAPE_NUMBER, NUMBERS = 0, 1, 2, 3, 4
"""Where they are among the words of a READER."""

SKIP_HOLE, SYMBOL_HOLE, LOWER_HOLE = int(Hole.SKIP), int(Hole.SYMBOL), int(Hole.LOWER)
NUMBER_HOLE, SIGNED_HOLE = int(Hole.NUMBER), int(Hole.SIGNED)
FIXED, EACH, AGAIN, PAIR = int(Hole.FIXED), int(Hole.EACH), int(Hole.AGAIN), int(Hole.PAIR)
AHEAD = int(Hole.AHEAD)
BIG_A, BIG_Z = 65, 90
MOST_NUMBER_DIGITS = 18


class FrameReader:
    """One venue's frames."""

    def __init__(self, shapes: tuple[FrameShape, ...], books: Sequence[Book], buffers: DecodeBuffers) -> None:
        self._written, self._parts = compiled(shapes)
        self._symbols = _table_of(books)
        self._row = row = np.zeros(1, READER)
        row["text_address"], row["records_address"], row["spans_address"], row["capacity"] = buffers.addresses
        row["parts_address"], row["parts"] = address_of(self._parts), len(self._parts)
        row["shapes_address"], row["shapes"] = address_of(self._written), len(self._written)
        row["symbols_address"], row["symbols"] = address_of(self._symbols), len(self._symbols)
        self.address = address_of(row)
        self.found = memoryview(row.view(np.int64).data)
        """Of the last frame that was ASKED: words at COUNT, BOOK, TIME_NS, SHAPE_NUMBER, and from NUMBERS on."""


def _table_of(books: Sequence[Book]) -> np.ndarray:
    """Open addressing, less than half full."""
    table = np.zeros(1 << (2 * len(books) + 2).bit_length(), SYMBOL)
    for number, book in enumerate(books):
        name = np.frombuffer(book.symbol.encode(), np.uint8)
        if len(name) > NAME_BYTES:
            continue
        place = name_place(name, 0, len(name), len(table))
        while table[place]["bytes"]:
            place = (place + 1) % len(table)
        table[place]["bytes"], table[place]["book"] = len(name), number
        table[place]["decoder_address"], table[place]["name"][: len(name)] = book.decoder_address, name
    return table


@kernel
def read_frame(reader_address: int, size: int, received_ns: int) -> int:
    """The frame that lies in the text buffer."""
    reader = array_at(reader_address, 1, READER)[0]
    text = array_at(reader["text_address"], size + SPARE_BYTES, np.uint8)
    text[size] = 0  # no letter, no digit: whatever is read ends here
    shapes = array_at(reader["shapes_address"], reader["shapes"], WRITTEN)
    for number in range(reader["shapes"]):
        shape = shapes[number]
        count = _read(reader, shape, text, size)
        if count >= 0:
            reader["count"] = count
            reader["shape"] = number
            if shape["is_asked"] == 1:
                return ASKED
            return publish_read_trades(reader["decoder_address"], count, shape["order"], received_ns, reader["time_ns"])
    return NOT_KNOWN


@kernel
def _read(reader: np.void, shape: np.void, text: np.ndarray, end: int) -> int:
    """By one shape: the number of rows, or NOT_KNOWN."""
    parts = array_at(reader["parts_address"], reader["parts"], PART)
    letters = text.ctypes.data
    kind = shape["kind"]
    place = shape["first"]
    at = 0
    count = 0
    _begin(reader, shape["side"])
    while place < shape["end"] and at >= 0:
        part = parts[place]
        place += 1
        if part["kind"] == FIXED:
            is_same = (array_at(letters + at, 1, np.int64)[0] ^ part["word"]) & part["mask"] == 0
            at = at + part["size"] if is_same else REFUSED
        elif part["kind"] == PAIR:
            behind = _take_pair(reader, text, at, end, count)
            place = part["next"] if behind > 0 else place
            at = max(at, behind)
        elif part["kind"] == EACH:
            if text[at] == CLOSE:
                place = part["next"]
            elif not _begin_row(reader, count, part["word"]):
                return NOT_KNOWN
        elif part["kind"] == AGAIN:
            if not _end_row(reader, count, kind):
                return NOT_KNOWN
            count += 1
            if text[at] == COMMA:
                at += 1
                place = part["next"]
                if not _begin_row(reader, count, part["word"]):
                    return NOT_KNOWN
        else:
            at = _take(reader, part, text, at, end, count)
    if shape["is_list"] == 0 and at == end:
        count = 1 if _end_row(reader, 0, kind) else NOT_KNOWN
    return count if at == end and reader["book"] >= 0 else NOT_KNOWN


@inlined_kernel
def _begin(reader: np.void, side: int) -> None:
    reader["book"] = -1
    reader["lower_at"] = -1
    reader["time_ns"] = 0
    reader["told"] = 0
    _begin_row(reader, 0, side)


@inlined_kernel
def _begin_row(reader: np.void, count: int, side: int) -> bool:
    """False: no room for one more."""
    clear_record(market_events_at(reader["records_address"], reader["capacity"])[count], 0, 0, side)
    reader["is_deleted"] = 0
    return bool(count < reader["capacity"] - 1)


@inlined_kernel
def _end_row(reader: np.void, count: int, kind: int) -> bool:
    """Is it a row that needs no second look?"""
    record = market_events_at(reader["records_address"], reader["capacity"])[count]
    decoder = array_at(reader["decoder_address"], 1, DECODER)[0]
    record["kind"] = BOOK_LEVEL if kind == ORDER else kind
    record["instrument_id"] = decoder["instrument_id"]
    if reader["is_deleted"] == 1:
        span = array_at(reader["spans_address"], reader["capacity"], SPAN)[count]
        record["quantity_lots"] = 0
        span["quantity_end"] = span["quantity"]  # what is written there says nothing
    return bool(is_possible(record, kind) and not (kind == TRADE and record["quantity_lots"] == 0))


@inlined_kernel
def _take(reader: np.void, part: np.void, text: np.ndarray, at: int, end: int, count: int) -> int:
    """The value of one hole; the place behind it, or REFUSED."""
    kind = part["kind"]
    if kind in (PRICE, QUANTITY, SIGNED_QUANTITY):
        return _take_steps(reader, part, text, at, end, count)
    if kind == SKIP_HOLE:
        return skip_hole(text, at, part["stop"])
    if kind == SYMBOL_HOLE:
        return _take_symbol(reader, text, at, part["stop"])
    if kind in (NUMBER_HOLE, SIGNED_HOLE):
        return _take_whole(reader, text, at, kind == SIGNED_HOLE)
    if kind == LOWER_HOLE:
        behind = skip_hole(text, at, part["stop"])
        reader["lower_at"] = at
        reader["lower_bytes"] = behind - at
        return behind
    if kind == AHEAD:
        return at if _look_ahead(reader, part, text, end) else REFUSED
    return _take_word(reader, part, text, at, end, count)


@inlined_kernel
def _take_pair(reader: np.void, text: np.ndarray, at: int, end: int, count: int) -> int:
    record = market_events_at(reader["records_address"], reader["capacity"])[count]
    span = array_at(reader["spans_address"], reader["capacity"], SPAN)[count]
    decoder = array_at(reader["decoder_address"], 1, DECODER)[0]
    behind = scan_pair(text, at, end, decoder, record, span) if text[at + 1] == QUOTE else REFUSED
    return behind if record["price_ticks"] >= 0 else REFUSED


@inlined_kernel
def _take_steps(reader: np.void, part: np.void, text: np.ndarray, at: int, end: int, count: int) -> int:
    """A price or a quantity."""
    record = market_events_at(reader["records_address"], reader["capacity"])[count]
    span = array_at(reader["spans_address"], reader["capacity"], SPAN)[count]
    decoder = array_at(reader["decoder_address"], 1, DECODER)[0]
    is_price = part["kind"] == PRICE
    is_minus = part["kind"] == SIGNED_QUANTITY and text[at] == MINUS
    at = at + 1 if is_minus else at
    unit = decoder["price_unit"] if is_price else decoder["lot_unit"]
    steps, behind = parse_plain(text, at, end, unit, not is_price)
    if steps == NOT_PLAIN:
        places = decoder["price_places"] if is_price else decoder["lot_places"]
        divisor = decoder["price_divisor"] if is_price else decoder["lot_divisor"]
        steps, behind = parse_steps(text, at, end, places, divisor, not is_price)
    if steps < 0 or (part["stop"] == 0 and not is_number(text, at, behind)):
        return REFUSED
    if is_price:
        record["price_ticks"] = steps
        span["price"] = at
        span["price_end"] = behind
    else:
        record["quantity_lots"] = steps
        span["quantity"] = at
        span["quantity_end"] = behind
        if part["kind"] == SIGNED_QUANTITY:
            record["side"] = SELL if is_minus else BUY
    return behind


@kernel
def _take_word(reader: np.void, part: np.void, text: np.ndarray, at: int, end: int, count: int) -> int:
    """Side, id, time, or that the row deletes."""
    record = market_events_at(reader["records_address"], reader["capacity"])[count]
    role = part["kind"]
    behind = skip_hole(text, at, part["stop"])
    if behind <= at:
        return REFUSED
    if role in (SIDE, MAKER_SIDE, IS_BUYER_MAKER):
        record["side"] = side_at(text, at, end, role)
        return behind if record["side"] != 0 else REFUSED
    if role == ID:
        record["reference_id"] = id_at(text, at, end)
        return behind
    if role == ACTION:
        reader["is_deleted"] = 1 if letter_at(text, at) | SMALL == LETTER_D else 0
        return behind
    if not (role >= TIME_S and role <= TIME_ISO):
        return REFUSED
    time_ns = iso_at(text, at, end) if role == TIME_ISO else time_at(text, at, end, role)
    is_plain = is_plain_iso(text, at, behind) if role == TIME_ISO else True
    if part["word"] == 1:
        record["venue_ns"] = time_ns
    else:
        reader["time_ns"] = time_ns
        is_plain = is_plain and (role == TIME_ISO or is_whole(text, at, behind))
    return behind if time_ns >= 0 and is_plain else REFUSED


@kernel
def _take_whole(reader: np.void, text: np.ndarray, at: int, may_be_signed: bool) -> int:
    """A number for the loss rule."""
    sign = -1 if may_be_signed and text[at] == MINUS else 1
    at = at + 1 if sign < 0 else at
    begin = at
    value = 0
    while text[at] >= ZERO and text[at] <= NINE and at < begin + MOST_NUMBER_DIGITS:
        value = value * 10 + letter_at(text, at) - ZERO
        at += 1
    told = reader["told"]
    if not (is_number(text, begin, at) and told < MOST_NUMBERS):
        return REFUSED
    reader["numbers"][told] = sign * value
    reader["told"] = told + 1
    return at


@kernel
def _take_symbol(reader: np.void, text: np.ndarray, at: int, stop: int) -> int:
    behind = skip_hole(text, at, stop)
    if behind <= at:
        return REFUSED
    if reader["book"] < 0:
        return behind if _find(reader, text, at, behind - at) else REFUSED
    is_same = behind - at == reader["symbol_bytes"]
    for index in range(reader["symbol_bytes"] if is_same else 0):
        is_same = is_same and text[at + index] == text[reader["symbol_at"] + index]
    return behind if is_same else REFUSED


@kernel
def _find(reader: np.void, text: np.ndarray, at: int, size: int) -> bool:
    """Whose frame it is, by the letters of its symbol, and by those in small letters before it."""
    symbols = array_at(reader["symbols_address"], reader["symbols"], SYMBOL)
    place = name_place(text, at, size, reader["symbols"])
    while symbols[place]["bytes"] != 0:
        row = symbols[place]
        is_same = row["bytes"] == size
        for index in range(size if is_same else 0):
            is_same = is_same and row["name"][index] == text[at + index]
        if is_same:
            reader["book"] = row["book"]
            reader["decoder_address"] = row["decoder_address"]
            reader["symbol_at"] = at
            reader["symbol_bytes"] = size
            return reader["lower_at"] < 0 or _is_lower(reader, text)
        place = (place + 1) & (reader["symbols"] - 1)
    return False


@kernel
def _is_lower(reader: np.void, text: np.ndarray) -> bool:
    is_same = reader["lower_bytes"] == reader["symbol_bytes"]
    for index in range(reader["symbol_bytes"] if is_same else 0):
        letter = letter_at(text, reader["symbol_at"] + index)
        small = letter | SMALL if letter >= BIG_A and letter <= BIG_Z else letter
        is_same = is_same and letter_at(text, reader["lower_at"] + index) == small
    return bool(is_same)


@kernel
def _look_ahead(reader: np.void, part: np.void, text: np.ndarray, end: int) -> bool:
    """The symbol, from the end: it stands behind these letters."""
    letters = text.ctypes.data
    at = end - part["size"]
    while at >= 0 and (array_at(letters + at, 1, np.int64)[0] ^ part["word"]) & part["mask"] != 0:
        at -= 1
    at += part["size"]
    behind = skip_hole(text, at, part["stop"]) if at >= part["size"] else REFUSED
    return behind > at and _find(reader, text, at, behind - at)


@kernel
def name_place(text: np.ndarray, at: int, size: int, places: int) -> int:
    """FNV-1a, as the ids that are no numbers."""
    value = FNV_BASIS
    for index in range(at, at + size):
        value = ((value ^ letter_at(text, index)) * FNV_PRIME) & LOW_WORD
    return (value ^ value >> 16) & (places - 1)
