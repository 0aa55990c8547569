"""The venue is the truth: its open orders and fills against our own log, at the start and every few seconds.

open at the venue, unknown here      ADOPTED, flag EXTERNAL
executed, never reported             FILLED, known by execution id
open here, not at the venue          looked up, STATE
sent, no answer                      looked up, STATE; "never seen" counts once nothing can still arrive
"""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from core.clock import monotonic_ns
from core.records.event import EVENT
from core.vocabulary import EventFlag, EventKind, OrderStatus, Report
from feeds.sent_orders import SentOrder
from feeds.venues.contract import VenueFill, VenueOrder

if TYPE_CHECKING:
    from feeds.gateway import OrderGateway

LOOK_UP_AGAIN_S = (0.02, 0.05, 0.1, 0.25, 0.5)
OVERLAP_NS = 600_000_000_000
"""Fills are asked for again from so long before the newest known one: two streams may have crossed."""


class Reconciler:
    def __init__(self, gateway: "OrderGateway") -> None:
        self._gateway = gateway
        self.rounds = 0
        """Comparisons that came to their end."""
        self._wanted = asyncio.Event()
        self._listing = asyncio.Lock()
        """One list of fills at a time: what another look-up is being told counts as told when it is."""

    def soon(self) -> None:
        """Do not wait for the next round."""
        self._wanted.set()

    async def begin(self) -> None:
        """The first comparison of this process. What was executed before this account had a desk is not ours."""
        gateway = self._gateway
        if gateway.orders.begun_ns < 0:
            fills = await gateway.venue.fills_since(0)
            mark = np.zeros(1, EVENT)
            mark["kind"], mark["venue_ns"] = EventKind.SESSION, max((fill.venue_ns for fill in fills), default=0)
            gateway.intake.log(mark)
            gateway.orders.begun_ns = int(mark["venue_ns"][0])
        await self.run_once()

    async def run_for_ever(self) -> None:
        while not self._gateway.is_stopping:
            self._wanted.clear()
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._wanted.wait(), self._gateway.config.reconcile_s)
            try:
                await self.run_once()
            except Exception as error:
                self._gateway.say(f"orders could not be compared with the venue: {error}")

    async def run_once(self) -> None:
        """One comparison. Raises what the venue raises; nothing is concluded then."""
        gateway = self._gateway
        # Asked before the list is: an order that was sent meanwhile cannot be missed on it.
        candidates = [order for order in gateway.orders.open_orders() if order.is_answered and not order.under_way]
        told_before = {order.client_id: order.reports for order in candidates}
        open_orders = await gateway.venue.open_orders()
        await self._take_fills()
        seen = set()
        for shown in open_orders:
            order = gateway.orders.find(shown.client_id, shown.instrument_id, shown.venue_order_id)
            if order is None:
                order = gateway.reports.adopt(
                    client_id=shown.client_id,
                    instrument_id=shown.instrument_id,
                    venue_order_id=shown.venue_order_id,
                    side=shown.side,
                    price_ticks=shown.price_ticks,
                    quantity_lots=shown.quantity_lots,
                    filled_lots=shown.filled_lots,
                )
            elif order.is_unknown:
                self._tell_state(order, shown)
            seen.add(order.client_id)
        for order in candidates:
            # Only what nobody has spoken of meanwhile: a list is older than the reports that overtook it.
            if order.client_id not in seen and not order.is_final and order.reports == told_before[order.client_id]:
                gateway.look_up_soon(order, tell_unknown=False)
        self.rounds += 1

    async def look_up(self, order: SentOrder) -> None:
        """Ask until the venue answers about one order, and tell what it says."""
        gateway = self._gateway
        tries = 0
        while not gateway.is_stopping:
            try:
                shown = await gateway.venue.look_up(order.client_id, order.instrument_id)
                if shown is not None:
                    gateway.orders.learn_venue_id(order, shown.venue_order_id)
                    if shown.filled_lots > order.filled_lots:
                        await self._take_fills()
                    self._tell_state(order, shown)
                    return
                if self._cannot_arrive_any_more(order):
                    self._tell_never_seen(order)
                    return
            except Exception as error:
                gateway.say(f"an order could not be looked up, trying again: {error}")
            await asyncio.sleep(LOOK_UP_AGAIN_S[min(tries, len(LOOK_UP_AGAIN_S) - 1)])
            tries += 1

    def _cannot_arrive_any_more(self, order: SentOrder) -> bool:
        age_ns = monotonic_ns() - order.sent_ns
        # Negative: sent before the machine was started anew.
        return age_ns < 0 or age_ns > self._gateway.config.arrival_ms * 1_000_000

    def _tell_never_seen(self, order: SentOrder) -> None:
        # STATE and not NOT_SENT: whatever the core asked of the order meanwhile, it is gone.
        if not order.is_final:
            self._gateway.reports.tell_state(order, OrderStatus.NOT_SENT)

    def _tell_state(self, order: SentOrder, shown: VenueOrder) -> None:
        report = self._gateway.reports.about(order, Report.STATE, shown.status)
        report["filled_lots"] = max(shown.filled_lots, order.filled_lots)
        report["price_ticks"], report["quantity_lots"] = shown.price_ticks, shown.quantity_lots
        report["reference_id"], report["execution_id"] = shown.venue_order_id, shown.trigger_ticks
        self._gateway.reports.tell(report)

    async def _take_fills(self) -> None:
        orders = self._gateway.orders
        async with self._listing:
            since_ns = max(0, orders.begun_ns + 1, orders.latest_fill_ns - OVERLAP_NS)
            for fill in await self._gateway.venue.fills_since(since_ns):
                is_ours = orders.begun_ns == 0 or fill.venue_ns > orders.begun_ns
                if is_ours and not orders.was_reported(fill.instrument_id, int(fill.side), fill.execution_id):
                    self._tell_missing_fill(fill)

    def _tell_missing_fill(self, fill: VenueFill) -> None:
        gateway = self._gateway
        order = gateway.orders.find(fill.client_id, fill.instrument_id, fill.venue_order_id)
        if order is None:
            if gateway.orders.may_be_of_an_unanswered_one(fill.instrument_id):
                return  # told after the look-up that says whose it is
            order = gateway.reports.adopt(
                client_id=fill.client_id,
                instrument_id=fill.instrument_id,
                venue_order_id=fill.venue_order_id,
                side=fill.side,
                price_ticks=fill.price_ticks,
                quantity_lots=fill.quantity_lots,
                filled_lots=0,
                venue_ns=fill.venue_ns,
            )
        filled_lots = max(order.filled_lots, order.executed_lots + fill.quantity_lots)
        # Not while its size is in question: then a look-up says what became of it.
        is_whole = 0 < order.quantity_lots <= filled_lots and not order.awaits_replacement
        status = OrderStatus.FILLED if is_whole else OrderStatus.PARTIALLY_FILLED
        report = gateway.reports.about(order, Report.FILLED, status)
        report["side"] = fill.side
        report["price_ticks"], report["quantity_lots"] = fill.price_ticks, fill.quantity_lots
        report["filled_lots"], report["execution_id"], report["amount"] = filled_lots, fill.execution_id, fill.fee_e8
        report["reference_id"], report["venue_ns"] = fill.venue_order_id, fill.venue_ns
        report["flags"] |= EventFlag.MAKER if fill.is_maker else 0
        gateway.reports.tell(report)
