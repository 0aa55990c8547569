"""The log: when, who, what, and the sentence. What is bad has a mark beside its colour."""

import re

from rich.style import Style

from station.renderables.details import Field
from station.renderables.paint import Paint
from station.renderables.table import Column, as_muted
from station.views.happenings import Happening, Weight
from station.views.instrument import symbol_in
from station.views.numbers import clock_in, clock_text

SYMBOL = re.compile(r"\b[A-Z0-9]+(?:-[A-Z0-9]+)+\.[a-z_]+\b")
LEAST_SYMBOL = 5


def _style(line: Happening, paint: Paint) -> Style:
    return {Weight.BAD: paint.warning_bold, Weight.NOTED: paint.text}.get(line.weight, paint.muted)


def _told(line: Happening, width: int) -> str:
    """Where a sentence has no room, the name in its middle gives way, not the figures behind it."""
    text, named = line.text, SYMBOL.search(line.text)
    if len(text) <= width or named is None:
        return text
    room = len(named[0]) - (len(text) - width)
    return f"{text[: named.start()]}{symbol_in(named[0], room)}{text[named.end() :]}" if room >= LEAST_SYMBOL else text


LOG_COLUMNS: tuple[Column[Happening], ...] = (
    Column("", lambda line, width: line.weight.value, 1, gap=0, style=_style),
    Column("time", lambda line, width: clock_in(line.wall_ns, min(width, 8)), 8, is_left=True, least=5, style=as_muted,
           sort=lambda line: line.wall_ns),
    Column("who", lambda line, width: line.who, 11, worth=1, is_left=True, style=as_muted,
           sort=lambda line: line.who),
    Column("what", lambda line, width: line.what, 8, worth=2, is_left=True, style=as_muted,
           sort=lambda line: line.what),
    Column("what happened", _told, 30, most=400, is_left=True, style=_style),
)  # fmt: skip


def log_fields(line: Happening) -> list[Field]:
    return [
        ("time", clock_text(line.wall_ns, milliseconds=True)),
        ("who", line.who),
        ("what", line.what),
        ("said", line.text),
    ]
