"""What pictures are made of: cells that are made once, half blocks, braille dots, bars, and axes.

A picture is drawn column by column: a strip is the cells of one column from the top, and rows are the strips turned
round. A cell is the same object wherever it looks the same, so that comparing two pictures costs next to nothing.
"""

import textwrap
from collections.abc import Iterable, Sequence
from enum import Enum
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style

from station.renderables.paint import Paint, mix, style
from station.renderables.row import Row, blank, centred, cut, fill
from station.views.scale import time_label, time_step

Strip = tuple[Segment, ...]
"""One column, from the top"""

UPPER, LOWER, FULL = "▀", "▄", "█"
BRAILLE_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""By row of dots from the top, and column"""
LIT = 0.18
TIME_LABEL_ROOM = 12


class Shading(Enum):
    """How sizes become cells, by what the terminal can do."""

    HALVES = "▀"
    """Two colours a cell: two rows of pixels to a line"""
    COARSE = "▀▀"
    """The same out of 256 colours"""
    SHADES = " ░▒▓█"
    """Few colours: four densities"""
    LETTERS = " .:-=+*#%@"
    """Plain glyphs"""

    @property
    def pixels(self) -> int:
        """To a cell, upward."""
        return 2 if self in (Shading.HALVES, Shading.COARSE) else 1


@lru_cache(maxsize=16_384)
def cell(char: str, chosen: Style) -> Segment:
    """One cell; the same object for the same look."""
    return Segment(char, chosen)


@lru_cache(maxsize=16_384)
def halves(upper: str, lower: str) -> Segment:
    """A cell of two colours, one above the other."""
    return cell(" ", style(upper, upper)) if upper == lower else cell(UPPER, style(upper, lower))


@lru_cache(maxsize=16_384)
def lit(one: Segment, towards: str) -> Segment:
    """The same cell under a crosshair."""
    if one.style is None or one.style.color is None or one.style.bgcolor is None:
        return one
    colour, background = one.style.color.get_truecolor().hex, one.style.bgcolor.get_truecolor().hex
    chosen = style(mix(towards, colour, LIT), mix(towards, background, LIT), bold=bool(one.style.bold))
    return cell(one.text, chosen)


def turned(strips: Sequence[Strip], height: int) -> list[Row]:
    """Strips side by side, as rows."""
    return list(zip(*strips, strict=True)) if strips else [()] * height


class Dots:
    """A canvas of braille dots, two columns and four rows to a cell. Where lines meet, the later colour holds."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.cells: dict[tuple[int, int], tuple[int, Style]] = {}

    def put(self, x: int, y: int, chosen: Style) -> None:
        """A dot, counted from the top left; outside of the canvas nothing."""
        if 0 <= x < 2 * self.width and 0 <= y < 4 * self.height:
            place = x // 2, y // 4
            bits = self.cells.get(place, (0, chosen))[0]
            self.cells[place] = bits | BRAILLE_BITS[y % 4][x % 2], chosen

    def line(self, points: Iterable[tuple[int, int] | None], chosen: Style) -> None:
        """Through points from left to right; None is a hole in it."""
        before: tuple[int, int] | None = None
        for point in points:
            if point is not None:
                self._to(before or point, point, chosen)
            before = point

    def _to(self, start: tuple[int, int], end: tuple[int, int], chosen: Style) -> None:
        (x0, y0), (x1, y1) = start, end
        steps = max(abs(x1 - x0), abs(y1 - y0))
        for at in range(steps + 1):
            self.put(x0 + round((x1 - x0) * at / max(1, steps)), y0 + round((y1 - y0) * at / max(1, steps)), chosen)

    def segment(self, x: int, y: int) -> Segment | None:
        found = self.cells.get((x, y))
        return None if found is None else cell(chr(0x2800 + found[0]), found[1])


def time_axis(
    starts: Sequence[int | None], cell_ns: int, *, paint: Paint, marked: int | None = None, slot_ns: int | None = None
) -> Row:
    """Labels under the cells that begin at these times (None: at none); one of them marked, as fine as a slot."""
    width, every = len(starts), time_step(cell_ns, TIME_LABEL_ROOM)
    text, end = [" "] * width, -1
    before: int | None = None
    for x, start in enumerate(starts):
        if start is None:
            continue
        is_line = before is not None and start // every != before // every
        before = start
        label = time_label(start - start % every, every)
        if is_line and x > end and x + len(label) < width:
            text[x : x + len(label) + 1] = f"╵{label}"
            end = x + len(label) + 1
    row = [cell(char, paint.head) for char in text]
    if marked is not None and 0 <= marked < width and (at := starts[marked]) is not None:
        label = cut(time_label(at, min(every, slot_ns or cell_ns)), width)
        first = min(max(0, marked - len(label) // 2), width - len(label))
        row[first : first + len(label)] = [cell(char, paint.accent_block) for char in label]
    return tuple(row)


def bar(length: float, width: int) -> str:
    """From the left, an eighth of a cell fine; what is there at all is seen."""
    eighths = min(8 * width, max(1, round(length * 8 * width))) if length > 0 else 0
    whole, rest = divmod(eighths, 8)
    return (FULL * whole + (" ▏▎▍▌▋▊▉"[rest] if rest else "")).ljust(width)


def said_rows(text: str, *, paint: Paint, width: int, height: int) -> list[Row]:
    """A sentence in the middle of nothing, over as many lines as it needs."""
    lines = textwrap.wrap(text, max(1, width - 2))[:height]
    above = (height - len(lines)) // 2
    said = [fill([(centred(line, width), paint.muted)], width, paint.text) for line in lines]
    empty = blank(width, paint.text)
    return [*[empty] * above, *said, *[empty] * (height - len(lines) - above)]
