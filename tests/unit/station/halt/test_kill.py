"""The stroke of the kill switch: what it writes, on which desks, and that it needs nobody to answer."""

import json
import mmap
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from core.clock import monotonic_ns
from core.memory.control import CLI_LINE, PAGE_BYTES, Header, halt_sum, read_halt, write_header
from core.memory.files import Descriptor, Memory
from core.records.snapshot import HEALTH
from core.vocabulary import Mode
from feeds.config import VenueConfig
from feeds.durable_halt import read_durable_halt
from station import paths
from station.config import SIM, DeskSetup, ServedVenue
from station.desk.liveness import start_ticks
from station.desk.registry import RegisteredProcess, Registry, write_registry
from station.exit_codes import ExitCode
from station.halt import kill
from tests.deadline import PATIENCE

Page = Callable[[], mmap.mmap]


@pytest.fixture
def page(memory_of_desk: Descriptor) -> Iterator[mmap.mmap]:
    """A desk whose desk process is dead; this test is its simulator."""
    page = mmap.mmap(memory_of_desk.files["desk"], PAGE_BYTES)
    write_header(page, Header(0, 0, monotonic_ns(), time.time_ns() - monotonic_ns(), "main"))
    paths.desk_folder("main").make()
    me = RegisteredProcess("sim", os.getpid(), start_ticks(os.getpid()) or 0, ["market.sim", "order.sim"])
    write_registry(
        Registry(
            desk="main",
            version="1",
            desk_pid=0,
            desk_start_ticks=0,
            started_wall_ns=0,
            descriptor=json.loads(msgspec.json.encode(memory_of_desk)),
            setup=json.loads(
                msgspec.json.encode(
                    DeskSetup(name="main", mode=Mode.SIM, venues=(ServedVenue(venue=VenueConfig(name=SIM), group=SIM),))
                )
            ),
            processes=[me],
        )
    )
    yield page
    page.close()


def test_it_halts_a_desk_whose_supervisor_is_dead(page: mmap.mmap, capsys: pytest.CaptureFixture[str]) -> None:
    code = kill.main(["--no-wait", "--reason", "news", "--json"])

    assert code == ExitCode.OK
    line = read_halt(page, CLI_LINE)
    assert (line.value, line.reason, line.flatten) == (1, "news", False)
    assert 0 <= monotonic_ns() - line.at_ns < 5_000_000_000 * PATIENCE
    assert json.loads(capsys.readouterr().out)["halted"] is True


def test_the_halt_is_kept_in_a_file_for_the_next_desk(page: mmap.mmap) -> None:
    kill.main(["--no-wait", "--reason", "news"])

    kept = read_durable_halt(paths.desk_folder("main").root)
    assert kept is not None
    assert (kept.reason, kept.flatten, kept.halt_sum) == ("news", False, 1)


def test_a_second_kill_does_not_take_a_flatten_back(page: mmap.mmap) -> None:
    kill.main(["--no-wait", "--flatten"])
    kill.main(["--no-wait"])

    assert read_halt(page, CLI_LINE).value == 2
    assert read_halt(page, CLI_LINE).flatten is True


def test_after_a_re_arm_an_old_flatten_is_forgotten(page: mmap.mmap) -> None:
    kill.main(["--no-wait", "--flatten"])
    paths.desk_folder("main").halted.unlink()

    kill.main(["--no-wait"])

    assert read_halt(page, CLI_LINE).flatten is False


