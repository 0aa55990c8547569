"""Kraken's private side on the wire. The socket writes numbers, which are kept as text.

Source: docs.kraken.com, executions, GetOpenOrders, GetTradesHistory, 2026.
"""

from datetime import datetime

import msgspec
from msgspec import Raw


class Answer(msgspec.Struct):
    """Over REST"""

    error: list[str] = []
    result: Raw = Raw(b"{}")


class Token(msgspec.Struct):
    token: str


class Description(msgspec.Struct):
    pair: str
    type: str
    ordertype: str
    price: str = "0"
    price2: str = "0"
    """Of a triggered order: its limit"""


class Order(msgspec.Struct):
    """One of OpenOrders, ClosedOrders, QueryOrders"""

    status: str
    vol: str
    vol_exec: str
    descr: Description
    cl_ord_id: str | None = None


class OpenOrders(msgspec.Struct):
    open: dict[str, Order] = {}


class ClosedOrders(msgspec.Struct):
    closed: dict[str, Order] = {}


class Trade(msgspec.Struct):
    ordertxid: str
    pair: str
    time: Raw
    """Seconds, as a number"""
    type: str
    price: str
    vol: str
    fee: str = "0"
    maker: bool = False


class Trades(msgspec.Struct):
    trades: dict[str, Trade] = {}
    count: int = 0


class Fee(msgspec.Struct):
    asset: str
    qty: Raw


class Triggers(msgspec.Struct):
    price: Raw = Raw()


class Execution(msgspec.Struct, omit_defaults=True):
    """One change of one order. After the first, only what changed is there."""

    order_id: str
    exec_type: str = ""
    cl_ord_id: str | None = None
    symbol: str = ""
    side: str = ""
    order_type: str = ""
    order_qty: Raw = Raw()
    limit_price: Raw = Raw()
    triggers: Triggers | None = None
    order_status: str = ""
    time_in_force: str = ""
    cum_qty: Raw = Raw()
    exec_id: str = ""
    last_qty: Raw = Raw()
    last_price: Raw = Raw()
    liquidity_ind: str = ""
    fees: list[Fee] = []
    timestamp: datetime | None = None
    reason: str = ""


class Frame(msgspec.Struct):
    """A frame of the private socket: an answer, or rows of a channel."""

    method: str = ""
    req_id: int = 0
    success: bool = True
    error: str = ""
    channel: str = ""
    data: Raw = Raw(b"[]")
