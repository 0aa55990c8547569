"""Bitfinex v2 on the wire: objects for events, arrays for everything else.

    [channel, body, …tail]              a book, a trade list, one level
    [channel, "hb", …tail]
    [channel, "cs", checksum, …tail]
    [channel, "te"|"tu", row, …tail]    the tail is [number] and [number, time], by the flags of the answer to conf

Source: docs.bitfinex.com, ws-general, ws-public-books, ws-public-raw-books, ws-public-trades, ws-websocket-checksum.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

Count = Annotated[int, Meta(ge=0, le=1 << 62)]
Millis = Annotated[int, Meta(ge=0, le=9_000_000_000_000)]

TIMESTAMP, SEQ_ALL, CHECKSUM = 32_768, 65_536, 131_072
"""Flags of conf"""

RESTARTED, MAINTENANCE, MAINTENANCE_OVER = 20_051, 20_060, 20_061
"""Codes of info"""


class Event(msgspec.Struct, gc=False):
    event: str
    channel: str = ""
    chanId: int = -1  # noqa: N815
    symbol: str = ""
    key: str = ""
    """Of a status"""
    prec: str = ""
    flags: int = 0
    status: str = ""
    code: int = 0
    msg: str = ""
