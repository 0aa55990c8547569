"""The depth heat map: how the book stood over time, as colour, with the best prices as lines and trades on top.

    time →                                          │ price │ the book now, as bars
    ▐ before a price: the ladder's cursor · ┃ behind them: what the ladder shows of them
    brighter: more lots, on a logarithmic scale between what is little and what is much in what is in sight
    ˙ ▴ ▲ bought, . ▾ ▼ sold, by size, the largest in a block · ╱ nobody looked, or the book was not whole

Shape says the aggressor as well as colour does. Where colours are few, density stands for size, and the side's own
colour for the side.
"""

from functools import lru_cache

import msgspec
from rich.segment import Segment
from rich.style import Style

from station.renderables.colour import readable_on
from station.renderables.heat_tones import Tones, tones_of
from station.renderables.paint import Paint, style
from station.renderables.plot import LOWER, UPPER, Shading, Strip, cell, halves, lit, time_axis, turned
from station.renderables.row import Row, blank, cut, fill
from station.views.flow import lots_of
from station.views.heat import HeatScale, HeatWindow, Pixels, level_table
from station.views.instrument import NO_INSTRUMENT, InstrumentView
from station.views.scale import step_of

HATCH = "╱"
LEAST_PLOT = (8, 3)
LINES_APART = 4
"""Rows between two prices of the axis"""
CURSOR, SEEN = "▐", "┃"
BOOK_WIDTH = 12
ROOM_FOR_BOOK = 64
AXIS_ROWS = 1
SMALL, MIDDLING, LARGE, HUGE = range(4)
"""Trades. A small one gives way to a line of the best price"""


class Layout(msgspec.Struct, frozen=True):
    """How many cells each part has."""

    plot: int
    axis: int
    book: int
    height: int
    """Of the plot"""


class HeatPicture(msgspec.Struct, frozen=True, kw_only=True):
    instrument: InstrumentView = NO_INSTRUMENT
    layout: Layout
    window: HeatWindow
    """As many slots and pixel rows as the layout has room for"""
    pixels: tuple[Pixels | None, ...]
    """One a slot of the window"""
    scale: HeatScale = HeatScale()
    bid_ticks: int = 0
    ask_ticks: int = 0
    """Best ones now; 0: none"""
    cross: tuple[int, int] | None = None
    """Slot and pixel row of the crosshair"""
    ladder_ticks: tuple[int, int] = (0, 0)
    """The lowest and the highest price in sight on the ladder; (0, 0): nobody sees it"""
    cursor_ticks: int = 0
    """Where the ladder's cursor stands; 0: nowhere in sight"""
    is_now: bool = True
    """The newest is in sight"""


def layout_of(width: int, height: int, price_width: int) -> Layout:
    axis = min(width, price_width + 3)
    book = BOOK_WIDTH if width >= ROOM_FOR_BOOK else 0
    return Layout(max(0, width - axis - book), axis, book, max(0, height - AXIS_ROWS))


def has_room(layout: Layout) -> bool:
    return layout.plot >= LEAST_PLOT[0] and layout.height >= LEAST_PLOT[1]


def heat_rows(picture: HeatPicture, *, paint: Paint, shading: Shading) -> list[Row]:
    window, layout = picture.window, picture.layout
    tones = tones_of(paint, shading)
    scale, cross = picture.scale, picture.cross
    rows = layout.height
    strips = [_nothing(rows, paint) if one is None else strip_of(one, scale, rows, tones) for one in picture.pixels]
    column = line = None
    if cross is not None:
        column, line = cross[0] - window.first_slot, (window.top_row - cross[1]) // shading.pixels
        if 0 <= column < len(strips):
            strips[column] = tuple(lit(one, paint.palette.foreground) for one in strips[column])
    drawn = turned(strips, rows)
    if line is not None and 0 <= line < rows:
        drawn[line] = tuple(lit(one, paint.palette.foreground) for one in drawn[line])
    axis = _price_axis(picture, paint, shading, layout, line)
    book = _book(picture, tones, layout)
    starts = [slot * window.slot_ns for slot in range(window.first_slot, window.first_slot + window.slots)]
    below = time_axis(starts, window.slot_ns, paint=paint, marked=column)
    rest = layout.axis + layout.book
    named = "book" if picture.is_now else "book then"
    heads = fill([(" " * layout.axis + "│", paint.border), (cut(named, rest), paint.head)], rest, paint.text)
    return [
        *((*row, *price, *bars) for row, price, bars in zip(drawn, axis, book, strict=True)),
        (*below, *(heads if layout.book else blank(rest, paint.text))),
    ]


