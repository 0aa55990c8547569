"""The chart: bars as candles in half blocks, their volume, one study, and what is ours: fills, orders, average price.

    ▲ ▼ at the price of our fills · ╌ our orders with their size · the last price in a block on the axis

One cell to a bar, a heavy line is its body and a light one its wick; more cells, and the body is a block. Below that,
two bars to a cell, a line of closes in braille.
"""

from collections.abc import Sequence

import msgspec
from rich.style import Style

from core.vocabulary import Side
from station.renderables.colour import readable_on
from station.renderables.paint import Paint, mix, style
from station.renderables.panel import Mark, Panel, with_axis
from station.renderables.plot import FULL, lit, time_axis
from station.renderables.row import Row, blank, fill
from station.views.chart import ChartView, Line, Study
from station.views.flow import Candle
from station.views.instrument import InstrumentView
from station.views.numbers import DASH, count_text
from station.views.scale import at_share, step_of

LINES_APART = 4
LEAST_PLOT = (8, 3)
ROOM_FOR_LEGEND, ROOM_FOR_VOLUME, ROOM_FOR_STUDY = 8, 12, 18
VOLUME_STRENGTH = 0.60
NOTHING, WICK, BODY = range(3)
THIN = {
    (NOTHING, WICK): "╷", (NOTHING, BODY): "╻", (WICK, NOTHING): "╵", (BODY, NOTHING): "╹", (WICK, WICK): "│",
    (BODY, BODY): "┃", (WICK, BODY): "╽", (BODY, WICK): "╿",
}  # fmt: skip
WIDE = {
    (NOTHING, WICK): "╷", (NOTHING, BODY): "▄", (WICK, NOTHING): "╵", (BODY, NOTHING): "▀", (WICK, WICK): "│",
    (BODY, BODY): "█", (WICK, BODY): "▄", (BODY, WICK): "▀",
}  # fmt: skip
"""(upper half, lower half) of a cell"""
HATCHED = {"┃": "║", FULL: "▒"}
FILL = {Side.BUY: "▲", Side.SELL: "▼"}


class Layout(msgspec.Struct, frozen=True):
    """Cells of each part: over each other, and across."""

    plot: int
    axis: int
    legend: int
    price: int
    volume: int
    study: int
    """With the line that names it"""


