"""The seven signals of every book, kept up to date: at the end of a frame, at a trade, when a bar closes.

A signal that is not warm, or whose book is not LIVE, is NaN, and its bit in `is_warm` is 0.
"""

import math
from typing import NamedTuple

import numpy as np

from core.bars.bar import Frame
from core.bars.series import Bars
from core.book.ladder import Books
from core.kernel import inlined_kernel, kernel
from core.records.snapshot import SIGNALS
from core.signals.imbalance import imbalance
from core.signals.macd import AVERAGES, macd, macd_signal, update_averages
from core.signals.microprice import forget_touch, is_micro_warm, make_micro, micro_price, observe_touch
from core.signals.rsi import STRENGTH, rsi
from core.signals.trade_flow import FLOW, add_trade
from core.signals.volatility import WANDER, forget_mid, sample_mid, volatility
from core.signals.weighted_mid import weighted_mid
from core.vocabulary import BookState, SignalName

LIVE = int(BookState.LIVE)
SECOND = int(Frame.S1)
IMBALANCE = int(SignalName.IMBALANCE)
WEIGHTED_MID = int(SignalName.WEIGHTED_MID)
MICRO_PRICE = int(SignalName.MICRO_PRICE)
TRADE_FLOW = int(SignalName.TRADE_FLOW)
VOLATILITY = int(SignalName.VOLATILITY)
RSI = int(SignalName.RSI)
MACD = int(SignalName.MACD)


class Signals(NamedTuple):
    values: np.ndarray
    """SIGNALS[n]"""
    micro: np.ndarray
    """MICRO[n]"""
    flow: np.ndarray
    """FLOW[n]"""
    wander: np.ndarray
    """WANDER[n]"""
    strength: np.ndarray
    """STRENGTH[n]"""
    averages: np.ndarray
    """AVERAGES[n]"""
    bars_seen: np.ndarray
    """int64[n]: closed 1-second bars that are in"""
    is_dirty: np.ndarray
    """int64[n]: changed since the publisher took them"""


def make_signals(count: int) -> Signals:
    """All cold."""
    values = np.zeros(count, SIGNALS)
    values["instrument_id"] = -1
    for name in SIGNALS.names or ():
        if SIGNALS[name] == np.float64:
            values[name] = math.nan
    return Signals(
        values=values,
        micro=make_micro(count),
        flow=np.zeros(count, FLOW),
        wander=np.zeros(count, WANDER),
        strength=np.zeros(count, STRENGTH),
        averages=np.zeros(count, AVERAGES),
        bars_seen=np.zeros(count, np.int64),
        is_dirty=np.zeros(count, np.int64),
    )


@inlined_kernel
def on_frame(signals: Signals, books: Books, slot: int, now_ns: int) -> None:
    """After the book of a frame was reviewed."""
    head = books.heads[slot]
    values = signals.values[slot]
    values["instrument_id"] = head["instrument_id"]
    values["updated_ns"] = now_ns
    signals.is_dirty[slot] = 1
    if head["state"] != LIVE or head["best_bid_lots"] == 0 or head["best_ask_lots"] == 0:
        _forget_book(signals, slot)
        return
    values["imbalance"] = imbalance(books, slot)
    values["weighted_mid"] = weighted_mid(head)
    warm = (1 << IMBALANCE) | (1 << WEIGHTED_MID)
    state = observe_touch(signals.micro[slot], head)
    if is_micro_warm(signals.micro[slot]):
        values["micro_price"] = micro_price(signals.micro[slot], state)
        warm |= 1 << MICRO_PRICE
    sample_mid(signals.wander[slot], head["best_bid_ticks"] + head["best_ask_ticks"], now_ns)
    values["volatility"] = volatility(signals.wander[slot])
    if not math.isnan(values["volatility"]):
        warm |= 1 << VOLATILITY
    values["is_warm"] |= warm


@kernel
def on_trade(signals: Signals, slot: int, price_ticks: int, quantity_lots: int, side: int, now_ns: int) -> None:
    """After a trade was accepted by the book."""
    flow = add_trade(signals.flow[slot], quantity_lots, side, now_ns)
    signals.values[slot]["trade_flow"] = flow
    signals.values[slot]["updated_ns"] = now_ns
    signals.is_dirty[slot] = 1
    _set_warm(signals.values[slot], TRADE_FLOW, flow)


@kernel
def on_bar(signals: Signals, bars: Bars, slot: int, closed_mask: int) -> None:
    """After bars closed: takes every 1-second bar since the last call, as far back as they are kept."""
    if not closed_mask & (1 << SECOND):
        return
    values = signals.values[slot]
    kept = bars.closed.shape[2]
    count = bars.counts[slot, SECOND]
    for number in range(max(signals.bars_seen[slot], count - kept), count):
        close = float(bars.closed[slot, SECOND, number % kept]["close_ticks"])
        values["rsi"] = rsi(signals.strength[slot], close)
        update_averages(signals.averages[slot], close)
    signals.bars_seen[slot] = count
    signals.is_dirty[slot] = 1
    values["macd"] = macd(signals.averages[slot])
    values["macd_signal"] = macd_signal(signals.averages[slot])
    _set_warm(values, RSI, values["rsi"])
    _set_warm(values, MACD, values["macd"])


@kernel
def _forget_book(signals: Signals, slot: int) -> None:
    """What is read off the book is unknown; what came from trades stays."""
    values = signals.values[slot]
    values["imbalance"] = math.nan
    values["weighted_mid"] = math.nan
    values["micro_price"] = math.nan
    values["volatility"] = math.nan
    values["is_warm"] &= ~((1 << IMBALANCE) | (1 << WEIGHTED_MID) | (1 << MICRO_PRICE) | (1 << VOLATILITY))
    forget_touch(signals.micro[slot])
    forget_mid(signals.wander[slot])


@kernel
def _set_warm(values: np.void, signal: int, value: float) -> None:
    if math.isnan(value):
        values["is_warm"] &= ~(1 << signal)
    else:
        values["is_warm"] |= 1 << signal