@lru_cache(maxsize=2_048)
def strip_of(pixels: Pixels, scale: HeatScale, rows: int, tones: Tones) -> Strip:
    if pixels.is_gap:
        return (cell(HATCH if tones.shading is not Shading.LETTERS else "/", tones.paint.faint),) * rows
    levels = pixels.codes.translate(level_table(scale, tones.levels, tones.cold))
    strip = _halves(levels, pixels, tones) if tones.shading.pixels == 2 else _shades(levels, pixels, tones)
    parts = tones.shading.pixels
    best = {index // parts for index in (pixels.bid_index, pixels.ask_index) if index >= 0}
    for index, lots in pixels.trades:
        y, size = index // parts, _size(lots, scale)
        if lots and (size > SMALL or y not in best):
            strip[y] = _trade(lots, size, tones)
    return tuple(strip)


def _halves(levels: bytes, pixels: Pixels, tones: Tones) -> list[Segment]:
    colours = [tones.colours[level] for level in levels]
    if pixels.bid_index >= 0:
        colours[pixels.bid_index] = tones.bid
    if pixels.ask_index >= 0:
        colours[pixels.ask_index] = tones.ask
    return [halves(upper, lower) for upper, lower in zip(colours[0::2], colours[1::2], strict=True)]


def _shades(levels: bytes, pixels: Pixels, tones: Tones) -> list[Segment]:
    paint, glyphs = tones.paint, tones.shading.value
    strip = [cell(glyphs[level], paint.ask if index < pixels.asks else paint.bid) for index, level in enumerate(levels)]
    line = "-" if tones.shading is Shading.LETTERS else "─"
    for index, colour in ((pixels.bid_index, tones.bid), (pixels.ask_index, tones.ask)):
        if index >= 0:
            strip[index] = cell(line, style(colour, tones.ground, bold=True))
    return strip


def _size(lots: int, scale: HeatScale) -> int:
    bounds = (scale.small_lots, scale.large_lots, scale.huge_lots)
    return sum(abs(lots) > bound for bound in bounds)


def _trade(lots: int, size: int, tones: Tones) -> Segment:
    shapes, colour = (tones.bought, tones.up) if lots > 0 else (tones.sold, tones.down)
    if size == HUGE and not tones.paint.is_blunt:
        return cell(shapes[size], style(readable_on(colour), colour, bold=True))
    return cell(shapes[size], style(colour, tones.ground, bold=True))


@lru_cache(maxsize=64)
def _nothing(rows: int, paint: Paint) -> Strip:
    return (cell(" ", paint.text),) * rows


def _price_axis(picture: HeatPicture, paint: Paint, shading: Shading, layout: Layout, line: int | None) -> list[Row]:
    """Prices that people count in, the best ones, and those of the ladder's cursor and of the crosshair. Behind them a
    line as long as what the ladder has in sight."""
    window, instrument = picture.window, picture.instrument
    cell_ticks = window.step_ticks * shading.pixels
    step = step_of(layout.height * cell_ticks, max(1, layout.height // LINES_APART))
    texts: dict[int, tuple[str, Style]] = {}
    top_ticks = (window.top_row + 1) * window.step_ticks
    for y in range(layout.height):
        low = top_ticks - (y + 1) * cell_ticks
        price = -(-low // step) * step
        if price < low + cell_ticks and price > 0:
            texts[y] = (f"╴{instrument.price(price)}", paint.muted)

    def line_of(ticks: int) -> int:
        return (window.top_row - ticks // window.step_ticks) // shading.pixels

    for ticks, chosen in ((picture.ask_ticks, paint.ask), (picture.bid_ticks, paint.bid)):
        if ticks:
            texts[line_of(ticks)] = (f"╸{instrument.price(ticks)}", chosen)
    if picture.cursor_ticks:
        under = texts.get(line_of(picture.cursor_ticks), ("", paint.text))[1]
        texts[line_of(picture.cursor_ticks)] = (
            f"{CURSOR}{instrument.price(picture.cursor_ticks)} ",
            paint.selected(under),
        )
    if line is not None and picture.cross is not None:
        texts[line] = (f" {instrument.price(picture.cross[1] * window.step_ticks)} ", paint.accent_block)
    low_ticks, high_ticks = picture.ladder_ticks
    seen = range(line_of(high_ticks), line_of(low_ticks) + 1) if high_ticks else range(0)
    width, edges = max(0, layout.axis - 1), (cell(" ", paint.text), cell(SEEN, paint.head))
    empty = blank(width, paint.text)
    rows = (fill([texts[y]], width, paint.text) if y in texts else empty for y in range(layout.height))
    return [(*row, edges[y in seen]) for y, row in enumerate(rows)]


def _book(picture: HeatPicture, tones: Tones, layout: Layout) -> list[Row]:
    """The newest column as bars, on a linear scale: what colour says logarithmically, length says as it is."""
    if not layout.book:
        return [()] * layout.height
    newest = next((one for one in reversed(picture.pixels) if one is not None), None)
    side = cell("│", tones.paint.border)
    width = layout.book - 1
    if newest is None or newest.is_gap:
        return [(side, *blank(width, tones.paint.text))] * layout.height
    lots = [lots_of(code) for code in newest.codes]
    most = max(1, *lots)
    lengths = [-(-one * width // most) for one in lots]
    colours = [tones.ask if index < newest.asks else tones.bid for index in range(len(lots))]
    if tones.shading.pixels == 1:
        full = "#" if tones.shading is Shading.LETTERS else "█"
        pairs = zip(lengths, colours, strict=True)
        return [(side, Segment((full * length).ljust(width), style(colour, tones.ground))) for length, colour in pairs]
    return [
        (side, *_two_bars(lengths[at], lengths[at + 1], colours[at], colours[at + 1], width, tones.ground))
        for at in range(0, len(lengths), 2)
    ]


@lru_cache(maxsize=4_096)
def _two_bars(upper: int, lower: int, upper_colour: str, lower_colour: str, width: int, ground: str) -> Row:
    """Two bars of half a cell's height."""
    both, one = min(upper, lower), max(upper, lower)
    char, colour = (UPPER, upper_colour) if upper > lower else (LOWER, lower_colour)
    parts = (
        (UPPER * both, style(upper_colour, lower_colour)),
        (char * (one - both), style(colour, ground)),
        (" " * (width - one), style(colour, ground)),
    )
    return tuple(Segment(text, chosen) for text, chosen in parts if text)
