"""What venues tell beside their books: the best bid and offer by a channel of its own, and the last 24 hours.

Frames are the venues' own where a recording has them, of their documents else; the prices of the documents are kept.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from core.vocabulary import Reference, Side
from feeds.instruments import Instrument
from feeds.recording import Recording, Socket, read_recording
from feeds.touch import Touch
from tests.unit.feeds.venues.noted import note_references
from tests.venue_bench import VenueBench

TICK, LOT = Decimal("0.0001"), Decimal("0.0001")
UNNAMED = ("bitfinex", "htx", "htx-linear-swap", "bybit")
"""Whose frames do not say by a word what they are, or are whole books of one level"""
COUNTED = ("coinbase", "bitfinex")
"""Their frames have numbers: none comes twice."""


class Told(NamedTuple):
    """Frames of a venue; what they say as (price, size) and by Reference, in the venue's numbers."""

    dialect: str
    symbol: str
    frames: tuple[object, ...]
    bid: tuple[str, str]
    ask: tuple[str, str]
    day: dict[Reference, str]


VOLUME, OPEN, HIGH, LOW = (
    Reference.DAY_VOLUME_LOTS, Reference.DAY_OPEN_TICKS, Reference.DAY_HIGH_TICKS, Reference.DAY_LOW_TICKS,
)  # fmt: skip
BINANCE_DAY = {"e": "24hrTicker", "E": 1672515782136, "o": "0.0010", "h": "0.0025", "l": "0.0010", "v": "10000"}
BINANCE_TOLD = {VOLUME: "10000", OPEN: "0.0010", HIGH: "0.0025", LOW: "0.0010", Reference.DAY_VWAP_E8: "0.0018"}
TOLD = (
    Told(
        "binance", "NKNUSDT",
        (
            {"stream": "nknusdt@bookTicker", "data": {"u": 499869768, "s": "NKNUSDT", "b": "0.35210000",
                                                      "B": "672.00000000", "a": "0.35260000", "A": "3199.00000000"}},
            {"stream": "nknusdt@ticker", "data": BINANCE_DAY | {"s": "NKNUSDT", "w": "0.0018"}},
        ),
        ("0.3521", "672"), ("0.3526", "3199"), BINANCE_TOLD,
    ),
    Told(
        "binance-coinm", "BCHUSD_PERP",
        (
            {"stream": "bchusd_perp@bookTicker", "data": {
                "u": 167006084895, "e": "bookTicker", "s": "BCHUSD_PERP", "ps": "BCHUSD", "b": "427.84", "B": "24",
                "a": "427.90", "A": "669", "T": 1626916403864, "E": 1626916403871}},
            {"stream": "bchusd_perp@ticker", "data": BINANCE_DAY | {"s": "BCHUSD_PERP", "w": "0.0018"}},
        ),
        ("427.84", "24"), ("427.9", "669"), BINANCE_TOLD,
    ),
    Told(
        "okx", "BTC-USDT",
        (
            {
                "arg": {"channel": "bbo-tbt", "instId": "BTC-USDT"},
                "data": [{"asks": [["64028.7", "2.3", "0", "9"]], "bids": [["64028.6", "0.1", "0", "1"]],
                          "ts": "1786538760218", "seqId": 79706765242}],
            },
            {
                "arg": {"channel": "tickers", "instId": "BTC-USDT"},
                "data": [{"instType": "SPOT", "instId": "BTC-USDT", "last": "64028.6", "askPx": "64028.7",
                          "open24h": "64324", "high24h": "64496.9", "low24h": "63237.6",
                          "volCcy24h": "374703695.17", "vol24h": "5861.5"}],
            },
        ),
        ("64028.6", "0.1"), ("64028.7", "2.3"), {VOLUME: "5861.5", OPEN: "64324", HIGH: "64496.9", LOW: "63237.6"},
    ),
    Told(
        "bybit", "BTCUSDT",
        (
            {
                "topic": "orderbook.1.BTCUSDT", "type": "snapshot", "ts": 1786310818129, "cts": 1786310818027,
                "data": {"s": "BTCUSDT", "b": [["65114.20", "6.05"]], "a": [["65114.30", "0.02"]], "u": 1, "seq": 7},
            },
            {
                "topic": "tickers.BTCUSDT", "type": "snapshot", "ts": 1786310818129,
                "data": {"symbol": "BTCUSDT", "prevPrice24h": "65008.70", "highPrice24h": "65282.30",
                         "lowPrice24h": "64694.40", "volume24h": "17571.4"},
            },
        ),
        ("65114.2", "6.05"), ("65114.3", "0.02"),
        {VOLUME: "17571.4", OPEN: "65008.7", HIGH: "65282.3", LOW: "64694.4"},
    ),
    Told(
        "kraken", "ALGO/USD",
        (
            {
                "channel": "ticker", "type": "snapshot",
                "data": [{"symbol": "ALGO/USD", "bid": 0.1003, "bid_qty": 740.0, "ask": 0.1004, "ask_qty": 740.5,
                          "last": 0.1003, "volume": 997038.5, "vwap": 0.1014, "low": 0.0989, "high": 0.1042}],
            },
        ),
        ("0.1003", "740"), ("0.1004", "740.5"),
        {VOLUME: "997038.5", HIGH: "0.1042", LOW: "0.0989", Reference.DAY_VWAP_E8: "0.1014"},
    ),
    Told(
        "kraken-futures", "PI_XBTUSD",
        (
            {
                "feed": "ticker", "product_id": "PI_XBTUSD", "time": 1676393235406, "bid": 21978.5, "ask": 21987.0,
                "bid_size": 2536.0, "ask_size": 13948.0, "volume": 30985.0, "open": 21500.5, "high": 22100.0,
                "low": 21400.5, "markPrice": 21979.68,
            },
        ),
        ("21978.5", "2536"), ("21987", "13948"), {VOLUME: "30985", OPEN: "21500.5", HIGH: "22100", LOW: "21400.5"},
    ),
    Told(
        "coinbase", "BTC-USD",
        (
            {
                "channel": "ticker", "timestamp": "2026-08-09T21:05:48.229198328Z", "sequence_num": 0,
                "events": [{"type": "snapshot", "tickers": [
                    {"type": "ticker", "product_id": "BTC-USD", "price": "65086.18", "volume_24_h": "2867.54532609",
                     "low_24_h": "64675.22", "high_24_h": "65252.99", "best_bid": "65083.66", "best_ask": "65083.67",
                     "best_bid_quantity": "0.0084", "best_ask_quantity": "0.3"}]}],
            },
        ),
        ("65083.66", "0.0084"), ("65083.67", "0.3"), {VOLUME: "2867.5453", HIGH: "65252.99", LOW: "64675.22"},
    ),
    Told(
        "coinbase-exchange", "BAND-GBP",
        (
            {
                "type": "ticker", "sequence": 333938798, "product_id": "BAND-GBP", "price": "14.7775",
                "open_24h": "14.6647", "volume_24h": "94381.28", "low_24h": "14.3691", "high_24h": "16.55",
                "best_bid": "14.755", "best_bid_size": "3.5", "best_ask": "14.806", "best_ask_size": "2",
                "time": "2021-04-17T16:43:30.244075Z",
            },
        ),
        ("14.755", "3.5"), ("14.806", "2"), {VOLUME: "94381.28", OPEN: "14.6647", HIGH: "16.55", LOW: "14.3691"},
    ),
    Told(
        "gateio", "BTC_USDT",
        (
            {
                "time": 1606293275, "channel": "spot.book_ticker", "event": "update",
                "result": {"t": 1606293275123, "u": 48733182, "s": "BTC_USDT", "b": "19177.79", "B": "0.0003",
                           "a": "19179.38", "A": "0.09"},
            },
            {
                "time": 1606291803, "channel": "spot.tickers", "event": "update",
                "result": {"currency_pair": "BTC_USDT", "last": "19106.55", "base_volume": "38201.5",
                           "high_24h": "19417.74", "low_24h": "19104.11"},
            },
        ),
        ("19177.79", "0.0003"), ("19179.38", "0.09"), {VOLUME: "38201.5", HIGH: "19417.74", LOW: "19104.11"},
    ),
    Told(
        "gateio-futures", "BTC_USDT",
        (
            {
                "time": 1615366379, "channel": "futures.book_ticker", "event": "update",
                "result": {"t": 1615366379123, "u": 2517661076, "s": "BTC_USDT", "b": "54696.6", "B": 37000,
                           "a": "54696.7", "A": "47061"},
            },
            {
                "time": 1541659086, "channel": "futures.tickers", "event": "update",
                "result": [{"contract": "BTC_USDT", "last": "118.4", "funding_rate": "-0.000114",
                            "mark_price": "118.35", "index_price": "118.36", "total_size": "73648",
                            "volume_24h": "745487", "low_24h": "99.2", "high_24h": "132.5"}],
            },
        ),
        ("54696.6", "37000"), ("54696.7", "47061"), {VOLUME: "745487", HIGH: "132.5", LOW: "99.2"},
    ),
    Told(
        "kucoin", "SNX-BTC",
        (
            {
                "data": {"sequence": "1612844051653", "bestAsk": "0.0087", "size": "0.01745248", "price": "0.0086",
                         "bestBidSize": "3.7", "time": 1619378326323, "bestAskSize": "14", "bestBid": "0.0086"},
                "subject": "trade.ticker", "topic": "/market/ticker:SNX-BTC", "type": "message",
            },
            {
                "type": "message", "topic": "/market/snapshot:SNX-BTC", "subject": "trade.snapshot",
                "data": {"sequence": "5701753771", "data": {"symbol": "SNX-BTC", "datetime": 1729757723612, "vol": 12.5,
                         "open": 0.0071, "high": 0.009, "low": 0.007, "sell": 0.0087}},
            },
        ),
        ("0.0086", "3.7"), ("0.0087", "14"), {VOLUME: "12.5", OPEN: "0.0071", HIGH: "0.009", LOW: "0.007"},
    ),
    Told(
        "kucoin-futures", "AUCTIONUSDTM",
        (
            {
                "topic": "/contractMarket/tickerV2:AUCTIONUSDTM", "type": "message", "subject": "tickerV2",
                "data": {"symbol": "AUCTIONUSDTM", "sequence": 1702237470700, "bestBidSize": 260, "bestAskSize": 250,
                         "bestBidPrice": "24.067", "bestAskPrice": "24.08", "ts": 1705708800078000000},
            },
            {
                "type": "message", "topic": "/contractMarket/snapshot:AUCTIONUSDTM", "subject": "snapshot.24h",
                "data": {"symbol": "AUCTIONUSDTM", "volume": 58142.397, "lowPrice": 23.5, "highPrice": 31.891,
                         "ts": 1654165885016336830},
            },
        ),
        ("24.067", "260"), ("24.08", "250"), {HIGH: "31.891", LOW: "23.5"},
    ),
    Told(
        "bitfinex", "tBFTUSD",
        (
            {"event": "subscribed", "channel": "ticker", "chanId": 232949, "symbol": "tBFTUSD", "pair": "BFTUSD"},
            "[232949,[0.0689,60157.36,0.0774,48578.5,0.001969,0.0262,0.076989,101459.3945,0.0828,0.0689],1]",
        ),
        ("0.0689", "60157.36"), ("0.0774", "48578.5"), {VOLUME: "101459.3945", HIGH: "0.0828", LOW: "0.0689"},
    ),
    Told(
        "hyperliquid", "BTC",
        (
            {
                "channel": "bbo",
                "data": {"coin": "BTC", "time": 1785251522090,
                         "bbo": [{"px": "63457.0", "sz": "0.0002", "n": 1}, {"px": "63488.0", "sz": "0.0124", "n": 2}]},
            },
            {
                "channel": "activeAssetCtx",
                "data": {"coin": "BTC", "ctx": {"funding": "0.0000125", "openInterest": "100.5", "prevDayPx": "62000",
                         "dayNtlVlm": "1.0", "oraclePx": "63460", "markPx": "63458", "dayBaseVlm": "2500.5"}},
            },
        ),
        ("63457", "0.0002"), ("63488", "0.0124"), {VOLUME: "2500.5", OPEN: "62000"},
    ),
    Told(
        "htx", "btcusdt",
        (
            {
                "ch": "market.btcusdt.bbo", "ts": 1630994555540,
                "tick": {"seqId": 137005210233, "ask": 52665.02, "askSize": 1.5, "bid": 52665.01, "bidSize": 2.5,
                         "quoteTime": 1630994555539, "symbol": "btcusdt"},
            },
            {
                "ch": "market.btcusdt.detail", "ts": 1629795484817,
                "tick": {"id": 272164011416, "low": 48767, "high": 50500, "open": 50266.89, "close": 49728.71,
                         "vol": 601037933.6834868, "amount": 12110.6424, "version": 272164011416, "count": 420452},
            },
        ),
        ("52665.01", "2.5"), ("52665.02", "1.5"), {VOLUME: "12110.6424", OPEN: "50266.89", HIGH: "50500", LOW: "48767"},
    ),
    Told(
        "htx-linear-swap", "BTC-USDT",
        (
            {
                "ch": "market.BTC-USDT.bbo", "ts": 1630454400495,
                "tick": {"mrid": 64797873746, "id": 1630454400, "bid": [47176.5, 1], "ask": [47176.6, 9249],
                         "ts": 1630454400495, "version": 64797873746, "ch": "market.BTC-USDT.bbo"},
            },
            {
                "ch": "market.BTC-USDT.detail", "ts": 1572912000995,
                "tick": {"id": 1572912000, "mrid": 25102925110, "open": 9323.85, "close": 9435.15, "high": 9650,
                         "low": 9273.49, "amount": 45646.10379, "vol": 4260726, "count": 85611},
            },
        ),
        ("47176.5", "1"), ("47176.6", "9249"), {VOLUME: "4260726", OPEN: "9323.85", HIGH: "9650", LOW: "9273.49"},
    ),
    Told(
        "deribit", "ETH-30JUL21-2800-C",
        (
            {
                "jsonrpc": "2.0", "method": "subscription",
                "params": {"channel": "ticker.ETH-30JUL21-2800-C.100ms", "data": {
                    "timestamp": 1626993723632, "stats": {"volume": 869.0, "low": 0.0015, "high": 0.0025},
                    "state": "open", "open_interest": 12685.0, "mark_price": 0.001972, "index_price": 2003.61,
                    "instrument_name": "ETH-30JUL21-2800-C", "best_bid_price": 0.0015, "best_bid_amount": 76.0,
                    "best_ask_price": 0.002, "best_ask_amount": 1066.0}},
            },
        ),
        ("0.0015", "76"), ("0.002", "1066"), {VOLUME: "869", HIGH: "0.0025", LOW: "0.0015"},
    ),
    Told(
        "bitmex", "XBTUSD",
        (
            {
                "table": "quote", "action": "insert",
                "data": [{"timestamp": "2021-07-22T22:35:53.978Z", "symbol": "XBTUSD", "bidSize": 15,
                          "bidPrice": 32001.5, "askPrice": 32002, "askSize": 700}],
            },
            {
                "table": "instrument", "action": "update",
                "data": [{"symbol": "XBTUSD", "timestamp": "2021-07-22T22:35:53.978Z", "volume24h": 5000,
                          "prevPrice24h": 31000, "highPrice": 32100.5, "lowPrice": 30900, "vwap": 31500.25}],
            },
        ),
        ("32001.5", "15"), ("32002", "700"),
        {VOLUME: "5000", OPEN: "31000", HIGH: "32100.5", LOW: "30900", Reference.DAY_VWAP_E8: "31500.25"},
    ),
)  # fmt: skip


