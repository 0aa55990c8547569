"""Gemini's market data v2 on the wire.

Source: docs.gemini.com, websocket-api, "Market Data Version 2"; rest-api, "Symbol Details", 2026.
"""

from decimal import Decimal

import msgspec
from msgspec import Raw


class Frame(msgspec.Struct, gc=False):
    type: str = ""
    symbol: str = ""
    changes: Raw = Raw()
    trades: Raw = Raw()
    """Of a whole book only: the newest that were before it"""
    auction_events: Raw = Raw()
    """Of a whole book only"""
    side: str = ""
    """Of a trade: the taker's; block and auction have none"""
    result: str = ""
    message: str = ""


class Symbol(msgspec.Struct):
    """One of GET /v1/symbols/details/all"""

    symbol: str
    base_currency: str
    quote_currency: str
    tick_size: Decimal
    """The step of quantities"""
    quote_increment: Decimal
    """The step of prices"""
    min_order_size: Decimal = Decimal(0)
    status: str = ""
    product_type: str = "spot"
