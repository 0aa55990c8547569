"""Coinbase Exchange: the recording beside the slow books; every order by hand, after the documents; its list."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from core.vocabulary import Side
from feeds.errors import SequenceGap
from feeds.recording import read_recording
from feeds.venues.catalogue import listing_of
from feeds.venues.coinbase_exchange.market import OrdersMarket
from feeds.venues.coinbase_exchange.sequence import FullSequence
from tests.recorded import recorded
from tests.venue_bench import VenueBench, trades_of

RECORDED = "cryptofeed/coinbase/COINBASE_2021-04-17.jsonl.gz"
AT = "2026-09-21T14:13:20.600000Z"
FIRST, SECOND, THIRD = (f"{letter * 8}-af29-4f45-8744-56dd1ef57dc0" for letter in "abc")


def _bench(level: int = 2) -> VenueBench:
    """At level 2 live; at level 3 without a snapshot yet."""
    bench = VenueBench("coinbase-exchange", recorded("coinbase-exchange"), level=level)
    if level == 2:
        bench.play()
    return bench


def _message(kind: str, sequence: int, **more: str) -> str:
    return json.dumps({"type": kind, "product_id": "BTC-USD", "sequence": sequence, "time": AT, **more})


def _orders(sequence: int) -> str:
    return json.dumps(
        {
            "sequence": sequence,
            "bids": [["60000.00", "1.5", FIRST], ["60000.00", "0.5", SECOND]],
            "asks": [["60001.00", "2", THIRD]],
        }
    )


def _level_3() -> VenueBench:
    """A book of three orders at sequence 20."""
    bench = _bench(level=3)
    bench.snapshot("BTC-USD", _orders(20))
    return bench


def _sides(bench: VenueBench) -> dict[Side, dict[Decimal, Decimal]]:
    instrument = bench.instruments["BTC-USD"]
    return {
        Side(side): {price * instrument.tick: lots * instrument.lot for price, lots in levels.items()}
        for side, levels in bench.books["BTC-USD"].sides.items()
    }


def test_hand_made_frames_give_the_slow_books() -> None:
    bench = _bench()
    assert bench.found.compared >= 4
    assert bench.found.trades == trades_of("coinbase-exchange", recorded("coinbase-exchange"))


def test_recorded_books_are_the_slow_ones(captures: Path) -> None:
    recording = read_recording(captures / RECORDED)
    bench = VenueBench("coinbase-exchange", recording)
    found = bench.play(every=200)
    assert len(found.symbols) == 10
    assert found.trades == trades_of("coinbase-exchange", recording)
    assert len(found.trades) == 97


def test_an_update_before_the_next_snapshot_changes_nothing() -> None:
    bench = _bench()
    bench.market._begin_again(bench.market.books["BTC-USD"])
    bench.feed(_message("l2update", 0)[:-1] + ', "changes": [["buy", "59990.00", "1"]]}')
    assert Decimal(59990) not in _sides(bench)[Side.BUY]
    assert not bench.books["BTC-USD"].is_live


def test_a_time_of_the_year_1_is_none() -> None:
    bench = _bench()
    frame = json.loads(_message("l2update", 0)) | {"time": "0001-01-01T00:00:00.000000Z"}
    bench.feed(json.dumps(frame | {"changes": [["buy", "59990.00", "1"]]}))
    assert _sides(bench)[Side.BUY][Decimal(59990)] == 1
    assert bench.market.status["bad_frames"] == 0


def test_orders_open_shrink_change_and_go() -> None:
    bench = _level_3()
    assert _sides(bench) == {Side.BUY: {Decimal(60000): Decimal(2)}, Side.SELL: {Decimal(60001): Decimal(2)}}
    bench.feed(_message("received", 21, order_id="dddd", side="buy", price="59999.00", size="3", order_type="limit"))
    bench.feed(_message("open", 22, order_id="dddd", side="buy", price="59999.00", remaining_size="3"))
    bench.feed(
        _message(
            "match", 23, maker_order_id=FIRST, taker_order_id="eeee", trade_id="7", side="buy", size="0.5",
            price="60000.00",
        )
    )  # fmt: skip
    bench.feed(_message("change", 24, order_id=SECOND, side="buy", price="60000.00", old_size="0.5", new_size="0.25"))
    bench.feed(_message("change", 25, order_id="ffff", side="buy", price="60000.00", old_size="5", new_size="4"))
    bench.feed(_message("done", 26, order_id=THIRD, side="sell", price="60001.00", reason="canceled"))
    bench.feed(_message("done", 27, order_id="eeee", side="sell", reason="filled"))
    bids = {Decimal(60000): Decimal("1.25"), Decimal(59999): Decimal(3)}
    assert _sides(bench) == {Side.BUY: bids, Side.SELL: {}}
    assert bench.books["BTC-USD"].is_live
    assert bench.found.trades == [("BTC-USD", Decimal(60000), Decimal("0.5"), "sell")]


def test_an_order_that_moves_goes_to_its_new_price() -> None:
    bench = _level_3()
    bench.feed(
        _message(
            "change", 21, order_id=THIRD, side="sell", old_price="60001.00", new_price="60003.00", old_size="2",
            new_size="1",
        )
    )  # fmt: skip
    assert _sides(bench)[Side.SELL] == {Decimal(60003): Decimal(1)}


def test_messages_wait_for_a_snapshot_that_is_young_enough() -> None:
    bench = _bench(level=3)
    bench.feed(_message("done", 22, order_id=THIRD, side="sell", price="60001.00", reason="canceled"))
    bench.snapshot("BTC-USD", _orders(20))
    assert not bench.market.books["BTC-USD"].is_live
    bench.snapshot("BTC-USD", _orders(21))
    assert bench.market.books["BTC-USD"].is_live
    assert _sides(bench)[Side.SELL] == {}


def test_a_lost_message_begins_the_book_again() -> None:
    bench = _level_3()
    bench.feed(_message("done", 22, order_id=THIRD, side="sell", reason="canceled"))
    assert bench.wanted == {"BTC-USD"}
    assert not bench.books["BTC-USD"].is_live
    assert bench.market.status["gaps"] == 1


def test_the_sequence_of_the_full_channel() -> None:
    sequence = FullSequence(venue="coinbase-exchange", symbol="BTC-USD")
    sequence.begin(20)
    assert not sequence.accepts(20)
    assert sequence.accepts(21)
    assert not sequence.accepts(21)
    with pytest.raises(SequenceGap):
        sequence.accepts(23)


def test_the_level_chooses_channels() -> None:
    bench = _bench(level=3)
    assert isinstance(bench.market, OrdersMarket)
    books = list(bench.market.books.values())
    assert json.loads(bench.market.subscribe(books)[0])["channels"] == ["heartbeat", "full", "ticker"]
    bench = _bench()
    books = list(bench.market.books.values())
    assert json.loads(bench.market.subscribe(books)[0])["channels"] == [
        "heartbeat", "level2_batch", "ticker", "matches",
    ]  # fmt: skip


def test_a_refused_subscription_is_a_sentence() -> None:
    bench = _bench()
    bench.feed('{"type":"error","message":"Failed to subscribe","reason":"NOPE-USD is not a valid product"}')
    assert b"NOPE-USD is not a valid product" in bytes(bench.market.status["message"])
    assert bench.market.status["bad_frames"] == 0


def test_the_list_of_instruments(captures: Path) -> None:
    body = read_recording(captures / RECORDED).answer("products").encode()
    listed = {row.venue_symbol: row for row in listing_of("coinbase-exchange")([body], "cbx")}
    skale = listed["SKL-EUR"]
    assert (skale.symbol, skale.tick, skale.lot) == ("SKL-EUR.cbx", Decimal("0.0001"), Decimal("0.1"))
