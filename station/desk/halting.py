"""The desk's part in a halt: it says one itself, keeps the file that outlives everybody, and writes the report's frame.

a process that matters is silent or given up     supervise.py calls `halt`
SIGUSR1, SIGUSR2                                  halt, halt and flatten
the file KILL in the runtime folder               while it is there, also at the start (feeds/kill_file.py)
the trading screen is silent                      when desk.screen_silence_ms says so
the halt of an earlier desk stands                the desk begins halted
"""

from core.clock import monotonic_ns
from core.memory import numpy_cell
from core.memory.control import DESK_LINE, HALT_LINES, LINE_NAMES, HaltLine, halt_sum, read_halt, write_halt
from core.memory.files import Memory
from core.memory.layout import seat_role
from feeds.durable_halt import HALTED, DurableHalt, read_durable_halt, write_durable_halt
from feeds.kill_file import REASON, wants_flat, wants_halt
from feeds.kill_report import HALT, TOLD, Reporter, close_report
from station import paths


class DeskHalts:
    def __init__(self, desk: str, memory: Memory, *, wall_offset_ns: int, screen_silence_ms: int) -> None:
        self._root = paths.desk_folder(desk).root
        self._kill_file = paths.kill_file(desk)
        self._memory, self._wall_offset_ns = memory, wall_offset_ns
        self._acknowledged = memory.lines("halt_acknowledged")
        self._screen_silence_ns = screen_silence_ms * 1_000_000
        self._pen = Reporter(self._root, "desk")
        self._told: dict[int, int] = {}
        """Halt line → its value, of those that stand in the report."""

    def begin(self) -> str:
        """At the start of a new desk: does it begin halted? Returns why, or nothing."""
        self._make_runtime_folder()
        before = read_durable_halt(self._root)
        if before is not None:
            self.halt(before.reason, flatten=before.flatten, by_person=before.by_person)
            self._pen.note(TOLD, "a new desk begins halted, the halt of the one before stands")
        self._watch_kill_file()
        standing = self._standing()
        self.watch(monotonic_ns())
        return standing[DESK_LINE].reason if DESK_LINE in standing else ""

    def halt(self, reason: str, *, flatten: bool = False, by_person: bool = False) -> None:
        """What we asked for and nobody acknowledged stands."""
        if (before := self._standing().get(DESK_LINE)) is not None:
            flatten, by_person = flatten or before.flatten, by_person or before.by_person
        page, at_ns = self._memory.control, monotonic_ns()
        write_halt(page, DESK_LINE, at_ns=at_ns, reason=reason, flatten=flatten, by_person=by_person)

    def watch(self, now_ns: int) -> str:
        """Ten times a second. Returns a sentence for the log when there is one."""
        self._watch_kill_file()
        self._watch_screen(now_ns)
        try:
            return self._keep_file()
        except OSError as error:
            return f"the halt file or its report could not be written: {error}"

    def _standing(self) -> dict[int, HaltLine]:
        page = self._memory.control
        lines = {line: read_halt(page, line) for line in range(HALT_LINES)}
        return {line: halt for line, halt in lines.items() if halt.value != int(self._acknowledged[line, 0])}

    def _watch_kill_file(self) -> None:
        if wants_halt(self._kill_file) and not self._standing():
            self.halt(REASON, flatten=wants_flat(self._kill_file), by_person=True)

    def _watch_screen(self, now_ns: int) -> None:
        """Of the seat that holds the trading lease. One that took leave, or never sat down, has a beat of 0."""
        if not self._screen_silence_ns or self._standing():
            return
        health = numpy_cell.read(self._memory.cells("health"), 0)
        seat = int(health["lease_seat"]) if health is not None and health["now_ns"] else -1
        beat_ns = int(self._memory.heartbeat(seat_role(seat))[0]) if seat >= 0 else 0
        if beat_ns and now_ns - beat_ns > self._screen_silence_ns:
            self.halt(f"the trading screen in seat {seat} is silent")

    def _keep_file(self) -> str:
        standing = self._standing()
        exists = (self._root / HALTED).exists()
        if exists and not standing:
            close_report(self._root, "desk")
        if not standing:
            self._told.clear()
            return ""
        newest = standing[max(standing, key=lambda line: standing[line].at_ns)]
        said = ""
        for line, halt in standing.items():
            if self._told.get(line) != halt.value:
                self._told[line] = halt.value
                said = f"halted by the {LINE_NAMES[line]}: {halt.reason}{' · flatten' if halt.flatten else ''}"
                self._pen.note(HALT, said, at_wall_ns=halt.at_ns + self._wall_offset_ns)
        if not exists:
            flatten, total = any(halt.flatten for halt in standing.values()), halt_sum(self._memory.control)
            is_meant = any(halt.by_person or line < DESK_LINE for line, halt in standing.items())
            at_wall_ns = newest.at_ns + self._wall_offset_ns
            write_durable_halt(self._root, DurableHalt(newest.reason, flatten, at_wall_ns, total, by_person=is_meant))
        self._pen.write()
        return said

    def _make_runtime_folder(self) -> None:
        for folder in (self._kill_file.parent.parent, self._kill_file.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
