"""The latency pane: every hop's HDR histogram over one logarithmic axis, its course of late, and its percentiles.

Where there is room a histogram is drawn in braille, two columns and four rows of dots to a cell and two lines a hop;
else as one line of blocks. Heights are logarithmic too: a single slow event in a million stays visible. The course has
two columns of dots a cell, a second each: p50 and p99, between the values that stand before it.
"""

from collections.abc import Sequence
from math import log2
from typing import NamedTuple

from rich.style import Style

from core.vocabulary import Hop
from station.renderables.frame import Label
from station.renderables.paint import Paint
from station.renderables.plot import Dots
from station.renderables.row import Row, fill, left, right
from station.views.latency import DECADES, HopView
from station.views.numbers import DASH, count_text, duration_text
from station.views.words import HOPS

BLOCKS = " ▁▂▃▄▅▆▇█"
NUMBER_WIDTH = 6
NUMBERS = ("p50", "p99", "p99.9", "max")
FEW_NUMBERS = ("p50", "p99", "max")
MORE_NUMBERS = ("p50", "p90", "p99", "p99.9", "max")
NAME_WIDTH = 9
AXIS_END = "1s"
COURSE, NOW = "p50 and p99 of each second", "now"
ROOM_FOR_NUMBERS, ROOM_FOR_COUNT, ROOM_FOR_COURSE = 42, 74, 110
ROOM_FOR_AXIS = 24
"""Below, dots are finer than blocks."""
AXIS = ("100ns", "1µs", "10µs", "100µs", "1ms", "10ms", "100ms")
BRAILLE_BITS = ((0x40, 0x80), (0x04, 0x20), (0x02, 0x10), (0x01, 0x08))
"""Of the two dots of a row of a braille cell, the lowest row first."""


class Plan(NamedTuple):
    """How the width is shared."""

    chart: int
    course: int
    """With its values before it; 0: no room"""
    with_count: bool
    numbers: tuple[str, ...]


def plan(width: int) -> Plan:
    with_count = width >= ROOM_FOR_COUNT
    numbers = MORE_NUMBERS if width >= ROOM_FOR_COURSE else NUMBERS if width >= ROOM_FOR_NUMBERS else FEW_NUMBERS
    used = len(numbers) * (NUMBER_WIDTH + 1) + (7 if with_count else 0)
    room = max(0, width - 1 - NAME_WIDTH - 1 - used)
    course = room * 2 // 5 if width >= ROOM_FOR_COURSE else 0
    return Plan(room - course, course, with_count, numbers)


