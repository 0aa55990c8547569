"""The chart: bars as candles in half blocks, their volume, one study, and what is ours: fills, orders, average price.

    ▲ ▼ at the price of our fills · ╌ our orders with their size · the last price in a block on the axis

One cell to a bar, a heavy line is its body and a light one its wick; more cells, and the body is a block. Below that,
two bars to a cell, a line of closes in braille.
"""

import msgspec
from rich.style import Style

from core.vocabulary import Side
from station.renderables.colour import readable_on
from station.renderables.paint import Paint, style
from station.renderables.panel import Mark, Panel, dots_of, role_style, with_axis
from station.renderables.plot import FULL, lit, time_axis
from station.renderables.row import Row, blank, fill
from station.renderables.studies import study_rows, volume_rows
from station.views.chart import ChartView, Study, cell_of
from station.views.flow import Candle
from station.views.numbers import DASH
from station.views.scale import step_of

LINES_APART = 4
LEAST_PLOT = (8, 3)
ROOM_FOR_LEGEND, ROOM_FOR_VOLUME, ROOM_FOR_STUDY = 8, 12, 18
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
LEGEND = (3, 4, 5, 1, 2, 0)
"""Of O H L C, change and volume, the most worth first"""
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


def chart_rows(view: ChartView, layout: Layout, *, paint: Paint) -> list[Row]:
    candles, cells = view.candles, view.cells
    price = Panel(layout.plot, layout.price, view.low_ticks, view.high_ticks, paint)
    _own_lines(price, view, paint)
    for line in view.lines:
        price.line(dots_of(line.course, cells), role_style(line.role, paint))
    if cells:
        for index, candle in enumerate(candles):
            _candle(price, candle, index * cells, cells, _sign(candle, paint))
    else:
        price.line(((index, float(candle.close_ticks)) for index, candle in enumerate(candles)), paint.text)
    for own in view.fills:
        x = cell_of(own.bar, cells) + max(0, cells - 2) // 2
        price.put(x, price.line_of(own.price_ticks), FILL[own.side], paint.own)
    _order_sizes(price, view, paint)
    parts = [with_axis(price.rows(), _price_labels(price, view, paint), width=layout.axis, paint=paint)]
    if layout.volume:
        parts.append(volume_rows(view, paint=paint, plot=layout.plot, axis=layout.axis, height=layout.volume))
    if layout.study:
        parts.append(study_rows(view, paint=paint, plot=layout.plot, axis=layout.axis, height=layout.study))
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


def _legend(view: ChartView, layout: Layout, paint: Paint) -> Row:
    """The bar at the crosshair, else the newest: its prices, its volume, the lines over it; those that are whole."""
    width, instrument = layout.plot + layout.axis, view.instrument
    at = view.cross[0] if view.cross is not None else len(view.candles) - 1
    if not 0 <= at < len(view.candles):
        return blank(width, paint.text)
    candle = view.candles[at]
    change = candle.close_ticks - candle.open_ticks
    prices = (candle.open_ticks, candle.high_ticks, candle.low_ticks, candle.close_ticks)
    notes: list[list[Mark]] = []
    for letter, ticks in zip("OHLC", prices, strict=True):
        notes.append([(f" {letter} ", paint.head), (instrument.price(ticks), paint.text)])
    notes.append([(f" {'+' if change > 0 else ''}{instrument.price(change)}", paint.sign(change))])
    volume = instrument.short(candle.volume_lots) if candle.volume_lots else DASH
    notes.append([(" V ", paint.head), (volume, paint.text)])
    for line in view.lines:
        value = line.course[at] if at < len(line.course) else None
        text = DASH if value is None else instrument.price_between(value)
        notes.append([(f"  {line.name} ", role_style(line.role, paint)), (text, role_style(line.role, paint))])
    shown: set[int] = set()
    for place in sorted(range(len(notes)), key=lambda place: LEGEND.index(place) if place in LEGEND else place):
        cells = sum(len(text) for text, _ in notes[place])
        if cells <= width:
            shown.add(place)
            width -= cells
    parts = [part for place, note in enumerate(notes) if place in shown for part in note]
    return fill(parts, layout.plot + layout.axis, paint.text)


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


def _sign(candle: Candle, paint: Paint) -> Style:
    return paint.up if candle.close_ticks >= candle.open_ticks else paint.down
