"""Positions with profit and loss, and the sum of the account in the last line."""

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style

from station.renderables.paint import Paint
from station.renderables.row import Row, cut, fill, left, right
from station.views.instrument import InstrumentView
from station.views.numbers import signed_money
from station.views.orders import PositionView


def positions_rows(
    positions: Sequence[tuple[InstrumentView, PositionView]], *, paint: Paint, width: int, height: int
) -> list[Row]:
    if not positions:
        return [fill([(" flat: nothing held", paint.muted)], width, paint.text)]
    is_wide = width >= 64
    symbol_width = 14 if width >= 40 else 13
    money_width = 11 if width >= 40 else 10
    quantity_width = width - symbol_width - money_width - 4 - (36 if is_wide else 0)
    wide_head = f" {'average':>11} {'mark':>11} {'realised':>11}" if is_wide else ""
    head = (
        f" {left('symbol', symbol_width)} {right('position', quantity_width)}{wide_head} {right('P/L', money_width)} "
    )
    rows: list[Row] = [(Segment(cut(head, width).ljust(width), paint.head),)]
    room = height - 1
    shown = list(positions[:room])
    if len(positions) > room > 0:
        shown = shown[: room - 1]
    for instrument, position in shown:
        lots = position.position_lots
        parts: list[tuple[str, Style]] = [
            (f" {left(instrument.symbol, symbol_width)} ", paint.text),
            (right(f"+{instrument.short(lots)}" if lots > 0 else instrument.short(lots), quantity_width),
             paint.sign(lots)),
        ]  # fmt: skip
        if is_wide:
            average = instrument.price(round(position.average_ticks)) if lots else ""
            mark = instrument.price(position.mark_ticks) if position.mark_ticks else ""
            parts += [
                (f" {right(average, 11)} {right(mark, 11)} ", paint.muted),
                (right(signed_money(position.realised_e8), 11), paint.sign(position.realised_e8)),
            ]
        parts.append((f" {right(signed_money(position.profit_e8), money_width)} ", paint.sign(position.profit_e8)))
        rows.append(fill(parts, width, paint.text))
    if len(shown) < len(positions):
        rest = f" {len(positions) - len(shown)} more: press m for all"
        rows.append(fill([(rest, paint.muted)], width, paint.text))
    return rows
