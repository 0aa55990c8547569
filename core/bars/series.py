"""Trades into bars: nine time frames, bars by number of trades and bars by volume, for each bar slot.

A time bar is open from one wall-clock boundary to the next, and closes when time passes it, traded or not: an empty bar
carries the last close. Bars begin with the first trade. The last `kept` closed bars of each series stay readable:
`closed[slot, frame, i % kept]` is bar number i of `counts[slot, frame]`.

A tick or volume bar takes its last trade whole, so it may be larger than its threshold.

Whatever closes between two calls of `close_due` is told by the second one, also when a trade closed it.
"""

from typing import NamedTuple

import numpy as np

from core.bars.bar import PERIOD_NS, TIME_FRAMES, Frame
from core.kernel import kernel
from core.records.bar import BAR, FRAMES
from core.units import LARGEST

TICKS = int(Frame.TICKS)
VOLUME = int(Frame.VOLUME)
NEVER = (1 << 63) - 1
TRADES_PER_BAR = 100


class Bars(NamedTuple):
    open: np.ndarray
    """BAR[n, FRAMES]: still growing"""
    closed: np.ndarray
    """BAR[n, FRAMES, kept]"""
    counts: np.ndarray
    """int64[n, FRAMES]: ever closed"""
    next_due_ns: np.ndarray
    """int64[n], wall clock: when the next time bar closes; NEVER before the first trade"""
    just_closed: np.ndarray
    """int64[n]: bit mask of Frame that `close_due` has still to tell"""
    trades_per_bar: np.ndarray
    """int64[n]; 0: no tick bars"""
    lots_per_bar: np.ndarray
    """int64[n]; 0: no volume bars"""
    wall_offset_ns: np.ndarray
    """int64[1]: wall clock minus `now_ns`"""
    periods_ns: np.ndarray
    """int64[TIME_FRAMES]"""


def make_bars(
    count: int, *, kept: int = 256, wall_offset_ns: int = 0, trades_per_bar: int = TRADES_PER_BAR, lots_per_bar: int = 0
) -> Bars:
    """No bars yet. `lots_per_bar` depends on the instrument: set it per slot."""
    return Bars(
        open=np.zeros((count, FRAMES), BAR),
        closed=np.zeros((count, FRAMES, kept), BAR),
        counts=np.zeros((count, FRAMES), np.int64),
        next_due_ns=np.full(count, NEVER, np.int64),
        just_closed=np.zeros(count, np.int64),
        trades_per_bar=np.full(count, trades_per_bar, np.int64),
        lots_per_bar=np.full(count, lots_per_bar, np.int64),
        wall_offset_ns=np.full(1, wall_offset_ns, np.int64),
        periods_ns=np.array(PERIOD_NS, np.int64),
    )


@kernel
def on_trade(bars: Bars, slot: int, price_ticks: int, quantity_lots: int, side: int, now_ns: int) -> None:
    """Add a trade to the open bar of every series, after what is due was closed. Absurd numbers are left out."""
    if not (price_ticks > 0 and price_ticks <= LARGEST and quantity_lots > 0 and quantity_lots <= LARGEST):
        return
    wall_ns = now_ns + bars.wall_offset_ns[0]
    if wall_ns >= bars.next_due_ns[slot]:
        _close_passed(bars, slot, wall_ns)
    if bars.next_due_ns[slot] == NEVER:
        _begin(bars, slot, price_ticks, wall_ns)
    buy_lots = quantity_lots if side > 0 else 0
    value = float(price_ticks) * float(quantity_lots)
    for frame in range(FRAMES):
        bar = bars.open[slot, frame]
        if bar["trades"] == 0:
            bar["open_ticks"] = price_ticks
            bar["high_ticks"] = price_ticks
            bar["low_ticks"] = price_ticks
            if frame >= TIME_FRAMES:
                bar["start_ns"] = wall_ns
        bar["high_ticks"] = max(bar["high_ticks"], price_ticks)
        bar["low_ticks"] = min(bar["low_ticks"], price_ticks)
        bar["close_ticks"] = price_ticks
        bar["volume_lots"] = min(bar["volume_lots"] + quantity_lots, LARGEST)
        bar["buy_lots"] = min(bar["buy_lots"] + buy_lots, LARGEST)
        bar["trades"] += 1
        bar["value"] += value
    _close_counted(bars, slot, wall_ns)


