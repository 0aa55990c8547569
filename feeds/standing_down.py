"""What a halt does at the venue: cancel until nothing is open, and with `flatten` close until the venue shows flat.

Done by the order process alone, so that it works while the core hangs or is dead. Proof is given only when no request
of ours can still arrive: nothing unanswered, then an empty list of open orders from the venue itself. Every try goes
to the kill report (halt_notes.py) with what the venue answered.

The first stroke does not wait for a list: what we know to be open is cancelled at once, by the venue's one call for all
orders where it has one and all of the account is meant, else order by order. Then the venue's list decides.

Orders of others on the account are cancelled too, unless `kill_scope = "own"`. What stays is a stop that protects
a position, when nobody means the halt: a core that fell silent is what it stands there for.
"""

import asyncio
import time
from typing import TYPE_CHECKING

import numpy as np

from core.clock import monotonic_ns
from core.records.event import EVENT
from core.vocabulary import (
    EventFlag,
    EventKind,
    OrderStatus,
    OrderType,
    Origin,
    Report,
    Request,
    Side,
    TimeInForce,
)
from feeds.halt_notes import HaltNotes
from feeds.sent_orders import KILL_SPACE, SentOrder, is_external
from feeds.venues.contract import CancelsAll, VenueOrder, VenuePosition, VenueReport

if TYPE_CHECKING:
    from feeds.gateway import OrderGateway

PAUSE_S = 0.002
CANCEL_AGAIN_NS = 250_000_000
CLOSE_ANSWER_S = 1.0


