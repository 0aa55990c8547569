"""Candles of the past make the bars that they came from, and nothing else."""

import numpy as np
import pytest

from core.bars.bar import Frame
from core.bars.series import close_due, make_bars, on_history, on_trade
from core.records.instrument import INSTRUMENT
from core.vocabulary import EventKind, Side
from feeds.candles import MINUTE_NS, Candle, trades_of

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
