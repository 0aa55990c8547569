"""Binance's other markets: USD-M, COIN-M, and the venues that speak its spot words, beside the slow books."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.vocabulary import AssetClass, EventKind, Reference, Side
from feeds.errors import SequenceGap
from feeds.instruments import Instrument
from feeds.listing import read_listing
from feeds.recording import Frame, HttpAnswer, Recording, Socket, read_recording
from feeds.venues.binance.sequence import FuturesSequence
from tests.venue_bench import VenueBench, trades_of

RECORDINGS = [
    ("binance-usdm", "cryptofeed/binance_usdm/BINANCE_FUTURES_2021-07-22.jsonl.gz", 4),
    ("binance-coinm", "cryptofeed/binance_coinm/BINANCE_DELIVERY_2021-07-21.jsonl.gz", 10),
    ("binance", "cryptofeed/binance_us/BINANCE_US_2021-10-11.jsonl.gz", 4),
    ("binance", "cryptofeed/binance_tr/BINANCE_TR_2023-04-10.jsonl.gz", 3),
]
WITHOUT_SNAPSHOT = "ELFBUSD"
"""Of BINANCE_TR: its snapshot was not recorded."""
SNAPSHOT_URL = "https://fapi.binance.com/fapi/v1/depth?symbol=BTCUSDT&limit=1000"
SNAPSHOT = json.dumps({"lastUpdateId": 100, "E": 1, "T": 1, "bids": [["99", "1"]], "asks": [["101.5", "1.25"]]})


def _update(first: int, last: int, previous: int, bids: list[list[str]]) -> str:
    ids = {"e": "depthUpdate", "E": 1787227200100, "T": 1787227200099, "s": "BTCUSDT", "U": first, "u": last}
    return json.dumps({"stream": "btcusdt@depth@100ms", "data": {**ids, "pu": previous, "b": bids, "a": []}})


def _trade(price: str, **more: str) -> str:
    trade = {"e": "trade", "E": 1723161256322, "T": 1723161256322, "s": "BTCUSDT", "t": 5266583935, "p": price}
    data = json.dumps({**trade, "q": "0.5" if price != "0" else "0", **more, "m": False}, separators=(",", ":"))
    return f'{{"stream":"btcusdt@trade","data":{data}}}'


def _bench(*frames: str, dialect: str = "binance-usdm", **more: Any) -> VenueBench:
    lines: list[Frame | HttpAnswer] = [HttpAnswer(1, SNAPSHOT_URL, SNAPSHOT)]
    lines += [Frame(at_ns, "1", text) for at_ns, text in enumerate(frames, 2)]
    socket = Socket("1", "wss://fstream.binance.com/public/stream")
    return VenueBench(dialect, Recording("by hand", dialect, (socket,), tuple(lines)), **more)


@pytest.mark.parametrize(("dialect", "name", "symbols"), RECORDINGS)
def test_recorded_books_and_trades_are_the_slow_ones(captures: Path, dialect: str, name: str, symbols: int) -> None:
    recording = read_recording(captures / name)
    lines = tuple(line for line in recording.lines if WITHOUT_SNAPSHOT.lower() not in line.text[:60].lower())
    recording = msgspec.structs.replace(recording, lines=lines)
    bench = VenueBench(dialect, recording)
    found = bench.play(every=5)
    assert len(found.symbols) == symbols
    assert found.trades == trades_of(dialect, recording)
    assert bench.market.status["gaps"] == 0


def test_a_busy_minute_of_2024_is_the_slow_one(captures: Path) -> None:
    recording = read_recording(captures / "hftbacktest/binance_usdm/btcusdt_20240808.gz")
    recording = msgspec.structs.replace(recording, lines=recording.lines[:10_000])
    bitcoin = Instrument(
        symbol="BTC-USDT-PERP.binance-usdm",
        venue_symbol="BTCUSDT",
        venue="binance-usdm",
        base="BTC",
        quote="USDT",
        settlement="USDT",
        tick=Decimal("0.1"),
        lot=Decimal("0.001"),
    )
    bench = VenueBench("binance-usdm", recording, instruments={"BTCUSDT": bitcoin})
    found = bench.play(every=200)
    assert found.compared >= 2
    assert found.trades == trades_of("binance-usdm", recording)
    assert bench.market.status["gaps"] == 0


@pytest.mark.parametrize(("dialect", "name"), [(row[0], row[1]) for row in RECORDINGS[:3]])
def test_the_recorded_list_can_be_read(captures: Path, dialect: str, name: str) -> None:
    recording = read_recording(captures / name)
    listed = read_listing(dialect, [recording.answer("exchangeInfo").encode()], venue=dialect)
    assert {row.venue_symbol for row in listed} >= set(recording.symbols)
    if dialect == "binance-coinm":
        assert all(row.is_inverse and row.contract_size in (10, 100) for row in listed)
        assert {row.asset_class for row in listed} == {AssetClass.PERPETUAL, AssetClass.FUTURE}


def test_every_update_names_the_one_before_it() -> None:
    sequence = FuturesSequence(venue="binance-usdm", symbol="BTCUSDT")
    sequence.begin(100)
    assert not sequence.accepts(80, 99, 70)
    assert sequence.accepts(90, 110, 80)
    assert not sequence.accepts(90, 110, 80), "it came before"
    assert sequence.accepts(150, 160, 110), "ids of all symbols count together"
    with pytest.raises(SequenceGap):
        sequence.accepts(180, 190, 170)


def test_a_snapshot_between_two_updates_is_followed_by_the_second() -> None:
    sequence = FuturesSequence(venue="binance-usdm", symbol="BTCUSDT")
    assert sequence.fits(105, 150, 100)
    assert not sequence.fits(99, 150, 100)
    sequence.begin(105)
    assert sequence.accepts(150, 160, 100)


def test_an_update_that_directly_continues_the_snapshot_is_applied() -> None:
    bench = _bench(_update(150, 160, 100, [["100", "2"]]), _update(170, 171, 160, [["99", "0"]]))
    assert bench.play().compared >= 2
    assert len(bench.books["BTCUSDT"].sides[Side.BUY]) == 1
    bench.feed(_update(180, 181, 172, [["98", "1"]]))
    assert bench.market.status["gaps"] == 1
    assert bench.wanted == {"BTCUSDT"}


def test_only_trades_of_the_market_are_trades() -> None:
    frames = (_trade("61800.5", X="MARKET"), _trade("61800.5", X="INSURANCE_FUND"), _trade("61801"))
    bench = _bench(*frames)
    for frame in (*frames, _trade("0", X="NA")):
        bench.feed(frame)
    assert [price for _, price, _, _ in bench.found.trades] == [Decimal("61800.5"), Decimal(61801)]
    assert bench.market.status["bad_frames"] == 0


def test_usd_margined_streams_are_on_the_paths_of_2026() -> None:
    public, market = "wss://fstream.binance.com/public", "wss://fstream.binance.com/market"
    single, together = _bench(ws_url=public), _bench(ws_url=public, trade_stream="aggTrade")
    books, book = list(single.market.books.values()), "btcusdt@depth@100ms/btcusdt@bookTicker"
    assert single.market.stream_url(books) == f"{public}/stream?streams={book}/btcusdt@trade"
    references = "btcusdt@markPrice@1s/btcusdt@forceOrder/btcusdt@ticker"
    assert single.market.side_url(books) == f"{market}/stream?streams={references}"
    assert together.market.stream_url(books) == f"{public}/stream?streams={book}"
    assert together.market.side_url(books) == f"{market}/stream?streams={references}/btcusdt@aggTrade"
    elsewhere = _bench(ws_url="ws://127.0.0.1:1", trade_stream="aggTrade")
    assert elsewhere.market.side_url(books) == "", "a double has one address"


def test_coin_margined_streams_share_one_path() -> None:
    bench = _bench(dialect="binance-coinm", ws_url="wss://dstream.binance.com", trade_stream="aggTrade")
    url = bench.market.stream_url(list(bench.market.books.values()))
    streams = "/".join(
        f"btcusdt@{kind}" for kind in ("depth@100ms", "bookTicker", "aggTrade", "ticker", "markPrice@1s", "forceOrder")
    )
    assert url == f"wss://dstream.binance.com/stream?streams={streams}"


def test_mark_index_funding_and_liquidations_are_told() -> None:
    bench = _bench(_update(150, 160, 100, [["100.5", "2"]]))
    bench.play()
    mark = {"e": "markPriceUpdate", "E": 1562305380000, "s": "BTCUSDT", "p": "11794.15000000", "i": "11784.62659091"}
    funded = {**mark, "P": "11784.25641265", "r": "0.00038167", "T": 1562306400000}
    order = {"s": "BTCUSDT", "S": "SELL", "q": "2.00", "p": "100.5", "ap": "100.5", "X": "FILLED", "T": 1568014460893}
    for stream, data in (
        ("btcusdt@markPrice@1s", funded),
        ("btcusdt@markPrice@1s", {**mark, "r": "", "T": 0}),
        ("btcusdt@forceOrder", {"e": "forceOrder", "E": 1568014460893, "o": order}),
        ("btcusdt@markPrice@1s", {**mark, "p": "rubbish"}),
    ):
        frame = json.dumps({"stream": stream, "data": data}).encode()
        bench.market.receive(frame, 1, bench.socket)
    records = bench.ring.peek()
    told = records[records["kind"] == EventKind.REFERENCE]
    assert told["detail"].tolist()[:4] == [
        Reference.MARK_E8,
        Reference.INDEX_E8,
        Reference.FUNDING_E8,
        Reference.FUNDING_AT_NS,
    ]
    assert told["reference_id"][:3].tolist() == [1_179_415_000_000, 1_178_462_659_091, 38_167]
    assert told["detail"].tolist()[4:] == [Reference.LIQUIDATION], "what did not change is not told again"
    assert told["side"][-1] == Side.SELL
    assert bench.market.status["bad_frames"] == 1
