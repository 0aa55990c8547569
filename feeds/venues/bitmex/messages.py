"""BitMEX on the wire: tables with a partial image, then rows inserted, updated and deleted by their keys.

Source: bitmex.com/app/wsAPI, bitmex.com/api/explorer (instrument), 2026.
"""

from datetime import datetime
from decimal import Decimal

import msgspec
from msgspec import Raw


class Filter(msgspec.Struct, gc=False):
    symbol: str = ""


class Frame(msgspec.Struct, gc=False):
    table: str = ""
    action: str = ""
    data: Raw = Raw(b"[]")
    filter: Filter | None = None
    """Of a partial: what it is the image of, also when that is empty"""
    error: str = ""


class Named(msgspec.Struct, gc=False):
    """Whose row it is, and when it was written; rows of before 2022 do not say when."""

    symbol: str
    timestamp: datetime | None = None


class Fact(msgspec.Struct, gc=False):
    """A row of the instrument table; an update names only what changed."""

    symbol: str
    timestamp: datetime | None = None
    state: str = ""
    """Open, Closed, Settled, Unlisted"""
    markPrice: Decimal | None = None  # noqa: N815
    indicativeSettlePrice: Decimal | None = None  # noqa: N815
    """The index"""
    fundingRate: Decimal | None = None  # noqa: N815
    fundingTimestamp: datetime | None = None  # noqa: N815
    openInterest: Decimal | None = None  # noqa: N815
    volume24h: Decimal | None = None
    prevPrice24h: Decimal | None = None  # noqa: N815
    highPrice: Decimal | None = None  # noqa: N815
    lowPrice: Decimal | None = None  # noqa: N815
    vwap: Decimal | None = None


class Quote(msgspec.Struct, gc=False):
    """A best bid and offer; of an empty side nothing is said."""

    symbol: str
    timestamp: datetime | None = None
    bidPrice: Decimal | None = None  # noqa: N815
    bidSize: Decimal | None = None  # noqa: N815
    askPrice: Decimal | None = None  # noqa: N815
    askSize: Decimal | None = None  # noqa: N815


class Liquidation(msgspec.Struct, gc=False):
    symbol: str
    side: str
    price: Decimal
    leavesQty: Decimal  # noqa: N815


class Listed(msgspec.Struct):
    """One of GET /api/v1/instrument/active"""

    symbol: str
    rootSymbol: str  # noqa: N815
    typ: str
    state: str
    quoteCurrency: str  # noqa: N815
    underlying: str = ""
    settlCurrency: str | None = None  # noqa: N815
    expiry: datetime | None = None
    tickSize: Decimal | None = None  # noqa: N815
    """A number of the JSON, read from its text"""
    lotSize: Decimal | None = None  # noqa: N815
    maxOrderQty: Decimal | None = None  # noqa: N815
    underlyingToPositionMultiplier: Decimal | None = None  # noqa: N815
    """Contracts of one unit of the base"""
    multiplier: Decimal | None = None
    """Of a quanto contract: units of the settlement currency for one of the price"""
    isInverse: bool = False  # noqa: N815
    isQuanto: bool = False  # noqa: N815
    makerFee: float | None = None  # noqa: N815
    takerFee: float | None = None  # noqa: N815
