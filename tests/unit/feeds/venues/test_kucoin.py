"""KuCoin: the recordings beside the slow books, the rule of its numbers by hand, the address, the list."""

import asyncio
import json
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from core.vocabulary import InstrumentState, Side
from feeds.errors import FeedError, SequenceGap
from feeds.listing import read_listing
from feeds.recording import Frame, HttpAnswer, Recording, Socket, read_recording
from feeds.venues.kucoin.sequence import BookSequence
from tests.venue_bench import VenueBench, trades_of

URL = "wss://ws-api-spot.kucoin.com/endpoint?token=x"
SNAPSHOT_URL = "https://api.kucoin.com/api/v1/market/orderbook/level2?symbol=BTC-USDT"
Rows = list[list[str]]


def _update(start: int, end: int, bids: Rows, asks: Rows) -> str:
    data = {"changes": {"asks": asks, "bids": bids}, "sequenceStart": start, "sequenceEnd": end, "symbol": "BTC-USDT"}
    head = {"type": "message", "topic": "/market/level2:BTC-USDT", "subject": "trade.l2update"}
    return json.dumps({**head, "data": {**data, "time": 1663747970273}})


LEVELS = {"time": 1, "sequence": "10", "bids": [["100.1", "1.5"], ["99", "2"]], "asks": [["101", "0.25"]]}
SNAPSHOT = json.dumps({"code": "200000", "data": LEVELS})


def _bench(*frames: str) -> VenueBench:
    lines: list[Frame | HttpAnswer] = [HttpAnswer(1, SNAPSHOT_URL, SNAPSHOT)]
    lines += [Frame(at_ns, "1", text) for at_ns, text in enumerate(frames, 2)]
    return VenueBench("kucoin", Recording("by hand", "kucoin", (Socket("1", URL),), tuple(lines)))


def _without(recording: Recording, symbol: str) -> Recording:
    lines = tuple(line for line in recording.lines if symbol not in (getattr(line, "url", "") or line.text[-400:]))
    return msgspec.structs.replace(recording, lines=lines)


@pytest.mark.parametrize(
    ("name", "symbols", "trades"),
    [
        ("derived/kucoin/KUCOIN_2021-04-25_A.jsonl.gz", 4, 13),
        ("cryptofeed/kucoin/KUCOIN_2021-04-22.jsonl.gz", 0, 12),
    ],
)
def test_recorded_books_and_trades_are_the_slow_ones(captures: Path, name: str, symbols: int, trades: int) -> None:
    recording = _without(read_recording(captures / name), "CAPP-BTC")  # 400 millions with eight decimals: never exactly
    bench = VenueBench("kucoin", recording)
    found = bench.play()
    assert len(found.symbols) == symbols
    assert len(found.trades) == trades
    assert found.trades == trades_of("kucoin", recording)
    assert bench.market.status["gaps"] == 0


def test_the_recorded_list_can_be_read(captures: Path) -> None:
    recording = read_recording(captures / "derived/kucoin/KUCOIN_2021-04-25_A.jsonl.gz")
    listed = read_listing("kucoin", [recording.answer("/symbols").encode()], venue="kucoin")
    assert {row.venue_symbol for row in listed} >= {"ANKR-BTC", "BCHSV-USDT"}


def test_updates_join_the_snapshot_without_a_hole() -> None:
    sequence = BookSequence(venue="kucoin", symbol="BTC-USDT")
    with pytest.raises(SequenceGap):
        sequence.accepts(1, 1)
    assert not sequence.fits(10, 12)
    sequence.begin(10)
    assert not sequence.accepts(9, 10)
    assert sequence.accepts(9, 12)
    sequence.took(12)
    assert sequence.accepts(12, 13)
    sequence.took(13)
    with pytest.raises(SequenceGap):
        sequence.accepts(15, 15)
    with pytest.raises(SequenceGap):
        sequence.accepts(14 + 1, 14), "no update ends before it begins"


