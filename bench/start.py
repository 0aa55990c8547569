"""How long a warm start takes to the first live book, and what the whole desk weighs with one screen attached.

Start: from the start of `station up` (a new Python) to the moment when the first cell of `books` in shared memory is
LIVE with both sides, looked for every 2 ms; and until every book is. The compile cache is warm: a first start before
the runs fills it. Each run has a desk of its own on the simulator at its usual rate, no state from before.

Memory: PSS from /proc/PID/smaps_rollup, summed over desk, core, simulator, recorder and one screen of 160×48, ten
seconds after the screen was opened; shared regions count once by their nature. Wait policy: backoff.
"""

import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from bench.terminal import WatchedTerminal
from core import cache_key
from core.memory import numpy_cell
from core.vocabulary import BookState
from station.desk.registry import read_registry
from station.errors import NoDesk
from station.link.attach import Attachment, attach

RUNS = 5
WITHIN_S = 60.0
SETTLED_S = 10.0
DESK = "bench-start"
STATION = [sys.executable, "-m", "station"]


def rows() -> list[dict[str, Any]]:
    first: list[float] = []
    every: list[float] = []
    weights: list[float] = []
    parts: dict[str, float] = {}
    for run in range(RUNS + 1):
        with _home() as environment:
            try:
                began = time.monotonic()
                starting = subprocess.Popen(
                    [*STATION, "up", "--desk", DESK], env=environment, stdout=subprocess.DEVNULL
                )
                attachment = _attached()
                one, all_ = _live(attachment)
                if starting.wait(WITHIN_S) != 0:
                    raise RuntimeError("the desk must start")
                if run:
                    first.append(one - began)
                    every.append(all_ - began)
                if run == RUNS:
                    parts = _weights_mb(environment)
                    weights.append(sum(parts.values()))
                attachment.close()
            finally:
                subprocess.run(
                    [*STATION, "down", "--desk", DESK], env=environment, check=False, stdout=subprocess.DEVNULL
                )
    named = ", ".join(f"{name} {weight:.0f}" for name, weight in parts.items())
    return [
        _row("warm start to the first live book", "s", first),
        _row("warm start to all books live", "s", every),
        _row(f"PSS of the whole desk with one screen ({named})", "MB", weights),
    ]


@contextlib.contextmanager
def _home() -> Iterator[dict[str, str]]:
    """A folder for one desk; this process looks there too."""
    before = os.environ.get("STATION_HOME")
    with tempfile.TemporaryDirectory(prefix="station-bench-") as home:
        os.environ["STATION_HOME"] = home
        try:
            yield {**os.environ, "NUMBA_CACHE_DIR": str(cache_key.cache_root())}
        finally:
            del os.environ["STATION_HOME"]
            if before is not None:
                os.environ["STATION_HOME"] = before


def _attached() -> Attachment:
    give_up = time.monotonic() + 10 * WITHIN_S  # the first start may compile
    while True:
        try:
            return attach(DESK, revive=False)
        except (NoDesk, OSError):
            if time.monotonic() > give_up:
                raise
            time.sleep(0.002)


def _live(attachment: Attachment) -> tuple[float, float]:
    """When the first book was LIVE with both sides, and when all were."""
    cells = attachment.memory.cells("books")
    give_up = time.monotonic() + 10 * WITHIN_S
    while (count := min(int(attachment.memory.lines("instrument_count")[0, 0]), len(cells.values))) == 0:
        time.sleep(0.002)
    waiting, first = set(range(count)), 0.0
    while waiting:
        for slot in list(waiting):
            top = numpy_cell.read(cells, slot)
            if top is not None and top["state"] == BookState.LIVE and _has_both(top):
                waiting.discard(slot)
                first = first or time.monotonic()
        if time.monotonic() > give_up:
            raise RuntimeError(f"every book must become live: {waiting=}")
        time.sleep(0.002)
    return first, time.monotonic()


def _has_both(top: np.void) -> bool:
    return bool(top["bids"][0]["quantity_lots"] > 0 and top["asks"][0]["quantity_lots"] > 0)


def _weights_mb(environment: dict[str, str]) -> dict[str, float]:
    screen = WatchedTerminal([*STATION, "--desk", DESK], columns=160, rows=48, environment=environment)
    try:
        screen.read_until(time.monotonic() + SETTLED_S)
        registry = read_registry(DESK)  # now that all have started
        if registry is None:
            raise RuntimeError("the desk must be in the registry")
        pids = {row.name: row.pid for row in registry.processes}
        return {name: _pss_mb(pid) for name, pid in {"desk": registry.desk_pid, **pids, "screen": screen.pid}.items()}
    finally:
        screen.close()


def _pss_mb(pid: int) -> float:
    with open(f"/proc/{pid}/smaps_rollup") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Pss:")) * 1024 / 1e6


def _row(what: str, unit: str, figures: list[float]) -> dict[str, Any]:
    return {
        "bench": "start",
        "what": what,
        "unit": unit,
        "subject": "station",
        "p50": round(statistics.median(figures), 3),
        "p99": round(max(figures), 3),
        "min": round(min(figures), 3),
        "runs": len(figures),
    }
