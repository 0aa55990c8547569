"""The desk's part in a halt: what makes it say one, what it writes, and what it does not take back."""

import time
from pathlib import Path

import pytest

from core.clock import monotonic_ns
from core.memory import control
from core.memory.control import CLI_LINE, DESK_LINE, read_halt, write_halt
from core.memory.files import Descriptor, Memory
from core.memory.layout import seat_role
from feeds.durable_halt import DurableHalt, read_durable_halt, write_durable_halt
from feeds.kill_report import read_steps, reports_of
from station import paths
from station.desk.halting import DeskHalts


@pytest.fixture
def memory(memory_of_desk: Descriptor) -> Memory:
    paths.desk_folder("main").make()
    return Memory(memory_of_desk, frozenset({"desk", "core", "core.sim", *(seat_role(seat) for seat in range(2))}))


def halts_of(memory: Memory, *, screen_silence_ms: int = 0) -> DeskHalts:
    offset_ns = time.time_ns() - monotonic_ns()
    return DeskHalts("main", memory, wall_offset_ns=offset_ns, screen_silence_ms=screen_silence_ms)


def rearm(memory: Memory) -> None:
    """As the core acknowledges."""
    for line in range(control.HALT_LINES):
        memory.lines("halt_acknowledged")[line, 0] = read_halt(memory.control, line).value


def root() -> Path:
    return paths.desk_folder("main").root


def test_a_desk_begins_as_the_one_before_ended(memory: Memory) -> None:
    assert halts_of(memory).begin() == ""
    before = write_durable_halt(root(), DurableHalt("over night", True, 1, 1))

    assert halts_of(memory).begin() == "over night"

    line = read_halt(memory.control, DESK_LINE)
    assert (line.reason, line.flatten) == ("over night", True)
    assert [path.name for path in reports_of(root())] == [before.report]


@pytest.mark.parametrize("by_person", [True, False])
def test_who_meant_the_halt_of_the_desk_before_is_remembered(memory: Memory, by_person: bool) -> None:
    halts = halts_of(memory)
    halts.halt("over night", by_person=by_person)
    halts.watch(monotonic_ns())
    rearm(memory)

    assert halts_of(memory).begin() == "over night"

    assert read_halt(memory.control, DESK_LINE).by_person is by_person


@pytest.mark.parametrize(("content", "flatten"), [("", False), ("please flatten", True)])
def test_the_file_kill_halts_at_the_start_and_again_after_every_re_arm(
    memory: Memory, content: str, flatten: bool
) -> None:
    file = paths.kill_file("main")
    file.parent.mkdir(parents=True)
    file.write_text(content)
    halts = halts_of(memory)

    assert halts.begin() == "the file KILL is there"
    assert read_halt(memory.control, DESK_LINE).flatten is flatten
    assert read_halt(memory.control, DESK_LINE).by_person
    rearm(memory)
    halts.watch(monotonic_ns())
    assert read_halt(memory.control, DESK_LINE).value == 2

    file.unlink()
    rearm(memory)
    halts.watch(monotonic_ns())
    assert read_halt(memory.control, DESK_LINE).value == 2
    assert read_durable_halt(root()) is None


def test_a_later_halt_of_the_desk_does_not_take_its_flatten_back_until_the_re_arm(memory: Memory) -> None:
    halts = halts_of(memory)
    halts.halt("signal SIGUSR2", flatten=True)
    halts.halt("core is silent")
    assert read_halt(memory.control, DESK_LINE).flatten
    rearm(memory)
    halts.halt("core is silent")
    assert not read_halt(memory.control, DESK_LINE).flatten


def test_every_halt_and_the_re_arm_stand_in_one_report(memory: Memory) -> None:
    halts = halts_of(memory)
    halts.begin()
    write_halt(memory.control, 3, at_ns=monotonic_ns(), reason="kill key")
    assert "halted by the seat 3: kill key" in halts.watch(monotonic_ns())
    write_halt(memory.control, CLI_LINE, at_ns=monotonic_ns(), reason="station kill", flatten=True)
    halts.watch(monotonic_ns())
    assert halts.watch(monotonic_ns()) == ""
    rearm(memory)
    halts.watch(monotonic_ns())

    (report,) = reports_of(root())
    assert [(step.what, step.text) for step in read_steps(report)] == [
        ("halt", "halted by the seat 3: kill key"),
        ("halt", "halted by the command line: station kill · flatten"),
        ("re-armed", ""),
    ]
    assert read_durable_halt(root()) is None


def test_a_trading_screen_that_falls_silent_halts_where_the_desk_is_told_so(memory: Memory) -> None:
    health = memory.cells("health").values[0]
    health["lease_seat"], health["now_ns"] = 1, 1
    beat = memory.heartbeat(seat_role(1))
    beat[0] = now_ns = monotonic_ns()
    patient, strict = halts_of(memory), halts_of(memory, screen_silence_ms=1_000)

    strict.watch(now_ns + 900_000_000)
    patient.watch(now_ns + 5_000_000_000)
    assert read_halt(memory.control, DESK_LINE).value == 0
    beat[0] = 0  # it took leave
    strict.watch(now_ns + 5_000_000_000)
    assert read_halt(memory.control, DESK_LINE).value == 0
    beat[0] = now_ns
    strict.watch(now_ns + 1_100_000_000)
    assert read_halt(memory.control, DESK_LINE).reason == "the trading screen in seat 1 is silent"


def test_a_disk_that_is_full_is_a_sentence_and_the_halt_stands(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    halts = halts_of(memory)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("station.desk.halting.write_durable_halt", full)
    halts.halt("a test")
    assert "could not be written" in halts.watch(monotonic_ns())
    assert read_halt(memory.control, DESK_LINE).value == 1
