"""Gate.io on the wire, protocol v4. Prices are text; quantities too, those of futures also bare numbers.

Source: www.gate.com/docs/developers: apiv4/ws (spot), futures/ws; REST: order_book, currency_pairs, contracts, 2026.
"""

from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta, Raw

Millis = Annotated[int, Meta(ge=0, lt=1 << 43)]
Count = Annotated[int, Meta(ge=0, lt=1 << 62)]
NONE = Raw(b"[]")


class Refusal(msgspec.Struct, gc=False):
    code: int = 0
    message: str = ""


class Frame(msgspec.Struct, gc=False):
    channel: str
    event: str = ""
    result: Raw = Raw()
    error: Refusal | None = None
    id: int | None = None
    """The number of our request"""


class Update(msgspec.Struct, gc=False, rename={"first_id": "U", "last_id": "u", "symbol": "s", "time": "t"}):
    """Of order_book_update, and of obu: there `s` is ob.<symbol>.<levels>, and `full` a whole book."""

    symbol: str
    last_id: Count
    first_id: Count = 0
    time: Millis = 0
    b: Raw = NONE
    a: Raw = NONE
    full: bool = False


class Named(msgspec.Struct, gc=False):
    """Whose trade it is."""

    currency_pair: str = ""
    contract: str = ""


_QUOTE = {"symbol": "s", "bid": "b", "bid_size": "B", "ask": "a", "ask_size": "A", "time": "t"}


class Quote(msgspec.Struct, gc=False, rename=_QUOTE):
    """Of book_ticker; a side without orders has no price. Sizes of futures may be bare numbers."""

    symbol: str
    bid: str = ""
    bid_size: Decimal = Decimal(0)
    ask: str = ""
    ask_size: Decimal = Decimal(0)
    time: Millis = 0


class Ticker(msgspec.Struct, gc=False):
    """The last 24 hours of a pair (base_volume) or a contract (volume_24h, in contracts), and what it is marked by."""

    currency_pair: str = ""
    contract: str = ""
    base_volume: str = ""
    volume_24h: str = ""
    high_24h: str = ""
    low_24h: str = ""
    mark_price: str = ""
    index_price: str = ""
    funding_rate: str = ""
    total_size: str = ""
    """Contracts that are open"""


class Liquidation(msgspec.Struct, gc=False):
    """Of public_liquidates; the sign of the size is the forced order's."""

    contract: str
    price: Decimal
    size: Decimal
    time_ms: Millis = 0


class Snapshot(msgspec.Struct, gc=False):
    """GET order_book?with_id=true"""

    id: Count
    bids: Raw
    asks: Raw


class Pair(msgspec.Struct):
    """One of GET /spot/currency_pairs"""

    id: str
    base: str
    quote: str
    precision: Annotated[int, Meta(ge=0, le=18)]
    amount_precision: Annotated[int, Meta(ge=0, le=18)]
    fee: str = "0"
    """Per cent"""
    min_base_amount: str = "0"
    max_base_amount: str | None = None
    min_quote_amount: str = "0"
    trade_status: str = "tradable"


class Contract(msgspec.Struct):
    """One of GET /futures/usdt/contracts"""

    name: str
    quanto_multiplier: str
    order_price_round: str
    order_size_min: int | str = 1
    order_size_max: int | str = 0
    maker_fee_rate: str = "0"
    taker_fee_rate: str = "0"
    in_delisting: bool = False
    enable_decimal: bool = False
    """Sizes below one contract"""
