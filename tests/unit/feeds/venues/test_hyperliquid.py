"""Hyperliquid: recorded frames beside the slow book, whole books and their age, trades told once, the list."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from core.vocabulary import AssetClass, InstrumentState, Side
from feeds.listing import choose, read_listing
from feeds.recording import Frame, Recording, Socket, read_recording
from tests.venue_bench import VenueBench, trades_of

URL = "wss://api.hyperliquid.xyz/ws"


def _book(time: int, bids: list[tuple[str, str]], asks: list[tuple[str, str]], coin: str = "BTC") -> str:
    sides = [[{"px": price, "sz": size, "n": 1} for price, size in side] for side in (bids, asks)]
    return json.dumps({"channel": "l2Book", "data": {"coin": coin, "time": time, "levels": sides}})


def _trades(*ids: int, coin: str = "BTC", time: int = 1785251521890) -> str:
    rows = [
        {"coin": coin, "side": "A", "px": "63719.0", "sz": "0.00016", "time": time, "tid": tid, "users": []}
        for tid in ids
    ]
    return json.dumps({"channel": "trades", "data": rows})


FIRST = _book(1785251521889, [("63460.0", "0.02666"), ("63457.0", "0.5")], [("63488.5", "0.01246")])


def _bench(*frames: str, **more: Any) -> VenueBench:
    lines = tuple(Frame(at_ns, "1", text) for at_ns, text in enumerate(frames, 1))
    return VenueBench("hyperliquid", Recording("by hand", "hyperliquid", (Socket("1", URL),), lines), **more)


def test_recorded_books_and_trades_are_the_slow_ones(captures: Path) -> None:
    recording = read_recording(captures / "misc_wire/hyperliquid/hyperliquid_testnet_frames_20260728.jsonl")
    bench = VenueBench("hyperliquid", recording)
    found = bench.play()
    assert found.compared >= 2
    assert found.trades == trades_of("hyperliquid", recording)
    assert bench.market.status["message"].startswith(b"the venue refused: Error parsing JSON")


def test_each_book_replaces_the_one_before() -> None:
    later = _book(1785251522402, [("63461.0", "1")], [("63462.0", "2"), ("63463.0", "3")])
    found = _bench(FIRST, later).play()
    assert found.compared == 3


def test_a_book_that_is_older_than_ours_is_left_out() -> None:
    bench = _bench(FIRST)
    bench.feed(FIRST)
    bench.feed(_book(1785251521000, [("1.0", "1")], [("2.0", "1")]))
    assert len(bench.books["BTC"].sides[Side.BUY]) == 2
    assert bench.market.status["bad_frames"] == 0


def test_an_empty_side_is_a_book() -> None:
    bench = _bench(FIRST)
    bench.feed(_book(1785251521889, [], [("63488.5", "1")]))
    assert bench.books["BTC"].sides[Side.BUY] == {}
    assert bench.books["BTC"].is_live


def test_trades_that_a_new_subscription_repeats_are_told_once() -> None:
    bench = _bench(FIRST, _trades(1, 2, 3))
    bench.play()
    bench.feed(_trades(2, 3, 4))
    bench.feed(_trades(4))
    assert len(bench.found.trades) == 4
    assert bench.found.trades[0] == ("BTC", Decimal("63719"), Decimal("0.00016"), "sell")


def test_trades_of_before_we_came_are_not_told_nor_those_of_while_we_were_away() -> None:
    bench = _bench(FIRST)
    bench.feed(FIRST)
    bench.feed(_trades(1, 2, time=1785251456343))
    assert bench.found.trades == [], "older than the book: the repetition that a subscription begins with"
    bench.feed(_trades(2, 3, time=1785251456343))
    assert len(bench.found.trades) == 1, "whatever its time says"
    bench.market.before_open(bench.socket)
    bench.feed(_trades(3, 4, 5, time=1785251521880))
    assert len(bench.found.trades) == 1
    before_any_book = _bench(FIRST)
    before_any_book.feed(_trades(1))
    before_any_book.feed(_trades(2))
    assert len(before_any_book.found.trades) == 1


def test_trades_of_several_coins_in_one_frame_find_their_books() -> None:
    both = json.loads(_trades(1))
    both["data"] += json.loads(_trades(2, coin="ETH"))["data"]
    bench = _bench(FIRST, _book(1785251521889, [("1900", "1")], [("1901", "1")], coin="ETH"), json.dumps(both))
    assert [trade[0] for trade in bench.play().trades] == ["BTC", "ETH"]


def test_pongs_and_acknowledgements_are_no_bad_frames() -> None:
    bench = _bench(FIRST)
    bench.feed('{"channel":"pong"}')
    bench.feed('{"channel":"subscriptionResponse","data":{"method":"subscribe","subscription":{"type":"bbo"}}}')
    assert bench.market.status["bad_frames"] == 0


def test_an_unknown_coin_and_half_a_frame_are_bad_frames_and_the_book_begins_again() -> None:
    bench = _bench(FIRST)
    bench.feed(FIRST)
    bench.feed(_book(1785251521889, [], [], coin="NOBODY"))
    assert bench.market.status["bad_frames"] == 1
    bench.feed(FIRST)
    bench.feed(FIRST[:-9])
    assert bench.market.status["bad_frames"] == 2
    assert not bench.books["BTC"].is_live


def test_it_subscribes_to_books_and_trades() -> None:
    bench = _bench(FIRST)
    book, trades, quotes, context = (
        json.loads(text)["subscription"] for text in bench.market.subscribe(list(bench.market.books.values()))
    )
    assert book == {"type": "l2Book", "coin": "BTC"}
    assert trades == {"type": "trades", "coin": "BTC"}
    assert quotes == {"type": "bbo", "coin": "BTC"}
    assert context == {"type": "activeAssetCtx", "coin": "BTC"}
    fast = _bench(FIRST, depth=5)
    assert '"fast":true' in fast.market.subscribe(list(fast.market.books.values()))[0]


def test_mark_index_funding_and_open_interest_are_told() -> None:
    bench = _bench(FIRST)
    context = {"funding": "-0.0000015186", "openInterest": "27353.17682", "oraclePx": "77605.0", "markPx": "77562.0"}
    frame = {"channel": "activeAssetCtx", "data": {"coin": "BTC", "ctx": {**context, "midPx": "77558.5"}}}
    bench.market.receive(json.dumps(frame).encode(), 1, bench.socket)
    told = bench.ring.peek()
    assert told["reference_id"].tolist() == [7_756_200_000_000, 7_760_500_000_000, -151, 2_735_317_682]
    assert told["detail"].tolist() == [1, 2, 3, 5]


META = {
    "universe": [
        {"name": "BTC", "szDecimals": 5, "maxLeverage": 40},
        {"name": "kPEPE", "szDecimals": 0},
        {"name": "LOOM", "szDecimals": 1, "isDelisted": True},
    ]
}
SPOT_META = {
    "universe": [
        {"tokens": [1, 0], "name": "PURR/USDC", "index": 0, "isCanonical": True},
        {"tokens": [2, 0], "name": "@107", "index": 107, "isCanonical": False},
    ],
    "tokens": [
        {"name": "USDC", "szDecimals": 8, "weiDecimals": 8, "index": 0},
        {"name": "PURR", "szDecimals": 0, "weiDecimals": 5, "index": 1},
        {"name": "HYPE", "szDecimals": 2, "weiDecimals": 8, "index": 2},
    ],
}


def test_the_list_has_the_finest_steps_of_the_wire() -> None:
    bodies = [json.dumps(META).encode(), json.dumps(SPOT_META).encode()]
    listed = {row.symbol: row for row in read_listing("hyperliquid", bodies, venue="hyperliquid")}
    bitcoin = listed["BTC-USD-PERP.hyperliquid"]
    assert (bitcoin.tick, bitcoin.lot) == (Decimal("0.1"), Decimal("0.00001"))
    assert bitcoin.asset_class is AssetClass.PERPETUAL
    assert listed["kPEPE-USD-PERP.hyperliquid"].tick == Decimal("0.000001")
    assert listed["LOOM-USD-PERP.hyperliquid"].state is InstrumentState.CLOSED
    hype = listed["HYPE-USDC.hyperliquid"]
    assert (hype.venue_symbol, hype.tick, hype.lot) == ("@107", Decimal("0.000001"), Decimal("0.01"))
    assert choose(list(listed.values()), ("PURR-USDC", "btc"), venue="hyperliquid")[1] is bitcoin
