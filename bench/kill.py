"""From the halt key to the halt line seen: by the core and by the order process, on a desk that trades in simulation.

The halt is what the kill key does (station/link/halt.py: the line, the bells, the durable copy), from a seat of
its own, and after each the desk is re-armed by command and seen to be armed. Ended at the core: its histogram
HALT_TO_CORE, from the time in the halt line to after the event was handled; the figures of single halts are not kept
there, so p50 and p99 are the histogram's. At the order process: `halt_seen_ns` of its status. Wait policy: backoff.

`station kill` is a new process: its wall time is from the start of Python to its end, with the proof awaited.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from core import cache_key
from core.histogram.percentiles import percentile
from core.memory.files import Memory
from core.vocabulary import Hop, Origin
from station.link.attach import attach
from station.link.commands import CommandLink, open_commands
from station.link.halt import halt, halt_state

HALTS = 200
KILLS = 7
DESK = "bench-kill"
WITHIN_S = 10.0


def rows() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="station-bench-") as home:
        environment = {**os.environ, "STATION_HOME": home, "NUMBA_CACHE_DIR": str(cache_key.cache_root())}
        before = os.environ.get("STATION_HOME")
        os.environ["STATION_HOME"] = home
        station = [sys.executable, "-m", "station"]
        subprocess.run([*station, "up", "--desk", DESK], env=environment, check=True, stdout=subprocess.DEVNULL)
        try:
            return _halts() + _kills(station, environment)
        finally:
            subprocess.run([*station, "down", "--desk", DESK], env=environment, check=False, stdout=subprocess.DEVNULL)
            _put_back(before)


def _put_back(home: str | None) -> None:
    if home is None:
        del os.environ["STATION_HOME"]
    else:
        os.environ["STATION_HOME"] = home


def _halts() -> list[dict[str, Any]]:
    attachment = attach(DESK)
    memory = attachment.memory
    gateways = [memory.table(f"gateway.{group}")[0] for group in memory.descriptor.groups]
    histogram = memory.histograms("core")[Hop.HALT_TO_CORE]
    counted = histogram.copy()
    to_gateway = []
    with open_commands(attachment, client="bench", origin=Origin.CLI) as commands:
        for _ in range(HALTS):
            seen = halt(attachment, line=commands.seat.number, reason="measured")
            _until(partial(_have_seen, gateways, seen))
            at_ns = halt_state(memory).at_ns
            to_gateway.append(float(max(int(row["halt_seen_ns"]) for row in gateways) - at_ns))
            count = int(counted["count"]) + len(to_gateway)
            _until(partial(_has_counted, histogram, count))
            _rearm(commands, memory)
    since = histogram.copy()
    since["buckets"] -= counted["buckets"]
    since["count"] -= counted["count"]
    at_core = [float(percentile(since, share)) / 1_000 for share in (0.5, 0.99, 0.0)]
    attachment.close()
    return [
        _row("halt key → core has handled it", "µs", at_core, HALTS),
        _row("halt key → order process has seen it", "µs", [value / 1_000 for value in _summary(to_gateway)], HALTS),
    ]


def _have_seen(gateways: list[np.void], halt_sum: int) -> bool:
    return all(int(row["halt_sum_seen"]) == halt_sum for row in gateways)


def _has_counted(histogram: np.void, count: int) -> bool:
    return int(histogram["count"]) >= count


def _rearm(commands: CommandLink, memory: Memory) -> None:
    commands.done(commands.rearm(halt_state(memory).halt_sum), what="re-arm")
    _until(lambda: not halt_state(memory).is_halted)
    commands.seat.beat()


def _kills(station: list[str], environment: dict[str, str]) -> list[dict[str, Any]]:
    seconds = []
    for _ in range(KILLS):
        began = time.perf_counter()
        subprocess.run([*station, "kill", "--desk", DESK], env=environment, check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - began)
        rearm = [*station, "rearm", "--desk", DESK, "--reason", "measured"]
        subprocess.run(rearm, env=environment, check=True, stdout=subprocess.DEVNULL)
    return [_row("`station kill`, whole process, with proof", "s", _summary(seconds), KILLS)]


def _until(is_true: Callable[[], bool]) -> None:
    give_up = time.monotonic() + WITHIN_S
    while not is_true():
        if time.monotonic() > give_up:
            raise RuntimeError(f"the desk must answer a halt: waited_s={WITHIN_S}")
        time.sleep(0.0005)


def _summary(figures: list[float]) -> list[float]:
    """p50, p99, min"""
    ordered = sorted(figures)
    return [statistics.median(ordered), ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))], ordered[0]]


def _row(what: str, unit: str, figures: list[float], runs: int) -> dict[str, Any]:
    p50, p99, least = (round(figure, 3) for figure in figures)
    return {
        "bench": "kill",
        "what": what,
        "unit": unit,
        "subject": "station",
        "p50": p50,
        "p99": p99,
        "min": least,
        "runs": runs,
    }
