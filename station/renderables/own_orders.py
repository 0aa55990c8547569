"""Our orders of one side, row by row of a ladder: what rests there, and what is held here for that price."""

from typing import NamedTuple

from core.vocabulary import OrderStatus, Side
from station.renderables.row import left
from station.views.instrument import InstrumentView
from station.views.ladder import LadderView, ask_row, bid_row
from station.views.working import NO_MARK, PENDING, held_mark, queue_text


class OwnOrders(NamedTuple):
    """All our orders of one side in one row."""

    lots: int = 0
    orders: int = 0
    is_pending: bool = False
    is_unknown: bool = False
    queue: str = ""
    """What stands before the worst placed of them"""
    queue_ahead_lots: int = -1
    held_lots: int = 0
    held_mark: str = ""
    """As in station/views/working.py"""


def own_orders(view: LadderView, side: Side) -> dict[int, OwnOrders]:
    found: dict[int, OwnOrders] = {}
    row_of = bid_row if side is Side.BUY else ask_row
    for order in view.orders:
        if order.side is not side or order.shown_ticks == 0:
            continue
        row = row_of(order.shown_ticks, view.group_ticks)
        before = found.get(row, OwnOrders())
        mark = held_mark(order)
        if mark != NO_MARK and order.is_held:
            # What its slices have taken stands there for itself.
            rest = order.quantity_lots - max(order.sent_lots, order.filled_lots)
            if rest > 0:
                found[row] = before._replace(held_lots=before.held_lots + rest, held_mark=mark)
            continue
        is_worst = order.queue_ahead_lots > before.queue_ahead_lots
        found[row] = before._replace(
            lots=before.lots + order.open_lots,
            orders=before.orders + 1,
            is_pending=before.is_pending or order.status in PENDING,
            is_unknown=before.is_unknown or order.status is OrderStatus.UNKNOWN,
            queue=queue_text(order, view.instrument) if is_worst else before.queue,
            queue_ahead_lots=max(before.queue_ahead_lots, order.queue_ahead_lots),
        )
    return found


def own_text(own: OwnOrders, instrument: InstrumentView, width: int, *, is_touched: bool = False) -> str:
    """Exactly `width`: "…0.1", " 0.4×2 q0.13", " 0.05≡0.3"; what has no room is left out from the right.

    `is_touched`: a figure begins in the cell behind it. One stays blank then: 0.4×2 and 0.07 must not become 0.4×20.07.
    """
    text = _own_text(own, instrument, width)
    room = width - is_touched
    return left(left(text if len(text) <= room else text.removeprefix(" "), room), width)


def _own_text(own: OwnOrders, instrument: InstrumentView, width: int) -> str:
    text = ""
    if own.orders:
        text = "?" if own.is_unknown else "…" if own.is_pending else " "
        text += instrument.short(own.lots) + (f"×{own.orders}" if own.orders > 1 else "")
    if own.held_mark:
        held = f"{own.held_mark}{instrument.short(own.held_lots)}"
        text += f" {held}" if not text and len(held) < width else held
    elif own.queue and len(text) + len(own.queue) + 2 <= width:
        text += f" q{own.queue}"
    elif own.queue and len(text) + len(own.queue) + 1 <= width:
        text += f" {own.queue}"
    return text
