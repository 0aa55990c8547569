"""The core process: attach, recover, load, pin, run, detach.

    python -m core.process --descriptor JSON --settings JSON

Two threads. One runs the loop (core/loop.py) without the GIL, pinned. This one does what needs the interpreter: drains
the journal to disk, notices that the machine slept and that the loop asked for a halt, and ends the loop at SIGTERM.
"""

import argparse
import ctypes
import faulthandler
import os
import signal
import sys
import threading

import msgspec

from core.clock import monotonic_ns, suspended_ns
from core.config import CoreConfig
from core.errors import StationError
from core.installed import install_strategies
from core.loop import REQUEST_LOST, SLEPT_NS, STOP, Loop, run
from core.loop_setup import make_loop
from core.memory.control import CORE_LINE, write_halt
from core.memory.files import Descriptor, Memory, close_on_exec
from core.publish.cells import Cells, make_cells
from core.records.decisions import Decisions, make_decisions
from core.recovery import Recovery, fresh_state
from core.settings import CoreSettings
from core.state import State
from core.step import link_step

DRAIN_EVERY_S = 0.002
PR_SET_TIMERSLACK = 29


def roles_of(descriptor: Descriptor) -> frozenset[str]:
    """The files that the core writes."""
    return frozenset({"core", *(f"core.{group}" for group in descriptor.groups)})


class Core:
    """One run of the core in this process."""

    def __init__(self, descriptor: Descriptor, settings: CoreSettings) -> None:
        link_step()
        self.settings = settings
        self.memory = Memory(descriptor, roles_of(descriptor))
        self.state: State = fresh_state(self.memory, settings)
        self.recovery = Recovery(self.memory, settings)
        self.recovery.restore(self.state)
        install_strategies(self.state, settings)
        self.cells: Cells = make_cells(self.memory)
        self.decisions: Decisions = make_decisions(2 * descriptor.capacities.open_orders + 256)
        self.loop: Loop = make_loop(self.memory, settings)
        self.cpu = chosen_cpu(settings.config)
        self._suspended_before_ns = suspended_ns()
        self._stop = threading.Event()
        self._show_what_never_changes()

    def run(self) -> None:
        """Until `stop`. The loop runs in a thread of its own."""
        self.recovery.begin_session(self.loop, self.state, self.decisions)
        thread = threading.Thread(target=self._loop_thread, name="loop", daemon=True)
        thread.start()
        while not self._stop.wait(DRAIN_EVERY_S):
            self.recovery.drain()
            self.notice_sleep()
            if self.loop.words[REQUEST_LOST]:
                self._halt("a request found its ring full")
            if not thread.is_alive():
                break
        self.loop.words[STOP] = 1
        thread.join(2)
        self.recovery.finish()

    def stop(self) -> None:
        self._stop.set()

    def notice_sleep(self) -> None:
        """The loop's own clock stands still while the machine sleeps: its books look fresh when it wakes up."""
        words = self.loop.words
        words[SLEPT_NS] = max(int(words[SLEPT_NS]), suspended_ns() - self._suspended_before_ns)

    def _loop_thread(self) -> None:
        if self.cpu >= 0:
            os.sched_setaffinity(0, {self.cpu})
        # A sleep of 50 us takes 120 with the default slack of 50.
        ctypes.CDLL(None).prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0)
        run(self.loop, self.state, self.decisions, self.cells)

    def _halt(self, reason: str) -> None:
        self.loop.words[REQUEST_LOST] = 0
        write_halt(self.memory.control, CORE_LINE, at_ns=monotonic_ns(), reason=reason)

    def _show_what_never_changes(self) -> None:
        health = self.cells.health[0]
        health["mode"] = self.settings.config.mode
        health["epoch"] = self.settings.epoch
        health["started_ns"] = monotonic_ns()
        health["wait_policy"] = self.settings.config.wait_policy
        health["cpu"] = self.cpu
        health["strategy_running"] = -1


def chosen_cpu(config: CoreConfig) -> int:
    """The CPU to pin to; -1: leave the choice to the kernel. Raises StationError when it does not exist."""
    allowed = sorted(os.sched_getaffinity(0))
    if config.cpu == -1:
        return allowed[-1] if len(allowed) > 1 else -1
    if config.cpu not in allowed:
        raise NoSuchCpu(wanted=config.cpu, allowed=allowed)
    return config.cpu


class NoSuchCpu(StationError):
    cure = "Set core.cpu to one of the allowed CPUs, or to -1 to let the station choose."
    exit_code = 78

    def __init__(self, *, wanted: int, allowed: list[int]) -> None:
        super().__init__(f"the core can only be pinned to a CPU that this process may use: {wanted=}, {allowed=}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m core.process", description=__doc__)
    parser.add_argument("--descriptor", required=True)
    parser.add_argument("--settings", required=True)
    options = parser.parse_args(arguments)
    faulthandler.enable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C in the terminal is for the screen
    try:
        descriptor = msgspec.json.decode(options.descriptor, type=Descriptor)
        settings = msgspec.json.decode(options.settings, type=CoreSettings)
        close_on_exec(descriptor)
        core = Core(descriptor, settings)
    except (StationError, msgspec.ValidationError, OSError) as error:
        print(f"the core cannot start: {error}", file=sys.stderr)
        print(getattr(error, "cure", ""), file=sys.stderr)
        return int(getattr(error, "exit_code", 1))
    signal.signal(signal.SIGTERM, lambda *_: core.stop())
    core.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
