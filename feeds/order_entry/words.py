"""What is sent to a venue and what it shows, between our records and its own words: numbers are text, as written."""

import msgspec
import numpy as np

from core.vocabulary import EventFlag, OrderStatus, OrderType, Reject, Side, TimeInForce
from feeds.order_entry.amounts import price_text, quantity_text

OPEN = (OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED)
MARKET_TYPES = (OrderType.MARKET, OrderType.STOP, OrderType.MARKET_IF_TOUCHED, OrderType.TRAILING_STOP)
"""They have no limit."""


class NewOrder:
    """An order request as a venue's parameters need it. Numbers of Python: numpy's are slow to compare."""

    def __init__(self, request: np.void, row: np.void, *, client_text: str, quantity_lots: int, wall_offset_ns: int):
        self._request, self.row, self.client_text = request, row, client_text
        self.symbol = row["venue_symbol"].decode()
        self.is_buy = int(request["side"]) == Side.BUY
        self.type = OrderType(int(request["order_type"]) or OrderType.LIMIT)
        self.quantity = quantity_text(quantity_lots, row)
        flags = int(request["flags"])
        self.is_post_only = bool(flags & EventFlag.POST_ONLY)
        self.is_reduce_only = bool(flags & EventFlag.REDUCE_ONLY)
        self.is_in_bps = bool(flags & EventFlag.IN_BPS)
        self.time_in_force = TimeInForce(int(request["time_in_force"]))
        self._wall_offset_ns = wall_offset_ns

    @property
    def has_limit(self) -> bool:
        return self.type not in MARKET_TYPES

    @property
    def price(self) -> str:
        """Empty: it has no limit."""
        return price_text(int(self._request["price_ticks"]), self.row) if self.has_limit else ""

    @property
    def trigger(self) -> str:
        """Empty: it has none; of a trailing stop, where it begins to follow."""
        ticks = int(self._request["execution_id"])
        return price_text(ticks, self.row) if ticks else ""

    @property
    def offset(self) -> int:
        """Of a trailing stop: ticks, or basis points."""
        return int(self._request["amount"])

    @property
    def offset_price(self) -> str:
        return price_text(self.offset, self.row)

    @property
    def ends_ms(self) -> int:
        """Good until then, the wall clock; 0: no end that the venue must know."""
        end_ns = int(self._request["venue_ns"])
        is_dated = self.time_in_force == TimeInForce.GTD and end_ns
        return (end_ns + self._wall_offset_ns) // 1_000_000 if is_dated else 0

    @property
    def rises(self) -> bool:
        """The price comes to the trigger from below: a stop that buys, a touch that sells."""
        is_touch = self.type in (OrderType.MARKET_IF_TOUCHED, OrderType.LIMIT_IF_TOUCHED)
        return self.is_buy != is_touch


class Named(msgspec.Struct, frozen=True):
    """Whom a cancel, a change or a question means. At least one of both names is there."""

    symbol: str
    order_id: str
    client_text: str
    order_type: OrderType = OrderType.NONE


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """An order as the venue shows it."""

    symbol: str
    order_id: str
    client_text: str
    side: Side
    price: str
    quantity: str
    filled: str
    trigger: str = ""
    """Empty: it has none, or the venue does not say"""
    status: OrderStatus
    time_in_force: TimeInForce = TimeInForce.GTC
    reject: Reject = Reject.NONE
    venue_ns: int = 0


class Execution(msgspec.Struct, frozen=True, kw_only=True):
    """One execution as the venue tells it."""

    symbol: str
    execution_id: str
    order_id: str
    client_text: str = ""
    """Empty: the venue does not say; the order is known by its own id"""
    side: Side
    price: str
    quantity: str
    filled: str = ""
    """Of the order in total after this one; empty: the venue does not say"""
    is_last: bool = False
    fee: str = "0"
    fee_currency: str = ""
    is_maker: bool = False
    venue_ns: int = 0
