"""KuCoin on the wire. Numbers are text, sequences of rows and snapshots too.

Source: www.kucoin.com/docs-new: public channels (level2, match), bullet-public, part order book, symbols, 2026.
"""

from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta, Raw

Millis = Annotated[int, Meta(ge=0, lt=1 << 43)]
Count = Annotated[int, Meta(ge=0, lt=1 << 62)]
NONE = Raw(b"[]")
DONE = "200000"
"""The code of every answer that is not a refusal."""


class Frame(msgspec.Struct, gc=False):
    type: str
    topic: str = ""
    id: str = ""
    """Of an ack: the number of our request"""
    data: Raw = Raw()
    """Of an error: a text"""


class Changes(msgspec.Struct, gc=False):
    """Rows are [price, size, sequence]."""

    bids: Raw = NONE
    asks: Raw = NONE


class Update(msgspec.Struct, gc=False, rename="camel"):
    symbol: str
    sequence_start: Count
    sequence_end: Count
    changes: Changes
    time: Millis = 0


class Named(msgspec.Struct, gc=False):
    symbol: str


class Quote(msgspec.Struct, gc=False, rename="camel"):
    """Of /market/ticker; a side without orders is null."""

    best_bid: str | None = None
    best_bid_size: str | None = None
    best_ask: str | None = None
    best_ask_size: str | None = None
    time: Millis = 0


class Day(msgspec.Struct, gc=False):
    """The last 24 hours; numbers are bare."""

    vol: Decimal | None = None
    open: Decimal | None = None
    high: Decimal | None = None
    low: Decimal | None = None
    datetime: Millis = 0


class DayFrame(msgspec.Struct, gc=False):
    """Of /market/snapshot"""

    data: Day


class SnapshotData(msgspec.Struct, gc=False):
    sequence: str
    bids: Raw
    asks: Raw
    time: Millis = 0


class Snapshot(msgspec.Struct, gc=False):
    code: str
    data: SnapshotData | None = None
    msg: str = ""


class Server(msgspec.Struct, rename="camel"):
    endpoint: str
    ping_interval: Millis


class Bullet(msgspec.Struct, rename="camel"):
    token: str
    instance_servers: list[Server]


class BulletAnswer(msgspec.Struct):
    """POST /api/v1/bullet-public"""

    code: str
    data: Bullet | None = None
    msg: str = ""


class Symbol(msgspec.Struct, rename="camel"):
    symbol: str
    base_currency: str
    quote_currency: str
    base_increment: str
    price_increment: str
    base_min_size: str = "0"
    base_max_size: str = "0"
    min_funds: str | None = None
    enable_trading: bool = True
    maker_fee_coefficient: str = "1"
    taker_fee_coefficient: str = "1"


class Symbols(msgspec.Struct):
    """GET /api/v2/symbols"""

    data: list[Symbol]
