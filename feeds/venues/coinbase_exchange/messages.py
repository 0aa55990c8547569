"""Coinbase Exchange on the wire. Rows of levels and orders stay text until the kernel.

Source: docs.cdp.coinbase.com/exchange, websocket-feed/channels; rest "Get product book", "Get all known trading pairs".
"""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta, Raw

Count = Annotated[int, Meta(ge=0, le=1 << 62)]


class Frame(msgspec.Struct, gc=False):
    type: str
    product_id: str = ""
    time: datetime | None = None
    sequence: Count = 0
    bids: Raw = Raw()
    asks: Raw = Raw()
    changes: Raw = Raw()
    new_price: str | None = None
    """Of a change that moves the order"""
    message: str = ""
    reason: str = ""
    """Of an error, and of a done"""


class Ticker(msgspec.Struct, gc=False):
    """With each trade: best bid and offer, whose sizes were not told before 2022, and the last 24 hours."""

    best_bid: str = ""
    best_bid_size: str = ""
    best_ask: str = ""
    best_ask_size: str = ""
    volume_24h: str = ""
    open_24h: str = ""
    high_24h: str = ""
    low_24h: str = ""


class OrdersSnapshot(msgspec.Struct, gc=False):
    """GET /products/{id}/book?level=3"""

    sequence: Count
    bids: Raw
    asks: Raw


class Product(msgspec.Struct):
    """One of GET /products"""

    id: str
    base_currency: str
    quote_currency: str
    base_increment: str
    quote_increment: str
    min_market_funds: str = "0"
    status: str = ""
    trading_disabled: bool = False
