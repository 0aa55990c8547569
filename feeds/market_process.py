"""The process of one venue group's market data: socket to ring.

    python -m feeds.market_process --group G --descriptor JSON --settings JSON

Ends cleanly at SIGTERM with exit code 0. The core's wishes (feed_requests: RESYNC of an instrument, or -1 for all) wake
it through its bell.
"""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress

from core.memory.files import Memory, RingParts
from core.memory.numpy_ring import Consumer, on_bell
from feeds.child import Arguments, beat_for_ever, instruments_of, on_end, read_arguments
from feeds.config import MarketSettings
from feeds.publisher import Publisher
from feeds.venues.binance.market import BinanceMarket
from feeds.warmup import warm_up


class Wishes:
    """What the core asks of the feed."""

    def __init__(self, ring: RingParts, venue: BinanceMarket) -> None:
        self._ring, self._venue = Consumer(ring), venue
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self) -> None:
        while not self._ring.is_empty_after_parking():
            waiting = self._ring.peek()
            for instrument_id in {int(request["instrument_id"]) for request in waiting}:
                task = asyncio.get_running_loop().create_task(self._venue.resync(instrument_id))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            self._ring.release(len(waiting))


async def run(arguments: Arguments, settings: MarketSettings) -> None:
    """Until SIGTERM."""
    group, role = arguments.group, f"market.{arguments.group}"
    memory = Memory(arguments.descriptor, frozenset({role}))
    whole = asyncio.current_task()
    assert whole is not None
    on_end(whole.cancel)
    starting = asyncio.create_task(beat_for_ever(memory.heartbeat(role), lambda: None))
    await asyncio.to_thread(warm_up)
    publisher = Publisher(memory, group)
    venue = BinanceMarket(
        publisher,
        settings.venue,
        instruments_of(memory, publisher.source_id, settings.venue.instruments),
        histograms=memory.histograms(role),
        wall_offset_ns=settings.wall_offset_ns,
    )
    wishes = Wishes(memory.ring(f"feed_requests.{group}"), venue)

    def beat() -> None:
        publisher.tell_loss()
        wishes.take()

    starting.cancel()
    beating = asyncio.create_task(beat_for_ever(memory.heartbeat(role), beat))
    bell = arguments.descriptor.bells.get(role, -1)
    if bell >= 0:
        on_bell(asyncio.get_running_loop(), bell, wishes.take)
    try:
        await venue.run()
    finally:
        beating.cancel()


def main(arguments: Sequence[str] | None = None) -> int:
    given, settings = read_arguments("feeds.market_process", MarketSettings, arguments)
    with suppress(asyncio.CancelledError):
        asyncio.run(run(given, settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
