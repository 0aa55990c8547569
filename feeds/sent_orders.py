"""Every order that this order process knows of, and what was told about it: the two logs in memory.

Three id spaces share the 63 bits of a client id, so that none of them can collide:

    the core's     epoch << 32 | counter                         bits 61 and 62 clear
    kill orders    bit 61, then microseconds of the wall clock   made here, to close positions while the core is down
    external       bit 62, then instrument and venue order id    orders that nobody here sent, adopted

Orders that are over and executions are forgotten, oldest first, beyond a number that outlives every overlap.
"""

from dataclasses import dataclass, field

import numpy as np

from core.memory.numpy_ring import copied
from core.vocabulary import EventFlag, EventKind, OrderStatus, OrderType, Origin, Report, Request

KILL_SPACE = 1 << 61
EXTERNAL_SPACE = 1 << 62
_VENUE_ORDER_BITS = 44

MOST_ENDED = 20_000
MOST_EXECUTIONS = 200_000

FINAL_REPORTS = frozenset({Report.REJECTED, Report.CANCELED, Report.EXPIRED, Report.NOT_SENT})
FINAL_STATES = frozenset(
    {OrderStatus.FILLED, OrderStatus.CANCELED, OrderStatus.REJECTED, OrderStatus.EXPIRED, OrderStatus.NOT_SENT}
)
_ANSWERS_OF_REPLACE = frozenset({Report.REPLACED, Report.REPLACE_REJECTED, Report.STATE})
_ENDS = {
    Report.REJECTED: OrderStatus.REJECTED,
    Report.CANCELED: OrderStatus.CANCELED,
    Report.EXPIRED: OrderStatus.EXPIRED,
    Report.NOT_SENT: OrderStatus.NOT_SENT,
    Report.FILLED: OrderStatus.FILLED,
}


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
    """0: before anything that is still under way"""
    venue_order_id: int = 0
    filled_lots: int = 0
    """As the venue counts"""
    executed_lots: int = 0
    """Sum of the executions that were told; less while one is missing"""
    quantity_lots: int = 0
    price_ticks: int = 0
    status: OrderStatus = OrderStatus.PENDING_NEW
    """As it was last told; of an order that is over, its end."""
    is_answered: bool = False
    """The venue has spoken of it."""
    is_final: bool = False
    is_unknown: bool = False
    """Told to the core as UNKNOWN, being looked up."""
    under_way: int = 0
    """Calls of the venue about it that have not returned."""
    reports: int = 0
    replace_asked_ns: int = 0
    """When the newest replacement was asked for"""
    replace_answered_ns: int = 0
    """When one was last answered, or the order as a whole was told"""

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
    def protects(self) -> bool:
        """The core's own stop at the venue (core/insuring.py), of which the venue itself knows that it only closes."""
        request = self.request[0]
        is_stop = request["origin"] == Origin.PROTECTION and request["order_type"] == OrderType.STOP
        return bool(is_stop and request["flags"] & EventFlag.REDUCE_ONLY)

    @property
    def needs_answer(self) -> bool:
        return not self.is_answered and not self.is_final

    @property
    def is_in_doubt(self) -> bool:
        """It is open, and what the venue was asked for last nobody has spoken of: a look-up will."""
        return self.needs_answer or self.is_unknown or (self.awaits_replacement and not self.is_final)

    @property
    def awaits_replacement(self) -> bool:
        return self.replace_asked_ns > self.replace_answered_ns

    @property
    def asked_ns(self) -> int:
        return max(self.sent_ns, self.replace_asked_ns)


