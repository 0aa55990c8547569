"""Time and sales: the newest trade on top, its quantity as a bar where there is room."""

from rich.segment import Segment
from rich.style import Style

from station.renderables.paint import Paint
from station.renderables.quantity import fitting_quantity, round_up
from station.renderables.row import Row, cut, fill, right
from station.views.book import TradesView
from station.views.instrument import InstrumentView
from station.views.numbers import clock_text

TIME = 12
SHORT_TIME = 8
QUANTITY = 9
LEAST_BAR = 4
LARGE = 4
"""A trade of so many times the median of those in sight is written bold."""
EIGHTHS = " ▏▎▍▌▋▊▉█"


def trades_rows(view: TradesView, instrument: InstrumentView, *, paint: Paint, width: int, height: int) -> list[Row]:
    if not view.trades:
        return [fill([(" no trade yet", paint.muted)], width, paint.text)]
    shown = view.trades[: height - 1]
    price = max(len(instrument.price(trade.price_ticks)) for trade in view.trades)
    milliseconds = width >= TIME + price + QUANTITY + 5
    time = TIME if milliseconds else SHORT_TIME
    quantity = min(QUANTITY, max(0, width - time - price - 5))
    bar = width - time - price - quantity - 6
    bar = bar if bar >= LEAST_BAR else 0
    lots = sorted(trade.quantity_lots for trade in view.trades)
    median, scale = lots[len(lots) // 2], round_up(max(1, lots[-1 - len(lots) // 16]))
    head = f" {'time':<{time}}  {'price':>{price}} {right('size' if quantity < 8 else 'quantity', quantity)}"
    rows: list[Row] = [(Segment(cut(head, width).ljust(width), paint.head),)]
    for trade in shown:
        colour = paint.palette.up if trade.side > 0 else paint.palette.down
        is_large = trade.quantity_lots >= LARGE * median
        arrow = "▴" if trade.side > 0 else "▾"
        size = right(fitting_quantity(instrument, trade.quantity_lots, quantity), quantity)
        parts: list[tuple[str, Style]] = [
            (f" {clock_text(trade.wall_ns, milliseconds=milliseconds)} ", paint.muted),
            (
                f"{arrow}{instrument.price(trade.price_ticks):>{price}} {size} ",
                paint.behind(colour, paint.palette.background, bold=is_large),
            ),
        ]
        if bar:
            strength = paint.bar(colour, is_best=is_large, on=paint.palette.background)
            drawn = bar_text(trade.quantity_lots, scale, bar)
            parts.append((drawn, paint.behind(strength, paint.palette.background)))
        rows.append(fill(parts, width, paint.text))
    return rows


def bar_text(value: int, scale: int, width: int) -> str:
    """A bar from the left, an eighth of a cell fine."""
    eighths = min(8 * width, max(1, value * 8 * width // max(1, scale)))
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (EIGHTHS[rest] if rest else "")
