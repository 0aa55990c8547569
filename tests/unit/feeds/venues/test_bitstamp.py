"""Bitstamp: the recording beside the slow books, its clock as loss rule, comparisons with fresh snapshots, level 3."""

import asyncio
import json
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from core.units import LARGEST
from core.vocabulary import FeedState, Side
from feeds.errors import SequenceGap
from feeds.recording import Frame, HttpAnswer, Recording, Socket, read_recording
from feeds.venues.bitstamp.comparison import differing_levels
from feeds.venues.bitstamp.market import BitstampMarket
from feeds.venues.bitstamp.messages import Levels
from feeds.venues.bitstamp.sequence import TimeSequence
from feeds.venues.catalogue import listing_of
from tests.recorded import recorded
from tests.venue_bench import VenueBench, trades_of

URL = "wss://ws.bitstamp.net"
RECORDED = "cryptofeed/bitstamp/BITSTAMP_2022-01-04.jsonl.gz"
AT_US = 1_790_000_000_000_000
Rows = list[list[str]]


def _body(at: int, bids: Rows, asks: Rows) -> str:
    micros = AT_US + at
    return json.dumps(
        {"timestamp": str(micros // 1_000_000), "microtimestamp": str(micros), "bids": bids, "asks": asks}
    )


def _update(at: int, bids: Rows, asks: Rows) -> str:
    data = json.loads(_body(at, bids, asks))
    return json.dumps({"data": data, "channel": "diff_order_book_btcusd", "event": "data"})


BIDS, ASKS = [["60000", "0.5"], ["59999.50", "1.25"]], [["60001", "0.75"]]


def _bench(*lines: str, level: int = 2) -> VenueBench:
    """A book of btcusd, live with a snapshot of AT_US + 100; at level 3 not yet."""
    url = "https://www.bitstamp.net/api/v2/order_book/btcusd/"
    snapshot = HttpAnswer(1, url, _body(100, BIDS, ASKS))
    said: tuple[Frame | HttpAnswer, ...] = (snapshot, *(Frame(2, "1", line) for line in lines))
    bench = VenueBench("bitstamp", Recording("by hand", "bitstamp", (Socket("1", URL),), said), level=level)
    if level == 2:
        bench.play()
    return bench


def _market(bench: VenueBench) -> BitstampMarket:
    assert isinstance(bench.market, BitstampMarket)
    return bench.market


def _levels(at: int, bids: Rows, asks: Rows) -> Levels:
    return msgspec.json.Decoder(Levels, strict=False).decode(_body(at, bids, asks))


def test_hand_made_frames_give_the_slow_books() -> None:
    recording = recorded("bitstamp")
    found = VenueBench("bitstamp", recording).play()
    assert found.compared >= 5
    assert found.trades == trades_of("bitstamp", recording)


def test_recorded_books_are_the_slow_ones(captures: Path) -> None:
    recording = read_recording(captures / RECORDED)
    # The bench counts in the finest lots that it sees, and one order of XRP has too many of them.
    lines = tuple(line for line in recording.lines if "xrpeur" not in (getattr(line, "url", "") or line.text[-60:]))
    bench = VenueBench("bitstamp", msgspec.structs.replace(recording, lines=lines))
    found = bench.play(every=7)
    assert len(found.symbols) == 9
    assert found.trades == trades_of("bitstamp", recording)
    assert bench.market.status["gaps"] == 0


def test_updates_of_before_the_snapshot_are_in_it() -> None:
    bench = _bench(_update(90, [["60000", "0"]], []), _update(100, [["60000", "0"]], []))
    assert bench.books["btcusd"].sides[Side.BUY][600000] == 50
    bench.feed(_update(110, [["60000", "0"]], []))
    assert 600000 not in bench.books["btcusd"].sides[Side.BUY]


def test_an_update_of_before_the_last_one_begins_the_book_again() -> None:
    bench = _bench(_update(130, [["60000", "2"]], []))
    bench.feed(_update(130, [["60000", "2"]], []))
    assert bench.wanted == set(), "it came twice"
    bench.feed(_update(120, [["60000", "1"]], []))
    assert bench.wanted == {"btcusd"}
    assert not bench.books["btcusd"].is_live
    assert bench.market.status["gaps"] == 1


def test_times_rise() -> None:
    sequence = TimeSequence(venue="bitstamp", symbol="btcusd")
    with pytest.raises(SequenceGap):
        sequence.accepts(1)
    sequence.begin(10)
    assert not sequence.accepts(10)
    assert sequence.accepts(12)
    assert not sequence.accepts(12)
    with pytest.raises(SequenceGap):
        sequence.accepts(11)


def test_a_snapshot_from_before_the_first_waiting_update_does_not_fit() -> None:
    bench = _bench()
    book = bench.market.books["btcusd"]
    bench.market._begin_again(book)
    bench.feed(_update(200, [["60000", "3"]], []))
    bench.snapshot("btcusd", _body(150, BIDS, ASKS))
    assert not book.is_live
    bench.snapshot("btcusd", _body(200, BIDS, ASKS))
    assert book.is_live
    assert bench.books["btcusd"].is_live


def test_the_venue_may_ask_us_to_connect_anew() -> None:
    bench = _bench()
    reopened = []
    bench.socket.reopen = lambda: reopened.append(True)  # type: ignore[method-assign]
    bench.feed('{"event":"bts:request_reconnect","channel":"","data":""}')
    assert reopened == [True]


def test_heartbeats_and_refusals_are_no_bad_frames() -> None:
    bench = _bench()
    bench.feed('{"event":"bts:heartbeat","channel":"","data":{"status":"success"}}')
    bench.feed('{"event":"bts:error","channel":"","data":{"code":null,"message":"Incorrect channel name."}}')
    assert bench.market.status["bad_frames"] == 0
    assert b"Incorrect channel name." in bytes(bench.market.status["message"])


def test_snapshots_that_agree_differ_nowhere() -> None:
    updates = [_levels(5_000_000, [["60000", "0"]], [["60002", "1"]])]
    new = _levels(10_000_000, [["59999.5", "1.250"]], [["60001.00", "0.75"], ["60002", "1"]])
    assert differing_levels(_levels(100, BIDS, ASKS), updates, new) == 0


def test_levels_that_nobody_told_us_of_are_counted() -> None:
    new = _levels(10_000_000, [["60000", "0.5"], ["59999", "2"]], [["60001", "0.7"]])
    assert differing_levels(_levels(100, BIDS, ASKS), [], new) == 3


def test_levels_in_motion_are_not_compared() -> None:
    old, new = _levels(100, BIDS, ASKS), _levels(10_000_000, BIDS, [["60001", "0.7"]])
    assert differing_levels(old, [_levels(10_100_000, [], [["60001", "0.7"]])], new) == 0


async def test_a_comparison_that_fails_begins_the_book_again_and_says_so() -> None:
    bench = await asyncio.to_thread(_bench)
    book = bench.market.books["btcusd"]
    bench.answer = _body(60_000_000, BIDS, ASKS).encode()
    assert await _market(bench).compare(book, settling_s=0.0) == 0
    assert book.is_live
    bench.answer = _body(120_000_000, BIDS, [["60001", "0.75"], ["60003", "1"]]).encode()
    assert await _market(bench).compare(book, settling_s=0.0) == 1
    bench.take()
    assert not book.is_live
    assert not bench.books["btcusd"].is_live
    assert b"1 levels were not the venue's" in bytes(bench.market.status["message"])
    assert bench.market.status["state"] == FeedState.SYNCING


def _order(event: str, order_id: int, side: int, price: str, amount: str, at: int) -> str:
    data = {
        "id": order_id, "id_str": str(order_id), "order_type": side, "datetime": "1790000000",
        "microtimestamp": str(AT_US + at), "amount": float(amount), "amount_str": amount, "price": float(price),
        "price_str": price,
    }  # fmt: skip
    return json.dumps({"data": data, "channel": "live_orders_btcusd", "event": event})


def test_single_orders_become_levels() -> None:
    """Frames after the documents: live_orders on a snapshot with ids."""
    bench = _bench(level=3)
    bids, asks = [["60000", "0.5", "11"], ["60000", "0.25", "12"]], [["60001", "0.75", "21"]]
    bench.feed(_order("order_created", 12, 0, "60000", "0.25", 180))
    bench.snapshot("btcusd", _body(200, bids, asks))
    assert bench.books["btcusd"].sides == {Side.BUY: {600000: 75}, Side.SELL: {600010: 75}}
    bench.feed(_order("order_created", 13, 0, "59999.5", "1", 210))
    bench.feed(_order("order_changed", 11, 0, "60000", "0.10", 220))
    bench.feed(_order("order_deleted", 21, 1, "60001", "0.75", 230))
    bench.feed(_order("order_deleted", 12, 0, "60000", "0.25", 150))
    assert bench.books["btcusd"].sides == {Side.BUY: {600000: 35, 599995: 100}, Side.SELL: {}}
    assert bench.books["btcusd"].is_live
    assert bench.market.books["btcusd"].orders.ahead_of(12) == 10


def test_level_3_has_its_own_channel() -> None:
    bench = _bench(level=3)
    asked = [json.loads(text)["data"]["channel"] for text in bench.market.subscribe(list(bench.market.books.values()))]
    assert asked == ["live_orders_btcusd", "live_trades_btcusd"]


def test_the_list_of_instruments(captures: Path) -> None:
    body = read_recording(captures / RECORDED).answer("trading-pairs-info").encode()
    listed = {row.symbol: row for row in listing_of("bitstamp")([body], "bitstamp")}
    bitcoin, ripple = listed["BTC-USD.bitstamp"], listed["XRP-EUR.bitstamp"]
    assert (bitcoin.tick, bitcoin.lot, bitcoin.min_notional) == (Decimal("0.01"), Decimal("1E-8"), Decimal(20))
    assert bitcoin.venue_symbol == "btcusd"
    assert Decimal("112716000.00000000") / ripple.lot < LARGEST, "an order of the recording"
    assert listed["BAT-BTC.bitstamp"].lot == Decimal("1E-8")
