"""dYdX v4's indexer on the wire. Numbers are text.

Source: docs.dydx.xyz, indexer client, websocket; interaction, data, "Watch orderbook", 2026.
"""

from typing import Annotated

import msgspec
from msgspec import Meta, Raw

Count = Annotated[int, Meta(ge=0, lt=1 << 53)]
NONE = Raw(b"[]")


class Message(msgspec.Struct, gc=False):
    type: str
    message_id: Count
    channel: str = ""
    id: str = ""
    """The market"""
    contents: Raw = Raw()
    """Of a batch: a list of them"""
    message: str = ""
    """Of an error"""


class Levels(msgspec.Struct, gc=False):
    """Rows are objects in the first message of a subscription, and pairs later; what did not change is left out."""

    bids: Raw = NONE
    asks: Raw = NONE


class Trades(msgspec.Struct, gc=False):
    trades: Raw = NONE


class MarketFact(msgspec.Struct, gc=False, rename="camel"):
    """A change names only what changed."""

    status: str = ""
    oracle_price: str = ""
    next_funding_rate: str = ""
    open_interest: str = ""


class Markets(msgspec.Struct, gc=False, rename="camel"):
    """By symbol: all in the first message of a subscription, changes and prices of the oracle later"""

    markets: dict[str, MarketFact] = {}
    trading: dict[str, MarketFact] = {}
    oracle_prices: dict[str, MarketFact] = {}


class PerpetualMarket(msgspec.Struct, rename="camel"):
    ticker: str
    status: str
    tick_size: str
    step_size: str


class PerpetualMarkets(msgspec.Struct):
    """GET /v4/perpetualMarkets"""

    markets: dict[str, PerpetualMarket]