def test_rows_that_the_snapshot_holds_and_rows_without_a_price_are_left_out() -> None:
    frames = (
        _update(9, 12, [["100.1", "9", "9"], ["99", "0", "12"]], [["102", "1", "11"]]),
        _update(13, 13, [], [["0", "0", "13"]]),
        _update(14, 16, [["98", "1", "16"], ["98", "3", "14"]], [["0", "0", "15"]]),
    )
    bench = _bench(*frames)
    bench.play()
    tick, lot = bench.instruments["BTC-USDT"].tick, bench.instruments["BTC-USDT"].lot
    bids = {ticks * tick: lots * lot for ticks, lots in bench.books["BTC-USDT"].sides[Side.BUY].items()}
    assert bids == {Decimal("100.1"): Decimal("1.5"), Decimal(98): Decimal(1)}, "the later number of 98 counts"


def test_a_hole_makes_the_book_begin_again() -> None:
    bench = _bench()
    bench.play()
    bench.feed(_update(12, 12, [["99", "0", "12"]], []))
    assert bench.market.status["gaps"] == 1
    assert bench.wanted == {"BTC-USDT"}
    bench.feed(_update(13, 13, [["99", "0", "13"]], []))
    bench.snapshot("BTC-USDT", json.dumps({"code": "200000", "data": {**LEVELS, "sequence": "11"}}))
    assert not bench.books["BTC-USDT"].is_live, "the snapshot does not reach what waits"
    bench.snapshot("BTC-USDT", json.dumps({"code": "200000", "data": {**LEVELS, "sequence": "12"}}))
    assert len(bench.books["BTC-USDT"].sides[Side.BUY]) == 1


@pytest.mark.parametrize("body", ['{"code":"429000","msg":"Too Many Requests"}', '{"code":"200000","data":null}'])
def test_an_answer_that_is_no_book_is_no_snapshot(body: str) -> None:
    bench = _bench()
    with pytest.raises(FeedError):
        bench.snapshot("BTC-USDT", body)


def test_each_attempt_to_connect_asks_for_a_new_address() -> None:
    bench = _bench()
    server = {"endpoint": "wss://ws-api-spot.kucoin.com/", "encrypt": True, "pingInterval": 18000, "pingTimeout": 10000}
    bench.answer = json.dumps({"code": "200000", "data": {"token": "t0k", "instanceServers": [server]}}).encode()
    first, second = (asyncio.run(bench.market.address(bench.socket)) for _ in range(2))
    assert first.startswith("wss://ws-api-spot.kucoin.com/?token=t0k&connectId=")
    assert first != second
    bench.answer = b'{"code":"500000","msg":"not now"}'
    with pytest.raises(FeedError):
        asyncio.run(bench.market.address(bench.socket))


def test_greetings_pass_and_a_refusal_is_told() -> None:
    bench = _bench()
    for text in ('{"id":"x","type":"welcome"}', '{"id":"1","type":"ack"}', '{"id":"1","type":"pong","timestamp":1}'):
        bench.feed(text)
    bench.feed('{"id":"1","type":"error","code":404,"data":"topic /market/level2:NO is not found"}')
    assert bench.market.status["bad_frames"] == 0
    assert b"is not found" in bytes(bench.market.status["message"])


def test_all_symbols_share_a_topic() -> None:
    bench = _bench()
    topics = [json.loads(text)["topic"] for text in bench.market.subscribe(list(bench.market.books.values()))]
    assert topics == [f"/market/{kind}:BTC-USDT" for kind in ("level2", "match", "ticker", "snapshot")]


def test_the_list_of_today() -> None:
    symbol = {
        "symbol": "XLM-USDT", "name": "XLM-USDT", "baseCurrency": "XLM", "quoteCurrency": "USDT",
        "baseMinSize": "0.1", "baseMaxSize": "10000000000", "baseIncrement": "0.0001", "quoteIncrement": "0.000001",
        "priceIncrement": "0.000001", "minFunds": "0.1", "enableTrading": False, "takerFeeCoefficient": "1.5",
    }  # fmt: skip
    (stellar,) = read_listing("kucoin", [json.dumps({"code": "200000", "data": [symbol]}).encode()], venue="kucoin")
    assert (stellar.symbol, stellar.tick, stellar.lot) == ("XLM-USDT.kucoin", Decimal("0.000001"), Decimal("0.0001"))
    assert (stellar.taker_fee_ppm, stellar.state) == (1_500, InstrumentState.CLOSED)