def _bench(told: Told, **config: Any) -> VenueBench:
    """Of one instrument, without a book."""
    recording = Recording("by hand", told.dialect, (Socket("1", "wss://x/y"),), ())
    one = Instrument(
        symbol="A-B.x", venue_symbol=told.symbol, venue=told.dialect, base="A", quote="B", settlement="B",
        tick=TICK, lot=LOT,
    )  # fmt: skip
    return VenueBench(told.dialect, recording, reference="binance", instruments={told.symbol: one}, **config)


def _texts(told: Told) -> Iterator[str]:
    for frame in told.frames:
        yield frame if isinstance(frame, str) else json.dumps(frame, separators=(",", ":"))


def _steps(number: str, step: Decimal) -> int:
    return int(Decimal(number) / step)


@pytest.mark.parametrize("told", TOLD, ids=lambda told: told.dialect)
def test_an_instrument_that_is_only_watched_is_its_best_bid_and_offer(told: Told) -> None:
    bench = _bench(told, level=1)
    for text in _texts(told):
        bench.feed(text)
    assert bench.market.status["bad_frames"] == 0, bench.market.status["message"]
    assert bench.market.books[told.symbol].is_live
    assert bench.books[told.symbol].sides == {
        Side.BUY: {_steps(told.bid[0], TICK): _steps(told.bid[1], LOT)},
        Side.SELL: {_steps(told.ask[0], TICK): _steps(told.ask[1], LOT)},
    }


