"""The order process's heart: requests leave the rings for the venue, reports come back; nothing lost, nothing twice.

    ring ─ claim ─ log ─ send ─ release            order_intake.py: cancels first, halt lines read before every send
    venue ─ report ─ log ─ ring                    order_reports.py: known by execution id, numbered by the log
    venue's lists against our log                  reconciliation.py: at the start and every few seconds
    halt lines ─ cancel until nothing is open      standing_down.py: and with `flatten` until the venue shows flat
    the venue's own dead-man timer                 dead_man.py: armed while orders are open and the core beats

Deaths. What a predecessor had claimed, and what it had logged without an answer, is UNKNOWN and looked up at the venue
by client id; it is never sent again. What was not claimed is sent if it is still valid, else NOT_SENT.

A new order or a replacement that is late or meets a halt is not sent: NOT_SENT, and REPLACE_REJECTED for a
replacement, because the order itself lives on. Cancels never expire and pass a halt. Whatever is asked of an order
that is over is answered with STATE: what became of it.
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
from core.memory.files import Memory, RingParts
from core.memory.numpy_ring import Producer, on_bell
from core.vocabulary import FeedState, Hop, OrderStatus, Report
from feeds.account_lock import AccountLock
from feeds.config import GatewayConfig
from feeds.dead_man import DeadManTimer
from feeds.halt_notes import HaltNotes
from feeds.halting import HaltLines
from feeds.kill_file import REASON, wants_flat, wants_halt
from feeds.order_intake import OrderIntake
from feeds.order_reports import OrderReports
from feeds.reconciliation import Reconciler
from feeds.report_log import ReportLog
from feeds.sent_orders import SentOrder, SentOrders
from feeds.shortened_logs import shorten_logs
from feeds.standing_down import StandDown
from feeds.venues.contract import OrderVenue, VenueReport

BEAT_S = 0.005
"""How often halt lines and the core's heartbeat are looked at without a bell."""
STATUS_BEATS = 10
PAUSE_S = 0.001
RECONNECT_S = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
KEEP_ORDERS = "keep-orders"
"""A file of the desk: it was ended with --keep-orders."""
END_S = 1.0
"""At the end, answers that are under way are waited for so long."""


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
        kill_file: Path | None = None,
    ) -> None:
        """`folder`: of this group, below the desk's; the logs lie there. `account`: names the account, e.g. its key;
        only a hash of it is stored. `kill_file`: halts by being there."""
        self._lock = AccountLock(lock_folder, venue=venue.name, account=account)
        self.group, self.source_id = group, memory.descriptor.groups.index(group)
        self.venue, self.config = venue, config
        self.status: np.void = memory.table(f"gateway.{group}")[0]
        self.status["venue"] = venue.name.encode()
        self.instruments = memory.table("instruments")
        self.halts = HaltLines(memory, control.FIRST_ORDER_LINE + self.source_id)
        self.orders = SentOrders()
        self.under_way = 0
        requests_path, reports_path = folder / "requests.log", folder / "reports.log"
        reports_ring = memory.ring(f"execution_reports.{group}")
        last_in_ring = _last_in(reports_ring)
        try:
            shorten_logs(requests_path, reports_path, last_in_ring=last_in_ring)
        except OSError as error:
            self.say(f"the logs of the order process stay as long as they are: {error}")
        self.intake = OrderIntake(self, memory, requests_path, durable=config.durable)
        self.reports = OrderReports(
            ReportLog(reports_path, Producer(reports_ring), last_in_ring, durable=config.durable),
            self.orders,
            self.status,
            source_id=self.source_id,
            to_ack=Tally(memory.histograms(f"order.{group}")[Hop.WIRE_TO_ACK]),
            look_up=lambda order: self.look_up_soon(order, tell_unknown=False),
        )
        self.orders.restore(self.intake.logged, self.reports.log.records)
        self.reconciler = Reconciler(self)
        self._notes = HaltNotes(folder.parent, venue=venue.name, say=self.say)
        self._stand_down = StandDown(self, self._notes)
        self._kill_file = kill_file
        self._dead_man = DeadManTimer(self)
        self._keep_orders = folder.parent / KEEP_ORDERS
        self._heartbeat = memory.heartbeat(f"order.{group}")
        self._core_heartbeat = memory.heartbeat("core")
        self._bell = memory.descriptor.bells.get(f"order.{group}", -1)
        self._tasks: set[asyncio.Task[None]] = set()
        self._looking_up: set[int] = set()
        self._stopping = asyncio.Event()
        self._is_open = False
        self._core_was_stale = False
        self._beats = 0

    async def run(self) -> None:
        """Until `stop`. A venue that cannot be reached is tried again for ever, with beats and a sentence."""
        loop = asyncio.get_running_loop()
        if self._bell >= 0:
            on_bell(loop, self._bell, self._on_bell)
        beating = asyncio.create_task(self._beat_for_ever())
        try:
            if await self._open_venue():
                self._is_open = True
                self._drain()
                await self._stopping.wait()
        finally:
            self._is_open = False
            beating.cancel()
            if self._bell >= 0:
                loop.remove_reader(self._bell)
            await self._finish()

    def stop(self) -> None:
        """Take nothing more; `run` returns when what is under way has been answered or has waited a second."""
        self._stopping.set()

    @property
    def is_stopping(self) -> bool:
        return self._stopping.is_set()

    def say(self, sentence: str) -> None:
        """The last fault, for the screen."""
        self.status["message"] = sentence.encode()[:104]

    def on_report(self, answer: VenueReport) -> None:
        """The venue's callable. Whatever it says, this process lives on."""
        try:
            self._stand_down.heard(answer)
            self.reports.take(answer)
        except Exception as error:
            self.say(f"an answer of the venue made no sense: {error!r}")
            self.reconciler.soon()

    def may_send(self, request: np.ndarray) -> bool:
        """In time, and nobody has said halt."""
        valid_until_ns = int(request["valid_until_ns"][0])
        in_time = valid_until_ns == 0 or monotonic_ns() <= valid_until_ns
        return in_time and not self._core_was_stale and not self.halts.is_halted

    def order_of(self, request: np.ndarray) -> SentOrder | None:
        """Whom EVENT[1] speaks of."""
        client_id, instrument_id = int(request["client_id"][0]), int(request["instrument_id"][0])
        return self.orders.find(client_id, instrument_id, int(request["reference_id"][0]))

    def look_up_soon(self, order: SentOrder, *, tell_unknown: bool = True) -> None:
        """Ask the venue what became of an order, until it answers."""
        if order.client_id in self._looking_up:
            return
        self._looking_up.add(order.client_id)
        if tell_unknown and not order.is_final and not order.is_unknown:
            self.reports.tell(self.reports.about(order, Report.UNKNOWN, OrderStatus.UNKNOWN))
        self.start(self._look_up(order))

    def is_looking_up(self, order: SentOrder) -> bool:
        return order.client_id in self._looking_up

    @property
    def leaves_stops(self) -> bool:
        """Halted, and nothing is open at the venue but stops that stay."""
        return self._stand_down.leaves_stops

    def has_unanswered(self) -> bool:
        """Something was sent of which the venue may hold more than it shows."""
        return any(order.is_in_doubt or order.under_way for order in self.orders.open_orders())

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run it beside everything else; its failure is said and ends nothing."""
        self.under_way += 1
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    async def pause(self) -> None:
        """Let answers come in."""
        await asyncio.sleep(PAUSE_S)

    def _done(self, task: asyncio.Task[None]) -> None:
        self.under_way -= 1
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self.say(f"a task of the order process failed: {task.exception()!r}")
        self._drain()

    async def _look_up(self, order: SentOrder) -> None:
        try:
            await self.reconciler.look_up(order)
        finally:
            self._looking_up.discard(order.client_id)

    def _on_bell(self) -> None:
        """A request waits, or somebody has said halt."""
        self._stand_down.watch()
        self._drain()

    def _drain(self) -> None:
        if self._is_open and not self.is_stopping:
            self.intake.drain()

    async def _open_venue(self) -> bool:
        """Connect, obey a halt, settle what a predecessor left, then trade. False: told to stop before that."""
        self.status["state"] = FeedState.CONNECTING
        if not await self._until_it_works(lambda: self.venue.start(self.on_report), "connect to the venue"):
            return False
        self.status["state"] = FeedState.SYNCING
        self.intake.know_what_was_in_hand()
        # Before a halt is obeyed: it is not over while something is unanswered.
        self._look_up_unanswered()
        if not await self._until_it_works(self._stand_down.begin, "cancel after a halt"):
            return False
        if not await self._until_it_works(self.reconciler.begin, "compare orders with the venue"):
            return False
        self.intake.look_up_what_was_in_hand()
        self._look_up_unanswered()
        self.start(self.reconciler.run_for_ever())
        self.status["state"] = FeedState.LIVE
        return True

    def _look_up_unanswered(self) -> None:
        for order in list(self.orders.by_client.values()):
            self.reports.settle_replacement(order)
        for order in self.orders.open_orders():
            if order.is_in_doubt:
                self.look_up_soon(order, tell_unknown=order.needs_answer)

    async def _until_it_works(self, attempt: Callable[[], Coroutine[Any, Any, None]], what: str) -> bool:
        tries = 0
        while not self.is_stopping:
            try:
                await attempt()
            except Exception as error:
                self.say(f"cannot {what}, trying again: {error}")
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), RECONNECT_S[min(tries, len(RECONNECT_S) - 1)])
                tries += 1
            else:
                return True
        return False

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
        self._watch_core(now_ns)
        self._watch_kill_file(now_ns)
        self._stand_down.watch()
        self._dead_man.watch(now_ns, is_core_alive=not self._core_was_stale)
        self.reports.log.pump()
        self._drain()
        self._beats += 1
        if self._beats % STATUS_BEATS == 0:
            self._look_up_what_is_overdue(now_ns)
            self.status["open_at_venue"] = len(self.orders.open_ids)
            self.status["unknown"] = sum(order.is_unknown for order in self.orders.open_orders())
            self.status["log_bytes"] = self.reports.log.bytes + self.intake.log_bytes
            if self.reports.log.fault:
                self.say(self.reports.log.fault)

    def _watch_core(self, now_ns: int) -> None:
        beat_ns = int(self._core_heartbeat[0])
        is_stale = beat_ns != 0 and now_ns - beat_ns > self.config.core_stale_ms * 1_000_000
        if is_stale and not self._core_was_stale:
            self.say("the core stopped beating: the desk is halted, every order but stops at the venue is cancelled")
            self.halts.halt(at_ns=now_ns, reason="order process: the core stopped beating")
        self._core_was_stale = is_stale

    def _watch_kill_file(self, now_ns: int) -> None:
        """The desk does, too; it may be dead."""
        path = self._kill_file
        if path is not None and self._beats % STATUS_BEATS == 0 and wants_halt(path) and not self.halts.is_halted:
            self.halts.halt(at_ns=now_ns, reason=REASON, flatten=wants_flat(path), by_person=True)

    def _look_up_what_is_overdue(self, now_ns: int) -> None:
        if not self._is_open:
            return
        for order in self.orders.open_orders():
            overdue = now_ns - order.asked_ns > self.config.answer_ms * 1_000_000
            if overdue and order.is_in_doubt and not order.under_way:
                self.look_up_soon(order, tell_unknown=order.needs_answer)

    async def _finish(self) -> None:
        self.reconciler.soon()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=END_S)
            for task in list(self._tasks):
                task.cancel()
        await self._dead_man.end(keep_orders=self._keep_orders.exists())
        with suppress(OSError):
            await self._notes.finish()
        self.reports.log.close()
        self.intake.close()
        self.status["state"] = FeedState.DOWN
        with suppress(Exception):
            await asyncio.wait_for(self.venue.close(), END_S)
        self._lock.release()


def _last_in(ring: RingParts) -> np.void | None:
    """The newest record that a ring ever held."""
    produced = int(ring.produced[0])
    return ring.slots[(produced - 1) & (len(ring.slots) - 1)].copy() if produced else None
