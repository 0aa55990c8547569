"""Open orders, the newest first."""

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style

from core.vocabulary import OrderStatus, OrderType, Side
from station.renderables.ladder import PENDING
from station.renderables.paint import Paint
from station.renderables.row import Row, cut, fill, left, right
from station.views.instrument import InstrumentView
from station.views.numbers import count_text
from station.views.orders import OrderView
from station.views.words import ORDER_STATES


def orders_rows(
    orders: Sequence[tuple[InstrumentView, OrderView]],
    *,
    paint: Paint,
    width: int,
    height: int,
    cursor: int | None = None,
) -> list[Row]:
    """`cursor`: the line that a cancel would go to (None: the pane has not the keys)."""
    if not orders:
        return [fill([(" nothing working", paint.muted)], width, paint.text)]
    is_wide = width >= 52
    symbol_width = 14 if is_wide else 12
    state_width = 8
    price_width = 11 if is_wide else 10
    rest = width - 6 - symbol_width - state_width - price_width
    quantity_width = max(4, rest - (10 if is_wide else 0))
    queue_head = f" {'queue':>8} " if is_wide else " "
    head = (
        f"   {left('symbol', symbol_width)} {right('quantity', quantity_width)} {right('price', price_width)}"
        f"{queue_head}{left('state', state_width)}"
    )
    rows: list[Row] = [(Segment(cut(head, width).ljust(width), paint.head),)]
    room = max(1, height - 1)
    first = max(0, min((cursor or 0) - room // 2, len(orders) - room))
    for index in range(first, min(len(orders), first + room)):
        instrument, order = orders[index]
        is_buy = order.side is Side.BUY
        price = "market" if order.order_type is OrderType.MARKET else instrument.price(order.price_ticks)
        open_text = instrument.short(order.open_lots)
        if order.filled_lots and quantity_width >= 11:
            open_text += f"/{instrument.short(order.quantity_lots)}"
        parts: list[tuple[str, Style]] = [
            (" B " if is_buy else " S ", paint.up if is_buy else paint.down),
            (f"{left(instrument.symbol, symbol_width)} ", paint.text),
            (f"{right(open_text, quantity_width)} ", paint.text),
            (right(price, price_width), paint.text),
        ]
        if is_wide:
            queue = count_text(order.queue_ahead_lots) if order.queue_ahead_lots >= 0 else ""
            parts.append((f" {right(queue, 8)} ", paint.muted))
        else:
            parts.append((" ", paint.text))
        parts.append((left(ORDER_STATES[order.status], state_width), _state_style(order, paint)))
        row = fill(parts, width, paint.text)
        if index == cursor:
            row = tuple(Segment(segment.text, paint.selected(segment.style or paint.text)) for segment in row)
        rows.append(row)
    return rows


def _state_style(order: OrderView, paint: Paint) -> Style:
    if order.status is OrderStatus.UNKNOWN:
        return paint.halted
    return paint.own_pending if order.status in PENDING else paint.muted
