"""The desk: makes the memory, starts and watches the processes, gives the memory to screens. Lives in the background.

    python -m station.desk.process --desk NAME --setup JSON --ready-fd N --keys-fd N     a new desk
    python -m station.desk.process --desk NAME --ready-fd N                  adopts the living of a desk that died

What it has to say at its start goes as JSON lines to the descriptor `ready-fd`; after that it is silent but for its log
file. It holds the lock of its name: there is never a second one. SIGTERM ends it with all its processes, the recorder
last; when it is killed, they live on.
"""

import argparse
import contextlib
import fcntl
import json
import os
import select
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import msgspec

from core.clock import monotonic_ns, wall_offset_ns
from core.errors import StationError
from core.memory.control import (
    Header,
    read_header,
    read_processes,
    write_header,
)
from core.memory.files import Descriptor, Memory
from core.vocabulary import ProcessState
from feeds.gateway import KEEP_ORDERS
from station import paths
from station.config import DeskSetup
from station.desk.absent import AbsentVenues, reserve, there
from station.desk.children import child_specs
from station.desk.doorway import Doorway
from station.desk.halting import DeskHalts
from station.desk.key_ring import Keys, from_pipe, with_found_keys, with_key_files
from station.desk.liveness import start_ticks
from station.desk.memory_files import make_memory, take_over
from station.desk.packing import packed
from station.desk.registry import RegisteredProcess, Registry, read_registry, remove_registry, write_registry
from station.desk.supervise import Supervisor
from station.desk.trading_table import expected, instruments_of, with_usual_strategies, write_instruments
from station.errors import DeskRuns, NoDesk, StartFailed
from station.version import station_version

TICK_S = 0.1
HALTING_SIGNALS = (signal.SIGUSR1, signal.SIGUSR2)
END_WITHIN_S = 5.0
RECORDER_ENDS_WITHIN_S = 20.0


