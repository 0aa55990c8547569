"""What processes take of CPU and memory (/proc), how full the rings are, and what room the disk has."""

import os
from pathlib import Path

from core.clock import monotonic_ns
from core.memory.control import read_processes
from core.memory.files import Memory, RingParts
from core.memory.layout import Kind
from station.desk.liveness import cpu_ns
from station.views.machine import MachineView, ProcessUse, RingUse

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
LEAST_SPAN_NS = 800_000_000
"""Between two looks at CPU time: less says nothing."""


class Machine:
    def __init__(self, memory: Memory, *, desk_pid: int, started_ns: int, recordings: Path) -> None:
        self._memory = memory
        self._desk_pid, self._started_ns, self._recordings = desk_pid, started_ns, recordings
        names = {
            region.name
            for regions in memory.layout.files.values()
            for region in regions
            if region.kind is Kind.RING and not region.name.startswith("commands.")
        }
        self._rings = [(name, memory.ring(name)) for name in sorted(names)]
        self._recorder = memory.table("recorder")
        self._cpu: dict[int, int] = {}
        self._looked_ns = 0
        self._view = MachineView()

    def view(self) -> MachineView:
        """A new one at most about once a second."""
        now_ns = monotonic_ns()
        if now_ns - self._looked_ns < LEAST_SPAN_NS:
            return self._view
        lines = [("desk", self._desk_pid, self._started_ns)]
        lines += [(line.name, line.pid, line.since_ns) for line in read_processes(self._memory.control)]
        cpu = {pid: cpu_ns(pid) for _, pid, _ in lines if pid}
        span_ns = now_ns - self._looked_ns
        self._view = MachineView(
            processes=tuple(
                ProcessUse(
                    name=name,
                    pid=pid,
                    cpu_share=max(0, cpu[pid] - self._cpu[pid]) / span_ns if pid in cpu and pid in self._cpu else None,
                    memory_bytes=resident_bytes(pid),
                    up_ns=now_ns - since_ns if since_ns else 0,
                )
                for name, pid, since_ns in lines
            ),
            rings=tuple(sorted(map(_use, self._rings), key=lambda one: (-round(one.share, 2), one.name))),
            file_bytes=int(self._recorder[0]["file_bytes"]),
            free_bytes=_free_bytes(self._recordings),
        )
        self._cpu, self._looked_ns = cpu, now_ns
        return self._view


def resident_bytes(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES if pid else None
    except (OSError, ValueError, IndexError):
        return None


def _use(named: tuple[str, RingParts]) -> RingUse:
    name, ring = named
    produced, consumed = int(ring.produced[0]), int(ring.consumed[0])
    return RingUse(name, max(0, produced - consumed), len(ring.slots))


def _free_bytes(folder: Path) -> int:
    try:
        found = os.statvfs(folder)
    except OSError:
        return 0
    return found.f_bavail * found.f_frsize
