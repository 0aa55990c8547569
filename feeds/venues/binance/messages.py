"""Binance spot on the wire: what we read of its messages, typed; prices and quantities stay text until the kernel.

Level arrays and numbers of market data are `msgspec.Raw`: checked to be JSON, parsed by feeds/decode.py.
Source: binance-spot-api-docs (web-socket-streams.md, rest-api.md, user-data-stream.md), 2026-07.
"""

from typing import Annotated

import msgspec
from msgspec import Meta, Raw

Count = Annotated[int, Meta(ge=0, le=1 << 62)]
"""An id or a sequence number: larger ones are absurd and would not fit."""
Millis = Annotated[int, Meta(ge=0, le=9_000_000_000_000)]
"""A time of the venue, to the year 2255; in nanoseconds it still fits."""


class DepthUpdate(msgspec.Struct, gc=False):
    """Of @depth; `pu` with futures only."""

    E: Millis
    """Event time, ms"""
    s: str
    U: Count
    """First update id in this message"""
    u: Count
    """Last one"""
    b: Raw
    a: Raw
    pu: int = 0
    """Last update id of the message before"""


class Combined(msgspec.Struct, gc=False):
    """A frame of /stream?streams=…"""

    stream: str = ""
    data: Raw = Raw()


class Quote(msgspec.Struct, gc=False):
    """Of @bookTicker: the best bid and its size, the best ask; spot tells no time."""

    b: str
    B: str
    a: str
    A: str
    E: Millis = 0


class Day(msgspec.Struct, gc=False):
    """Of @ticker: volume, open, high, low and average price of 24 hours."""

    E: Millis
    v: str
    o: str
    h: str
    l: str
    w: str = ""


class OpenInterest(msgspec.Struct, gc=False):
    """GET /fapi/v1/openInterest"""

    openInterest: str  # noqa: N815
    time: Millis = 0


class MarkPrice(msgspec.Struct, gc=False):
    """Of a future: mark, index, funding rate (empty when it has a delivery) and when it is paid next."""

    E: Millis
    p: str
    i: str = ""
    r: str = ""
    T: Millis = 0


class ForcedOrder(msgspec.Struct, gc=False):
    S: str
    p: str
    q: str
    T: Millis


class Liquidation(msgspec.Struct, gc=False):
    o: ForcedOrder


class Control(msgspec.Struct, gc=False):
    """What comes without a stream: the venue restarts a server, or answers a request."""

    e: str = ""


class Snapshot(msgspec.Struct, gc=False):
    """GET /api/v3/depth"""

    lastUpdateId: Count  # noqa: N815
    bids: Raw
    asks: Raw


class PlacedOrder(msgspec.Struct):
    """The venue's answer to order entry, and an order in its lists."""

    symbol: str
    orderId: int  # noqa: N815
    clientOrderId: str = ""  # noqa: N815
    price: str = "0"
    stopPrice: str = "0"  # noqa: N815
    origQty: str = "0"  # noqa: N815
    executedQty: str = "0"  # noqa: N815
    status: str = ""
    timeInForce: str = ""  # noqa: N815
    type: str = ""
    side: str = ""
    transactTime: int = 0  # noqa: N815
    origClientOrderId: str = ""  # noqa: N815


class AccountTrade(msgspec.Struct):
    """GET /api/v3/myTrades"""

    symbol: str
    id: Count
    orderId: Count  # noqa: N815
    price: str
    qty: str
    commission: str
    commissionAsset: str  # noqa: N815
    time: Millis
    isBuyer: bool  # noqa: N815
    isMaker: bool  # noqa: N815


class Balance(msgspec.Struct):
    asset: str
    free: str
    locked: str


class Account(msgspec.Struct):
    balances: list[Balance]


class ServerTime(msgspec.Struct):
    serverTime: int  # noqa: N815


class ListenKey(msgspec.Struct):
    listenKey: str  # noqa: N815


class ExecutionReport(msgspec.Struct, tag_field="e", tag="executionReport"):
    """User data: one change of one order."""

    E: int
    s: str
    c: str
    """Client order id; of a cancel, the cancel's own"""
    S: str
    p: str
    q: str
    x: str
    """What happened: NEW CANCELED REPLACED REJECTED TRADE EXPIRED TRADE_PREVENTION"""
    X: str
    """The order's status after it"""
    i: Count
    T: Millis
    C: str | None = ""
    """The client order id that was cancelled"""
    P: str = "0"
    """Where it triggers"""
    r: str = "NONE"
    l: str = "0"
    """Executed now"""
    z: str = "0"
    """Executed in total"""
    L: str = "0"
    n: str | None = "0"
    """Commission"""
    N: str | None = None
    t: Annotated[int, Meta(ge=-1, le=1 << 62)] = -1
    m: bool = False


class FuturesOrder(msgspec.Struct):
    """User data of futures: the same letters, in `o`"""

    s: str
    c: str
    S: str
    p: str
    q: str
    x: str
    """What happened: as on spot, and AMENDMENT, CALCULATED"""
    X: str
    i: Count
    T: Millis
    C: str = ""
    r: str = "NONE"
    l: str = "0"
    z: str = "0"
    L: str = "0"
    n: str | None = "0"
    N: str | None = None
    t: Annotated[int, Meta(ge=-1, le=1 << 62)] = -1
    m: bool = False


class FuturesUpdate(msgspec.Struct, tag_field="e", tag="ORDER_TRADE_UPDATE"):
    o: FuturesOrder


class FuturesTrade(msgspec.Struct):
    """GET /fapi/v1/userTrades, /dapi/v1/userTrades"""

    symbol: str
    id: Count
    orderId: Count  # noqa: N815
    side: str
    price: str
    qty: str
    commission: str
    commissionAsset: str  # noqa: N815
    time: Millis
    maker: bool = False


class FuturesPosition(msgspec.Struct):
    """GET /fapi/v3/positionRisk, /dapi/v1/positionRisk"""

    symbol: str
    positionAmt: str  # noqa: N815


class StreamEnded(msgspec.Struct, tag_field="e", tag="eventStreamTerminated"):
    E: int = 0


class Tagged(msgspec.Struct):
    """What kind of event it is; for those that we do not read."""

    e: str = ""


class UserEnvelope(msgspec.Struct):
    """A frame of the WebSocket API: an event of the user data subscription, or the answer to a request."""

    event: Raw = Raw()
    id: str | int | None = None
    status: int = 0
    result: Raw = Raw()
    error: "ApiError | None" = None


class ApiError(msgspec.Struct):
    code: int = 0
    msg: str = ""


class SymbolFilter(msgspec.Struct):
    filterType: str  # noqa: N815
    tickSize: str = ""  # noqa: N815
    stepSize: str = ""  # noqa: N815
    minQty: str = "0"  # noqa: N815
    maxQty: str = "0"  # noqa: N815
    minNotional: str = ""  # noqa: N815
    notional: str = "0"
    """Futures"""


class SymbolRules(msgspec.Struct):
    symbol: str
    baseAsset: str  # noqa: N815
    quoteAsset: str  # noqa: N815
    filters: list[SymbolFilter]
    status: str = ""
    contractStatus: str = ""  # noqa: N815
    """COIN-M, in place of status"""
    contractType: str = ""  # noqa: N815
    contractSize: int = 0  # noqa: N815
    marginAsset: str = ""  # noqa: N815
    orderTypes: list[str] = []  # noqa: N815


class ExchangeInfo(msgspec.Struct):
    """GET /api/v3/exchangeInfo, /fapi/v1/exchangeInfo, /dapi/v1/exchangeInfo"""

    symbols: list[SymbolRules]
