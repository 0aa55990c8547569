"""Candles of the past as trades, so that bars are full when the first live trade comes.

A candle becomes four HISTORY events, at its beginning, its thirds and its end: open, the extreme nearer to it,
the other extreme, close; a quarter of the volume each. Which extreme came first is not known, and no bar shows it.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal

import msgspec
import numpy as np

from core.records.market import MARKET_EVENT
from core.units import LARGEST
from core.vocabulary import EventKind, Side

MINUTE_NS = 60_000_000_000


class Candle(msgspec.Struct, frozen=True):
    """One minute, as the venue writes its numbers."""

    start_ns: int
    open: str
    high: str
    low: str
    close: str
    volume: str
    """In the instrument's own quantity: base currency, or contracts"""


def trades_of(candles: Iterable[Candle], instrument_id: int, instrument: np.void) -> np.ndarray:
    """MARKET_EVENT[4 * n], oldest first. Raises ArithmeticError for what is no number."""
    tick = Decimal(int(instrument["tick_mantissa"])).scaleb(int(instrument["tick_exponent"]))
    lot = Decimal(int(instrument["lot_mantissa"])).scaleb(int(instrument["lot_exponent"]))
    rows: list[tuple[int, int, int]] = []
    for candle in sorted(candles, key=lambda candle: candle.start_ns):
        first, high, low, last = (_steps(text, tick) for text in (candle.open, candle.high, candle.low, candle.close))
        lots = max(1, _steps(candle.volume, lot) // 4)
        path = (first, high, low, last) if abs(high - first) < abs(first - low) else (first, low, high, last)
        for place, ticks in enumerate(path):
            rows.append((candle.start_ns + place * (MINUTE_NS - 1) // 3, ticks, lots))
    records = np.zeros(len(rows), MARKET_EVENT)
    if rows:
        records["venue_ns"], records["price_ticks"], records["quantity_lots"] = np.array(rows, np.int64).T
    records["kind"], records["side"] = EventKind.HISTORY, Side.BUY
    records["instrument_id"] = instrument_id
    return records


def _steps(text: str, step: Decimal) -> int:
    steps = (Decimal(text) / step).to_integral_value(ROUND_HALF_EVEN)
    if not (steps.is_finite() and 0 <= steps <= LARGEST):
        raise ArithmeticError(f"a candle's number is out of range: {text!r}")
    return int(steps)
