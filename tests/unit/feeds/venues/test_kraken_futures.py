"""Kraken Futures: the recording beside the slow book, the rule of its numbers by hand, its list of instruments."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from core.vocabulary import AssetClass, Reference, Side
from feeds.errors import SequenceGap
from feeds.recording import Frame, Recording, Socket, read_recording
from feeds.venues.catalogue import listing_of
from feeds.venues.kraken_futures.sequence import BookSequence
from tests.unit.feeds.venues.noted import note_references
from tests.venue_bench import VenueBench, trades_of

RECORDED = "cryptofeed/kraken_futures/KRAKEN_FUTURES_2021-07-22.jsonl.gz"
SNAPSHOT = (
    '{"feed":"book_snapshot","product_id":"PF_XBTUSD","timestamp":1612269825817,"seq":10,"tickSize":null,'
    '"bids":[{"price":34892.5,"qty":0.6385},{"price":34892,"qty":0.0100}],"asks":[{"price":34911.5,"qty":2.0}]}'
)


def _level(number: int, side: str, price: float, size: float) -> str:
    return json.dumps(
        {
            "feed": "book", "product_id": "PF_XBTUSD", "side": side, "seq": number, "price": price, "qty": size,
            "timestamp": 1612269953629,
        },
        separators=(",", ":"),
    )  # fmt: skip


def _bench() -> VenueBench:
    recording = Recording(
        "by hand", "kraken-futures", (Socket("1", "wss://futures.kraken.com/ws/v1"),), (Frame(1, "1", SNAPSHOT),)
    )
    bench = VenueBench("kraken-futures", recording)
    bench.feed(SNAPSHOT)
    return bench


def test_recorded_books_of_2021_are_the_slow_ones(captures: Path) -> None:
    recording = read_recording(captures / RECORDED)
    bench = VenueBench("kraken-futures", recording)
    found = bench.play(every=20)
    assert len(found.symbols) == 10
    assert found.trades == trades_of("kraken-futures", recording), "trades of the snapshots happened before"
    assert bench.market.status["gaps"] == 0


def test_frames_of_a_product_count_up_by_one() -> None:
    sequence = BookSequence(venue="kraken-futures", symbol="PF_XBTUSD")
    sequence.begin(10)
    assert sequence.accepts(11)
    assert not sequence.accepts(11), "told twice"
    with pytest.raises(SequenceGap):
        sequence.accepts(13)
    with pytest.raises(SequenceGap):
        sequence.accepts(9)


def test_one_frame_changes_one_level() -> None:
    bench = _bench()
    bench.feed(_level(11, "buy", 34892, 0))
    bench.feed(_level(12, "sell", 34912.5, 0.5))
    assert bench.books["PF_XBTUSD"].sides == {Side.BUY: {348925: 6385}, Side.SELL: {349115: 20000, 349125: 5000}}


def test_a_lost_level_ends_the_book_until_the_next_snapshot() -> None:
    bench = _bench()
    bench.feed(_level(12, "buy", 34892, 0))
    bench.feed(_level(13, "buy", 34892.5, 0))
    assert bench.market.status["gaps"] == 1
    assert not bench.market.books["PF_XBTUSD"].is_live
    assert bench.books["PF_XBTUSD"].sides[Side.BUY] == {348925: 6385, 348920: 100}
    bench.feed(SNAPSHOT)
    assert bench.market.books["PF_XBTUSD"].is_live


def test_a_frame_without_its_side_is_refused_and_its_book_begins_again() -> None:
    bench = _bench()
    bench.feed(_level(11, "buy", 34892, 0).replace('"side"', '"sidf"'))
    assert bench.market.status["bad_frames"] == 1
    assert bench.wanted == {"PF_XBTUSD"}


def test_a_refused_subscription_is_told_and_is_no_bad_frame() -> None:
    bench = _bench()
    bench.feed('{"event":"info","version":1}')
    bench.feed('{"event":"subscribed","feed":"book","product_ids":["PF_XBTUSD"]}')
    bench.feed('{"event":"alert","message":"Invalid product id: PF_NOUSD"}')
    assert bench.market.status["bad_frames"] == 0
    assert bench.market.status["message"] == b"the venue refused: Invalid product id: PF_NOUSD"


def test_the_list_of_2021_names_inverse_contracts(captures: Path) -> None:
    body = read_recording(captures / RECORDED).answers[0].text.encode()
    listed = {instrument.symbol: instrument for instrument in listing_of("kraken-futures")([body], "kraken-futures")}
    perpetual, future = listed["ETH-USD_INV-PERP.kraken-futures"], listed["BTC-USD_INV-210924.kraken-futures"]
    assert (perpetual.venue_symbol, perpetual.tick, perpetual.is_inverse) == ("PI_ETHUSD", Decimal("0.05"), True)
    assert (future.venue_symbol, future.asset_class) == ("FI_XBTUSD_210924", AssetClass.FUTURE)
    assert len(listed) == 17


def test_the_list_of_today_has_steps_of_every_size() -> None:
    """Shapes of the venue's documents."""
    rows = [
        {"symbol": "PF_XBTUSD", "type": "flexible_futures", "tickSize": 1, "contractSize": 1, "tradeable": True,
         "contractValueTradePrecision": 4, "base": "BTC", "quote": "USD"},
        {"symbol": "PF_PEPEUSD", "type": "flexible_futures", "tickSize": 1e-10, "contractSize": 1, "tradeable": True,
         "contractValueTradePrecision": -3, "base": "PEPE", "quote": "USD"},
    ]  # fmt: skip
    bitcoin, pepe = listing_of("kraken-futures")([json.dumps({"instruments": rows}).encode()], "kraken-futures")
    assert (bitcoin.symbol, bitcoin.lot, bitcoin.is_inverse) == (
        "BTC-USD-PERP.kraken-futures",
        Decimal("0.0001"),
        False,
    )
    assert (pepe.tick, pepe.lot) == (Decimal("1E-10"), Decimal(1000))


def test_mark_index_and_funding_are_told() -> None:
    """Shape of the venue's documents."""
    bench = _bench()
    told = note_references(bench)
    bench.feed(
        '{"time":1676393235406,"product_id":"PF_XBTUSD","relative_funding_rate":-1.380384722222e-6,'
        '"next_funding_rate_time":1676394000000,"feed":"ticker","index":21984.54,"openInterest":300.5,'
        '"markPrice":21979.68641534714}'
    )
    assert told == [
        (Reference.MARK_E8, 2_197_968_641_534),
        (Reference.INDEX_E8, 2_198_454_000_000),
        (Reference.FUNDING_E8, -138),
        (Reference.FUNDING_AT_NS, 1_676_394_000_000_000_000),
        (Reference.OPEN_INTEREST_LOTS, 3_005_000),
    ]
