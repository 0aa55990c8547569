"""One level or one trade out of JSON text into a MARKET_EVENT, by its shape (feeds/shapes.py). No float, no object.

The text was checked to be JSON by whoever decoded the envelope, yet nothing here relies on it: every place is bounded,
and what does not look as the shape says is REFUSED. Where the price and the quantity stood is kept in SPAN, for books
whose checksum is made of the venue's own text.
"""

import numpy as np

from core.kernel import inlined_kernel, kernel
from core.records.market import MARKET_EVENT  # noqa: F401 – the record that every function here fills
from core.vocabulary import Side
from feeds.decimals import (
    LONGEST_PLAIN,
    MINUS,
    NINE,
    NOT_PLAIN,
    OFF_STEP,
    POINT,
    QUOTE,
    REFUSED,
    ZERO,
    digit_at,
    letter_at,
    parse_number,
    parse_plain,
    skip_spaces,
)
from feeds.shapes import Role
from feeds.text_ids import FNV_BASIS, FNV_PRIME, HALF, LOW_WORD, MOST_DIGITS

OPEN, CLOSE, OPEN_OBJECT, CLOSE_OBJECT, COMMA, COLON, BACKSLASH = 91, 93, 123, 125, 44, 58, 92
SMALL = 32
"""Makes a letter small."""
LETTER_A, LETTER_B, LETTER_D, LETTER_O, LETTER_S, LETTER_T = 97, 98, 100, 111, 115, 116
ONE = 49

BUY = int(Side.BUY)
SELL = int(Side.SELL)
PRICE, QUANTITY, SIGNED_QUANTITY = int(Role.PRICE), int(Role.QUANTITY), int(Role.SIGNED_QUANTITY)
SIDE, MAKER_SIDE, IS_BUYER_MAKER, ID = int(Role.SIDE), int(Role.MAKER_SIDE), int(Role.IS_BUYER_MAKER), int(Role.ID)
TIME_S, TIME_NS, TIME_ISO = int(Role.TIME_S), int(Role.TIME_NS), int(Role.TIME_ISO)
COUNT, ACTION = int(Role.COUNT), int(Role.ACTION)

SPAN = np.dtype([("price", np.int32), ("price_end", np.int32), ("quantity", np.int32), ("quantity_end", np.int32)])
"""Where the text of a level's numbers lies, without quotes."""

LONGEST_PAIR = 2 * LONGEST_PLAIN + 8

MOST_TIME_NS = 9_000_000_000_000_000_000
"""The year 2255."""


@inlined_kernel
def scan_row(
    text: np.ndarray, at: int, end: int, shape: np.void, decoder: np.void, record: np.void, span: np.void
) -> int:
    """One row into a record whose defaults are set; the place behind it, or REFUSED."""
    is_object = shape["is_object"] == 1
    if at >= end or text[at] != (OPEN_OBJECT if is_object else OPEN):
        return REFUSED
    close = CLOSE_OBJECT if is_object else CLOSE
    at = skip_spaces(text, at + 1, end)
    column = 0
    named = 0
    is_deleted = False
    while at < end and text[at] != close:
        role = 0
        if is_object:
            role, at = _role_of_key(text, at, end, shape)
        elif column < shape["columns"]:
            role = shape["roles"][column]
        if at < 0:
            return REFUSED
        named += 1 if role != 0 else 0
        if role in (COUNT, ACTION):
            is_deleted = is_deleted or _deletes(text, at, end, role)
            at = skip_value(text, at, end)
        else:
            at = _take_value(text, at, end, role, decoder, record, span)
        if at < 0:
            return REFUSED
        at = skip_spaces(text, at, end)
        if at < end and text[at] == COMMA:
            at = skip_spaces(text, at + 1, end)
        elif at >= end or text[at] != close:
            return REFUSED
        column += 1
    if at >= end or named < shape["named"]:
        return REFUSED
    if is_deleted:
        record["quantity_lots"] = 0
        span["quantity_end"] = span["quantity"]  # what is written there says nothing
    return at + 1


@inlined_kernel
def scan_pair(text: np.ndarray, at: int, end: int, decoder: np.void, record: np.void, span: np.void) -> int:
    """As `scan_row`, of the row that most venues send: ["price","quantity"] or [price,quantity] without spaces.

    REFUSED: it is not that simple, which says nothing about whether it is right.
    """
    if at + LONGEST_PAIR > text.shape[0] or text[at] != OPEN:
        return REFUSED
    quotes = 1 if text[at + 1] == QUOTE else 0
    price = at + 1 + quotes
    ticks, price_end = parse_plain(text, price, end, decoder["price_unit"], False)
    if ticks == NOT_PLAIN or (quotes == 1 and text[price_end] != QUOTE) or text[price_end + quotes] != COMMA:
        return REFUSED
    quantity = price_end + 1 + 2 * quotes
    if quotes == 1 and text[quantity - 1] != QUOTE:
        return REFUSED
    lots, quantity_end = parse_plain(text, quantity, end, decoder["lot_unit"], True)
    if lots == NOT_PLAIN or (quotes == 1 and text[quantity_end] != QUOTE) or text[quantity_end + quotes] != CLOSE:
        return REFUSED
    record["price_ticks"] = ticks
    record["quantity_lots"] = lots
    span["price"] = price
    span["price_end"] = price_end
    span["quantity"] = quantity
    span["quantity_end"] = quantity_end
    return quantity_end + quotes + 1 if quantity_end + quotes < end else REFUSED


