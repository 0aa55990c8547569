"""What is read eight letters at a time is what would have been read one by one, for numbers and for rows."""

from decimal import Decimal

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.memory.files import address_of
from feeds.decimals import NOT_PLAIN, parse_plain, parse_steps, scale_of
from feeds.decode import parse_book
from feeds.shapes import Role, row_shape
from tests.unit.feeds.test_decode import _bench

BEHIND = b'","1.00000000000000000000"]'
PAIR = address_of(PAIR_SHAPE := row_shape(Role.PRICE, Role.QUANTITY))
GENERAL = address_of(GENERAL_SHAPE := row_shape(Role.PRICE, Role.QUANTITY, Role.SKIP))

digits = st.text("0123456789", max_size=10)
numbers = st.tuples(digits, st.sampled_from(["", ".", ".0", "..", "e-3", "x", ":", "/", "é", "\x00"]), digits).map(
    "".join
)


@settings(max_examples=300, deadline=None)
@given(text=numbers, mantissa=st.sampled_from([1, 5, 25, 100]), exponent=st.integers(-9, 2), rounds_down=st.booleans())
@example(text="12345678.12345678", mantissa=1, exponent=-8, rounds_down=False)
@example(text="12345678.123456789", mantissa=1, exponent=-2, rounds_down=True)
@example(text="123456789", mantissa=1, exponent=0, rounds_down=True)
def test_a_plain_number_is_read_as_any_other(text: str, mantissa: int, exponent: int, rounds_down: bool) -> None:
    raw = np.frombuffer(text.encode() + BEHIND, np.uint8)
    scale = scale_of(mantissa, exponent)
    found = parse_plain(raw, 0, len(raw), scale.plain_unit, rounds_down)
    if found[0] != NOT_PLAIN:
        assert found == parse_steps(raw, 0, len(raw), *scale, rounds_down)


def test_the_usual_numbers_are_plain() -> None:
    for text in ("61837.63000000", "0.00100000", "7", "12345678", "12345678.12345678"):
        raw = np.frombuffer(text.encode() + BEHIND, np.uint8)
        wanted = int(Decimal(text).scaleb(8)), len(text)
        assert parse_plain(raw, 0, len(raw), scale_of(1, -8).plain_unit, False) == wanted


rows = st.one_of(
    st.tuples(numbers, numbers).map(lambda pair: f'["{pair[0]}","{pair[1]}"]'),
    st.tuples(numbers, numbers).map(lambda pair: f"[{pair[0]},{pair[1]}]"),
    st.text('[]",.0123456789 ', max_size=20),
    st.just('["10.05","2.000"]'),
    st.just("[10.05,2]"),
    st.just('["10.05",2]'),
    st.just('["10.05","2","7"]'),
    st.just('["-1","2"]'),
)


@settings(max_examples=300, deadline=None)
@given(rows=st.lists(rows, max_size=4), is_closed=st.booleans())
def test_a_row_of_two_numbers_is_read_as_any_other(rows: list[str], is_closed: bool) -> None:
    text = ("[" + ",".join(rows) + ("]" if is_closed else "")).encode()
    book = next(iter(BENCH.market.books.values()))
    found = []
    for shape in (PAIR, GENERAL):
        buffer = BENCH.market._text
        buffer[: len(text) + 16] = text + b"9" * 16  # what an earlier frame left there
        count = parse_book(book.decoder_address, shape, 0, len(text))
        records = BENCH.market._buffers._records[: max(count, 0)]
        found.append((count, records[["price_ticks", "quantity_lots", "side"]].tolist()))
    assert found[0] == found[1]


BENCH = _bench()
