"""HTX on the wire: every frame is packed (gzip). Numbers are bare, some with an exponent (9.121E-7).

Source: huobiapi.github.io/docs: spot/v1 (market by price, market depth, trade detail), coin_margined_swap/v1,
usdt_swap/v1 (incremental market depth), 2026.
"""

import zlib
from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta, Raw

from feeds.decode import TEXT_BYTES
from feeds.errors import BadFrame

Millis = Annotated[int, Meta(ge=0, lt=1 << 43)]
Count = Annotated[int, Meta(ge=0, lt=1 << 62)]
NONE, NULL = Raw(b"[]"), b"null"
PACKED = b"\x1f\x8b"
GZIP_BITS = 31


class Frame(msgspec.Struct, gc=False, rename={"refusal": "err-msg"}):
    ping: Millis = 0
    ch: str = ""
    """Whose news it is: market.btcusdt.mbp.150"""
    rep: str = ""
    """Whose snapshot was asked for"""
    tick: Raw = NONE
    data: Raw = NONE
    status: str = ""
    refusal: str = ""
    update: bool = False
    op: str = ""
    """Of notifications: ping, sub, notify"""
    topic: str = ""
    ts: Raw = NONE


class Levels(msgspec.Struct, gc=False, rename={"sequence": "seqNum", "previous": "prevSeqNum", "time": "ts"}):
    """mbp counts by sequence and previous, the changes of swaps by version; whole books by their time."""

    bids: Raw = NONE
    asks: Raw = NONE
    sequence: Count = 0
    previous: Count = 0
    version: Count = 0
    event: str = ""
    """snapshot or update, of the changes of swaps"""
    time: Millis = 0


class SpotBest(msgspec.Struct, gc=False, rename="camel"):
    """Of bbo; an empty side is null."""

    bid: Decimal | None = None
    bid_size: Decimal | None = None
    ask: Decimal | None = None
    ask_size: Decimal | None = None
    quote_time: Millis = 0


class SwapBest(msgspec.Struct, gc=False):
    """Of bbo: price and size"""

    bid: tuple[Decimal, Decimal] | None = None
    ask: tuple[Decimal, Decimal] | None = None
    ts: Millis = 0


class Day(msgspec.Struct, gc=False):
    """Of detail: the last 24 hours; `amount` in base currency, `vol` of swaps in contracts, of both sides together."""

    open: Decimal | None = None
    high: Decimal | None = None
    low: Decimal | None = None
    amount: Decimal | None = None
    vol: Decimal | None = None


class Notice(msgspec.Struct, gc=False):
    """A funding rate, or an order that somebody was forced to."""

    contract_code: str
    funding_rate: Decimal | None = None
    funding_time: Millis | None = None
    settlement_time: Millis | None = None
    direction: str = ""
    volume: Decimal = Decimal(0)
    price: Decimal = Decimal(0)
    created_at: Millis = 0


class Fact(msgspec.Struct, gc=False):
    """Of swap_index or swap_open_interest"""

    contract_code: str
    index_price: Decimal | None = None
    volume: Decimal | None = None


class Facts(msgspec.Struct, gc=False):
    data: list[Fact]


class Mark(msgspec.Struct, gc=False):
    """One of GET …_mark_price_kline: a minute of the mark price"""

    close: Decimal


class Marks(msgspec.Struct, gc=False):
    data: list[Mark]


class Trades(msgspec.Struct, gc=False):
    id: Count
    """Of the message"""
    data: Raw


class Symbol(msgspec.Struct, rename="kebab"):
    """One of GET /v1/common/symbols"""

    symbol: str
    base_currency: str
    quote_currency: str
    price_precision: Annotated[int, Meta(ge=0, le=18)]
    amount_precision: Annotated[int, Meta(ge=0, le=18)]
    state: str
    min_order_amt: Raw = Raw(b"0")
    min_order_value: Raw = Raw(b"0")


class Symbols(msgspec.Struct):
    data: list[Symbol]


class Contract(msgspec.Struct):
    """One of GET swap_contract_info"""

    symbol: str
    contract_code: str
    contract_size: Raw
    price_tick: Raw
    contract_status: int
    business_type: str = "swap"


class Contracts(msgspec.Struct):
    data: list[Contract]


def unpacked(frame: bytes) -> bytes:
    """The text of a frame. Raises BadFrame."""
    if not frame.startswith(PACKED):
        return frame
    unpacker = zlib.decompressobj(GZIP_BITS)
    try:
        text = unpacker.decompress(frame, TEXT_BYTES)
    except zlib.error as error:
        raise BadFrame("a frame must be packed as gzip does", reason=str(error)) from error
    if not unpacker.eof:
        raise BadFrame("a packed frame must be whole, and no longer than the buffer", bytes=len(frame))
    return text


def rows(levels: Raw) -> Raw:
    """A side without levels is left out or null."""
    return NONE if bytes(levels) == NULL else levels
