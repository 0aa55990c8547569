"""OKX's private side on the wire. Every number is a text; what is missing is empty.

Source: okx.com/docs-v5, "Order channel", "GET / Order details", "GET / Transaction details", 2026.
"""

import msgspec
from msgspec import Raw


class Answer(msgspec.Struct):
    code: str
    msg: str = ""
    data: Raw = Raw(b"[]")


class Outcome(msgspec.Struct):
    """Of one order in an answer"""

    sCode: str = "0"  # noqa: N815
    sMsg: str = ""  # noqa: N815


class Order(msgspec.Struct):
    """An order or algo order, in a list or in the orders channel."""

    instId: str  # noqa: N815
    side: str
    sz: str
    state: str
    ordId: str = ""  # noqa: N815
    clOrdId: str = ""  # noqa: N815
    algoId: str = ""  # noqa: N815
    algoClOrdId: str = ""  # noqa: N815
    px: str = ""
    ordPx: str = ""  # noqa: N815
    """Of an algo order; -1: market"""
    triggerPx: str = ""  # noqa: N815
    ordType: str = ""  # noqa: N815
    accFillSz: str = "0"  # noqa: N815
    fillPx: str = ""  # noqa: N815
    fillSz: str = ""  # noqa: N815
    fillFee: str = ""  # noqa: N815
    """Negative: paid"""
    fillFeeCcy: str = ""  # noqa: N815
    feeCcy: str = ""  # noqa: N815
    fillTime: str = ""  # noqa: N815
    tradeId: str = ""  # noqa: N815
    execType: str = ""  # noqa: N815
    cancelSource: str = ""  # noqa: N815
    uTime: str = "0"  # noqa: N815


class Fill(msgspec.Struct):
    """One of GET /api/v5/trade/fills"""

    instId: str  # noqa: N815
    tradeId: str  # noqa: N815
    ordId: str  # noqa: N815
    side: str
    fillPx: str  # noqa: N815
    fillSz: str  # noqa: N815
    ts: str
    clOrdId: str = ""  # noqa: N815
    billId: str = ""  # noqa: N815
    execType: str = ""  # noqa: N815
    fee: str = "0"
    feeCcy: str = ""  # noqa: N815


class Detail(msgspec.Struct):
    ccy: str
    cashBal: str = "0"  # noqa: N815


class Balance(msgspec.Struct):
    details: list[Detail] = []


class Position(msgspec.Struct):
    instId: str  # noqa: N815
    pos: str
    posSide: str = "net"  # noqa: N815


class ServerTime(msgspec.Struct):
    ts: str


class Push(msgspec.Struct):
    """A frame of the private socket: an event, or rows of a channel."""

    event: str = ""
    code: str = ""
    msg: str = ""
    data: Raw = Raw(b"[]")


class PushedArg(msgspec.Struct, frozen=True):
    channel: str = ""


class PushedTo(msgspec.Struct):
    arg: PushedArg = PushedArg()
