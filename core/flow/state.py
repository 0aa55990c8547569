"""All that the onlooker knows: tables in its file, which outlive it, and what it can make again.

`versions` are sequence locks, one a book: odd while a batch changes any table of that book, so that a reader copies
just the rows it wants and knows whether they belong together.
"""

from typing import NamedTuple

import numpy as np

from core.bars.bar import PERIOD_NS
from core.bars.series import NEVER, Bars
from core.book.ladder import Books, make_books
from core.kernel import kernel
from core.memory.atomics import load_acquire, release_fence, store_release
from core.memory.files import Memory
from core.records.event import EVENT
from core.records.flow import (
    HEAT_PERIODS,
    HEAT_ROWS,
    HEAT_TRADES,
    LEVELS_KEPT,
    PROFILE_ROWS,
    SINCE_WALL_NS,
    SUMS,
)
from core.records.instrument import INSTRUMENT

BATCH = 4096
WINDOW_SECONDS = 10
RATE_BUCKETS = 20
"""Of a quarter of a second: rates are over five seconds."""
LINE_BYTES = 64


class Flow(NamedTuple):
    words: np.ndarray
    """int64[16], shared: records/flow.py"""
    versions: np.ndarray
    """int64[n + 1, 8], shared: word 0 of a line is odd while the book's tables change; the last line is that of
    mark-outs and equity"""
    heads: np.ndarray
    """FLOW_HEAD[n], shared"""
    bars: Bars
    """`open`, `closed`, `counts` and `next_due_ns` are shared"""
    profile: np.ndarray
    """int64[n, PROFILE_ROWS, 2], shared: lots bought, sold"""
    levels: np.ndarray
    """FLOW_LEVEL[n, LEVELS_KEPT], shared: a price lies at price & (LEVELS_KEPT - 1)"""
    prints: np.ndarray
    """FLOW_PRINT[n, PRINTS_KEPT], shared"""
    columns: np.ndarray
    """HEAT_COLUMN[n, HEAT_PERIODS, kept], shared"""
    mark_outs: np.ndarray
    """MARK_OUT[MARK_OUTS_KEPT], shared"""
    equity: np.ndarray
    """EQUITY[EQUITY_SECONDS + EQUITY_MINUTES], shared: a circle of seconds, then one of minutes"""
    books: Books
    buckets: np.ndarray
    """int64[n, LEVELS_KEPT, WINDOW_SECONDS, SUMS]: sums of levels by second"""
    rates: np.ndarray
    """int64[n, RATE_BUCKETS, 2]: trades and lots by quarter second"""
    open_trades: np.ndarray
    """int64[n, HEAT_PERIODS, HEAT_TRADES, 2]: row counted from price 0 and lots, of the column that is growing"""
    open_counts: np.ndarray
    """int64[n, HEAT_PERIODS]"""
    row_lots: np.ndarray
    """int64[HEAT_ROWS], scratch"""
    old_profile: np.ndarray
    """int64[PROFILE_ROWS, 2], scratch"""
    slots: np.ndarray
    """int64[instruments]: book of an instrument; -1: none"""
    instruments: np.ndarray
    """INSTRUMENT[instruments], a copy: the desk's table grows under us"""
    batch: np.ndarray
    """EVENT[BATCH]: a copy of what is read from the tape"""
    wall_offset_ns: np.ndarray
    """int64[1]: wall clock minus the core's clock"""


def make_flow(memory: Memory, wall_offset_ns: int) -> Flow:
    """The tables as they stand, and the rest empty. `memory` may write the role flow."""
    heads = memory.table("flow_heads")
    count, instruments = len(heads), len(memory.table("instruments"))
    bars = Bars(
        open=memory.table("flow_bars_open"),
        closed=memory.table("flow_bars"),
        counts=memory.table("flow_bar_counts"),
        next_due_ns=memory.table("flow_bars_due"),
        just_closed=np.zeros(count, np.int64),
        trades_per_bar=np.zeros(count, np.int64),
        lots_per_bar=np.zeros(count, np.int64),
        wall_offset_ns=np.full(1, wall_offset_ns, np.int64),
        periods_ns=np.array(PERIOD_NS, np.int64),
    )
    bars.next_due_ns[bars.open["open_ticks"][:, 0] == 0] = NEVER
    return Flow(
        words=memory.lines("flow").reshape(-1),
        versions=memory.lines("flow_versions"),
        heads=heads,
        bars=bars,
        profile=memory.table("flow_profile"),
        levels=memory.table("flow_levels"),
        prints=memory.table("flow_prints"),
        columns=memory.table("flow_columns"),
        mark_outs=memory.table("flow_mark_outs"),
        equity=memory.table("flow_equity"),
        # Levels beyond these windows are slower to change, and little is asked of them here.
        books=make_books(count, window_ticks=1 << 14),
        buckets=np.zeros((count, LEVELS_KEPT, WINDOW_SECONDS, SUMS), np.int64),
        rates=np.zeros((count, RATE_BUCKETS, 2), np.int64),
        open_trades=np.zeros((count, HEAT_PERIODS, HEAT_TRADES, 2), np.int64),
        open_counts=np.zeros((count, HEAT_PERIODS), np.int64),
        row_lots=np.zeros(HEAT_ROWS, np.int64),
        old_profile=np.zeros((PROFILE_ROWS, 2), np.int64),
        slots=np.full(instruments, -1, np.int64),
        instruments=np.zeros(instruments, INSTRUMENT),
        batch=np.zeros(BATCH, EVENT),
        wall_offset_ns=np.full(1, wall_offset_ns, np.int64),
    )


def begin_again(flow: Flow) -> None:
    """At the start, perhaps after a predecessor: versions even, what depends on private parts that died is empty."""
    if flow.words[SINCE_WALL_NS] == 0:
        flow.heads["instrument_id"] = -1
    flow.versions[:, 0] += flow.versions[:, 0] & 1
    flow.levels[:] = np.zeros((), flow.levels.dtype)
    flow.heads["trades_5s"] = flow.heads["lots_5s"] = 0
    flow.heads["is_gap"] = 1


@kernel
def begin_write(versions: np.ndarray, line: int) -> None:
    """Once a batch and book, before its tables change."""
    address = versions.ctypes.data + line * LINE_BYTES
    count = load_acquire(address)
    if count & 1 == 0:
        store_release(address, count + 1)
        release_fence()


@kernel
def end_writes(versions: np.ndarray) -> None:
    """Every table is whole again."""
    for line in range(versions.shape[0]):
        address = versions.ctypes.data + line * LINE_BYTES
        count = load_acquire(address)
        if count & 1 == 1:
            store_release(address, count + 1)
