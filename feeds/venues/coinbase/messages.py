"""Coinbase Advanced Trade on the wire. Rows of levels and trades stay text until the kernel.

Source: docs.cdp.coinbase.com, advanced-trade, websocket-channels and "List Public Products", 2026.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta, Raw

Count = Annotated[int, Meta(ge=0, le=1 << 62)]


class Ticker(msgspec.Struct, gc=False):
    """With each trade: best bid and offer, and the last 24 hours."""

    product_id: str
    best_bid: str = ""
    best_bid_quantity: str = ""
    best_ask: str = ""
    best_ask_quantity: str = ""
    volume_24_h: str = ""
    high_24_h: str = ""
    low_24_h: str = ""


class Event(msgspec.Struct, gc=False):
    """One of a frame: of one product in l2_data, of any number of them in market_trades."""

    type: str = ""
    product_id: str = ""
    updates: Raw = Raw()
    trades: Raw = Raw()
    tickers: list[Ticker] = []


class Frame(msgspec.Struct, gc=False):
    channel: str = ""
    sequence_num: Count | None = None
    """Every frame of a channel has one"""
    timestamp: datetime | None = None
    events: list[Event] = []
    type: str = ""
    """error; of frames that have no channel"""
    message: str = ""


class Named(msgspec.Struct, gc=False):
    """Whose row it is."""

    product_id: str


class Product(msgspec.Struct):
    """One of GET /api/v3/brokerage/market/products"""

    product_id: str
    base_increment: str
    quote_increment: str
    base_currency_id: str
    quote_currency_id: str
    product_type: str
    price_increment: str = ""
    base_min_size: str = "0"
    base_max_size: str = "0"
    quote_min_size: str = "0"
    status: str = ""
    trading_disabled: bool = False
    is_disabled: bool = False
    view_only: bool = False
    alias: str = ""
    """Not empty: its market data comes under this name"""


class Products(msgspec.Struct):
    products: list[Product]
