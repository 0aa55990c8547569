"""OKX v5 on the wire. Every number is a text but sequence ids and checksums; a decoder that is not strict reads both.

Source: okx.com/docs-v5, "WS / Order book channel", "WS / Trades channel", "Notification", 2026.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Raw

SequenceId = Annotated[int, Meta(ge=-1, le=1 << 62)]
Millis = Annotated[int, Meta(ge=0, le=9_000_000_000_000)]


class Arg(msgspec.Struct, gc=False):
    channel: str = ""
    instId: str = ""  # noqa: N815


class BookData(msgspec.Struct, gc=False):
    bids: Raw
    asks: Raw
    ts: Millis
    checksum: int = 0
    """0: the venue did not compute it"""
    prevSeqId: SequenceId | None = None  # noqa: N815
    """-1 of a snapshot; absent before 2023, and of books5 and bbo-tbt"""
    seqId: SequenceId | None = None  # noqa: N815


class BookFrame(msgspec.Struct, gc=False):
    arg: Arg
    data: list[BookData]
    action: Literal["snapshot", "update", ""] = ""
    """Absent of books5 and bbo-tbt, which are whole each time"""


class TradeFrame(msgspec.Struct, gc=False):
    arg: Arg
    data: Raw


class Detail(msgspec.Struct, gc=False):
    """One forced order"""

    side: str
    bkPx: str  # noqa: N815
    sz: str
    ts: Millis = 0


class Fact(msgspec.Struct, gc=False):
    """A row of mark-price, index-tickers, funding-rate, open-interest, liquidation-orders or tickers."""

    instId: str  # noqa: N815
    ts: Millis = 0
    markPx: str = ""  # noqa: N815
    idxPx: str = ""  # noqa: N815
    fundingRate: str = ""  # noqa: N815
    fundingTime: Millis | None = None  # noqa: N815
    oi: str = ""
    vol24h: str = ""
    """In the instrument's own quantity, as open24h and the rest of the tickers only"""
    open24h: str = ""
    high24h: str = ""
    low24h: str = ""
    details: list[Detail] = []


class FactFrame(msgspec.Struct, gc=False):
    data: list[Fact]


class Event(msgspec.Struct, gc=False):
    """An answer, a notice, or a frame that does not begin with its channel."""

    arg: Arg | None = None
    event: str = ""
    code: str = ""
    msg: str = ""


class Listed(msgspec.Struct):
    """One of GET /api/v5/public/instruments"""

    instId: str  # noqa: N815
    instType: str  # noqa: N815
    tickSz: str  # noqa: N815
    lotSz: str  # noqa: N815
    minSz: str = "0"  # noqa: N815
    maxLmtSz: str = "0"  # noqa: N815
    baseCcy: str = ""  # noqa: N815
    quoteCcy: str = ""  # noqa: N815
    settleCcy: str = ""  # noqa: N815
    ctType: str = ""  # noqa: N815
    ctVal: str = ""  # noqa: N815
    ctMult: str = ""  # noqa: N815
    state: str = "live"


class Listing(msgspec.Struct):
    data: list[Listed]