class StandDown:
    """Watches the halt lines of one gateway and works off what they ask."""

    def __init__(self, gateway: "OrderGateway", notes: HaltNotes) -> None:
        self._gateway, self._notes = gateway, notes
        self._seen_total = -1
        self._clean_total = -1
        self._flat_total = -1
        self._is_working = False
        self._can_work = False
        self._asked_ns: dict[tuple[int, int], int] = {}
        self._cancelled: set[tuple[int, int]] = set()
        """Asked to be cancelled since this halt was seen"""
        self._last_kill_id = 0
        self._left = 0
        """Stops that stayed, as the venue listed them last"""

    @property
    def leaves_stops(self) -> bool:
        """The venue has shown that nothing is open but stops that stay."""
        return self._left > 0 and self._clean_total == self._gateway.halts.total

    def watch(self) -> None:
        """Called every few milliseconds: notices a change, and starts the work when the venue is there."""
        halts, status = self._gateway.halts, self._gateway.status
        self._notes.keep(halts)
        if not halts.is_halted:
            if self._seen_total != -1 and bytes(status["message"]).startswith(b"halted"):
                self._gateway.say("")
            self._seen_total = -1
            return
        total = halts.total
        if total != self._seen_total:
            self._seen_total = total
            self._cancelled.clear()
            status["halt_cancelled"] = 0
            status["halt_seen_ns"] = monotonic_ns()
            status["halt_sum_seen"] = total
            self._gateway.say(f"halted: {halts.reason}")
            self._notes.seen(halts)
        if self._can_work and not self._is_working and not self._is_done(total):
            self._gateway.start(self._work())

    def heard(self, answer: VenueReport) -> None:
        """What the venue says of an order while we are at work."""
        if self._is_working:
            self._notes.answer(answer)

    async def begin(self) -> None:
        """At the start, before anything else: obey a halt that stands. From now on `watch` does."""
        self._can_work = True
        await self._work()

    def _is_done(self, total: int) -> bool:
        return self._clean_total == total and (not self._gateway.halts.wants_flat or self._flat_total == total)

    async def _work(self) -> None:
        if self._is_working:
            return
        self._is_working = True
        try:
            while self._gateway.halts.is_halted and not self._gateway.is_stopping:
                total = self._gateway.halts.total
                if self._is_done(total):
                    return
                try:
                    await self._stand_down(total)
                except Exception as error:
                    self._gateway.say(f"halted, the venue does not answer, trying on: {error}")
                    self._notes.fault(f"the venue does not answer, trying on: {error}")
                    await asyncio.sleep(50 * PAUSE_S)
        finally:
            self._is_working = False

    async def _stand_down(self, total: int) -> None:
        status = self._gateway.status
        if self._clean_total != total:
            if not await self._cancel_until_none_is_open():
                return
            self._clean_total = total
            status["halt_clean_ns"] = monotonic_ns()
            status["halt_sum_clean"] = total
            self._notes.clean(int(status["halt_cancelled"]), self._left)
        if self._gateway.halts.wants_flat and self._flat_total != total:
            if not (await self._close_until_flat() and await self._cancel_until_none_is_open()):
                return
            self._flat_total = total
            status["flatten_sum_done"] = total
            self._notes.flat(int(status["flatten_orders"]))

    async def _cancel_until_none_is_open(self) -> bool:
        """False: re-armed or told to stop before that; what is open then may stay."""
        gateway = self._gateway
        self._strike()
        while gateway.halts.is_halted and not gateway.is_stopping:
            # Asked before the list is: what was answered by then is on the list, or is gone.
            may_arrive = gateway.has_unanswered()
            asked_ns = monotonic_ns()
            listed = [order for order in await gateway.venue.open_orders() if self._is_meant(order)]
            orders = [order for order in listed if not self._may_stay(self._known(order))]
            self._left = len(listed) - len(orders)
            self._notes.listed([order.venue_order_id for order in orders], asked_ns, may_arrive=may_arrive)
            gateway.status["open_at_venue"] = len(listed)
            if not orders and not may_arrive:
                return True
            now_ns = monotonic_ns()
            due = [order for order in orders if now_ns - self._asked_ns.get(_key(order), 0) > CANCEL_AGAIN_NS]
            for order in due:
                self._asked_ns[_key(order)] = now_ns
                self._cancelled.add(_key(order))
            await asyncio.gather(*(self._cancel(order) for order in due))
            gateway.status["halt_cancelled"] = len(self._cancelled)
            await asyncio.sleep(PAUSE_S)
        return False

    def _strike(self) -> None:
        """Ask to cancel what we know to be open, beside the first list; not what is still on its way."""
        gateway, now_ns = self._gateway, monotonic_ns()
        known = [order for order in gateway.orders.open_orders() if order.venue_order_id and not order.under_way]
        if gateway.config.kill_scope == "own":
            known = [order for order in known if not is_external(order.client_id)]
        meant = [order for order in known if not self._may_stay(order)]
        is_all, known = len(meant) == len(known), meant
        known = [order for order in known if now_ns - self._asked_ns.get(_key(order), 0) > CANCEL_AGAIN_NS]
        self._asked_ns.update((_key(order), now_ns) for order in known)
        self._cancelled.update(map(_key, known))
        gateway.status["halt_cancelled"] = len(self._cancelled)
        venue = gateway.venue
        is_all = is_all and gateway.config.kill_scope == "account"
        if known and is_all and isinstance(venue, CancelsAll) and venue.cancels_in_one:
            gateway.start(self._cancel_in_one(venue, known))
        else:
            for order in known:
                gateway.start(self._cancel(order))

    async def _cancel_in_one(self, venue: CancelsAll, known: list[SentOrder]) -> None:
        asked_ns, fault = monotonic_ns(), ""
        self._gateway.status["cancels_sent"] += 1
        try:
            await venue.cancel_all({order.instrument_id for order in known})
        except Exception as error:
            fault = f"not answered: {error}"
        self._notes.cancelled_in_one(len(known), fault, asked_ns)

    def _is_meant(self, order: VenueOrder) -> bool:
        """An order that nobody here knows, and whose name is none of ours, is somebody else's."""
        if self._gateway.config.kill_scope == "account" or order.client_id:
            return True
        known = self._known(order)
        return known is not None and not is_external(known.client_id)

    def _known(self, order: VenueOrder) -> SentOrder | None:
        return self._gateway.orders.find(order.client_id, order.instrument_id, order.venue_order_id)

    def _may_stay(self, order: SentOrder | None) -> bool:
        return order is not None and order.protects and not self._gateway.halts.is_meant

    async def _cancel(self, order: VenueOrder | SentOrder) -> None:
        asked_ns = monotonic_ns()
        fault = await self._gateway.intake.cancel(_cancel_of(order), None)
        self._notes.cancelled(order.venue_order_id, fault, asked_ns)

    async def _close_until_flat(self) -> bool:
        gateway = self._gateway
        while gateway.halts.is_halted and not gateway.is_stopping:
            asked_ns = monotonic_ns()
            positions = [row for row in await gateway.venue.positions() if self._closing_lots(row) > 0]
            self._notes.held([f"{row.position_lots} lots of {self._symbol(row)}" for row in positions], asked_ns)
            if not positions and not gateway.has_unanswered():
                return True
            orders = [self._closing_order(position) for position in positions]
            for order in orders:
                asked_ns = monotonic_ns()
                fault = await gateway.intake.send_new(order)
                self._notes.closing(f"{Side(order.side).name} {order.quantity_lots} lots", fault, asked_ns)
            gateway.status["flatten_orders"] += len(orders)
            deadline_ns = monotonic_ns() + int(CLOSE_ANSWER_S * 1e9)
            while any(not order.is_final for order in orders) and monotonic_ns() < deadline_ns:
                await asyncio.sleep(PAUSE_S)
            await asyncio.sleep(PAUSE_S)
        return False

    def _symbol(self, position: VenuePosition) -> str:
        return str(self._gateway.instruments[position.instrument_id]["symbol"].decode())

    def _closing_lots(self, position: VenuePosition) -> int:
        """What one order can close; 0 for dust that is smaller than the venue's smallest order."""
        row = self._gateway.instruments[position.instrument_id]
        lots = min(abs(position.position_lots), int(row["max_lots"]) or abs(position.position_lots))
        return lots if lots >= int(row["min_lots"]) else 0

    def _closing_order(self, position: VenuePosition) -> SentOrder:
        # Microseconds of the wall clock: unlike those of any process before us, also one that lost its log.
        self._last_kill_id = max(self._last_kill_id + 1, KILL_SPACE | time.time_ns() // 1_000)
        request = np.zeros(1, EVENT)
        request["kind"], request["detail"], request["origin"] = EventKind.ORDER_REQUEST, Request.NEW, Origin.KILL
        request["client_id"], request["instrument_id"] = self._last_kill_id, position.instrument_id
        request["side"] = Side.SELL if position.position_lots > 0 else Side.BUY
        request["quantity_lots"] = self._closing_lots(position)
        request["order_type"], request["time_in_force"] = OrderType.MARKET, TimeInForce.IOC
        request["flags"], request["strategy_id"] = EventFlag.REDUCE_ONLY, -1
        request["source_id"], request["now_ns"] = self._gateway.source_id, monotonic_ns()
        self._gateway.intake.log(request)  # a log that cannot be written does not stop a halt
        order = self._gateway.orders.add(request, sent_ns=monotonic_ns())
        report = self._gateway.reports.about(order, Report.ADOPTED, OrderStatus.PENDING_NEW)
        report["flags"] = EventFlag.REDUCE_ONLY
        self._gateway.reports.tell(report)
        order.is_answered = False  # this was our word, not the venue's
        return order


def _key(order: VenueOrder | SentOrder) -> tuple[int, int]:
    return order.instrument_id, order.venue_order_id


def _cancel_of(order: VenueOrder | SentOrder) -> np.ndarray:
    request = np.zeros(1, EVENT)
    request["kind"], request["detail"], request["origin"] = EventKind.ORDER_REQUEST, Request.CANCEL, Origin.KILL
    request["client_id"], request["instrument_id"] = order.client_id, order.instrument_id
    request["reference_id"], request["side"] = order.venue_order_id, order.side
    request["now_ns"] = monotonic_ns()
    return request
