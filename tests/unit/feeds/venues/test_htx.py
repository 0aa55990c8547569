"""HTX: the recordings beside the slow books, changes and their snapshot by hand, packed frames, pings, the lists."""

import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.vocabulary import InstrumentState, Side
from feeds.errors import SequenceGap
from feeds.listing import read_listing
from feeds.recording import Frame, Recording, Socket, read_recording
from feeds.venues.htx.sequence import ChainSequence
from tests.venue_bench import VenueBench, trades_of

URL = "wss://api.huobi.pro/feed"
Rows = list[list[float]]


def _change(previous: int, last: int, **sides: Rows) -> str:
    tick = {"seqNum": last, "prevSeqNum": previous, **sides}
    return json.dumps({"ch": "market.btcusdt.mbp.150", "ts": 1573199608679, "tick": tick})


def _snapshot(last: int, bids: Rows, asks: Rows) -> str:
    data = {"seqNum": last, "bids": bids, "asks": asks}
    return json.dumps({"id": "1", "rep": "market.btcusdt.mbp.150", "status": "ok", "data": data})


def _depth(event: str, version: int, bids: Rows, asks: Rows) -> str:
    name = "market.BTC-USDT.depth.size_150.high_freq"
    tick = {"asks": asks, "bids": bids, "ch": name, "event": event, "id": 1, "ts": 1592904821308, "version": version}
    return json.dumps({"ch": name, "tick": tick, "ts": 1592904821309})


def _whole(time: int, symbol: str = "btcusdt", **sides: object) -> str:
    tick = {**sides, "version": 100182534697, "ts": time}
    return json.dumps({"ch": f"market.{symbol}.depth.step0", "ts": time, "tick": tick})


TOO_FINE = ("fil3susdt", "omgbtc", "borusdt")
"""Of 2021: up to fifteen decimals, more than an exact comparison of all of them has room for."""
FIRST = _snapshot(10, [[9137.67, 4.683547], [9137.35, 0.0089]], [[9137.68, 0.190075]])


def _bench(*frames: str, dialect: str = "htx", **more: Any) -> VenueBench:
    lines = tuple(Frame(at_ns, "1", text) for at_ns, text in enumerate(frames, 1))
    return VenueBench(dialect, Recording("by hand", "htx", (Socket("1", URL),), lines), reference="htx", **more)


def _without(recording: Recording, symbols: tuple[str, ...]) -> Recording:
    lines = tuple(line for line in recording.lines if not any(f".{name}." in line.text[:400] for name in symbols))
    return msgspec.structs.replace(recording, lines=lines)


@pytest.mark.parametrize(
    ("dialect", "name", "symbols", "too_fine"),
    [
        ("htx", "derived/htx/HUOBI_2021-04-17_A.jsonl.gz", 2, TOO_FINE),
        ("htx-swap", "derived/htx_swap/HUOBI_SWAP_2022-02-19_coin.jsonl.gz", 5, ()),
    ],
)
def test_recorded_books_and_trades_are_the_slow_ones(
    captures: Path, dialect: str, name: str, symbols: int, too_fine: tuple[str, ...]
) -> None:
    recording = _without(read_recording(captures / name), too_fine)
    bench = VenueBench(dialect, recording)
    found = bench.play(every=10)
    assert len(found.symbols) == symbols
    assert found.trades == trades_of(dialect, recording)
    assert any(text.startswith('{"pong":') for text in bench.socket.sent)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("dialect", "name", "part"),
    [
        ("htx", "derived/htx/HUOBI_2021-04-17_A.jsonl.gz", "/symbols"),
        ("htx-swap", "derived/htx_swap/HUOBI_SWAP_2022-02-19_coin.jsonl.gz", "swap_contract_info"),
    ],
)
def test_the_recorded_list_can_be_read(captures: Path, dialect: str, name: str, part: str) -> None:
    recording = read_recording(captures / name)
    listed = read_listing(dialect, [recording.answer(part).encode()], venue=dialect)
    assert {row.venue_symbol for row in listed} >= set(recording.symbols)


