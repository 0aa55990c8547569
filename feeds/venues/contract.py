"""What a venue is to the rest of the station: a market side that publishes, an order side that answers.

The order side's class is named in the venue's about.py (`orders = "module:Class"`) and made by
`catalogue.order_venue(config, credentials, instruments, wall_offset_ns=…, say=…)`.

The order side is driven by feeds/gateway.py, which owns rings, logs, claims, halts and reconciliation; a venue only
speaks its protocol. Its answers come through the `report` callable that `start` is given, in the order that they
arrived, also those to orders that nobody here sent.
"""

from collections.abc import Callable, Collection
from typing import ClassVar, Protocol, runtime_checkable

import msgspec
import numpy as np

from core.vocabulary import OrderStatus, Reject, Report, Side, TimeInForce


class VenueReport(msgspec.Struct, frozen=True, kw_only=True):
    """One answer of the venue about one order, in ticks, lots and 1e-8 money."""

    report: Report
    instrument_id: int
    client_id: int = 0
    """0: an order that is not ours"""
    venue_order_id: int = 0
    side: Side = Side.NONE
    price_ticks: int = 0
    """FILLED: of this execution; else the order's"""
    quantity_lots: int = 0
    """FILLED: of this execution; else the order's total"""
    filled_lots: int = 0
    """In total, after this report"""
    trigger_ticks: int = 0
    """Where it triggers; 0: it does not, or the venue does not say"""
    execution_id: int = 0
    fee_e8: int = 0
    reject: Reject = Reject.NONE
    status: OrderStatus = OrderStatus.NONE
    is_maker: bool = False
    is_final: bool = False
    venue_ns: int = 0
    received_ns: int = 0


class VenueOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order as the venue itself shows it."""

    instrument_id: int
    venue_order_id: int
    client_id: int
    """0: not ours"""
    side: Side
    price_ticks: int
    quantity_lots: int
    filled_lots: int
    status: OrderStatus
    time_in_force: TimeInForce = TimeInForce.GTC
    trigger_ticks: int = 0


class VenueFill(msgspec.Struct, frozen=True, kw_only=True):
    instrument_id: int
    execution_id: int
    venue_order_id: int
    client_id: int
    side: Side
    price_ticks: int
    quantity_lots: int
    fee_e8: int
    is_maker: bool
    venue_ns: int


class VenuePosition(msgspec.Struct, frozen=True, kw_only=True):
    instrument_id: int
    position_lots: int


class OrderVenue(Protocol):
    """The order side. Requests are EVENT records (kind ORDER_REQUEST). Every method may raise VenueError: not known
    whether it arrived."""

    name: str

    async def start(self, report: Callable[[VenueReport], None]) -> None:
        """Connect; answers begin to come."""

    async def place(self, request: np.void) -> None: ...

    async def cancel(self, request: np.void) -> None: ...

    async def replace(self, request: np.void) -> None: ...

    async def open_orders(self) -> list[VenueOrder]:
        """All of the account, ours or not."""

    async def look_up(self, client_id: int, instrument_id: int) -> VenueOrder | None:
        """One order, also a closed one; None: the venue never saw it."""

    async def fills_since(self, venue_ns: int) -> list[VenueFill]:
        """Executions of the account at or after a venue time, oldest first."""

    async def positions(self) -> list[VenuePosition]: ...

    async def close(self) -> None: ...


class RemoteVenue(OrderVenue, Protocol):
    """One that any process with the keys can speak to, as all are but the simulator in its own process."""

    async def start_quietly(self) -> None:
        """Only what is needed to ask, to cancel and to place, by REST: for `station kill`, which nobody reports to."""


@runtime_checkable
class CancelsAll(Protocol):
    """An OrderVenue that can cancel everything of its account at once."""

    cancels_in_one: ClassVar[bool]
    """By a call of the venue's for all orders; else order by order."""

    async def cancel_all(self, instrument_ids: Collection[int] = ()) -> None:
        """Every open order of the account, ours or not. A venue that wants to be asked by symbol is asked for these;
        none: for all that it lists. Raises VenueError and VenueRefused."""


@runtime_checkable
class DeadMan(Protocol):
    """An OrderVenue whose venue cancels everything by itself when it hears nothing from us any more.

    feeds/dead_man.py calls it: at once when an order is sent, then three times within `timeout_s` for as long as
    orders are open and the core beats, and with 0 once nothing is open any more.
    """

    async def keep_alive(self, timeout_s: int) -> None:
        """Cancel every open order of the account in `timeout_s` seconds from now, unless this comes again before; 0:
        never. A timer outside what the venue takes is the nearest that it does. Raises VenueError and VenueRefused."""


class MarketVenue(Protocol):
    """The market side: runs until cancelled, publishes through the publisher that it was made with."""

    name: str

    async def run(self) -> None: ...

    async def resync(self, instrument_id: int) -> None:
        """The core asks for a new snapshot."""