class Desk:
    """One running desk. Made by `new_desk` or `adopting_desk`, runs in `run`."""

    def __init__(
        self, setup: DeskSetup, descriptor: Descriptor, found: list[RegisteredProcess], header: Header
    ) -> None:
        self.setup = setup
        self.folder = paths.desk_folder(setup.name)
        self.header = header
        self.memory = Memory(descriptor, frozenset({"desk"}))
        self._found = found
        self.halts = DeskHalts(
            setup.name,
            self.memory,
            wall_offset_ns=header.wall_offset_ns,
            screen_silence_ms=setup.config.desk.screen_silence_ms,
        )
        self._beat = self.memory.heartbeat("desk")
        write_header(self.memory.control, header)
        self.supervisor = Supervisor(
            child_specs(setup, wall_offset_ns=header.wall_offset_ns),
            self.memory,
            folder=self.folder,
            silence_ns=setup.config.core.heartbeat_ms * 1_000_000,
            deaths_allowed=setup.config.desk.deaths_a_minute,
            halt=self.halt,
            changed=self.register,
            say=say,
        )
        self._absent = AbsentVenues(setup, self.memory, say=say)
        self._doorway = Doorway(self.folder.socket, descriptor)
        self._signals = _hear_signals(self._stop, self._halt_by_signal)
        self._is_stopping = False

    def halt(self, reason: str) -> None:
        say(f"halt: {reason}")
        self.halts.halt(reason)
        self._watch_halts()

    def register(self) -> None:
        registry = Registry(
            desk=self.setup.name,
            version=station_version(),
            desk_pid=self.header.desk_pid,
            desk_start_ticks=self.header.desk_start_ticks,
            started_wall_ns=self.header.started_ns + self.header.wall_offset_ns,
            descriptor=msgspec.to_builtins(self.memory.descriptor),
            setup=msgspec.to_builtins(self.setup),
            processes=self.supervisor.registered(),
        )
        write_registry(registry)

    def run(self, ready: "Ready") -> None:
        """Until SIGTERM. Raises StartFailed when a vital process does not come up at the first start."""
        self.supervisor.start(self._found, monotonic_ns())
        self.register()
        is_up = False
        try:
            while not self._is_stopping:
                self._wait(TICK_S)
                self._tick()
                if not is_up:
                    self._refuse_failed_start()
                    is_up = self.supervisor.is_up
                    ready.tell_states(self.supervisor)
                    if is_up:
                        ready.tell(ready=True, pid=os.getpid())
                        ready.close()
        finally:
            self._doorway.close()
            self._absent.close()
            self._end_all()
            remove_registry(self.setup.name)

    def _tick(self) -> None:
        now_ns = monotonic_ns()
        self._beat[0] = now_ns
        self.supervisor.tick(now_ns)
        self._watch_halts()
        came = self._absent.tick(now_ns)
        if came:
            self.setup = there(self.setup, came)
            self.register()

    def _wait(self, seconds: float) -> None:
        """Until the time is over, somebody knocks, a signal comes, or a child dies."""
        poll = select.poll()
        for number in (self._doorway.listener.fileno(), self._signals):
            poll.register(number, select.POLLIN)
        for child in self.supervisor.children:
            if child.has_process:
                poll.register(child.pidfd, select.POLLIN)
        happened = {number for number, _ in poll.poll(seconds * 1000)}
        if self._signals in happened:
            os.read(self._signals, 64)
        if self._doorway.listener.fileno() in happened:
            self._doorway.serve()

    def _refuse_failed_start(self) -> None:
        failed = self.supervisor.failed_to_start
        if failed is not None and not self._found:
            raise StartFailed(process=failed.name, said=failed.last_words(), log=str(failed.log))

    def _watch_halts(self) -> None:
        if said := self.halts.watch(monotonic_ns()):
            say(said)

    def _halt_by_signal(self, number: int, _: object) -> None:
        """SIGUSR1 halts, SIGUSR2 halts and flattens: one store into memory, at once. The rest is done by the loop."""
        flatten = number == signal.SIGUSR2
        self.halts.halt(f"signal {signal.Signals(number).name}", flatten=flatten, by_person=True)

    def _stop(self, *_: object) -> None:
        self._is_stopping = True

    def _end_all(self) -> None:
        """First who sends, then who is sent to, the recorder last: it stores what the others still said."""
        names = [child.name for child in self.supervisor.children]
        waves = [{"core"}, {name for name in names if name not in ("core", "recorder")}, {"recorder"}]
        for wave in waves:
            self._end(wave, RECORDER_ENDS_WITHIN_S if "recorder" in wave else END_WITHIN_S)

    def _end(self, names: set[str], within_s: float) -> None:
        self.supervisor.ask_to_end(names, monotonic_ns())
        give_up = time.monotonic() + within_s
        while self.supervisor.living() & names:
            if time.monotonic() > give_up:
                say(f"killed, they did not end: {', '.join(sorted(self.supervisor.living() & names))}")
                self.supervisor.kill(names)
                give_up += within_s
            time.sleep(0.005)
            self.supervisor.tick(monotonic_ns())


def _hear_signals(stop: Callable[..., None], halt: Callable[..., None]) -> int:
    """SIGTERM calls `stop`, SIGUSR1 and SIGUSR2 `halt`; the descriptor becomes readable: a wait ends at once."""
    reading, writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    for number in HALTING_SIGNALS:
        signal.signal(number, halt)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HALTING_SIGNALS)  # blocked since detach.py: one that came is heard now
    return reading


