"""dYdX v4: books that cross and are uncrossed, messages that overtake each other, trades, the list.

The venue's own frames are not among the recordings: these are made after its documents, and those of a maintained
client's tests.
"""

import json
from decimal import Decimal

import pytest

from core.vocabulary import AssetClass, InstrumentState, Side
from feeds.errors import SequenceGap
from feeds.listing import read_listing
from feeds.recording import Frame, Recording, Socket
from feeds.venues.dydx.sequence import MOST_AHEAD, PATIENCE_NS, MessageOrder
from tests.venue_bench import VenueBench, trades_of

URL = "wss://indexer.dydx.trade/v4/ws"
Rows = list[list[str]]
CONNECTED = '{"type":"connected","connection_id":"22be6448","message_id":0}'


def _message(number: int, kind: str, contents: object, channel: str = "v4_orderbook", symbol: str = "BTC-USD") -> str:
    head = {"type": kind, "connection_id": "22be6448", "message_id": number, "id": symbol, "channel": channel}
    return json.dumps({**head, "version": "1.0.0", "contents": contents})


def _snapshot(number: int, bids: Rows, asks: Rows, symbol: str = "BTC-USD") -> str:
    sides = {
        name: [{"price": price, "size": size} for price, size in rows]
        for name, rows in (("bids", bids), ("asks", asks))
    }
    return _message(number, "subscribed", sides, symbol=symbol)


def _update(number: int, **sides: Rows) -> str:
    return _message(number, "channel_data", sides)


FIRST = _snapshot(1, [["43240.0", "1.5"], ["43235.0", "2.3"]], [["43250.0", "1.25"], ["43255.0", "2.0"]])


def _bench(*frames: str) -> VenueBench:
    lines = tuple(Frame(at_ns, "1", text) for at_ns, text in enumerate(frames, 1))
    return VenueBench("dydx", Recording("by hand", "dydx", (Socket("1", URL),), lines))


def _best(bench: VenueBench) -> tuple[dict[str, int], dict[str, int]]:
    """price → hundredths, of both sides."""
    instrument = bench.instruments["BTC-USD"]
    sides = bench.books["BTC-USD"].sides
    return tuple(  # type: ignore[return-value]
        {
            format((ticks * instrument.tick).normalize(), "f"): int(lots * instrument.lot * 100)
            for ticks, lots in side.items()
        }
        for side in (sides[Side.BUY], sides[Side.SELL])
    )


def test_books_are_the_slow_ones() -> None:
    frames = [
        CONNECTED,
        FIRST,
        _update(2, bids=[["43240.0", "2.0"], ["43238.0", "1.5"]], asks=[["43250.0", "0.0"], ["43252.0", "3.0"]]),
        _update(3, bids=[["43253", "1"]]),
        _message(4, "channel_batch_data", [{"asks": [["43251", "1"]]}, {"bids": [["43235.0", "0"]]}]),
        _snapshot(5, [["43000", "1"]], [["43001", "1"]]),
    ]
    bench = _bench(*frames)
    assert bench.play().compared >= 5
    assert bench.market.status["gaps"] == 0


def test_of_two_that_cross_the_older_goes_and_it_is_said() -> None:
    bench = _bench(CONNECTED, FIRST, _update(2, asks=[["43239", "0.1"]]))
    bench.play()
    assert _best(bench)[0] == {"43235": 230}
    bench.market.count_up()
    assert bytes(bench.market.status["message"]).startswith(b"levels uncrossed: 1")


def test_two_of_the_same_message_trade_with_each_other() -> None:
    bench = _bench(CONNECTED, _snapshot(1, [["101", "3"], ["99", "1"]], [["100", "1.25"], ["101", "1"], ["103", "2"]]))
    bench.play()
    assert _best(bench) == ({"101": 75, "99": 100}, {"103": 200})


def test_a_batch_is_uncrossed_when_all_of_it_is_in() -> None:
    """An ask that comes and goes within one message takes no bid with it."""
    bench = _bench(CONNECTED, FIRST)
    bench.play()
    bench.feed(_message(2, "channel_batch_data", [{"asks": [["43239", "1"]]}, {"asks": [["43239", "0"]]}]))
    assert _best(bench)[0] == {"43240": 150, "43235": 230}


def test_trades_are_told_without_those_of_before_the_subscription() -> None:
    row = {
        "id": "03f89a550000000200000002", "side": "SELL", "size": "0.0365", "price": "89970", "type": "LIMIT",
        "createdAt": "2025-12-08T16:11:29.425Z", "createdAtHeight": "66624083",
    }  # fmt: skip
    frames = (
        CONNECTED,
        FIRST,
        _message(2, "subscribed", {"trades": [row]}, channel="v4_trades"),
        _message(3, "channel_data", {"trades": [row, {**row, "side": "BUY"}]}, channel="v4_trades"),
        _message(4, "channel_batch_data", [{"trades": [row]}], channel="v4_trades"),
    )
    bench = _bench(*frames)
    assert bench.play().trades == trades_of("dydx", bench.recording)
    assert [trade[3] for trade in bench.found.trades] == ["sell", "buy", "sell"]


