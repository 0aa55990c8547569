"""Orders and positions, as they are shown."""

import msgspec

from core.vocabulary import EventFlag, OrderStatus, OrderType, Origin, Phase, Side, TimeInForce

PLAIN = (OrderType.NONE, OrderType.LIMIT, OrderType.MARKET)
TRIGGERED = frozenset(
    {
        OrderType.STOP,
        OrderType.STOP_LIMIT,
        OrderType.MARKET_IF_TOUCHED,
        OrderType.LIMIT_IF_TOUCHED,
        OrderType.TRAILING_STOP,
    }
)
SLICED = frozenset({OrderType.ICEBERG, OrderType.TWAP, OrderType.VWAP})
AT_VENUE = (Phase.NONE, Phase.FOLLOWING)


class OrderView(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    client_id: int
    instrument_id: int
    side: Side
    order_type: OrderType = OrderType.LIMIT
    time_in_force: TimeInForce = TimeInForce.GTC
    status: OrderStatus = OrderStatus.NEW
    price_ticks: int
    quantity_lots: int
    filled_lots: int = 0
    queue_ahead_lots: int = -1
    """What trades before it; -1: not known"""
    is_queue_exact: bool = False
    """The venue shows every order; else it is an estimate"""
    strategy_id: int = -1
    origin: Origin = Origin.KEY
    created_ns: int = 0
    reason: int = 0
    flags: EventFlag = EventFlag(0)
    asked_type: OrderType = OrderType.NONE
    """As it was asked; NONE: as `order_type`, what goes to the venue"""
    phase: Phase = Phase.NONE
    trigger_ticks: int = 0
    """Of a stop or touch; where a trailing stop stands now"""
    activation_ticks: int = 0
    offset: int = 0
    """Of a trail or peg: ticks, or basis points with IN_BPS; TWAP and VWAP: the cap, ppm"""
    display_lots: int = 0
    starts_ns: int = 0
    ends_ns: int = 0
    """By the desk's clock, …"""
    ends_wall_ns: int = 0
    """… and by the wall's; 0: never"""
    sent_lots: int = 0
    slices: int = 0
    """Sent so far, …"""
    slices_in_all: int = 0
    """… of about so many"""
    parent_id: int = 0
    """Of the order that this one is a slice of"""
    group_id: int = 0
    """Orders that hang together; 0: none"""

    @property
    def open_lots(self) -> int:
        return self.quantity_lots - self.filled_lots

    @property
    def kind(self) -> OrderType:
        """As it was asked."""
        return self.asked_type or self.order_type

    @property
    def is_held(self) -> bool:
        """Nothing of it is at the venue under its own name: the core works it."""
        return self.phase not in AT_VENUE

    @property
    def is_emulated(self) -> bool:
        """The core does for it what the venue does not; what is native goes there as it was asked."""
        return self.kind not in PLAIN and (self.phase is not Phase.NONE or self.order_type is not self.kind)

    @property
    def is_insurance(self) -> bool:
        """The core's own stop at the venue, behind what the core itself protects: it follows by itself."""
        return self.origin is Origin.PROTECTION and self.kind is OrderType.STOP

    @property
    def has_trigger(self) -> bool:
        return self.kind in TRIGGERED and (self.is_held or not self.is_emulated) and self.trigger_ticks != 0

    @property
    def shown_ticks(self) -> int:
        """Where it stands on a ladder; 0: nowhere."""
        return self.trigger_ticks if self.has_trigger else self.price_ticks


class OrderNews(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What happened to one of our orders since the last look."""

    client_id: int
    instrument_id: int
    side: Side
    status: OrderStatus
    price_ticks: int
    traded_lots: int = 0
    """Since the last look"""
    average_ticks: float = 0.0
    """Of those; 0: nobody knows it"""
    reason: int = 0
    """vocabulary.Reject, or DenyReason when the status is DENIED"""
    strategy_id: int = -1
    kind: OrderType = OrderType.LIMIT
    """As it was asked"""
    trigger_ticks: int = 0
    has_gone_off: bool = False
    """The market came to its trigger since the last look"""
    is_as_before: bool = False
    """The venue refused to change or cancel it: it stands, `reason` says why"""


class PositionView(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The account's position in one instrument."""

    instrument_id: int
    position_lots: int
    average_ticks: float = 0.0
    """What the open part cost, per lot; 0 when flat"""
    mark_ticks: int = 0
    working_buy_lots: int = 0
    working_sell_lots: int = 0
    realised_e8: int = 0
    unrealised_e8: int = 0
    fees_e8: int = 0
    fills: int = 0

    @property
    def profit_e8(self) -> int:
        """Of today, after fees."""
        return self.realised_e8 + self.unrealised_e8 - self.fees_e8
