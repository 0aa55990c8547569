"""Below the bars of a chart: their volume, and one study with its name and its values at the crosshair."""

from collections.abc import Sequence

from rich.style import Style

from station.renderables.paint import Paint, style
from station.renderables.panel import Mark, Panel, dots_of, role_style, with_axis
from station.renderables.quantity import fitting_quantity
from station.renderables.row import Row, fill
from station.views.chart import ChartView, Line, cell_of
from station.views.numbers import DASH
from station.views.scale import at_share

VOLUME_STRENGTH = 0.60
VOLUME_LABEL = 6


def volume_rows(view: ChartView, *, paint: Paint, plot: int, axis: int, height: int) -> list[Row]:
    """The tallest bars are cut off, so that one does not flatten all others."""
    panel = Panel(plot, height, 0.0, 1.0, paint)
    lots = [candle.volume_lots for candle in view.candles]
    most = max(1, at_share(sorted(lots), 0.98))
    ground = paint.palette.background
    up, down = (
        style(paint.tint(one, VOLUME_STRENGTH, on=ground), ground) for one in (paint.palette.up, paint.palette.down)
    )
    for index, candle in enumerate(view.candles):
        chosen = up if candle.close_ticks >= candle.open_ticks else down
        width = max(1, view.cells - 1)
        share = min(1.0, candle.volume_lots / most)
        if view.cells or index % 2 == 0:
            panel.fine_bar(cell_of(index, view.cells), width, chosen, share)
    labels = {0: (f"╴{fitting_quantity(view.instrument, most, VOLUME_LABEL)}", paint.muted)}
    return with_axis(panel.rows(), labels, width=axis, paint=paint)


def study_rows(view: ChartView, *, paint: Paint, plot: int, axis: int, height: int) -> list[Row]:
    """`height` with the line that names it."""
    studied, at = view.studied, (view.cross[0] if view.cross is not None else len(view.candles) - 1)
    courses = [line.course for line in studied.lines] + [studied.bars]
    values = [value for course in courses for value in course if value is not None]
    low, high = studied.fixed or (min((0.0, *values)), max((0.0, *values)))
    panel = Panel(plot, height - 1, low, high, paint)
    labels: dict[int, Mark] = {}
    for value in studied.rules or ((0.0,) if studied.bars else ()):
        panel.rule(value, paint.faint)
        labels[panel.line_of(value)] = (f"╴{value:g}", paint.muted)
    for line in studied.lines:
        panel.line(dots_of(line.course, view.cells), role_style(line.role, paint))
    for index, bar in enumerate(studied.bars):
        if bar is not None and (view.cells or index % 2 == 0):
            panel.bars(cell_of(index, view.cells), max(1, view.cells - 1), bar, paint.sign(bar))
    if studied.fixed is None and values:
        labels[0] = (f"╴{_study_text(high, view)}", paint.muted)
    named: list[Mark] = [(f"─ {view.study.value} ", paint.head)]
    named += [
        (f"{name} {_study_text(worth, view)} ".lstrip(), chosen)
        for name, worth, chosen in _values_at(studied.lines, studied.bars, at, paint)
    ]
    width = plot + axis
    used = sum(len(text) for text, _ in named)
    heading = fill([*named, ("─" * max(0, width - used), paint.border)], width, paint.border)
    return [heading, *with_axis(panel.rows(), labels, width=axis, paint=paint)]


def _values_at(
    lines: Sequence[Line], bars: Sequence[float | None], at: int, paint: Paint
) -> list[tuple[str, float | None, Style]]:
    found: list[tuple[str, float | None, Style]] = []
    for line in lines:
        value = line.course[at] if at < len(line.course) else None
        found.append((line.name if len(lines) > 1 else "", value, role_style(line.role, paint)))
    if bars:
        between = bars[at] if at < len(bars) else None
        found.append(("between" if lines else "", between, paint.sign(between or 0.0)))
    return found


def _study_text(value: float | None, view: ChartView) -> str:
    if value is None:
        return DASH
    if view.studied.in_lots:
        return f"{'+' if value > 0 else ''}{view.instrument.short(int(value))}"
    return f"{value:.1f}" if view.studied.fixed else f"{value:+.1f}t"
