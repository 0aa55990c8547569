"""Reading the tables of a book whole: behind one sequence lock each, and only when something changed.

What cannot be read whole in a hundred tries is shown as it was.
"""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import numpy as np

from core.clock import monotonic_ns
from core.memory.files import Memory
from core.records.flow import SINCE_WALL_NS

TRIES = 100

View = TypeVar("View")


class FlowTables:
    """The onlooker's file, as everyone but it sees it."""

    def __init__(self, memory: Memory, wall_offset_ns: int) -> None:
        self.wall_offset_ns = wall_offset_ns
        self.words = memory.lines("flow").reshape(-1)
        self.heads = memory.table("flow_heads")
        self.bars_open, self.bars = memory.table("flow_bars_open"), memory.table("flow_bars")
        self.bar_counts = memory.table("flow_bar_counts")
        self.profile, self.levels = memory.table("flow_profile"), memory.table("flow_levels")
        self.prints, self.columns = memory.table("flow_prints"), memory.table("flow_columns")
        self.mark_outs, self.equity = memory.table("flow_mark_outs"), memory.table("flow_equity")
        self._versions = memory.lines("flow_versions")[:, 0]

    @property
    def money_line(self) -> int:
        """Mark-outs and equity stand behind the last line."""
        return len(self._versions) - 1

    def version(self, line: int) -> int:
        """Changes whenever a table behind the line does; odd while it does."""
        return int(self._versions[line])

    def whole(self, line: int, copy: Callable[[], View]) -> View | None:
        """What `copy` makes, if nothing was written meanwhile."""
        for _ in range(TRIES):
            before = int(self._versions[line])
            if before & 1:
                continue
            value = copy()
            if int(self._versions[line]) == before:
                return value
        return None

    def slot_of(self, instrument_id: int) -> int:
        """-1: nothing is kept of it."""
        if not self.words[SINCE_WALL_NS]:
            return -1
        found = np.flatnonzero(self.heads["instrument_id"] == instrument_id)
        return int(found[0]) if len(found) else -1


class BookViews(Generic[View]):
    """One kind of view, by instrument and number (a frame, a period): the same object until it would differ."""

    def __init__(
        self,
        tables: FlowTables,
        empty: Callable[[int, int], View],
        make: Callable[[int, int, int], View | None],
        *,
        every_ns: int = 0,
    ) -> None:
        """`make` takes instrument, number and slot; None: it could not be read. `every_ns`: not made oftener."""
        self._tables, self._empty, self._make, self._every_ns = tables, empty, make, every_ns
        self._views: dict[tuple[int, int], View] = {}
        self._made: dict[tuple[int, int], tuple[int, int]] = {}
        """Version, and when"""

    def view(self, instrument_id: int, number: int = 0) -> View:
        key = (instrument_id, number)
        if key not in self._views:
            self._views[key] = self._empty(instrument_id, number)
        slot = self._tables.slot_of(instrument_id)
        if slot < 0:
            return self._views[key]
        version, made_ns = self._made.get(key, (-1, 0))
        now_ns, seen = monotonic_ns(), self._tables.version(slot)
        if seen == version or now_ns - made_ns < self._every_ns:
            return self._views[key]
        made = self._make(instrument_id, number, slot)
        if made is not None:
            self._made[key] = seen, now_ns
            if made != self._views[key]:
                self._views[key] = made
        return self._views[key]


class Circle(Generic[View]):
    """Rows of a circle as views, each made once. `count` rows were ever written; row i lies at i % kept."""

    def __init__(self, kept: int, make: Callable[[np.void], View]) -> None:
        self._kept, self._make = kept, make
        self._count = 0
        self.views: deque[View] = deque(maxlen=kept)
        """Oldest first."""

    def missing(self, count: int) -> np.ndarray:
        """Where the rows lie that have come since `add`, oldest first."""
        return np.arange(max(0, self._count, count - self._kept), count) % self._kept

    def add(self, rows: Sequence[np.void] | np.ndarray, count: int) -> None:
        """The rows that were missing, now that it is known that they are whole."""
        if len(rows) == min(count, self._kept):
            self.views.clear()
        self.views.extend(self._make(row) for row in rows)
        self._count = count
