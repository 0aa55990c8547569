"""Positions with profit and loss of the day; average, mark and realised where there is room."""

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style

from station.renderables.paint import Paint
from station.renderables.row import Row, cut, fill, left, right
from station.views.instrument import InstrumentView
from station.views.numbers import fitting_money
from station.views.orders import PositionView

SYMBOL = 13
MONEY = 10
SHORT_MONEY = 9
PRICE = 10
ROOM_FOR_PRICES = 66


def positions_rows(
    positions: Sequence[tuple[InstrumentView, PositionView]], *, paint: Paint, width: int, height: int
) -> list[Row]:
    if not positions:
        return [fill([(" flat: nothing held", paint.muted)], width, paint.text)]
    is_wide = width >= ROOM_FOR_PRICES
    money = MONEY if width >= 36 else SHORT_MONEY
    quantity = max(4, width - SYMBOL - money - 4 - (2 * (PRICE + 1) + MONEY + 1 if is_wide else 0))
    rows = [_heading(quantity, money, is_wide, paint, width)] if height > len(positions) else []
    room = height - len(rows)
    # Too many: the last line says so, unless there is but one.
    shown = len(positions) if len(positions) <= room else max(1, room - 1)
    for instrument, position in positions[:shown]:
        rows.append(_line(instrument, position, quantity, money, is_wide, paint, width))
    if shown < len(positions) and shown < room:
        rows.append(fill([(f" {len(positions) - shown} more: F7, then m", paint.muted)], width, paint.text))
    return rows


def _heading(quantity: int, money: int, is_wide: bool, paint: Paint, width: int) -> Row:
    text = f" {left('symbol', SYMBOL)} {right('held' if quantity < 8 else 'position', quantity)}"
    if is_wide:
        text += f" {right('average', PRICE)} {right('mark', PRICE)} {right('realised', MONEY)}"
    return (Segment(cut(f"{text} {right('P/L', money)} ", width).ljust(width), paint.head),)


def _line(
    instrument: InstrumentView,
    position: PositionView,
    quantity: int,
    money: int,
    is_wide: bool,
    paint: Paint,
    width: int,
) -> Row:
    lots = position.position_lots
    held = f"+{instrument.short(lots)}" if lots > 0 else instrument.short(lots)
    parts: list[tuple[str, Style]] = [
        (f" {left(instrument.symbol_in(SYMBOL), SYMBOL)} ", paint.text),
        (right(held, quantity), paint.sign(lots)),
    ]
    if is_wide:
        average = instrument.price(round(position.average_ticks)) if lots else ""
        mark = instrument.price(position.mark_ticks) if position.mark_ticks else ""
        parts += [
            (f" {right(average, PRICE)} {right(mark, PRICE)} ", paint.muted),
            (right(fitting_money(position.realised_e8, MONEY), MONEY), paint.sign(position.realised_e8)),
        ]
    parts.append((f" {right(fitting_money(position.profit_e8, money), money)} ", paint.sign(position.profit_e8)))
    return fill(parts, width, paint.text)
