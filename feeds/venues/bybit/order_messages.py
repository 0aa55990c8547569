"""Bybit's private side on the wire. Numbers are text.

Source: bybit-exchange.github.io/docs/v5/websocket/private (order, execution), /order, /account, /position, 2026.
"""

import msgspec
from msgspec import Raw


class Answer(msgspec.Struct):
    retCode: int = 0  # noqa: N815
    retMsg: str = ""  # noqa: N815
    result: Raw = Raw(b"{}")
    time: int = 0


class Page(msgspec.Struct):
    list: Raw = Raw(b"[]")
    nextPageCursor: str = ""  # noqa: N815


class Order(msgspec.Struct):
    symbol: str
    orderId: str  # noqa: N815
    side: str
    qty: str
    orderStatus: str  # noqa: N815
    orderLinkId: str = ""  # noqa: N815
    orderType: str = ""  # noqa: N815
    price: str | None = ""
    triggerPrice: str | None = ""  # noqa: N815
    cumExecQty: str | None = "0"  # noqa: N815
    timeInForce: str = ""  # noqa: N815
    rejectReason: str = ""  # noqa: N815
    updatedTime: str = "0"  # noqa: N815


class Execution(msgspec.Struct):
    symbol: str
    execId: str  # noqa: N815
    orderId: str  # noqa: N815
    side: str
    execPrice: str  # noqa: N815
    execQty: str  # noqa: N815
    execTime: str  # noqa: N815
    orderLinkId: str = ""  # noqa: N815
    orderQty: str = ""  # noqa: N815
    leavesQty: str = ""  # noqa: N815
    execFee: str = "0"  # noqa: N815
    feeCurrency: str = ""  # noqa: N815
    execType: str = "Trade"  # noqa: N815
    isMaker: bool = False  # noqa: N815


class Coin(msgspec.Struct):
    coin: str
    walletBalance: str = "0"  # noqa: N815


class Wallet(msgspec.Struct):
    coin: list[Coin] = []


class Position(msgspec.Struct):
    symbol: str
    size: str
    side: str = ""


class Push(msgspec.Struct):
    """A frame of the private socket: an answer, or rows of a topic."""

    topic: str = ""
    op: str = ""
    success: bool = True
    ret_msg: str = ""
    retMsg: str = ""  # noqa: N815
    retCode: int = 0  # noqa: N815
    data: Raw = Raw(b"[]")
