"""Gate.io: every recording beside the slow books, the rule of its ids by hand, whole books by the stream, the lists."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.vocabulary import AssetClass, InstrumentState, Side
from feeds.errors import SequenceGap
from feeds.listing import read_listing
from feeds.market_words import Ping
from feeds.recording import Frame, HttpAnswer, Recording, Socket, read_recording
from feeds.venues.gateio.sequence import BookSequence
from tests.venue_bench import VenueBench, trades_of

URL = "wss://api.gateio.ws/ws/v4/"
SNAPSHOT_URL = "https://api.gateio.ws/api/v4/spot/order_book?currency_pair=BTC_USDT&limit=100&with_id=true"
Rows = list[list[str]]


def _frame(channel: str, result: object, event: str = "update") -> str:
    return json.dumps({"time": 1606294781, "channel": channel, "event": event, "result": result})


def _update(first: int, last: int, bids: Rows, asks: Rows) -> str:
    ids = {"t": 1606294781123, "e": "depthUpdate", "E": 1606294781, "s": "BTC_USDT", "U": first, "u": last}
    return _frame("spot.order_book_update", {**ids, "b": bids, "a": asks})


def _whole(last: int, bids: Rows, asks: Rows, **more: object) -> str:
    return _frame("spot.obu", {"t": 1615366381417, "s": "ob.BTC_USDT.400", "u": last, "b": bids, "a": asks, **more})


SNAPSHOT = json.dumps({"id": 10, "bids": [["100.1", "1.5"], ["99", "2"]], "asks": [["101", "0.25"]]})


def _bench(*frames: str, dialect: str = "gateio", **more: Any) -> VenueBench:
    lines: list[Frame | HttpAnswer] = [HttpAnswer(1, SNAPSHOT_URL, SNAPSHOT)]
    lines += [Frame(at_ns, "1", text) for at_ns, text in enumerate(frames, 2)]
    return VenueBench(dialect, Recording("by hand", dialect, (Socket("1", URL),), tuple(lines)), **more)


def _bids(bench: VenueBench) -> dict[int, int]:
    return bench.books["BTC_USDT"].sides[Side.BUY]


def _without(recording: Recording, symbol: str) -> Recording:
    lines = tuple(line for line in recording.lines if symbol not in (getattr(line, "url", "") or line.text[:400]))
    return msgspec.structs.replace(recording, lines=lines)


@pytest.mark.parametrize(
    ("dialect", "name", "symbols"),
    [
        ("gateio", "derived/gateio/GATEIO_2021-04-22_A.jsonl.gz", 4),
        ("gateio-futures", "derived/gateio_futures/GATEIO_FUTURES_2023-05-26_A.jsonl.gz", 5),
    ],
)
def test_recorded_books_and_trades_are_the_slow_ones(captures: Path, dialect: str, name: str, symbols: int) -> None:
    recording = _without(read_recording(captures / name), "INK_USDT")  # millions with nine decimals: never exactly
    bench = VenueBench(dialect, recording)
    found = bench.play()
    assert len(found.symbols) == symbols
    assert found.trades == trades_of(dialect, recording)
    assert bench.market.status["gaps"] == 0


@pytest.mark.parametrize(
    ("dialect", "name"),
    [
        ("gateio", "derived/gateio/GATEIO_2021-04-22_A.jsonl.gz"),
        ("gateio-futures", "derived/gateio_futures/GATEIO_FUTURES_2023-05-26_A.jsonl.gz"),
    ],
)
def test_the_recorded_list_can_be_read(captures: Path, dialect: str, name: str) -> None:
    recording = read_recording(captures / name)
    part = "/contracts" if "futures" in dialect else "/currency_pairs"
    listed = read_listing(dialect, [recording.answer(part).encode()], venue=dialect)
    assert len(listed) > 100
    assert {row.venue_symbol for row in listed} >= set(recording.symbols)


def test_updates_before_the_snapshot_are_dropped_or_straddle_it() -> None:
    sequence = BookSequence(venue="gateio", symbol="BTC_USDT")
    assert not sequence.fits(3, 5)
    assert sequence.fits(4, 5)
    sequence.begin(10)
    assert not sequence.accepts(5, 10)
    assert sequence.accepts(8, 12)
    assert sequence.accepts(13, 13)
    assert not sequence.accepts(13, 13), "it came before"
    with pytest.raises(SequenceGap):
        sequence.accepts(13, 20)


def test_the_first_update_must_reach_the_snapshot() -> None:
    sequence = BookSequence(venue="gateio", symbol="BTC_USDT")
    sequence.begin(10)
    with pytest.raises(SequenceGap):
        sequence.accepts(12, 13)


def test_an_update_that_skips_ids_makes_the_book_begin_again() -> None:
    bench = _bench(_update(11, 11, [["100.1", "0"]], []))
    bench.play()
    bench.feed(_update(13, 13, [["99", "0"]], []))
    assert bench.market.status["gaps"] == 1
    assert bench.wanted == {"BTC_USDT"}
    assert len(_bids(bench)) == 1, "the update that skipped is not in the book"


def test_a_snapshot_from_before_the_subscription_is_taken_again_and_nothing_was_lost() -> None:
    bench = _bench()
    bench.play()
    bench.feed(_update(15, 16, [["98", "1"]], []))
    assert bench.market.status["gaps"] == 0
    assert bench.wanted == {"BTC_USDT"}
    bench.snapshot("BTC_USDT", SNAPSHOT.replace('"id": 10', '"id": 14'))
    assert bench.books["BTC_USDT"].is_live
    assert len(_bids(bench)) == 3, "the update has waited"


def test_a_stream_of_whole_books_needs_no_snapshot() -> None:
    bench = _bench(_update(11, 11, [["100.1", "1.5"]], []), depth=400)
    bench.feed(_whole(20, [["100.1", "1.5"]], [["101", "2"]], full=True))
    assert bench.books["BTC_USDT"].is_live
    bench.feed(_whole(23, [["99", "2"]], [], U=21))
    assert len(_bids(bench)) == 2
    bench.feed(_whole(26, [["98", "2"]], [], U=25))
    assert bench.market.status["gaps"] == 1
    bench.feed(_whole(27, [["98", "2"]], [], U=27))
    assert len(_bids(bench)) == 2, "it waits for a whole book"
    bench.feed(_whole(30, [["97", "1"]], [["101", "2"]], full=True))
    assert len(_bids(bench)) == 1
    assert bench.market.status["bad_frames"] == 0


def test_futures_levels_are_objects_and_their_trades_have_signs() -> None:
    snapshot = {"id": 10, "bids": [{"p": "100.1", "s": 3}], "asks": [{"s": "2", "p": "100.3"}]}
    url = "https://api.gateio.ws/api/v4/futures/usdt/order_book?contract=BTC_USDT"
    row = {"id": 27753479, "create_time": 1545136464, "price": "96.4", "contract": "BTC_USDT"}
    frames = [
        _frame(
            "futures.order_book_update",
            {"t": 1, "s": "BTC_USDT", "U": 11, "u": 12, "b": [], "a": [{"p": "100.2", "s": "4"}]},
        ),
        _frame("futures.trades", [{**row, "size": -108}, {**row, "size": 7}]),
        _frame("futures.trades", [{**row, "size": "-1", "create_time_ms": 1545136464123}]),
    ]
    lines: list[Frame | HttpAnswer] = [HttpAnswer(1, url, json.dumps(snapshot))]
    lines += [Frame(2, "1", text) for text in frames]
    bench = VenueBench("gateio-futures", Recording("by hand", "gateio-futures", (Socket("1", URL),), tuple(lines)))
    found = bench.play()
    assert [(int(size), side) for _, _, size, side in found.trades] == [(108, "sell"), (7, "buy"), (1, "sell")]


def test_spot_trades_tell_the_side_of_the_taker() -> None:
    trade = {
        "id": 309143071, "create_time": 1606292218, "create_time_ms": "1606292218213.4578", "side": "sell",
        "currency_pair": "BTC_USDT", "amount": "16.4700000000", "price": "0.4705000000", "range": "2390902-2390902",
    }  # fmt: skip
    bench = _bench(_frame("spot.trades", trade))
    assert bench.play().trades == [("BTC_USDT", Decimal("0.4705"), Decimal("16.47"), "sell")]


def test_acknowledgements_and_pongs_pass_and_a_refusal_is_told() -> None:
    bench = _bench()
    bench.feed(_frame("spot.order_book_update", {"status": "success"}, event="subscribe"))
    bench.feed('{"time":1,"channel":"spot.pong","event":"","result":null}')
    refused = {"channel": "spot.trades", "event": "subscribe", "error": {"code": 2, "message": "unknown currency pair"}}
    bench.feed(json.dumps({**refused, "result": {"status": "fail"}}))
    assert bench.market.status["bad_frames"] == 0
    assert b"unknown currency pair" in bytes(bench.market.status["message"])


def test_what_is_asked_for_follows_the_depth() -> None:
    usual, deep = _bench(), _bench(depth=200)
    books = list(usual.market.books.values())
    assert [json.loads(text)["payload"] for text in usual.market.subscribe(books)] == [
        ["BTC_USDT", "100ms"],
        *[["BTC_USDT"]] * 3,
    ]
    assert json.loads(deep.market.subscribe(books)[0])["payload"] == ["ob.BTC_USDT.400"]
    assert json.loads(usual.market.ping_text(Ping("", 1)))["channel"] == "spot.ping"


def test_contracts_and_pairs_of_today() -> None:
    pair = {
        "id": "ETH_USDT", "base": "ETH", "quote": "USDT", "fee": "0.2", "min_base_amount": "0.001",
        "min_quote_amount": "1.0", "max_base_amount": "10000", "amount_precision": 3, "precision": 6,
        "trade_status": "untradable", "sell_start": 1516378650,
    }  # fmt: skip
    (spot,) = read_listing("gateio", [json.dumps([pair]).encode()], venue="gateio")
    assert (spot.symbol, spot.tick, spot.lot) == ("ETH-USDT.gateio", Decimal("0.000001"), Decimal("0.001"))
    assert (spot.taker_fee_ppm, spot.state) == (2_000, InstrumentState.CLOSED)
    contract = {
        "name": "LAB_USDT", "quanto_multiplier": "100", "order_price_round": "0.00001", "order_size_min": "0.1",
        "order_size_max": "1200", "maker_fee_rate": "-0.00025", "taker_fee_rate": "0.00075", "enable_decimal": True,
    }  # fmt: skip
    (perpetual,) = read_listing("gateio-futures", [json.dumps([contract]).encode()], venue="gateio")
    assert perpetual.symbol == "LAB-USDT-PERP.gateio"
    assert perpetual.asset_class is AssetClass.PERPETUAL
    assert (perpetual.lot, perpetual.contract_size, perpetual.maker_fee_ppm) == (Decimal("0.1"), Decimal(100), -250)