def layout_of(width: int, height: int, price_width: int, study: Study) -> Layout:
    axis = min(width, price_width + 3)
    legend = int(height >= ROOM_FOR_LEGEND)
    volume = min(6, max(2, height // 7)) if height >= ROOM_FOR_VOLUME else 0
    below = min(12, max(5, height // 4)) if height >= ROOM_FOR_STUDY and study is not Study.NOTHING else 0
    return Layout(max(0, width - axis), axis, legend, max(0, height - legend - volume - below - 1), volume, below)


def has_room(layout: Layout) -> bool:
    return layout.plot >= LEAST_PLOT[0] and layout.price >= LEAST_PLOT[1]


def bars_in(layout: Layout, cells: int) -> int:
    return layout.plot // cells if cells else 2 * layout.plot


def cell_of(index: int, cells: int) -> int:
    """The first cell of a bar."""
    return index * cells if cells else index // 2


def chart_rows(view: ChartView, layout: Layout, *, paint: Paint) -> list[Row]:
    candles, cells = view.candles, view.cells
    price = Panel(layout.plot, layout.price, view.low_ticks, view.high_ticks, paint)
    _own_lines(price, view, paint)
    for line in view.lines:
        price.line(_dots(line.course, cells), _role(line.role, paint))
    if cells:
        for index, candle in enumerate(candles):
            _candle(price, candle, index * cells, cells, _sign(candle, paint))
    else:
        price.line(((index, float(candle.close_ticks)) for index, candle in enumerate(candles)), paint.text)
    _order_sizes(price, view, paint)
    for own in view.fills:
        x = cell_of(own.bar, cells) + max(0, cells - 2) // 2
        price.put(x, price.line_of(own.price_ticks), FILL[own.side], paint.own)
    parts = [with_axis(price.rows(), _price_labels(price, view, paint), width=layout.axis, paint=paint)]
    if layout.volume:
        parts.append(_volume(view, layout, paint))
    if layout.study:
        parts.append(_study(view, layout, paint))
    drawn = [row for part in parts for row in part]
    if view.cross is not None:
        drawn = _crossed(drawn, view, price, layout, paint)
    starts: list[int | None] = [None] * layout.plot
    for index, candle in enumerate(candles):
        if cells or index % 2 == 0:
            starts[cell_of(index, cells)] = candle.start_wall_ns
    cell_ns = view.period_ns // cells if cells else 2 * view.period_ns
    marked = None if view.cross is None else cell_of(view.cross[0], cells)
    below = time_axis(starts, cell_ns, paint=paint, marked=marked, slot_ns=view.period_ns)
    legend = [_legend(view, layout, paint)] if layout.legend else []
    return [*legend, *drawn, (*below, *blank(layout.axis, paint.text))]


def _candle(panel: Panel, candle: Candle, x: int, cells: int, chosen: Style) -> None:
    high, low = panel.at(candle.high_ticks, 2), panel.at(candle.low_ticks, 2)
    first = panel.at(max(candle.open_ticks, candle.close_ticks), 2)
    last = panel.at(min(candle.open_ticks, candle.close_ticks), 2)
    glyphs, width = (THIN, 1) if cells == 1 else (WIDE, cells - 1)
    centre = x + (width - 1) // 2
    is_hatched = candle.close_ticks < candle.open_ticks and has_one_colour(panel.paint)
    for y in range(high // 2, low // 2 + 1):
        upper, lower = (
            BODY if first <= half <= last else WICK if high <= half <= low else NOTHING for half in (2 * y, 2 * y + 1)
        )
        glyph = glyphs[upper, lower]
        panel.put(centre, y, HATCHED.get(glyph, glyph) if is_hatched else glyph, chosen)
    if width > 1:
        panel.block(x, width, first, last, chosen, full=HATCHED[FULL] if is_hatched else FULL)


def has_one_colour(paint: Paint) -> bool:
    """The terminal has none for up and down: a falling bar is hatched."""
    return paint.palette.up == paint.palette.down


def _own_lines(panel: Panel, view: ChartView, paint: Paint) -> None:
    if view.average_ticks and view.position_lots:
        panel.rule(view.average_ticks, paint.position)
    for order in view.orders:
        panel.rule(order.price_ticks, paint.own_held, "╌")


def _order_sizes(panel: Panel, view: ChartView, paint: Paint) -> None:
    """At the left end of their lines, over the oldest bars."""
    sizes: dict[tuple[int, Side], int] = {}
    for order in view.orders:
        place = panel.line_of(order.price_ticks), order.side
        sizes[place] = sizes.get(place, 0) + order.lots
    for (y, side), lots in sizes.items():
        word = "buy" if side is Side.BUY else "sell"
        panel.write(0, y, f"{word} {view.instrument.short(lots)} ", paint.own)


def _price_labels(panel: Panel, view: ChartView, paint: Paint) -> dict[int, Mark]:
    instrument = view.instrument
    step = step_of(view.high_ticks - view.low_ticks, max(1, panel.height // LINES_APART))
    labels: dict[int, Mark] = {}
    for ticks in range(-(-view.low_ticks // step) * step, view.high_ticks + 1, step):
        if ticks > 0:
            labels[panel.line_of(ticks)] = (f"╴{instrument.price(ticks)}", paint.muted)
    if view.average_ticks and view.position_lots:
        labels[panel.line_of(view.average_ticks)] = (f"◆{instrument.price(round(view.average_ticks))}", paint.position)
    for order in view.orders:
        arrow = "▸" if order.side is Side.BUY else "◂"
        labels[panel.line_of(order.price_ticks)] = (f"{arrow}{instrument.price(order.price_ticks)}", paint.own)
    if view.last_ticks and view.candles:
        colour = paint.palette.up if view.last_ticks >= view.candles[-1].open_ticks else paint.palette.down
        block = style(readable_on(colour), colour, bold=True)
        labels[panel.line_of(view.last_ticks)] = (f" {instrument.price(view.last_ticks)} ", block)
    if view.cross is not None:
        labels[panel.line_of(view.cross[1])] = (f" {instrument.price(view.cross[1])} ", paint.accent_block)
    return labels


def _volume(view: ChartView, layout: Layout, paint: Paint) -> list[Row]:
    """The tallest bars are cut off, so that one does not flatten all others."""
    panel = Panel(layout.plot, layout.volume, 0.0, 1.0, paint)
    lots = [candle.volume_lots for candle in view.candles]
    most = max(1, at_share(sorted(lots), 0.98))
    ground = paint.palette.background
    up, down = (
        style(mix(paint.fade(one), ground, VOLUME_STRENGTH), ground) for one in (paint.palette.up, paint.palette.down)
    )
    for index, candle in enumerate(view.candles):
        chosen = up if candle.close_ticks >= candle.open_ticks else down
        width = max(1, view.cells - 1)
        share = min(1.0, candle.volume_lots / most)
        if view.cells or index % 2 == 0:
            panel.fine_bar(cell_of(index, view.cells), width, chosen, share)
    labels = {0: (f"╴{count_text_of(view.instrument, most)}", paint.muted)}
    return with_axis(panel.rows(), labels, width=layout.axis, paint=paint)


def _study(view: ChartView, layout: Layout, paint: Paint) -> list[Row]:
    studied, at = view.studied, (view.cross[0] if view.cross is not None else len(view.candles) - 1)
    courses = [line.course for line in studied.lines] + [studied.bars]
    values = [value for course in courses for value in course if value is not None]
    low, high = studied.fixed or (min((0.0, *values)), max((0.0, *values)))
    panel = Panel(layout.plot, layout.study - 1, low, high, paint)
    labels: dict[int, Mark] = {}
    for value in studied.rules or ((0.0,) if studied.bars else ()):
        panel.rule(value, paint.faint)
        labels[panel.line_of(value)] = (f"╴{value:g}", paint.muted)
    for line in studied.lines:
        panel.line(_dots(line.course, view.cells), _role(line.role, paint))
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
    width = layout.plot + layout.axis
    used = sum(len(text) for text, _ in named)
    heading = fill([*named, ("─" * max(0, width - used), paint.border)], width, paint.border)
    return [heading, *with_axis(panel.rows(), labels, width=layout.axis, paint=paint)]


def _values_at(
    lines: Sequence[Line], bars: Sequence[float | None], at: int, paint: Paint
) -> list[tuple[str, float | None, Style]]:
    found: list[tuple[str, float | None, Style]] = []
    for line in lines:
        value = line.course[at] if at < len(line.course) else None
        found.append((line.name if len(lines) > 1 else "", value, _role(line.role, paint)))
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


def _legend(view: ChartView, layout: Layout, paint: Paint) -> Row:
    """The bar at the crosshair, else the newest: its prices, its volume, and the lines over it."""
    width, instrument = layout.plot + layout.axis, view.instrument
    at = view.cross[0] if view.cross is not None else len(view.candles) - 1
    if not 0 <= at < len(view.candles):
        return blank(width, paint.text)
    candle = view.candles[at]
    change = candle.close_ticks - candle.open_ticks
    prices = (candle.open_ticks, candle.high_ticks, candle.low_ticks, candle.close_ticks)
    parts: list[Mark] = []
    for letter, ticks in zip("OHLC", prices, strict=True):
        parts += [(f" {letter} ", paint.head), (instrument.price(ticks), paint.text)]
    parts += [
        (f" {'+' if change > 0 else ''}{instrument.price(change)}", paint.sign(change)),
        (" V ", paint.head),
        (instrument.short(candle.volume_lots) if candle.volume_lots else DASH, paint.text),
    ]
    for line in view.lines:
        value = line.course[at] if at < len(line.course) else None
        text = DASH if value is None else instrument.price_between(value)
        parts += [(f"  {line.name} ", _role(line.role, paint)), (text, _role(line.role, paint))]
    return fill(parts, width, paint.text)


def _crossed(rows: list[Row], view: ChartView, price: Panel, layout: Layout, paint: Paint) -> list[Row]:
    """The column of the bar and the row of the price, lit."""
    assert view.cross is not None
    towards = paint.palette.foreground
    column, line = cell_of(view.cross[0], view.cells) + max(0, view.cells - 2) // 2, price.line_of(view.cross[1])
    crossed = []
    for y, row in enumerate(rows):
        cells = list(row)
        is_picture = len(cells) >= layout.plot
        if is_picture and y == line and y < layout.price:
            cells[: layout.plot] = [lit(one, towards) for one in cells[: layout.plot]]
        elif is_picture and 0 <= column < layout.plot:
            cells[column] = lit(cells[column], towards)
        crossed.append(tuple(cells))
    return crossed


def _dots(course: Sequence[float | None], cells: int) -> list[tuple[int, float | None]]:
    """A course at the middle of its bars, in columns of dots."""
    middle = 2 * (max(0, cells - 2) // 2) + (1 if cells > 1 else 0)
    return [(index if not cells else 2 * index * cells + middle, value) for index, value in enumerate(course)]


def _sign(candle: Candle, paint: Paint) -> Style:
    return paint.up if candle.close_ticks >= candle.open_ticks else paint.down


def _role(role: str, paint: Paint) -> Style:
    return style(paint.fade(getattr(paint.palette, role)), paint.palette.background)


def count_text_of(instrument: InstrumentView, lots: int) -> str:
    """A quantity in few characters: thousands as k."""
    text = instrument.short(lots)
    whole = text.partition(".")[0]
    return text if len(text) <= 6 else count_text(int(whole)) if len(whole) > 4 else text[:6]
