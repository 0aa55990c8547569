"""Binance's words for orders, and ours: types, statuses, reasons of refusal.

Source: binance-spot-api-docs, rest-api.md, enums.md, errors.md, filters.md, 2026.
"""

from core.vocabulary import OrderStatus, OrderType, Reject, Side, TimeInForce
from feeds.order_entry.refusals import ErrorTable
from feeds.order_entry.words import NewOrder

STATUSES = {
    "NEW": OrderStatus.NEW,
    "PENDING_NEW": OrderStatus.NEW,
    "PARTIALLY_FILLED": OrderStatus.PARTIALLY_FILLED,
    "FILLED": OrderStatus.FILLED,
    "CANCELED": OrderStatus.CANCELED,
    "PENDING_CANCEL": OrderStatus.NEW,
    "REJECTED": OrderStatus.REJECTED,
    "EXPIRED": OrderStatus.EXPIRED,
    "EXPIRED_IN_MATCH": OrderStatus.CANCELED,  # self-trade prevention
}
SIDES = {"BUY": Side.BUY, "SELL": Side.SELL}
TIMES_IN_FORCE = {"GTC": TimeInForce.GTC, "GTX": TimeInForce.GTC, "IOC": TimeInForce.IOC, "FOK": TimeInForce.FOK}
_SHORT_LIVED = {TimeInForce.IOC: "IOC", TimeInForce.FOK: "FOK"}
TYPES = {
    OrderType.LIMIT: "LIMIT",
    OrderType.MARKET: "MARKET",
    OrderType.STOP: "STOP_LOSS",
    OrderType.STOP_LIMIT: "STOP_LOSS_LIMIT",
    OrderType.MARKET_IF_TOUCHED: "TAKE_PROFIT",
    OrderType.LIMIT_IF_TOUCHED: "TAKE_PROFIT_LIMIT",
}

ERRORS = ErrorTable(
    not_looked_at=(-1003, -1008, -1015, -1021, -1022, -2014, -2015),
    outcome_unknown=(-1000, -1001, -1006, -1007, -1016),
    no_such_order=(-2011, -2013),
    words=(
        ("insufficient", Reject.INSUFFICIENT_FUNDS),
        ("immediately match", Reject.WOULD_TAKE),
        ("post only", Reject.WOULD_TAKE),
        ("duplicate", Reject.DUPLICATE_ID),
        ("market is closed", Reject.MARKET_CLOSED),
        ("invalid symbol", Reject.UNKNOWN_INSTRUMENT),
        ("unknown order", Reject.UNKNOWN_ORDER),
        ("does not exist", Reject.UNKNOWN_ORDER),
        ("price", Reject.BAD_PRICE),
        ("lot_size", Reject.BAD_QUANTITY),
        ("notional", Reject.BAD_QUANTITY),
        ("quantity", Reject.BAD_QUANTITY),
        ("too many", Reject.RATE_LIMIT),
    ),
)
"""The venue's own code says little (-2010 is most things): its sentence says more."""


def order_parameters(order: NewOrder) -> dict[str, object]:
    """Of POST /api/v3/order and order.place, unsigned. DAY and GTD are GTC there: the core ends them."""
    is_post_only = order.is_post_only and order.type == OrderType.LIMIT
    parameters: dict[str, object] = {
        "symbol": order.symbol,
        "side": "BUY" if order.is_buy else "SELL",
        "type": "LIMIT_MAKER" if is_post_only else TYPES[order.type],
        "quantity": order.quantity,
        "newClientOrderId": order.client_text,
        "newOrderRespType": "ACK",
        "selfTradePreventionMode": "EXPIRE_TAKER",
    }
    if order.type not in (OrderType.LIMIT, OrderType.MARKET):
        parameters["stopPrice"] = order.trigger
    if order.has_limit:
        parameters["price"] = order.price
        if not is_post_only:
            parameters["timeInForce"] = _SHORT_LIVED.get(order.time_in_force, "GTC")
    return parameters


def futures_parameters(order: NewOrder) -> dict[str, object]:
    """Of POST /fapi/v1/order: one-way positions. Triggered orders have a list of their own there and are the core's."""
    parameters: dict[str, object] = {
        "symbol": order.symbol,
        "side": "BUY" if order.is_buy else "SELL",
        "type": "LIMIT" if order.has_limit else "MARKET",
        "quantity": order.quantity,
        "newClientOrderId": order.client_text,
        "selfTradePreventionMode": "EXPIRE_TAKER",
    }
    if order.is_reduce_only:
        parameters["reduceOnly"] = "true"
    if order.has_limit:
        parameters["price"] = order.price
        parameters["timeInForce"] = "GTX" if order.is_post_only else _SHORT_LIVED.get(order.time_in_force, "GTC")
    return parameters
