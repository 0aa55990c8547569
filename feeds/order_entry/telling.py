"""What a live venue tells, in our words: orders it shows become reports, once for each acceptance, change and end.

A change is seen by its terms: whatever venues call it, an open order that is shown with another price, quantity or
trigger than before was replaced. An order of ours is known by its name, everybody else's by the venue's id.
"""

import asyncio
from collections.abc import Callable
from typing import ClassVar, NamedTuple

import numpy as np

from core.vocabulary import OrderStatus, OrderType, Reject, Report
from feeds.order_entry.amounts import executed_ticks, fee_e8, lots_of, shown_lots, shown_ticks
from feeds.order_entry.names import ClientNames, MarkedNames, VenueIds, number_of
from feeds.order_entry.revisions import Revisions
from feeds.order_entry.words import OPEN, Execution, Shown
from feeds.sent_orders import external_id
from feeds.venues.contract import VenueFill, VenueOrder, VenueReport

_ENDS = {
    OrderStatus.CANCELED: Report.CANCELED,
    OrderStatus.REJECTED: Report.REJECTED,
    OrderStatus.EXPIRED: Report.EXPIRED,
}


class Terms(NamedTuple):
    """What a change changes, as the venue shows it."""

    revision: int
    price_ticks: int
    quantity_lots: int
    trigger_ticks: int


NEVER_SHOWN = Terms(-1, -1, -1, 0)


