"""Real processes, watched: dead, hung, failing, adopted."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.clock import monotonic_ns
from core.memory.control import DESK_LINE, read_halt, read_processes, write_halt
from core.memory.files import Descriptor, Memory
from core.vocabulary import ProcessState
from station import paths
from station.desk.child import Child
from station.desk.children import ChildSpec
from station.desk.registry import RegisteredProcess
from station.desk.supervise import Supervisor
from tests.deadline import eventually
from tests.stand_in import StandInSettings

SILENCE_NS = 400_000_000


class Watch:
    """A supervisor with its page and what it said."""

    def __init__(self, descriptor: Descriptor, specs: list[ChildSpec]) -> None:
        self.memory = Memory(descriptor, frozenset({"desk"}))
        self.halts: list[str] = []
        self.said: list[str] = []
        folder = paths.desk_folder("main")
        folder.make()
        self.supervisor = Supervisor(
            specs,
            self.memory,
            folder=folder,
            silence_ns=SILENCE_NS,
            halt=self._halt,
            changed=lambda: None,
            say=self.said.append,
        )

    def child(self, name: str) -> Child:
        return next(child for child in self.supervisor.children if child.name == name)

    def until(self, is_so: Callable[[], object], within_s: float = 15.0) -> None:
        def look() -> object:
            self.supervisor.tick(monotonic_ns())
            return is_so()

        eventually(look, within_s=within_s)

    def state(self, name: str) -> ProcessState:
        return next(ProcessState(row.state) for row in read_processes(self.memory.control) if row.name == name)

    def end(self) -> None:
        names = {child.name for child in self.supervisor.children}
        self.supervisor.ask_to_end(names, monotonic_ns())
        self.supervisor.kill(names)
        self.until(lambda: not self.supervisor.living())

    def _halt(self, reason: str) -> None:
        self.halts.append(reason)
        write_halt(self.memory.control, DESK_LINE, at_ns=monotonic_ns(), reason=reason)


def spec(
    name: str,
    *roles: str,
    silence_halts: bool = False,
    is_vital: bool = True,
    starts_last: bool = False,
    **told: object,
) -> ChildSpec:
    settings = StandInSettings(roles=roles, **told)  # type: ignore[arg-type]
    return ChildSpec(
        name,
        "tests.stand_in",
        roles,
        lambda: settings,
        is_vital=is_vital,
        starts_last=starts_last,
        silence_halts=silence_halts,
    )


@pytest.fixture
def watching(memory_of_desk: Descriptor) -> Iterator[Callable[..., Watch]]:
    made: list[Watch] = []

    def watch(*specs: ChildSpec, found: list[RegisteredProcess] | None = None) -> Watch:
        made.append(one := Watch(memory_of_desk, list(specs)))
        one.supervisor.start(found or [], monotonic_ns())
        return one

    yield watch
    for one in made:
        one.end()


def test_a_killed_process_is_noticed_within_a_second_and_restarted(watching: Callable[..., Watch]) -> None:
    watch = watching(spec("recorder", "recorder"))
    watch.until(lambda: watch.supervisor.is_up)
    first = watch.child("recorder").pid

    os.kill(first, signal.SIGKILL)
    watch.until(lambda: watch.child("recorder").restarts == 1, within_s=1)
    watch.until(lambda: watch.state("recorder") is ProcessState.RUNNING)

    assert watch.child("recorder").pid != first
    assert any("killed by SIGKILL" in text for text in watch.said)
    assert watch.halts == []


def test_the_death_of_the_core_halts_the_desk(watching: Callable[..., Watch]) -> None:
    watch = watching(spec("core", "core", silence_halts=True))
    watch.until(lambda: watch.supervisor.is_up)

    watch.child("core").send(signal.SIGSTOP)
    watch.until(lambda: watch.state("core") is ProcessState.STALE)
    watch.until(lambda: watch.halts)

    assert read_halt(watch.memory.control, DESK_LINE).reason == "core is silent"
    watch.child("core").send(signal.SIGCONT)
    watch.until(lambda: watch.state("core") is ProcessState.RUNNING)
    assert len(watch.halts) == 1, "one silence halts once"


def test_a_silent_recorder_is_shown_and_does_not_halt(watching: Callable[..., Watch]) -> None:
    watch = watching(spec("recorder", "recorder", is_vital=False))
    watch.until(lambda: watch.state("recorder") is ProcessState.RUNNING)

    watch.child("recorder").send(signal.SIGSTOP)
    watch.until(lambda: watch.state("recorder") is ProcessState.STALE)

    assert watch.halts == []
    watch.child("recorder").send(signal.SIGCONT)


def test_who_is_not_waited_for_starts_once_the_others_run(watching: Callable[..., Watch]) -> None:
    watch = watching(
        spec("portfolio", "portfolio", is_vital=False, starts_last=True), spec("core", "core"), spec("sim", "order.sim")
    )
    watch.until(lambda: watch.child("core").state is ProcessState.RUNNING)
    assert watch.child("portfolio").has_process == watch.supervisor.is_up

    watch.until(lambda: watch.child("portfolio").state is ProcessState.RUNNING)

    started = [text.split()[0] for text in watch.said if " started" in text]
    assert started == ["core", "sim", "portfolio"]


def test_three_deaths_in_a_minute_are_given_up_and_halt(watching: Callable[..., Watch]) -> None:
    watch = watching(spec("sim", "market.sim", "order.sim", dies_after_s=0.05))

    watch.until(lambda: watch.state("sim") is ProcessState.GIVEN_UP)

    assert watch.halts == ["sim died 3 times in a minute"]
    assert not watch.child("sim").has_process
    assert len([text for text in watch.said if "ended with code 4" in text]) == 3


def test_a_vital_process_that_fails_at_once_is_not_tried_again(watching: Callable[..., Watch]) -> None:
    watch = watching(spec("core", "core", fails_with="CPU 99 does not exist"))

    watch.until(lambda: watch.supervisor.failed_to_start)

    failed = watch.supervisor.failed_to_start
    assert failed is not None
    assert failed.last_words() == "CPU 99 does not exist"
    assert failed.restarts == 0


def test_one_silent_role_of_two_makes_the_process_stale(watching: Callable[..., Watch]) -> None:
    """The simulator is market and order side in one process; it beats for both."""
    half = ChildSpec(
        "sim", "tests.stand_in", ("market.sim", "order.sim"), lambda: StandInSettings(roles=("market.sim",))
    )
    watch = watching(half)

    watch.until(lambda: int(watch.memory.heartbeat("market.sim")[0]))

    assert watch.state("sim") is ProcessState.STARTING


def test_a_living_process_is_adopted_and_its_death_is_still_noticed(
    watching: Callable[..., Watch], memory_of_desk: Descriptor
) -> None:
    first = watching(spec("core", "core"))
    first.until(lambda: first.supervisor.is_up)
    core = first.child("core")
    found = first.supervisor.registered()

    second = watching(spec("core", "core"), found=found)
    assert second.child("core").pid == core.pid
    assert second.state("core") is ProcessState.RUNNING

    os.kill(core.pid, signal.SIGKILL)
    second.until(lambda: second.child("core").restarts == 1, within_s=1)
    assert second.child("core").pid != core.pid


def test_a_pid_that_was_given_to_another_process_is_not_adopted(watching: Callable[..., Watch]) -> None:
    stranger = RegisteredProcess("core", os.getpid(), 1, ["core"])

    watch = watching(spec("core", "core"), found=[stranger])

    assert watch.child("core").pid != os.getpid()


def test_a_long_log_is_put_aside(home: Path, watching: Callable[..., Watch]) -> None:
    log = paths.desk_folder("main").log_of("core")
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_bytes(b"x" * (5 << 20))

    watch = watching(spec("core", "core"))
    watch.until(lambda: watch.supervisor.is_up)

    assert log.stat().st_size < 1 << 20
    assert log.with_suffix(".log.1").exists()