@pytest.mark.parametrize("told", TOLD, ids=lambda told: told.dialect)
def test_the_last_day_is_told_once_in_ticks_and_lots(told: Told) -> None:
    bench = _bench(told)
    said = note_references(bench)
    for text in _texts(told) if told.dialect in COUNTED else (*_texts(told), *_texts(told)):
        bench.feed(text)
    units: dict[Reference, Callable[[str], int]] = {
        VOLUME: lambda number: _steps(number, LOT),
        Reference.DAY_VWAP_E8: lambda number: _steps(number, Decimal("1e-8")),
    }
    wanted = [(which, units.get(which, lambda number: _steps(number, TICK))(text)) for which, text in told.day.items()]
    days = {VOLUME, OPEN, HIGH, LOW, Reference.DAY_VWAP_E8}
    assert sorted(pair for pair in said if pair[0] in days) == sorted(wanted)


@pytest.mark.parametrize("told", TOLD, ids=lambda told: told.dialect)
def test_what_is_watched_only_is_not_asked_for_its_book(told: Told) -> None:
    asked = {}
    for level, ticker in ((1, True), (2, True), (2, False)):
        market = _bench(told, level=level, ticker=ticker).market
        books = list(market.books.values())
        texts = (market.stream_url(books), market.side_url(books), *market.subscribe(books))
        side = market.subscribe_side(books) if market.side_url(books) else []
        asked[level, ticker] = " ".join((*texts, *side))
    assert len(asked[2, False]) <= len(asked[2, True])
    assert len(asked[1, True]) < len(asked[2, True])


