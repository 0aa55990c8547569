"""One line of a list in full: every field with its unit, in as many columns as there is room for."""

from collections.abc import Sequence

from station.renderables.paint import Paint
from station.renderables.row import Row, cut, fill, left, plain
from station.views.numbers import DASH

Field = tuple[str, str]
"""What it is called, and its value with its unit; an empty one is absent"""
LABEL = 15
LEAST_VALUE = 19
MOST_COLUMNS = 3


def details_rows(fields: Sequence[Field], *, paint: Paint, width: int, height: int) -> list[Row]:
    """A rule, then the fields, read downward."""
    columns = columns_of(len(fields), width, height)
    lines = -(-len(fields) // columns)
    size = width // columns
    rows: list[Row] = [fill([("─" * width, paint.faint)], width, paint.text)]
    for line in range(min(lines, max(0, height - 1))):
        parts = []
        for column in range(columns):
            place = line + column * lines
            label, value = fields[place] if place < len(fields) else ("", "")
            label = min(LABEL, size // 2) * " " if not label else left(label, min(LABEL, size // 2))
            shown = value or (DASH if label.strip() else "")
            parts.append((f" {label} ", paint.muted))
            room = size - len(label) - 2
            parts.append((left(cut(plain(shown), room), room), paint.text if value else paint.muted))
        rows.append(fill(parts, width, paint.text))
    return rows


def columns_of(fields: int, width: int, height: int) -> int:
    """One while they all stand below each other, more where that is too high and there is the width."""
    most = max(1, min(MOST_COLUMNS, width // (LABEL + LEAST_VALUE)))
    wanted = -(-fields // max(1, height - 1))
    return max(1, min(most, wanted))


def lines_of(fields: int, width: int) -> int:
    """How high they are when as wide as they may be, with the rule."""
    most = max(1, min(MOST_COLUMNS, width // (LABEL + LEAST_VALUE)))
    return 1 + -(-fields // most)
