"""The exchange in real time: virtual time is the wall clock, arrivals travel, reports travel back, the market is told.

    send ── latency ──► journal is written at once; the exchange works on it when virtual time gets there
    exchange ── latency ──► account's listener
    exchange ── every frame, and whenever it works for an order ──► market's listener

One alarm wakes for whatever is due first.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress

import numpy as np

from core.clock import monotonic_ns
from feeds.simulator.alarm import Alarm
from feeds.simulator.crowd import CYCLE_NS
from feeds.simulator.exchange import Exchange
from feeds.simulator.generator import below, seed_words
from feeds.simulator.keeping import Keeper
from feeds.simulator.settings import SimulatorSettings

LONGEST_STEP_NS = 500_000_000
"""Virtual time that one call makes up for: after a SIGSTOP the past is worked through without losing the beat."""


class LiveExchange:
    """Drives one exchange from one asyncio loop. `keeper` None: nothing is kept."""

    def __init__(
        self, exchange: Exchange, settings: SimulatorSettings, *, wall_offset_ns: int, keeper: Keeper | None
    ) -> None:
        self.exchange, self.keeper, self.wall_offset_ns = exchange, keeper, wall_offset_ns
        self.on_market: Callable[[np.ndarray], None] = _drop
        """Is given MARKET_EVENT[n], and may keep and change it."""
        self._listeners: dict[int, list[Callable[[np.void], None]]] = {}
        self._reports: deque[np.void] = deque()
        self._latency_ns, self._jitter_ns = settings.latency_us * 1_000, settings.jitter_us * 1_000
        self._frame_ns = settings.frame_us * 1_000
        # The way there is drawn from real time's own generator: arrivals are recorded with their time.
        self._words = seed_words(settings.seed ^ exchange.now_ns, stream=2)
        self._last_arrival_ns = 0
        self._travelling: deque[tuple[int, asyncio.Future[None]]] = deque()
        self._frame_due_ns = 0
        self._alarm: Alarm | None = None

    @property
    def now_ns(self) -> int:
        """Virtual time: wall nanoseconds."""
        return monotonic_ns() + self.wall_offset_ns

    def listen(self, account: int, report: Callable[[np.void], None]) -> None:
        """Private reports of an account, each when it has travelled back."""
        self._listeners.setdefault(account, []).append(report)

    def start(self) -> None:
        """In a running loop."""
        self._alarm = Alarm(asyncio.get_running_loop(), self.pump)
        self._frame_due_ns = self.now_ns
        self.pump()

    def close(self) -> None:
        if self._alarm is not None:
            self._alarm.close()
            self._alarm = None
        for _, arrived in self._travelling:
            arrived.cancel()
        if self.keeper is not None:
            self.keeper.close()

    def send(self, request: np.void, *, account: int, book: int) -> int:
        """A request leaves for the venue; returns when it arrives. Raises OSError: it was not recorded, not sent."""
        arrival = self.exchange.as_arrival(self._arrival_ns(), request, account=account, book=book)
        if self.keeper is not None:
            self.keeper.record(arrival)
        self.exchange.submit(arrival[0])
        self._last_arrival_ns = int(arrival["venue_ns"][0])
        self._set_alarm()
        return self._last_arrival_ns

    async def ask(self) -> None:
        """A question travels there behind everything that was sent, and its answer back."""
        now_ns = self.now_ns
        arrival_ns = self._arrival_ns()
        self._last_arrival_ns = arrival_ns
        arrived: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._travelling.append((arrival_ns, arrived))
        self._set_alarm()
        await arrived
        await asyncio.sleep(max(0, arrival_ns - now_ns) / 1e9)

    def pump(self) -> None:
        """Bring the exchange to the present and hand out what is due."""
        now_ns = self.now_ns
        self._advance(min(now_ns, self.exchange.now_ns + LONGEST_STEP_NS))
        market = self.exchange.take_market()
        if len(market):
            self.on_market(market)
        for report in self.exchange.take_reports():
            self._reports.append(report)
        while self._reports and self._reports[0]["received_ns"] <= now_ns:
            self._hand_out(self._reports.popleft())
        while self._travelling and self._travelling[0][0] <= self.exchange.now_ns:
            with suppress(asyncio.InvalidStateError):
                self._travelling.popleft()[1].set_result(None)
        if now_ns >= self._frame_due_ns:
            self._frame_due_ns = max(self._frame_due_ns + self._frame_ns, now_ns + self._frame_ns // 2)
        self._set_alarm()

    def _advance(self, until_ns: int) -> None:
        keeper = self.keeper
        while keeper is not None and keeper.snapshot_due_ns <= until_ns:
            self.exchange.advance(keeper.snapshot_due_ns)
            keeper.snapshot()
        self.exchange.advance(until_ns)

    def _hand_out(self, report: np.void) -> None:
        for tell in self._listeners.get(int(report["account_id"]), ()):
            tell(report)

    def _arrival_ns(self) -> int:
        travel_ns = self._latency_ns + int(below(self._words, self._jitter_ns + 1))
        return max(self.now_ns + travel_ns, self._last_arrival_ns + 1)

    def _set_alarm(self) -> None:
        if self._alarm is None:
            return
        due_ns = self._frame_due_ns
        if self.exchange.next_arrival_ns is not None:
            due_ns = min(due_ns, self.exchange.next_arrival_ns)
        if self._reports:
            due_ns = min(due_ns, int(self._reports[0]["received_ns"]))
        if self._travelling:
            due_ns = min(due_ns, self._travelling[0][0] + CYCLE_NS)
        self._alarm.set(due_ns - self.wall_offset_ns)


def _drop(market: np.ndarray) -> None:
    """Nobody listens yet."""
