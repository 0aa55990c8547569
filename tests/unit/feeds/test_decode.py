"""Text to ticks and lots: exact, or refused; no frame that is damaged reaches the ring."""

import json
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.units import LARGEST
from core.vocabulary import EventFlag, EventKind, FeedState, Side
from feeds.config import VenueConfig
from feeds.decimals import OFF_STEP, REFUSED, parse_steps, scale_of
from tests.unit.feeds.market_bench import MarketBench

LISTING = json.dumps(
    {
        "symbols": [
            {
                "symbol": symbol,
                "status": "TRADING",
                "baseAsset": symbol[:3],
                "quoteAsset": symbol[3:],
                "filters": [
                    {"filterType": "PRICE_FILTER", "tickSize": "0.01000000"},
                    {"filterType": "LOT_SIZE", "stepSize": "0.00100000"},
                ],
            }
            for symbol in ("BTCUSDT", "ETHUSDT")
        ]
    }
)


@pytest.fixture
def bench() -> MarketBench:
    return _bench()


def _bench() -> MarketBench:
    made = MarketBench(LISTING, VenueConfig(name="binance"), capacity=1 << 10)
    made.market._sync = lambda book, **how: None  # type: ignore[method-assign]  # no network here: snapshots are given
    for book in made.market.books.values():
        book.sequence.begin(100)
        book.is_live = True
    return made


def _depth(first_id: int = 101, last_id: int = 102, symbol: str = "BTCUSDT", **fields: object) -> str:
    data = {"e": "depthUpdate", "E": 1_700_000_000_000, "s": symbol, "U": first_id, "u": last_id}
    data |= {"b": [["10.00", "1.000"]], "a": [["10.01", "2.000"], ["10.05", "0.000"]]} | fields
    return json.dumps({"stream": "btcusdt@depth@100ms", "data": data})


def _parse(text: str, step: tuple[int, int], *, rounds_down: bool = False) -> int:
    raw = np.frombuffer(text.encode(), np.uint8)
    steps, end = parse_steps(raw, 0, len(raw), *scale_of(*step), rounds_down)
    return int(steps) if steps < 0 or end == len(raw) else REFUSED


@settings(max_examples=100, deadline=None)
@given(
    digits=st.integers(0, 10**12),
    exponent=st.integers(-8, 0),
    mantissa=st.sampled_from([1, 5, 25]),
    tick_exponent=st.integers(-8, 2),
    zeros=st.integers(0, 3),
)
def test_a_decimal_is_the_same_number_of_steps_as_by_hand(
    digits: int, exponent: int, mantissa: int, tick_exponent: int, zeros: int
) -> None:
    number = Decimal(digits).scaleb(exponent)
    text = format(number, "f") + ("0" * zeros if exponent < 0 else "")
    steps = number / Decimal(mantissa).scaleb(tick_exponent)
    whole = int(steps)
    found = _parse(text, (mantissa, tick_exponent))
    if len(text.split(".")[0]) + max(0, -tick_exponent) > 18 or whole > LARGEST:
        assert found == REFUSED
    elif steps == whole:
        assert found == whole
        assert _parse(text, (mantissa, tick_exponent), rounds_down=True) == whole
    else:
        assert found == OFF_STEP
        assert _parse(text, (mantissa, tick_exponent), rounds_down=True) == whole


@pytest.mark.parametrize(
    "text", ["", ".", "-1", "+1", "1e5", "1.2.3", "NaN", "Infinity", "1,5", " 1", "0x10", "9" * 19, "9" * 40]
)
def test_what_is_no_plain_decimal_in_range_is_refused(text: str) -> None:
    assert _parse(text, (1, -2)) < 0


def test_a_depth_message_becomes_levels_in_one_frame(bench: MarketBench) -> None:
    bench.take()
    bench.feed(_depth(), 77)
    levels = bench.take()
    assert levels["kind"].tolist() == [EventKind.BOOK_LEVEL] * 3
    assert levels["price_ticks"].tolist() == [1000, 1001, 1005]
    assert levels["quantity_lots"].tolist() == [1000, 2000, 0]
    assert levels["side"].tolist() == [Side.BUY, Side.SELL, Side.SELL]
    assert levels["flags"].tolist() == [0, 0, EventFlag.LAST_IN_FRAME]
    assert levels["reference_id"].tolist() == [102] * 3
    assert levels["received_ns"].tolist() == [77] * 3


