"""Open orders, the newest first. A narrow pane says the state by a mark before the symbol: … asked, ? unknown."""

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

SYMBOL = 13
PRICE = 10
STATE = 8
QUEUE = 7
ROOM_FOR_STATE = 46
ROOM_FOR_QUEUE = 56


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
    with_state, with_queue = width >= ROOM_FOR_STATE, width >= ROOM_FOR_QUEUE
    quantity = max(
        4, width - 4 - SYMBOL - PRICE - 1 - (STATE + 1 if with_state else 0) - (QUEUE + 1 if with_queue else 0)
    )
    rows = [_heading(quantity, paint, width)] if height > len(orders) else []
    room = max(1, height - len(rows))
    first = max(0, min((cursor or 0) - room // 2, len(orders) - room))
    for index in range(first, min(len(orders), first + room)):
        instrument, order = orders[index]
        row = _line(instrument, order, quantity, paint, width)
        if index == cursor:
            row = tuple(Segment(segment.text, paint.selected(segment.style or paint.text)) for segment in row)
        rows.append(row)
    return rows


def _heading(quantity: int, paint: Paint, width: int) -> Row:
    size = right("size" if quantity < 8 else "quantity", quantity)
    text = f"   {left('symbol', SYMBOL)} {size} {right('price', PRICE)}"
    text += f" {right('queue', QUEUE)}" if width >= ROOM_FOR_QUEUE else ""
    text += f" {left('state', STATE)}" if width >= ROOM_FOR_STATE else ""
    return (Segment(cut(text, width).ljust(width), paint.head),)


def _line(instrument: InstrumentView, order: OrderView, quantity: int, paint: Paint, width: int) -> Row:
    is_buy = order.side is Side.BUY
    state = _state_style(order, paint)
    mark = "?" if order.status is OrderStatus.UNKNOWN else "…" if order.status in PENDING else " "
    price = "market" if order.order_type is OrderType.MARKET else instrument.price(order.price_ticks)
    open_text = instrument.short(order.open_lots)
    if order.filled_lots and len(open_text) + len(instrument.short(order.quantity_lots)) < quantity:
        open_text += f"/{instrument.short(order.quantity_lots)}"
    parts: list[tuple[str, Style]] = [
        (" B" if is_buy else " S", paint.up if is_buy else paint.down),
        (mark, state),
        (
            f"{left(instrument.symbol_in(SYMBOL), SYMBOL)} {right(open_text, quantity)} {right(price, PRICE)}",
            paint.text,
        ),
    ]
    if width >= ROOM_FOR_QUEUE:
        queue = count_text(order.queue_ahead_lots) if order.queue_ahead_lots >= 0 else ""
        parts.append((f" {right(queue, QUEUE)}", paint.muted))
    if width >= ROOM_FOR_STATE:
        parts.append((f" {left(ORDER_STATES[order.status], STATE)}", state))
    return fill(parts, width, paint.text)


def _state_style(order: OrderView, paint: Paint) -> Style:
    if order.status is OrderStatus.UNKNOWN:
        return paint.halted
    return paint.own_pending if order.status in PENDING else paint.muted
