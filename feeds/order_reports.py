"""What is told to the core about orders: every answer of the venue once, with the order's identity, logged before told.

A report is refused when it was told before (an execution by instrument, side and execution id; an acceptance of an
accepted order) or comes after the order's end. An order that the log does not know is ADOPTED first.
"""

from collections.abc import Callable

import numpy as np

from core.clock import monotonic_ns
from core.histogram.numpy_tally import Tally
from core.records.event import EVENT
from core.vocabulary import EventFlag, EventKind, OrderStatus, Origin, Reject, Report
from feeds.report_log import ReportLog
from feeds.sent_orders import FINAL_REPORTS, FINAL_STATES, SentOrder, SentOrders, external_id
from feeds.venues.contract import VenueReport

IDENTITY = ("client_id", "instrument_id", "strategy_id", "account_id", "group_id", "origin", "side")
TERMS = ("order_type", "time_in_force", "price_ticks", "quantity_lots")


class OrderReports:
    """Turns the venue's words into EVENT records."""

    def __init__(
        self,
        log: ReportLog,
        orders: SentOrders,
        status: np.void,
        *,
        source_id: int,
        to_ack: Tally,
        look_up: Callable[[SentOrder], None],
    ) -> None:
        """`look_up`: called when an answer and our own knowledge of an order do not go together."""
        self.log, self.orders, self._status = log, orders, status
        self._source_id, self._to_ack, self._look_up = source_id, to_ack, look_up

    def take(self, answer: VenueReport) -> None:
        """An answer of the venue; nothing of it is trusted to make sense."""
        order = self.orders.find(answer.client_id, answer.instrument_id, answer.venue_order_id)
        if order is None:
            if answer.report in (Report.CANCEL_REJECTED, Report.REPLACE_REJECTED, Report.REJECTED):
                return
            order = self._adopt_from(answer)
        if self._was_told(order, answer):
            return
        if order.needs_answer and order.sent_ns and answer.received_ns:
            self._to_ack.add(answer.received_ns - order.sent_ns)
        self._status["rejected" if answer.report == Report.REJECTED else "acknowledged"] += 1
        self.tell(self._report_from(order, answer))
        if answer.reject == Reject.UNKNOWN_ORDER and not order.is_final:
            self._look_up(order)

    def adopt(
        self,
        *,
        client_id: int,
        instrument_id: int,
        venue_order_id: int,
        side: int,
        price_ticks: int,
        quantity_lots: int,
        filled_lots: int,
        venue_ns: int = 0,
    ) -> SentOrder:
        """An order at the venue that our log does not know: the core is told of it before anything else about it."""
        report = np.zeros(1, EVENT)
        report["kind"], report["detail"] = EventKind.EXECUTION_REPORT, Report.ADOPTED
        report["client_id"] = client_id or external_id(instrument_id, venue_order_id)
        report["instrument_id"], report["side"], report["strategy_id"] = instrument_id, side, -1
        report["price_ticks"], report["quantity_lots"] = price_ticks, quantity_lots
        report["filled_lots"], report["reference_id"] = max(0, filled_lots), venue_order_id
        report["source_id"], report["status"] = self._source_id, OrderStatus.NEW
        if client_id == 0:  # else it is ours, and our log was lost
            report["flags"], report["origin"] = EventFlag.EXTERNAL, Origin.EXTERNAL
        report["venue_ns"], report["received_ns"] = venue_ns, monotonic_ns()
        order = self.orders.add(report, sent_ns=monotonic_ns())
        self.tell(report)
        return order

    def about(self, order: SentOrder, detail: Report, status: OrderStatus = OrderStatus.NONE) -> np.ndarray:
        """EVENT[1] about an order, with its identity and what is known of it; FINAL when the status is."""
        report = self.answer_to(order.request, detail)
        report["flags"] = order.request["flags"] & EventFlag.EXTERNAL
        report["price_ticks"], report["quantity_lots"] = order.price_ticks, order.quantity_lots
        report["filled_lots"], report["reference_id"] = order.filled_lots, order.venue_order_id
        report["status"] = status
        if status in FINAL_STATES:
            report["flags"] |= EventFlag.FINAL
        return report

    def answer_to(self, request: np.ndarray, detail: Report) -> np.ndarray:
        """EVENT[1] with a request's identity and terms."""
        report = np.zeros(1, EVENT)
        report["kind"], report["detail"], report["source_id"] = EventKind.EXECUTION_REPORT, detail, self._source_id
        for name in (*IDENTITY, *TERMS):
            report[name] = request[name]
        report["received_ns"] = monotonic_ns()
        return report

    def tell_state(self, order: SentOrder, status: OrderStatus) -> None:
        """STATE of an order as it is known here."""
        self.tell(self.about(order, Report.STATE, status))

    def tell_not_sent(self, order: SentOrder) -> None:
        self.tell(self.about(order, Report.NOT_SENT, OrderStatus.NOT_SENT))

    def tell_replace_rejected(self, request: np.ndarray) -> None:
        """The order itself lives on."""
        report = self.answer_to(request, Report.REPLACE_REJECTED)
        report["reason"] = Reject.OTHER
        self.tell(report)

    def tell(self, report: np.ndarray) -> None:
        """Log EVENT[1], learn from it, hand it to the core."""
        self.log.append(report)
        self.orders.apply(report[0])
        order = self.orders.by_client.get(int(report["client_id"][0]))
        if order is not None:
            self.settle_replacement(order)

    def settle_replacement(self, order: SentOrder) -> None:
        """An order that is over before its replacement was answered: the core waits for that answer, since executions
        of the larger size may have overtaken it. Nobody else will give it."""
        if order.is_final and order.awaits_replacement:
            self.tell_state(order, order.status)

    def _adopt_from(self, answer: VenueReport) -> SentOrder:
        is_fill = answer.report == Report.FILLED
        return self.adopt(
            client_id=answer.client_id,
            instrument_id=answer.instrument_id,
            venue_order_id=answer.venue_order_id,
            side=answer.side,
            price_ticks=0 if is_fill else answer.price_ticks,
            quantity_lots=max(answer.filled_lots, 0 if is_fill else answer.quantity_lots),
            filled_lots=answer.filled_lots - (answer.quantity_lots if is_fill else 0),
            venue_ns=answer.venue_ns,
        )

    def _was_told(self, order: SentOrder, answer: VenueReport) -> bool:
        if answer.report == Report.FILLED:
            side = int(answer.side) or order.side
            return self.orders.was_reported(order.instrument_id, side, answer.execution_id)
        return order.is_final or (answer.report == Report.ACCEPTED and order.is_answered)

    def _report_from(self, order: SentOrder, answer: VenueReport) -> np.ndarray:
        report = self.about(order, answer.report, answer.status)
        report["flags"] &= ~int(EventFlag.FINAL)
        for name in ("price_ticks", "quantity_lots", "side"):
            if getattr(answer, name):
                report[name] = getattr(answer, name)
        filled_lots = max(order.filled_lots, answer.filled_lots)
        if answer.report == Report.FILLED:
            filled_lots = answer.filled_lots or order.filled_lots + answer.quantity_lots
        report["filled_lots"] = filled_lots
        report["execution_id"] = answer.execution_id if answer.report == Report.FILLED else answer.trigger_ticks
        report["amount"] = answer.fee_e8
        report["reason"] = answer.reject
        report["reference_id"] = answer.venue_order_id or order.venue_order_id
        report["venue_ns"], report["received_ns"] = answer.venue_ns, answer.received_ns or monotonic_ns()
        report["valid_until_ns"] = order.sent_ns
        is_final = (
            answer.is_final
            or answer.report in FINAL_REPORTS
            or (answer.report == Report.FILLED and filled_lots >= order.quantity_lots > 0)
            or (answer.report == Report.STATE and answer.status in FINAL_STATES)
        )
        report["flags"] |= (EventFlag.MAKER if answer.is_maker else 0) | (EventFlag.FINAL if is_final else 0)
        return report
