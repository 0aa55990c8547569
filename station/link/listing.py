"""What the command line shows of a desk: orders, positions, books, as plain values from the core's cells.

Prices and quantities are texts with the instrument's digits, exact; money is a number in the settlement currency.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from core.memory import numpy_cell
from core.memory.files import CellParts
from core.units import MONEY_SCALE
from core.vocabulary import (
    OPEN_STATUSES,
    DenyReason,
    EventFlag,
    OrderStatus,
    OrderType,
    Origin,
    Phase,
    Reject,
    Side,
    TimeInForce,
)
from station.link.attach import Attachment
from station.link.instruments import InstrumentTable, wide
from station.link.order_views import order_view
from station.views.orders import AT_VENUE


def orders(attachment: Attachment, *, open_only: bool = True) -> list[dict[str, Any]]:
    """Oldest first; with `open_only=False` also those that closed some seconds ago."""
    table = InstrumentTable(attachment.memory)
    offset_ns = attachment.header.wall_offset_ns
    rows = list(filled_cells(attachment.memory.cells("orders"), "client_id"))
    wanted = [row for row in rows if not open_only or OrderStatus(int(row["status"])) in OPEN_STATUSES]
    return [_order(row, table, offset_ns) for row in sorted(wanted, key=lambda row: int(row["created_ns"]))]


def find_order(attachment: Attachment, client_id: int) -> np.void | None:
    """ORDER; None when the core shows no such order (any more)."""
    for row in filled_cells(attachment.memory.cells("orders"), "client_id"):
        if int(row["client_id"]) == client_id:
            return row
    return None


def group_of(attachment: Attachment, group_id: int) -> list[int]:
    """The client ids of a group's orders that the core still shows, in the order in which they were taken."""
    rows = filled_cells(attachment.memory.cells("orders"), "client_id")
    return sorted(int(row["client_id"]) for row in rows if int(row["group_id"]) == group_id)


def positions(attachment: Attachment) -> list[dict[str, Any]]:
    """Accounts' totals of what is held or was traded today."""
    table = InstrumentTable(attachment.memory)
    rows = list(filled_cells(attachment.memory.cells("positions"), "updated_ns"))
    totals = [row for row in rows if int(row["strategy_id"]) == -1]
    busy = [
        row
        for row in totals
        if row["position_lots"] or row["fills"] or row["working_buy_lots"] or row["working_sell_lots"]
    ]
    return [_position(row, table) for row in sorted(busy, key=lambda row: int(row["instrument_id"]))]


def strategies(attachment: Attachment) -> list[dict[str, Any]]:
    """The slots that hold one."""
    table = InstrumentTable(attachment.memory)
    cells = attachment.memory.cells("strategies")
    rows = [(slot, numpy_cell.read(cells, slot)) for slot in range(len(cells.values))]
    return [
        {
            "slot": slot,
            "name": row["name"].decode(errors="replace"),
            "symbol": table.symbol(int(row["instrument_id"])),
            "enabled": bool(row["is_enabled"]),
            "version": int(row["version"]),
            "calls": int(row["calls"]),
            "intents": int(row["intents"]),
            "denied": int(row["denied"]),
            "position": table.quantity_text(int(row["instrument_id"]), int(row["position_lots"])),
            "realised": int(row["realised_e8"]) / MONEY_SCALE,
        }
        for slot, row in rows
        if row is not None and row["name"]
    ]


def filled_cells(cells: CellParts, key: str) -> Iterator[np.void]:
    """Copies of the cells whose key field is set. Looked at all at once first: most are empty."""
    for index in np.flatnonzero(cells.values[key]):
        row = numpy_cell.read(cells, int(index))
        if row is not None and row[key]:
            yield row


def reason_text(row: np.void) -> str:
    """A venue's refusal and our own are different vocabularies; of what is held here the venue never heard."""
    reason = int(row["reason"])
    if not reason:
        return ""
    is_ours = row["status"] == OrderStatus.DENIED or Phase(int(row["phase"])) not in AT_VENUE
    words = DenyReason if is_ours else Reject
    return words(reason).name if reason in list(words) else str(reason)