def test_without_a_desk_it_says_so(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kill.main([]) == ExitCode.NO_DESK
    assert "No desk" in capsys.readouterr().err


def test_a_desk_without_any_living_process_begins_halted_next_time(page: mmap.mmap, memory_of_desk: Descriptor) -> None:
    registry = json.loads(paths.registry_file("main").read_bytes())
    registry["processes"][0]["start_ticks"] = 1
    paths.registry_file("main").write_text(json.dumps(registry))

    assert kill.main(["--within", "0.2"]) == ExitCode.OK

    assert read_halt(page, CLI_LINE).value == 0
    assert read_durable_halt(paths.desk_folder("main").root) is not None


def test_the_proof_is_the_order_processes_own_word(
    page: mmap.mmap, memory_of_desk: Descriptor, capsys: pytest.CaptureFixture[str]
) -> None:
    with gateway(memory_of_desk, page, is_clean=True):
        code = kill.main(["--json"])

    said = json.loads(capsys.readouterr().out)
    assert code == ExitCode.OK, said
    assert said["proven"] is True
    assert said["steps"][0]["what"] == "halt line written"


def test_without_the_proof_it_says_what_is_missing(
    page: mmap.mmap, memory_of_desk: Descriptor, capsys: pytest.CaptureFixture[str]
) -> None:
    with gateway(memory_of_desk, page, is_clean=False):
        code = kill.main(["--json", "--within", "0.3"])

    said = json.loads(capsys.readouterr().out)
    assert code == ExitCode.UNPROVEN
    assert said["missing"] == ["alpha: open orders are not all cancelled"]


def test_flatten_waits_until_the_venue_shows_flat(
    page: mmap.mmap, memory_of_desk: Descriptor, capsys: pytest.CaptureFixture[str]
) -> None:
    with gateway(memory_of_desk, page, is_clean=True):
        code = kill.main(["--json", "--flatten", "--within", "0.3"])

    assert code == ExitCode.UNPROVEN
    assert json.loads(capsys.readouterr().out)["missing"] == ["alpha: positions are not flat"]


def test_a_silent_order_process_of_the_simulator_is_named(
    page: mmap.mmap, memory_of_desk: Descriptor, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is no other exchange that could be asked."""
    assert kill.main(["--within", "0.6"]) == ExitCode.UNPROVEN

    said = capsys.readouterr().out
    assert "order process of sim does not beat" in said
    assert "the simulated exchange itself is down" in said
    assert "NOT PROVEN" in said


def test_a_desk_of_another_version_is_halted_without_proof(page: mmap.mmap, capsys: pytest.CaptureFixture[str]) -> None:
    registry = json.loads(paths.registry_file("main").read_bytes())
    registry["descriptor"]["fingerprint"] = "another"
    paths.registry_file("main").write_text(json.dumps(registry))

    assert kill.main(["--within", "0.2"]) == ExitCode.UNPROVEN

    assert read_halt(page, CLI_LINE).value == 1
    assert "another version" in capsys.readouterr().out


class gateway:  # noqa: N801  # reads as a statement
    """An order process and a core that answer, in a thread of their own."""

    def __init__(self, descriptor: Descriptor, page: mmap.mmap, *, is_clean: bool) -> None:
        import threading

        self._memory = Memory(descriptor, frozenset({"order.sim", "core"}))
        self._page, self._is_clean = page, is_clean
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        row = self._memory.table("gateway.sim")[0]
        row["venue"] = b"alpha"
        health = self._memory.cells("health")
        assert health.values.dtype == HEALTH
        while not self._ended.wait(0.002):
            self._memory.heartbeat("order.sim")[0] = monotonic_ns()
            total = halt_sum(self._page)
            health.values[0]["is_halted"] = total > 0
            health.values[0]["now_ns"] = monotonic_ns()
            row["halt_sum_seen"], row["halt_seen_ns"] = total, monotonic_ns()
            if self._is_clean:
                row["halt_clean_ns"] = monotonic_ns()
                row["halt_sum_clean"] = total


def test_the_kill_path_loads_only_the_standard_library(tmp_path: Path) -> None:
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, station.halt.kill; print(sorted(name.split('.')[0] for name in sys.modules))",
        ],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[4])},
    )

    loaded = set(eval(said.stdout)) - set(sys.stdlib_module_names)
    assert {name for name in loaded if not name.startswith("_")} <= {"core", "feeds", "station"}
