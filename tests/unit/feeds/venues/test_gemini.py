"""Gemini: both recordings beside the slow books, what is a whole book, which trades are new, its list."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from core.vocabulary import AssetClass, InstrumentState, Side
from feeds.recording import read_recording
from feeds.venues.catalogue import listing_of
from tests.recorded import recorded
from tests.venue_bench import VenueBench, trades_of


def _bench() -> VenueBench:
    bench = VenueBench("gemini", recorded("gemini"))
    bench.play()
    return bench


def _levels(*changes: list[str], **more: object) -> str:
    return json.dumps({"type": "l2_updates", "symbol": "ETHUSD", "changes": changes, **more})


def _is_live(bench: VenueBench) -> bool:
    return bench.books["ETHUSD"].is_live


def _trade(side: str) -> str:
    return json.dumps(
        {
            "type": "trade", "symbol": "ETHUSD", "event_id": 34359626684, "timestamp": 1790000009000,
            "price": "3000.1", "quantity": "2", "side": side,
        }
    )  # fmt: skip


def test_hand_made_frames_give_the_slow_books() -> None:
    bench = _bench()
    assert bench.found.symbols == {"BTCUSD", "ETHUSD"}
    assert bench.found.trades == trades_of("gemini", recorded("gemini"))


@pytest.mark.parametrize("day", ["2021-04-17", "2021-06-23"])
def test_recorded_books_are_the_slow_ones(captures: Path, day: str) -> None:
    recording = read_recording(captures / f"cryptofeed/gemini/GEMINI_{day}.jsonl.gz")
    bench = VenueBench("gemini", recording)
    found = bench.play(every=20)
    assert len(found.symbols) == 10
    assert found.trades == trades_of("gemini", recording)


def test_a_book_that_was_lost_is_subscribed_to_anew() -> None:
    bench = _bench()
    bench.feed(_levels(["buy", "3000.10", "x"]))
    assert bench.wanted == {"ETHUSD"}
    book = bench.market.books["ETHUSD"]
    asked = [json.loads(text) for text in bench.market.unsubscribe_book(book) + bench.market.subscribe_book(book)]
    assert [message["type"] for message in asked] == ["unsubscribe", "subscribe"]
    assert asked[1]["subscriptions"] == [{"name": "l2", "symbols": ["ETHUSD"]}]
    bench.feed(_levels(["buy", "2999.5", "7"]))
    assert not _is_live(bench), "an update is no whole book"
    bench.feed(_levels(["buy", "2999.5", "7"]))
    assert not _is_live(bench), "nor is it when the whole book was lost on its way"
    bench.feed(_levels(["buy", "2999.5", "7"], ["sell", "3001", "1"], trades=[]))
    assert _is_live(bench)
    assert bench.books["ETHUSD"].sides == {Side.BUY: {299950: 7}, Side.SELL: {300100: 1}}


def test_a_frame_with_earlier_trades_is_a_whole_book_at_any_time() -> None:
    bench = _bench()
    before = len(bench.found.trades)
    bench.feed(_levels(["buy", "2999.5", "7"], trades=[json.loads(_trade("buy"))], auction_events=[]))
    assert bench.books["ETHUSD"].sides == {Side.BUY: {299950: 7}, Side.SELL: {}}
    assert len(bench.found.trades) == before


def test_blocks_and_auctions_have_no_taker() -> None:
    bench = _bench()
    before = len(bench.found.trades)
    for side in ("block", "auction", "sell"):
        bench.feed(_trade(side))
    assert bench.found.trades[before:] == [("ETHUSD", Decimal("3000.1"), Decimal(2), "sell")]
    assert bench.market.status["bad_frames"] == 0


def test_heartbeats_and_refusals_are_no_bad_frames() -> None:
    bench = _bench()
    bench.feed('{"type":"heartbeat","timestamp":1618677942928}')
    bench.feed('{"result":"error","reason":"InvalidJson","message":"Invalid symbol BTCXYZ"}')
    assert bench.market.status["bad_frames"] == 0
    assert b"Invalid symbol BTCXYZ" in bytes(bench.market.status["message"])


def test_the_list_of_instruments() -> None:
    """After the documents: the details of all symbols are a list of those of one; numbers of the recording of 2021."""
    spot = (
        '{"symbol":"BTCUSD","base_currency":"BTC","quote_currency":"USD","tick_size":1E-8,"quote_increment":0.01,'
        '"min_order_size":"0.00001","status":"open"}'
    )
    perpetual = (
        '{"symbol":"BTCGUSDPERP","base_currency":"BTC","quote_currency":"GUSD","tick_size":0.0001,'
        '"quote_increment":0.5,"min_order_size":"0.0001","status":"closed","product_type":"swap"}'
    )
    bitcoin, future = listing_of("gemini")([f"[{spot},{perpetual}]".encode()], "gemini")
    assert (bitcoin.symbol, bitcoin.venue_symbol) == ("BTC-USD.gemini", "BTCUSD")
    assert (bitcoin.tick, bitcoin.lot, bitcoin.min_quantity) == (Decimal("0.01"), Decimal("1E-8"), Decimal("0.00001"))
    assert (future.symbol, future.asset_class) == ("BTC-GUSD-PERP.gemini", AssetClass.PERPETUAL)
    assert future.state == InstrumentState.CLOSED
