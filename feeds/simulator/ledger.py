"""What the exchange knows of its clients' orders, open and closed, and of their executions: plain rows, written once
for every private report.

Bounded: when the rows are used up, the older half of the closed orders (or of the fills) is forgotten, so that a
client id is refused as duplicate for at least the last 32,768 orders. Accounts (state.ACCOUNT_ROW) never forget.
"""

from collections.abc import Iterator

import numpy as np

from core.vocabulary import EventFlag, OrderStatus, Report

CLIENT_ORDER = np.dtype(
    [
        ("client_id", np.int64),      # 0: none was given
        ("order_id", np.int64),
        ("price_ticks", np.int64),
        ("quantity_lots", np.int64),
        ("filled_lots", np.int64),
        ("entered_ns", np.int64),
        ("updated_ns", np.int64),
        ("row", np.int64),            # of the pool; 0: closed
        ("trigger_ticks", np.int64),  # of a stop that waits
        ("account", np.int16),
        ("book", np.int16),
        ("side", np.int8),
        ("order_type", np.int8),
        ("time_in_force", np.int8),
        ("status", np.int8),          # vocabulary.OrderStatus
        ("reason", np.int8),          # vocabulary.Reject
        ("_reserved", np.uint8, (7,)),
    ]
)  # fmt: skip

CLIENT_FILL = np.dtype(
    [
        ("execution_id", np.int64),
        ("order_id", np.int64),
        ("client_id", np.int64),
        ("price_ticks", np.int64),
        ("quantity_lots", np.int64),
        ("fee_e8", np.int64),
        ("venue_ns", np.int64),
        ("account", np.int16),
        ("book", np.int16),
        ("side", np.int8),
        ("is_maker", np.int8),
        ("_reserved", np.uint8, (2,)),
    ]
)  # fmt: skip


class Ledger:
    """Written by the exchange from its reports, in their order; read by venues and the server."""

    def __init__(self, capacity: int = 1 << 16) -> None:
        self.orders = np.zeros(capacity, CLIENT_ORDER)
        self.order_count = 0
        self.fills = np.zeros(capacity, CLIENT_FILL)
        self.fill_count = 0
        self.fills_noted = 0
        """Ever, in this process: tells a reader how many are new to it."""
        self._by_client: dict[tuple[int, int], int] = {}
        self._by_order: dict[int, int] = {}

    def restore(self, orders: np.ndarray, fills: np.ndarray) -> None:
        self.order_count, self.fill_count = len(orders), len(fills)
        self.orders[: len(orders)] = orders
        self.fills[: len(fills)] = fills
        self.fills_noted = len(fills)
        self._index()

    def by_client(self, account: int, client_id: int) -> np.void | None:
        """The order that an account gave this id; None: not known."""
        index = self._by_client.get((account, client_id))
        return None if index is None else self.orders[index]

    def by_order(self, account: int, order_id: int) -> np.void | None:
        index = self._by_order.get(order_id)
        if index is None or self.orders[index]["account"] != account:
            return None
        return self.orders[index]

    def open_orders(self, account: int) -> Iterator[np.void]:
        known = self.orders[: self.order_count]
        for index in np.flatnonzero((known["account"] == account) & (known["row"] > 0)):
            yield known[index]

    def fills_since(self, account: int, venue_ns: int) -> np.ndarray:
        """CLIENT_FILL[n], oldest first."""
        known = self.fills[: self.fill_count]
        fills: np.ndarray = known[(known["account"] == account) & (known["venue_ns"] >= venue_ns)]
        return fills

    def enter(self, row: int, order: np.void, now_ns: int) -> None:
        """An order goes into the engine from a row of the pool, with the id that it will get there."""
        if self.order_count == len(self.orders):
            self._forget_orders()
        index = self.order_count
        self.order_count += 1
        known = self.orders[index]
        known["row"], known["status"], known["reason"] = row, OrderStatus.PENDING_NEW, 0
        known["entered_ns"] = known["updated_ns"] = now_ns
        for name in (
            "client_id", "order_id", "price_ticks", "quantity_lots", "account", "book", "side", "order_type",
            "time_in_force", "trigger_ticks",
        ):  # fmt: skip
            known[name] = order[name]
        known["filled_lots"] = 0
        if known["client_id"]:
            self._by_client[int(known["account"]), int(known["client_id"])] = index
        self._by_order[int(known["order_id"])] = index

    def note(self, report: np.void) -> None:
        """One private report, in the order in which the exchange made them."""
        kind = Report(int(report["detail"]))
        index = self._by_order.get(int(report["reference_id"]))
        if index is None or kind in (Report.CANCEL_REJECTED, Report.REPLACE_REJECTED):
            return
        known = self.orders[index]
        known["status"], known["reason"] = report["status"], report["reason"]
        known["filled_lots"], known["updated_ns"] = report["filled_lots"], report["venue_ns"]
        if kind is Report.FILLED:
            self._note_fill(report)
        else:
            known["price_ticks"], known["quantity_lots"] = report["price_ticks"], report["quantity_lots"]
            known["trigger_ticks"] = report["execution_id"]
        if report["flags"] & EventFlag.FINAL:
            known["row"] = 0

    def _note_fill(self, report: np.void) -> None:
        if self.fill_count == len(self.fills):
            kept = self.fills[len(self.fills) // 2 :].copy()
            self.fills[: len(kept)] = kept
            self.fill_count = len(kept)
        self.fills_noted += 1
        fill = self.fills[self.fill_count]
        self.fill_count += 1
        fill["execution_id"], fill["order_id"] = report["execution_id"], report["reference_id"]
        fill["client_id"], fill["fee_e8"], fill["venue_ns"] = report["client_id"], report["amount"], report["venue_ns"]
        fill["price_ticks"], fill["quantity_lots"] = report["price_ticks"], report["quantity_lots"]
        fill["account"], fill["book"], fill["side"] = report["account_id"], report["instrument_id"], report["side"]
        fill["is_maker"] = 1 if report["flags"] & EventFlag.MAKER else 0

    def _forget_orders(self) -> None:
        """Closed ones of the older half."""
        half = len(self.orders) // 2
        keep = np.ones(self.order_count, np.bool_)
        keep[:half] = self.orders[:half]["row"] > 0
        kept = self.orders[: self.order_count][keep].copy()
        self.orders[: len(kept)] = kept
        self.order_count = len(kept)
        self._index()

    def _index(self) -> None:
        known = self.orders[: self.order_count]
        self._by_order = {int(order_id): index for index, order_id in enumerate(known["order_id"])}
        self._by_client = {
            (int(order["account"]), int(order["client_id"])): index
            for index, order in enumerate(known)
            if order["client_id"]
        }
