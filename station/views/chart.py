"""What a chart shows: bars in sight, what is drawn over and below them, and what is ours in it."""

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

import msgspec

from core.vocabulary import Side
from station.views.flow import Candle
from station.views.instrument import NO_INSTRUMENT, InstrumentView
from station.views.scale import step_of
from station.views.studies import Course, average, bands, delta, divergence, exponential, strength, vwap

SHORT, LONG = 20, 50
WIDTHS = (0, 1, 2, 3, 4, 6, 9)
"""Cells to a bar, with the gap after it; 0: two bars to a cell, as a line of closes"""
STEPS_OF_RANGE = 20


class Overlay(Enum):
    VWAP = "VWAP"
    EXPONENTIAL = f"EMA {SHORT} {LONG}"
    AVERAGE = f"SMA {SHORT} {LONG}"
    BANDS = "bands 20 ± 2σ"
    NOTHING = "no overlay"


class Study(Enum):
    DELTA = "bought − sold"
    STRENGTH = "RSI 14"
    DIVERGENCE = "MACD 12 26 9"
    NOTHING = "no study"


class Line(NamedTuple):
    name: str
    role: str
    """Field of the palette"""
    course: Course
    """A value a bar"""


class Studied(msgspec.Struct, frozen=True, kw_only=True):
    """What stands below the bars; all courses have a value a bar."""

    lines: tuple[Line, ...] = ()
    bars: Course = []
    rules: tuple[float, ...] = ()
    fixed: tuple[float, float] | None = None
    """The range, where it does not follow the values"""
    in_lots: bool = False


class OwnFill(NamedTuple):
    bar: int
    """Its index of those in sight"""
    price_ticks: int
    side: Side
    lots: int


class OwnOrder(NamedTuple):
    price_ticks: int
    side: Side
    lots: int


class ChartView(msgspec.Struct, frozen=True, kw_only=True):
    instrument: InstrumentView = NO_INSTRUMENT
    period_ns: int = 0
    candles: tuple[Candle, ...] = ()
    """Those in sight, oldest first"""
    cells: int = 2
    """One of WIDTHS"""
    low_ticks: int = 0
    high_ticks: int = 1
    lines: tuple[Line, ...] = ()
    study: Study = Study.NOTHING
    studied: Studied = Studied()
    fills: tuple[OwnFill, ...] = ()
    orders: tuple[OwnOrder, ...] = ()
    average_ticks: float = 0.0
    """Of the position; 0: flat"""
    position_lots: int = 0
    last_ticks: int = 0
    cross: tuple[int, int] | None = None
    """Bar in sight, and price"""


def lines_over(candles: Sequence[Candle], overlay: Overlay) -> tuple[Line, ...]:
    closes = [float(candle.close_ticks) for candle in candles]
    match overlay:
        case Overlay.VWAP:
            return (Line("VWAP", "position", vwap(candles)),)
        case Overlay.EXPONENTIAL:
            return _two("EMA", exponential(closes, SHORT), exponential(closes, LONG))
        case Overlay.AVERAGE:
            return _two("SMA", average(closes, SHORT), average(closes, LONG))
        case Overlay.BANDS:
            upper, middle, lower = bands(closes)
            return Line("upper", "accent", upper), Line("middle", "muted", middle), Line("lower", "accent", lower)
    return ()


def studied_below(candles: Sequence[Candle], study: Study) -> Studied:
    closes = [float(candle.close_ticks) for candle in candles]
    match study:
        case Study.DELTA:
            return Studied(bars=delta(candles), in_lots=True)
        case Study.STRENGTH:
            return Studied(lines=(Line("RSI", "accent", strength(closes)),), rules=(30.0, 70.0), fixed=(0.0, 100.0))
        case Study.DIVERGENCE:
            line, signal, between = divergence(closes)
            return Studied(lines=(Line("MACD", "accent", line), Line("signal", "warn", signal)), bars=between)
    return Studied()


def part_of(line: Line, first: int, last: int) -> Line:
    return line._replace(course=line.course[first:last])


def range_of(candles: Sequence[Candle]) -> tuple[int, int]:
    """Lowest and highest price in sight, widened to round prices so that it seldom moves."""
    low, high = min(candle.low_ticks for candle in candles), max(candle.high_ticks for candle in candles)
    step = step_of(max(1, high - low), STEPS_OF_RANGE)
    return (low - 1) // step * step, -(-(high + 1) // step) * step


def _two(name: str, short: Course, long: Course) -> tuple[Line, ...]:
    return Line(f"{name} {SHORT}", "accent", short), Line(f"{name} {LONG}", "warn", long)


def cell_of(index: int, cells: int) -> int:
    """The first cell of a bar."""
    return index * cells if cells else index // 2
