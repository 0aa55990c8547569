"""Requests leave the rings for the venue: cancels first, each claimed, logged, checked against halt and time, sent.

What a predecessor had in hand is never sent again: its orders are looked up, its cancels repeated (they do no harm).
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.clock import monotonic_ns
from core.histogram.numpy_tally import Tally
from core.memory.files import Memory
from core.memory.journal import RECORD_BYTES, Durability, Journal
from core.vocabulary import Hop, OrderStatus, Report, Request
from feeds.errors import NotSent
from feeds.in_hand import InHand
from feeds.sent_orders import SentOrder

if TYPE_CHECKING:
    from feeds.gateway import OrderGateway

WAIT_FOR_ORDER_NS = 1_000_000_000
"""A cancel waits so long for the call that brings its order to the venue."""


class OrderIntake:
    """The reading side of both request rings of one gateway."""

    def __init__(self, gateway: "OrderGateway", memory: Memory, log_path: Path, *, durable: Durability) -> None:
        self._gateway = gateway
        self._requests = InHand(memory.ring(f"order_requests.{gateway.group}"))
        self._cancels = InHand(memory.ring(f"cancels.{gateway.group}"))
        self._log = Journal(log_path, durable=durable)
        self._to_wire = Tally(memory.histograms(f"order.{gateway.group}")[Hop.CORE_TO_WIRE])
        self._cancelled_before_sent: dict[int, int] = {}
        """client id → place of the cancel"""
        self._left_behind: list[tuple[int, SentOrder]] = []

    @property
    def logged(self) -> np.ndarray:
        """EVENT[n]: the requests of earlier processes."""
        return self._log.records

    @property
    def log_bytes(self) -> int:
        return self._log.count * RECORD_BYTES

    def close(self) -> None:
        self._log.close()

    def log(self, requests: np.ndarray) -> bool:
        """On disk before anything else happens. False: it cannot be written, and that was said."""
        requests["received_ns"] = monotonic_ns()
        try:
            self._log.append(requests)
        except OSError as error:
            self._gateway.say(f"the request log cannot be written, no orders are sent: {error}")
            return False
        return True

    def know_what_was_in_hand(self) -> None:
        """At the start: what a predecessor had claimed, perhaps sent, perhaps not. Known from now on, never sent."""
        gateway = self._gateway
        first, requests = self._requests.take(self._requests.left_behind)
        for offset in range(len(requests)):
            request = requests[offset : offset + 1]
            order = gateway.order_of(request)
            if order is None:
                # Not in the log, and the log comes before the venue: one look is enough.
                order = gateway.orders.add(request, sent_ns=0)
            self._left_behind.append((first + offset, order))

    def look_up_what_was_in_hand(self) -> None:
        """Once the venue can be asked."""
        for place, order in self._left_behind:
            self._look_up(self._requests, place, order, tell_unknown=not order.is_answered)
        self._left_behind.clear()

    def drain(self) -> None:
        """Take what waits, until both rings are empty and it is safe to sleep, or too much is under way."""
        gateway = self._gateway
        while True:
            while self._cancels.waiting:
                self._take_cancel()
            room = gateway.config.in_flight - gateway.under_way
            if room <= 0:
                return  # an answer, or the next beat, drains again
            if self._requests.waiting:
                self._take_requests(room)
            elif self._cancels.is_empty_after_parking() and self._requests.is_empty_after_parking():
                return

    def _take_cancel(self) -> None:
        gateway = self._gateway
        place, requests = self._cancels.take(1)
        order = gateway.order_of(requests)
        if order is None and self._waits_behind(requests):
            self._cancelled_before_sent[int(requests["client_id"][0])] = place  # it overtook its order
        elif order is not None and order.is_final:
            gateway.reports.tell_state(order, order.status)
            self._cancels.done(place)
        else:
            is_stranger = order is None
            order = order or gateway.orders.add(requests, sent_ns=0)
            gateway.start(self._cancel(place, requests, order))
            if is_stranger:
                gateway.look_up_soon(order, tell_unknown=False)

    def _waits_behind(self, cancel: np.ndarray) -> bool:
        """The order itself is still in its ring: it must not leave any more."""
        waiting = self._requests.peek()
        return bool(((waiting["client_id"] == cancel["client_id"]) & (waiting["detail"] == Request.NEW)).any())

    async def _cancel(self, place: int, request: np.ndarray, order: SentOrder) -> None:
        await self.cancel(request, order)
        await self._until_looked_up(self._cancels, place, order)

    async def cancel(self, request: np.ndarray, order: SentOrder | None) -> str:
        """Send a cancel; after the order itself, when that is still on its way. Returns the fault, empty: answered."""
        gateway = self._gateway
        if order is not None:
            deadline_ns = monotonic_ns() + WAIT_FOR_ORDER_NS
            while order.under_way and not order.is_answered and monotonic_ns() < deadline_ns:
                await gateway.pause()
            request["reference_id"] = order.venue_order_id or request["reference_id"]
        gateway.status["cancels_sent"] += 1
        try:
            await gateway.venue.cancel(request[0])
        except Exception as error:
            gateway.say(f"a cancel was not answered, its order is looked up: {error}")
            if order is not None and not order.is_final:
                gateway.look_up_soon(order, tell_unknown=False)
            return f"not answered: {error}"
        return ""

    def _take_requests(self, most: int) -> None:
        gateway = self._gateway
        first, requests = self._requests.take(most)
        is_logged = self.log(requests)
        for offset in range(len(requests)):
            request, place = requests[offset : offset + 1], first + offset
            order = gateway.order_of(request)
            detail = int(request["detail"][0])
            if detail == Request.NEW:
                self._take_new(place, request, order, is_logged=is_logged)
            elif detail == Request.REPLACE and order is not None:
                self._take_replace(place, request, order, is_logged=is_logged)
            else:
                # LOOK_UP, and whatever is asked of an order that nobody here knows.
                order = order or gateway.orders.add(request, sent_ns=0)
                self._look_up(self._requests, place, order, tell_unknown=False)

    def _look_up(self, ring: InHand, place: int, order: SentOrder, *, tell_unknown: bool) -> None:
        """The request stays in hand until the venue has answered: who dies before leaves it to the next one."""
        self._gateway.look_up_soon(order, tell_unknown=tell_unknown)
        self._gateway.start(self._until_looked_up(ring, place, order))

    async def _until_looked_up(self, ring: InHand, place: int, order: SentOrder) -> None:
        gateway = self._gateway
        while gateway.is_looking_up(order):
            await gateway.pause()
        if not gateway.is_stopping:
            ring.done(place)

    def _take_new(self, place: int, request: np.ndarray, order: SentOrder | None, *, is_logged: bool) -> None:
        gateway = self._gateway
        client_id = int(request["client_id"][0])
        if order is not None:
            gateway.say(f"an order was asked for twice and sent once: {client_id=}")
            self._requests.done(place)
            return
        order = gateway.orders.add(request, sent_ns=monotonic_ns())
        if client_id in self._cancelled_before_sent:
            gateway.reports.tell(gateway.reports.about(order, Report.CANCELED, OrderStatus.CANCELED))
            self._cancels.done(self._cancelled_before_sent.pop(client_id))
        elif not is_logged or not gateway.may_send(request):
            gateway.reports.tell_not_sent(order)
        else:
            order.under_way += 1
            gateway.start(self._place(place, order))
            return
        self._requests.done(place)

    async def _place(self, place: int, order: SentOrder) -> None:
        try:
            if self._gateway.may_send(order.request):
                await self.send_new(order)
            else:
                self._gateway.reports.tell_not_sent(order)
        finally:
            order.under_way -= 1
            self._requests.done(place)

    async def send_new(self, order: SentOrder) -> str:
        """Hand a logged order to the venue; what comes of it is told, also when nobody knows. Returns the fault."""
        gateway = self._gateway
        order.sent_ns = monotonic_ns()
        self._to_wire.add(order.sent_ns - int(order.request["now_ns"][0]))
        gateway.status["sent"] += 1
        try:
            await gateway.venue.place(order.request[0])
        except NotSent as error:
            gateway.say(str(error))
            if order.needs_answer:
                gateway.reports.tell_not_sent(order)
            return f"not sent: {error}"
        except Exception as error:
            gateway.say(f"the outcome of an order is unknown, it is looked up: {error}")
            if order.needs_answer:
                gateway.look_up_soon(order)
            return f"not answered: {error}"
        return ""

    def _take_replace(self, place: int, request: np.ndarray, order: SentOrder, *, is_logged: bool) -> None:
        gateway = self._gateway
        if order.is_final or (is_logged and gateway.may_send(request)):
            gateway.start(self._replace(place, request, order))
        else:
            gateway.reports.tell_replace_rejected(request)
            self._requests.done(place)

    async def _replace(self, place: int, request: np.ndarray, order: SentOrder) -> None:
        gateway = self._gateway
        while order.under_way and not order.is_final:
            await gateway.pause()
        if order.is_final:
            gateway.reports.tell_state(order, order.status)
            self._requests.done(place)
            return
        order.under_way += 1
        order.replace_asked_ns = monotonic_ns()
        try:
            request["reference_id"] = order.venue_order_id
            self._to_wire.add(monotonic_ns() - int(request["now_ns"][0]))
            if not gateway.may_send(request):
                gateway.reports.tell_replace_rejected(request)
                return
            gateway.status["sent"] += 1
            await gateway.venue.replace(request[0])
        except NotSent as error:
            gateway.say(str(error))
            gateway.reports.tell_replace_rejected(request)
        except Exception as error:
            gateway.say(f"the outcome of a replacement is unknown, its order is looked up: {error}")
            gateway.look_up_soon(order)
        finally:
            order.under_way -= 1
            self._requests.done(place)