class Ready:
    """What the starting command is told: JSON lines, until the desk is up or has failed."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._last: dict[str, str] = {}

    def tell(self, **values: object) -> None:
        if self._number >= 0:
            try:
                os.write(self._number, json.dumps(values).encode() + b"\n")
            except OSError:  # whoever started us went away
                self.close()

    def tell_states(self, supervisor: Supervisor) -> None:
        begun = (child for child in supervisor.children if child.state is not ProcessState.NONE)
        states = {child.name: child.state.name for child in begun}
        if states != self._last:
            self._last = states
            self.tell(states=states)

    def close(self) -> None:
        if self._number >= 0:
            with contextlib.suppress(OSError):
                os.close(self._number)
            self._number = -1


def new_desk(setup: DeskSetup, keys: Keys) -> Desk:
    """With new memory. Begins halted when the halt of an earlier desk still stands."""
    setup = with_key_files(setup, keys)
    now_ns = monotonic_ns()
    header = Header(os.getpid(), start_ticks(os.getpid()) or 0, now_ns, wall_offset_ns(), setup.name)
    setup, instruments = instruments_of(setup)
    counts = Counter(one.venue for one in instruments)
    setup = with_usual_strategies(packed(setup, counts, cpus=len(os.sched_getaffinity(0))), instruments)
    descriptor = make_memory(setup.name, setup.groups, setup.config.desk.capacities)
    memory = Memory(descriptor, frozenset({"desk"}))
    write_instruments(memory, setup, instruments)
    reserve(memory, setup, expected(setup))
    for served in setup.venues:
        if served.fault:
            say(f"{served.name} is not served: {served.fault}")
    desk = Desk(setup, descriptor, [], header)
    (desk.folder.root / KEEP_ORDERS).unlink(missing_ok=True)  # of an end that was cut off
    if why := desk.halts.begin():
        say(f"the desk begins halted: {why}")
    return desk


def adopting_desk(name: str) -> Desk:
    """With the memory and the processes of a desk that died. Raises NoDesk when none of them lives."""
    registry = read_registry(name)
    descriptor = take_over(registry) if registry is not None else None
    if registry is None or descriptor is None:
        remove_registry(name)
        raise NoDesk(desk=name)
    memory = Memory(descriptor)  # raises OtherLayout
    old = read_header(memory.control)
    if old is None:
        raise NoDesk(desk=name)
    setup = with_found_keys(msgspec.convert(registry.setup, DeskSetup), registry)
    header = replace(old, desk_pid=os.getpid(), desk_start_ticks=start_ticks(os.getpid()) or 0)
    # The page is written at once after a start, the registry a moment later: a desk may die between the two.
    found = {process.name: process for process in registry.processes}
    for row in read_processes(memory.control):
        found[row.name] = RegisteredProcess(row.name, row.pid, row.start_ticks)
    return Desk(setup, descriptor, list(found.values()), header)


def hold_name(name: str) -> int:
    """The lock of a desk's name, for as long as we live. Raises DeskRuns."""
    folder = paths.desk_folder(name)
    folder.make()
    number = os.open(folder.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        registry = read_registry(name)
        raise DeskRuns(desk=name, pid=registry.desk_pid if registry else 0) from None
    return number


def say(text: str) -> None:
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
    print(f"{stamp}Z {text}", file=sys.stderr, flush=True)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m station.desk.process")
    parser.add_argument("--desk", required=True)
    parser.add_argument("--setup", help="JSON of station.config.DeskSetup; without it, adopt the living")
    parser.add_argument("--ready-fd", type=int, default=-1)
    parser.add_argument("--keys-fd", type=int, default=-1, help="a pipe with the keys of the venues")
    given = parser.parse_args(arguments)
    ready = Ready(given.ready_fd)
    try:
        lock = hold_name(given.desk)
        if given.setup:
            desk = new_desk(msgspec.json.decode(given.setup, type=DeskSetup), from_pipe(given.keys_fd))
        else:
            desk = adopting_desk(given.desk)
        desk.run(ready)
        os.close(lock)
    except StationError as error:
        say(str(error))
        ready.tell(error=str(error), cure=error.cure, exit_code=int(error.exit_code))
        return int(error.exit_code)
    finally:
        ready.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