class Telling:
    """Of one account. `instruments`: instrument_id → row of the instrument table."""

    names: ClassVar[ClientNames] = MarkedNames()
    has_numbers: ClassVar[bool] = False
    """The venue's order ids are numbers."""

    def __init__(self, instruments: dict[int, np.void]) -> None:
        self.rows = instruments
        self.by_symbol = {row["venue_symbol"].decode(): index for index, row in instruments.items()}
        self.ids = VenueIds(self.has_numbers)
        self._revisions = Revisions()
        self._report: Callable[[VenueReport], None] = lambda report: None
        self._shown_terms: dict[int, Terms] = {}
        """client id → what was last told; forgotten at the order's end"""
        self._unheard: set[int] = set()
        """Client ids that this process sent and that the venue has not spoken of"""
        self._changes: dict[int, asyncio.Event] = {}
        """client id → set when the venue shows a change that was asked for, or the order's end"""
        self._types: dict[int, OrderType] = {}
        """client id → as it was sent, where it is none that every venue has"""
        self._strangers: dict[int, str] = {}
        """client id that an order of somebody else has here → the venue's id"""
        self.touched: set[str] = set(self.by_symbol)
        """Symbols in which something may have been executed since fills were last asked for"""

    def told_order(self, shown: Shown, received_ns: int) -> None:
        """The venue shows an order: told when that is an acceptance, a change of its terms, or its end."""
        if shown.symbol not in self.by_symbol:
            return
        self.touched.add(shown.symbol)
        order = self.order_of(shown)
        _, revision = self.names.read(shown.client_text)
        report = self._report_of(order, revision)
        if report is None:
            return
        is_current = revision == self._revisions.current.get(order.client_id, 0)
        self._report(
            VenueReport(
                report=report,
                instrument_id=order.instrument_id,
                client_id=order.client_id,
                venue_order_id=order.venue_order_id,
                side=order.side,
                price_ticks=order.price_ticks,
                quantity_lots=order.quantity_lots,
                filled_lots=order.filled_lots,
                trigger_ticks=order.trigger_ticks,
                reject=shown.reject,
                status=order.status,
                is_final=is_current and order.status not in OPEN,
                venue_ns=shown.venue_ns,
                received_ns=received_ns,
            )
        )

    def told_execution(self, one: Execution, received_ns: int) -> None:
        if one.symbol not in self.by_symbol:
            return
        self.touched.add(one.symbol)
        fill = self._fill_of(one)
        client_id, revision = self.names.read(one.client_text)
        before = self._revisions.filled_before(client_id, revision)
        self._report(
            VenueReport(
                report=Report.FILLED,
                instrument_id=fill.instrument_id,
                client_id=fill.client_id,
                venue_order_id=fill.venue_order_id,
                side=fill.side,
                price_ticks=fill.price_ticks,
                quantity_lots=fill.quantity_lots,
                filled_lots=before + lots_of(one.filled, self.rows[fill.instrument_id]) if one.filled else 0,
                execution_id=fill.execution_id,
                fee_e8=fill.fee_e8,
                status=OrderStatus.FILLED if one.is_last else OrderStatus.PARTIALLY_FILLED,
                is_maker=fill.is_maker,
                is_final=one.is_last and revision == self._revisions.current.get(client_id, 0),
                venue_ns=fill.venue_ns,
                received_ns=received_ns,
            )
        )

    def order_of(self, shown: Shown) -> VenueOrder:
        """Raises UnitsError when its numbers are none."""
        instrument_id = self.by_symbol[shown.symbol]
        row = self.rows[instrument_id]
        client_id, revision = self.names.read(shown.client_text)
        number = self.ids.number(shown.order_id)
        if client_id == 0:
            self._strangers[external_id(instrument_id, number)] = shown.order_id
        before = self._revisions.filled_before(client_id, revision)
        return VenueOrder(
            instrument_id=instrument_id,
            venue_order_id=number,
            client_id=client_id,
            side=shown.side,
            price_ticks=shown_ticks(shown.price, row),
            quantity_lots=before + shown_lots(shown.quantity, row),
            filled_lots=before + shown_lots(shown.filled, row),
            status=shown.status,
            time_in_force=shown.time_in_force,
            trigger_ticks=shown_ticks(shown.trigger, row),
        )

    def learn_terms(self, order: VenueOrder) -> None:
        """Of an order in a list. One that the venue has still to accept in its own words is left to those."""
        is_ours = order.client_id and order.client_id not in self._unheard
        if is_ours and order.status in OPEN and order.client_id not in self._shown_terms:
            revision = self._revisions.current.get(order.client_id, 0)
            self._shown_terms[order.client_id] = _terms_of(order, revision)

    def _report_of(self, order: VenueOrder, revision: int) -> Report | None:
        before = self._shown_terms.get(order.client_id)
        terms = _terms_of(order, revision, before or NEVER_SHOWN)
        self._unheard.discard(order.client_id)
        if order.status in OPEN:
            if before == terms or (before is not None and before.revision > revision):
                return None
            if order.client_id:
                self._shown_terms[order.client_id] = terms
            is_change = before is not None or revision > 0
        else:
            if order.client_id in self._revisions.replacing:
                return None  # half of a replacement; the new half speaks for both
            self._shown_terms.pop(order.client_id, None)
            self._types.pop(order.client_id, None)
            is_change = True
        if is_change and order.client_id in self._changes:
            self._changes[order.client_id].set()
        if order.status in OPEN:
            return Report.REPLACED if is_change else Report.ACCEPTED
        return _ENDS.get(order.status)  # a filled one: its executions say so

    def _fill_of(self, one: Execution) -> VenueFill:
        instrument_id = self.by_symbol[one.symbol]
        row = self.rows[instrument_id]
        client_id, _ = self.names.read(one.client_text)
        return VenueFill(
            instrument_id=instrument_id,
            execution_id=number_of(one.execution_id),
            venue_order_id=self.ids.number(one.order_id),
            client_id=client_id,
            side=one.side,
            price_ticks=executed_ticks(one.price, row, one.side),
            quantity_lots=shown_lots(one.quantity, row),
            fee_e8=fee_e8(
                row, one.fee, one.fee_currency, price=one.price, quantity=one.quantity, is_maker=one.is_maker
            ),
            is_maker=one.is_maker,
            venue_ns=one.venue_ns,
        )

    def _tell_end(self, request: np.void, report: Report, filled_lots: int, reject: Reject = Reject.NONE) -> None:
        is_final = report in (Report.REJECTED, Report.CANCELED)
        if is_final:
            self._unheard.discard(int(request["client_id"]))
            self._types.pop(int(request["client_id"]), None)
        self._report(
            VenueReport(
                report=report,
                instrument_id=int(request["instrument_id"]),
                client_id=int(request["client_id"]),
                filled_lots=filled_lots,
                reject=reject,
                is_final=is_final,
            )
        )


def _terms_of(order: VenueOrder, revision: int, before: Terms = NEVER_SHOWN) -> Terms:
    """A trigger that the venue does not mention, as it mentions none when it has triggered, is the one it had."""
    return Terms(revision, order.price_ticks, order.quantity_lots, order.trigger_ticks or before.trigger_ticks)
