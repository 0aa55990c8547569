"""Bybit: every recording beside the slow books, the rule of its update ids by hand, its lists of instruments."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from core.vocabulary import AssetClass, Reference, Side
from feeds.errors import SequenceGap
from feeds.recording import Frame, Recording, Socket, read_recording
from feeds.venues.bybit.sequence import BookSequence
from feeds.venues.catalogue import listing_of
from tests.unit.feeds.venues.noted import note_references
from tests.venue_bench import VenueBench, trades_of

LINEAR = "derived/bybit/BYBIT_2026-08-09_linear.jsonl.gz"
URL = "wss://stream.bybit.com/v5/public/linear"


def _book(kind: str, number: int, bids: object = (), asks: object = (), *, depth: int = 200) -> str:
    data = {"s": "BTCUSDT", "b": bids, "a": asks, "u": number, "seq": 753843911359 + number}
    return json.dumps(
        {"topic": f"orderbook.{depth}.BTCUSDT", "type": kind, "ts": 1786310818129, "data": data, "cts": 1786310818027},
        separators=(",", ":"),
    )


SNAPSHOT = _book("snapshot", 10, [["65114.20", "6.054"]], [["65114.30", "0.002"], ["65115.00", "1"]])


def _bench() -> VenueBench:
    recording = Recording("by hand", "bybit", (Socket("1", URL),), (Frame(1, "1", SNAPSHOT),))
    bench = VenueBench("bybit-linear", recording, reference="bybit")
    bench.feed(SNAPSHOT)
    return bench


def _sides(bench: VenueBench) -> dict[int, dict[int, int]]:
    return bench.books["BTCUSDT"].sides


def test_recorded_books_of_2026_are_the_slow_ones(captures: Path) -> None:
    recording = read_recording(captures / LINEAR)
    bench = VenueBench("bybit-linear", recording, reference="bybit")
    found = bench.play(every=4)
    assert found.symbols == {"BTCUSDT", "ETHUSDT", "SOLUSDT", "DOGEUSDT"}
    assert found.trades == trades_of("bybit", recording)
    assert bench.market.status["gaps"] == 0


@pytest.mark.parametrize(("dialect", "conn"), [("bybit-linear", "BYBIT.ws.1"), ("bybit", "BYBIT.ws.2")])
def test_recorded_best_levels_of_2025_are_the_slow_ones(captures: Path, dialect: str, conn: str) -> None:
    recording = read_recording(captures / "cryptofeed/bybit/BYBIT_2025-08-16.jsonl.gz")
    bench = VenueBench(dialect, recording, conn=conn, reference="bybit")
    assert bench.play().compared > 20
    assert bench.market.status["gaps"] == 0


def test_deltas_count_up_by_one() -> None:
    sequence = BookSequence(venue="bybit", symbol="BTCUSDT")
    sequence.begin(10)
    assert sequence.accepts(11)
    assert not sequence.accepts(11), "told twice"
    assert sequence.accepts(12)
    with pytest.raises(SequenceGap):
        sequence.accepts(14)
    with pytest.raises(SequenceGap):
        sequence.accepts(3)


def test_a_lost_delta_ends_the_book_until_the_next_snapshot() -> None:
    bench = _bench()
    bench.feed(_book("delta", 11, asks=[["65115.00", "0"]]))
    assert _sides(bench) == {Side.BUY: {651142: 6054}, Side.SELL: {651143: 2}}
    bench.feed(_book("delta", 13, bids=[["65114.10", "1"]]))
    bench.feed(_book("delta", 14, bids=[["65114.10", "1"]]))
    assert bench.market.status["gaps"] == 1
    assert not bench.market.books["BTCUSDT"].is_live
    assert _sides(bench)[Side.BUY] == {651142: 6054}
    bench.feed(SNAPSHOT)
    assert bench.market.books["BTCUSDT"].is_live


def test_after_a_restart_of_the_venue_the_book_is_a_new_one() -> None:
    bench = _bench()
    bench.feed(_book("delta", 1, [["65000.0", "1"]], [["65001.0", "2"]]))
    assert _sides(bench) == {Side.BUY: {650000: 1000}, Side.SELL: {650010: 2000}}
    bench.feed(_book("delta", 2, [["65000.0", "0"]]))
    assert _sides(bench)[Side.BUY] == {}
    assert bench.market.status["gaps"] == 0


def test_the_best_level_alone_does_not_replace_the_full_book() -> None:
    bench = _bench()
    bench.feed(_book("snapshot", 99, [["65114.20", "9"]], [["65114.30", "9"]], depth=1))
    assert _sides(bench)[Side.SELL] == {651143: 2, 651150: 1000}


def test_a_refused_subscription_is_told_and_a_pong_is_no_bad_frame() -> None:
    bench = _bench()
    bench.feed('{"success":true,"ret_msg":"pong","conn_id":"a","req_id":"","op":"ping"}')
    bench.feed('{"op":"pong","args":["1786310818129"],"conn_id":"a"}')
    bench.feed(
        '{"success":false,"ret_msg":"error:handler not found,topic:orderbook.200.X","conn_id":"a","op":"subscribe"}'
    )
    assert bench.market.status["bad_frames"] == 0
    assert b"handler not found" in bench.market.status["message"]


def test_a_message_never_asks_for_more_than_ten_topics(captures: Path) -> None:
    bench = VenueBench("bybit", read_recording(captures / "cryptofeed/bybit/BYBIT_2025-08-16.jsonl.gz"))
    asked = [json.loads(text)["args"] for text in bench.market.subscribe(list(bench.market.books.values()))]
    assert max(map(len, asked)) <= 10
    assert len({topic for topics in asked for topic in topics}) == 4 * len(bench.market.books)


def test_the_list_of_linear_contracts_names_perpetuals_and_deliveries(captures: Path) -> None:
    body = read_recording(captures / LINEAR).answers[0].text.encode()
    listed = {instrument.symbol: instrument for instrument in listing_of("bybit-linear")([body], "bybit-linear")}
    perpetual, future = listed["BTC-USDT-PERP.bybit-linear"], listed["BTC-USDT-260814.bybit-linear"]
    assert (perpetual.venue_symbol, perpetual.tick, perpetual.lot) == ("BTCUSDT", Decimal("0.1"), Decimal("0.001"))
    assert (future.venue_symbol, future.asset_class) == ("BTCUSDT-14AUG26", AssetClass.FUTURE)
    assert listed["BTC-USDC-PERP.bybit-linear"].venue_symbol == "BTCPERP"


def test_the_lists_of_spot_and_inverse_are_read_as_documented() -> None:
    """Shapes of the venue's documents."""
    pair = {
        "symbol": "BTCUSDT", "baseCoin": "BTC", "quoteCoin": "USDT", "status": "Trading",
        "lotSizeFilter": {"basePrecision": "0.000001", "quotePrecision": "0.0000001", "minOrderQty": "0.000011",
                          "maxOrderQty": "83", "minOrderAmt": "5", "maxLimitOrderQty": "83"},
        "priceFilter": {"tickSize": "0.1"},
    }  # fmt: skip
    contract = {
        "symbol": "BTCUSDU26", "contractType": "InverseFutures", "status": "Trading", "baseCoin": "BTC",
        "quoteCoin": "USD", "settleCoin": "BTC", "deliveryTime": "1790323200000",
        "priceFilter": {"minPrice": "0.5", "maxPrice": "999999", "tickSize": "0.5"},
        "lotSizeFilter": {"maxOrderQty": "25000000", "minOrderQty": "1", "qtyStep": "1"},
    }  # fmt: skip
    [spot] = listing_of("bybit")([json.dumps({"result": {"list": [pair]}}).encode()], "bybit")
    [future] = listing_of("bybit-inverse")([json.dumps({"result": {"list": [contract]}}).encode()], "bybit-inverse")
    assert (spot.symbol, spot.lot, spot.min_notional) == ("BTC-USDT.bybit", Decimal("0.000001"), Decimal(5))
    assert (future.symbol, future.is_inverse) == ("BTC-USD-260925.bybit-inverse", True)
    assert (spot.knows_reduce_only, future.knows_reduce_only) == (False, True)


def test_mark_index_and_funding_of_a_recording_are_told(captures: Path) -> None:
    recording = read_recording(captures / LINEAR)
    bench = VenueBench("bybit-linear", recording, reference="bybit")
    told = note_references(bench)
    for frame in recording.frames[:40]:
        bench.feed(frame.text)
    assert (Reference.MARK_E8, 6_511_744_000_000) in told
    assert (Reference.INDEX_E8, 6_513_776_000_000) in told
    assert (Reference.OPEN_INTEREST_LOTS, 59_891_732) in told
    assert {which for which, _ in told} >= {Reference.FUNDING_E8, Reference.FUNDING_AT_NS}
    assert bench.market.status["bad_frames"] == 0


def test_a_liquidated_long_position_is_a_forced_sale() -> None:
    """Shape of the venue's documents."""
    bench = _bench()
    told = note_references(bench)
    row = {"T": 1739502302929, "s": "BTCUSDT", "S": "Buy", "v": "0.5", "p": "65000.1"}
    bench.feed(json.dumps({"topic": "allLiquidation.BTCUSDT", "type": "snapshot", "ts": 1739502303204, "data": [row]}))
    assert told == [(Reference.LIQUIDATION, 650_001)]
