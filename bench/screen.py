"""What the screen costs at 160×48 on the simulated exchange: CPU, bytes to the terminal, key press to changed screen.

A desk of its own runs the simulator at its usual rate; the screen runs in a pseudo terminal and draws 20 frames a
second. The keys 3 and 4 choose a size, whose answer in the hint line is looked for in what the screen writes, at times
of chance between frames. The peer is Textual's DataTable with as many rows and changes, in the same terminal. CPU is
user and system time of the screen's process alone; the core waits by backoff.
"""

import os
import random
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import version
from typing import Any

from bench.terminal import WatchedTerminal
from core import cache_key

COLUMNS, ROWS = 160, 48
WINDOW_S = 5.0
WINDOWS = 6
KEYS = 300
DESK = "bench-screen"


def rows() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="station-bench-") as home:
        environment = {**os.environ, "STATION_HOME": home, "NUMBA_CACHE_DIR": str(cache_key.cache_root())}
        station = [sys.executable, "-m", "station"]
        subprocess.run([*station, "up", "--desk", DESK], env=environment, check=True, stdout=subprocess.DEVNULL)
        try:
            ours = _measured("station", [*station, "--desk", DESK], environment, ("3", "4"), b"size ")
        finally:
            subprocess.run([*station, "down", "--desk", DESK], env=environment, check=False, stdout=subprocess.DEVNULL)
    peer = f"textual {version('textual')} DataTable"
    theirs = _measured(peer, [sys.executable, "-m", "bench.screen"], dict(os.environ), ("3", "4"), b"chosen ")
    return [*ours, *theirs]


def _measured(
    subject: str, command: list[str], environment: dict[str, str], keys: tuple[str, str], wanted: bytes
) -> list[dict[str, Any]]:
    terminal = WatchedTerminal(command, columns=COLUMNS, rows=ROWS, environment=environment)
    try:
        terminal.load(4.0)
        loads = [terminal.load(WINDOW_S) for _ in range(WINDOWS)]
        times = terminal.key_times_ms(keys, wanted, KEYS)
    finally:
        terminal.close()
    return [
        _row("CPU while the market moves", "% of a CPU", subject, [cpu for cpu, _ in loads]),
        _row("bytes to the terminal", "kB/s", subject, [written for _, written in loads]),
        _row("key press to changed screen", "ms", subject, times),
    ]


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
