"""Every order that this order process knows of, and what was told about it: the two logs in memory.

Three id spaces share the 63 bits of a client id, so that none of them can collide:

    the core's     epoch << 32 | counter                         bits 61 and 62 clear
    kill orders    bit 61, then microseconds of the wall clock   made here, to close positions while the core is down
    external       bit 62, then instrument and venue order id    orders that nobody here sent, adopted
"""

from dataclasses import dataclass, field

import numpy as np

from core.vocabulary import EventFlag, EventKind, OrderStatus, Report, Request

KILL_SPACE = 1 << 61
EXTERNAL_SPACE = 1 << 62
_VENUE_ORDER_BITS = 44

FINAL_REPORTS = frozenset({Report.REJECTED, Report.CANCELED, Report.EXPIRED, Report.NOT_SENT})
FINAL_STATES = frozenset(
    {OrderStatus.FILLED, OrderStatus.CANCELED, OrderStatus.REJECTED, OrderStatus.EXPIRED, OrderStatus.NOT_SENT}
)


def external_id(instrument_id: int, venue_order_id: int) -> int:
    """The client id that an order of somebody else has here; the same after every restart."""
    low = venue_order_id & ((1 << _VENUE_ORDER_BITS) - 1)
    return EXTERNAL_SPACE | (instrument_id & 0xFFFF) << _VENUE_ORDER_BITS | low


def is_external(client_id: int) -> bool:
    return bool(client_id & EXTERNAL_SPACE)


@dataclass(slots=True)
class SentOrder:
    """One order as the reports tell it."""

    request: np.ndarray
    """EVENT[1]: the request that made it; of an adopted order, what it would have been"""
    sent_ns: int
    venue_order_id: int = 0
    filled_lots: int = 0
    quantity_lots: int = 0
    price_ticks: int = 0
    is_answered: bool = False
    """The venue has spoken of it."""
    is_final: bool = False
    is_unknown: bool = False
    """Told to the core as UNKNOWN, being looked up."""
    status: OrderStatus = OrderStatus.PENDING_NEW
    """As it was last told; of an order that is over, its end."""
    under_way: int = 0
    """Calls of the venue about it that have not returned."""
    reports: int = 0

    @property
    def client_id(self) -> int:
        return int(self.request["client_id"][0])

    @property
    def instrument_id(self) -> int:
        return int(self.request["instrument_id"][0])

    @property
    def side(self) -> int:
        return int(self.request["side"][0])

    @property
    def needs_answer(self) -> bool:
        return not self.is_answered and not self.is_final


@dataclass
class SentOrders:
    by_client: dict[int, SentOrder] = field(default_factory=dict)
    by_venue: dict[tuple[int, int], int] = field(default_factory=dict)
    """(instrument, venue order id) → client id"""
    executions: set[tuple[int, int, int]] = field(default_factory=set)
    """(instrument, side, execution id) that were reported: one trade may have us on both sides"""
    open_ids: set[int] = field(default_factory=set)
    """Not final."""
    latest_fill_ns: int = 0
    """The venue's clock"""

    def add(self, request: np.ndarray, *, sent_ns: int) -> SentOrder:
        """Remember EVENT[1] of a new order."""
        order = SentOrder(
            request.copy(),
            sent_ns,
            venue_order_id=int(request["reference_id"][0]),
            quantity_lots=int(request["quantity_lots"][0]),
            price_ticks=int(request["price_ticks"][0]),
        )
        self.by_client[order.client_id] = order
        self.open_ids.add(order.client_id)
        if order.venue_order_id:
            self.by_venue[order.instrument_id, order.venue_order_id] = order.client_id
        return order

    def find(self, client_id: int, instrument_id: int, venue_order_id: int) -> SentOrder | None:
        if client_id in self.by_client:
            return self.by_client[client_id]
        return self.by_client.get(self.by_venue.get((instrument_id, venue_order_id), 0))

    def open_orders(self) -> list[SentOrder]:
        return [self.by_client[client_id] for client_id in sorted(self.open_ids)]

    def apply(self, report: np.void) -> None:
        """Learn from a report that is in the log."""
        order = self.by_client.get(int(report["client_id"]))
        detail = int(report["detail"])
        if detail == Report.FILLED:
            self.executions.add((int(report["instrument_id"]), int(report["side"]), int(report["execution_id"])))
            self.latest_fill_ns = max(self.latest_fill_ns, int(report["venue_ns"]))
        if order is None:
            return
        order.reports += 1
        if report["status"]:
            order.status = OrderStatus(int(report["status"]))
        if report["reference_id"]:
            order.venue_order_id = int(report["reference_id"])
            self.by_venue[order.instrument_id, order.venue_order_id] = order.client_id
        if detail == Report.UNKNOWN:
            order.is_unknown = True
            return
        order.is_unknown = False
        order.is_answered = True
        if detail in (Report.FILLED, Report.STATE, Report.ADOPTED):
            order.filled_lots = max(order.filled_lots, int(report["filled_lots"]))
        if detail in (Report.REPLACED, Report.STATE, Report.ADOPTED):
            order.quantity_lots, order.price_ticks = int(report["quantity_lots"]), int(report["price_ticks"])
        was_final = order.is_final
        order.is_final = bool(report["flags"] & EventFlag.FINAL)
        if order.is_final:
            self.open_ids.discard(order.client_id)
        elif was_final and detail == Report.STATE:
            self.open_ids.add(order.client_id)
        else:
            order.is_final = was_final

    def restore(self, requests: np.ndarray, reports: np.ndarray) -> None:
        """From the logs of earlier processes: a request without a report is an order whose outcome nobody knows."""
        for index in range(len(requests)):
            request = requests[index : index + 1]
            if request["kind"][0] == EventKind.ORDER_REQUEST and request["detail"][0] == Request.NEW:
                self.add(request, sent_ns=int(request["received_ns"][0]))
        for report in reports:
            adopted = report["detail"] == Report.ADOPTED and int(report["client_id"]) not in self.by_client
            if adopted:
                self.add(np.array([report]), sent_ns=int(report["received_ns"]))
            self.apply(report)
