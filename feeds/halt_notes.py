"""What one order process writes into the kill report: every try at its venue, what was answered, and the proof.

Written beside the work by a thread, because a disk may be slow and cancels must not wait for it. The `halted` file that
names the report is written by who said halt; if nobody does (the desk is dead and it was us), it is written here.
"""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from core.clock import monotonic_ns
from feeds.durable_halt import DurableHalt, write_durable_halt
from feeds.halting import HaltLines
from feeds.kill_report import ANSWER, CANCEL, CLEAN, CLOSE, FAULT, FLAT, HELD, OPEN, SEEN, Reporter
from feeds.venues.contract import VenueReport

ALONE_AFTER_NS = 300_000_000
FAULT_AGAIN_NS = 1_000_000_000


class HaltNotes:
    """Of one gateway."""

    def __init__(self, root: Path, *, venue: str, say: Callable[[str], None]) -> None:
        """`root`: the folder of the desk."""
        self._root, self._venue, self._say = root, venue, say
        self._pen = Reporter(root, f"order process {venue}")
        self._writing: asyncio.Task[None] | None = None
        self._last_list: tuple[list[int], bool] | None = None
        self._last_held: list[str] | None = None
        self._last_fault = ("", 0)

    def keep(self, halts: HaltLines) -> None:
        """Called every few milliseconds: what was noted goes to the disk."""
        if self._pen.has_steps and (self._writing is None or self._writing.done()):
            self._writing = asyncio.get_running_loop().create_task(self._write(halts))

    async def finish(self) -> None:
        """At the end of the process. Who is re-armed meanwhile has no report to write to."""
        if self._writing is not None:
            await self._writing
        if self._pen.has_steps:
            await asyncio.to_thread(self._pen.write)

    def seen(self, halts: HaltLines) -> None:
        self._last_list = self._last_held = None
        self._note(SEEN, f"{halts.reason}{' · flatten' if halts.wants_flat else ''}")

    def listed(self, orders: list[int], asked_ns: int, *, may_arrive: bool) -> None:
        """Only what is new: a list is asked for hundreds of times a second."""
        if (orders, may_arrive) != self._last_list:
            self._last_list = (orders, may_arrive)
            text = ", ".join(str(order) for order in orders[:20]) + (" …" if len(orders) > 20 else "")
            if may_arrive:
                text = f"{text}; something was sent and not answered yet".lstrip("; ")
            self._note(OPEN, text, count=len(orders), asked_ns=asked_ns)

    def cancelled(self, order: int, fault: str, asked_ns: int) -> None:
        self._note(CANCEL, fault or "the venue answered", order=order, asked_ns=asked_ns)

    def cancelled_in_one(self, orders: int, fault: str, asked_ns: int) -> None:
        text = f"everything in one call, {orders} known: {fault or 'the venue answered'}"
        self._note(CANCEL, text, count=orders, asked_ns=asked_ns)

    def answer(self, answer: VenueReport) -> None:
        words = [answer.report.name]
        if answer.reject:
            words.append(answer.reject.name)
        if answer.venue_ns:
            words.append(f"venue time {answer.venue_ns // 1_000_000} ms")
        self._note(ANSWER, ", ".join(words), order=answer.venue_order_id)

    def clean(self, cancelled: int, left: int) -> None:
        """`left`: stops that stay (feeds/standing_down.py)."""
        listed = f"nothing but {left} protective stop{'s' * (left > 1)}" if left else "no open order"
        self._note(CLEAN, f"the venue lists {listed}; {cancelled} cancelled", count=left)

    def held(self, positions: list[str], asked_ns: int) -> None:
        if positions != self._last_held:
            self._last_held = positions
            self._note(HELD, ", ".join(positions), count=len(positions), asked_ns=asked_ns)

    def closing(self, what: str, fault: str, asked_ns: int) -> None:
        self._note(CLOSE, f"{what}: {fault}" if fault else what, asked_ns=asked_ns)

    def flat(self, orders: int) -> None:
        self._note(FLAT, f"the venue shows no position; {orders} orders", count=0)

    def fault(self, text: str) -> None:
        """The same one at most once a second."""
        now_ns = monotonic_ns()
        if text != self._last_fault[0] or now_ns - self._last_fault[1] > FAULT_AGAIN_NS:
            self._last_fault = (text, now_ns)
            self._note(FAULT, text)

    def _note(self, what: str, text: str, *, count: int = -1, order: int = 0, asked_ns: int = 0) -> None:
        took_ms = (monotonic_ns() - asked_ns) / 1e6 if asked_ns else -1.0
        self._pen.note(what, text, venue=self._venue, count=count, order=order, took_ms=took_ms)

    async def _write(self, halts: HaltLines) -> None:
        try:
            if await asyncio.to_thread(self._pen.write):
                return
            is_old = time.time_ns() - self._pen.oldest_wall_ns > ALONE_AFTER_NS
            if is_old and halts.is_halted:
                halt = DurableHalt(
                    halts.reason, halts.wants_flat, self._pen.oldest_wall_ns, halts.total, by_person=halts.is_meant
                )
                await asyncio.to_thread(write_durable_halt, self._root, halt)
        except OSError as error:
            self._say(f"the kill report cannot be written: {error}")
