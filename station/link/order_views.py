"""An ORDER of the core's cells as a view, and what happened to it between two looks as news."""

import numpy as np

from core.vocabulary import (
    OPEN_STATUSES,
    EventFlag,
    OrderStatus,
    OrderType,
    Origin,
    Phase,
    Side,
    TimeInForce,
)
from station.views.orders import SLICED, OrderNews, OrderView


def order_view(row: np.void, wall_offset_ns: int = 0) -> OrderView:
    ends_ns = int(row["ends_ns"])
    return OrderView(
        client_id=int(row["client_id"]),
        instrument_id=int(row["instrument_id"]),
        side=Side(int(row["side"])),
        order_type=OrderType(int(row["order_type"])),
        time_in_force=TimeInForce(int(row["time_in_force"])),
        status=OrderStatus(int(row["status"])),
        price_ticks=int(row["price_ticks"]),
        quantity_lots=int(row["quantity_lots"]),
        filled_lots=int(row["filled_lots"]),
        queue_ahead_lots=int(row["queue_ahead_lots"]),
        is_queue_exact=bool(row["queue_is_exact"]),
        strategy_id=int(row["strategy_id"]),
        origin=Origin(int(row["origin"])),
        created_ns=int(row["created_ns"]),
        reason=int(row["reason"]),
        flags=EventFlag(int(row["flags"])),
        asked_type=OrderType(int(row["asked_type"])),
        phase=Phase(int(row["phase"])),
        slices_in_all=slices_in_all(row),
        ends_wall_ns=ends_ns + wall_offset_ns if ends_ns else 0,
        **{name: int(row[name]) for name in TERMS},
    )


def order_news(
    order: OrderView, *, traded_lots: int, phase_before: Phase, traded_for: int = 0, is_as_before: bool = False
) -> OrderNews:
    """`traded_for`: ticks times lots of what traded; 0: not known."""
    return OrderNews(
        client_id=order.client_id,
        instrument_id=order.instrument_id,
        side=order.side,
        status=order.status,
        price_ticks=order.price_ticks,
        traded_lots=max(0, traded_lots),
        average_ticks=traded_for / traded_lots if traded_lots > 0 else 0.0,
        reason=order.reason,
        strategy_id=order.strategy_id,
        kind=order.kind,
        trigger_ticks=order.trigger_ticks,
        has_gone_off=phase_before is Phase.WATCHING and order.phase in WENT_OFF and order.status in OPEN_STATUSES,
        is_as_before=is_as_before,
    )


def is_as_before(order: OrderView, *, status_before: OrderStatus, reason_before: int) -> bool:
    """The venue has just refused to change or cancel it. Of what the core works, a reason is the core's."""
    was_asked = status_before in (OrderStatus.PENDING_REPLACE, OrderStatus.PENDING_CANCEL)
    is_told = order.reason != 0 and (was_asked or order.reason != reason_before)
    return is_told and order.phase is Phase.NONE and order.status in (OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED)


WENT_OFF = (Phase.TRIGGERED, Phase.NONE)
TERMS = (
    "trigger_ticks", "activation_ticks", "offset", "display_lots", "starts_ns", "ends_ns", "sent_lots", "slices",
    "parent_id", "group_id",
)  # fmt: skip
SLICES = 24
"""Of a TWAP or VWAP that does not say their size (core/orders/slicing.py, which compiles when it is imported)."""


def slices_in_all(row: np.void) -> int:
    """About how many slices an order becomes; 0: it has none."""
    if int(row["asked_type"]) not in SLICED:
        return 0
    display, lots = int(row["display_lots"]), int(row["quantity_lots"])
    return max(1, -(-lots // display)) if display > 0 else SLICES
