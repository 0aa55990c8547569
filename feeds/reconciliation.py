"""The venue is the truth: its open orders and fills against our own log, at the start and every few seconds.

open at the venue, unknown here      ADOPTED, flag EXTERNAL
executed, never reported             FILLED, known by execution id
open here, not at the venue          looked up, STATE
sent, no answer                      looked up, STATE; "never seen" counts once nothing can still arrive
"""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from core.clock import monotonic_ns
from core.vocabulary import EventFlag, OrderStatus, Report
from feeds.sent_orders import FINAL_STATES, SentOrder, external_id
from feeds.venues.contract import VenueFill, VenueOrder

if TYPE_CHECKING:
    from feeds.gateway import OrderGateway

LOOK_UP_AGAIN_S = (0.02, 0.05, 0.1, 0.25, 0.5)
OVERLAP_NS = 600_000_000_000
"""Fills are asked for again from so long before the newest known one: two streams may have crossed."""


class Reconciler:
    def __init__(self, gateway: "OrderGateway") -> None:
        self._gateway = gateway
        self._wanted = asyncio.Event()

    def soon(self) -> None:
        """Do not wait for the next round."""
        self._wanted.set()

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
        candidates = [order for order in gateway.orders.open_orders() if order.is_answered and not order.under_way]
        told_before = {order.client_id: order.reports for order in candidates}
        open_orders = await gateway.venue.open_orders()
        await self._take_fills()
        seen = set()
        for shown in open_orders:
            order = gateway.orders.find(shown.client_id, shown.instrument_id, shown.venue_order_id)
            if order is None:
                order = gateway.adopt(
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

    async def look_up(self, order: SentOrder) -> None:
        """Ask until the venue answers about one order, and tell what it says."""
        gateway = self._gateway
        tries = 0
        while not gateway.is_stopping:
            try:
                shown = await gateway.venue.look_up(order.client_id, order.instrument_id)
                if shown is not None:
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
            self._gateway.tell_state(order, OrderStatus.NOT_SENT)

    def _tell_state(self, order: SentOrder, shown: VenueOrder) -> None:
        report = self._gateway.report_of(order, Report.STATE)
        report["status"], report["filled_lots"] = shown.status, max(shown.filled_lots, order.filled_lots)
        report["price_ticks"], report["quantity_lots"] = shown.price_ticks, shown.quantity_lots
        report["reference_id"] = shown.venue_order_id
        if shown.status in FINAL_STATES:
            report["flags"] |= EventFlag.FINAL
        self._gateway.tell(report)

    async def _take_fills(self) -> None:
        gateway = self._gateway
        for fill in await gateway.venue.fills_since(max(0, gateway.orders.latest_fill_ns - OVERLAP_NS)):
            if (fill.instrument_id, int(fill.side), fill.execution_id) not in gateway.orders.executions:
                self._tell_missing_fill(fill)

    def _tell_missing_fill(self, fill: VenueFill) -> None:
        gateway = self._gateway
        order = gateway.orders.find(fill.client_id, fill.instrument_id, fill.venue_order_id)
        if order is None:
            order = gateway.adopt(
                client_id=fill.client_id or external_id(fill.instrument_id, fill.venue_order_id),
                instrument_id=fill.instrument_id,
                venue_order_id=fill.venue_order_id,
                side=fill.side,
                price_ticks=fill.price_ticks,
                quantity_lots=fill.quantity_lots,
                filled_lots=0,
                venue_ns=fill.venue_ns,
            )
        report = gateway.report_of(order, Report.FILLED)
        report["price_ticks"], report["quantity_lots"] = fill.price_ticks, fill.quantity_lots
        report["filled_lots"] = order.filled_lots + fill.quantity_lots
        report["execution_id"], report["amount"] = fill.execution_id, fill.fee_e8
        report["reference_id"], report["venue_ns"] = fill.venue_order_id, fill.venue_ns
        report["status"] = OrderStatus.PARTIALLY_FILLED
        report["flags"] |= EventFlag.MAKER if fill.is_maker else 0
        if 0 < order.quantity_lots <= order.filled_lots + fill.quantity_lots:
            report["flags"] |= EventFlag.FINAL
            report["status"] = OrderStatus.FILLED
        gateway.tell(report)
