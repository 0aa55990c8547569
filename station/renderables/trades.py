"""Time and sales: the newest trade on top."""

from rich.segment import Segment

from station.renderables.ladder import fitting_quantity
from station.renderables.paint import Paint
from station.renderables.row import Row, cut, fill
from station.views.book import TradesView
from station.views.instrument import InstrumentView
from station.views.numbers import clock_text

TIME_WIDTH = 12
SHORT_TIME_WIDTH = 8
LARGE = 4
"""A trade of so many times the median of those in sight is written bold."""


def trades_rows(view: TradesView, instrument: InstrumentView, *, paint: Paint, width: int, height: int) -> list[Row]:
    if not view.trades:
        return [fill([(" no trade yet", paint.muted)], width, paint.text)]
    milliseconds = width >= 36
    time_width = TIME_WIDTH if milliseconds else SHORT_TIME_WIDTH
    price_width = max(len(instrument.price(trade.price_ticks)) for trade in view.trades[:height])
    quantity_width = max(0, width - time_width - price_width - 5)
    median = sorted(trade.quantity_lots for trade in view.trades)[len(view.trades) // 2]
    head = f" {'time':<{time_width}} {'price':>{price_width + 1}} {'quantity':>{quantity_width}} "
    rows: list[Row] = [(Segment(cut(head, width).ljust(width), paint.head),)]
    for trade in view.trades[: height - 1]:
        is_large = trade.quantity_lots >= LARGE * median
        colour = paint.palette.up if trade.side > 0 else paint.palette.down
        arrow = "▴" if trade.side > 0 else "▾"
        quantity = fitting_quantity(instrument, trade.quantity_lots, quantity_width)
        numbers = f"{arrow}{instrument.price(trade.price_ticks):>{price_width}} {quantity:>{quantity_width}} "
        rows.append(
            fill(
                [
                    (f" {clock_text(trade.wall_ns, milliseconds=milliseconds)} ", paint.muted),
                    (numbers, paint.behind(colour, paint.palette.background, bold=is_large)),
                ],
                width,
                paint.text,
            )
        )
    return rows
