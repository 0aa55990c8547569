"""The compiled matching engine of the simulator, driven order by order, in the words of tests/reference/matching.py."""

from decimal import Decimal

import numpy as np

from core.vocabulary import (
    EventFlag,
    EventKind,
    InstrumentState,
    OrderStatus,
    OrderType,
    Reject,
    Report,
    Side,
    TimeInForce,
)
from feeds.instruments import Instrument, as_row
from feeds.simulator.matching import cancel, enter, replace
from feeds.simulator.queues import take_row
from feeds.simulator.state import CROWD, ExchangeState, make_state
from tests.reference.matching import Order, ReferenceBook

WINDOW = 128
REFERENCE_TICKS = 1_000
FIRST_TICKS = REFERENCE_TICKS - WINDOW // 2
LAST_TICKS = FIRST_TICKS + WINDOW - 1
MOST_LOTS = 50


def one_instrument(**changes: object) -> Instrument:
    """Ticks of 0.5, lots of 0.01: a tick times a lot is half a cent."""
    fields: dict[str, object] = {
        "symbol": "TOY-USD.alpha", "venue_symbol": "TOYUSD", "venue": "alpha", "base": "TOY", "quote": "USD",
        "settlement": "USD", "tick": Decimal("0.5"), "lot": Decimal("0.01"), "max_quantity": Decimal("0.5"),
        "reference_price": Decimal(REFERENCE_TICKS) / 2, "maker_fee_ppm": 100, "taker_fee_ppm": 400,
    }  # fmt: skip
    return Instrument(**{**fields, **changes})  # type: ignore[arg-type]


class Engine:
    """One book. `said_market` and `said_reports` grow."""

    def __init__(self, **changes: object) -> None:
        row = as_row(one_instrument(**changes), source_id=0, book_slot=0, bar_slot=0)
        # The arrays have the length of real ones, so that nothing is compiled twice; the window is small.
        self.state: ExchangeState = make_state(row, window=WINDOW, pool=1 << 12)
        self.state.counters["now_ns"] = 1_000_000
        self.said_market: list[tuple[object, ...]] = []
        self.said_reports: list[tuple[object, ...]] = []
        self.rows: dict[int, int] = {}
        """client id → row of the pool while it rests; the crowd's have one too, for the test's sake."""

    def enter(self, order: Order) -> Reject:
        row = int(take_row(self.state))
        written = self.state.orders[row]
        written["account"], written["client_id"], written["book"] = order.account, order.client_id, 0
        written["side"], written["order_type"], written["time_in_force"] = (
            order.side, order.order_type, order.time_in_force,
        )  # fmt: skip
        written["price_ticks"], written["quantity_lots"] = order.price, order.lots
        written["flags"] = EventFlag.POST_ONLY if order.post_only else 0
        reason = Reject(int(enter(self.state, row)))
        self._listen()
        if self._rests(row, order.client_id):
            self.rows[order.client_id] = row
        return reason

    def cancel(self, client_id: int) -> None:
        cancel(self.state, self.rows.pop(client_id))
        self._listen()

    def replace(self, client_id: int, price: int, lots: int) -> Reject:
        reason = Reject(int(replace(self.state, self.rows[client_id], price, lots)))
        self._listen()
        return reason

    def resting(self) -> list[int]:
        """Client ids that wait in the book."""
        self.rows = {client_id: row for client_id, row in self.rows.items() if self._rests(row, client_id)}
        return sorted(self.rows)

    def queue(self, side: Side, price: int) -> list[tuple[int, int]]:
        """(client id, lots left) at a price, oldest first, by the links of the pool."""
        level = self.state.levels[0, price - FIRST_TICKS]
        found, row = [], int(level["first"])
        while row:
            order = self.state.orders[row]
            if order["side"] == side:
                found.append((int(order["client_id"]), int(order["quantity_lots"] - order["filled_lots"])))
            row = int(order["next"])
        return found

    def _rests(self, row: int, client_id: int) -> bool:
        order = self.state.orders[row]
        return bool(order["order_id"] > 0 and order["client_id"] == client_id)

    def _listen(self) -> None:
        counters = self.state.counters[0]
        for event in self.state.market[: counters["market_count"]]:
            kind = "trade" if event["kind"] == EventKind.TRADE else "level"
            self.said_market.append(
                (kind, Side(int(event["side"])), int(event["price_ticks"]), int(event["quantity_lots"]))
            )
        for event in self.state.reports[: counters["report_count"]]:
            self.said_reports.append((
                "report", int(event["account_id"]), int(event["client_id"]), Report(int(event["detail"])),
                OrderStatus(int(event["status"])), Reject(int(event["reason"])), int(event["price_ticks"]),
                int(event["quantity_lots"]), int(event["filled_lots"]), bool(event["flags"] & EventFlag.MAKER),
            ))  # fmt: skip
        counters["market_count"] = counters["report_count"] = counters["frame_start"] = 0


def reference_book() -> ReferenceBook:
    return ReferenceBook(first_price=FIRST_TICKS, last_price=LAST_TICKS, min_lots=1, max_lots=MOST_LOTS)


def limit(account: int, client_id: int, side: Side, price: int, lots: int, **rest: object) -> Order:
    fields: dict[str, object] = {"time_in_force": TimeInForce.GTC, **rest}
    return Order(account, client_id, side, OrderType.LIMIT, price=price, lots=lots, **fields)  # type: ignore[arg-type]


def market(account: int, client_id: int, side: Side, lots: int, **rest: object) -> Order:
    fields: dict[str, object] = {"time_in_force": TimeInForce.IOC, **rest}
    return Order(account, client_id, side, OrderType.MARKET, price=0, lots=lots, **fields)  # type: ignore[arg-type]


def set_state(engine: Engine, state: InstrumentState) -> None:
    engine.state.books["state"] = state


def best_prices(state: ExchangeState) -> tuple[int, int]:
    return int(state.books["best_bid_ticks"][0]), int(state.books["best_ask_ticks"][0])


def total_resting(state: ExchangeState) -> int:
    return int(np.sum(state.levels["lots"]))


__all__ = [
    "CROWD", "FIRST_TICKS", "LAST_TICKS", "MOST_LOTS", "Engine", "best_prices", "limit", "market", "reference_book",
    "set_state", "total_resting",
]  # fmt: skip
