"""Runs benchmarks and prints a table of this project beside its peers, measured in the same run.

    python -m bench ring book --json figures.json

Each module bench/<name>.py has `rows() -> list[dict]` with the keys of COLUMNS. Peers that are not installed are left
out with a word on standard error.
"""

import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

NAMES = (
    "ring",
    "book",
    "tick_to_order",
    "risk",
    "orders",
    "portfolio",
    "flow",
    "swap",
    "decode",
    "wire",
    "recorder",
    "screen",
    "plots",
    "start",
    "kill",
    "kill_wire",
    "venues",
    "feeds",
)
COLUMNS = ("bench", "what", "unit", "subject", "p50", "p99", "min", "runs")


@click.command(epilog="Example: python -m bench ring book --json figures.json")
@click.argument("names", nargs=-1, type=click.Choice(NAMES))
@click.option("--json", "json_path", type=click.Path(dir_okay=False, path_type=Path), help="Also write the rows here.")
def main(names: tuple[str, ...], json_path: Path | None) -> None:
    """Measure the named parts; without a name, all of them, which takes a while."""
    # What is started and measured loads compiled modules, as an installed station does.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    rows: list[dict[str, Any]] = []
    for name in names or NAMES:
        print(f"measuring {name} …", file=sys.stderr)
        rows += importlib.import_module(f"bench.{name}").rows()
        if json_path:
            json_path.write_text(json.dumps(rows, indent=1))
    _print(rows)


def _print(rows: list[dict[str, Any]]) -> None:
    table = Table(title="Medians of several runs; see docs/latency.md for the method")
    for column in COLUMNS:
        table.add_column(column, justify="right" if column in ("p50", "p99", "min", "runs") else "left")
    for row in rows:
        table.add_row(*(_text(row.get(column)) for column in COLUMNS))
    Console(width=160).print(table)


def _text(value: Any) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else ("–" if value is None else str(value))


if __name__ == "__main__":
    main()
