"""Kraken's words for orders, and ours: types, statuses, pairs under their three names, reasons of refusal.

    BTC/USD     protocol v2, and our venue symbol
    XBTUSD      orders over REST
    XXBTZUSD    trades over REST, of the older currencies; balances too: XXBT, ZUSD

Source: docs.kraken.com, add_order, AddOrder, executions, "API Errors", 2026.
"""

from datetime import UTC, datetime

from msgspec import Raw

from core.vocabulary import OrderStatus, OrderType, Reject, Side, TimeInForce
from feeds.order_entry.names import UuidNames
from feeds.order_entry.refusals import ErrorTable
from feeds.order_entry.words import NewOrder
from feeds.venues.kraken.instruments import NATIVE_TYPES, NEW_NAMES

NAMES = UuidNames()
"""Free text is eighteen letters at most: a UUID holds more"""
TYPES = {
    OrderType.LIMIT: "limit",
    OrderType.MARKET: "market",
    OrderType.STOP: "stop-loss",
    OrderType.STOP_LIMIT: "stop-loss-limit",
    OrderType.MARKET_IF_TOUCHED: "take-profit",
    OrderType.LIMIT_IF_TOUCHED: "take-profit-limit",
}
TRIGGERED = tuple(TYPES[kind] for kind in NATIVE_TYPES)
STATUSES = {
    "pending": OrderStatus.NEW,
    "pending_new": OrderStatus.NEW,
    "open": OrderStatus.NEW,
    "new": OrderStatus.NEW,
    "triggered": OrderStatus.NEW,
    "partially_filled": OrderStatus.PARTIALLY_FILLED,
    "filled": OrderStatus.FILLED,
    "closed": OrderStatus.FILLED,
    "canceled": OrderStatus.CANCELED,
    "expired": OrderStatus.EXPIRED,
    "rejected": OrderStatus.REJECTED,
}
SIDES = {"buy": Side.BUY, "sell": Side.SELL}
TIMES_IN_FORCE = {"ioc": TimeInForce.IOC, "fok": TimeInForce.FOK, "gtd": TimeInForce.GTD}
_SHORT_LIVED = {TimeInForce.IOC: "ioc", TimeInForce.FOK: "fok"}
_OLD_NAMES = {new: old for old, new in NEW_NAMES.items()}

ERRORS = ErrorTable(
    not_looked_at=("EAPI:Invalid nonce", "EAPI:Invalid signature", "EAPI:Invalid key", "EGeneral:Permission denied",
                   "EService:Deadline elapsed", "ESession:Invalid session", "EGeneral:Temporary lockout"),
    throttled=("EAPI:Rate limit exceeded", "EOrder:Rate limit exceeded", "EOrder:Domain rate limit exceeded",
               "EService:Throttled"),
    silence_s=3.0,
    outcome_unknown=("EGeneral:Internal error", "EService:Unavailable", "EService:Busy", "EService:Timeout"),
    no_such_order=("EOrder:Unknown order", "EOrder:Invalid order"),
    words=(
        ("insufficient", Reject.INSUFFICIENT_FUNDS),
        ("unknown order", Reject.UNKNOWN_ORDER),
        ("post only", Reject.WOULD_TAKE),
        ("post_only", Reject.MARKET_CLOSED),
        ("cancel_only", Reject.MARKET_CLOSED),
        ("duplicate", Reject.DUPLICATE_ID),
        ("cl_ord_id already", Reject.DUPLICATE_ID),
        ("tick size", Reject.BAD_PRICE),
        ("price", Reject.BAD_PRICE),
        ("minimum not met", Reject.BAD_QUANTITY),
        ("volume", Reject.BAD_QUANTITY),
        ("order_qty", Reject.BAD_QUANTITY),
        ("unknown asset pair", Reject.UNKNOWN_INSTRUMENT),
        ("self trade", Reject.SELF_TRADE),
        ("orders limit", Reject.RATE_LIMIT),
    ),
)  # fmt: skip


def code_of(error: str) -> str:
    """EGeneral:Invalid arguments:volume is a case of EGeneral:Invalid arguments."""
    return ":".join(error.split(":")[:2])


def short_pair(symbol: str) -> str:
    """BTC/USD is XBTUSD."""
    return "".join(_OLD_NAMES.get(name, name) for name in symbol.split("/"))


def pairs_of(symbol: str) -> set[str]:
    """All that REST may call it."""
    base, quote = (_OLD_NAMES.get(name, name) for name in symbol.split("/"))
    return {symbol, f"{base}{quote}", f"X{base}Z{quote}", f"X{base}X{quote}", f"{base}Z{quote}", f"X{base}{quote}"}


def currency_of(asset: str) -> str:
    """XXBT, XBT and BTC are BTC; ZUSD is USD."""
    known = asset[1:] if len(asset) == 4 and asset[0] in "XZ" else asset
    return NEW_NAMES.get(known, known)


def number(text: str) -> Raw:
    """As written: the venue wants numbers, and a float is none."""
    return Raw(text.encode())


def socket_parameters(order: NewOrder) -> dict[str, object]:
    """Of add_order, without token. DAY is GTC there: the core ends the day."""
    parameters: dict[str, object] = {
        "order_type": TYPES[order.type],
        "side": "buy" if order.is_buy else "sell",
        "order_qty": number(order.quantity),
        "symbol": order.symbol,
        "cl_ord_id": order.client_text,
        "stp_type": "cancel_newest",
    }
    if order.has_limit:
        parameters |= {"limit_price": number(order.price), "time_in_force": _time_in_force(order)}
        if order.ends_ms:
            parameters["expire_time"] = f"{datetime.fromtimestamp(order.ends_ms / 1_000, UTC):%Y-%m-%dT%H:%M:%SZ}"
        if order.is_post_only:
            parameters["post_only"] = True
    if order.type in NATIVE_TYPES:
        parameters["triggers"] = {"reference": "last", "price": number(order.trigger), "price_type": "static"}
    return parameters


def rest_parameters(order: NewOrder) -> dict[str, object]:
    """Of POST /0/private/AddOrder."""
    parameters: dict[str, object] = {
        "ordertype": TYPES[order.type],
        "type": "buy" if order.is_buy else "sell",
        "volume": order.quantity,
        "pair": short_pair(order.symbol),
        "cl_ord_id": order.client_text,
        "stptype": "cancel-newest",
    }
    if order.type in NATIVE_TYPES:
        parameters |= {"price": order.trigger, "trigger": "last"} | ({"price2": order.price} if order.has_limit else {})
    elif order.has_limit:
        parameters["price"] = order.price
    if order.has_limit:
        parameters["timeinforce"] = _time_in_force(order).upper()
        if order.ends_ms:
            parameters["expiretm"] = order.ends_ms // 1_000
        if order.is_post_only:
            parameters["oflags"] = "post"
    return parameters


def _time_in_force(order: NewOrder) -> str:
    return "gtd" if order.ends_ms else _SHORT_LIVED.get(order.time_in_force, "gtc")
