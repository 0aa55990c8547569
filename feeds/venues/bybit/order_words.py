"""Bybit's words for orders, and ours: types, statuses, reasons of refusal.

A unified account with one-way positions. Triggered orders have the same calls and names as all others; on spot they
lie in a drawer of their own, that a cancel must name.

Source: bybit-exchange.github.io/docs/v5/order/create-order, /enum, /error, 2026.
"""

from core.vocabulary import OrderStatus, OrderType, Reject, Side, TimeInForce
from feeds.order_entry.refusals import ErrorTable
from feeds.order_entry.words import NewOrder

CATEGORIES = {"bybit": "spot", "bybit-linear": "linear", "bybit-inverse": "inverse"}
"""dialect → category"""
SPOT = "spot"
NATIVE_TYPES = (
    OrderType.STOP,
    OrderType.STOP_LIMIT,
    OrderType.MARKET_IF_TOUCHED,
    OrderType.LIMIT_IF_TOUCHED,
)
STATUSES = {
    "New": OrderStatus.NEW,
    "Untriggered": OrderStatus.NEW,
    "Triggered": OrderStatus.NEW,
    "PartiallyFilled": OrderStatus.PARTIALLY_FILLED,
    "Filled": OrderStatus.FILLED,
    "Cancelled": OrderStatus.CANCELED,
    "PartiallyFilledCanceled": OrderStatus.CANCELED,
    "Deactivated": OrderStatus.CANCELED,
    "Rejected": OrderStatus.REJECTED,
}
SIDES = {"Buy": Side.BUY, "Sell": Side.SELL}
TIMES_IN_FORCE = {"IOC": TimeInForce.IOC, "FOK": TimeInForce.FOK}
REJECTS = {
    "EC_PostOnlyWillTakeLiquidity": Reject.WOULD_TAKE,
    "EC_NoEnoughQtyToFill": Reject.NOT_FILLABLE,
    "INSUFFICIENT_MARGIN": Reject.INSUFFICIENT_FUNDS,
    "EC_CancelForNoFullFill": Reject.NOT_FILLABLE,
    "EC_ReachMaxTradeNum": Reject.RATE_LIMIT,
}
_SHORT_LIVED = {TimeInForce.IOC: "IOC", TimeInForce.FOK: "FOK"}

ERRORS = ErrorTable(
    not_looked_at=(10002, 10003, 10004, 10005, 10007, 10009, 10010, 33004),
    throttled=(10006, 10018, 10429, 20003),
    outcome_unknown=(10000, 10016, 10019, 170007, 170032, 170146),
    no_such_order=(110001, 170213, 170143),
    codes={
        110001: Reject.UNKNOWN_ORDER,
        110003: Reject.BAD_PRICE,
        110004: Reject.INSUFFICIENT_FUNDS,
        110006: Reject.INSUFFICIENT_FUNDS,
        110007: Reject.INSUFFICIENT_FUNDS,
        110008: Reject.TOO_LATE,
        110009: Reject.RATE_LIMIT,
        110010: Reject.TOO_LATE,
        110012: Reject.INSUFFICIENT_FUNDS,
        110020: Reject.RATE_LIMIT,
        110072: Reject.DUPLICATE_ID,
        110079: Reject.TOO_LATE,
        110094: Reject.BAD_QUANTITY,
        170121: Reject.UNKNOWN_INSTRUMENT,
        170124: Reject.BAD_QUANTITY,
        170131: Reject.INSUFFICIENT_FUNDS,
        170132: Reject.BAD_PRICE,
        170133: Reject.BAD_PRICE,
        170134: Reject.BAD_PRICE,
        170135: Reject.BAD_QUANTITY,
        170136: Reject.BAD_QUANTITY,
        170137: Reject.BAD_QUANTITY,
        170139: Reject.TOO_LATE,
        170140: Reject.BAD_QUANTITY,
        170141: Reject.DUPLICATE_ID,
        170142: Reject.TOO_LATE,
        170143: Reject.UNKNOWN_ORDER,
        170213: Reject.UNKNOWN_ORDER,
        170218: Reject.WOULD_TAKE,
    },
    words=(
        ("insufficient", Reject.INSUFFICIENT_FUNDS),
        ("duplicate", Reject.DUPLICATE_ID),
        ("price", Reject.BAD_PRICE),
        ("qty", Reject.BAD_QUANTITY),
        ("symbol", Reject.UNKNOWN_INSTRUMENT),
    ),
)


def is_triggered(kind: OrderType) -> bool:
    return kind in NATIVE_TYPES


def order_parameters(order: NewOrder, category: str) -> dict[str, object]:
    """Of POST /v5/order/create. DAY and GTD are GTC there: the core ends them."""
    is_spot = category == SPOT
    parameters: dict[str, object] = {
        "category": category,
        "symbol": order.symbol,
        "side": "Buy" if order.is_buy else "Sell",
        "orderType": "Limit" if order.has_limit else "Market",
        "qty": order.quantity,
        "orderLinkId": order.client_text,
        "smpType": "CancelTaker",
    }
    if order.has_limit:
        parameters["price"] = order.price
        parameters["timeInForce"] = "PostOnly" if order.is_post_only else _SHORT_LIVED.get(order.time_in_force, "GTC")
    elif is_spot:
        parameters["marketUnit"] = "baseCoin"
    if not is_spot:
        parameters |= {"positionIdx": 0, "reduceOnly": order.is_reduce_only}
    if is_triggered(order.type):
        parameters["triggerPrice"] = order.trigger
        if is_spot:
            parameters["orderFilter"] = "StopOrder"
        else:
            parameters |= {"triggerDirection": 1 if order.rises else 2, "triggerBy": "LastPrice"}
    return parameters
