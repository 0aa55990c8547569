"""Time and sales: what one aggressor took at one moment is one line, ×n where it were n fills. The newest on top.

▴ he bought, ▾ he sold; large ones are bold and have a stronger bar.
"""

from collections.abc import Sequence
from typing import NamedTuple

from rich.style import Style

from core.vocabulary import Side
from station.renderables.details import Field
from station.renderables.paint import Paint
from station.renderables.quantity import fitting_quantity, round_up
from station.renderables.table import MARGIN, Column, as_muted
from station.views.book import TradesView
from station.views.flow import Print, PrintsView
from station.views.instrument import InstrumentView
from station.views.numbers import NS_PER_SECOND, clock_text

LARGE = 4
"""So many times the median of those in sight, and it is large."""
EIGHTHS = " ▏▎▍▌▋▊▉█"
WITH_MILLISECONDS = 12
SHARES = (0.5, 0.9, 0.98)
"""Of the prints in sight that a least size leaves out, about."""


class PrintLine(NamedTuple):
    instrument: InstrumentView
    sale: Print
    is_large: bool
    scale_lots: int
    """A full bar"""


def sales_of(prints: PrintsView, trades: TradesView) -> Sequence[Print]:
    """While nobody follows the tape, single trades as the core shows them."""
    if prints.prints:
        return prints.prints
    return [
        Print(one.wall_ns, one.price_ticks, one.price_ticks, one.quantity_lots, _side(one.side), 1)
        for one in trades.trades
    ]


def _side(code: int) -> Side:
    return Side.BUY if code > 0 else Side.SELL


def print_lines(sales: Sequence[Print], instrument: InstrumentView, *, least_lots: int = 0) -> list[PrintLine]:
    """Those of at least so many lots; what is large is measured by all of them."""
    if not sales:
        return []
    lots = sorted(sale.lots for sale in sales)
    median, scale = lots[len(lots) // 2], round_up(max(1, lots[-1 - len(lots) // 16]))
    return [
        PrintLine(instrument, sale, sale.lots >= LARGE * median, scale) for sale in sales if sale.lots >= least_lots
    ]


def least_sizes(sales: Sequence[Print]) -> list[int]:
    """Round numbers of lots to leave out what is smaller, from everything to only the largest."""
    lots = sorted(sale.lots for sale in sales)
    if not lots:
        return [0]
    return [0, *dict.fromkeys(round_up(lots[int((len(lots) - 1) * share)]) for share in SHARES)]


def per_second(sales: Sequence[Print], now_s: int, seconds: int) -> list[int]:
    """Fills in each of the last whole seconds, the oldest first."""
    counts = [0] * seconds
    for sale in sales:
        back = now_s - sale.wall_ns // NS_PER_SECOND
        if 1 <= back <= seconds:
            counts[-back] += sale.fills
    return counts


def bar_text(value: int, scale: int, width: int) -> str:
    """A bar from the left, an eighth of a cell fine."""
    eighths = min(8 * width, max(1, value * 8 * width // max(1, scale)))
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (EIGHTHS[rest] if rest else "")


def _price(line: PrintLine, width: int) -> str:
    """Where it ended; where it began too, when it went through several prices and there is room."""
    sale, price = line.sale, line.instrument.price
    arrow = "▴" if sale.side > 0 else "▾"
    through = f"{price(sale.price_from_ticks)}{arrow}{price(sale.price_to_ticks)}"
    is_swept = sale.price_from_ticks != sale.price_to_ticks
    return through if is_swept and len(through) <= width else f"{arrow}{price(sale.price_to_ticks)}"


def _colour(line: PrintLine, paint: Paint) -> str:
    return paint.palette.up if line.sale.side > 0 else paint.palette.down


def _style(line: PrintLine, paint: Paint) -> Style:
    return paint.behind(_colour(line, paint), paint.palette.background, bold=line.is_large)


def _bar_style(line: PrintLine, paint: Paint) -> Style:
    strength = paint.bar(_colour(line, paint), is_best=line.is_large, on=paint.palette.background)
    return paint.behind(strength, paint.palette.background)


TRADE_COLUMNS: tuple[Column[PrintLine], ...] = (
    MARGIN,
    Column("time", lambda line, width: clock_text(line.sale.wall_ns, milliseconds=width >= WITH_MILLISECONDS), 8,
           most=WITH_MILLISECONDS, is_left=True, style=as_muted, sort=lambda line: line.sale.wall_ns),
    Column("price", _price, 10, most=11, style=_style, sort=lambda line: line.sale.price_to_ticks),
    Column("size", lambda line, width: fitting_quantity(line.instrument, line.sale.lots, width), 7, most=9,
           style=_style, sort=lambda line: line.sale.lots),
    Column("×", lambda line, width: f"×{line.sale.fills}" if line.sale.fills > 1 else "", 4, worth=1,
           is_left=True, style=as_muted, sort=lambda line: line.sale.fills),
    Column("", lambda line, width: bar_text(line.sale.lots, line.scale_lots, width), 4, most=40, worth=2, is_left=True,
           style=_bar_style, is_picture=True),
)  # fmt: skip


def print_fields(line: PrintLine) -> list[Field]:
    sale, instrument = line.sale, line.instrument
    price = instrument.price
    through = f"{price(sale.price_from_ticks)} to {price(sale.price_to_ticks)}"
    at = through if sale.price_from_ticks != sale.price_to_ticks else price(sale.price_to_ticks)
    return [
        ("time", clock_text(sale.wall_ns, milliseconds=True)),
        ("taker", "bought" if sale.side > 0 else "sold"),
        ("size", f"{instrument.short(sale.lots)} {instrument.base}"),
        ("at", f"{at} {instrument.quote}"),
        ("fills", str(sale.fills)),
        ("is it large", f"yes, at least {LARGE} times the usual" if line.is_large else "no"),
    ]
