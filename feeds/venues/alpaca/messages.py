"""Alpaca's market data on the wire: a frame is an array of messages, `T` tells their kind.

    t, q, o     trade, quote (equities), order book (crypto)
    success, subscription, error

Source: docs.alpaca.markets, "Real-time Stock Data", "Real-time Crypto Data", "WebSocket Stream", 2026.
"""

from datetime import datetime

import msgspec
from msgspec import Raw

NONE = Raw(b"[]")


class Message(msgspec.Struct, gc=False):
    T: str
    S: str = ""
    t: datetime | None = None
    i: Raw = Raw(b"0")
    p: Raw = Raw()
    s: Raw = Raw()
    tks: str = ""
    """Crypto: the taker's side, B or S"""
    bp: Raw = Raw()
    bs: Raw = Raw()
    ap: Raw = Raw()
    as_: Raw = msgspec.field(name="as", default=Raw())
    b: Raw = NONE
    a: Raw = NONE
    r: bool = False
    """This book is whole"""
    code: int = 0
    msg: str = ""


class Clock(msgspec.Struct):
    """GET /v2/clock"""

    is_open: bool


class Asset(msgspec.Struct):
    """One of GET /v2/assets"""

    symbol: str
    status: str
    tradable: bool = True
    min_order_size: str = "0"
    min_trade_increment: str = ""
    price_increment: str = ""
