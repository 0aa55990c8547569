"""Coinbase: the recording beside the slow books, the count over the whole socket, trades and their sides."""

import json
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from core.vocabulary import InstrumentState, Side
from feeds.errors import SequenceGap
from feeds.recording import Frame, Recording, Socket, read_recording
from feeds.socket_sequence import SocketSequence
from feeds.venues.catalogue import listing_of
from tests.venue_bench import VenueBench, trades_of

URL = "wss://advanced-trade-ws.coinbase.com"
RECORDED = "derived/coinbase/COINBASE_2026-08-09_first_half.jsonl.gz"
AT = "2026-08-09T21:05:48.483587501Z"


def _frame(number: int, channel: str, *events: object) -> str:
    return json.dumps({"channel": channel, "timestamp": AT, "sequence_num": number, "events": events})


def _levels(number: int, kind: str, *levels: tuple[str, str, str], product: str = "BTC-USD") -> str:
    updates = [
        {"side": side, "event_time": AT, "price_level": price, "new_quantity": size} for side, price, size in levels
    ]
    return _frame(number, "l2_data", {"type": kind, "product_id": product, "updates": updates})


def _trades(number: int, kind: str, *trades: tuple[str, int, str, str, str]) -> str:
    rows = [
        {"product_id": product, "trade_id": str(trade_id), "price": price, "size": size, "time": AT, "side": side}
        for product, trade_id, price, size, side in trades
    ]
    return _frame(number, "market_trades", {"type": kind, "trades": rows})


BOOK = _levels(1, "snapshot", ("bid", "65083.66", "0.5"), ("bid", "65083", "1"), ("offer", "65083.67", "0.25"))
OTHER = _levels(2, "snapshot", ("bid", "1919.4", "3"), ("offer", "1919.49", "2.125"), product="ETH-USD")


def _bench() -> VenueBench:
    """Two live books."""
    lines = tuple(Frame(at_ns, "1", text) for at_ns, text in enumerate((BOOK, OTHER), 1))
    bench = VenueBench("coinbase", Recording("by hand", "coinbase", (Socket("1", URL),), lines))
    bench.play()
    return bench


def test_recorded_books_are_the_slow_ones(captures: Path) -> None:
    recording = read_recording(captures / RECORDED)
    recording = msgspec.structs.replace(recording, lines=recording.lines[:160])
    bench = VenueBench("coinbase", recording)
    found = bench.play(every=40)
    assert found.symbols == {"BTC-USD", "ETH-USD"}
    assert found.trades == trades_of("coinbase", recording)
    assert found.trades, "and those before the subscription are not among them"
    assert bench.market.status["gaps"] == 0


def test_levels_are_absolute_and_nought_takes_one_away() -> None:
    bench = _bench()
    bench.feed(_levels(3, "update", ("offer", "65083.67", "0"), ("bid", "65083.66", "0.75"), ("offer", "65084", "1")))
    book = bench.books["BTC-USD"]
    assert book.sides == {Side.BUY: {6508366: 75, 6508300: 100}, Side.SELL: {6508400: 100}}
    assert book.is_live


def test_heartbeats_and_answers_count_too() -> None:
    bench = _bench()
    bench.feed(_frame(3, "heartbeats", {"current_time": "2026-08-09 21:05:48 +0000 UTC", "heartbeat_counter": 41691}))
    bench.feed(_frame(4, "subscriptions", {"subscriptions": {"level2": ["BTC-USD"]}}))
    bench.feed(_levels(5, "update", ("bid", "65083", "0")))
    assert bench.market.status["gaps"] == 0
    assert bench.wanted == set()


def test_a_gap_takes_every_book_of_the_socket() -> None:
    bench = _bench()
    bench.feed(_levels(4, "update", ("bid", "65083", "0")))
    assert bench.wanted == {"BTC-USD", "ETH-USD"}
    assert not any(book.is_live for book in bench.books.values())
    bench.feed(_levels(5, "update", ("bid", "65083", "0")))
    assert 6508300 in bench.books["BTC-USD"].sides[Side.BUY], "no update enters before the next snapshot"
    bench.feed(_levels(6, "snapshot", ("bid", "65000", "2"), ("offer", "65001", "2")))
    assert bench.books["BTC-USD"].sides == {Side.BUY: {6500000: 200}, Side.SELL: {6500100: 200}}
    assert bench.books["BTC-USD"].is_live
    assert not bench.books["ETH-USD"].is_live
    assert bench.market.status["gaps"] == 1


