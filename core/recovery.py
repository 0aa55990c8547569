"""What a core knows when it starts, and what it leaves behind: checkpoint, then journal, then what was not drained.

    start    the last checkpoint's orders and positions · its journal file · what still lies in the journal region
             requests whose place in their ring was never published are NOT_SENT; what waits for an answer is UNKNOWN,
             and the order process is asked for it at once (on_control.py, SESSION)
    running  `drain` carries the journal region to the epoch's journal file
    end      nothing: a killed core and a stopped one leave the same things behind

Books, bars and signals begin empty: they are rebuilt from the venue.
"""

import sys
from pathlib import Path
from typing import TypeVar

import numpy as np

from core.checkpoint import Checkpoint, Origin, checkpoint_path, journal_path, load, pour, save, state_hash
from core.clock import NS_PER_SECOND, monotonic_ns
from core.kernel import SOURCE_HASH
from core.loop import Loop, handle
from core.loop_setup import DAY_NS
from core.memory.control import read_header
from core.memory.files import Memory
from core.memory.journal import Journal, read_journal
from core.memory.numpy_ring import Consumer
from core.on_restore import restore_range
from core.orders.blotter import rank_all
from core.records.decisions import Decisions, clear_event, make_decisions
from core.records.event import EVENT
from core.settings import CoreSettings
from core.state import Sizes, State, make_state
from core.vocabulary import EventKind, OrderStatus, Report, Request

_Time = TypeVar("_Time", int, np.ndarray)
KEPT_JOURNALS = 8
LASTING = ("blotter.", "positions.", "risk.breaker", "risk.equity", "risk.trades", "risk.protections")
"""Parts of a state that outlive the core."""
OF_THE_DESK = ("risk.settings",)
"""Those that outlive it while the desk runs: limits that were set hold until the desk is started anew."""


def sizes_of(memory: Memory) -> Sizes:
    capacities = memory.layout.capacities
    return Sizes(
        books=capacities.books,
        open_orders=capacities.open_orders,
        positions=capacities.positions,
        strategies=capacities.strategies,
    )


def fresh_state(memory: Memory, settings: CoreSettings) -> State:
    """A core that has seen nothing, of this desk's instruments and capacities."""
    count = int(memory.lines("instrument_count")[0, 0])
    return make_state(memory.table("instruments"), count, settings, capacities=sizes_of(memory))