def test_messages_that_overtake_each_other_are_put_in_order() -> None:
    order = MessageOrder[str](venue="dydx")
    assert order.take(0, "a", 1) == ["a"]
    assert order.take(2, "c", 2) == []
    assert order.take(3, "d", 3) == []
    assert order.take(1, "b", 4) == ["b", "c", "d"]
    assert order.take(2, "c", 5) == [], "it came before"
    assert order.take(4, "e", 6) == ["e"]


def _take_ahead(order: MessageOrder[str], apart_ns: int) -> None:
    for number in range(2, MOST_AHEAD + 4):
        assert order.take(number, "x", number * apart_ns) == []


@pytest.mark.parametrize("apart_ns", [PATIENCE_NS + 1, 1])
def test_a_message_that_never_comes_is_a_gap_in_all_books(apart_ns: int) -> None:
    order = MessageOrder[str](venue="dydx")
    order.take(0, "a", 0)
    with pytest.raises(SequenceGap) as gap:
        _take_ahead(order, apart_ns)
    assert gap.value.symbol == ""
    assert gap.value.expected == 1
    lost = gap.value.received
    assert order.take(lost + 1, "y", 0) == ["y"]


def test_a_message_that_never_comes_is_a_gap_though_nothing_more_comes() -> None:
    order = MessageOrder[str](venue="dydx")
    order.take(0, "a", 0)
    order.take(2, "c", 10)
    order.check(10 + PATIENCE_NS)
    with pytest.raises(SequenceGap):
        order.check(11 + PATIENCE_NS)
    order.check(20 + 2 * PATIENCE_NS)
    assert order.take(3, "d", 12 + PATIENCE_NS) == ["d"]


def test_after_a_gap_only_a_new_subscription_makes_the_book_whole() -> None:
    bench = _bench(CONNECTED, FIRST)
    bench.play()
    bench.feed(_update(3, bids=[["1", "1"]]), at_ns=10)
    bench.feed(_update(4, bids=[["1", "1"]]), at_ns=10 + 2 * PATIENCE_NS)
    assert bench.market.status["gaps"] == 1
    assert bench.wanted == {"BTC-USD"}
    bench.feed(_update(5, bids=[["2", "1"]]))
    bench.feed(_snapshot(6, [["43000", "1"]], [["43001", "1"]]))
    assert bench.books["BTC-USD"].is_live
    assert _best(bench) == ({"43000": 100}, {"43001": 100})


def test_a_refusal_is_told_and_is_no_bad_frame() -> None:
    bench = _bench(CONNECTED, FIRST)
    bench.play()
    bench.feed('{"type":"error","message":"Invalid subscription id for channel","connection_id":"x","message_id":2}')
    assert bytes(bench.market.status["message"]).startswith(b"the venue refused: Invalid subscription")
    bench.feed(_update(3, bids=[["43240", "2"]]))
    assert bench.market.status["bad_frames"] == 0
    assert _best(bench)[0]["43240"] == 200


def test_books_are_subscribed_to_before_trades() -> None:
    bench = _bench(CONNECTED, FIRST)
    wishes = [json.loads(text) for text in bench.market.subscribe(list(bench.market.books.values()))]
    assert [(wish["channel"], wish["batched"]) for wish in wishes] == [
        ("v4_orderbook", True),
        ("v4_trades", False),
        ("v4_markets", False),
    ]


def test_the_list_of_markets() -> None:
    body = {
        "markets": {
            "BTC-USD": {"ticker": "BTC-USD", "status": "ACTIVE", "tickSize": "1", "stepSize": "0.0001"},
            "FARTCOIN,RAYDIUM,9BB6-USD": {
                "ticker": "FARTCOIN,RAYDIUM,9BB6-USD", "status": "FINAL_SETTLEMENT", "tickSize": "0.0001",
                "stepSize": "10",
            },
        }
    }  # fmt: skip
    first, second = read_listing("dydx", [json.dumps(body).encode()], venue="dydx")
    assert (first.symbol, first.tick, first.lot) == ("BTC-USD-PERP.dydx", Decimal(1), Decimal("0.0001"))
    assert first.asset_class is AssetClass.PERPETUAL
    assert (second.symbol, second.state) == ("FARTCOIN-USD-PERP.dydx", InstrumentState.CLOSED)