@kernel
def on_history(bars: Bars, slot: int, price_ticks: int, quantity_lots: int, side: int, wall_ns: int) -> None:
    """A trade of before we listened. What is older than the open bar comes too late and is left out."""
    if bars.next_due_ns[slot] == NEVER or bars.open[slot, 0]["start_ns"] <= wall_ns:
        on_trade(bars, slot, price_ticks, quantity_lots, side, wall_ns - bars.wall_offset_ns[0])


@kernel
def close_due(bars: Bars, slot: int, now_ns: int) -> int:
    """Close what time has passed. A bit `1 << Frame` for each series that closed since the last call."""
    wall_ns = now_ns + bars.wall_offset_ns[0]
    if wall_ns >= bars.next_due_ns[slot]:
        _close_passed(bars, slot, wall_ns)
    mask = bars.just_closed[slot]
    bars.just_closed[slot] = 0
    return mask


@kernel
def last_bar(bars: Bars, slot: int, frame: int, back: int) -> int:
    """Index in `closed[slot, frame]` of the bar that closed `back` bars before the last; -1: not kept, or not there."""
    kept = bars.closed.shape[2]
    if back < 0 or back >= kept or back >= bars.counts[slot, frame]:
        return -1
    return (bars.counts[slot, frame] - 1 - back) % kept


@kernel
def _begin(bars: Bars, slot: int, price_ticks: int, wall_ns: int) -> None:
    """The first trade of all: open the time bars that it falls into."""
    for frame in range(TIME_FRAMES):
        _open_time_bar(bars, slot, frame, wall_ns - wall_ns % bars.periods_ns[frame], price_ticks)
    bars.next_due_ns[slot] = bars.open[slot, 0]["end_ns"]


@kernel
def _open_time_bar(bars: Bars, slot: int, frame: int, start_ns: int, price_ticks: int) -> None:
    """Empty: all prices are the last close."""
    bar = bars.open[slot, frame]
    bar["start_ns"] = start_ns
    bar["end_ns"] = start_ns + bars.periods_ns[frame]
    _empty(bar, price_ticks)


@kernel
def _empty(bar: np.void, price_ticks: int) -> None:
    bar["open_ticks"] = price_ticks
    bar["high_ticks"] = price_ticks
    bar["low_ticks"] = price_ticks
    bar["close_ticks"] = price_ticks
    bar["volume_lots"] = 0
    bar["buy_lots"] = 0
    bar["trades"] = 0
    bar["value"] = 0.0


@kernel
def _close_passed(bars: Bars, slot: int, wall_ns: int) -> None:
    """Close every time bar that ended, and the empty ones up to now: no more of them than are kept."""
    kept = bars.closed.shape[2]
    for frame in range(TIME_FRAMES):
        bar = bars.open[slot, frame]
        if wall_ns < bar["end_ns"]:
            break  # longer frames end later
        period_ns = bars.periods_ns[frame]
        _keep(bars, slot, frame)
        last_ticks = bar["close_ticks"]
        empty_bars = (wall_ns - bar["end_ns"]) // period_ns
        skipped = max(0, empty_bars - kept)
        bars.counts[slot, frame] += skipped
        start_ns = bar["end_ns"] + skipped * period_ns
        for _ in range(empty_bars - skipped):
            _open_time_bar(bars, slot, frame, start_ns, last_ticks)
            _keep(bars, slot, frame)
            start_ns += period_ns
        _open_time_bar(bars, slot, frame, start_ns, last_ticks)
    bars.next_due_ns[slot] = bars.open[slot, 0]["end_ns"]


@kernel
def _close_counted(bars: Bars, slot: int, wall_ns: int) -> None:
    """Close the tick bar and the volume bar if they are full."""
    bar = bars.open[slot, TICKS]
    if bars.trades_per_bar[slot] > 0 and bars.trades_per_bar[slot] <= bar["trades"]:
        bar["end_ns"] = wall_ns
        _keep(bars, slot, TICKS)
        _empty(bar, bar["close_ticks"])
    bar = bars.open[slot, VOLUME]
    if bars.lots_per_bar[slot] > 0 and bars.lots_per_bar[slot] <= bar["volume_lots"]:
        bar["end_ns"] = wall_ns
        _keep(bars, slot, VOLUME)
        _empty(bar, bar["close_ticks"])


@kernel
def _keep(bars: Bars, slot: int, frame: int) -> None:
    bars.closed[slot, frame, bars.counts[slot, frame] % bars.closed.shape[2]] = bars.open[slot, frame]
    bars.counts[slot, frame] += 1
    bars.just_closed[slot] |= 1 << frame
