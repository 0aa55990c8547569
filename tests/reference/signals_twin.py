"""The signals from whole lists at once, each as its source writes it."""

import math
from itertools import pairwise

import numpy as np


def imbalance(bids: list[tuple[int, int]], asks: list[tuple[int, int]], levels: int) -> float:
    """Of (price, lots) lists, best first."""
    bid_lots, ask_lots = sum(lots for _, lots in bids[:levels]), sum(lots for _, lots in asks[:levels])
    return (bid_lots - ask_lots) / (bid_lots + ask_lots) if bid_lots + ask_lots else math.nan


def adjustments(states: list[int], mids: list[int], count: int, mirror: list[int]) -> np.ndarray:
    """Stoikov's G* = Σ B^i G1 from every observation and its mirror, in the unit of `mids`; the matrices of the paper.

    States that were never left are taken out: their row of Q says nothing.
    """
    stay, move, shift = np.zeros((count, count)), np.zeros((count, count)), np.zeros(count)
    for i in range(len(states) - 1):
        change = mids[i + 1] - mids[i]
        for before, after, moved in (
            (states[i], states[i + 1], change),
            (mirror[states[i]], mirror[states[i + 1]], -change),
        ):
            (move if moved else stay)[before, after] += 1
            shift[before] += moved
    seen = np.flatnonzero(stay.sum(axis=1) + move.sum(axis=1))
    total = (stay.sum(axis=1) + move.sum(axis=1))[seen]
    q = stay[np.ix_(seen, seen)] / total[:, None]
    t = move[np.ix_(seen, seen)] / total[:, None]
    inverse = np.linalg.inv(np.eye(len(seen)) - q)
    term = inverse @ (shift[seen] / total)
    b = inverse @ t
    found = np.zeros(len(seen))
    for _ in range(2_000):
        found += term
        term = b @ term
    result = np.zeros(count)
    result[seen] = found
    return result


def trade_flow(trades: list[tuple[int, int, int]], fade_ns: float) -> float:
    """Of (time, lots, side), as of the last one."""
    last_ns = trades[-1][0]
    weights = [math.exp(-(last_ns - at_ns) / fade_ns) * lots for at_ns, lots, _ in trades]
    signed = math.fsum(weight * side for weight, (_, _, side) in zip(weights, trades, strict=True))
    return signed / math.fsum(weights)


def volatility(samples: list[tuple[float, float]], memory_s: float) -> float:
    """Of (time in seconds, mid): a mean of r²/dt, each weighted by the time it covers, faded to the last sample."""
    last_s = samples[-1][0]
    above = below = 0.0
    for (before_s, before), (after_s, after) in pairwise(samples):
        elapsed_s = after_s - before_s
        weight = math.exp(-(last_s - after_s) / memory_s) * (1.0 - math.exp(-elapsed_s / memory_s))
        above += weight * math.log(after / before) ** 2 / elapsed_s
        below += weight
    return math.sqrt(above / below)


def rsi(closes: list[float], period: int) -> list[float]:
    """TA-Lib's, NaN where it gives nothing."""
    changes = [after - before for before, after in pairwise(closes)]
    found = [math.nan] * min(len(closes), period)
    for i in range(period, len(closes)):
        gain = sum(max(change, 0.0) for change in changes[:period]) / period
        loss = sum(max(-change, 0.0) for change in changes[:period]) / period
        for change in changes[period:i]:
            gain = (gain * (period - 1) + max(change, 0.0)) / period
            loss = (loss * (period - 1) + max(-change, 0.0)) / period
        found.append(100.0 * gain / (gain + loss) if gain + loss > 0 else math.nan)
    return found


def macd(closes: list[float], fast: int, slow: int, signal: int) -> tuple[list[float], list[float]]:
    """TA-Lib's MACD and its signal line; NaN before both are known."""
    if len(closes) < slow + signal - 1:
        return [math.nan] * len(closes), [math.nan] * len(closes)
    fast_line = ema(closes[slow - fast :], fast)
    slow_line = ema(closes, slow)
    line = [a - b for a, b in zip(fast_line, slow_line, strict=True)]
    signal_line = ema(line, signal)
    missing = [math.nan] * (slow + signal - 2)
    return missing + line[signal - 1 :], missing + signal_line


def ema(values: list[float], period: int) -> list[float]:
    """From the value that completes the first mean on."""
    found = [sum(values[:period]) / period]
    for value in values[period:]:
        found.append(found[-1] + (value - found[-1]) * 2.0 / (period + 1))
    return found