@dataclass
class SentOrders:
    by_client: dict[int, SentOrder] = field(default_factory=dict)
    open_ids: set[int] = field(default_factory=set)
    """Client ids of all that are not over."""
    latest_fill_ns: int = 0
    """The venue's clock."""
    begun_ns: int = -1
    """The venue's clock of the newest execution before this account had a desk: not ours. -1: not known yet"""
    _by_venue: dict[tuple[int, int], int] = field(default_factory=dict)
    _executions: dict[tuple[int, int, int], None] = field(default_factory=dict)
    _ended: dict[int, None] = field(default_factory=dict)

    def add(self, request: np.ndarray, *, sent_ns: int) -> SentOrder:
        """Remember EVENT[1] of a new order."""
        order = SentOrder(
            copied(request),
            sent_ns,
            venue_order_id=int(request["reference_id"][0]),
            quantity_lots=int(request["quantity_lots"][0]),
            price_ticks=int(request["price_ticks"][0]),
        )
        self.by_client[order.client_id] = order
        self.open_ids.add(order.client_id)
        if order.venue_order_id:
            self._by_venue[order.instrument_id, order.venue_order_id] = order.client_id
        return order

    def find(self, client_id: int, instrument_id: int, venue_order_id: int) -> SentOrder | None:
        if client_id in self.by_client:
            return self.by_client[client_id]
        return self.by_client.get(self._by_venue.get((instrument_id, venue_order_id), 0))

    def open_orders(self) -> list[SentOrder]:
        return [self.by_client[client_id] for client_id in sorted(self.open_ids)]

    def was_reported(self, instrument_id: int, side: int, execution_id: int) -> bool:
        """One trade may have us on both sides."""
        return (instrument_id, side, execution_id) in self._executions

    def learn_venue_id(self, order: SentOrder, venue_order_id: int) -> None:
        order.venue_order_id = venue_order_id
        self._by_venue[order.instrument_id, venue_order_id] = order.client_id

    def may_be_of_an_unanswered_one(self, instrument_id: int) -> bool:
        """Some of our orders there have no venue order id yet: an execution of a strange order may be theirs."""
        return any(order.instrument_id == instrument_id and not order.venue_order_id for order in self.open_orders())

    def apply(self, report: np.void) -> None:
        """Learn from a report that is in the log."""
        detail = Report(int(report["detail"]))
        if detail == Report.FILLED:
            execution = (int(report["instrument_id"]), int(report["side"]), int(report["execution_id"]))
            self._executions[execution] = None
            self.latest_fill_ns = max(self.latest_fill_ns, int(report["venue_ns"]))
        order = self.by_client.get(int(report["client_id"]))
        if order is None:
            return
        order.reports += 1
        if detail == Report.FILLED:
            order.executed_lots += int(report["quantity_lots"])
        if report["reference_id"]:
            self.learn_venue_id(order, int(report["reference_id"]))
        order.is_unknown = detail == Report.UNKNOWN
        if detail == Report.UNKNOWN:
            return
        # A refused cancel or replacement says nothing of the order itself.
        order.is_answered |= detail not in (Report.CANCEL_REJECTED, Report.REPLACE_REJECTED)
        if detail in _ANSWERS_OF_REPLACE:
            order.replace_answered_ns = int(report["received_ns"])
        self._learn_terms(order, report, detail)
        self._learn_end(order, report, detail)

    def restore(self, requests: np.ndarray, reports: np.ndarray) -> None:
        """From the logs of earlier processes: a request without a report is an order whose outcome nobody knows."""
        for index in range(len(requests)):
            request = requests[index : index + 1]
            if request["kind"][0] == EventKind.SESSION:
                self.begun_ns = int(request["venue_ns"][0])
            elif request["detail"][0] == Request.NEW:
                self.add(request, sent_ns=int(request["received_ns"][0]))
        for index in range(len(reports)):
            report = reports[index : index + 1]
            if int(report["client_id"][0]) not in self.by_client:
                self.add(report, sent_ns=0)  # adopted, or claimed and never logged
            self.apply(report[0])
        for request in requests[requests["detail"] == Request.REPLACE]:
            order = self.by_client.get(int(request["client_id"]))
            if order is not None:
                order.replace_asked_ns = int(request["received_ns"])

    def _learn_terms(self, order: SentOrder, report: np.void, detail: Report) -> None:
        if detail in (Report.FILLED, Report.STATE, Report.ADOPTED):
            order.filled_lots = max(order.filled_lots, int(report["filled_lots"]))
        if detail in (Report.REPLACED, Report.STATE, Report.ADOPTED):
            order.quantity_lots, order.price_ticks = int(report["quantity_lots"]), int(report["price_ticks"])

    def _learn_end(self, order: SentOrder, report: np.void, detail: Report) -> None:
        is_final = bool(report["flags"] & EventFlag.FINAL)
        if order.is_final and not (detail == Report.STATE and not is_final):
            return  # a late fill, a second word; only the venue's look-up brings an order back to life
        order.is_final = is_final
        if report["status"] and report["status"] != OrderStatus.UNKNOWN:
            order.status = OrderStatus(int(report["status"]))
        if is_final:
            order.status = _ENDS.get(detail, order.status)
            self.open_ids.discard(order.client_id)
            self._ended[order.client_id] = None
            self._forget()
        else:
            self.open_ids.add(order.client_id)

    def _forget(self) -> None:
        while len(self._ended) > MOST_ENDED:
            client_id = next(iter(self._ended))
            del self._ended[client_id]
            if client_id not in self.open_ids:
                order = self.by_client.pop(client_id)
                self._by_venue.pop((order.instrument_id, order.venue_order_id), None)
        while len(self._executions) > MOST_EXECUTIONS:
            del self._executions[next(iter(self._executions))]
