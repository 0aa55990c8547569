"""Hyperliquid on the wire. Numbers are text; a book is told whole each time.

Source: hyperliquid.gitbook.io, for developers, API: WebSocket subscriptions, info endpoint, spot, 2026.
"""

from typing import Annotated

import msgspec
from msgspec import Meta, Raw

Millis = Annotated[int, Meta(ge=0, lt=1 << 43)]
Count = Annotated[int, Meta(ge=0, lt=1 << 62)]
Decimals = Annotated[int, Meta(ge=0, le=8)]


class Frame(msgspec.Struct, gc=False):
    channel: str
    data: Raw = Raw()
    """Absent in a pong"""


class BookData(msgspec.Struct, gc=False):
    coin: str
    time: Millis
    levels: tuple[Raw, Raw]


class Best(msgspec.Struct, gc=False):
    px: str
    sz: str


class BestData(msgspec.Struct, gc=False):
    """Best bid and offer, null of an empty side."""

    coin: str
    bbo: tuple[Best | None, Best | None]
    time: Millis = 0


class TradeName(msgspec.Struct, gc=False):
    """Whose trade it is, which and when: a subscription begins with trades of before."""

    coin: str
    tid: Count
    time: Count


class Context(msgspec.Struct, gc=False, rename="camel"):
    funding: str
    open_interest: str
    oracle_px: str
    mark_px: str
    day_base_vlm: str = ""
    prev_day_px: str = ""


class AssetContext(msgspec.Struct, gc=False):
    """Of a perpetual; that of a spot pair has other words and another channel."""

    coin: str
    ctx: Context


class Perpetual(msgspec.Struct, rename="camel"):
    name: str
    sz_decimals: Decimals
    is_delisted: bool | None = False


class Perpetuals(msgspec.Struct):
    """POST /info {"type":"meta"}"""

    universe: list[Perpetual]


class Token(msgspec.Struct, rename="camel"):
    name: str
    sz_decimals: Decimals
    index: int


class Pair(msgspec.Struct):
    name: str
    """What the frames call it: PURR/USDC, @107"""
    tokens: list[int] = []
    """Indices of base and quote"""


class Spot(msgspec.Struct):
    """POST /info {"type":"spotMeta"}"""

    universe: list[Pair]
    tokens: list[Token] = []
