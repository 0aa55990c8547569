"""Settings as a list with their groups, and the one at the cursor explained below it."""

import textwrap
from collections.abc import Sequence

from rich.style import Style

from station.renderables.paint import Paint
from station.renderables.row import Row, fill, plain
from station.renderables.table import Column, Section, Table, as_muted, table_rows
from station.views.numbers import DASH
from station.views.settings import SettingView

EXPLAINED = 7
"""Lines below the list"""


def _value_style(line: SettingView, paint: Paint) -> Style:
    return paint.strong if line.is_said else paint.text


COLUMNS: tuple[Column[SettingView], ...] = (
    Column(" ", lambda line, width: " •" if line.is_said else "", 2, is_left=True, style=lambda line, paint: paint.own),
    Column("setting", lambda line, width: line.name, 24, most=28, is_left=True),
    Column("value", lambda line, width: line.value or DASH, 18, most=46, style=_value_style),
    Column("unit", lambda line, width: line.unit, 12, worth=1, is_left=True, style=as_muted),
    Column("default", lambda line, width: line.default or DASH, 16, most=24, worth=2, style=as_muted),
)


def settings_rows(
    lines: Sequence[SettingView | Section],
    *,
    first: int,
    cursor: int,
    said: str,
    is_wrong: bool,
    paint: Paint,
    width: int,
    height: int,
) -> list[Row]:
    """`said`: what the last key did, or why it could not."""
    table = Table(COLUMNS, lines, first=first, cursor=cursor, empty="no setting has these words")
    room = max(1, height - EXPLAINED)
    rows = table_rows(table, paint=paint, width=width, height=room)
    rows += [fill([], width, paint.text)] * (room - len(rows))
    chosen = lines[cursor] if cursor < len(lines) else None
    explained = _explained(chosen, said, is_wrong, paint, width) if isinstance(chosen, SettingView) else []
    rows += [fill(line, width, paint.text) for line in explained[: height - len(rows)]]
    return rows + [fill([], width, paint.text)] * (height - len(rows))


def _explained(one: SettingView, said: str, is_wrong: bool, paint: Paint, width: int) -> list[list[tuple[str, Style]]]:
    """EXPLAINED lines: a rule, what it means in two, choices, default and when it counts, what was said in two."""
    meaning = textwrap.wrap(plain(one.meaning), width - 2, max_lines=2, placeholder="…")
    meaning += [""] * (2 - len(meaning))
    choices = [(f" {choice or DASH} ", paint.strong if choice == one.value else paint.muted) for choice in one.choices]
    default = f" {one.key} · default {one.default or DASH} {one.unit}".rstrip() + f" · counts {one.applies}"
    if one.place:
        default = f" {one.key} · it is changed in {one.place.rpartition('/')[2]}"
    told = textwrap.wrap(plain(said), width - 2, max_lines=2, placeholder="…")
    return [
        [("─" * width, paint.faint)],
        *([(f" {line}", paint.text)] for line in meaning),
        [(" one of ", paint.muted), *choices] if choices else [],
        [(default, paint.muted)],
        *([(f" {line}", paint.warning_bold if is_wrong else paint.text)] for line in told),
    ]
