"""Binance spot's words for what the exchange says: statuses, errors, orders, executions, filters.

Written from the venue's public documentation (binance-spot-api-docs: rest-api.md, errors.md, user-data-stream.md),
and not from our own connector, which is tried against it.
"""

from typing import Any

import numpy as np

from core.units import as_text, money_text, step_of, step_text, to_steps
from core.vocabulary import EventFlag, InstrumentState, OrderStatus, OrderType, Reject, Report, Side, TimeInForce
from feeds.instruments import Instrument

NS_PER_MS = 1_000_000

Json = dict[str, Any]
"""What becomes JSON: the venue's own mixture of text, numbers and lists."""


class ApiError(Exception):
    """One of the venue's error answers."""

    def __init__(self, code: int, text: str, *, http_status: int = 400) -> None:
        super().__init__(text)
        self.code, self.text, self.http_status = code, text, http_status

    def as_json(self) -> Json:
        return {"code": self.code, "msg": self.text}


STATUSES = {
    OrderStatus.PENDING_NEW: "PENDING_NEW",
    OrderStatus.NEW: "NEW",
    OrderStatus.PARTIALLY_FILLED: "PARTIALLY_FILLED",
    OrderStatus.FILLED: "FILLED",
    OrderStatus.CANCELED: "CANCELED",
    OrderStatus.REJECTED: "REJECTED",
    OrderStatus.EXPIRED: "EXPIRED",
}
EXECUTION_TYPES = {
    Report.ACCEPTED: "NEW",
    Report.FILLED: "TRADE",
    Report.CANCELED: "CANCELED",
    Report.EXPIRED: "EXPIRED",
    Report.REJECTED: "REJECTED",
    Report.REPLACED: "REPLACED",
}
REJECTS = {
    Reject.BAD_PRICE: (-1013, "Filter failure: PERCENT_PRICE_BY_SIDE"),
    Reject.BAD_QUANTITY: (-1013, "Filter failure: LOT_SIZE"),
    Reject.WOULD_TAKE: (-2010, "Order would immediately match and take."),
    Reject.DUPLICATE_ID: (-2010, "Duplicate order sent."),
    Reject.MARKET_CLOSED: (-1013, "Market is closed."),
    Reject.RATE_LIMIT: (-1013, "Filter failure: MAX_NUM_ORDERS"),
}


def rejection(reason: Reject) -> ApiError:
    return ApiError(*REJECTS.get(reason, (-2010, "Order was rejected.")))


def status_text(status: int, reason: int) -> str:
    """Two of our refusals are ends of an order at this venue."""
    if reason == Reject.NOT_FILLABLE:
        return "EXPIRED"
    if reason == Reject.SELF_TRADE:
        return "EXPIRED_IN_MATCH"
    return STATUSES[OrderStatus(int(status))]


class Scale:
    """Ticks and lots of one instrument as the venue's texts, and back."""

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.symbol = instrument.venue_symbol
        self._tick, self._lot = step_of(instrument.tick), step_of(instrument.lot)

    def price(self, ticks: int) -> str:
        return as_text(int(ticks), *self._tick)

    def quantity(self, lots: int) -> str:
        return as_text(int(lots), *self._lot)

    def ticks(self, text: str) -> int:
        """Raises UnitsError."""
        return to_steps(text, *self._tick)

    def lots(self, text: str) -> int:
        """Raises UnitsError."""
        return to_steps(text, *self._lot)

    def levels(self, levels: np.ndarray) -> list[list[str]]:
        return [[self.price(ticks), self.quantity(lots)] for ticks, lots in levels.tolist()]

    def rules(self, state: int) -> Json:
        """One symbol of exchangeInfo."""
        row = self.instrument
        return {
            "symbol": self.symbol,
            "status": "TRADING" if state in (InstrumentState.OPEN, InstrumentState.POST_ONLY) else "BREAK",
            "baseAsset": row.base,
            "baseAssetPrecision": 8,
            "quoteAsset": row.quote,
            "quotePrecision": 8,
            "orderTypes": ["LIMIT", "LIMIT_MAKER", "MARKET"],
            "isSpotTradingAllowed": True,
            "filters": [
                {"filterType": "PRICE_FILTER", "minPrice": "0", "maxPrice": "0", "tickSize": step_text(*self._tick)},
                {
                    "filterType": "LOT_SIZE",
                    "minQty": str(row.min_quantity),
                    "maxQty": str(row.max_quantity),
                    "stepSize": step_text(*self._lot),
                },
                {"filterType": "NOTIONAL", "minNotional": str(row.min_notional), "applyMinToMarket": False},
            ],
        }


