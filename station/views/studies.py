"""What is computed of bars for a chart, each in one pass. A value that is not warm yet is None.

    average     mean of the last n closes
    exponential starts as the average of the first n, then moves by 2 / (n + 1) of the way to each close
    bands       average ± 2 standard deviations (of the population) of the last n closes; Bollinger 1983
    strength    RSI of n: 100 · gains / (gains + losses), both smoothed by 1 / n; Wilder 1978;
                None while nothing moved
    divergence  MACD: exponential 12 minus exponential 26, its exponential 9, and what lies between; Appel 1979
    vwap        sum of price times lots over sum of lots, since UTC midnight
    delta       lots bought minus lots sold by takers

Units: ticks; strength in per cent; delta in lots.
"""

from collections.abc import Sequence
from math import sqrt

from station.views.flow import Candle
from station.views.scale import DAY_NS

Course = list[float | None]


def average(values: Sequence[float], length: int) -> Course:
    found: Course = []
    total = 0.0
    for at, value in enumerate(values):
        total += value - (values[at - length] if at >= length else 0.0)
        found.append(total / length if at >= length - 1 else None)
    return found


def exponential(values: Sequence[float], length: int) -> Course:
    found: Course = []
    now = 0.0
    for at, value in enumerate(values):
        if at < length:
            now += value / length
        else:
            now += (value - now) * 2 / (length + 1)
        found.append(now if at >= length - 1 else None)
    return found


def bands(values: Sequence[float], length: int = 20, width: float = 2.0) -> tuple[Course, Course, Course]:
    """Upper, middle, lower."""
    middle = average(values, length)
    upper: Course = []
    lower: Course = []
    # Around the first value, so that squares of large prices do not eat the digits that count.
    base = values[0] if values else 0.0
    total = squares = 0.0
    for at, value in enumerate(values):
        near = value - base
        total, squares = total + near, squares + near * near
        if at >= length:
            gone = values[at - length] - base
            total, squares = total - gone, squares - gone * gone
        mean = middle[at]
        if mean is None:
            upper.append(None)
            lower.append(None)
            continue
        away = width * sqrt(max(0.0, squares / length - (total / length) ** 2))
        upper.append(mean + away)
        lower.append(mean - away)
    return upper, middle, lower


def strength(values: Sequence[float], length: int = 14) -> Course:
    found: Course = []
    gains = losses = 0.0
    for at, value in enumerate(values):
        change = value - values[at - 1] if at else 0.0
        gain, loss = max(change, 0.0), max(-change, 0.0)
        if at <= length:
            gains, losses = gains + gain / length, losses + loss / length
        else:
            gains, losses = gains + (gain - gains) / length, losses + (loss - losses) / length
        both = gains + losses
        found.append(100.0 * gains / both if at >= length and both > 0 else None)
    return found


def divergence(
    values: Sequence[float], fast: int = 12, slow: int = 26, smooth: int = 9
) -> tuple[Course, Course, Course]:
    """MACD, its signal, and the first minus the second."""
    start = slow - fast  # Both averages begin with the same close: as core/signals/macd.py, and TA-Lib.
    quick: Course = [None] * min(start, len(values))
    quick += exponential(values[start:], fast)
    pairs = zip(quick, exponential(values, slow), strict=True)
    line: Course = [None if a is None or b is None else a - b for a, b in pairs]
    warm = [value for value in line if value is not None]
    signal: Course = [None] * (len(line) - len(warm))
    signal += exponential(warm, smooth)
    both = zip(line, signal, strict=True)
    return line, signal, [None if a is None or b is None else a - b for a, b in both]


def vwap(candles: Sequence[Candle]) -> Course:
    found: Course = []
    value, lots, day = 0.0, 0, -1
    for candle in candles:
        if candle.start_wall_ns // DAY_NS != day:
            value, lots, day = 0.0, 0, candle.start_wall_ns // DAY_NS
        value, lots = value + candle.value, lots + candle.volume_lots
        found.append(value / lots if lots else None)
    return found


def delta(candles: Sequence[Candle]) -> Course:
    return [float(2 * candle.buy_lots - candle.volume_lots) for candle in candles]
