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
    subject: str = ""
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


class Change(msgspec.Struct, gc=False):
    """One level of a contract."""

    sequence: Count
    change: str
    """price,side,size: 38962.0,buy,4374"""
    timestamp: Millis = 0


class FuturesQuote(msgspec.Struct, gc=False, rename="camel"):
    """Of tickerV2"""

    best_bid_price: str | None = None
    best_bid_size: Decimal | None = None
    best_ask_price: str | None = None
    best_ask_size: Decimal | None = None
    ts: Count = 0


class FuturesDay(msgspec.Struct, gc=False, rename="camel"):
    """Of contractMarket/snapshot; its volume is of the base currency or of contracts, by contract."""

    high_price: Decimal | None = None
    low_price: Decimal | None = None
    ts: Count = 0


class Fact(msgspec.Struct, gc=False, rename="camel"):
    """Of contract/instrument; a funding rate of a granularity of minutes is a forecast."""

    mark_price: Decimal | None = None
    index_price: Decimal | None = None
    funding_rate: Decimal | None = None
    granularity: Millis = 0
    timestamp: Millis = 0


class FuturesSnapshotData(msgspec.Struct, gc=False):
    sequence: Count
    bids: Raw
    asks: Raw
    ts: Count = 0


class FuturesSnapshot(msgspec.Struct, gc=False):
    """GET /api/v1/level2/snapshot"""

    code: str
    data: FuturesSnapshotData | None = None
    msg: str = ""


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


class Contract(msgspec.Struct, rename="camel"):
    """One of GET /api/v1/contracts/active; numbers are bare, read from their text."""

    symbol: str
    type: str
    """FFWCSX: perpetual; FFICSX: with a delivery"""
    base_currency: str
    quote_currency: str
    settle_currency: str
    tick_size: Decimal
    lot_size: Decimal = Decimal(1)
    multiplier: Decimal = Decimal(1)
    is_inverse: bool = False
    expire_date: Millis | None = None
    max_order_qty: Decimal = Decimal(0)
    maker_fee_rate: Decimal = Decimal(0)
    taker_fee_rate: Decimal = Decimal(0)
    status: str = "Open"


class Contracts(msgspec.Struct):
    data: list[Contract]


class OpenInterest(msgspec.Struct, rename="camel"):
    """Of one of GET /api/v1/contracts/active, in contracts. The list's day is of an unsaid unit and not read."""

    symbol: str
    open_interest: Decimal | None = None


class OpenInterests(msgspec.Struct):
    data: list[OpenInterest]
