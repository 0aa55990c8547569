"""Binance's words for orders, and ours: client ids, types, statuses, reasons of refusal.

A client order id is `stn-<client id, hexadecimal>-<revision>`: ours are known by the prefix in any list of the venue,
also after we lost everything. A replacement is a new order there, with the next revision.
"""

import re

import numpy as np

from core.units import as_text, to_steps
from core.vocabulary import EventFlag, OrderStatus, OrderType, Reject, Report, Side, TimeInForce

_OURS = re.compile(r"^stn-([0-9a-f]{1,16})-([0-9]{1,4})$")

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
REPORTS = {
    "NEW": Report.ACCEPTED,
    "CANCELED": Report.CANCELED,
    "REJECTED": Report.REJECTED,
    "TRADE": Report.FILLED,
    "EXPIRED": Report.EXPIRED,
    "TRADE_PREVENTION": Report.CANCELED,
}
OPEN = (OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED)
SIDES = {"BUY": Side.BUY, "SELL": Side.SELL}
TIMES_IN_FORCE = {"GTC": TimeInForce.GTC, "IOC": TimeInForce.IOC, "FOK": TimeInForce.FOK}
_SHORT_LIVED = {int(TimeInForce.IOC): "IOC", int(TimeInForce.FOK): "FOK"}

NO_SUCH_ORDER = (-2011, -2013)
OUTCOME_UNKNOWN = (-1000, -1001, -1006, -1007, -1016)
NOT_LOOKED_AT = (-1003, -1015, -1021, -1022)
"""Too many requests or orders, a time stamp outside the window, a bad signature."""
_REASONS = (
    ("insufficient balance", Reject.INSUFFICIENT_FUNDS),
    ("immediately match", Reject.WOULD_TAKE),
    ("duplicate order", Reject.DUPLICATE_ID),
    ("market is closed", Reject.MARKET_CLOSED),
    ("invalid symbol", Reject.UNKNOWN_INSTRUMENT),
    ("unknown order", Reject.UNKNOWN_ORDER),
    ("does not exist", Reject.UNKNOWN_ORDER),
    ("price", Reject.BAD_PRICE),
    ("lot_size", Reject.BAD_QUANTITY),
    ("notional", Reject.BAD_QUANTITY),
    ("quantity", Reject.BAD_QUANTITY),
    ("too many", Reject.RATE_LIMIT),
)


def client_text(client_id: int, revision: int) -> str:
    return f"stn-{client_id:x}-{revision}"


def client_of(text: str) -> tuple[int, int]:
    """(client id, revision); (0, 0) when it is not ours."""
    found = _OURS.match(text)
    return (int(found[1], 16), int(found[2])) if found else (0, 0)


def reason_of(text: str) -> Reject:
    """The venue's own code says little (-2010 is most things): its sentence says more."""
    lowered = text.lower()
    return next((reject for words, reject in _REASONS if words in lowered), Reject.OTHER)


def order_parameters(request: np.void, row: np.void, *, quantity_lots: int, revision: int) -> dict[str, str | int]:
    """Of POST /api/v3/order and order.place, unsigned. DAY is GTC there: the core ends the day."""
    # Numbers of Python: an enumeration compared with one of numpy's takes 4 µs.
    is_market = int(request["order_type"]) == OrderType.MARKET
    is_post_only = bool(int(request["flags"]) & EventFlag.POST_ONLY)
    parameters: dict[str, str | int] = {
        "symbol": row["venue_symbol"].decode(),
        "side": "BUY" if int(request["side"]) == Side.BUY else "SELL",
        "type": "MARKET" if is_market else "LIMIT_MAKER" if is_post_only else "LIMIT",
        "quantity": as_text(quantity_lots, int(row["lot_mantissa"]), int(row["lot_exponent"])),
        "newClientOrderId": client_text(int(request["client_id"]), revision),
        "newOrderRespType": "ACK",
    }
    if not is_market:
        parameters["price"] = as_text(int(request["price_ticks"]), int(row["tick_mantissa"]), int(row["tick_exponent"]))
        if not is_post_only:
            parameters["timeInForce"] = _SHORT_LIVED.get(int(request["time_in_force"]), "GTC")
    return parameters


def ticks_of(text: str, row: np.void) -> int:
    """Raises UnitsError when it is no whole number of ticks."""
    return to_steps(text, int(row["tick_mantissa"]), int(row["tick_exponent"]))


def lots_of(text: str, row: np.void) -> int:
    return to_steps(text, int(row["lot_mantissa"]), int(row["lot_exponent"]))
