"""Deribit on the wire: JSON-RPC 2.0, numbers without quotes.

Source: docs.deribit.com, subscriptions book.{instrument}.{interval}, trades.{instrument}.{interval},
public/set_heartbeat, public/get_instruments, 2026.
"""

from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Raw

Count = Annotated[int, Meta(ge=0, le=1 << 62)]
Millis = Annotated[int, Meta(ge=0, le=9_000_000_000_000)]


class BookData(msgspec.Struct, gc=False):
    instrument_name: str
    change_id: Count
    bids: Raw
    asks: Raw
    timestamp: Millis
    type: Literal["snapshot", "change", ""] = ""
    """Absent of grouped views, which we do not ask for"""
    prev_change_id: Count | None = None


class BookParams(msgspec.Struct, gc=False):
    data: BookData


class BookFrame(msgspec.Struct, gc=False):
    params: BookParams


class TradeParams(msgspec.Struct, gc=False):
    channel: str
    data: Raw


class TradeFrame(msgspec.Struct, gc=False):
    params: TradeParams


class Liquidation(msgspec.Struct, gc=False):
    """A trade that somebody was forced to; of others `liquidation` is absent."""

    instrument_name: str
    direction: str
    price: Decimal
    amount: Decimal
    timestamp: Millis = 0
    liquidation: str = ""


class Stats(msgspec.Struct, gc=False):
    """Of 24 hours"""

    volume: Decimal | None = None
    high: Decimal | None = None
    low: Decimal | None = None


class TickerData(msgspec.Struct, gc=False):
    instrument_name: str
    timestamp: Millis = 0
    state: str = ""
    """open, closed"""
    mark_price: Decimal | None = None
    index_price: Decimal | None = None
    funding_8h: Decimal | None = None
    """Of perpetuals, which are funded all the time"""
    open_interest: Decimal | None = None
    best_bid_price: Decimal | None = None
    best_bid_amount: Decimal | None = None
    best_ask_price: Decimal | None = None
    best_ask_amount: Decimal | None = None
    stats: Stats | None = None


class TickerParams(msgspec.Struct, gc=False):
    data: TickerData


class TickerFrame(msgspec.Struct, gc=False):
    params: TickerParams


class EventParams(msgspec.Struct, gc=False):
    channel: str = ""
    type: str = ""
    """Of a heartbeat: heartbeat or test_request"""


class Error(msgspec.Struct, gc=False):
    code: int = 0
    message: str = ""


class Event(msgspec.Struct, gc=False):
    """An answer or a heartbeat; or a frame that does not begin with its channel."""

    method: str = ""
    params: EventParams | None = None
    id: int | None = None
    result: Raw = Raw(b"null")
    error: Error | None = None


class Listed(msgspec.Struct):
    """One of public/get_instruments"""

    instrument_name: str
    kind: str
    """future, option, spot, future_combo, option_combo"""
    base_currency: str
    quote_currency: str
    tick_size: Decimal
    """The smallest; options have larger steps at higher prices"""
    min_trade_amount: Decimal
    contract_size: Decimal = Decimal(1)
    expiration_timestamp: int = 0
    settlement_period: str = ""
    settlement_currency: str = ""
    counter_currency: str = ""
    instrument_type: str = ""
    """reversed: settled in the coin; linear. Absent before 2022: all were reversed"""
    strike: Decimal = Decimal(0)
    option_type: str = ""
    is_active: bool = True
    maker_commission: float = 0.0
    taker_commission: float = 0.0


class Listing(msgspec.Struct):
    result: list[Listed]