def test_a_trade_carries_the_takers_side(bench: MarketBench) -> None:
    trade = {"e": "trade", "E": 1, "s": "ETHUSDT", "t": 9, "p": "10.05", "q": "0.5", "T": 2, "m": True}
    bench.feed(json.dumps({"stream": "ethusdt@trade", "data": trade}), 1)
    aggregated = {"e": "aggTrade", "E": 1, "s": "ETHUSDT", "a": 8, "p": "10.06", "q": "0.5", "T": 2, "m": False}
    bench.feed(json.dumps({"stream": "ethusdt@aggTrade", "data": aggregated}), 1)
    trades = bench.take()
    assert trades["kind"].tolist() == [EventKind.TRADE] * 2
    assert trades["side"].tolist() == [Side.SELL, Side.BUY]
    assert trades["price_ticks"].tolist() == [1005, 1006]
    assert trades["reference_id"].tolist() == [9, 8]


def test_a_level_between_two_ticks_is_left_out_and_counted(bench: MarketBench) -> None:
    bench.feed(_depth(b=[["10.005", "1"], ["9.99", "1.0005"]], a=[]), 1)
    levels = bench.take()
    assert levels["price_ticks"].tolist() == [999]
    assert levels["quantity_lots"].tolist() == [1000], "rounded down to whole lots"
    assert bench.market.books["BTCUSDT"].decoder["off_step"][0] == 1
    assert bench.market.status["bad_frames"] == 0


def test_a_gap_makes_the_book_untrusted_and_asks_for_a_snapshot(bench: MarketBench) -> None:
    bench.feed(_depth(101, 102), 1)
    bench.take()
    bench.feed(_depth(105, 106), 1)
    records = bench.take()
    assert records["kind"].tolist() == [EventKind.FEED_STATE]
    assert records["detail"].tolist() == [FeedState.GAPPED]
    assert (bench.market.status["gaps"], bench.market.status["resyncs"]) == (1, 1)
    bench.feed(_depth(107, 108), 1)
    assert len(bench.take()) == 0, "buffered until the snapshot"


BAD = [
    "",
    "nonsense",
    "[]",
    "null",
    '{"stream":"btcusdt@depth"}',
    '{"stream":"btcusdt@depth","data":{"e":"kline"}}',
    _depth()[:-9],
    _depth(b=[["10.00"]]),
    _depth(b=[["-10.00", "1"]]),
    _depth(b=[["0.00", "1"]]),
    _depth(b=[["10.00", "-1"]]),
    _depth(b=[["1e", "1"]]),
    _depth(b=[["1e13", "1"]]),
    _depth(b=[["NaN", "1"]]),
    _depth(b=[["99999999999999999999", "1"]]),
    _depth(b=[["10.00", "99999999999999999999"]]),
    _depth(b="[]"),
    _depth(b={}),
    _depth(b=None),
    _depth(U="101"),
    _depth(u=1 << 70),
    _depth(E=1.5),
    _depth(symbol="NOBODY"),
]


@pytest.mark.parametrize("text", BAD)
def test_a_bad_frame_is_counted_and_never_reaches_the_ring(bench: MarketBench, text: str) -> None:
    bench.take()
    bench.feed(text, 1)
    assert not (bench.take()["kind"] == EventKind.BOOK_LEVEL).any()
    assert bench.market.status["bad_frames"] == 1
    assert b"a frame was refused" in bytes(bench.market.status["message"])


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_damaged_frame_reaches_the_ring_whole_or_not_at_all(data: st.DataObject) -> None:
    text = list(_depth(b=[["10.00", "1.000"], ["9.98", "3.500"]], a=[["10.01", "2.000"]]))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(text) - 1))
        change = data.draw(st.sampled_from(["cut", "drop", "flip", "double"]))
        if change == "cut":
            text = text[: place + 1]
        elif change == "drop" and len(text) > 1:
            del text[place]
        elif change == "double":
            text.insert(place, text[place])
        else:
            text[place] = data.draw(st.characters(codec="utf-8"))
    made = _bench()
    made.take()
    made.feed("".join(text), 1)
    levels = made.take()
    levels = levels[levels["kind"] == EventKind.BOOK_LEVEL]
    if len(levels):
        assert levels["flags"][-1] & EventFlag.LAST_IN_FRAME
        assert (levels["price_ticks"] > 0).all()
        assert (levels["price_ticks"] <= LARGEST).all()
        assert (levels["quantity_lots"] >= 0).all()
        assert (levels["quantity_lots"] <= LARGEST).all()


@settings(max_examples=100, deadline=None)
@given(st.text() | st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists).map(json.dumps))
def test_anything_at_all_off_the_socket_ends_nothing(text: str) -> None:
    made = _bench()
    made.take()
    made.feed(text, 1)
    assert not (made.take()["kind"] == EventKind.BOOK_LEVEL).any()
