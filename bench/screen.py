"""What the screen costs at 160×48: CPU, bytes to the terminal raw and compressed, key press to changed screen, start,
and whether its memory grows.

Desks of their own run the simulator's venue alpha (eight instruments): one at about 5,000 market events/s, one in a
burst of ten times that. The screen runs in a pseudo terminal and draws 20 frames a second; bytes are also measured at
10. The keys 3 and 4 choose a size, whose answer in the hint line is looked for in what the screen writes, at times of
chance between frames; in the prompt a letter and its deletion. A start is from a new process to the first picture with
a LIVE book. Memory is that of the screen driven as fast as it goes (bench/hurried_screen.py), its first third left out.
The peer is Textual's DataTable with as many rows and changes, in the same terminal. CPU is user and system time of the
screen's process alone; the core waits by backoff.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.terminal import WatchedTerminal
from core import cache_key

COLUMNS, ROWS = 160, 48
WINDOW_S = 5.0
WINDOWS = 6
KEYS = 300
STARTS = 7
DESK = "bench-screen"
STATION = [sys.executable, "-m", "station"]
SUBJECT = "station"
BUSY_RATE, BURST_RATE = 2.5, 25.0
"""Of the simulator; 1.0 is about 2,000 events/s."""
SYMBOLS = ("BTC-USD", "ETH-USD", "ETH-BTC", "SOL-USD", "XRP-USD", "ACME-USD", "GLOBX-USD", "BTC-USD-27MAR27")
HINT_WRITTEN = f"\x1b[{ROWS - 1};".encode()
"""The cursor goes to the hint line, which only a key's answer changes."""
PROMPT_WRITTEN = f"\x1b[{ROWS - 9};".encode()
"""The line of the prompt, whose box is ten lines high above the footer"""
TICKS_PER_HOUR = 20 * 3_600
HURRIED_TICKS = 36_000
HURRIED_EVERY = 4_000


def rows() -> list[dict[str, Any]]:
    with _desk(BUSY_RATE) as environment:
        ours = [_events(environment), *_measured(SUBJECT, [*STATION, "--desk", DESK], environment, HINT_WRITTEN)]
        ours += _bytes_at_ten(environment)
        ours += _in_prompt(environment)
        ours.append(_row("start on a running desk", "ms", SUBJECT, [_start_ms(environment) for _ in range(STARTS)]))
    with _desk(BURST_RATE) as environment:
        burst = _measured(f"{SUBJECT}, burst", [*STATION, "--desk", DESK], environment, HINT_WRITTEN)
        ours += [_events(environment), *burst]
    peer = f"textual {version('textual')} DataTable"
    theirs = _measured(peer, [sys.executable, "-m", "bench.screen"], dict(os.environ), b"chosen ")
    return [*ours, memory_growth(), *theirs]


@contextmanager
def _desk(rate: float) -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory(prefix="station-bench-") as home:
        (Path(home) / "config").mkdir()
        (Path(home) / "config" / "station.toml").write_text(f"[simulator]\nrate = {rate}\n")
        environment = {**os.environ, "STATION_HOME": home, "NUMBA_CACHE_DIR": str(cache_key.cache_root())}
        symbols = ",".join(f"{name}.alpha" for name in SYMBOLS)
        up = [*STATION, "up", "--desk", DESK, "--symbols", symbols]
        subprocess.run(up, env=environment, check=True, stdout=subprocess.DEVNULL)
        try:
            yield environment
        finally:
            subprocess.run([*STATION, "down", "--desk", DESK], env=environment, check=False, stdout=subprocess.DEVNULL)


def _events(environment: Mapping[str, str]) -> dict[str, Any]:
    told = subprocess.run([*STATION, "status", "--json"], env=environment, check=True, capture_output=True).stdout
    events = sum(feed["events_per_s"] for feed in json.loads(told)["feeds"])
    return _row("market events at the desk", "1/s", SUBJECT, [events])


def _measured(subject: str, command: list[str], environment: Mapping[str, str], wanted: bytes) -> list[dict[str, Any]]:
    with _terminal(command, environment) as terminal:
        loads = [terminal.load(WINDOW_S) for _ in range(WINDOWS)]
        times = terminal.key_times_ms(("3", "4"), wanted, KEYS)
    return [
        _row("CPU while the market moves", "% of a CPU", subject, [cpu for cpu, _, _ in loads]),
        _row("bytes to the terminal", "kB/s", subject, [written for _, written, _ in loads]),
        _row("bytes to the terminal, zlib 6", "kB/s", subject, [compressed for _, _, compressed in loads]),
        _row("key press to changed screen", "ms", subject, times),
    ]


