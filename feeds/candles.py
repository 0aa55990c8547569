"""Candles of the past as trades, so that bars are full when the first live trade comes.

Where a venue has them, and which column is what, stands in its `about.py` as a CandleSource. A candle becomes four
HISTORY events, at its beginning, its thirds and its end: open, the extreme nearer to it, the other extreme, close; a
quarter of the volume each. Which extreme came first is not known, and no bar shows it.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Literal

import msgspec
import numpy as np

from core.records.market import MARKET_EVENT
from core.units import LARGEST
from core.vocabulary import EventKind, Side

MINUTE_S = 60
MINUTE_NS = MINUTE_S * 1_000_000_000
NS = {"s": 1_000_000_000, "ms": 1_000_000}

Column = int | str


class CandleSource(msgspec.Struct, frozen=True, kw_only=True):
    """One REST call for candles of a minute. In `path` and `body`: {symbol} {lower} {limit}, and the span that is
    asked for, {start_s} {end_s} {start_ms} {end_ms} {start_iso}."""

    path: str
    body: str = ""
    """Not empty: posted as JSON, with %(symbol)s and the like"""
    rows: tuple[str, ...] = ()
    """Keys on the way to the list; "*": the first value, whatever its key"""
    columns: tuple[Column, Column, Column, Column, Column, Column] = (0, 1, 2, 3, 4, 5)
    """Time, open, high, low, close, volume: places of a row, or its keys"""
    unit: Literal["s", "ms", "iso"] = "ms"
    by_column: bool = False
    """A list for each column instead of rows"""
    most: int = 1_000
    """In one answer"""


class Candle(msgspec.Struct, frozen=True):
    """One minute, as the venue writes its numbers."""

    start_ns: int
    open: str
    high: str
    low: str
    close: str
    volume: str
    """In the instrument's own quantity: base currency, or contracts"""


def request_of(source: CandleSource, symbol: str, minutes: int, now_s: int) -> tuple[str, str]:
    """Path with query, and body."""
    minutes = min(minutes, source.most)
    start_s = (now_s // MINUTE_S - minutes) * MINUTE_S
    words = {
        "symbol": symbol,
        "lower": symbol.lower(),
        "limit": minutes,
        "start_s": start_s,
        "end_s": now_s,
        "start_ms": start_s * 1_000,
        "end_ms": now_s * 1_000,
        "start_iso": f"{datetime.fromtimestamp(start_s, UTC):%Y-%m-%dT%H:%M:%SZ}",
    }
    return source.path.format(**words), source.body % words


def read_candles(source: CandleSource, body: bytes) -> list[Candle]:
    """Raises ValueError, LookupError and TypeError for what is no such answer. Numbers stay the text that they are."""
    found: Any = json.loads(body, parse_float=str, parse_int=str)
    for key in source.rows:
        found = next(iter(found.values())) if key == "*" else found[key]
    if source.by_column:
        found = list(zip(*(found[column] for column in source.columns), strict=True))
    columns: tuple[Column, ...] = tuple(range(6)) if source.by_column else source.columns
    candles = []
    for row in found:
        at, *numbers = (row[column] for column in columns)
        candles.append(Candle(_start_ns(at, source.unit), *(str(number) for number in numbers)))
    return candles


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


def _start_ns(at: str, unit: str) -> int:
    if unit == "iso":
        return int(datetime.fromisoformat(at).timestamp()) * NS["s"]
    return int(Decimal(at) * NS[unit])


def _steps(text: str, step: Decimal) -> int:
    steps = (Decimal(text) / step).to_integral_value(ROUND_HALF_EVEN)
    if not (steps.is_finite() and 0 <= steps <= LARGEST):
        raise ArithmeticError(f"a candle's number is out of range: {text!r}")
    return int(steps)