def latency_rows(hops: Sequence[HopView], *, paint: Paint, width: int, height: int) -> list[Row]:
    measured = [hop for hop in hops if hop.count]
    if not measured:
        return [fill([(" nothing measured yet", paint.muted)], width, paint.text)]
    shares = plan(width)
    lines = min(4, height // len(measured)) if shares.chart >= 10 else 1
    rows: list[Row] = []
    for hop in measured:
        rows += _hop(hop, shares, max(1, lines), paint, width)
    return rows[:height]


def numbers_label(width: int, *, paint: Paint, line: Style) -> Label:
    """Column heads for the upper edge of the frame."""
    shares = plan(width)
    names = ("count", *shares.numbers) if shares.with_count else shares.numbers
    parts: list[tuple[str, Style]] = []
    if shares.course >= len(COURSE) + NUMBER_WIDTH + 3:
        parts += [(COURSE, paint.head), ("─" * (shares.course - NUMBER_WIDTH - 2 - len(COURSE)), line)]
    for name in names:
        parts += [("─" * ((6 if name == "count" else NUMBER_WIDTH) - len(name)), line)]
        parts += [(name, paint.head), ("─", line)]
    return parts[:-1]


def axis_label(width: int, *, paint: Paint, line: Style) -> Label:
    """The decades under the charts, for the lower edge of the frame."""
    chart = plan(width).chart
    if chart < len(AXIS[0]) + len(AXIS_END) + 1:
        return ()
    parts: list[tuple[str, Style]] = [("─" * NAME_WIDTH, line)]
    at = 0
    for start, label in _decades(chart):
        parts += [("─" * (start - at), line), (label, paint.head)]
        at = start + len(label)
    shares = plan(width)
    cells = shares.course - NUMBER_WIDTH - 3
    if cells > len(NOW) + 6:
        began = f"{2 * cells} s ago"
        parts += [("─" * (chart - at + NUMBER_WIDTH + 3), line), (began, paint.head)]
        parts += [("─" * (cells - len(began) - len(NOW)), line), (NOW, paint.head)]
    return [part for part in parts if part[0]]


def _decades(chart: int) -> list[tuple[int, str]]:
    """Every one of them, every second, every third: those that stand apart; else the two ends."""
    for every in (1, 2, 3):
        labels = [(decade * chart // DECADES, AXIS[decade]) for decade in range(0, len(AXIS), every)]
        ends = [start + len(label) for start, label in labels]
        if all(end < start for end, (start, _) in zip(ends, [*labels[1:], (chart + 1, "")], strict=True)):
            return labels
    return [(0, AXIS[0]), (chart - len(AXIS_END), AXIS_END)]


def _hop(hop: HopView, shares: Plan, lines: int, paint: Paint, width: int) -> list[Row]:
    # Braille has two columns to a cell: also where one line is all there is, and few cells.
    chart = shares.chart
    is_fine = lines > 1 or chart < ROOM_FOR_AXIS
    columns = resample(hop.columns, chart * (2 if is_fine else 1))
    picture = braille(columns, chart, lines) if is_fine else [blocks(columns)]
    course = course_parts(hop, shares.course, len(picture), paint)
    count = right(count_text(hop.count), 6) + " " if shares.with_count else ""
    name, chart_style = HOPS[hop.hop][0], _colour(hop.hop, paint)
    rows = []
    for line, drawn in enumerate(picture):
        is_last = line == len(picture) - 1
        shown = left(name, NAME_WIDTH) if is_last else " " * NAME_WIDTH
        parts = [(f" {shown}", paint.muted), (drawn, chart_style), *course[line]]
        if is_last:
            parts += [(f" {count}", paint.muted), *_numbers(hop, shares, paint)]
        rows.append(fill(parts, width, paint.text))
    return rows


def course_parts(hop: HopView, width: int, lines: int, paint: Paint) -> list[list[tuple[str, Style]]]:
    """A line of p50 and one of p99 on a logarithmic scale, between the values that are written before them."""
    cells = width - NUMBER_WIDTH - 3
    seconds = hop.course[-2 * cells :] if cells > 0 else ()
    known = [value for pair in seconds for value in pair if value > 0]
    if lines < 2 or not known:
        return [[(" " * max(0, width), paint.text)]] * lines
    low, high = min(known), max(known)
    rows, scale = 4 * lines - 1, log2(max(high / low, 1.0001))

    def place(value: int) -> int:
        return rows - round(log2(value / low) / scale * rows)

    dots, first = Dots(cells, lines), 2 * cells - len(seconds)
    for which, chosen in ((1, paint.muted), (0, paint.accent)):
        points = [(first + x, place(pair[which])) if pair[which] else None for x, pair in enumerate(seconds)]
        dots.line(points, chosen)
    ends = {0: duration_text(high), lines - 1: duration_text(low)}
    parts: list[list[tuple[str, Style]]] = []
    for y in range(lines):
        found = [dots.segment(x, y) for x in range(cells)]
        drawn = [(" ", paint.text) if one is None else (one.text, one.style or paint.text) for one in found]
        parts.append([(f"  {right(ends.get(y, ''), NUMBER_WIDTH)} ", paint.head), *drawn])
    return parts


def _numbers(hop: HopView, shares: Plan, paint: Paint) -> list[tuple[str, Style]]:
    if hop.is_recorded:
        return [(right("recorded", len(shares.numbers) * (NUMBER_WIDTH + 1) - 1), paint.muted)]
    values = {"p50": hop.p50_ns, "p90": hop.p90_ns, "p99": hop.p99_ns, "p99.9": hop.p999_ns, "max": hop.max_ns}
    styles = {"p50": paint.strong, "max": paint.muted}
    parts = []
    for name in shares.numbers:
        text = right(duration_text(values[name]) if hop.count else DASH, NUMBER_WIDTH)
        parts.append((text if name == "max" else f"{text} ", styles.get(name, paint.text)))
    return parts


def _colour(hop: Hop, paint: Paint) -> Style:
    """What the machine does in one colour, what waits for the venue or the disk in a quiet one."""
    outside = hop in (Hop.VENUE_TO_FEED, Hop.WIRE_TO_ACK, Hop.RECORD)
    return paint.muted if outside else paint.accent


def resample(columns: Sequence[int], width: int) -> list[int]:
    """Counts over `width` equal steps. Coarser: sums; finer: each count spread over its steps."""
    if not columns or width <= 0:
        return [0] * max(0, width)
    sums = [0] * width
    many = len(columns)
    if width <= many:
        for index, count in enumerate(columns):
            sums[index * width // many] += count
        return sums
    return [columns[index * many // width] for index in range(width)]


def heights(columns: Sequence[int], top: int) -> list[int]:
    """0 … top, on a logarithmic scale; any count at all is at least 1."""
    most = max(columns, default=0)
    if most <= 0:
        return [0] * len(columns)
    scale = log2(most + 1)
    return [max(1, round(log2(count + 1) / scale * top)) if count > 0 else 0 for count in columns]


def blocks(columns: Sequence[int]) -> str:
    return "".join(BLOCKS[height] for height in heights(columns, 8))


def braille(columns: Sequence[int], width: int, lines: int) -> list[str]:
    """`lines` texts of `width` cells, top line first; `columns` holds two values a cell."""
    # Over several lines the top row of dots stays free, so that hops stand apart.
    dots = heights(columns, 4 * lines - (1 if lines > 1 else 0))
    drawn = []
    for line in range(lines - 1, -1, -1):
        text = []
        for cell in range(width):
            bits = 0
            for side in (0, 1):
                height = min(4, max(0, dots[2 * cell + side] - 4 * line))
                for dot in range(height):
                    bits |= BRAILLE_BITS[dot][side]
            text.append(chr(0x2800 + bits) if bits else " ")
        drawn.append("".join(text))
    return drawn
