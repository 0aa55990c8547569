"""The order process's heart: requests leave the rings for the venue, reports come back; nothing lost, nothing twice.

    ring ─ claim ─ log ─ release ─ send            cancels before orders, halt lines read before every send
    venue ─ report ─ log ─ ring                    known by execution id, numbered by the log

Deaths. What a predecessor had claimed, and what it had logged without an answer, is UNKNOWN and looked up at the venue
by client id; it is never sent again. What was not claimed is sent if it is still valid, else NOT_SENT.

A new order or a replacement that is late or meets a halt is not sent: NOT_SENT, and REPLACE_REJECTED for a
replacement, because the order itself lives on. Cancels never expire and pass a halt. Whatever is asked of an order
that is over is answered with STATE: what became of it.

Reconciliation lies in feeds/reconciliation.py, what a halt does at the venue in feeds/standing_down.py.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from core.clock import monotonic_ns
from core.histogram.numpy_tally import Tally
from core.memory import control
from core.memory.files import Memory
from core.memory.journal import Journal
from core.memory.numpy_ring import Consumer, Producer, on_bell
from core.records.event import EVENT
from core.vocabulary import (
    EventFlag,
    EventKind,
    FeedState,
    Hop,
    OrderStatus,
    Origin,
    Reject,
    Report,
    Request,
)
from feeds.account_lock import AccountLock
from feeds.config import GatewayConfig
from feeds.errors import NotSent
from feeds.halting import HaltLines
from feeds.reconciliation import Reconciler
from feeds.report_log import ReportLog
from feeds.sent_orders import FINAL_REPORTS, FINAL_STATES, SentOrder, SentOrders, external_id
from feeds.standing_down import StandDown
from feeds.venues.contract import OrderVenue, VenueReport

BEAT_S = 0.005
"""How often halt lines and the core's heartbeat are looked at without a bell."""
STATUS_BEATS = 10
RECONNECT_S = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0)