@kernel
def _role_of_key(text: np.ndarray, at: int, end: int, shape: np.void) -> tuple[int, int]:
    """The role of the key at `at`, and where its value begins; a place below 0 when it is no key."""
    if text[at] != QUOTE:
        return 0, REFUSED
    at += 1
    begin = at
    number = 0
    while at < end and text[at] != QUOTE:
        if at < begin + 7:
            number = number << 8 | letter_at(text, at)
        at += 1
    length = at - begin
    number += length << (8 * min(length, 7))
    at = skip_spaces(text, at + 1, end)
    if at >= end or text[at] != COLON:
        return 0, REFUSED
    at = skip_spaces(text, at + 1, end)
    for column in range(shape["columns"]):
        if shape["keys"][column] == number:
            return shape["roles"][column], at
    return 0, at


@inlined_kernel
def _take_value(
    text: np.ndarray, at: int, end: int, role: int, decoder: np.void, record: np.void, span: np.void
) -> int:
    """A value that is not a deletion into the record; the place behind it, or REFUSED."""
    if role == PRICE:
        steps, sign, behind = parse_number(
            text, at, end, decoder["price_places"], decoder["price_divisor"], decoder["price_unit"], False
        )
        _note_span(text, at, behind, span, True)
        record["price_ticks"] = steps
        return behind if sign > 0 and (steps >= 0 or steps == OFF_STEP) else REFUSED
    if role in (QUANTITY, SIGNED_QUANTITY):
        steps, sign, behind = parse_number(
            text, at, end, decoder["lot_places"], decoder["lot_divisor"], decoder["lot_unit"], True
        )
        _note_span(text, at, behind, span, False)
        if not (steps >= 0 and (sign > 0 or role == SIGNED_QUANTITY)):
            return REFUSED
        record["quantity_lots"] = steps
        if role == SIGNED_QUANTITY:
            record["side"] = BUY if sign > 0 else SELL
        return behind
    if role in (SIDE, MAKER_SIDE, IS_BUYER_MAKER):
        side = side_at(text, at, end, role)
        record["side"] = side
        return skip_value(text, at, end) if side != 0 else REFUSED
    if role == ID:
        record["reference_id"] = id_at(text, at, end)
    elif role >= TIME_S and role <= TIME_ISO:
        time_ns = iso_at(text, at, end) if role == TIME_ISO else time_at(text, at, end, role)
        if time_ns < 0:
            return REFUSED
        record["venue_ns"] = time_ns
    return skip_value(text, at, end)


@inlined_kernel
def _note_span(text: np.ndarray, at: int, behind: int, span: np.void, is_price: bool) -> None:
    quoted = 1 if text[at] == QUOTE else 0
    if is_price:
        span["price"] = at + quoted
        span["price_end"] = behind - quoted
    else:
        span["quantity"] = at + quoted
        span["quantity_end"] = behind - quoted


@kernel
def skip_value(text: np.ndarray, at: int, end: int) -> int:
    """The place behind any JSON value; REFUSED when it does not end."""
    depth = 0
    while at < end:
        letter = text[at]
        if letter == QUOTE:
            at += 1
            while at < end and text[at] != QUOTE:
                at += 2 if text[at] == BACKSLASH else 1
            if at >= end:
                return REFUSED
        elif letter in (OPEN, OPEN_OBJECT):
            depth += 1
        elif letter in (CLOSE, CLOSE_OBJECT):
            if depth == 0:
                return at
            depth -= 1
        elif letter == COMMA and depth == 0:
            return at
        at += 1
        if depth == 0 and (letter in (QUOTE, CLOSE, CLOSE_OBJECT)):
            return at
    return at if depth == 0 else REFUSED


@kernel
def _deletes(text: np.ndarray, at: int, end: int, role: int) -> bool:
    """Does a count of 0, or the word delete, stand here?"""
    if at < end and text[at] == QUOTE:
        at += 1
    if at >= end:
        return False
    if role == ACTION:
        return bool((text[at] | SMALL) == LETTER_D)
    return bool(text[at] == ZERO and (at + 1 >= end or not (text[at + 1] >= ZERO and text[at + 1] <= NINE)))


