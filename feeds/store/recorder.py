"""The recorder process: drains the tape into day files. The only one that opens a database for writing.

    peek at the ring → cut by session and by day → one transaction a file → release the ring

The ring's cursor moves after the commit only, and the commit holds the cursor: a recorder that was killed in between
finds out from the file what it must skip. When a file cannot be written, the recorder says so in its status row, keeps
trying, and the tape waits in the ring; when that is full, the core drops records and counts them. Trading goes on.
"""

import argparse
import os
import signal
import threading
import time
from itertools import pairwise
from pathlib import Path
from types import FrameType

import msgspec
import numpy as np

from core.memory.files import Descriptor, Memory, close_on_exec
from core.memory.numpy_ring import Consumer
from core.vocabulary import Hop, ProcessState
from feeds.instruments import known_rows
from feeds.store.asks import Asks
from feeds.store.day_file import DayFile, Position
from feeds.store.days import NS_PER_SECOND, day_files, day_in, day_of, days_of, path_of, set_aside
from feeds.store.errors import CannotWrite, FileDamaged, MemoryShort, StoreError
from feeds.store.rows import Sorter
from feeds.store.sessions import Place, cut_by_session
from feeds.store.settings import RecorderSettings
from feeds.store.status import Status

POLL_S = 0.02
BEAT_S = 0.05
HUNG_NS = 30 * NS_PER_SECOND
"""A single commit that takes longer is a hang: we stop beating."""
BACK_OFF_FIRST_S = 0.25
BACK_OFF_MOST_S = 5.0
MEMORY_TRIES = 3
HUSH_S = 2.0
"""Nobody is answered for so long after a query took the memory that storing needs."""


class Recorder:
    """State of the process between two polls."""

    def __init__(self, memory: Memory, settings: RecorderSettings) -> None:
        self._settings = settings
        self._folder = Path(settings.folder)
        self._consumer = Consumer(memory.ring("tape"))
        self._ring = ring_name(memory.descriptor)
        self._memory = memory
        self._status = Status(memory.table("recorder"), memory.histograms("recorder")[Hop.RECORD])
        self._sorter = Sorter(settings.most_rows)
        self._asks: Asks | None = None
        self._file: DayFile | None = None
        self._place = Place()
        self._is_found = False
        """We know how far the ring was stored by our predecessors."""
        self._waiting_since_ns = 0
        self._retry_ns = 0
        self._back_off_s = BACK_OFF_FIRST_S
        self._memory_short = 0
        """Commits in a row that failed for want of memory."""

    def start(self) -> None:
        self._status.state(ProcessState.STARTING, "")
        if self._settings.socket:
            try:
                self._asks = Asks(
                    Path(self._settings.socket), most_rows=self._settings.query_rows, longest_s=self._settings.query_s
                )
            except OSError as error:
                self._status.complain(f"queries cannot be answered: {error.strerror}: {self._settings.socket}")

    def poll(self, *, is_last: bool = False) -> bool:
        """Store what waits if it is enough, or old enough. True when there is more to do at once."""
        now_ns = time.monotonic_ns()
        self._status.tick(now_ns, self._consumer.waiting, self._file)
        if now_ns < self._retry_ns and not is_last:
            return False
        try:
            if self._file is None or not self._is_found:
                self._open(self._first_day())
            return self._store_waiting(now_ns, is_last=is_last)
        except MemoryShort as error:
            self._take_memory_back(error, now_ns)
        except FileDamaged as error:
            self._close()
            self._set_aside(error, now_ns)
        except StoreError as error:
            self._close()
            self._fail(error, now_ns)
        return False

    def finish(self) -> None:
        """Store what waits, close the file, take the socket away."""
        while self.poll(is_last=True):
            pass
        self._close()
        if self._asks is not None:
            self._asks.leave()
        self._status.tick(time.monotonic_ns(), self._consumer.waiting, None, is_last=True)
        self._status.state(ProcessState.STOPPED, "")

    def _first_day(self) -> int:
        """Today, or yesterday when the records that wait are from before the turn of the day."""
        offset_ns, rollover_utc_s = self._settings.wall_offset_ns, self._settings.rollover_utc_s
        today = day_of(time.monotonic_ns() + offset_ns, rollover_utc_s)
        waiting = self._consumer.peek(1)
        if len(waiting) and day_of(int(waiting["now_ns"][0]) + offset_ns, rollover_utc_s) == today - 1:
            return today - 1
        return today

    def _store_waiting(self, now_ns: int, *, is_last: bool) -> bool:
        waiting = self._consumer.waiting
        if waiting == 0:
            self._waiting_since_ns = 0
            return False
        if self._waiting_since_ns == 0:
            self._waiting_since_ns = now_ns
        is_old = now_ns - self._waiting_since_ns >= self._settings.batch_ms * 1_000_000
        if waiting < self._settings.batch_rows and not is_old and not is_last:
            return False
        for events in self._consumer.look(self._settings.most_rows):
            self._store(events)
        self._waiting_since_ns = 0
        return self._consumer.waiting >= self._settings.batch_rows or (is_last and self._consumer.waiting > 0)

    def _store(self, events: np.ndarray) -> None:
        """Commit, then release, day by day."""
        days = days_of(events["now_ns"] + self._settings.wall_offset_ns, self._settings.rollover_utc_s)
        days = np.maximum.accumulate(days)
        cuts = [0, *(np.flatnonzero(np.diff(days)) + 1).tolist(), len(events)]
        for first, end in pairwise(cuts):
            began_ns = time.monotonic_ns()
            if self._file is None or days[first] > self._file.day:
                self._open(int(days[first]))
            assert self._file is not None
            parts, place = cut_by_session(events[first:end], self._place, self._settings.wall_offset_ns)
            position = Position(self._consumer.read_so_far + end - first, place)
            instruments = known_rows(self._memory)
            self._file.store(parts, instruments, self._ring, position)
            self._place = place
            self._consumer.release(end - first)
            self._status.stored(parts, self._file, began_ns)
            self._back_off_s = BACK_OFF_FIRST_S
            self._memory_short = 0

    def _open(self, day: int) -> None:
        """Open the file of a day; first of all find out what our predecessors stored of this ring."""
        self._close()
        path = path_of(self._folder, day)
        if not self._is_found:
            self._find_position(path)
        self._file = self._open_file(path, day)
        position = self._file.position(self._ring)
        if position is not None:
            self._skip_to(position)
        self._is_found = True
        if self._asks is not None:
            self._asks.open(self._file)
        self._status.opened(self._file)

    def _find_position(self, opened_next: Path) -> None:
        """In the newest file: it may be yesterday's, when we were killed at the turn of the day."""
        for path in day_files(self._folder)[-1:]:
            if path == opened_next:
                continue
            file = self._open_file(path, day_in(path))
            try:
                position = file.position(self._ring)
            finally:
                file.close()
            if position is not None:
                self._skip_to(position)

    def _open_file(self, path: Path, day: int) -> DayFile:
        settings = self._settings
        return DayFile(
            path, self._sorter, day=day, rollover_utc_s=settings.rollover_utc_s, memory_mb=settings.memory_mb
        )

    def _skip_to(self, position: Position) -> None:
        """What is stored was committed by a recorder that died before it could release it."""
        stored = position.read - self._consumer.read_so_far
        if 0 <= stored <= self._consumer.waiting:
            self._consumer.release(stored)
            self._place = position.place
        elif stored < 0 and self._place.session is None:
            self._place = position.place

    def _close(self) -> None:
        if self._asks is not None:
            self._asks.close()
        if self._file is not None:
            self._file.close()
        self._file = None

    def _set_aside(self, error: FileDamaged, now_ns: int) -> None:
        try:
            aside = set_aside(error.path)
        except OSError as reason:
            self._fail(CannotWrite(path=error.path, reason=reason.strerror or str(reason)), now_ns)
            return
        if aside is not None:
            self._status.complain(f"{error.path.name} was damaged; kept as {aside.name}; a new one is begun")
        self._wait(now_ns)  # a disk that damages every file must not be filled with them

    def _take_memory_back(self, error: MemoryShort, now_ns: int) -> None:
        """Stop the query and try again at once; when that does not help, begin with a fresh database."""
        self._memory_short += 1
        if self._asks is None or self._memory_short > MEMORY_TRIES:
            self._close()
            self._fail(error, now_ns)
            return
        self._asks.hush(HUSH_S)
        self._status.complain("a query took the memory that storing needs; it was stopped")

    def _fail(self, error: StoreError, now_ns: int) -> None:
        self._status.state(ProcessState.STALE, f"{error}; trying again")
        self._wait(now_ns)

    def _wait(self, now_ns: int) -> None:
        self._retry_ns = now_ns + int(self._back_off_s * NS_PER_SECOND)
        self._back_off_s = min(2 * self._back_off_s, BACK_OFF_MOST_S)


