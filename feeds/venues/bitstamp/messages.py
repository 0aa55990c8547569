"""Bitstamp on the wire. Numbers of the envelope are texts; rows of levels stay text until the kernel.

Source: bitstamp.net/websocket/v2, bitstamp.net/api (order book, trading pairs info), 2026.
"""

from typing import Annotated

import msgspec
from msgspec import Meta, Raw

Micros = Annotated[int, Meta(ge=0, le=9_000_000_000_000_000)]
"""A time of the venue, to the year 2255"""


class Frame(msgspec.Struct, gc=False):
    event: str
    channel: str = ""
    data: Raw = Raw()


class Levels(msgspec.Struct, gc=False):
    """diff_order_book, and GET /api/v2/order_book"""

    microtimestamp: Micros
    bids: Raw
    asks: Raw


class Order(msgspec.Struct, gc=False):
    """live_orders: what it is beside its row"""

    microtimestamp: Micros


class Refusal(msgspec.Struct, gc=False):
    message: str = ""


class Pair(msgspec.Struct):
    """One of GET /api/v2/trading-pairs-info/"""

    name: str
    url_symbol: str
    base_decimals: int
    counter_decimals: int
    minimum_order: str = "0"
    """20.0 USD"""
    trading: str = ""