def test_one_book_is_asked_for_again_and_the_others_go_on() -> None:
    bench = _bench()
    book = bench.market.books["ETH-USD"]
    asked = [json.loads(text) for text in (*bench.market.unsubscribe_book(book), *bench.market.subscribe_book(book))]
    assert [(message["type"], message["channel"], message["product_ids"]) for message in asked] == [
        ("unsubscribe", "level2", ["ETH-USD"]),
        ("subscribe", "level2", ["ETH-USD"]),
    ]


def test_trades_are_told_oldest_first_and_by_the_side_of_the_taker() -> None:
    bench = _bench()
    bench.feed(_trades(3, "snapshot", ("BTC-USD", 7, "65083.66", "1", "BUY")))
    bench.feed(_trades(4, "update", ("BTC-USD", 9, "65083.66", "2", "BUY"), ("BTC-USD", 8, "65083.67", "3", "SELL")))
    assert bench.found.trades == [
        ("BTC-USD", Decimal("65083.67"), Decimal(3), "buy"),
        ("BTC-USD", Decimal("65083.66"), Decimal(2), "sell"),
    ]


def test_trades_of_several_products_in_one_frame_go_to_their_own_books() -> None:
    bench = _bench()
    bench.feed(_trades(3, "update", ("ETH-USD", 9, "1919.4", "2", "BUY"), ("BTC-USD", 8, "65083.67", "3", "SELL")))
    assert [trade[0] for trade in bench.found.trades] == ["BTC-USD", "ETH-USD"]


def test_a_refused_subscription_is_a_sentence() -> None:
    bench = _bench()
    bench.feed('{"type":"error","message":"failure to subscribe: authentication failure"}')
    assert b"authentication failure" in bytes(bench.market.status["message"])
    assert bench.market.status["bad_frames"] == 0


@pytest.mark.parametrize(
    "frame",
    ["", "{", "[]", '{"channel":"l2_data","sequence_num":"x"}', BOOK[:-9].replace('num": 1', 'num": 3')],
)
def test_a_frame_that_is_none_is_counted_and_changes_nothing(frame: str) -> None:
    bench = _bench()
    bench.feed(frame)
    assert bench.market.status["bad_frames"] == 1
    assert bench.books["ETH-USD"].sides[Side.BUY] == {191940: 3000}


def test_every_channel_is_asked_for_in_a_message_of_its_own() -> None:
    bench = _bench()
    asked = [json.loads(text) for text in bench.market.subscribe(list(bench.market.books.values()))]
    assert [message["channel"] for message in asked] == ["heartbeats", "level2", "market_trades", "ticker"]
    assert all(message["product_ids"] == ["BTC-USD", "ETH-USD"] for message in asked)


def test_a_socket_counts_all_its_frames() -> None:
    sequence = SocketSequence(venue="coinbase")
    assert sequence.accepts(17), "whatever the first number is"
    assert sequence.accepts(18)
    assert not sequence.accepts(18), "it came twice"
    with pytest.raises(SequenceGap):
        sequence.accepts(20)
    assert sequence.accepts(21), "the count goes on from what came"


def test_the_list_of_instruments(captures: Path) -> None:
    body = read_recording(captures / RECORDED).answer("products").encode()
    listed = {row.symbol: row for row in listing_of("coinbase")([body], "coinbase")}
    bitcoin = listed["BTC-USD.coinbase"]
    assert (bitcoin.tick, bitcoin.lot, bitcoin.state) == (Decimal("0.01"), Decimal("1E-8"), InstrumentState.OPEN)
    assert "BTC-USDC.coinbase" not in listed, "its frames come as BTC-USD"
    assert "USDT-USDC.coinbase" in listed