@kernel
def side_at(text: np.ndarray, at: int, end: int, role: int) -> int:
    """BUY, SELL, or 0 when it is neither."""
    if at < end and text[at] == QUOTE:
        at += 1
    if at >= end:
        return 0
    letter = letter_at(text, at) | SMALL
    side = 0
    if role == IS_BUYER_MAKER:
        # t and f: a false is looked at as a whole by whoever checked that it is JSON
        side = SELL if letter == LETTER_T else BUY
    elif letter == LETTER_B or text[at] == ZERO:
        side = BUY
    elif letter in (LETTER_S, LETTER_A, LETTER_O) or text[at] == ONE:
        side = SELL
    return -side if role == MAKER_SIDE else side


@kernel
def id_at(text: np.ndarray, at: int, end: int) -> int:
    """As `number_of_text` of feeds/text_ids.py."""
    if at < end and text[at] == QUOTE:
        at += 1
    begin = at
    value = 0
    while at < end and at < begin + MOST_DIGITS and text[at] >= ZERO and text[at] <= NINE:
        value = value * 10 + digit_at(text, at)
        at += 1
    if at > begin and (at >= end or text[at] == QUOTE or text[at] == COMMA or text[at] == CLOSE_OBJECT):
        return value
    if at > begin and text[at] == CLOSE:
        return value
    first, second = FNV_BASIS, FNV_BASIS + 1
    at = begin
    while at < end and text[at] != QUOTE and text[at] != COMMA:
        first = ((first ^ letter_at(text, at)) * FNV_PRIME) & LOW_WORD
        second = ((second ^ letter_at(text, at)) * FNV_PRIME) & LOW_WORD
        at += 1
    return (first & HALF) << 31 | second & HALF


@kernel
def time_at(text: np.ndarray, at: int, end: int, role: int) -> int:
    """Seconds, milli-, micro- or nanoseconds since 1970, with decimals or without, as nanoseconds; REFUSED."""
    if at < end and text[at] == QUOTE:
        at += 1
    begin = at
    value = 0
    missing = 9 - 3 * (role - TIME_S)
    while at < end and at < begin + 19 and text[at] >= ZERO and text[at] <= NINE:
        value = value * 10 + digit_at(text, at)
        at += 1
    if at == begin or at - begin + missing > 19:
        return REFUSED
    if at < end and text[at] == POINT:
        at += 1
        while missing > 0 and at < end and text[at] >= ZERO and text[at] <= NINE:
            value = value * 10 + digit_at(text, at)
            missing -= 1
            at += 1
    while missing > 0:
        value *= 10
        missing -= 1
    return value if value >= 0 and value <= MOST_TIME_NS else REFUSED


@kernel
def iso_at(text: np.ndarray, at: int, end: int) -> int:
    """2026-08-09T21:05:48.123456Z (RFC 3339, in UTC) as nanoseconds since 1970; REFUSED."""
    if at < end and text[at] == QUOTE:
        at += 1
    if at + 19 > end or text[at + 4] != MINUS or text[at + 7] != MINUS or text[at + 13] != COLON:
        return REFUSED
    year, month, day = _digits(text, at, 4), _digits(text, at + 5, 2), _digits(text, at + 8, 2)
    hour, minute, second = _digits(text, at + 11, 2), _digits(text, at + 14, 2), _digits(text, at + 17, 2)
    if not (year >= 1970 and year < 2255 and month >= 1 and month <= 12 and day >= 1 and day <= 31):
        return REFUSED
    if not (hour >= 0 and hour < 24 and minute >= 0 and minute < 60 and second >= 0 and second <= 60):
        return REFUSED
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if day > 30 + (month + (month >> 3)) % 2 or (month == 2 and day > (29 if is_leap else 28)):
        return REFUSED
    # Days since 1970 of the Gregorian calendar: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    shifted = year - 1 if month <= 2 else year
    day_of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    of_era = shifted % 400
    days = shifted // 400 * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + day_of_year - 719_468
    value = (days * 86_400 + hour * 3_600 + minute * 60 + second) * 1_000_000_000
    at += 19
    if at < end and text[at] == POINT:
        at += 1
        unit = 100_000_000
        while unit > 0 and at < end and text[at] >= ZERO and text[at] <= NINE:
            value += digit_at(text, at) * unit
            unit //= 10
            at += 1
    return value


@kernel
def _digits(text: np.ndarray, at: int, count: int) -> int:
    """A number of exactly so many digits, or -1."""
    value = 0
    for place in range(at, at + count):
        if not (text[place] >= ZERO and text[place] <= NINE):
            return -1
        value = value * 10 + digit_at(text, place)
    return value