def _order(row: np.void, table: InstrumentTable, offset_ns: int) -> dict[str, Any]:
    number = int(row["instrument_id"])
    status = OrderStatus(int(row["status"]))
    flags = int(row["flags"])
    filled = wide(row["filled_notional_high"], row["filled_notional_low"])
    average = table.average_price(number, filled, int(row["filled_lots"]))
    return {
        "client_id": int(row["client_id"]),
        "symbol": table.symbol(number),
        "side": Side(int(row["side"])).name.lower(),
        "type": (OrderType(int(row["asked_type"])) or OrderType(int(row["order_type"]))).name.lower(),
        "venue_type": OrderType(int(row["order_type"])).name.lower(),
        "tif": TimeInForce(int(row["time_in_force"])).name.lower(),
        "price": table.price_text(number, int(row["price_ticks"])) if row["price_ticks"] else None,
        "quantity": table.quantity_text(number, int(row["quantity_lots"])),
        "filled": table.quantity_text(number, int(row["filled_lots"])),
        "average_price": _plain(average),
        "status": status.name,
        "reason": reason_text(row),
        "post_only": bool(flags & EventFlag.POST_ONLY),
        "reduce_only": bool(flags & EventFlag.REDUCE_ONLY),
        "external": bool(flags & EventFlag.EXTERNAL),
        "origin": Origin(int(row["origin"])).name,
        "strategy_id": int(row["strategy_id"]),
        "venue_order_id": int(row["venue_order_id"]),
        "queue_ahead": table.quantity_text(number, int(row["queue_ahead_lots"]))
        if row["queue_ahead_lots"] >= 0
        else None,
        "queue_is_exact": bool(row["queue_is_exact"]),
        "fees": int(row["fees_e8"]) / MONEY_SCALE,
        "created_wall_ns": int(row["created_ns"]) + offset_ns,
        **_terms(row, table, offset_ns),
    }


def _terms(row: np.void, table: InstrumentTable, offset_ns: int) -> dict[str, Any]:
    """Of an order that the core works: what was asked, and how far it is. What it does not have is None."""
    view, number = order_view(row), int(row["instrument_id"])
    is_share = view.kind in (OrderType.TWAP, OrderType.VWAP)
    offset = f"{view.offset / 100:g}%" if view.flags & EventFlag.IN_BPS else f"{view.offset}t"

    def price(ticks: int) -> str | None:
        return table.price_text(number, ticks) if ticks else None

    def wall(moment_ns: int) -> int | None:
        return moment_ns + offset_ns if moment_ns else None

    return {
        "phase": view.phase.name.lower(),
        "worked": "here" if view.is_emulated else "venue",
        "trigger": price(view.trigger_ticks),
        "activation": price(view.activation_ticks),
        "offset": offset if view.offset and not is_share else None,
        "participation": view.offset / 1_000_000 if view.offset and is_share else None,
        "pegged_to": ("mid" if view.flags & EventFlag.TO_MID else "best") if view.kind is OrderType.PEGGED else None,
        "display": table.quantity_text(number, view.display_lots) if view.display_lots else None,
        "starts_wall_ns": wall(view.starts_ns),
        "ends_wall_ns": wall(view.ends_ns),
        "sent": table.quantity_text(number, view.sent_lots) if view.slices else None,
        "slices": view.slices,
        "slices_in_all": view.slices_in_all,
        "parent_id": view.parent_id or None,
        "group_id": view.group_id or None,
        "waits_for_entry": bool(view.flags & EventFlag.WAITS),
        "one_cancels": bool(view.flags & EventFlag.ONE_CANCELS),
    }


def _position(row: np.void, table: InstrumentTable) -> dict[str, Any]:
    number = int(row["instrument_id"])
    average = table.entry_price(number, wide(row["cost_high"], row["cost_low"]), int(row["position_lots"]))
    mark = int(row["mark_ticks"])
    realised, unrealised, fees = (int(row[name]) / MONEY_SCALE for name in ("realised_e8", "unrealised_e8", "fees_e8"))
    return {
        "symbol": table.symbol(number),
        "account_id": int(row["account_id"]),
        "position": table.quantity_text(number, int(row["position_lots"])),
        "average_price": _plain(average),
        "mark": table.price_text(number, mark) if mark else None,
        "working_buy": table.quantity_text(number, int(row["working_buy_lots"])),
        "working_sell": table.quantity_text(number, int(row["working_sell_lots"])),
        "bought": table.quantity_text(number, int(row["bought_lots"])),
        "sold": table.quantity_text(number, int(row["sold_lots"])),
        "realised": realised,
        "unrealised": unrealised,
        "fees": fees,
        "profit": realised + unrealised - fees,
        "currency": table.as_plain(number)["currency"],
        "fills": int(row["fills"]),
    }


def _plain(value: object) -> str | None:
    """An average has digits without end: eight are shown."""
    return None if value is None else f"{value:.8f}".rstrip("0").rstrip(".")
