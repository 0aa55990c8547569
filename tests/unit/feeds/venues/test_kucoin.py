"""KuCoin: the recordings beside the slow books, the rule of its numbers by hand, the address, the list."""

import asyncio
import json
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from core.vocabulary import InstrumentState, Reference, Side
from feeds.errors import FeedError, SequenceGap
from feeds.instruments import Instrument
from feeds.listing import read_listing
from feeds.recording import Frame, HttpAnswer, Recording, Socket, read_recording
from feeds.venues.kucoin.sequence import BookSequence
from tests.unit.feeds.venues.noted import note_references
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
def test_recorded_books_and_trades_are_the_slow_ones(
    captures: Path, name: str, symbols: int, trades: int, is_whole: bool
) -> None:
    recording = _without(read_recording(captures / name), "CAPP-BTC")  # 400 millions with eight decimals: never exactly
    bench = VenueBench("kucoin", recording)
    found = bench.play(every=1 if is_whole else 10)
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


FUTURES_HEAD = {"type": "message", "subject": "level2", "topic": "/contractMarket/level2:XBTUSDTM"}


def _futures() -> VenueBench:
    one = Instrument(
        symbol="A-B.x", venue_symbol="XBTUSDTM", venue="kucoin-futures", base="A", quote="B", settlement="B",
        tick=Decimal("0.1"), lot=Decimal(1),
    )  # fmt: skip
    recording = Recording("by hand", "kucoin-futures", (Socket("1", URL),), ())
    return VenueBench("kucoin-futures", recording, reference="kucoin", instruments={"XBTUSDTM": one})


def _change(sequence: int, change: str) -> str:
    return json.dumps({**FUTURES_HEAD, "data": {"sequence": sequence, "change": change, "timestamp": 1622719195286}})


FUTURES_SNAPSHOT = json.dumps(
    {"code": "200000", "data": {"symbol": "XBTUSDTM", "sequence": 10, "asks": [[38970.5, 2]], "bids": [["38962", 7]]}}
)


def test_a_contract_changes_a_level_at_a_time() -> None:
    bench = _futures()
    for number, change in ((10, "1,buy,1"), (11, "38962.0,buy,4374"), (12, "38971,sell,5")):
        bench.feed(_change(number, change))
    bench.snapshot("XBTUSDTM", FUTURES_SNAPSHOT)
    bench.feed(_change(12, "38971,sell,9"))
    bench.feed(_change(13, "38970.5,sell,0"))
    assert bench.books["XBTUSDTM"].sides == {Side.BUY: {389_620: 4_374}, Side.SELL: {389_710: 5}}
    assert bench.market.status["gaps"] == 0
    bench.feed(_change(15, "38970.5,sell,1"))
    assert (bench.market.status["gaps"], bench.wanted) == (1, {"XBTUSDTM"})


def test_a_contract_tells_trades_marks_and_its_funding_but_no_forecast() -> None:
    bench = _futures()
    told = note_references(bench)
    trade = {"symbol": "XBTUSDTM", "side": "buy", "size": 16, "price": 57850, "tradeId": "6057bc", "ts": 1616362645429}
    bench.feed(json.dumps({"type": "message", "topic": "/contractMarket/execution:XBTUSDTM", "data": trade}))
    facts = "/contract/instrument:XBTUSDTM"
    for data in (
        {"granularity": 60000, "fundingRate": 0.000032, "timestamp": 1706068800000},
        {"granularity": 28800000, "fundingRate": 3.9e-5, "timestamp": 1706068800000},
        {"markPrice": 39610.11, "indexPrice": 39615.44, "granularity": 1000, "timestamp": 1706068801000},
    ):
        bench.feed(json.dumps({"type": "message", "topic": facts, "data": data}))
    day = {"volume": 58142.397, "lowPrice": 29288.0, "highPrice": 31891.0, "ts": 1654165885016336830}
    bench.feed(json.dumps({"type": "message", "topic": "/contractMarket/snapshot:XBTUSDTM", "data": day}))
    assert bench.market.status["bad_frames"] == 0, bench.market.status["message"]
    assert bench.found.trades == [("XBTUSDTM", Decimal(57850), Decimal(16), "buy")]
    assert dict(told) == {
        Reference.FUNDING_E8: 3_900,
        Reference.MARK_E8: 3_961_011_000_000,
        Reference.INDEX_E8: 3_961_544_000_000,
        Reference.DAY_HIGH_TICKS: 318_910,
        Reference.DAY_LOW_TICKS: 292_880,
    }


def test_no_book_is_fetched_before_its_changes_are_acknowledged() -> None:
    bench = _bench()
    book = bench.market.books["BTC-USDT"]
    [asked] = bench.market.subscribe_book(book)
    bench.feed('{"id":"999999","type":"ack"}')
    assert not book.subscribed.is_set()
    bench.feed(json.dumps({"id": str(json.loads(asked)["id"]), "type": "ack"}))
    assert book.subscribed.is_set()


def test_contracts_of_today() -> None:
    common = {"quoteCurrency": "USDT", "settleCurrency": "USDT", "tickSize": 0.1, "makerFeeRate": 2.0e-4}
    body = {
        "data": [
            {"symbol": "XBTUSDTM", "type": "FFWCSX", "baseCurrency": "XBT", "multiplier": 0.001, **common},
            {
                "symbol": "XBTMH27", "type": "FFICSX", "baseCurrency": "XBT", "multiplier": -1.0, **common,
                "quoteCurrency": "USD", "settleCurrency": "XBT", "isInverse": True, "expireDate": 1806134400000,
                "status": "Paused",
            },
        ]
    }  # fmt: skip
    perpetual, future = read_listing("kucoin-futures", [json.dumps(body).encode()], venue="kucoin-futures")
    assert (perpetual.symbol, perpetual.contract_size) == ("BTC-USDT-PERP.kucoin-futures", Decimal("0.001"))
    assert (perpetual.maker_fee_ppm, perpetual.tick) == (200, Decimal("0.1"))
    assert (future.symbol, future.settlement, future.is_inverse) == ("BTC-USD-270327.kucoin-futures", "BTC", True)
    assert future.state is InstrumentState.CLOSED
