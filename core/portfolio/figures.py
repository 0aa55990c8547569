"""The portfolio: what all positions together could lose, measured beside the core and shown in one cell.

A job of the onlooker (core/onlooker.py). It reads books and positions as a screen does and writes nothing but its own
file. When it dies, figures grow old and say so; trading goes on.
"""

from pathlib import Path

import numpy as np

from core.errors import ConfigError
from core.memory.cell import even_all, write_cell
from core.memory.files import CellParts, Descriptor, Memory, cells_row
from core.memory.numpy_cell import read
from core.portfolio.settings import PortfolioSettings
from core.portfolio.stress import STANDARD, Scenario, read_scenarios
from core.portfolio.watch import PortfolioWatch

ROLE = "portfolio"
MEASURE_EVERY_NS = 1_000_000_000


class Portfolio:
    """One run of the job. No clock of its own."""

    def __init__(self, descriptor: Descriptor, settings: PortfolioSettings) -> None:
        self.memory = Memory(descriptor, frozenset({ROLE}))
        self._settings = settings
        self._watch = PortfolioWatch(settings.config)
        self._cells = cells_row(self.memory.cells(ROLE))
        even_all(self._cells[0])
        self._books, self._positions = self.memory.cells("books"), self.memory.cells("positions")
        self._heartbeat = self.memory.heartbeat(ROLE)
        self._scenarios: tuple[Scenario, ...] = STANDARD
        self._scenarios_seen = -1.0
        self._fault = ""
        self._next_sample_ns = self._next_measure_ns = 0

    def tick(self, now_ns: int) -> None:
        """What is due now: a beat, a sample, a measurement."""
        self._heartbeat[0] = now_ns
        instruments = self.memory.table("instruments")[: int(self.memory.lines("instrument_count")[0, 0])]
        if now_ns >= self._next_sample_ns:
            self._next_sample_ns = now_ns + self._settings.config.period_s * 1_000_000_000
            self._watch.sample(instruments, _all(self._books))
        if now_ns >= self._next_measure_ns:
            self._next_measure_ns = now_ns + MEASURE_EVERY_NS
            self._read_scenarios()
            positions = [row for row in _all(self._positions) if row is not None]
            value = self._watch.measure(instruments, positions, self._scenarios, now_ns)
            if self._fault:
                value["message"] = self._fault.encode()[:120]
            write_cell(self._cells[0], 0, value.ctypes.data)

    def _read_scenarios(self) -> None:
        """Again when the file has changed; with a fault in it, those of before."""
        if not self._settings.scenarios_file:
            return
        path = Path(self._settings.scenarios_file)
        try:
            changed = path.stat().st_mtime
        except OSError:
            changed = 0.0
        if changed == self._scenarios_seen:
            return
        self._scenarios_seen, self._fault = changed, ""
        try:
            self._scenarios = read_scenarios(path)
        except ConfigError as error:
            self._fault = f"{path.name}: {'; '.join(error.mistakes)}"


def _all(cells: CellParts) -> list[np.void | None]:
    """A copy of every cell that has been written; None where nothing could be read."""
    return [read(cells, index) if cells.counts[index, 0] else None for index in range(len(cells.values))]