def test_changes_that_came_before_the_snapshot_are_applied_behind_it() -> None:
    frames = (
        _change(8, 10, bids=[[9000, 1]], asks=[]),
        _change(10, 12, asks=[[9137.68, 0.0], [9138.23, 0.010945]], bids=[]),
        FIRST,
        _change(12, 15, bids=[[9137.35, 0.0]], asks=[]),
    )
    bench = _bench(*frames)
    assert bench.play().compared >= 2
    bench.feed(_change(15, 16, asks=[[9139, 1]]))
    assert {side: len(levels) for side, levels in bench.books["btcusdt"].sides.items()} == {Side.BUY: 1, Side.SELL: 2}


def test_a_snapshot_that_is_too_old_is_asked_for_again() -> None:
    bench = _bench(FIRST)
    bench.feed(_change(12, 15, bids=[[9000, 1]]))
    bench.feed(FIRST)
    assert not bench.books["btcusdt"].is_live
    (wish,) = (json.loads(text) for text in bench.socket.sent)  # type: ignore[attr-defined]
    assert wish["req"] == "market.btcusdt.mbp.150"


def test_each_change_follows_the_one_before_it() -> None:
    sequence = ChainSequence(venue="htx", symbol="btcusdt")
    assert sequence.fits(12, 12)
    assert not sequence.fits(11, 12)
    sequence.begin(10)
    assert not sequence.accepts(8, 10)
    assert sequence.accepts(10, 14)
    assert not sequence.accepts(10, 14), "it came before"
    with pytest.raises(SequenceGap):
        sequence.accepts(15, 16)


def test_a_change_that_is_missing_makes_the_book_begin_again() -> None:
    bench = _bench(FIRST)
    bench.play()
    bench.feed(_change(11, 12, bids=[[9137.67, 0]]))
    assert bench.market.status["gaps"] == 1
    assert bench.wanted == {"btcusdt"}
    assert len(bench.books["btcusdt"].sides[Side.BUY]) == 2


def test_changes_of_swaps_count_by_version() -> None:
    frames = (
        _depth("update", 6, [[1.0, 5]], []),
        _depth("snapshot", 7, [[100.5, 3], [99.0, 4]], [[101.0, 7]]),
        _depth("update", 8, [[99.0, 0]], [[100.5, 2], [100.6, 1]]),
    )
    bench = _bench(*frames, dialect="htx-linear-swap")
    bench.play()
    bench.feed(_depth("update", 8, [[1.0, 1]], []))
    assert len(bench.books["BTC-USDT"].sides[Side.BUY]) == 1
    bench.feed(_depth("update", 10, [[1.0, 1]], []))
    assert bench.market.status["gaps"] == 1
    assert bench.market.status["bad_frames"] == 0


def test_whole_books_may_lack_a_side_and_older_ones_are_left_out() -> None:
    bench = _bench(FIRST)
    bench.feed(_whole(2000, bids=[[9137.67, 1.5]], asks=None))
    bench.feed(_whole(1000, bids=[[9137.67, 9]], asks=[]))
    sides = bench.books["btcusdt"].sides
    assert len(sides[Side.BUY]) == 1
    assert next(iter(sides[Side.BUY].values())) * bench.instruments["btcusdt"].lot == Decimal("1.5")
    assert bench.market.status["bad_frames"] == 0


def test_the_last_trades_that_a_subscription_repeats_are_told_once() -> None:
    row = {
        "id": 123140716701236887569077664, "ts": 1616243199156, "tradeId": 102357140867, "amount": 1.98e-4,
        "price": 58911.07, "direction": "sell",
    }  # fmt: skip
    rows = [row, {**row, "direction": ""}, {**row, "direction": "buy"}]
    trades = {"ch": "market.btcusdt.trade.detail", "ts": 1, "tick": {"id": 123140716701, "ts": 1, "data": rows}}
    bench = _bench(FIRST)
    for _ in range(2):
        bench.feed(json.dumps(trades, separators=(",", ":")))
    assert [trade[3] for trade in bench.found.trades] == ["sell", "buy"]
    assert bench.market.status["bad_frames"] == 0


