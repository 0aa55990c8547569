"""Bitfinex: recordings beside the slow books, the count over the socket, checksums in frames of their own, R0."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from core.vocabulary import AssetClass, Side
from feeds.recording import read_recording
from feeds.venues.bitfinex.messages import CHECKSUM, SEQ_ALL, TIMESTAMP
from feeds.venues.catalogue import listing_of
from tests.recorded import recorded
from tests.venue_bench import VenueBench, trades_of

BOOK, TRADES, RAW = 100, 101, 102
"""Channels of the hand-made frames; their last number is 18"""


def _bench() -> VenueBench:
    """tBTCUSD by levels, tETHUSD by orders, both live."""
    bench = VenueBench("bitfinex", recorded("bitfinex"))
    bench.play()
    return bench


def _is_live(bench: VenueBench, symbol: str = "tBTCUSD") -> bool:
    return bench.books[symbol].is_live


def test_hand_made_frames_give_the_slow_books_with_every_checksum_right() -> None:
    bench = _bench()
    assert bench.found.symbols == {"tBTCUSD", "tETHUSD"}
    assert bench.found.trades == trades_of("bitfinex", recorded("bitfinex"))
    assert bench.market.status["gaps"] == 0


def test_recorded_books_are_the_slow_ones(captures: Path) -> None:
    recording = read_recording(captures / "cryptofeed/bitfinex/BITFINEX_2021-04-17.jsonl.gz")
    bench = VenueBench("bitfinex", recording)
    found = bench.play(every=3)
    assert len(found.symbols) == 7
    assert found.trades == trades_of("bitfinex", recording)
    assert bench.market.status["gaps"] == 0


def test_a_level_without_orders_goes_and_a_minus_is_an_ask() -> None:
    bench = _bench()
    bench.feed(f"[{BOOK},[60002,0,-1],19]")
    bench.feed(f"[{BOOK},[60003,2,-0.5],20]")
    bench.feed(f"[{BOOK},[60000,0,1],21]")
    sides = bench.books["tBTCUSD"].sides
    assert 600020 not in sides[Side.SELL]
    assert 600000 not in sides[Side.BUY]
    assert sides[Side.SELL][600030] == 5_000_000


def test_heartbeats_count_and_a_gap_takes_every_book_of_the_socket() -> None:
    bench = _bench()
    bench.feed(f'[{RAW},"hb",19]')
    bench.feed(f"[{BOOK},[60003,2,-0.5],20]")
    assert bench.wanted == set()
    bench.feed(f'[{RAW},"hb",22]')
    assert bench.wanted == {"tBTCUSD", "tETHUSD"}
    assert not _is_live(bench)
    bench.feed(f"[{BOOK},[60004,2,-0.5],23]")
    assert 600040 not in bench.books["tBTCUSD"].sides[Side.SELL], "no update before the next whole book"
    bench.feed(f"[{BOOK},[[59000,1,2],[59001,1,-2]],24]")
    assert _is_live(bench)
    assert bench.books["tBTCUSD"].sides == {Side.BUY: {590000: 20_000_000}, Side.SELL: {590010: 20_000_000}}


@pytest.mark.parametrize(("channel", "symbol"), [(BOOK, "tBTCUSD"), (RAW, "tETHUSD")])
def test_a_wrong_checksum_takes_its_book(channel: int, symbol: str) -> None:
    bench = _bench()
    bench.feed(f'[{channel},"cs",1,19]')
    assert bench.wanted == {symbol}
    assert not _is_live(bench, symbol)
    assert b"checksum" in bytes(bench.market.status["message"])


def test_checksums_can_be_switched_off() -> None:
    bench = VenueBench("bitfinex", recorded("bitfinex"), checksums=False)
    bench.play()
    bench.feed(f'[{BOOK},"cs",1,19]')
    assert bench.wanted == set()
    conf = json.loads(bench.market.subscribe(list(bench.market.books.values()))[0])
    assert conf == {"event": "conf", "flags": SEQ_ALL | TIMESTAMP}


def test_a_lost_book_changes_its_channel_and_the_old_one_is_no_longer_for_us() -> None:
    bench = _bench()
    book = bench.market.books["tBTCUSD"]
    asked = [json.loads(text) for text in (*bench.market.unsubscribe_book(book), *bench.market.subscribe_book(book))]
    assert asked[0] == {"event": "unsubscribe", "chanId": BOOK}
    assert (asked[1]["channel"], asked[1]["symbol"], asked[1]["prec"]) == ("book", "tBTCUSD", "P0")
    bench.feed(f"[{BOOK},[[1,1,2],[2,1,-2]],19]")
    assert 10 not in bench.books["tBTCUSD"].sides[Side.BUY]
    bench.feed('{"event":"subscribed","channel":"book","chanId":900,"symbol":"tBTCUSD","prec":"P0"}')
    bench.feed("[900,[[59000,1,2],[59001,1,-2]],20]")
    assert bench.books["tBTCUSD"].sides[Side.BUY] == {590000: 20_000_000}
    assert bench.market.status["bad_frames"] == 0


def test_a_trade_that_is_told_twice_is_told_once() -> None:
    bench = _bench()
    before = len(bench.found.trades)
    bench.feed(f'[{TRADES},"te",[7005,1790000004000,-0.25,60000],19]')
    bench.feed(f'[{TRADES},"tu",[7005,1790000004000,-0.25,60000],20]')
    assert bench.found.trades[before:] == [("tBTCUSD", Decimal(60000), Decimal("0.25"), "sell")]


def test_the_time_of_a_frame_is_its_last_number_when_it_was_asked_for() -> None:
    bench = _bench()
    bench.feed(json.dumps({"event": "conf", "status": "OK", "flags": SEQ_ALL | TIMESTAMP | CHECKSUM}))
    bench.feed(f"[{BOOK},[60003,2,-0.5],19,1790000009000]")
    bench.feed(f'[{BOOK},"hb",20,1790000009100]')
    assert bench.market.status["gaps"] == 0
    assert int(bench.market.books["tBTCUSD"].decoder["venue_age_ns"][0]) != 0


def test_maintenance_restarts_and_refusals_are_sentences() -> None:
    bench = _bench()
    reopened = []
    bench.socket.reopen = lambda: reopened.append(True)  # type: ignore[method-assign]
    bench.feed('{"event":"info","code":20060,"msg":"Entering in Maintenance mode."}')
    assert b"maintenance" in bytes(bench.market.status["message"])
    bench.feed('{"event":"info","code":20051,"msg":"Stopping. Please try to reconnect"}')
    bench.feed('{"event":"info","code":20061}')
    assert len(reopened) == 2
    bench.feed('{"event":"error","msg":"symbol: invalid","code":10300,"symbol":"tNOPE"}')
    assert b"symbol: invalid" in bytes(bench.market.status["message"])
    assert bench.market.status["bad_frames"] == 0


@pytest.mark.parametrize("frame", ["[]", "[100]", "[100,[1,2],19]", '[100,"cs"]', "[100,[60003,2,-0.5]]", "[100,"])
def test_a_frame_that_is_none_is_counted(frame: str) -> None:
    bench = _bench()
    bench.feed(frame)
    assert bench.market.status["bad_frames"] == 1


def test_level_3_asks_for_raw_books() -> None:
    bench = VenueBench("bitfinex", recorded("bitfinex"), level=3, depth=200)
    asked = [json.loads(text) for text in bench.market.subscribe(list(bench.market.books.values()))]
    assert {(message["prec"], message["len"]) for message in asked if message.get("channel") == "book"} == {
        ("R0", "250")
    }


def test_the_list_of_instruments() -> None:
    """After the documents; the venue has no steps, the last price decides."""
    details = '[null,null,null,"0.00004","2000.0",null,null,null,0.1,0.05,null,null]'
    spot = f'[[["BTCUSD",{details}],["DOGE:USD",{details}],["OLDUSD",{details}]]]'
    futures = f'[[["BTCF0:USTF0",{details}]]]'
    tickers = (
        '[["tBTCUSD",64000,1,64001,1,0,0,64000.5,1,1,1],["tDOGE:USD",0.1,1,0.1,1,0,0,0.12345,1,1,1],'
        '["tBTCF0:USTF0",64000,1,64001,1,0,0,64010,1,1,1],["tOLDUSD",null,1,null,1,0,0,null,1,1,1],["fUSD",0.1,0.2]]'
    )
    listed = listing_of("bitfinex")([spot.encode(), futures.encode(), tickers.encode()], "bitfinex")
    assert [row.symbol for row in listed] == ["BTC-USD.bitfinex", "DOGE-USD.bitfinex", "BTC-USDT-PERP.bitfinex"]
    bitcoin, doge, future = listed
    assert (bitcoin.venue_symbol, bitcoin.tick, bitcoin.lot) == ("tBTCUSD", Decimal("0.01"), Decimal("1E-8"))
    assert (doge.tick, doge.lot, doge.min_quantity) == (Decimal("1E-7"), Decimal("1E-7"), Decimal("0.00004"))
    assert future.asset_class == AssetClass.PERPETUAL
