"""Every list: columns said once; what has room, order, filter, sections and drawing come from them.

A column of `worth` 0 is always there; of the others the lowest comes first and the highest is the first to give way.
What is left over goes, in the same order, to the columns that may grow. Widths follow from the room and from how the
desk's instruments are called, never from the values, so that nothing jumps.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

from rich.segment import Segment
from rich.style import Style

from station.renderables.paint import Paint
from station.renderables.row import Row, Span, cut, fill, left, plain, right
from station.views.fuzzy import holds

Line = TypeVar("Line")
UNBOUNDED = 120
"""Cells for a text that is searched or copied: as much as anyone would write."""
ROOM_FOR_HEADING = 4
LEAST_WORDS = 7
LEAST_SYMBOL = 10
LAST_GAP = 1
"""Behind the last column nothing has to be kept apart"""
SORTED_UP, SORTED_DOWN = "▴", "▾"


def as_text(line: object, paint: Paint) -> Style:
    return paint.text


def as_muted(line: object, paint: Paint) -> Style:
    return paint.muted


@dataclass(frozen=True)
class Column(Generic[Line]):
    title: str
    text: Callable[[Line, int], str]
    """Written for so many cells; what is still too long is cut"""
    width: int
    most: int = 0
    """How far it may grow; 0: not"""
    worth: int = 0
    style: Callable[[Line, Paint], Style] = as_text
    is_left: bool = False
    sort: Callable[[Line], Any] | None = None
    """What can be compared; None: not by this column. Absent values stand last either way"""
    gap: int = 1
    """Blank cells behind it"""
    is_picture: bool = False
    """It is looked at: neither searched nor copied"""
    is_symbol: bool = False
    """Other columns give way before the name of an instrument is cut: see `naming`"""
    least: int = LEAST_WORDS
    """Cells that a column of words keeps where the figures beside it would not fit else"""


MARGIN: Column[Any] = Column("", lambda line, width: "", 1, gap=0)


class Order(NamedTuple):
    title: str
    """Of the column"""
    is_descending: bool = True


class Section(NamedTuple):
    """A heading among the lines."""

    name: str
    size: int
    note: str = ""
    """What its lines come to together"""


@dataclass(frozen=True)
class Table(Generic[Line]):
    columns: Sequence[Column[Line]]
    lines: Sequence[Line | Section]
    first: int = 0
    """Line at the top"""
    cursor: int | None = None
    """None: the pane has not the keys"""
    order: Order | None = None
    empty: str = "nothing"


def arranged(
    lines: Sequence[Line],
    columns: Sequence[Column[Line]],
    *,
    order: Order | None = None,
    words: str = "",
    section_of: Callable[[Line], str] | None = None,
    note_of: Callable[[Sequence[Line]], str] = lambda lines: "",
) -> list[Line | Section]:
    """Lines that hold every word and none of those after a minus, in their order, under the headings of sections.
    `note_of`: what is said in such a heading of its lines."""
    kept = [line for line in lines if holds(line_text(line, columns), words)] if words.strip() else list(lines)
    by = next((column.sort for column in columns if order is not None and column.title == order.title), None)
    if by is not None and order is not None:
        known = [line for line in kept if by(line) is not None]
        unknown = [line for line in kept if by(line) is None]
        kept = [*sorted(known, key=by, reverse=order.is_descending), *unknown]
    if section_of is None:
        return list(kept)
    sections: dict[str, list[Line]] = {}
    for line in kept:
        sections.setdefault(section_of(line), []).append(line)
    shown: list[Line | Section] = []
    for name, of_section in sections.items():
        shown += [Section(name, len(of_section), note_of(of_section)), *of_section]
    return shown


def line_text(line: Line, columns: Sequence[Column[Line]]) -> str:
    """What a line says in full, the cells apart by tabs."""
    return "\t".join(
        column.text(line, UNBOUNDED).strip() for column in columns if column.title and not column.is_picture
    )


def fitting(columns: Sequence[Column[Line]], width: int) -> list[tuple[Column[Line], int]]:
    """The columns that have room, and how wide each is."""
    kept: list[Column[Line]] = []
    used = 0
    for worth in sorted({column.worth for column in columns}):
        together = [column for column in columns if column.worth == worth]
        wanted = sum(column.width + column.gap for column in together)
        if worth and used + wanted - LAST_GAP > width:
            break
        kept += together
        used += wanted
    spare = max(0, width - used)
    # Figures are never cut for the sake of a name: what is left over too little comes from the words.
    lacking = max(0, used - LAST_GAP - width)
    sizes: dict[int, int] = {}
    for column in sorted(kept, key=lambda column: (column.worth, not column.is_symbol)):
        more = min(spare, max(0, column.most - column.width))
        sizes[id(column)] = column.width + more
        spare -= more
    for column in sorted(kept, key=lambda column: column.is_symbol):
        less = min(lacking, max(0, column.width - column.least)) if column.is_left else 0
        sizes[id(column)] -= less
        lacking -= less
    return [(column, sizes[id(column)]) for column in columns if id(column) in sizes]


@lru_cache(maxsize=64)
def naming(columns: tuple[Column[Line], ...], symbol_cells: int) -> tuple[Column[Line], ...]:
    """The same where the longest symbol has so many cells; 0: nobody knows."""
    if not symbol_cells:
        return columns
    return tuple(
        replace(column, width=min(column.most, max(LEAST_SYMBOL, symbol_cells))) if column.is_symbol else column
        for column in columns
    )


def has_heading(lines: int, height: int) -> bool:
    """A heading is the first to give way."""
    return height >= ROOM_FOR_HEADING or height > max(1, lines)


def room_for_lines(lines: int, height: int) -> int:
    return max(1, height - has_heading(lines, height))


def first_in_sight(first: int, anchor: int | None, lines: int, room: int) -> int:
    """The line at the top, moved no farther than the anchor needs."""
    if anchor is not None:
        first = min(first, anchor) if anchor < first else max(first, anchor - room + 1)
    return max(0, min(first, lines - room))


def thumb(first: int, room: int, lines: int, height: int) -> Span | None:
    """Rows of the frame's edge that a scroll bar fills; None: everything is in sight."""
    if lines <= room:
        return None
    length = max(1, height * room // lines)
    start = (height - length) * first // max(1, lines - room)
    return start, start + length


def table_rows(table: Table[Line], *, paint: Paint, width: int, height: int) -> list[Row]:
    if not table.lines:
        return [fill([(f" {table.empty}", paint.muted)], width, paint.text)]
    columns = fitting(table.columns, width)
    rows = [_heading(columns, table.order, paint, width)] if has_heading(len(table.lines), height) else []
    last = min(len(table.lines), table.first + height - len(rows))
    for index in range(table.first, last):
        line = table.lines[index]
        if isinstance(line, Section):
            rows.append(_section(line, paint, width))
        else:
            rows.append(_line(line, columns, paint, width, is_cursor=index == table.cursor))
    return rows[:height]


def _heading(columns: Sequence[tuple[Column[Line], int]], order: Order | None, paint: Paint, width: int) -> Row:
    parts: list[tuple[str, Style]] = []
    for column, size in columns:
        is_order = order is not None and column.title == order.title and column.title != ""
        mark = (SORTED_DOWN if order.is_descending else SORTED_UP) if is_order and order is not None else ""
        title = cut(column.title, size - len(mark)) + mark
        written = left(title, size) if column.is_left else right(title, size)
        parts += [(written, paint.title_focused if is_order else paint.head), (" " * column.gap, paint.head)]
    return fill(parts, width, paint.head)


def column_at(columns: Sequence[Column[Line]], width: int, place: int) -> Column[Line] | None:
    """That under a cell of the heading."""
    at = 0
    for column, size in fitting(columns, width):
        if at <= place < at + size + column.gap:
            return column
        at += size + column.gap
    return None


def _section(section: Section, paint: Paint, width: int) -> Row:
    name, size, note = f" {plain(section.name)} ", f"{section.size} ", f" {section.note} " if section.note else ""
    room = width - len(name) - len(size)
    ending = [(note, paint.text)] if len(note) < room else []
    rule = "─" * max(0, room - sum(len(text) for text, _ in ending))
    return fill([(name, paint.title), (size, paint.muted), (rule, paint.faint), *ending], width, paint.text)


def _line(line: Line, columns: Sequence[tuple[Column[Line], int]], paint: Paint, width: int, *, is_cursor: bool) -> Row:
    parts: list[tuple[str, Style]] = []
    for column, size in columns:
        text = plain(column.text(line, size))
        written = left(text, size) if column.is_left else right(text, size)
        gap = "" if column is columns[-1][0] else " " * column.gap
        parts.append((written + gap, column.style(line, paint)))
    row = fill(parts, width, paint.text)
    if is_cursor:
        row = tuple(Segment(segment.text, paint.selected(segment.style or paint.text)) for segment in row)
    return row
