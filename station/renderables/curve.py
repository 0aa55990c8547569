"""The course of the equity, and below it how far it lies under its highest, on one axis of time.

Made of the same panels as the chart. Absent is shown as absent: before the first point there is nothing.
"""

from collections.abc import Sequence

import msgspec
from rich.style import Style

from station.renderables.colour import readable_on
from station.renderables.paint import Paint, style
from station.renderables.panel import Mark, Panel, with_axis
from station.renderables.plot import lit, time_axis
from station.renderables.row import Row, blank, fill
from station.views.flow import EquityPoint
from station.views.numbers import count_text, signed_money
from station.views.scale import step_of

E8 = 100_000_000
CENT_E8 = E8 // 100
"""Labels have two decimals: closer ones would look alike"""
AXIS = 10
STRENGTH = 0.60
LINES_APART = 4
ROOM_FOR_DRAWDOWN = 9
LEAST_PLOT = (8, 3)


class CurveView(msgspec.Struct, frozen=True, kw_only=True):
    currency: str = ""
    period_ns: int = 1
    first_slot: int = 0
    points: tuple[EquityPoint | None, ...] = ()
    """Two a cell of the plot, from the first slot on; None: not known"""
    cross: int | None = None
    """Cell of the crosshair"""


def plot_width(width: int) -> int:
    return max(0, width - AXIS)


def has_room(width: int, height: int) -> bool:
    return plot_width(width) >= LEAST_PLOT[0] and height > LEAST_PLOT[1]


def curve_rows(view: CurveView, *, paint: Paint, width: int, height: int) -> list[Row]:
    plot = plot_width(width)
    below = max(2, height // 4) if height >= ROOM_FOR_DRAWDOWN else 0
    known = [point for point in view.points if point is not None]
    drawn = _equity(view.points, known, paint, plot, height - 1 - below - bool(below))
    if below:
        drawn += _drawdown(view.points, known, paint, plot, below)
    if view.cross is not None and 0 <= view.cross < plot:
        drawn = [_lit(row, view.cross, paint) for row in drawn]
    starts = [(view.first_slot + 2 * x) * view.period_ns for x in range(plot)]
    axis = time_axis(starts, 2 * view.period_ns, paint=paint, marked=view.cross)
    return [*drawn, (*axis, *blank(AXIS, paint.text))]


def _equity(
    points: Sequence[EquityPoint | None], known: Sequence[EquityPoint], paint: Paint, width: int, height: int
) -> list[Row]:
    worth = [point.equity_e8 for point in known]
    step = max(CENT_E8, step_of(max(1, max(worth) - min(worth)), max(1, height // LINES_APART)))
    low, high = min(worth) // step * step, -(-max(worth) // step) * step
    panel = Panel(width, height, low, max(high, low + step), paint)
    if low <= 0 <= high:
        panel.rule(0, paint.faint)
    # One colour a stretch: above zero is a gain of the day, below it a loss.
    courses: dict[bool, list[tuple[int, float | None]]] = {True: [], False: []}
    for x, point in enumerate(points):
        is_up = point is None or point.equity_e8 >= 0
        courses[is_up].append((x, None if point is None else float(point.equity_e8)))
        courses[not is_up].append((x, None))
    panel.line(courses[True], paint.up)
    panel.line(courses[False], paint.down)
    labels: dict[int, Mark] = {
        panel.line_of(value): (f"╴{_axis_text(value)}", paint.muted)
        for value in range(low, max(high, low + step) + 1, step)
    }
    last = known[-1].equity_e8
    colour = paint.palette.up if last >= 0 else paint.palette.down
    labels[panel.line_of(last)] = (f" {_axis_text(last)} ", style(readable_on(colour), colour, bold=True))
    return with_axis(panel.rows(), labels, width=AXIS, paint=paint)


def _drawdown(
    points: Sequence[EquityPoint | None], known: Sequence[EquityPoint], paint: Paint, width: int, height: int
) -> list[Row]:
    deepest = max(point.drawdown_e8 for point in known)
    panel = Panel(width, height, -float(max(1, deepest)), 0.0, paint)
    ground = paint.palette.background
    depth = style(paint.tint(paint.palette.down, STRENGTH, on=ground), ground)
    for x in range(width):
        below = max((point.drawdown_e8 for point in points[2 * x : 2 * x + 2] if point is not None), default=0)
        if below:
            panel.block(x, 1, 0, panel.at(-float(below), 2), depth)
    named: list[Mark] = [("─ drawdown ", paint.head), (f"{_axis_text(-known[-1].drawdown_e8)} now ", paint.text)]
    used = sum(len(text) for text, _ in named)
    labels: dict[int, Mark] = {height - 1: (f"╴{_axis_text(-deepest)}", paint.muted)}
    heading = fill([*named, ("─" * max(0, width + AXIS - used), paint.border)], width + AXIS, paint.border)
    return [heading, *with_axis(panel.rows(), labels, width=AXIS, paint=paint)]


def point_text(point: EquityPoint | None, currency: str, paint: Paint) -> list[tuple[str, Style]]:
    """Of the crosshair."""
    if point is None:
        return [(" – ", paint.muted)]
    return [
        (f"{signed_money(point.equity_e8)} {currency} ", paint.sign(point.equity_e8)),
        (f"{signed_money(-point.drawdown_e8)} below its highest ", paint.muted),
    ]


def _axis_text(amount_e8: int) -> str:
    """In at most eight characters."""
    text = signed_money(amount_e8, 2)
    if len(text) <= 8:
        return text
    whole = round(amount_e8 / E8)
    return f"{'+' if whole > 0 else ''}{count_text(whole)}"


def _lit(row: Row, column: int, paint: Paint) -> Row:
    if len(row) <= column:
        return row
    cells = list(row)
    cells[column] = lit(cells[column], paint.palette.foreground)
    return tuple(cells)
