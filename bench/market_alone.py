"""One market process as a desk starts it, with a stand-in for the core that takes its records; and what it costs.

async with MarketAlone((config, …)) as market:
    records = market.take()
    market.cpu_ns()
"""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
import numpy as np

from core.clock import wall_offset_ns
from core.histogram.percentiles import Summary, summary
from core.memory.files import Memory, create_files, keep_open
from core.memory.layout import Capacities
from core.memory.numpy_ring import Consumer, copied
from core.vocabulary import EventKind, FeedState, Hop
from feeds.config import MarketSettings, VenueConfig
from feeds.errors import FeedError
from feeds.instruments import Instrument, write_table
from feeds.listing import fetch_instruments

GROUP = "load"
ROLE = f"market.{GROUP}"
TELL_EVERY_S = 5.0
ROOT = Path(__file__).resolve().parents[1]
START_S = 300.0
"""The limits of a venue are kept here too: a hundred snapshots take their time."""


class MarketAlone:
    def __init__(
        self, configs: tuple[VenueConfig, ...], instruments: list[Instrument] | None = None, *, capacity: int = 1 << 20
    ) -> None:
        """`instruments`: as the venue lists them, when none are given."""
        self.configs, self._instruments, self._capacity = configs, instruments, capacity
        self.records = self.holes = 0
        """Taken; sequence numbers that were missing."""
        self._next = -1

    async def __aenter__(self) -> Self:
        rows = self._instruments if self._instruments is not None else await asyncio.to_thread(self._listed)
        capacities = Capacities(market=self._capacity, tape=64, instruments=max(256, len(rows)))
        descriptor = create_files("load", (GROUP,), capacities)
        self._memory = Memory(descriptor, frozenset({"desk", "core", f"core.{GROUP}"}))
        write_table(
            self._memory.table("instruments"), self._memory.lines("instrument_count")[0], [(0, r) for r in rows]
        )
        self.status = self._memory.table(f"feeds.{GROUP}")[: len(self.configs)]
        self._ring = Consumer(self._memory.ring(ROLE))
        settings = MarketSettings(venues=self.configs, wall_offset_ns=wall_offset_ns())
        texts = (msgspec.json.encode(descriptor).decode(), msgspec.json.encode(settings).decode())
        words = ("--group", GROUP, "--descriptor", texts[0], "--settings", texts[1])
        self._process = subprocess.Popen(
            [sys.executable, "-m", "feeds.market_process", *words],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            pass_fds=keep_open(descriptor),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        await asyncio.to_thread(self._process.wait)

    def _listed(self) -> list[Instrument]:
        """A venue that cannot be served is left out with a word."""
        rows, kept = [], []
        for config in self.configs:
            try:
                rows += fetch_instruments(config)
                kept.append(config)
            except FeedError as error:
                print(f"feeds: {config.name} is left out: {error}", file=sys.stderr)
        self.configs = tuple(kept)
        return rows

    def pin(self, cpu: int) -> None:
        os.sched_setaffinity(self._process.pid, {cpu})

    async def until_live(self) -> None:
        async with asyncio.timeout(START_S):
            told_s = time.monotonic()
            live: set[int] = set()
            while not (self.status["state"] == FeedState.LIVE).all():
                if self._process.poll() is not None:
                    raise RuntimeError("the market process has ended")
                records = self.take()
                is_live = (records["kind"] == EventKind.FEED_STATE) & (records["detail"] == FeedState.LIVE)
                live.update(records["instrument_id"][is_live].tolist())
                if time.monotonic() - told_s > TELL_EVERY_S:
                    told_s = time.monotonic()
                    print(f"feeds: {len(live)} books are live", file=sys.stderr)
                await asyncio.sleep(0.01)

    def take(self) -> np.ndarray:
        """What is in the ring; given back, and its numbering looked at."""
        records = copied(self._ring.peek())
        if len(records):
            sequence = records["sequence"]
            if self._next >= 0:
                self.holes += int(sequence[0] - self._next)
            self.holes += int(sequence[-1] - sequence[0]) + 1 - len(records)
            self._next = int(sequence[-1]) + 1
            self.records += len(records)
            self._ring.release(len(records))
        return records

    def cpu_ns(self) -> int:
        """Of its main thread, ever."""
        return int(Path(f"/proc/{self._process.pid}/schedstat").read_text().split()[0])

    def summary(self, hop: Hop) -> Summary:
        return summary(self._memory.histograms(ROLE)[hop])

    def total(self, field: str) -> int:
        return int(self.status[field].sum())


def trades_and_levels(records: np.ndarray) -> np.ndarray:
    found: np.ndarray = records[(records["kind"] == EventKind.TRADE) | (records["kind"] == EventKind.BOOK_LEVEL)]
    return found
