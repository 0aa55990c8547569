"""Frames that are read by their bytes: what is read is what JSON says; what is not certain is left to the envelope."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.vocabulary import Side
from feeds.decode import DecodeBuffers
from feeds.frame_reader import ASKED, BOOK, COUNT, NOT_KNOWN, NUMBERS, TIME_NS, FrameReader, read_frame
from feeds.frame_shapes import FrameShape, Hole, compiled, levels_frame, trades_frame
from feeds.market_books import Book
from tests.unit.feeds.market_bench import MarketBench
from tests.unit.feeds.test_decode import _bench

BOOK_FRAME = levels_frame(
    '{"s":"<symbol>","E":<time_ms>,"u":<number>,"b":[<each_bid>["<price>","<quantity>"]</each>],'
    '"a":[<each_ask>[<price>,<quantity>,<_>]</each>]}'
)
TRADE_FRAME = trades_frame('{"t":[<each>{"p":<price>,"q":"<quantity>","m":<is_buyer_maker>}</each>],"s":"<symbol>"}')
GOOD = '{"s":"BTCUSDT","E":1700000000123,"u":42,"b":[["100.50","2"],["99","0"]],"a":[[101.25,3.5,null]]}'
TRADES = '{"t":[{"p":100.25,"q":"2","m":true}],"s":"BTCUSDT"}'


class Reading:
    """A reader of some shapes for one book of a bench."""

    def __init__(self, *shapes: FrameShape) -> None:
        self.bench: MarketBench = _bench()
        market = self.bench.market
        self.buffers: DecodeBuffers = market._buffers
        self.books: Sequence[Book] = list(market.books.values())
        self.reader = FrameReader(shapes, self.books, self.buffers)

    def read(self, text: str | bytes) -> int:
        frame = text.encode() if isinstance(text, str) else text
        self.buffers.text[: len(frame)] = frame
        return read_frame(self.reader.address, len(frame), 1)

    def records(self) -> np.ndarray:
        return self.buffers._records[: self.reader.found[COUNT]]


def test_a_book_is_read_with_its_numbers_and_nothing_is_published() -> None:
    reading = Reading(BOOK_FRAME)
    assert reading.read(GOOD) == ASKED
    found, records = reading.reader.found, reading.records()
    assert (found[BOOK], found[COUNT], found[TIME_NS], found[NUMBERS]) == (0, 3, 1_700_000_000_123_000_000, 42)
    assert records["side"].tolist() == [Side.BUY, Side.BUY, Side.SELL]
    assert records["price_ticks"].tolist() == [10_050, 9_900, 10_125]
    assert len(reading.bench.take()) == 0


def test_trades_are_in_the_ring_at_once_though_their_symbol_comes_last() -> None:
    reading = Reading(TRADE_FRAME)
    assert reading.read(TRADES) == 1
    (record,) = reading.bench.take()
    assert (record["price_ticks"], record["side"]) == (10_025, Side.SELL)


@pytest.mark.parametrize(
    "other",
    [
        GOOD.replace('"u":42,', "")
        .replace('"b"', '"u":42,"b"', 1)
        .replace('"E":1700000000123,', '"E": 1700000000123,'),
        GOOD.replace("BTCUSDT", "XRPUSDT"),
        GOOD.replace("BTCUSDT", r"BTC\u0055SDT"),
        GOOD.replace('"u":42', '"u":042'),
        GOOD.replace('"u":42', '"u":-42'),
        GOOD.replace('"u":42', f'"u":{"9" * 19}'),
        GOOD.replace("1700000000123", "1700000000123.5"),
        GOOD.replace("101.25", "0101.25"),
        GOOD.replace("101.25", ".25"),
        GOOD.replace("101.25", "101."),
        GOOD.replace("101.25", "-101.25"),
        GOOD.replace("101.25", "101.255"),
        GOOD.replace('"100.50"', '"0"'),
        GOOD.replace('"100.50"', '"99999999999999999999"'),
        GOOD.replace("null", "tru"),
        GOOD.replace("null", '"text"'),
        GOOD.replace(",[", ", ["),
        GOOD[:-1],
        GOOD + " ",
        GOOD + GOOD,
        "",
    ],
)
def test_what_is_written_otherwise_is_left_to_the_envelope(other: str) -> None:
    reading = Reading(BOOK_FRAME, TRADE_FRAME)
    assert reading.read(GOOD) == ASKED
    assert reading.read(other) == NOT_KNOWN
    assert len(reading.bench.take()) == 0


def test_a_frame_ends_where_it_ends_whatever_lies_behind_it() -> None:
    reading = Reading(BOOK_FRAME)
    for size in range(len(GOOD)):
        assert reading.read(GOOD) == ASKED
        assert read_frame(reading.reader.address, size, 1) == NOT_KNOWN


numbers = st.integers(0, 10**7).map(lambda number: f"{number / 100:.2f}")
rows = st.lists(st.tuples(numbers, numbers), max_size=5)


@settings(max_examples=200, deadline=None)
@given(bids=rows, asks=rows, number=st.integers(0, 10**19), letters=st.binary(max_size=3), place=st.integers(0, 10**4))
def test_what_is_read_is_json_and_means_the_same(
    bids: list[Any], asks: list[Any], number: int, letters: bytes, place: int
) -> None:
    side = ",".join(f'["{price}","{size}"]' for price, size in bids)
    other = ",".join(f"[{price},{size},null]" for price, size in asks)
    text = f'{{"s":"BTCUSDT","E":1700000000123,"u":{number},"b":[{side}],"a":[{other}]}}'.encode()
    place %= len(text)
    frame = text[:place] + letters + text[place + len(letters) :]
    if READING.read(frame) == NOT_KNOWN:
        return
    data = json.loads(frame, parse_float=str)
    assert READING.reader.found[NUMBERS] == data["u"]
    wanted = [round(float(price) * 100) for price, *_ in (*data["b"], *data["a"])]
    assert READING.records()["price_ticks"].tolist() == wanted


READING = Reading(BOOK_FRAME)


def test_a_venue_that_turns_its_keys_round_loses_nothing_but_speed() -> None:
    head, tail = '{"stream":"btcusdt@trade","data":{"e":"trade","E":1,"s":"BTCUSDT"', '"T":1,"m":true,"M":true}}'
    quick, slow = (head + keys + tail for keys in (',"t":7,"p":"10.50","q":"1",', ',"p":"10.50","t":7,"q":"1",'))
    bench = _bench()
    bench.feed(quick)
    assert bench.market.known == 1
    bench.feed(slow)
    assert (bench.market.known, bench.market.frames) == (1, 2)
    first, second = bench.take()
    names = ("kind", "instrument_id", "side", "price_ticks", "quantity_lots", "reference_id", "venue_ns", "flags")
    assert [first[name] for name in names] == [second[name] for name in names]


def test_long_fixed_text_is_cut_into_words_of_eight_letters() -> None:
    written, parts = compiled((levels_frame('{"channel":"levels","s":"<symbol>","p":<price>}'),))
    assert (written["first"][0], written["end"][0]) == (0, len(parts))
    assert [int(part["size"]) for part in parts if part["kind"] == Hole.FIXED] == [8, 8, 8, 1, 6, 1]
