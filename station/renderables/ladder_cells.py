"""The ladder's cells of what happened: recent trades, what changed or vanished, session volume, profit at a price.

Lots everywhere are those of the last seconds, but volume: that is the session's. What happened is bright when it is
fresh and fades in two steps.
"""

from rich.segment import Segment
from rich.style import Style

from station.renderables.paint import Paint
from station.renderables.quantity import fitting_quantity
from station.renderables.row import right
from station.views.instrument import InstrumentView
from station.views.ladder import FRESH, OLD, RECENT, LadderView, RowFlow
from station.views.ladder_flow import profit_e8
from station.views.numbers import fitting_money

FRESH_TINT = 0.30
VANISHED_STRENGTH = {FRESH: 1.0, RECENT: 0.75}
VANISHED_LONG_AGO = 0.60
VOLUME_TINTS = (0.12, 0.22, 0.42)
"""Outside the value area, in it, and where most traded"""
EATEN, PULLED = "eaten", "pulled"
LEAST_NUMBER = 4
"""Cells that a number needs to be worth showing"""


def trade_cell(
    lots: int, age: int, instrument: InstrumentView, paint: Paint, ground: str, width: int, *, is_buy: bool
) -> Segment:
    """Sold stands left of the price and right-aligned, bought right of it: towards the price."""
    palette = paint.palette
    if not lots:
        return Segment(" " * width, paint.behind(palette.foreground, ground))
    number = fitting_quantity(instrument, lots, width - 2)
    text = f" {number}".ljust(width) if is_buy else f"{number} ".rjust(width)
    colour = palette.up if is_buy else palette.down
    if age == FRESH:
        tinted = paint.tint(colour, FRESH_TINT, on=ground)
        return Segment(text, paint.behind(palette.strong, tinted, bold=True))
    return Segment(text, paint.behind(colour if age == RECENT else palette.muted, ground))


def change_cell(
    net_lots: int, age: int, instrument: InstrumentView, scale: int, paint: Paint, ground: str, width: int,
    *, is_bid: bool,
) -> Segment:  # fmt: skip
    """What came less what its owners took away; in colour from a tenth of the bars' scale on, until it is old."""
    palette = paint.palette
    if not net_lots:
        return Segment(" " * width, paint.behind(palette.foreground, ground))
    number = ("+" if net_lots > 0 else "-") + fitting_quantity(instrument, abs(net_lots), width - 2)
    is_quiet = age == OLD or abs(net_lots) * 10 < scale
    colour = palette.muted if is_quiet else palette.up if net_lots > 0 else palette.down
    text = f"{number} ".rjust(width) if is_bid else f" {number}".ljust(width)
    return Segment(text, paint.behind(colour, ground, bold=age == FRESH and not is_quiet))


def vanished_style(age: int, paint: Paint, ground: str) -> Style:
    """Quieter than what stands there: a fast market is full of it."""
    palette = paint.palette
    return paint.behind(paint.tint(palette.muted, VANISHED_STRENGTH.get(age, VANISHED_LONG_AGO), on=ground), ground)


def vanished_text(flow: RowFlow, instrument: InstrumentView, width: int, *, is_bid: bool) -> str:
    """Of a row where nothing stands now: was it eaten by trades, or pulled by its owner? "" when neither."""
    eaten, pulled = (flow.eaten_bid, flow.pulled_bid) if is_bid else (flow.eaten_ask, flow.pulled_ask)
    if not eaten and not pulled:
        return ""
    word, lots = (EATEN, eaten) if eaten >= pulled else (PULLED, pulled)
    room = width - len(word) - 1
    return f"{word} {fitting_quantity(instrument, lots, room)}" if room >= LEAST_NUMBER else word[:width]


def volume_cell(
    lots: int, most: int, instrument: InstrumentView, paint: Paint, ground: str, width: int, *, place: int
) -> tuple[Segment, ...]:
    """The session's volume at this price, a bar from the left; `place`: outside, in the value area, where most is."""
    palette = paint.palette
    if not lots or not most:
        return (Segment(" " * width, paint.behind(palette.foreground, ground)),)
    number = fitting_quantity(instrument, lots, width - 2)
    text = right(f"{number}{'P' if place == 2 else ' '}", width)
    bar = round(lots * width / most)
    colour = palette.foreground if place else palette.muted
    tinted = palette.faint if paint.is_blunt else paint.tint(palette.foreground, VOLUME_TINTS[place], on=ground)
    barred = paint.behind(palette.strong if place == 2 else colour, tinted)
    bare = paint.behind(colour, ground)
    return tuple(Segment(part, style) for part, style in ((text[:bar], barred), (text[bar:], bare)) if part)


def profit_cell(view: LadderView, ticks: int, paint: Paint, ground: str, width: int, *, is_strong: bool) -> Segment:
    """What the position would bring, closed at this price."""
    if view.position is None or not view.position.position_lots:
        return Segment(" " * width, paint.behind(paint.palette.foreground, ground))
    profit = profit_e8(view.instrument, view.position, ticks)
    colour = paint.palette.up if profit > 0 else paint.palette.down if profit < 0 else paint.palette.muted
    if not is_strong:
        colour = paint.palette.muted
    text = right(f"{fitting_money(profit, width - 2)} ", width)
    return Segment(text, paint.behind(colour, ground, bold=is_strong))
