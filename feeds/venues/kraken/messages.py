"""Kraken spot on the wire, v2 and v1. Prices and quantities are numbers whose zeros count, so they stay text.

Source: docs.kraken.com, api/docs/websocket-v2 (book, trade, heartbeat, status) and websocket-v1, 2026.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Raw

Checksum = Annotated[int, Meta(ge=0, lt=1 << 32)]


class BookData(msgspec.Struct, gc=False):
    symbol: str
    bids: Raw
    asks: Raw
    checksum: Checksum
    timestamp: datetime | None = None


class BookFrame(msgspec.Struct, gc=False):
    type: Literal["snapshot", "update"]
    data: list[BookData]


class Frame(msgspec.Struct, gc=False):
    """All others: trades, answers, heartbeats; and a book that does not begin with its channel."""

    channel: str = ""
    type: str = ""
    data: Raw = Raw()
    method: str = ""
    success: bool = True
    error: str = ""


class Ticker(msgspec.Struct, gc=False):
    """Best bid and offer, and the last 24 hours."""

    symbol: str
    bid: Decimal
    bid_qty: Decimal
    ask: Decimal
    ask_qty: Decimal
    volume: Decimal | None = None
    vwap: Decimal | None = None
    high: Decimal | None = None
    low: Decimal | None = None
    timestamp: datetime | None = None


class Named(msgspec.Struct, gc=False):
    """Whose row it is."""

    symbol: str


class OrderRow(msgspec.Struct, gc=False):
    """Level 3; `event` of updates only"""

    order_id: str
    limit_price: Raw
    order_qty: Raw
    event: Literal["add", "modify", "delete"] = "add"


class OrdersData(msgspec.Struct, gc=False):
    symbol: str
    bids: Raw
    asks: Raw
    checksum: Checksum
    timestamp: datetime | None = None


class OrdersFrame(msgspec.Struct, gc=False):
    type: Literal["snapshot", "update"]
    data: list[OrdersData]


class TokenResult(msgspec.Struct, frozen=True):
    token: str = ""


class Token(msgspec.Struct):
    """POST /0/private/GetWebSocketsToken"""

    error: list[str] = []
    result: TokenResult = TokenResult()


class Sides(msgspec.Struct, rename={"as_": "as"}, gc=False):
    """v1: `as` and `bs` in a snapshot; `a` or `b`, or both, in an update; absent ones are empty."""

    as_: Raw = Raw()
    bs: Raw = Raw()
    a: Raw = Raw()
    b: Raw = Raw()
    c: Checksum | None = None


Rows = list[list[str]]
"""v1: price, quantity, time"""


class Day(msgspec.Struct, gc=False):
    """v1 ticker: volume, mean price, low, high; each of today and of the last 24 hours"""

    v: tuple[str, str]
    p: tuple[str, str]
    l: tuple[str, str]
    h: tuple[str, str]


class Event(msgspec.Struct, gc=False):
    """v1: whatever is no array"""

    status: str = ""
    pair: str = ""
    errorMessage: str = ""  # noqa: N815


class Pair(msgspec.Struct):
    """One of GET /0/public/AssetPairs"""

    base: str
    quote: str
    pair_decimals: int
    lot_decimals: int
    wsname: str = ""
    """v1's name: XBT/USD where v2 says BTC/USD"""
    tick_size: str = ""
    ordermin: str = "0"
    costmin: str = "0"
    status: str = "online"
    fees: list[list[float]] = []
    fees_maker: list[list[float]] = []


class Pairs(msgspec.Struct):
    result: dict[str, Pair]
