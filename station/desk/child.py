"""One process of the desk: start it, know when it dies, hear whether it beats.

A child is watched through a pidfd, which cannot mean another process one day, and through the heartbeats of the memory
files that it writes. It has a session of its own and outlives the desk; a desk that comes later adopts it.
"""

import contextlib
import os
import select
import signal
import subprocess
from collections import deque
from pathlib import Path

import numpy as np

from core.clock import monotonic_ns
from core.memory.files import Descriptor, Memory, keep_open
from core.vocabulary import ProcessState
from station.desk.children import ChildSpec, child_environment, command_line
from station.desk.liveness import start_ticks
from station.desk.registry import RegisteredProcess

STACK = ("  ", "Traceback ", "Current thread ", "Thread 0x", "Extension modules:")
LOG_BYTES = 4 << 20
"""A longer log is put aside when its process starts; one old one is kept."""


class Child:
    def __init__(self, spec: ChildSpec, memory: Memory, log: Path) -> None:
        self.spec = spec
        self.log = log
        self.state = ProcessState.NONE
        self.since_ns = 0
        self.pid = 0
        self.start_ticks = 0
        self.pidfd = -1
        self.restarts = 0
        self.spawned_ns = 0
        self.deaths_ns: deque[int] = deque(maxlen=1_000)
        self.exit_code: int | None = None
        """Of the last death: negative is a signal; None is not known (an adopted process is not our child)."""
        self._process: subprocess.Popen[bytes] | None = None
        self._beats: list[np.ndarray] = [memory.heartbeat(role) for role in spec.roles]

    @property
    def name(self) -> str:
        return self.spec.name

    @property
    def has_process(self) -> bool:
        return self.pidfd >= 0

    @property
    def last_beat_ns(self) -> int:
        """Of the role that has been silent longest. A process without a role beats by being there."""
        if not self._beats:
            return monotonic_ns() if self.has_process else 0
        return min(int(beat[0]) for beat in self._beats)

    def spawn(self, descriptor: Descriptor) -> None:
        """Raises OSError when the system refuses."""
        self._put_long_log_aside()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command_line(self.spec, descriptor),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(*keep_open(descriptor), *self.spec.keys) if self.spec.settings is not None else (),
                start_new_session=True,
                cwd="/",  # no folder of ours is held, no folder of somebody is on the path
                env=child_environment(),
            )
        self.pid = self._process.pid
        self.pidfd = os.pidfd_open(self.pid)
        self.start_ticks = start_ticks(self.pid) or 0
        self.spawned_ns = monotonic_ns()
        self.exit_code = None

    def adopt(self, found: RegisteredProcess) -> bool:
        """False when it died meanwhile."""
        try:
            self.pidfd = os.pidfd_open(found.pid)
        except OSError:
            return False
        if start_ticks(found.pid) != found.start_ticks:
            os.close(self.pidfd)
            self.pidfd = -1
            return False
        self.pid, self.start_ticks = found.pid, found.start_ticks
        self.spawned_ns = 0
        return True

    def buried(self) -> bool:
        """Has it died? Then its remains are taken away."""
        if self.pidfd < 0 or not _is_readable(self.pidfd):
            return False
        os.close(self.pidfd)
        self.pidfd = -1
        self.exit_code = self._process.wait() if self._process is not None else None
        self._process = None
        return True

    def send(self, number: signal.Signals) -> None:
        if self.pidfd >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.pidfd, number)

    def set_state(self, state: ProcessState, now_ns: int) -> bool:
        """True when it is another one."""
        if state is self.state:
            return False
        self.state, self.since_ns = state, now_ns
        return True

    def how_it_died(self) -> str:
        if self.exit_code is None:
            return "died"
        if self.exit_code < 0:
            return f"was killed by {signal.Signals(-self.exit_code).name}"
        return f"ended with code {self.exit_code}"

    def last_words(self, lines: int = 3) -> str:
        return last_lines(self.log, lines)

    def _put_long_log_aside(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            if self.log.stat().st_size > LOG_BYTES:
                self.log.replace(self.log.with_suffix(".log.1"))


def last_lines(log: Path, lines: int) -> str:
    """What stands at the end of a log: sentences and the names of errors, not the stack that leads to them."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 4096))
            text = file.read().decode(errors="replace")
    except OSError:
        return ""
    told = [line for line in text.splitlines() if line.strip() and not line.startswith(STACK)]
    return "\n".join(told[-lines:])


def _is_readable(descriptor: int) -> bool:
    """Now, without waiting; `poll`, because `select` knows no descriptor above 1023."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
