"""An order gateway on a bench: memory that outlives it, a venue that outlives it, and what a core would do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np

from core.clock import monotonic_ns
from core.memory import control
from core.memory.files import Memory, create_files
from core.memory.layout import Capacities
from core.memory.numpy_ring import Consumer, Producer
from core.records.event import EVENT
from core.vocabulary import EventFlag, EventKind, OrderType, Origin, Report, Request, Side, TimeInForce
from feeds.config import GatewayConfig
from feeds.gateway import OrderGateway
from feeds.venues.contract import OrderVenue
from tests.venue_double import VenueDouble

GROUP = "double"
QUICK = GatewayConfig(reconcile_s=0.02, answer_ms=40, arrival_ms=30, core_stale_ms=60_000)


def order(
    client_id: int,
    *,
    detail: Request = Request.NEW,
    quantity_lots: int = 5,
    price_ticks: int = 100,
    side: Side = Side.BUY,
    instrument_id: int = 0,
    valid_until_ns: int = 0,
) -> np.ndarray:
    """EVENT[1]: what a core would ask."""
    request = np.zeros(1, EVENT)
    request["kind"], request["detail"], request["client_id"] = EventKind.ORDER_REQUEST, detail, client_id
    request["quantity_lots"], request["price_ticks"], request["side"] = quantity_lots, price_ticks, side
    request["order_type"], request["time_in_force"] = OrderType.LIMIT, TimeInForce.GTC
    request["instrument_id"], request["valid_until_ns"] = instrument_id, valid_until_ns
    request["strategy_id"], request["origin"], request["now_ns"] = 3, Origin.STRATEGY, monotonic_ns()
    return request


def protecting_stop(client_id: int) -> np.ndarray:
    """What core/insuring.py asks for."""
    request = order(client_id, side=Side.SELL)
    request["origin"], request["order_type"] = Origin.PROTECTION, OrderType.STOP
    request["flags"], request["execution_id"] = EventFlag.REDUCE_ONLY, 95
    return request


class GatewayBench:
    """What outlives a gateway: memory, folder, venue; and the core's side of the rings."""

    def __init__(self, folder: Path, *, capacities: Capacities | None = None) -> None:
        small = capacities or Capacities(market=64, tape=64, execution_reports=1 << 10, order_requests=1 << 8)
        self.folder = folder
        self.descriptor = create_files("bench", (GROUP,), small)
        self.core = Memory(self.descriptor, frozenset({"desk", "core", f"core.{GROUP}"}))
        self.table = self.core.table("instruments")
        self.table["min_lots"], self.table["max_lots"] = 1, 1 << 40
        self.core.heartbeat("core")[0] = monotonic_ns()
        self.requests = Producer(self.core.ring(f"order_requests.{GROUP}"))
        self.cancels = Producer(self.core.ring(f"cancels.{GROUP}"))
        self.ring = Consumer(self.core.ring(f"execution_reports.{GROUP}"))
        self.venue = VenueDouble()
        self.reports: list[np.void] = []
        """Every report that the core took, by sequence, each once."""
        self._last_sequence = 0

    def make(self, *, config: GatewayConfig = QUICK, venue: OrderVenue | None = None) -> OrderGateway:
        memory = Memory(self.descriptor, frozenset({f"order.{GROUP}"}))
        return OrderGateway(
            memory,
            GROUP,
            venue or self.venue,
            config=config,
            folder=self.folder / GROUP,
            lock_folder=self.folder,
            account="the account",
        )

    def ask(self, *requests: np.ndarray) -> None:
        for request in requests:
            ring = self.cancels if request["detail"][0] == Request.CANCEL else self.requests
            assert ring.publish(request[0])

    def take(self) -> list[np.void]:
        """The core's hand: reports it has not seen, by sequence."""
        waiting = self.ring.peek()
        self.ring.release(len(waiting))
        for report in waiting:
            if report["sequence"] > self._last_sequence:
                assert report["sequence"] == self._last_sequence + 1, "a report is missing"
                self._last_sequence = int(report["sequence"])
                self.reports.append(report)
        return self.reports

    def told(self, client_id: int) -> list[Report]:
        return [Report(int(row["detail"])) for row in self.take() if row["client_id"] == client_id]

    def last(self, client_id: int) -> np.void:
        return [row for row in self.take() if row["client_id"] == client_id][-1]

    def halt(self, *, flatten: bool = False, line: int = 0) -> int:
        control.write_halt(self.core.control, line, at_ns=monotonic_ns(), reason="a test", flatten=flatten)
        return control.halt_sum(self.core.control)

    def rearm(self) -> None:
        """As the core does it."""
        acknowledged = self.core.lines("halt_acknowledged")
        for line in range(control.HALT_LINES):
            acknowledged[line, 0] = control.read_halt(self.core.control, line).value


@asynccontextmanager
async def running(gateway: OrderGateway) -> AsyncIterator[OrderGateway]:
    task = asyncio.create_task(gateway.run())
    try:
        yield gateway
    finally:
        gateway.stop()
        await task
