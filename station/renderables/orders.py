"""Open orders, the newest first, what hangs together drawn together; and one of them in full.

A mark before the symbol says what it is (station/views/working.py), the price column where it stands: the trigger of
an order that is held, else its limit. A narrow pane leaves out kind, queue and state.
"""

from collections.abc import Sequence
from typing import NamedTuple

from rich.style import Style

from core.vocabulary import OrderStatus, Side, TimeInForce
from station.renderables.details import Field
from station.renderables.paint import Paint
from station.renderables.table import Column, as_muted
from station.views.instrument import InstrumentView
from station.views.numbers import clock_text
from station.views.orders import OrderView
from station.views.working import (
    KINDS,
    PENDING,
    asked_text,
    branches,
    is_denied,
    mark_of,
    queue_text,
    stands_short,
    stands_text,
    worked_text,
)

LONG_STATE = 20
"""From here on the state is written out."""
COUNTER_MASK = (1 << 32) - 1


class OrderLine(NamedTuple):
    instrument: InstrumentView
    order: OrderView
    piece: str = " "
    """Of the bracket before orders that hang together"""


def order_lines(orders: Sequence[tuple[InstrumentView, OrderView]]) -> list[OrderLine]:
    pieces = branches([order for _, order in orders])
    return [OrderLine(instrument, order, piece) for (instrument, order), piece in zip(orders, pieces, strict=True)]


def _quantity(line: OrderLine, width: int) -> str:
    """What is still open; of how much, where there is room."""
    instrument, order = line.instrument, line.order
    text = instrument.short(order.open_lots)
    whole = f"{text}/{instrument.short(order.quantity_lots)}"
    return whole if order.filled_lots and len(whole) <= width else text


def _price(line: OrderLine, width: int) -> str:
    order = line.order
    return line.instrument.price(order.shown_ticks) if order.shown_ticks else KINDS[order.kind]


def _state(line: OrderLine, width: int) -> str:
    return stands_text(line.order, line.instrument) if width >= LONG_STATE else stands_short(line.order)


def state_style(line: OrderLine, paint: Paint) -> Style:
    if line.order.status is OrderStatus.UNKNOWN:
        return paint.halted
    if is_denied(line.order):
        return paint.warning
    return paint.own_pending if line.order.status in PENDING else paint.muted


def _side_style(line: OrderLine, paint: Paint) -> Style:
    return paint.up if line.order.side is Side.BUY else paint.down


ORDER_COLUMNS: tuple[Column[OrderLine], ...] = (
    Column("", lambda line, width: line.piece, 1, gap=0, style=as_muted),
    Column("", lambda line, width: "B" if line.order.side is Side.BUY else "S", 1, gap=0, style=_side_style),
    Column("", lambda line, width: mark_of(line.order), 1,
           style=lambda line, paint: state_style(line, paint) if line.order.status in PENDING else paint.own),
    Column("symbol", lambda line, width: line.instrument.symbol_in(width), 13, most=24, is_left=True,
           is_symbol=True, sort=lambda line: line.instrument.symbol),
    Column("size", _quantity, 6, most=16, sort=lambda line: line.instrument.notional_e8(1, line.order.open_lots)),
    Column("kind", lambda line, width: KINDS[line.order.kind], 12, worth=3, is_left=True,
           sort=lambda line: KINDS[line.order.kind]),
    Column("price", _price, 10, style=lambda line, paint: paint.muted if line.order.is_held else paint.text,
           sort=lambda line: line.order.shown_ticks or None),
    Column("queue", lambda line, width: queue_text(line.order, line.instrument), 8, worth=2, style=as_muted,
           sort=lambda line: line.order.queue_ahead_lots if line.order.queue_ahead_lots >= 0 else None),
    Column("state", _state, 8, most=26, worth=1, is_left=True, style=state_style,
           sort=lambda line: stands_short(line.order)),
)  # fmt: skip


def order_fields(line: OrderLine, orders: Sequence[OrderLine]) -> list[Field]:
    """Everything of one order; `orders`: those among which are what it hangs together with."""
    instrument, order = line.instrument, line.order
    base = instrument.base
    side = "buy" if order.side is Side.BUY else "sell"
    before = queue_text(order, instrument)
    exact = "" if order.is_queue_exact else ", an estimate"
    return [
        ("order", f"#{order.client_id & COUNTER_MASK} {side} {instrument.short(order.quantity_lots)} {base}"),
        ("instrument", instrument.symbol),
        ("asked", asked_text(order, instrument)),
        ("stands", stands_text(order, instrument)),
        ("by", worked_text(order, instrument.venue)),
        ("filled", f"{instrument.short(order.filled_lots)} of {instrument.short(order.quantity_lots)} {base}"),
        ("before it", f"{before.removeprefix('~')} {base}{exact}" if before else ""),
        ("lasts", f"until {clock_text(order.ends_wall_ns)}" if order.ends_wall_ns else _lasts(order)),
        ("hangs with", _group_text(order, [one.order for one in orders])),
        ("from", order.origin.name.lower()),
        ("strategy", str(order.strategy_id) if order.strategy_id >= 0 else ""),
        ("client id", str(order.client_id)),
    ]


def _lasts(order: OrderView) -> str:
    words = {TimeInForce.DAY: "for today", TimeInForce.IOC: "at once or not", TimeInForce.FOK: "whole or not"}
    return words.get(order.time_in_force, "until cancelled")


def _group_text(order: OrderView, orders: Sequence[OrderView]) -> str:
    if order.parent_id:
        return f"a slice of #{order.parent_id & COUNTER_MASK}"
    group = [one for one in orders if order.group_id and one.group_id == order.group_id]
    others = [one for one in group if one.client_id != order.client_id]
    if not others:
        return "alone"
    return ", ".join(f"#{one.client_id & COUNTER_MASK} {KINDS[one.kind]}" for one in others)
