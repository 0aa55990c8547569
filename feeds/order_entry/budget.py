"""How much may still be asked of a venue now? A bucket that fills by the second, after the venue's documented limit.

An order that finds it empty is not sent: it would be late, and the venue would refuse it. Questions wait for their
turn and leave some for what is urgent. Cancels are never held back, but they count.
"""

import asyncio

from core.clock import NS_PER_SECOND, monotonic_ns
from feeds.errors import RateLimited

KEPT_FOR_URGENT = 0.25
"""Of the bucket: questions leave so much."""


class Budget:
    def __init__(self, a_second: float, *, at_once: float) -> None:
        self._per_ns, self._most, self._left = a_second / NS_PER_SECOND, at_once, at_once
        self._at_ns = monotonic_ns()

    @property
    def left(self) -> float:
        now_ns = monotonic_ns()
        self._left = min(self._most, self._left + (now_ns - self._at_ns) * self._per_ns)
        self._at_ns = now_ns
        return self._left

    def spend(self, cost: float) -> None:
        """Whatever is left."""
        self._left = self.left - cost

    def spend_or_refuse(self, cost: float, *, url: str) -> None:
        """Raises RateLimited: our own count says that the venue would refuse it."""
        if self.left < cost:
            raise RateLimited(url=url, wait_s=(cost - self._left) / (self._per_ns * NS_PER_SECOND))
        self._left -= cost

    async def wait(self, cost: float) -> None:
        """Until there is enough and some remains."""
        kept = self._most * KEPT_FOR_URGENT
        while (short := min(cost + kept, self._most) - self.left) > 0:
            await asyncio.sleep(short / (self._per_ns * NS_PER_SECOND))
        self._left -= cost
