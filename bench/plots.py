"""What the layouts of depth and chart cost at 160×48: CPU and bytes to the terminal while the market moves.

The screen runs in a pseudo terminal on views that change as a market does that sends 5,000 events a second: every book
in every frame, a column of 256 prices every 250 ms of which a fifth changed, the open bar four times a second. No desk
runs, so that nothing but drawing is measured. CPU is user and system time of the screen's process.
"""

import os
import random
import statistics
import sys
import time
from typing import Any

import msgspec

from bench.terminal import WatchedTerminal
from station.views.book import BookView
from station.views.flow import HEAT_PERIODS_NS, HEAT_ROWS, Candle, CandlesView, HeatColumn, HeatView
from tests.builders import FixedSource

COLUMNS, ROWS = 160, 48
WINDOW_S = 5.0
WINDOWS = 4
LAYOUTS = (("trading", b"\x1b1", b"Trading"), ("depth", b"\x1b3", b"Depth"), ("chart", b"\x1b4", b"Chart"))
"""Name, key, and what the screen then says"""
STARTED_WITHIN_S = 60.0
CHANGED_LEVELS = 12
CHANGED_ROWS = HEAT_ROWS // 5


def rows() -> list[dict[str, Any]]:
    measured = []
    for name, key, said in LAYOUTS:
        environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
        command = [sys.executable, "-m", "bench.plots"]
        terminal = WatchedTerminal(command, columns=COLUMNS, rows=ROWS, environment=environment)
        try:
            assert terminal.wait_for(b"LIVE", STARTED_WITHIN_S)
            terminal.type(key)
            assert terminal.wait_for(b"layout " + said, STARTED_WITHIN_S)
            terminal.load(3.0)
            loads = [_load(terminal) for _ in range(WINDOWS)]
        finally:
            terminal.close()
        measured += [
            _row(f"CPU, layout {name}", "% of a CPU", [cpu for cpu, _, _ in loads]),
            _row(f"updates written, layout {name}", "per s", [updates for _, updates, _ in loads]),
            _row(f"CPU of an update, layout {name}", "ms", [10 * cpu / max(1.0, updates) for cpu, updates, _ in loads]),
            _row(f"bytes to the terminal, layout {name}", "kB/s", [written for _, _, written in loads]),
        ]
    return measured


def _load(terminal: WatchedTerminal) -> tuple[float, float, float]:
    """Percent of a CPU, updates per second, kB/s. On a busy machine the second falls, not what one costs."""
    before = terminal.updates
    cpu, written, _ = terminal.load(WINDOW_S)
    return cpu, (terminal.updates - before) / WINDOW_S, written


def _row(what: str, unit: str, figures: list[float]) -> dict[str, Any]:
    return {
        "bench": "plots",
        "what": what,
        "unit": unit,
        "subject": "station",
        "p50": statistics.median(figures),
        "p99": max(figures),
        "min": min(figures),
        "runs": len(figures),
    }


class MovingSource(FixedSource):
    """Fixed views that move."""

    def __init__(self) -> None:
        super().__init__()
        self._chance = random.Random(1)
        self._start_s = time.monotonic()
        self._moved: dict[int, HeatView] = {}
        self._codes = [0 if self._chance.random() < 0.2 else self._chance.randint(40, 90) for _ in range(HEAT_ROWS)]
        self._bars: dict[tuple[int, int], tuple[int, CandlesView]] = {}

    def book(self, instrument_id: int) -> BookView:
        """Some levels are others in every frame."""
        book = self.books[instrument_id]
        sides = [list(book.bids), list(book.asks)]
        for _ in range(CHANGED_LEVELS):
            side = self._chance.choice(sides)
            at = self._chance.randrange(len(side))
            side[at] = side[at][0], self._chance.randint(1, 3_000)
        self.books[instrument_id] = msgspec.structs.replace(book, bids=tuple(sides[0]), asks=tuple(sides[1]))
        return self.books[instrument_id]

    def heat(self, instrument_id: int, period: int) -> HeatView:
        period_ns = HEAT_PERIODS_NS[period]
        view = self._moved.get(period) or super().heat(instrument_id, period)
        grown = int((time.monotonic() - self._start_s) * 1e9) // period_ns
        columns = list(view.columns)
        first = super().heat(instrument_id, period).columns[-1]
        start_ns = first.start_wall_ns + grown * period_ns
        if columns[-1].start_wall_ns < start_ns:
            columns = [*columns[1:], self._column(columns[-1], start_ns)]
        else:
            columns[-1] = self._column(columns[-1], start_ns)
        self._moved[period] = msgspec.structs.replace(view, columns=tuple(columns))
        return self._moved[period]

    def _column(self, before: HeatColumn, start_ns: int) -> HeatColumn:
        chance = self._chance
        for _ in range(CHANGED_ROWS):
            at = chance.randrange(HEAT_ROWS)
            self._codes[at] = max(0, min(120, self._codes[at] + chance.randint(-6, 6)))
        bid = before.bid_ticks + chance.choice((-1, 0, 0, 0, 1))
        rows = range(bid - before.low_ticks - 1, bid - before.low_ticks + 2)
        trades = tuple((row, chance.randint(-900, 900)) for row in rows if chance.random() < 0.5)
        return HeatColumn(start_ns, bid, bid + 2, before.low_ticks, bytes(self._codes), trades, False)

    def candles(self, instrument_id: int, frame: int) -> CandlesView:
        quarter = int(4 * (time.monotonic() - self._start_s))
        known = self._bars.get((instrument_id, frame))
        if known is not None and known[0] == quarter:
            return known[1]
        view = known[1] if known is not None else super().candles(instrument_id, frame)
        bar = view.candles[-1]
        close = bar.close_ticks + self._chance.choice((-2, -1, 1, 2))
        high, low = max(bar.high_ticks, close), min(bar.low_ticks, close)
        moved: Candle = bar._replace(
            high_ticks=high, low_ticks=low, close_ticks=close, volume_lots=bar.volume_lots + 40
        )
        self._bars[instrument_id, frame] = (
            quarter,
            msgspec.structs.replace(view, candles=(*view.candles[:-1], moved)),
        )
        return self._bars[instrument_id, frame][1]


if __name__ == "__main__":
    from station.app import StationApp

    StationApp(MovingSource()).run()
