"""The command `station` run as a user runs it: a process of its own, its words and its exit code.

`run` and `json` ask a process that has loaded the command already (tests/loaded_station.py); `start` starts Python.
"""

import atexit
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from core import cache_key
from station.desk.liveness import lives
from tests.deadline import PATIENCE
from tests.generous import generous_toml

ROOT = Path(__file__).resolve().parents[1]
PATIENT = """
[core]
heartbeat_ms = 3000
stale_after_ms = 60000
[gateway]
core_stale_ms = 30000
[desk]
deaths_a_minute = 100
"""
"""Machines that run tests are busy: what is tried on such a desk is not how fast a silence is noticed."""


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    error: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Station:
    """One home folder; ends what it started, by pid."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {
            **os.environ,
            "STATION_HOME": str(home),
            "NUMBA_CACHE_DIR": str(cache_key.cache_root()),
            "PYTHONPATH": str(ROOT),
        }

    def run(self, *arguments: str, within_s: int = 60) -> Said:
        return _checked(_loaded().call(arguments, self.environment, self.home, within_s))

    def start(self, *arguments: str, within_s: float = 60) -> Said:
        """From nothing, as a shell does."""
        done = subprocess.run(
            [sys.executable, "-P", "-m", "station", *arguments],
            env=self.environment,
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=PATIENCE * within_s,
            stdin=subprocess.DEVNULL,
        )
        return _checked(Said(done.returncode, done.stdout, done.stderr))

    def json(self, *arguments: str) -> Any:
        said = self.run(*arguments, "--json")
        assert said.code == 0, said
        return said.json

    def status(self) -> Any:
        return self.json("status")

    def process(self, name: str) -> Any:
        return next(row for row in self.status()["processes"] if row["name"] == name)

    def registry(self, desk: str = "main") -> Any:
        return json.loads((self.home / "state" / "desks" / f"{desk}.json").read_bytes())

    def end(self) -> None:
        """Whatever a test left behind."""
        for file in (self.home / "state" / "desks").glob("*.json"):
            known = json.loads(file.read_bytes())
            everyone = [(known["desk_pid"], known["desk_start_ticks"])]
            everyone += [(row["pid"], row["start_ticks"]) for row in known["processes"]]
            for pid, ticks in everyone:
                if lives(pid, ticks):
                    os.kill(pid, signal.SIGKILL)
            give_up = time.monotonic() + PATIENCE * 5
            while any(lives(*key) for key in everyone) and time.monotonic() < give_up:
                time.sleep(0.01)


@contextmanager
def desk_on_simulator(home: Path, *, more: str = "") -> Iterator[Station]:
    """A patient desk with wide limits, started from nothing; `more`: of station.toml."""
    station = Station(home)
    (home / "config").mkdir()
    (home / "config" / "station.toml").write_text(PATIENT + more)
    (home / "config" / "risk.toml").write_text(generous_toml(command_valid_ms=5000))
    try:
        said = station.start("up", within_s=600)
        assert said.code == 0, said
        yield station
    finally:
        station.end()


class _Loaded:
    """Ends when nobody holds the other end of its standard input."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "tests.loaded_station"],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def call(self, arguments: tuple[str, ...], environment: dict[str, str], folder: Path, within_s: int) -> Said:
        request = {
            "arguments": arguments,
            "environment": environment,
            "folder": str(folder),
            "within_s": PATIENCE * within_s,
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(request), file=self._process.stdin)
        said = Said(**json.loads(self._process.stdout.readline()))
        assert said.code != -signal.SIGALRM, f"no end within {within_s} s: {arguments}"
        return said

    def end(self) -> None:
        self._process.communicate()


@cache
def _loaded() -> _Loaded:
    loaded = _Loaded()
    atexit.register(loaded.end)
    return loaded


def _checked(said: Said) -> Said:
    assert "Traceback" not in said.error, said.error
    return said