def _bytes_at_ten(environment: Mapping[str, str]) -> list[dict[str, Any]]:
    with _terminal([*STATION, "--desk", DESK, "--fps", "10"], environment) as terminal:
        loads = [terminal.load(WINDOW_S) for _ in range(WINDOWS)]
    return [
        _row("bytes at 10 frames/s", "kB/s", SUBJECT, [written for _, written, _ in loads]),
        _row("bytes at 10 frames/s, zlib 6", "kB/s", SUBJECT, [compressed for _, _, compressed in loads]),
    ]


def _in_prompt(environment: Mapping[str, str]) -> list[dict[str, Any]]:
    """The market goes on behind an open dialog."""
    with _terminal([*STATION, "--desk", DESK], environment) as terminal:
        terminal.type(b":")
        terminal.load(1.0)
        loads = [terminal.load(WINDOW_S) for _ in range(WINDOWS)]
        times = terminal.key_times_ms(("b", "\x7f"), PROMPT_WRITTEN, KEYS)
    return [
        _row("CPU with the prompt open", "% of a CPU", SUBJECT, [cpu for cpu, _, _ in loads]),
        _row("bytes with the prompt open", "kB/s", SUBJECT, [written for _, written, _ in loads]),
        _row("a letter typed into the prompt to changed screen", "ms", SUBJECT, times),
    ]


@contextmanager
def _terminal(command: list[str], environment: Mapping[str, str]) -> Iterator[WatchedTerminal]:
    terminal = WatchedTerminal(command, columns=COLUMNS, rows=ROWS, environment=environment)
    try:
        terminal.load(4.0)
        yield terminal
    finally:
        terminal.close()


def _start_ms(environment: Mapping[str, str]) -> float:
    began = time.monotonic()
    terminal = WatchedTerminal([*STATION, "--desk", DESK], columns=COLUMNS, rows=ROWS, environment=environment)
    try:
        terminal.wait_for(b" LIVE ", 30.0)
        return (time.monotonic() - began) * 1_000
    finally:
        terminal.close()


def memory_growth() -> dict[str, Any]:
    """The slope of the second half, per hour of the screen's time; the caches fill in the first."""
    with tempfile.TemporaryDirectory(prefix="station-bench-") as folder:
        log = Path(folder) / "log"
        hurried = [sys.executable, "-m", "bench.hurried_screen", str(log), str(HURRIED_TICKS), str(HURRIED_EVERY)]
        terminal = WatchedTerminal(hurried, columns=COLUMNS, rows=ROWS, environment=dict(os.environ))
        try:
            while not terminal.has_ended():
                terminal.read_until(time.monotonic() + 1.0)
        finally:
            terminal.close()
        marks = [tuple(map(int, line.split())) for line in log.read_text().splitlines()]
    settled = marks[len(marks) // 2 :]
    (first, least_kb), (last, most_kb) = settled[0], settled[-1]
    slope = (most_kb - least_kb) / 1_000 * TICKS_PER_HOUR / (last - first)
    return _row("growth of memory", "MB per hour", SUBJECT, [slope])


def _row(what: str, unit: str, subject: str, figures: list[float]) -> dict[str, Any]:
    ordered = sorted(figures) or [float("nan")]
    return {
        "bench": "screen",
        "what": what,
        "unit": unit,
        "subject": subject,
        "p50": statistics.median(ordered),
        "p99": ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))],
        "min": ordered[0],
        "runs": len(figures),
    }


def data_table() -> None:
    """The peer: 40 rows of a ladder and 20 of a table, as many cells changed a frame as the station changes."""
    from textual.app import App, ComposeResult
    from textual.containers import Horizontal
    from textual.widgets import DataTable, Static

    class Peer(App[None]):
        def compose(self) -> ComposeResult:
            with Horizontal():
                yield DataTable(id="ladder")
                yield DataTable(id="table")
            yield Static("", id="hint")

        def on_mount(self) -> None:
            self.chance = random.Random(1)
            for name, count in (("ladder", 40), ("table", 20)):
                table = self.query_one(f"#{name}", DataTable)
                table.add_columns(*((title, title) for title in ("buys", "bid", "price", "ask", "sells")))
                for row in range(count):
                    table.add_row("", "0.1000", f"{64_000 + row}.0", "0.1000", "", key=str(row))
            self.set_interval(1 / 20, self.frame)

        def frame(self) -> None:
            for name, count, changes in (("ladder", 40, 12), ("table", 20, 6)):
                table = self.query_one(f"#{name}", DataTable)
                for _ in range(changes):
                    row = str(self.chance.randrange(count))
                    table.update_cell(row, self.chance.choice(("bid", "ask")), f"{self.chance.random():.4f}")

        def on_key(self, event: Any) -> None:
            self.query_one("#hint", Static).update(f"chosen {event.key}")

    Peer().run()


if __name__ == "__main__":
    data_table()