class Recovery:
    """The journal of one core process. Raises OSError and JournalDamaged when made."""

    def __init__(self, memory: Memory, settings: CoreSettings) -> None:
        self._memory, self._settings = memory, settings
        self._folder = Path(settings.state_folder)
        header = read_header(memory.control)
        self._memory_started_ns = header.started_ns if header else 0
        self._consumer = Consumer(memory.ring("journal"))
        self._journal: Journal | None = None
        self._day = 0
        """The trading day that the positions' daily counts belong to."""

    def restore(self, state: State) -> int:
        """Orders and positions as the predecessor left them; how many journal records were applied."""
        state.halt.acknowledged[:] = self._memory.lines("halt_acknowledged")[:, 0]
        state.halt.seen[:] = state.halt.acknowledged
        last = self._last_checkpoint()
        if last is None:
            return 0
        checkpoint = load(last)
        origin = checkpoint.origin
        is_same_memory = origin.memory_started_ns == self._memory_started_ns
        self._pour(checkpoint, state, is_same_memory)
        self._day = self._day_of(origin.taken_wall_ns)
        records = read_journal(journal_path(self._folder, origin.epoch))
        if is_same_memory:
            records = np.concatenate([records, self._undrained(origin.journal_base + len(records))])
        else:
            records = records[records["kind"] != EventKind.LIMIT_SET]
        decisions = make_decisions(4096)
        records = np.ascontiguousarray(records)
        self._apply(state, decisions, records, origin.settings.wall_offset_ns)
        if is_same_memory:
            self._settle_unpublished(state, records, decisions)
        self._turn_day(state, decisions, self._wall_ns())
        self._tell(state, decisions, EventKind.SESSION)
        # The cells still show what the predecessor had in its slots.
        state.blotter.dirty[:] = 1
        state.positions.dirty[:] = 1
        return len(records)

    def _pour(self, checkpoint: Checkpoint, state: State, is_same_memory: bool) -> None:
        """Equity is by currency: of other instruments than these it would be another currency's."""
        fresh = state.risk.equity.copy()
        pour(checkpoint, state, only=LASTING + (OF_THE_DESK if is_same_memory else ()))
        if (state.risk.equity["settlement"] != fresh["settlement"]).any():
            state.risk.equity[:] = fresh
        state.risk.breaker["is_running"] = 0
        rank_all(state.blotter)

    def _apply(self, state: State, decisions: Decisions, records: np.ndarray, wall_offset_ns: int) -> None:
        """All records, with the days that turn between them."""
        days = self._day_of(records["now_ns"] + wall_offset_ns)
        first = 0
        while first < len(records):
            self._turn_day(state, decisions, int(records["now_ns"][first]) + wall_offset_ns)
            later = np.flatnonzero(days[first:] > self._day)
            end = first + int(later[0]) if len(later) else len(records)
            restore_range(state, decisions, records, first, end)
            first = end

    def begin_session(self, loop: Loop, state: State, decisions: Decisions) -> None:
        """Checkpoint, a journal of our own, and SESSION and CHECKPOINT on the tape."""
        produced = int(self._memory.ring("journal").produced[0])
        epoch = self._settings.epoch
        origin = Origin(
            epoch=epoch,
            memory_started_ns=self._memory_started_ns,
            journal_base=produced,
            sizes=sizes_of(self._memory),
            settings=self._settings,
            kernel_hash=SOURCE_HASH,
            taken_wall_ns=self._wall_ns(),
        )
        self._forget_old_journals()
        fresh = fresh_state(self._memory, self._settings)
        self._journal = Journal(journal_path(self._folder, epoch))
        save(checkpoint_path(self._folder, epoch), state, fresh, origin, state.instruments)
        # Not before: until the checkpoint is there, our successor needs what lies in the region.
        self._consumer.release(produced - self._consumer.read_so_far)
        self._say(loop, state, decisions, EventKind.SESSION, int(SOURCE_HASH[:15], 16))
        self._say(loop, state, decisions, EventKind.CHECKPOINT, state_hash(state))

    def drain(self) -> None:
        """Journal region to journal file. A disk that refuses leaves the records in the region: orders are denied."""
        if self._journal is None:
            return
        records = self._consumer.peek()
        if len(records) == 0:
            return
        try:
            self._journal.append(records)
        except OSError as error:
            print(f"the journal cannot be written, orders will be denied: {error}", file=sys.stderr)
            return
        self._consumer.release(len(records))

    def finish(self) -> None:
        self.drain()
        if self._journal:
            self._journal.close()

    def _wall_ns(self) -> int:
        return monotonic_ns() + self._settings.wall_offset_ns

    def _day_of(self, wall_ns: _Time) -> _Time:
        return (wall_ns - self._settings.config.rollover_utc_s * NS_PER_SECOND) // DAY_NS

    def _turn_day(self, state: State, decisions: Decisions, wall_ns: int) -> None:
        """A trading day that began while nobody could say ROLLOVER, or that the journal reaches over."""
        day = self._day_of(wall_ns)
        if day > self._day:
            self._tell(state, decisions, EventKind.ROLLOVER)
            self._day = day

    def _tell(self, state: State, decisions: Decisions, kind: EventKind) -> None:
        event = np.zeros(1, EVENT)
        event["kind"], event["now_ns"] = kind, monotonic_ns()
        restore_range(state, decisions, event, 0, 1)

    def _last_checkpoint(self) -> Path | None:
        paths = sorted(checkpoint_path(self._folder, 0).parent.glob("*.npz"))
        older = [path for path in paths if int(path.stem) < self._settings.epoch]
        return older[-1] if older else None

    def _undrained(self, first: int) -> np.ndarray:
        """EVENT[n]: what lies in the region and is not in the file; `first` is the place after the file's last."""
        read = self._consumer.read_so_far
        waiting = self._consumer.peek()
        return waiting[max(0, first - read) :]

    def _settle_unpublished(self, state: State, records: np.ndarray, decisions: Decisions) -> None:
        """The predecessor died between the journal and the ring: those requests never left."""
        groups = self._memory.descriptor.groups
        for record in records:
            if record["kind"] != EventKind.ORDER_REQUEST:
                continue
            if record["detail"] == Request.LOOK_UP or record["detail"] == Request.HOLD:
                continue
            if not 0 <= record["source_id"] < len(groups):
                continue  # paper: it never goes into a ring
            group = groups[record["source_id"]]
            name = "cancels" if record["detail"] == Request.CANCEL else "order_requests"
            if record["sequence"] < int(self._memory.ring(f"{name}.{group}").produced[0]):
                continue
            answer = np.zeros(1, EVENT)
            answer["kind"] = EventKind.EXECUTION_REPORT
            answer["detail"] = {
                Request.NEW: Report.NOT_SENT,
                Request.CANCEL: Report.CANCEL_REJECTED,
                Request.REPLACE: Report.REPLACE_REJECTED,
            }[Request(int(record["detail"]))]
            for name in ("client_id", "instrument_id", "side", "source_id"):
                answer[name] = record[name]
            answer["status"] = OrderStatus.NOT_SENT
            answer["sequence"] = -1
            answer["now_ns"] = monotonic_ns()
            restore_range(state, decisions, answer, 0, 1)

    def _say(self, loop: Loop, state: State, decisions: Decisions, kind: EventKind, reference_id: int) -> None:
        event = loop.event[0]
        clear_event(event)
        event["kind"] = kind
        event["reference_id"] = reference_id
        event["client_id"] = self._settings.epoch
        event["amount"] = self._settings.wall_offset_ns
        handle(loop, state, decisions, monotonic_ns())

    def _forget_old_journals(self) -> None:
        paths = sorted(journal_path(self._folder, 0).parent.glob("*.log"))
        for old in paths[:-KEPT_JOURNALS]:
            old.unlink(missing_ok=True)