class OrderGateway:
    """Drives one OrderVenue for one venue group. Everything runs in one asyncio loop.

    Raises AccountInUse, JournalDamaged and OSError when made; after that it reports faults and goes on.
    """

    def __init__(
        self,
        memory: Memory,
        group: str,
        venue: OrderVenue,
        *,
        config: GatewayConfig,
        folder: Path,
        lock_folder: Path,
        account: str,
    ) -> None:
        """`folder`: where the logs lie. `account`: names the account, e.g. its key; only a hash of it is stored."""
        self._lock = AccountLock(lock_folder, venue=venue.name, account=account)
        self.group, self.source_id = group, memory.descriptor.groups.index(group)
        self.venue, self.config = venue, config
        self.status: np.void = memory.table(f"gateway.{group}")[0]
        self.status["venue"] = venue.name.encode()
        self.instruments = memory.table("instruments")
        self.halts = HaltLines(memory, control.FIRST_ORDER_LINE + self.source_id)
        self._requests = Consumer(memory.ring(f"order_requests.{group}"))
        self._cancels = Consumer(memory.ring(f"cancels.{group}"))
        self._claimed = int(memory.ring(f"order_requests.{group}").claimed[0])
        self._bell = memory.descriptor.bells.get(f"order.{group}", -1)
        parts = memory.ring(f"execution_reports.{group}")
        produced = int(parts.produced[0])
        last = parts.slots[(produced - 1) & (len(parts.slots) - 1)].copy() if produced else None
        self._request_log = Journal(folder / "requests.log", durable=config.durable)
        self.reports = ReportLog(folder / "reports.log", Producer(parts), last, durable=config.durable)
        self.orders = SentOrders()
        self.orders.restore(self._request_log.records, self.reports.records)
        self._heartbeat = memory.heartbeat(f"order.{group}")
        self._core_heartbeat = memory.heartbeat("core")
        self._to_wire = Tally(memory.histograms(f"order.{group}")[Hop.CORE_TO_WIRE])
        self._to_ack = Tally(memory.histograms(f"order.{group}")[Hop.WIRE_TO_ACK])
        self._tasks: set[asyncio.Task[None]] = set()
        self._under_way = 0
        self._cancelled_before_sent: set[int] = set()
        self._is_open = False
        self._core_was_stale = False
        self._stopping = asyncio.Event()
        self._beats = 0
        self._looking_up: set[int] = set()
        self.reconciler = Reconciler(self)
        self._stand_down = StandDown(self)

    async def run(self) -> None:
        """Until `stop`. A venue that cannot be reached is tried again for ever, with beats and a sentence."""
        loop = asyncio.get_running_loop()
        if self._bell >= 0:
            on_bell(loop, self._bell, self._drain)
        beat = asyncio.create_task(self._beat_for_ever())
        try:
            if await self._open_venue():
                self._is_open = True
                self._drain()
                await self._stopping.wait()
        finally:
            self._is_open = False
            beat.cancel()
            if self._bell >= 0:
                loop.remove_reader(self._bell)
            await self._finish()

    def stop(self) -> None:
        """Take nothing more; `run` returns when what is under way has been answered or has waited a second."""
        self._stopping.set()

    @property
    def is_stopping(self) -> bool:
        return self._stopping.is_set()

    # What the venue says

    def on_report(self, answer: VenueReport) -> None:
        """The venue's callable. Whatever it says, this process lives on."""
        try:
            self._take_report(answer)
        except Exception as error:
            self.say(f"an answer of the venue made no sense: {error!r}")
            self.status["state"] = FeedState.GAPPED
            self.reconciler.soon()

    def _take_report(self, answer: VenueReport) -> None:
        order = self.orders.find(answer.client_id, answer.instrument_id, answer.venue_order_id)
        if order is None:
            if answer.report in (Report.CANCEL_REJECTED, Report.REPLACE_REJECTED):
                return
            order = self.adopt(
                client_id=answer.client_id,
                instrument_id=answer.instrument_id,
                venue_order_id=answer.venue_order_id,
                side=answer.side,
                price_ticks=0 if answer.report == Report.FILLED else answer.price_ticks,
                quantity_lots=max(answer.filled_lots, 0 if answer.report == Report.FILLED else answer.quantity_lots),
                filled_lots=answer.filled_lots - (answer.quantity_lots if answer.report == Report.FILLED else 0),
                venue_ns=answer.venue_ns,
            )
        side = int(answer.side) or order.side
        if answer.report == Report.FILLED:
            if (order.instrument_id, side, answer.execution_id) in self.orders.executions:
                return
        elif order.is_final or (answer.report == Report.ACCEPTED and order.is_answered):
            return  # said late, or said twice
        if order.needs_answer and order.sent_ns and answer.received_ns:
            self._to_ack.add(answer.received_ns - order.sent_ns)
        self.status["acknowledged" if answer.report != Report.REJECTED else "rejected"] += 1
        report = self.report_of(order, answer.report)
        if answer.price_ticks:
            report["price_ticks"] = answer.price_ticks
        if answer.quantity_lots:
            report["quantity_lots"] = answer.quantity_lots
        filled_lots = max(order.filled_lots, answer.filled_lots)
        if answer.report == Report.FILLED:
            filled_lots = max(
                answer.filled_lots, order.filled_lots + (0 if answer.filled_lots else answer.quantity_lots)
            )
        report["filled_lots"] = filled_lots
        report["execution_id"], report["amount"], report["side"] = answer.execution_id, answer.fee_e8, side
        report["reason"], report["status"] = answer.reject, answer.status
        report["reference_id"] = answer.venue_order_id or order.venue_order_id
        report["venue_ns"] = answer.venue_ns
        report["received_ns"] = answer.received_ns or monotonic_ns()
        is_final = answer.is_final or answer.report in FINAL_REPORTS
        if answer.report == Report.FILLED and filled_lots >= order.quantity_lots > 0:
            is_final = True
        if answer.report == Report.STATE and answer.status in FINAL_STATES:
            is_final = True
        report["flags"] |= (EventFlag.MAKER if answer.is_maker else 0) | (EventFlag.FINAL if is_final else 0)
        self.tell(report)
        if answer.reject == Reject.UNKNOWN_ORDER and not order.is_final:
            self.look_up_soon(order, tell_unknown=False)

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
        report["source_id"], report["flags"] = self.source_id, EventFlag.EXTERNAL
        report["origin"], report["status"] = Origin.EXTERNAL, OrderStatus.NEW
        report["venue_ns"], report["received_ns"] = venue_ns, monotonic_ns()
        order = self.orders.add(report, sent_ns=monotonic_ns())
        self.tell(report)
        return order

    def report_of(self, order: SentOrder, detail: Report) -> np.ndarray:
        """EVENT[1] about an order, with its identity and what is known of it."""
        report = _answer_to(order.request, detail, self.source_id)
        report["flags"] = order.request["flags"] & EventFlag.EXTERNAL
        report["price_ticks"], report["quantity_lots"] = order.price_ticks, order.quantity_lots
        report["filled_lots"], report["reference_id"] = order.filled_lots, order.venue_order_id
        return report

    def tell_state(self, order: SentOrder, status: OrderStatus) -> None:
        """STATE of an order as it is known here."""
        report = self.report_of(order, Report.STATE)
        report["status"] = status
        if status in FINAL_STATES:
            report["flags"] |= EventFlag.FINAL
        self.tell(report)

    def tell(self, report: np.ndarray) -> None:
        """Log EVENT[1], learn from it, hand it to the core."""
        self.reports.append(report)
        self.orders.apply(report[0])

    # What the core asks

    def _drain(self) -> None:
        """Take what waits in the rings, cancels first, until both are empty and it is safe to sleep."""
        if not self._is_open or self._stopping.is_set():
            return
        while True:
            for request in self._cancels.peek():
                self._take_cancel(request)
            room = self.config.in_flight - self._under_way
            if room > 0 and self._requests.waiting:
                self._take_requests(self._requests.peek(room))
            if self._under_way >= self.config.in_flight and not self._cancels.waiting:
                return  # an answer or the next beat drains again
            if self._cancels.is_empty_after_parking() and self._requests.is_empty_after_parking():
                return

    def _take_cancel(self, request: np.void) -> None:
        # Not logged: a cancel that is sent twice, or to an order that is gone, does no harm.
        self._cancels.claim(1)
        client_id = int(request["client_id"])
        order = self.orders.find(client_id, int(request["instrument_id"]), int(request["reference_id"]))
        if order is None and (self._requests.peek()["client_id"] == client_id).any():
            self._cancelled_before_sent.add(client_id)  # it overtook its order, which now must not leave
        elif order is not None and order.is_final:
            self.tell_state(order, order.status)
        else:
            if order is None:
                order = self.orders.add(np.array([request]), sent_ns=monotonic_ns())
                self.look_up_soon(order, tell_unknown=False)
            self.start(self.cancel(request, order))
        self._cancels.release(1)

    def _take_requests(self, requests: np.ndarray) -> None:
        self._requests.claim(len(requests))
        now_ns = monotonic_ns()
        requests["received_ns"] = now_ns
        try:
            self._request_log.append(requests)
            is_logged = True
        except OSError as error:
            self.say(f"orders are not sent, the request log cannot be written: {error}")
            is_logged = False
        for index in range(len(requests)):
            request = requests[index : index + 1]
            match request["detail"][0]:
                case Request.NEW:
                    self._take_new(request, now_ns, is_logged=is_logged)
                case Request.REPLACE:
                    self._take_replace(request, is_logged=is_logged)
                case Request.LOOK_UP:
                    self._take_look_up(request)
                case other:
                    self.say(f"the core asked for something unknown: detail={other}")
        self._requests.release(len(requests))

    def _take_new(self, request: np.ndarray, now_ns: int, *, is_logged: bool) -> None:
        client_id = int(request["client_id"][0])
        if client_id in self.orders.by_client:
            self.say(f"an order was asked for twice and sent once: {client_id=}")
            return
        order = self.orders.add(request, sent_ns=now_ns)
        was_cancelled = client_id in self._cancelled_before_sent
        self._cancelled_before_sent.discard(client_id)
        if was_cancelled:
            report = self.report_of(order, Report.CANCELED)
            report["status"], report["flags"] = OrderStatus.CANCELED, report["flags"] | EventFlag.FINAL
            self.tell(report)
        elif not is_logged or not self._may_send(request):
            self.not_sent(order)
        else:
            order.under_way += 1
            self.start(self._place(order))

    def _may_send(self, request: np.ndarray) -> bool:
        valid_until_ns = int(request["valid_until_ns"][0])
        in_time = valid_until_ns == 0 or monotonic_ns() <= valid_until_ns
        return in_time and not self.halts.is_halted and not self._core_was_stale

    async def _place(self, order: SentOrder) -> None:
        try:
            if not self._may_send(order.request):
                self.not_sent(order)
                return
            await self.send_new(order)
        finally:
            order.under_way -= 1

    async def send_new(self, order: SentOrder) -> None:
        """Hand a logged order to the venue; what comes of it is told, also when nobody knows."""
        order.sent_ns = monotonic_ns()
        self._to_wire.add(order.sent_ns - int(order.request["now_ns"][0]))
        self.status["sent"] += 1
        try:
            await self.venue.place(order.request[0])
        except NotSent as error:
            self.say(str(error))
            if order.needs_answer:
                self.not_sent(order)
        except Exception as error:
            self.say(f"the outcome of an order is unknown and is looked up: {error}")
            if order.needs_answer:
                self.look_up_soon(order)

    def not_sent(self, order: SentOrder) -> None:
        report = self.report_of(order, Report.NOT_SENT)
        report["status"], report["flags"] = OrderStatus.NOT_SENT, report["flags"] | EventFlag.FINAL
        self.tell(report)

    def _take_replace(self, request: np.ndarray, *, is_logged: bool) -> None:
        client_id = int(request["client_id"][0])
        order = self.orders.find(client_id, int(request["instrument_id"][0]), int(request["reference_id"][0]))
        if order is None:
            self._take_look_up(request)
            return
        if order.is_final:
            self.tell_state(order, order.status)
            return
        if not is_logged or not self._may_send(request):
            self._refuse_replacement(request)
            return
        order.under_way += 1
        self.start(self._replace(order, request.copy()))

    async def _replace(self, order: SentOrder, request: np.ndarray) -> None:
        try:
            request["reference_id"] = order.venue_order_id
            self._to_wire.add(monotonic_ns() - int(request["now_ns"][0]))
            self.status["sent"] += 1
            await self.venue.replace(request[0])
        except NotSent as error:
            self.say(str(error))
            self._refuse_replacement(request)
        except Exception as error:
            self.say(f"the outcome of a replacement is unknown and is looked up: {error}")
            self.look_up_soon(order)
        finally:
            order.under_way -= 1

    def _refuse_replacement(self, request: np.ndarray) -> None:
        report = _answer_to(request, Report.REPLACE_REJECTED, self.source_id)
        report["reason"] = Reject.OTHER
        self.tell(report)

    def _take_look_up(self, request: np.ndarray) -> None:
        order = self.orders.find(
            int(request["client_id"][0]), int(request["instrument_id"][0]), int(request["reference_id"][0])
        )
        if order is None:
            order = self.orders.add(request, sent_ns=monotonic_ns())
        self.look_up_soon(order, tell_unknown=False)

    async def cancel(self, request: np.void, order: SentOrder | None) -> None:
        """Send a cancel; after the order itself, when that is still on its way."""
        wanted = np.array([request])
        if order is not None:
            deadline_ns = monotonic_ns() + 1_000_000_000
            while order.under_way and not order.is_answered and monotonic_ns() < deadline_ns:
                await asyncio.sleep(0.001)
            wanted["reference_id"] = order.venue_order_id or wanted["reference_id"]
        self.status["cancels_sent"] += 1
        try:
            await self.venue.cancel(wanted[0])
        except Exception as error:
            self.say(f"a cancel was not answered, the order is looked up: {error}")
            if order is not None and not order.is_final:
                self.look_up_soon(order, tell_unknown=False)

    # What nobody knows

    def look_up_soon(self, order: SentOrder, *, tell_unknown: bool = True) -> None:
        """Ask the venue what became of an order, until it answers."""
        if order.client_id in self._looking_up:
            return
        self._looking_up.add(order.client_id)
        if tell_unknown and not order.is_final and not order.is_unknown:
            report = self.report_of(order, Report.UNKNOWN)
            report["status"] = OrderStatus.UNKNOWN
            self.tell(report)
        self.start(self._look_up(order))

    async def _look_up(self, order: SentOrder) -> None:
        try:
            await self.reconciler.look_up(order)
        finally:
            self._looking_up.discard(order.client_id)

    def has_unanswered(self) -> bool:
        """Something was sent of which the venue may hold more than it shows."""
        return any(order.needs_answer or order.is_unknown or order.under_way for order in self.orders.open_orders())

    def _look_up_what_is_overdue(self, now_ns: int) -> None:
        for order in self.orders.open_orders():
            overdue = now_ns - order.sent_ns > self.config.answer_ms * 1_000_000
            if overdue and (order.needs_answer or order.is_unknown) and not order.under_way:
                self.look_up_soon(order)

    # Life

    def log_own_order(self, request: np.ndarray) -> SentOrder:
        """An order that this process makes, to close a position. A log that cannot be written does not stop a halt."""
        request["received_ns"] = monotonic_ns()
        try:
            self._request_log.append(request)
        except OSError as error:
            self.say(f"a closing order is sent without a log: {error}")
        return self.orders.add(request, sent_ns=monotonic_ns())

    def say(self, sentence: str) -> None:
        self.status["message"] = sentence.encode()[:104]

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        self._under_way += 1
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._under_way -= 1
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self.say(f"a task of the order process failed: {task.exception()!r}")
        if self._requests.waiting:
            self._drain()

    async def _open_venue(self) -> bool:
        """Connect, obey a halt, settle what a predecessor left, then trade. False: told to stop before that."""
        self.status["state"] = FeedState.CONNECTING
        if not await self._until_it_works(lambda: self.venue.start(self.on_report), "connect to the venue"):
            return False
        self.status["state"] = FeedState.SYNCING
        self._stand_down.watch()
        if not await self._until_it_works(self._stand_down.until_clean, "cancel after a halt"):
            return False
        self._settle_claims()
        if not await self._until_it_works(self.reconciler.run_once, "compare orders with the venue"):
            return False
        for order in self.orders.open_orders():
            if order.needs_answer or order.is_unknown:
                self.look_up_soon(order)
        self.start(self.reconciler.run_for_ever())
        self.status["state"] = FeedState.LIVE
        return True

    async def _until_it_works(self, attempt: Callable[[], Coroutine[Any, Any, None]], what: str) -> bool:
        tries = 0
        while not self._stopping.is_set():
            try:
                await attempt()
            except Exception as error:
                self.say(f"cannot {what}, trying again: {error}")
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), RECONNECT_S[min(tries, len(RECONNECT_S) - 1)])
                tries += 1
            else:
                return True
        return False

    def _settle_claims(self) -> None:
        """What a predecessor claimed and did not release: perhaps sent, perhaps not. Known from now on, never sent."""
        count = self._claimed - self._requests.read_so_far
        if count <= 0:
            return
        for request in self._requests.peek(count):
            if request["detail"] == Request.NEW and int(request["client_id"]) not in self.orders.by_client:
                self.orders.add(np.array([request]), sent_ns=monotonic_ns())
        self._requests.release(min(count, self._requests.waiting))

    async def _beat_for_ever(self) -> None:
        while True:
            try:
                self._beat()
            except Exception as error:
                self.say(f"a beat of the order process failed: {error!r}")
            await asyncio.sleep(BEAT_S)

    def _beat(self) -> None:
        now_ns = monotonic_ns()
        self._heartbeat[0] = now_ns
        self._beats += 1
        self._watch_core(now_ns)
        self._stand_down.watch()
        self.reports.pump()
        self._drain()
        if self._beats % STATUS_BEATS == 0:
            self._look_up_what_is_overdue(now_ns)
            self.status["open_at_venue"] = len(self.orders.open_ids)
            self.status["unknown"] = sum(order.is_unknown for order in self.orders.open_orders())
            self.status["log_bytes"] = self.reports.bytes + self._request_log.count * EVENT.itemsize
            if self.reports.fault:
                self.say(self.reports.fault)

    def _watch_core(self, now_ns: int) -> None:
        beat_ns = int(self._core_heartbeat[0])
        is_stale = beat_ns != 0 and now_ns - beat_ns > self.config.core_stale_ms * 1_000_000
        if is_stale and not self._core_was_stale:
            self.say("the core stopped beating: every order is cancelled and the desk is halted")
            self.halts.halt(at_ns=now_ns, reason="order process: the core stopped beating")
        self._core_was_stale = is_stale

    async def _finish(self) -> None:
        if self._tasks:
            self.reconciler.soon()
            await asyncio.wait(self._tasks, timeout=1.0)
            for task in self._tasks:
                task.cancel()
        self.reports.close()
        self._request_log.close()
        self.status["state"] = FeedState.DOWN
        with suppress(Exception):
            await asyncio.wait_for(self.venue.close(), 1.0)
        self._lock.release()


def _answer_to(request: np.ndarray, detail: Report, source_id: int) -> np.ndarray:
    report = np.zeros(1, EVENT)
    report["kind"], report["detail"], report["source_id"] = EventKind.EXECUTION_REPORT, detail, source_id
    for name in ("client_id", "instrument_id", "strategy_id", "account_id", "group_id", "origin", "side"):
        report[name] = request[name]
    for name in ("order_type", "time_in_force", "price_ticks", "quantity_lots"):
        report[name] = request[name]
    report["received_ns"] = monotonic_ns()
    return report
