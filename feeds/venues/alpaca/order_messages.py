"""Alpaca's private side on the wire. Numbers are text.

Source: docs.alpaca.markets, "Websocket Streaming" (trade_updates), "Get All Orders", "Account Activities", 2026;
one cycle of updates was recorded.
"""

from datetime import datetime

import msgspec


class Order(msgspec.Struct):
    id: str
    symbol: str
    side: str
    status: str
    client_order_id: str = ""
    qty: str | None = None
    """None of an order of an amount of money"""
    filled_qty: str = "0"
    limit_price: str | None = None
    stop_price: str | None = None
    time_in_force: str = ""
    updated_at: datetime | None = None


class Update(msgspec.Struct):
    event: str
    order: Order
    timestamp: datetime | None = None
    price: str = ""
    qty: str = ""


class StreamData(msgspec.Struct):
    status: str = ""


class Frame(msgspec.Struct):
    stream: str
    data: msgspec.Raw = msgspec.Raw(b"{}")


class Activity(msgspec.Struct):
    """One execution"""

    id: str
    order_id: str
    symbol: str
    side: str
    price: str
    qty: str
    cum_qty: str
    transaction_time: datetime


class Position(msgspec.Struct):
    symbol: str
    qty: str
    side: str = "long"


class Refusal(msgspec.Struct):
    code: int = 0
    message: str = ""
