"""Kraken Futures on the wire: one level or one trade is a whole frame.

Source: docs.kraken.com, api/docs/futures-api/websocket (book, trade), futures-api/trading/get-instruments, 2026.
"""

from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta, Raw

Count = Annotated[int, Meta(ge=0, le=1 << 62)]
Millis = Annotated[int, Meta(ge=0, le=9_000_000_000_000)]


class Frame(msgspec.Struct, gc=False):
    """What all have, and what those of one level have."""

    feed: str = ""
    product_id: str = ""
    seq: Count = 0
    timestamp: Millis = 0
    event: str = ""
    type: str = ""
    """Of a trade: fill, liquidation, assignment …"""
    message: str = ""


class Trade(msgspec.Struct, gc=False):
    """One that is told apart; the side is the taker's, which a liquidation is."""

    product_id: str
    side: str
    price: Decimal
    qty: Decimal
    time: Millis = 0


class Snapshot(msgspec.Struct, gc=False):
    product_id: str
    seq: Count
    bids: Raw
    asks: Raw
    timestamp: Millis = 0


class Ticker(msgspec.Struct, gc=False):
    product_id: str
    time: Millis = 0
    markPrice: Decimal | None = None  # noqa: N815
    index: Decimal | None = None
    relative_funding_rate: Decimal | None = None
    """Of an hour"""
    next_funding_rate_time: Millis | None = None
    openInterest: Decimal | None = None  # noqa: N815
    suspended: bool | None = None
    post_only: bool = False
    bid: Decimal | None = None
    bid_size: Decimal | None = None
    ask: Decimal | None = None
    ask_size: Decimal | None = None
    volume: Decimal | None = None
    """Of 24 hours, as the next three"""
    open: Decimal | None = None
    high: Decimal | None = None
    low: Decimal | None = None


class Listed(msgspec.Struct):
    """One of GET /derivatives/api/v3/instruments"""

    symbol: str
    type: str
    tickSize: Decimal = Decimal(0)  # noqa: N815
    """A number of the JSON, read from its text"""
    contractSize: Decimal = Decimal(1)  # noqa: N815
    contractValueTradePrecision: int = 0  # noqa: N815
    """Decimals of a quantity; below 0: noughts before the point"""
    tradeable: bool = False
    postOnly: bool = False  # noqa: N815
    lastTradingTime: str = ""  # noqa: N815
    base: str = ""
    quote: str = ""
    maxPositionSize: Decimal = Decimal(0)  # noqa: N815


class Listing(msgspec.Struct):
    instruments: list[Listed]
