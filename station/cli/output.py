"""How commands print: tables and sentences for people, JSON for programs. And the options that many share."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

import click
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

PIPED_WIDTH = 160
_F = TypeVar("_F", bound=Callable[..., Any])


def desk_option(function: _F) -> _F:
    return click.option("--desk", metavar="NAME", help="Which desk; default: the only one that runs.")(function)


def json_option(function: _F) -> _F:
    return click.option("--json", "json_", is_flag=True, help="For programs.")(function)


def as_json(value: Any) -> None:
    click.echo(json.dumps(value))


def told(text: str, *, to_error: bool = False, plain: bool = False) -> None:
    """A sentence. `plain`: it holds somebody's words, brackets mean nothing."""
    console = Console(stderr=to_error, soft_wrap=True, highlight=False)
    console.print(escape(text) if plain else text)


def table(
    title: str,
    rows: list[dict[str, Any]],
    *,
    columns: list[str] | None = None,
    empty: str = "none",
    decimals: int | None = 2,
) -> None:
    """Numbers to the right, words to the left. `decimals` of a float; None: as many as it has, up to 12 digits."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = PIPED_WIDTH  # a file or a pipe has none
    if not rows:
        console.print(f"{title}: {empty}" if title else empty)
        return
    shown = columns or list(rows[0])
    made = Table(title=title or None, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for column in shown:
        is_number = any(_is_number(row.get(column)) for row in rows)
        made.add_column(column.replace("_", " "), justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        made.add_row(*(escape(_cell(row.get(column), decimals)) for column in shown))
    console.print(made)


def duration_text(duration_ns: float) -> str:
    """Three digits and a unit: 820 ns, 12.5 us, 1.34 ms."""
    value = float(duration_ns)
    for unit in ("ns", "us", "ms"):
        if abs(value) < 1000:
            return f"{value:.3g} {unit}"
        value /= 1000
    return f"{value:,.3g} s" if abs(value) < 1000 else f"{value:,.0f} s"


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        if value.endswith((" ns", " us", " ms", " s", " %")):
            return True
        return value.replace(".", "", 1).lstrip("-").isdigit()
    return isinstance(value, int | float) and not isinstance(value, bool)


def _cell(value: Any, decimals: int | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else ""
    if not isinstance(value, float):
        return str(value)
    return f"{value:,.12g}" if decimals is None else f"{value:,.{decimals}f}"
