"""Candles of the past make the bars that they came from, and nothing else."""

import numpy as np
import pytest

from core.bars.bar import Frame
from core.bars.series import close_due, make_bars, on_history, on_trade
from core.records.instrument import INSTRUMENT
from core.vocabulary import EventKind, Side
from feeds.candles import MINUTE_NS, Candle, CandleSource, read_candles, request_of, trades_of
from feeds.venues.catalogue import all_venues, venue

START_NS = 1_700_000_040_000_000_000
MINUTE = int(Frame.M1)


@pytest.fixture
def instrument() -> np.void:
    row = np.zeros(1, INSTRUMENT)
    row["tick_mantissa"] = row["lot_mantissa"] = 1
    row["tick_exponent"], row["lot_exponent"] = -2, -3
    return row[0]


def candles() -> list[Candle]:
    return [
        Candle(START_NS + MINUTE_NS, "10.00", "10.50", "9.00", "9.25", "2.000"),
        Candle(START_NS, "9.50", "10.10", "9.45", "10.00", "4.000"),
    ]


def test_bars_of_a_minute_are_the_candles(instrument: np.void) -> None:
    bars = make_bars(1, wall_offset_ns=START_NS + 3 * MINUTE_NS)
    records = trades_of(candles(), 0, instrument)
    assert (records["kind"] == EventKind.HISTORY).all()
    for record in records:
        on_history(bars, 0, record["price_ticks"], record["quantity_lots"], record["side"], record["venue_ns"])
    close_due(bars, 0, 0)
    found = [
        tuple(int(bar[name]) for name in ("open_ticks", "high_ticks", "low_ticks", "close_ticks", "volume_lots"))
        for bar in bars.closed[0, MINUTE, :2]
    ]
    assert found == [(950, 1010, 945, 1000, 4000), (1000, 1050, 900, 925, 2000)]


def test_history_behind_a_live_trade_comes_too_late(instrument: np.void) -> None:
    bars = make_bars(1, wall_offset_ns=START_NS + 3 * MINUTE_NS)
    on_trade(bars, 0, 1_000, 1, int(Side.BUY), 0)
    before = bars.open.copy()
    for record in trades_of(candles(), 0, instrument):
        on_history(bars, 0, record["price_ticks"], record["quantity_lots"], record["side"], record["venue_ns"])
    assert (bars.open == before).all()


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-1", "abc", "1e40"])
def test_a_number_that_is_none_is_refused(instrument: np.void, text: str) -> None:
    with pytest.raises(ArithmeticError):
        trades_of([Candle(START_NS, "1", text, "1", "1", "1")], 0, instrument)


def test_no_candles_are_no_events(instrument: np.void) -> None:
    assert len(trades_of([], 0, instrument)) == 0


ANSWERS = {
    # As the venues' documents show them; the volume is the base currency's, or contracts.
    "binance": b'[[1700000040000,"9.50","10.10","9.45","10.00","4.000",1700000099999,"39.6",12,"1","1","0"]]',
    "bitfinex": b"[[1700000040000,9.50,10.00,10.10,9.45,4.000]]",
    "bitmex": b'[{"timestamp":"2023-11-14T22:14:00.000Z","symbol":"X","open":9.50,"high":10.10,"low":9.45,'
    b'"close":10.00,"trades":3,"volume":4.000}]',
    "bitstamp": b'{"data":{"pair":"X","ohlc":[{"timestamp":"1700000040","open":"9.50","high":"10.10","low":"9.45",'
    b'"close":"10.00","volume":"4.000"}]}}',
    "bybit-linear": b'{"retCode":0,"result":{"list":[["1700000040000","9.50","10.10","9.45","10.00","4.000","39"]]}}',
    "coinbase": b'{"candles":[{"start":"1700000040","low":"9.45","high":"10.10","open":"9.50","close":"10.00",'
    b'"volume":"4.000"}]}',
    "coinbase-exchange": b"[[1700000040,9.45,10.10,9.50,10.00,4.000]]",
    "deribit": b'{"result":{"volume":[4.000],"ticks":[1700000040000],"open":[9.50],"low":[9.45],"high":[10.10],'
    b'"cost":[1],"close":[10.00],"status":"ok"}}',
    "dydx": b'{"candles":[{"startedAt":"2023-11-14T22:14:00.000Z","low":"9.45","high":"10.10","open":"9.50",'
    b'"close":"10.00","baseTokenVolume":"4.000","usdVolume":"39"}]}',
    "gateio": b'[["1700000040","39.6","10.00","10.10","9.45","9.50","4.000","true"]]',
    "gateio-futures": b'[{"t":1700000040,"v":4.000,"c":"10.00","h":"10.10","l":"9.45","o":"9.50","sum":"39"}]',
    "gemini": b"[[1700000040000,9.50,10.10,9.45,10.00,4.000]]",
    "htx": b'{"status":"ok","data":[{"id":1700000040,"open":9.50,"close":10.00,"low":9.45,"high":10.10,'
    b'"amount":4.000,"vol":39.6,"count":3}]}',
    "hyperliquid": b'[{"t":1700000040000,"T":1700000099999,"s":"X","i":"1m","o":"9.50","c":"10.00","h":"10.10",'
    b'"l":"9.45","v":"4.000","n":3}]',
    "kraken": b'{"error":[],"result":{"XXBTZUSD":[[1700000040,"9.50","10.10","9.45","10.00","9.9","4.000",3]],'
    b'"last":1700000040}}',
    "kraken-futures": b'{"candles":[{"time":1700000040000,"open":"9.50","high":"10.10","low":"9.45","close":"10.00",'
    b'"volume":"4.000"}],"more_candles":false}',
    "kucoin": b'{"code":"200000","data":[["1700000040","9.50","10.00","10.10","9.45","4.000","39.6"]]}',
    "okx": b'{"code":"0","data":[["1700000040000","9.50","10.10","9.45","10.00","4.000","39.6","39.6","1"]]}',
}


@pytest.mark.parametrize("dialect", ANSWERS)
def test_every_venue_s_candles_are_read_by_their_columns(dialect: str) -> None:
    source = venue(dialect).candles
    assert source is not None
    (candle,) = read_candles(source, ANSWERS[dialect])
    assert (candle.start_ns, candle.open, candle.high, candle.low, candle.close, candle.volume) == (
        START_NS, "9.50", "10.10", "9.45", "10.00", "4.000",
    )  # fmt: skip


def test_a_request_asks_for_no_more_than_the_venue_gives() -> None:
    for about in all_venues():
        if about.candles is not None:
            path, body = request_of(about.candles, "BTC-USD", 10_000, START_NS // 1_000_000_000)
            assert path.startswith("/")
            assert "{" not in path
            assert "%(" not in body
    source = CandleSource(path="/x?limit={limit}&from={start_s}", most=5)
    assert request_of(source, "X", 10_000, 1_700_000_041) == ("/x?limit=5&from=1699999740", "")
