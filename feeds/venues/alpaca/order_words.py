"""Alpaca's words for orders, and ours: types, statuses, reasons of refusal.

It has no post-only and no reduce-only orders. A part of a share is traded for the day only; crypto knows no day.

Source: docs.alpaca.markets, "Orders at Alpaca", "Crypto Orders", "Create an Order", 2026.
"""

from core.vocabulary import AssetClass, OrderStatus, OrderType, Reject, Side, TimeInForce
from feeds.order_entry.refusals import ErrorTable
from feeds.order_entry.words import NewOrder

STATUSES = {
    "new": OrderStatus.NEW,
    "pending_new": OrderStatus.NEW,
    "accepted": OrderStatus.NEW,
    "accepted_for_bidding": OrderStatus.NEW,
    "held": OrderStatus.NEW,
    "pending_cancel": OrderStatus.NEW,
    "pending_replace": OrderStatus.NEW,
    "pending_review": OrderStatus.NEW,
    "done_for_day": OrderStatus.NEW,
    "stopped": OrderStatus.NEW,
    "suspended": OrderStatus.NEW,
    "calculated": OrderStatus.NEW,
    "partially_filled": OrderStatus.PARTIALLY_FILLED,
    "filled": OrderStatus.FILLED,
    "canceled": OrderStatus.CANCELED,
    "replaced": OrderStatus.CANCELED,
    "expired": OrderStatus.EXPIRED,
    "rejected": OrderStatus.REJECTED,
}
SIDES = {"buy": Side.BUY, "sell": Side.SELL, "sell_short": Side.SELL}
TIMES_IN_FORCE = {"ioc": TimeInForce.IOC, "fok": TimeInForce.FOK, "day": TimeInForce.DAY}
TYPES = {
    OrderType.LIMIT: "limit",
    OrderType.MARKET: "market",
    OrderType.STOP: "stop",
    OrderType.STOP_LIMIT: "stop_limit",
}
_SHORT_LIVED = {TimeInForce.IOC: "ioc", TimeInForce.FOK: "fok"}

ERRORS = ErrorTable(
    not_looked_at=(40110000,),
    throttled=(42910000,),
    silence_s=5.0,
    outcome_unknown=(50010000,),
    no_such_order=(40410000,),
    codes={40410000: Reject.UNKNOWN_ORDER},
    words=(
        ("insufficient", Reject.INSUFFICIENT_FUNDS),
        ("buying power", Reject.INSUFFICIENT_FUNDS),
        ("wash trade", Reject.SELF_TRADE),
        ("must be unique", Reject.DUPLICATE_ID),
        ("not cancelable", Reject.TOO_LATE),
        ("already in", Reject.TOO_LATE),
        ("order not found", Reject.UNKNOWN_ORDER),
        ("sub-penny", Reject.BAD_PRICE),
        ("price", Reject.BAD_PRICE),
        ("qty", Reject.BAD_QUANTITY),
        ("cost basis", Reject.BAD_QUANTITY),
        ("notional", Reject.BAD_QUANTITY),
        ("not found", Reject.UNKNOWN_INSTRUMENT),
        ("not active", Reject.MARKET_CLOSED),
        ("not tradable", Reject.MARKET_CLOSED),
    ),
)
"""The codes are HTTP's with zeros: the sentence says what it was."""


def order_parameters(order: NewOrder) -> dict[str, object]:
    """Of POST /v2/orders. GTD is GTC there: the core ends it."""
    parameters: dict[str, object] = {
        "symbol": order.symbol,
        "qty": order.quantity,
        "side": "buy" if order.is_buy else "sell",
        "type": TYPES[order.type],
        "time_in_force": _time_in_force(order),
        "client_order_id": order.client_text,
    }
    if order.has_limit:
        parameters["limit_price"] = order.price
    if order.type not in (OrderType.LIMIT, OrderType.MARKET):
        parameters["stop_price"] = order.trigger
    return parameters


def _time_in_force(order: NewOrder) -> str:
    is_equity = int(order.row["asset_class"]) == AssetClass.EQUITY
    is_fraction = bool(order.quantity.partition(".")[2].strip("0"))
    if is_equity and (is_fraction or order.time_in_force == TimeInForce.DAY):
        return "day"
    return _SHORT_LIVED.get(order.time_in_force, "gtc")