def ring_name(descriptor: Descriptor) -> str:
    """Names this tape's memory and no other: the inode of the core's file, and the boot that gave it."""
    with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
        boot = file.read().strip()
    return f"{boot}/{os.fstat(descriptor.files['core']).st_ino}"


class _Heart(threading.Thread):
    """Beats while the work goes on: a commit may take longer than a beat may, a hang may not."""

    def __init__(self, line: np.ndarray) -> None:
        super().__init__(name="heart", daemon=True)
        self._line = line
        self.worked_ns = time.monotonic_ns()
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.wait(BEAT_S):
            now_ns = time.monotonic_ns()
            if now_ns - self.worked_ns < HUNG_NS:
                self._line[0] = now_ns


def main() -> None:
    parser = argparse.ArgumentParser(prog="feeds.store.recorder")
    parser.add_argument("--descriptor", required=True)
    parser.add_argument("--settings", required=True)
    arguments = parser.parse_args()
    descriptor = msgspec.json.decode(arguments.descriptor, type=Descriptor)
    settings = msgspec.json.decode(arguments.settings, type=RecorderSettings)
    close_on_exec(descriptor)
    stop = threading.Event()

    def asked_to_stop(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, asked_to_stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the desk's terminal is not ours
    memory = Memory(descriptor, frozenset({"recorder"}))
    heart = _Heart(memory.heartbeat("recorder"))
    heart.start()
    recorder = Recorder(memory, settings)
    recorder.start()
    while not stop.is_set():
        has_more = recorder.poll()
        heart.worked_ns = time.monotonic_ns()
        if not has_more:
            stop.wait(POLL_S)
    recorder.finish()
    heart.stopped.set()
    heart.join()


if __name__ == "__main__":
    main()