def test_frames_are_unpacked_and_what_cannot_be_is_a_bad_frame() -> None:
    bench = _bench(FIRST)
    packed = gzip.compress(FIRST.encode())
    bench.feed(packed)
    assert bench.books["btcusdt"].is_live
    for count, frame in enumerate((packed[:-20], packed[:10] + b"\xff" * 40, gzip.compress(bytes(1 << 24))), 1):
        bench.feed(frame)
        assert bench.market.status["bad_frames"] == count


def test_a_ping_is_answered_and_a_refusal_told() -> None:
    bench = _bench(FIRST)
    bench.feed(gzip.compress(b'{"ping":1618678073643}'))
    assert bench.socket.sent == ['{"pong":1618678073643}']  # type: ignore[attr-defined]
    bench.feed('{"id":"1","status":"ok","subbed":"market.btcusdt.mbp.150","ts":1}')
    bench.feed('{"status":"error","ts":1,"id":"2","err-code":"bad-request","err-msg":"invalid topic market.no.mbp"}')
    assert b"invalid topic" in bytes(bench.market.status["message"])
    assert bench.market.status["bad_frames"] == 0


def test_what_is_asked_for_where() -> None:
    spot, whole = _bench(FIRST), _bench(FIRST, whole_books=True)
    books = list(spot.market.books.values())
    wishes = [json.loads(text) for text in spot.market.subscribe(books)]
    assert [wish.get("sub") or wish.get("req") for wish in wishes] == ["market.btcusdt.mbp.150"] * 2
    assert "market.btcusdt.trade.detail" in spot.market.subscribe_side(books)[0]
    assert spot.market.side_url(books).endswith("/ws")
    assert whole.market.side_url(books) == ""
    assert [json.loads(text)["sub"] for text in whole.market.subscribe(books)] == [
        f"market.btcusdt.{channel}" for channel in ("depth.step0", "trade.detail", "bbo", "detail")
    ]
    swap = _bench(_depth("snapshot", 7, [[1.0, 1]], [[2.0, 1]]), dialect="htx-linear-swap")
    wish, *_ = (json.loads(text) for text in swap.market.subscribe(list(swap.market.books.values())))
    assert (wish["sub"], wish["data_type"]) == ("market.BTC-USDT.depth.size_150.high_freq", "incremental")


def test_steps_of_contracts_are_exact() -> None:
    body = (
        b'{"status":"ok","data":[{"symbol":"BTC","contract_code":"BTC-USDT","contract_size":0.001000000000000000,'
        b'"price_tick":0.100000000000000000,"contract_status":1,"business_type":"swap"},{"symbol":"BTC","contract_code":'
        b'"BTC-USDT-261225","contract_size":0.001,"price_tick":0.1,"contract_status":1,"business_type":"futures"}]}'
    )
    (bitcoin,) = read_listing("htx-linear-swap", [body], venue="htx")
    assert (bitcoin.symbol, bitcoin.tick, bitcoin.contract_size) == (
        "BTC-USDT-PERP.htx",
        Decimal("0.1"),
        Decimal("0.001"),
    )
    body = (
        body.replace(b"USDT", b"USD").replace(b"0.001000000000000000", b"100.0").replace(b'status":1', b'status":5', 1)
    )
    (inverse,) = read_listing("htx-swap", [body], venue="htx-swap")
    assert inverse.is_inverse
    assert (inverse.settlement, inverse.contract_size) == ("BTC", Decimal(100))
    assert inverse.state is InstrumentState.CLOSED
