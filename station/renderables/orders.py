"""Open orders, the newest first, what hangs together drawn together; and the one at the cursor in detail.

A mark before the symbol says what it is (station/views/working.py), the price column where it stands: the trigger of
an order that is held, else its limit. A narrow pane leaves out state, queue and kind.
"""

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style

from core.vocabulary import OrderStatus, Side, TimeInForce
from station.renderables.paint import Paint
from station.renderables.row import Row, cut, fill, left, plain, right
from station.views.instrument import InstrumentView
from station.views.numbers import clock_text
from station.views.orders import OrderView
from station.views.working import (
    KINDS,
    PENDING,
    asked_text,
    branches,
    mark_of,
    queue_text,
    stands_short,
    stands_text,
    worked_text,
)

SYMBOL = 13
PRICE = 10
STATE = 8
LONG_STATE = 26
QUEUE = 8
KIND = 12
ROOM_FOR_STATE = 44
ROOM_FOR_QUEUE = 56
ROOM_FOR_KIND = 84
"""From here on the state is written out."""
ROOM_FOR_DETAIL = (40, 13)
DETAIL_LINES = 6
COUNTER_MASK = (1 << 32) - 1


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
    detail: list[Row] = []
    if cursor is not None and cursor < len(orders) and width >= ROOM_FOR_DETAIL[0] and height >= ROOM_FOR_DETAIL[1]:
        detail = detail_rows(*orders[cursor], orders, paint=paint, width=width)
    columns = _Columns(width)
    height -= len(detail)
    rows = [_heading(columns, paint)] if height > len(orders) else []
    room = max(1, height - len(rows))
    first = max(0, min((cursor or 0) - room // 2, len(orders) - room))
    pieces = branches([order for _, order in orders])
    for index in range(first, min(len(orders), first + room)):
        row = _line(*orders[index], pieces[index], columns, paint)
        if index == cursor:
            row = tuple(Segment(segment.text, paint.selected(segment.style or paint.text)) for segment in row)
        rows.append(row)
    if not detail:
        return rows
    return [*rows, *[fill([], width, paint.text)] * (height - len(rows)), *detail]


class _Columns:
    """What has room."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.kind = KIND if width >= ROOM_FOR_KIND else 0
        self.queue = QUEUE if width >= ROOM_FOR_QUEUE else 0
        self.state = (LONG_STATE if self.kind else STATE) if width >= ROOM_FOR_STATE else 0
        used = 5 + SYMBOL + PRICE + sum(size + 1 for size in (self.kind, self.queue, self.state) if size)
        self.quantity = max(4, min(24, width - used))


def _heading(columns: _Columns, paint: Paint) -> Row:
    size = right("size" if columns.quantity < 8 else "quantity", columns.quantity)
    text = f"   {left('symbol', SYMBOL)} {size}"
    text += f" {left('kind', columns.kind)}" if columns.kind else ""
    text += f" {right('price', PRICE)}"
    text += f" {right('queue', columns.queue)}" if columns.queue else ""
    text += f" {left('state', columns.state)}" if columns.state else ""
    return (Segment(cut(text, columns.width).ljust(columns.width), paint.head),)


def _line(instrument: InstrumentView, order: OrderView, piece: str, columns: _Columns, paint: Paint) -> Row:
    is_buy = order.side is Side.BUY
    state = _state_style(order, paint)
    open_text = instrument.short(order.open_lots)
    if order.filled_lots and len(open_text) + len(instrument.short(order.quantity_lots)) < columns.quantity:
        open_text += f"/{instrument.short(order.quantity_lots)}"
    parts: list[tuple[str, Style]] = [
        (piece, paint.muted),
        ("B" if is_buy else "S", paint.up if is_buy else paint.down),
        (mark_of(order), state if order.status in PENDING else paint.own),
        (f"{left(instrument.symbol_in(SYMBOL), SYMBOL)} {right(open_text, columns.quantity)}", paint.text),
    ]
    if columns.kind:
        parts.append((f" {left(KINDS[order.kind], columns.kind)}", paint.text))
    parts.append((f" {right(_price_text(instrument, order), PRICE)}", paint.muted if order.is_held else paint.text))
    if columns.queue:
        parts.append((f" {right(queue_text(order, instrument), columns.queue)}", paint.muted))
    if columns.state:
        long = stands_text(order, instrument)
        said = long if columns.state == LONG_STATE else stands_short(order)
        parts.append((f" {left(said, columns.state)}", state))
    return fill(parts, columns.width, paint.text)


def _price_text(instrument: InstrumentView, order: OrderView) -> str:
    return instrument.price(order.shown_ticks) if order.shown_ticks else KINDS[order.kind]


def detail_rows(
    instrument: InstrumentView,
    order: OrderView,
    orders: Sequence[tuple[InstrumentView, OrderView]],
    *,
    paint: Paint,
    width: int,
) -> list[Row]:
    """Everything of one order in DETAIL_LINES lines."""
    side = "buy" if order.side is Side.BUY else "sell"
    group = [one for _, one in orders if order.group_id and one.group_id == order.group_id]
    number = f"#{order.client_id & COUNTER_MASK} "
    before = queue_text(order, instrument)
    queue = f"{before.removeprefix('~')} before it{'' if order.is_queue_exact else ', an estimate'}" if before else "–"
    until = f"until {clock_text(order.ends_wall_ns)}" if order.ends_wall_ns else _lasts(order)
    filled = f"{instrument.short(order.filled_lots)} of {instrument.short(order.quantity_lots)} filled"
    lines: list[list[tuple[str, Style]]] = [
        [("─" * width, paint.faint)],
        [
            (f" {number}", paint.muted),
            (f"{side} {instrument.short(order.quantity_lots)} {instrument.symbol}", paint.text),
        ],
        [(f" {asked_text(order, instrument)}", paint.own)],
        [(f" {stands_text(order, instrument)} · {worked_text(order, instrument.venue)}", paint.text)],
        [(f" {filled} · {until}", paint.muted), (f" · queue {queue}" if before else "", paint.muted)],
        [(f" {_group_text(order, group)}", paint.muted)],
    ]
    return [fill([(plain(text), style) for text, style in line], width, paint.text) for line in lines]


def _lasts(order: OrderView) -> str:
    words = {TimeInForce.DAY: "for today", TimeInForce.IOC: "at once or not", TimeInForce.FOK: "whole or not"}
    return words.get(order.time_in_force, "until cancelled")


def _group_text(order: OrderView, group: Sequence[OrderView]) -> str:
    if order.parent_id:
        return f"a slice of #{order.parent_id & COUNTER_MASK}"
    others = [one for one in group if one.client_id != order.client_id]
    if not others:
        return "alone"
    return "with " + ", ".join(f"#{one.client_id & COUNTER_MASK} {KINDS[one.kind]}" for one in others)


def _state_style(order: OrderView, paint: Paint) -> Style:
    if order.status is OrderStatus.UNKNOWN:
        return paint.halted
    return paint.own_pending if order.status in PENDING else paint.muted
