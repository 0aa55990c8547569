"""A small venue with state, for the gateway's tests: accepts, fills on demand, remembers everything that arrived.

It answers as a real one: an order is known from its arrival on, reports come in order, a look-up tells the truth, and
it outlives the gateways that speak to it. `drop_answers` and `swallow` are the ways in which networks fail.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.clock import monotonic_ns
from core.vocabulary import OrderStatus, OrderType, Reject, Report, Side, TimeInForce
from feeds.errors import VenueError
from feeds.sent_orders import EXTERNAL_SPACE
from feeds.venues.contract import VenueFill, VenueOrder, VenuePosition, VenueReport

CLOSED = (OrderStatus.FILLED, OrderStatus.CANCELED, OrderStatus.REJECTED)


@dataclass
class Resting:
    client_id: int
    venue_order_id: int
    instrument_id: int
    side: int
    price_ticks: int
    quantity_lots: int
    filled_lots: int = 0
    status: OrderStatus = OrderStatus.NEW

    @property
    def left_lots(self) -> int:
        return self.quantity_lots - self.filled_lots


@dataclass
class VenueDouble:
    name: str = "double"
    orders: list[Resting] = field(default_factory=list)
    fills: list[VenueFill] = field(default_factory=list)
    arrived: list[int] = field(default_factory=list)
    """client ids of the new orders, as often as they arrived"""
    cancels: list[int] = field(default_factory=list)
    drop_answers: bool = False
    """It does what it is asked, and nobody hears of it."""
    swallow: bool = False
    """The request is lost on the way, and nobody knows."""
    is_down: bool = False
    market_fills: bool = True
    on_place: Callable[[], Any] | None = None
    clock_ns: int = 1_700_000_000_000_000_000

    def __post_init__(self) -> None:
        self._report: Callable[[VenueReport], None] = lambda report: None

    async def start(self, report: Callable[[VenueReport], None]) -> None:
        self._up()
        self._report = report

    async def place(self, request: np.void) -> None:
        self._up()
        if self.swallow:
            raise VenueError("the connection broke")
        client_id = int(request["client_id"])
        self.arrived.append(client_id)
        if self.on_place is not None:
            self.on_place()
        order = Resting(
            client_id,
            len(self.orders) + 1,
            int(request["instrument_id"]),
            int(request["side"]),
            int(request["price_ticks"]),
            int(request["quantity_lots"]),
        )
        self.orders.append(order)
        self._answer(order, Report.ACCEPTED)
        if request["order_type"] == OrderType.MARKET and self.market_fills:
            self.fill(order, order.quantity_lots)
        elif request["time_in_force"] == TimeInForce.IOC:
            self._close(order, Report.CANCELED)
        if self.drop_answers:
            raise VenueError("the connection broke")

    async def cancel(self, request: np.void) -> None:
        self._up()
        client_id, venue_order_id = int(request["client_id"]), int(request["reference_id"])
        self.cancels.append(client_id)
        for order in reversed(self.orders):  # mostly of the last ones
            is_meant = order.venue_order_id == venue_order_id or (client_id != 0 and order.client_id == client_id)
            if is_meant and order.status not in CLOSED:
                self._close(order, Report.CANCELED)
                return
        self._tell(
            VenueReport(
                report=Report.CANCEL_REJECTED,
                instrument_id=int(request["instrument_id"]),
                client_id=int(request["client_id"]),
                reject=Reject.UNKNOWN_ORDER,
            )
        )

    async def replace(self, request: np.void) -> None:
        self._up()
        for order in self.orders:
            if order.client_id == int(request["client_id"]) and order.status not in CLOSED:
                order.price_ticks = int(request["price_ticks"])
                order.quantity_lots = int(request["quantity_lots"])
                self._answer(order, Report.REPLACED)

    async def open_orders(self) -> list[VenueOrder]:
        self._up()
        return [self._shown(order) for order in self.orders if order.status not in CLOSED]

    async def look_up(self, client_id: int, instrument_id: int) -> VenueOrder | None:
        self._up()
        for order in self.orders:
            if order.client_id == client_id and order.instrument_id == instrument_id:
                return self._shown(order)
        return None

    async def fills_since(self, venue_ns: int) -> list[VenueFill]:
        self._up()
        return [fill for fill in self.fills if fill.venue_ns >= venue_ns]

    async def positions(self) -> list[VenuePosition]:
        self._up()
        lots: dict[int, int] = {}
        for fill in self.fills:
            lots[fill.instrument_id] = lots.get(fill.instrument_id, 0) + fill.side * fill.quantity_lots
        return [VenuePosition(instrument_id=key, position_lots=value) for key, value in lots.items()]

    async def close(self) -> None:
        self._report = lambda report: None

    # What others do at this venue

    def place_by_another(self, *, instrument_id: int = 0, quantity_lots: int = 5) -> Resting:
        order = Resting(0, len(self.orders) + 1, instrument_id, Side.BUY, 100, quantity_lots)
        self.orders.append(order)
        return order

    def fill(self, order: Resting, quantity_lots: int, *, quietly: bool = False) -> None:
        order.filled_lots += quantity_lots
        order.status = OrderStatus.PARTIALLY_FILLED if order.left_lots else OrderStatus.FILLED
        self.clock_ns += 1_000_000
        fill = VenueFill(
            instrument_id=order.instrument_id,
            execution_id=len(self.fills) + 1,
            venue_order_id=order.venue_order_id,
            client_id=order.client_id,
            side=Side(order.side),
            price_ticks=order.price_ticks or 100,
            quantity_lots=quantity_lots,
            fee_e8=7,
            is_maker=True,
            venue_ns=self.clock_ns,
        )
        self.fills.append(fill)
        if not quietly:
            self._tell(
                VenueReport(
                    report=Report.FILLED,
                    instrument_id=fill.instrument_id,
                    client_id=fill.client_id,
                    venue_order_id=fill.venue_order_id,
                    side=fill.side,
                    price_ticks=fill.price_ticks,
                    quantity_lots=fill.quantity_lots,
                    filled_lots=order.filled_lots,
                    execution_id=fill.execution_id,
                    fee_e8=fill.fee_e8,
                    status=order.status,
                    is_maker=True,
                    is_final=order.left_lots == 0,
                    venue_ns=fill.venue_ns,
                )
            )

    def close_quietly(self, order: Resting) -> None:
        order.status = OrderStatus.CANCELED

    def by_client(self, client_id: int) -> Resting:
        return next(order for order in self.orders if order.client_id == client_id)

    def _close(self, order: Resting, report: Report) -> None:
        order.status = OrderStatus.CANCELED
        self._answer(order, report)

    def _answer(self, order: Resting, report: Report) -> None:
        self._tell(
            VenueReport(
                report=report,
                instrument_id=order.instrument_id,
                client_id=order.client_id,
                venue_order_id=order.venue_order_id,
                side=Side(order.side),
                price_ticks=order.price_ticks,
                quantity_lots=order.quantity_lots,
                filled_lots=order.filled_lots,
                status=order.status,
                is_final=order.status in CLOSED,
                venue_ns=self.clock_ns,
                received_ns=monotonic_ns(),
            )
        )

    def _tell(self, report: VenueReport) -> None:
        if not self.drop_answers:
            self._report(report)

    def _shown(self, order: Resting) -> VenueOrder:
        return VenueOrder(
            instrument_id=order.instrument_id,
            venue_order_id=order.venue_order_id,
            client_id=0 if order.client_id & EXTERNAL_SPACE else order.client_id,
            side=Side(order.side),
            price_ticks=order.price_ticks,
            quantity_lots=order.quantity_lots,
            filled_lots=order.filled_lots,
            status=order.status,
        )

    def _up(self) -> None:
        if self.is_down:
            raise VenueError("the venue is down")