def order_json(order: np.void, scale: Scale, name: str, *, executed_e8: int = 0) -> Json:
    """CLIENT_ORDER as the venue's order. `executed_e8`: what its fills came to."""
    is_limit = order["order_type"] == OrderType.LIMIT
    return {
        "symbol": scale.symbol,
        "orderId": int(order["order_id"]),
        "orderListId": -1,
        "clientOrderId": name,
        "price": scale.price(order["price_ticks"]) if is_limit else "0",
        "origQty": scale.quantity(order["quantity_lots"]),
        "executedQty": scale.quantity(order["filled_lots"]),
        "cummulativeQuoteQty": money_text(executed_e8, 8).replace(",", ""),
        "status": status_text(order["status"], order["reason"]),
        "timeInForce": TimeInForce(int(order["time_in_force"])).name,
        "type": OrderType(int(order["order_type"])).name,
        "side": Side(int(order["side"])).name,
        "time": int(order["entered_ns"]) // NS_PER_MS,
        "updateTime": int(order["updated_ns"]) // NS_PER_MS,
        "transactTime": int(order["updated_ns"]) // NS_PER_MS,
        "isWorking": bool(order["row"] > 0),
    }


def trade_json(fill: np.void, scale: Scale) -> Json:
    """CLIENT_FILL as a row of myTrades."""
    return {
        "symbol": scale.symbol,
        "id": int(fill["execution_id"]),
        "orderId": int(fill["order_id"]),
        "price": scale.price(fill["price_ticks"]),
        "qty": scale.quantity(fill["quantity_lots"]),
        "commission": amount_text(fill["fee_e8"]),
        "commissionAsset": scale.instrument.settlement,
        "time": int(fill["venue_ns"]) // NS_PER_MS,
        "isBuyer": bool(fill["side"] == Side.BUY),
        "isMaker": bool(fill["is_maker"]),
        "isBestMatch": True,
    }


def execution_json(report: np.void, order: np.void, scale: Scale, name: str) -> Json:
    """A private report, and the order that it is about, as an executionReport of the user data stream."""
    kind = Report(int(report["detail"]))
    is_fill = kind is Report.FILLED
    reason = Reject(int(report["reason"]))
    is_cancel = kind is Report.CANCELED
    execution = EXECUTION_TYPES[kind]
    if reason is Reject.NOT_FILLABLE:
        execution = "EXPIRED"
    elif reason is Reject.SELF_TRADE:
        execution = "TRADE_PREVENTION"
    at_ms = int(report["venue_ns"]) // NS_PER_MS
    return {
        "e": "executionReport",
        "E": at_ms,
        "s": scale.symbol,
        "c": f"cancel-{report['reference_id']}" if is_cancel else name,
        "S": Side(int(report["side"])).name,
        "o": OrderType(int(report["order_type"])).name,
        "f": TimeInForce(int(report["time_in_force"])).name,
        "q": scale.quantity(order["quantity_lots"]),
        "p": scale.price(order["price_ticks"]),
        "P": "0",
        "F": "0",
        "g": -1,
        "C": name if is_cancel else "",
        "x": execution,
        "X": status_text(report["status"], report["reason"]),
        "r": "NONE" if kind is not Report.REJECTED else REJECTS.get(reason, (0, "OTHER"))[1],
        "i": int(report["reference_id"]),
        "l": scale.quantity(report["quantity_lots"]) if is_fill else "0",
        "z": scale.quantity(report["filled_lots"]),
        "L": scale.price(report["price_ticks"]) if is_fill else "0",
        "n": amount_text(report["amount"]) if is_fill else "0",
        "N": scale.instrument.settlement if is_fill else None,
        "T": at_ms,
        "t": int(report["execution_id"]) if is_fill else -1,
        "w": not report["flags"] & EventFlag.FINAL,
        "m": bool(report["flags"] & EventFlag.MAKER),
        "O": at_ms,
    }


def amount_text(amount_e8: int) -> str:
    return money_text(int(amount_e8), 8).replace(",", "")
