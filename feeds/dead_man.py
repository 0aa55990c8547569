"""The venue's own dead-man timer: when it hears nothing from us for so long, it cancels everything by itself.

    armed        at once when an order of ours is open, where the venue has one (contract.DeadMan)
    refreshed    three times within its length, while the core beats and nobody has said halt
    disarmed     at the first refresh that finds nothing of ours open, and at a normal end with nothing open

Whoever dies, hangs or loses the line lets it run out: this process, the core, the machine. During a halt it is not
refreshed either: should every cancel of ours fail, the venue does it. Once the venue has shown that nothing is open but
stops that are to stay (standing_down.py) it is taken back, because it would not spare those. It cancels the orders of
everybody on the account, so it is not used with `kill_scope = "own"`.
"""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from core.clock import NS_PER_SECOND, monotonic_ns
from feeds.sent_orders import is_external
from feeds.venues.contract import DeadMan

if TYPE_CHECKING:
    from feeds.gateway import OrderGateway

REFRESHES = 3
TRY_AGAIN_NS = NS_PER_SECOND
END_S = 1.0


class DeadManTimer:
    """Of one gateway."""

    def __init__(self, gateway: "OrderGateway") -> None:
        self._gateway = gateway
        self._venue = gateway.venue if isinstance(gateway.venue, DeadMan) else None
        self._length_s = gateway.config.dead_man_s if gateway.config.kill_scope == "account" else 0
        self._next_ns = 0
        self._ends_ns = 0
        """When the venue will cancel everything; 0: it is not armed."""
        self._is_asking = False

    @property
    def is_armed(self) -> bool:
        return self._ends_ns != 0

    def watch(self, now_ns: int, *, is_core_alive: bool) -> None:
        """Called every few milliseconds."""
        if self._venue is None or not self._length_s or self._is_asking:
            return
        if self.is_armed and now_ns > self._ends_ns:
            self._set_end(0)
            self._gateway.say("the venue's dead-man timer ran out: it has cancelled every order of the account")
            self._gateway.reconciler.soon()
        if now_ns < self._next_ns:
            return
        if not is_core_alive or self._gateway.halts.is_halted:
            if self.is_armed and self._gateway.leaves_stops:
                self._gateway.start(self._ask(self._venue, 0))
            return
        if self._has_open_orders():
            self._gateway.start(self._ask(self._venue, self._length_s))
        elif self.is_armed:
            self._gateway.start(self._ask(self._venue, 0))

    async def end(self, *, keep_orders: bool) -> None:
        """A normal end. Orders that stay behind are left to the timer, unless somebody wants them to stay."""
        if self._venue is not None and self.is_armed and (keep_orders or not self._has_open_orders()):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ask(self._venue, 0), END_S)

    async def _ask(self, venue: DeadMan, length_s: int) -> None:
        self._is_asking = True
        now_ns = monotonic_ns()
        try:
            await venue.keep_alive(length_s)
        except Exception as error:
            self._next_ns = now_ns + TRY_AGAIN_NS
            self._gateway.say(f"the venue's dead-man timer could not be set, trying on: {error}")
        else:
            self._set_end(now_ns + length_s * NS_PER_SECOND if length_s else 0)
            self._next_ns = now_ns + length_s * NS_PER_SECOND // REFRESHES
        finally:
            self._is_asking = False

    def _set_end(self, ends_ns: int) -> None:
        self._ends_ns = ends_ns
        self._gateway.status["dead_man_ns"] = ends_ns

    def _has_open_orders(self) -> bool:
        """Of ours: the timer never touches an account on which only others have orders."""
        return any(not is_external(client_id) for client_id in self._gateway.orders.open_ids)
