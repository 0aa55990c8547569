"""Orders and positions, as they are shown."""

import msgspec

from core.vocabulary import OrderStatus, OrderType, Origin, Side, TimeInForce


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
    """Estimate of what trades before it; -1: not known"""
    strategy_id: int = -1
    origin: Origin = Origin.KEY
    created_ns: int = 0

    @property
    def open_lots(self) -> int:
        return self.quantity_lots - self.filled_lots


class OrderNews(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What happened to one of our orders since the last look."""

    client_id: int
    instrument_id: int
    side: Side
    status: OrderStatus
    price_ticks: int
    traded_lots: int = 0
    """Since the last look"""
    reason: int = 0
    """vocabulary.Reject, or DenyReason when the status is DENIED"""
    strategy_id: int = -1


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
