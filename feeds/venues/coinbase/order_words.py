"""Coinbase's words for orders, and ours: configurations, statuses, reasons of refusal.

Source: docs.cdp.coinbase.com, advanced-trade "Create Order", "Edit Order", "Cancel Orders", 2026.
"""

from datetime import UTC, datetime

from core.vocabulary import OrderStatus, OrderType, Reject, Side, TimeInForce
from feeds.order_entry.names import UuidNames
from feeds.order_entry.refusals import ErrorTable
from feeds.order_entry.words import NewOrder

NAMES = UuidNames()
STATUSES = {
    "PENDING": OrderStatus.NEW,
    "OPEN": OrderStatus.NEW,
    "QUEUED": OrderStatus.NEW,
    "CANCEL_QUEUED": OrderStatus.NEW,
    "EDIT_QUEUED": OrderStatus.NEW,
    "FILLED": OrderStatus.FILLED,
    "CANCELLED": OrderStatus.CANCELED,
    "EXPIRED": OrderStatus.EXPIRED,
    "FAILED": OrderStatus.REJECTED,
}
SIDES = {"BUY": Side.BUY, "SELL": Side.SELL}
TIMES_IN_FORCE = {
    "IMMEDIATE_OR_CANCEL": TimeInForce.IOC,
    "FILL_OR_KILL": TimeInForce.FOK,
    "GOOD_UNTIL_DATE_TIME": TimeInForce.GTD,
}
_SHORT_LIVED = {TimeInForce.IOC: "sor_limit_ioc", TimeInForce.FOK: "limit_limit_fok"}

ERRORS = ErrorTable(
    not_looked_at=("UNAUTHENTICATED", "PERMISSION_DENIED", "Unauthorized"),
    throttled=("RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED"),
    silence_s=1.0,
    outcome_unknown=("UNKNOWN_FAILURE_REASON", "UNKNOWN_CANCEL_FAILURE_REASON", "INTERNAL", "UNAVAILABLE"),
    no_such_order=("UNKNOWN_CANCEL_ORDER", "ORDER_NOT_FOUND", "NOT_FOUND"),
    codes={
        "INSUFFICIENT_FUND": Reject.INSUFFICIENT_FUNDS,
        "INVALID_LIMIT_PRICE_POST_ONLY": Reject.WOULD_TAKE,
        "INVALID_LIMIT_PRICE": Reject.BAD_PRICE,
        "INVALID_PRICE_PRECISION": Reject.BAD_PRICE,
        "INVALID_SIZE_PRECISION": Reject.BAD_QUANTITY,
        "INVALID_EDITED_SIZE": Reject.BAD_QUANTITY,
        "INVALID_EDITED_PRICE": Reject.BAD_PRICE,
        "CANNOT_EDIT_TO_BELOW_FILLED_SIZE": Reject.TOO_LATE,
        "ONLY_OPEN_ORDERS_CAN_BE_EDITED": Reject.TOO_LATE,
        "DUPLICATE_CANCEL_REQUEST": Reject.TOO_LATE,
        "INVALID_PRODUCT_ID": Reject.UNKNOWN_INSTRUMENT,
        "INELIGIBLE_PAIR": Reject.UNKNOWN_INSTRUMENT,
        "ORDER_ENTRY_DISABLED": Reject.MARKET_CLOSED,
        "UNKNOWN_CANCEL_ORDER": Reject.UNKNOWN_ORDER,
        "ORDER_NOT_FOUND": Reject.UNKNOWN_ORDER,
        "NOT_FOUND": Reject.UNKNOWN_ORDER,
    },
    words=(
        ("insufficient", Reject.INSUFFICIENT_FUNDS),
        ("post only", Reject.WOULD_TAKE),
        ("price", Reject.BAD_PRICE),
        ("size", Reject.BAD_QUANTITY),
        ("rate limit", Reject.RATE_LIMIT),
    ),
)


def order_parameters(order: NewOrder) -> dict[str, object]:
    """Of POST /api/v3/brokerage/orders. DAY is GTC there: the core ends the day."""
    kind, terms = _configuration(order)
    return {
        "client_order_id": order.client_text,
        "product_id": order.symbol,
        "side": "BUY" if order.is_buy else "SELL",
        "order_configuration": {kind: terms},
    }


def _configuration(order: NewOrder) -> tuple[str, dict[str, object]]:
    terms: dict[str, object] = {"base_size": order.quantity}
    if order.type == OrderType.MARKET:
        return "market_market_ioc", terms
    terms["limit_price"] = order.price
    if order.ends_ms:
        terms["end_time"] = f"{datetime.fromtimestamp(order.ends_ms / 1_000, UTC):%Y-%m-%dT%H:%M:%SZ}"
    until = "gtd" if order.ends_ms else "gtc"
    if order.type == OrderType.STOP_LIMIT:
        direction = f"STOP_DIRECTION_STOP_{'UP' if order.rises else 'DOWN'}"
        return f"stop_limit_stop_limit_{until}", {**terms, "stop_price": order.trigger, "stop_direction": direction}
    if order.time_in_force in _SHORT_LIVED:
        return _SHORT_LIVED[order.time_in_force], terms
    return f"limit_limit_{until}", {**terms, "post_only": order.is_post_only}
