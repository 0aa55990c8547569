"""Bybit v5 on the wire. The order of `ts` and `type` differs by product.

Source: bybit-exchange.github.io/docs/v5/websocket/public (orderbook, trade), /market/instrument, 2026.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Raw

Count = Annotated[int, Meta(ge=0, le=1 << 62)]
Millis = Annotated[int, Meta(ge=0, le=9_000_000_000_000)]


class BookData(msgspec.Struct, gc=False):
    s: str
    b: Raw
    a: Raw
    u: Count
    """Counts the updates of this depth; 1: the venue began anew"""


class BookFrame(msgspec.Struct, gc=False):
    topic: str
    type: Literal["snapshot", "delta"]
    data: BookData
    ts: Millis = 0
    cts: Millis = 0
    """When the matching engine made it"""


class TradeFrame(msgspec.Struct, gc=False):
    topic: str
    data: Raw


class Ticker(msgspec.Struct, gc=False):
    """Its last 24 hours, and what contracts are marked by. A delta names only what changed."""

    symbol: str
    markPrice: str = ""  # noqa: N815
    indexPrice: str = ""  # noqa: N815
    fundingRate: str = ""  # noqa: N815
    nextFundingTime: Millis | None = None  # noqa: N815
    openInterest: str = ""  # noqa: N815
    volume24h: str = ""
    prevPrice24h: str = ""  # noqa: N815
    highPrice24h: str = ""  # noqa: N815
    lowPrice24h: str = ""  # noqa: N815


class TickerFrame(msgspec.Struct, gc=False):
    data: Ticker
    ts: Millis = 0


class Liquidation(msgspec.Struct, gc=False):
    s: str
    S: str
    """Of the position: a long one (Buy) is sold"""
    v: str
    p: str
    T: Millis = 0


class LiquidationFrame(msgspec.Struct, gc=False):
    data: list[Liquidation]


class Answer(msgspec.Struct, gc=False):
    """An acknowledgement or a pong; or a frame that does not begin with its topic."""

    topic: str = ""
    success: bool = True
    ret_msg: str = ""


class PriceFilter(msgspec.Struct):
    tickSize: str  # noqa: N815


class LotFilter(msgspec.Struct):
    qtyStep: str = ""  # noqa: N815
    """Contracts"""
    basePrecision: str = ""  # noqa: N815
    """Spot"""
    minOrderQty: str = "0"  # noqa: N815
    maxOrderQty: str = "0"  # noqa: N815
    maxLimitOrderQty: str = ""  # noqa: N815
    minNotionalValue: str = "0"  # noqa: N815
    minOrderAmt: str = "0"  # noqa: N815


class Listed(msgspec.Struct):
    """One of GET /v5/market/instruments-info"""

    symbol: str
    status: str
    baseCoin: str  # noqa: N815
    quoteCoin: str  # noqa: N815
    priceFilter: PriceFilter  # noqa: N815
    lotSizeFilter: LotFilter  # noqa: N815
    contractType: str = ""  # noqa: N815
    settleCoin: str = ""  # noqa: N815
    deliveryTime: str = "0"  # noqa: N815


class Page(msgspec.Struct):
    list: list[Listed]
    nextPageCursor: str = ""  # noqa: N815
    """Empty on the last one"""


class Listing(msgspec.Struct):
    result: Page