@pytest.mark.parametrize("told", [one for one in TOLD if one.dialect not in UNNAMED], ids=lambda told: told.dialect)
def test_what_cannot_be_read_beside_a_book_costs_it_no_trust(told: Told) -> None:
    bench = _bench(told)
    book = bench.market.books[told.symbol]
    for text in _texts(told):
        book.is_live = True
        bench.feed(text[:-1])
        assert book.is_live
    assert bench.market.status["bad_frames"] == len(told.frames)
    assert not bench.wanted


@pytest.mark.parametrize(
    ("dialect", "file"),
    [
        ("binance", "cryptofeed/binance/BINANCE_2021-04-17.jsonl.gz"),
        ("binance-usdm", "cryptofeed/binance_usdm/BINANCE_FUTURES_2021-07-22.jsonl.gz"),
    ],
)
def test_recorded_books_show_what_the_venue_quoted(captures: Path, dialect: str, file: str) -> None:
    """Looked at once a second of the recording, as a desk does; and a ghost on one of them is seen."""
    bench = VenueBench(dialect, read_recording(captures / file))
    ghost = next(iter(bench.market.books.values()))
    wrong: Counter[str] = Counter()
    looks, looked_s, feed = 0, 0, bench.feed

    def look(text: str | bytes, at_ns: int = 1) -> None:
        nonlocal looks, looked_s
        feed(text, at_ns)
        if at_ns // 10**9 == looked_s:
            return
        looked_s = at_ns // 10**9
        for symbol, book in bench.market.books.items():
            sides = bench.books[symbol].sides
            if book.is_live and all(sides.values()):
                looks += 1
                best = max(sides[Side.BUY]), min(sides[Side.SELL])
                wrong[symbol] += book.touch.is_wrong(best, bench.market.row_of(book))
                if book is ghost:
                    wrong["ghost"] += spoiled.is_wrong((best[0] + 1_000, best[1]), bench.market.row_of(book))

    spoiled = Touch()
    quote = ghost.touch.quote
    ghost.touch.quote = lambda bid, ask: (quote(bid, ask), spoiled.quote(bid, ask))[0]  # type: ignore[method-assign]
    bench.feed = look  # type: ignore[method-assign]
    bench.play(every=1_000)
    assert looks > 100
    assert wrong.pop("ghost") > 0
    assert not +wrong
