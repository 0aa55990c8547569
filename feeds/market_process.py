"""The process of one venue group's market data: socket to ring.

    python -m feeds.market_process --group G --descriptor JSON --settings JSON

Ends cleanly at SIGTERM with exit code 0. The core's wishes (feed_requests: RESYNC of an instrument, or -1 for all) wake
it through its bell.
"""

import asyncio
import sys
from collections.abc import Sequence

from core.memory.files import Memory
from core.memory.numpy_ring import Consumer, on_bell
from feeds.child import Arguments, beat_for_ever, instruments_of, on_end, read_arguments
from feeds.config import MarketSettings
from feeds.publisher import Publisher
from feeds.venues.binance.market import BinanceMarket


async def run(arguments: Arguments, settings: MarketSettings) -> None:
    """Until SIGTERM."""
    group, role = arguments.group, f"market.{arguments.group}"
    memory = Memory(arguments.descriptor, frozenset({role}))
    publisher = Publisher(memory, group)
    venue = BinanceMarket(
        publisher,
        settings.venue,
        instruments_of(memory, publisher.source_id, settings.venue.instruments),
        histograms=memory.histograms(role),
        wall_offset_ns=settings.wall_offset_ns,
    )
    requests = Consumer(memory.ring(f"feed_requests.{group}"))
    wishes: set[asyncio.Task[None]] = set()

    def take_requests() -> None:
        while not requests.is_empty_after_parking():
            waiting = requests.peek()
            for instrument_id in {int(request["instrument_id"]) for request in waiting}:
                task = asyncio.get_running_loop().create_task(venue.resync(instrument_id))
                wishes.add(task)
                task.add_done_callback(wishes.discard)
            requests.release(len(waiting))

    def beat() -> None:
        publisher.tell_loss()
        take_requests()

    running = asyncio.create_task(venue.run())
    beating = asyncio.create_task(beat_for_ever(memory.heartbeat(role), beat))
    bell = arguments.descriptor.bells.get(role, -1)
    if bell >= 0:
        on_bell(asyncio.get_running_loop(), bell, take_requests)
    on_end(running.cancel)
    try:
        await running
    except asyncio.CancelledError:
        pass
    finally:
        beating.cancel()


def main(arguments: Sequence[str] | None = None) -> int:
    given, settings = read_arguments("feeds.market_process", MarketSettings, arguments)
    asyncio.run(run(given, settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
