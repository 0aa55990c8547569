"""The flow: what happened in the market, kept for those who look. A job of the onlooker (core/onlooker.py).

It reads the tape's ring beside the recorder and without a cursor that anybody waits for (observe.py), so it costs the
core nothing. What it knows lies in its own file: after its death the next one goes on where it stopped, and marks what
it missed. While it is away charts stand still and say so; trading goes on.
"""

import numpy as np

from core.flow.equity import sample_equity
from core.flow.follow import take
from core.flow.observe import oldest
from core.flow.seed import seed_books
from core.flow.settings import FlowSettings
from core.flow.state import BATCH, begin_again, make_flow
from core.memory.files import Descriptor, Memory, consumer_row
from core.memory.numpy_cell import read
from core.records.flow import BEGUN, DONE, MISSED, SINCE_WALL_NS

ROLE = "flow"
SHOWN_NS = 15_000_000
"""The core has shown in its cells what it had taken from its rings so long ago."""
SECOND_NS = 1_000_000_000


class FlowHistory:
    """One run of the job. No clock of its own."""

    def __init__(self, descriptor: Descriptor, settings: FlowSettings) -> None:
        self.memory = Memory(descriptor, frozenset({ROLE}))
        self.flow = make_flow(self.memory, settings.wall_offset_ns)
        self._wall_offset_ns = settings.wall_offset_ns
        self._tape = consumer_row(self.memory.ring("tape"))
        self._books, self._health = self.memory.cells("books"), self.memory.cells("health")
        self._table, self._count = self.memory.table("instruments"), self.memory.lines("instrument_count")
        self._heartbeat = self.memory.heartbeat(ROLE)
        self._known = 0
        self._drained_ns = self._next_point_ns = 0
        begin_again(self.flow)
        self._go_on()

    def _go_on(self) -> None:
        """The cursor: behind what a predecessor did, else at the oldest record."""
        tape, words = self._tape[0], self.flow.words
        if words[SINCE_WALL_NS] == 0:
            tape["own"] = words[DONE] = words[BEGUN] = oldest(tape)
            return
        # Half of the batch in which it died may be in the tables: it is left out.
        words[MISSED] += words[BEGUN] - words[DONE]
        tape["own"] = words[DONE] = words[BEGUN]

    def tick(self, now_ns: int) -> None:
        """What the tape holds by now, and what time brings."""
        self._heartbeat[0] = now_ns
        self._learn_instruments()
        if self._drained_ns and now_ns - self._drained_ns >= SHOWN_NS:
            seed_books(self.flow, self._books)
        while take(self.flow, self._tape[0], now_ns) == BATCH:
            pass
        self._drained_ns = now_ns
        if now_ns >= self._next_point_ns and self._health.counts[0, 0]:
            self._next_point_ns = now_ns - now_ns % SECOND_NS + SECOND_NS
            health = read(self._health, 0)
            if health is not None and health["epoch"]:
                sample_equity(self.flow, health, now_ns + self._wall_offset_ns)

    def _learn_instruments(self) -> None:
        """The desk's table grows by appending."""
        count = int(self._count[0, 0])
        if count == self._known:
            return
        self._known = count
        flow, table = self.flow, self._table[:count]
        flow.instruments[:count] = table
        slots = np.where(table["book_slot"] < len(flow.heads), table["book_slot"], -1)
        flow.slots[:count] = slots
        for instrument_id in np.flatnonzero(slots >= 0):
            flow.heads[slots[instrument_id]]["instrument_id"] = instrument_id
            flow.books.heads[slots[instrument_id]]["instrument_id"] = instrument_id
