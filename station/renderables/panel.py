"""One panel of a picture over time: a range of values from bottom to top, lines and bars in it, its axis at the right.

A chart is some panels over each other, and so is a curve of the equity. In a cell the first of these is seen: what was
put there, a bar, a line of dots, a rule, nothing.
"""

from collections.abc import Iterable, Mapping, Sequence

from rich.segment import Segment
from rich.style import Style

from station.renderables.paint import Paint, style
from station.renderables.plot import FULL, LOWER, UPPER, Dots, cell
from station.renderables.row import Row, blank, cut, fill

EIGHTHS = " ▁▂▃▄▅▆▇█"
RULE = "┈"
Mark = tuple[str, Style]


class Panel:
    def __init__(self, width: int, height: int, low: float, high: float, paint: Paint) -> None:
        self.width, self.height, self.paint = width, height, paint
        self.low, self.high = low, high if high > low else low + 1.0
        self._front: dict[tuple[int, int], Segment] = {}
        self._dots = Dots(width, height)
        self._rules: dict[int, Segment] = {}

    def at(self, value: float, parts: int) -> int:
        """How far from the top, in so many parts of a cell; may lie outside."""
        return round((self.high - value) / (self.high - self.low) * (parts * self.height - 1))

    def line_of(self, value: float) -> int:
        """The row of cells; may lie outside."""
        return self.at(value, 2) // 2

    def value_at(self, y: float) -> float:
        """In the middle of a row of cells."""
        return self.high - (2 * y + 0.5) / max(1, 2 * self.height - 1) * (self.high - self.low)

    def put(self, x: int, y: int, char: str, chosen: Style) -> None:
        if 0 <= x < self.width and 0 <= y < self.height:
            self._front[x, y] = cell(char, chosen)

    def write(self, x: int, y: int, text: str, chosen: Style) -> None:
        for at, char in enumerate(text):
            self.put(x + at, y, char, chosen)

    def rule(self, value: float, chosen: Style, char: str = RULE) -> None:
        """A line across, behind everything."""
        if 0 <= (y := self.line_of(value)) < self.height:
            self._rules[y] = cell(char, chosen)

    def line(self, values: Iterable[tuple[int, float | None]], chosen: Style) -> None:
        """Through (column of dots, value); None is a hole."""
        self._dots.line(((x, self.at(value, 4)) if value is not None else None for x, value in values), chosen)

    def bars(self, x: int, width: int, value: float, chosen: Style) -> None:
        """From zero up or down, half a cell fine; what is there at all is seen."""
        zero, end = self.at(0.0, 2), self.at(value, 2)
        if value > 0:
            self.block(x, width, min(end, zero - 1), zero - 1, chosen)
        elif value < 0:
            self.block(x, width, zero, max(zero, end - 1), chosen)

    def block(self, x: int, width: int, first: int, last: int, chosen: Style, *, full: str = FULL) -> None:
        """Halves of cells from `first` to `last`, counted from the top."""
        for y in range(first // 2, last // 2 + 1):
            upper, lower = first <= 2 * y <= last, first <= 2 * y + 1 <= last
            char = full if upper and lower else UPPER if upper else LOWER
            for at in range(x, x + width):
                self.put(at, y, char, chosen)

    def fine_bar(self, x: int, width: int, chosen: Style, share: float) -> None:
        """From the bottom, an eighth of a cell fine; what is there at all is seen."""
        eighths = max(1, round(share * 8 * self.height)) if share > 0 else 0
        for y in range(self.height):
            part = min(8, eighths - 8 * (self.height - 1 - y))
            if part > 0:
                for at in range(x, x + width):
                    self.put(at, y, EIGHTHS[part], chosen)

    def rows(self) -> list[Row]:
        nothing = cell(" ", self.paint.text)
        drawn = [[self._rules.get(y, nothing)] * self.width for y in range(self.height)]
        for x, y in self._dots.cells:
            found = self._dots.segment(x, y)
            if found is not None:
                drawn[y][x] = found
        for (x, y), found in self._front.items():
            drawn[y][x] = found
        return [tuple(row) for row in drawn]


def with_axis(rows: Sequence[Row], labels: Mapping[int, Mark], *, width: int, paint: Paint) -> list[Row]:
    """Labels by row, right of the panel."""
    empty = blank(width, paint.text)
    return [
        (*row, *(fill([(cut(labels[y][0], width), labels[y][1])], width, paint.text) if y in labels else empty))
        for y, row in enumerate(rows)
    ]


def dots_of(course: Sequence[float | None], cells: int) -> list[tuple[int, float | None]]:
    """A course at the middle of its bars, in columns of dots."""
    middle = 2 * (max(0, cells - 2) // 2) + (1 if cells > 1 else 0)
    return [(index if not cells else 2 * index * cells + middle, value) for index, value in enumerate(course)]


def role_style(role: str, paint: Paint) -> Style:
    return style(paint.fade(getattr(paint.palette, role)), paint.palette.background)
