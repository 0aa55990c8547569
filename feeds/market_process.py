"""The process of one venue group's market data: sockets to ring. A group is one venue or several.

    python -m feeds.market_process --group G --descriptor JSON --settings JSON

Ends cleanly at SIGTERM with exit code 0. The core's wishes (feed_requests: RESYNC of an instrument, or -1 for all) wake
it through its bell.
"""

import asyncio
import gc
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from core.memory.files import Memory, RingParts
from core.memory.numpy_ring import Consumer, on_bell
from feeds.child import Arguments, beat_for_ever, instruments_of, on_end, read_arguments
from feeds.config import MarketSettings, VenueConfig
from feeds.decode import DecodeBuffers
from feeds.market import Market
from feeds.own_orders import OwnOrders
from feeds.publisher import Publisher
from feeds.touch import CoreTops
from feeds.venues.catalogue import complete, load, venue
from feeds.warmup import warm_up

LOOK_EVERY_S = 1.0


class Wishes:
    """What the core asks of the feeds."""

    def __init__(self, ring: RingParts, markets: list[Market[Any]]) -> None:
        self._ring, self._markets = Consumer(ring), markets
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self) -> None:
        while not self._ring.is_empty_after_parking():
            waiting = self._ring.peek()
            for instrument_id in {int(request["instrument_id"]) for request in waiting}:
                for market in self._markets:
                    if instrument_id == -1 or market.owns(instrument_id):
                        task = asyncio.get_running_loop().create_task(market.resync(instrument_id))
                        self._tasks.add(task)
                        task.add_done_callback(self._tasks.discard)
            self._ring.release(len(waiting))


async def serve_when_there(
    memory: Memory, source_id: int, name: str, make: Callable[[], Market[Any]], markets: list[Market[Any]]
) -> None:
    """A venue that was absent when the desk started: the desk writes its instruments into the table when it comes."""
    known = found = 0
    while not found or found != known:  # all of them, not those that were written when we looked
        await asyncio.sleep(LOOK_EVERY_S)
        known, found = found, len(instruments_of(memory, source_id, name))
    market = make()
    markets.append(market)
    await market.run()


def make_market(
    memory: Memory, publisher: Publisher, buffers: DecodeBuffers, config: VenueConfig, row: int
) -> Market[Any]:
    """The connector of one venue, for the instruments of the table that are this venue's. Raises UnknownVenue."""
    config = complete(config)
    instruments = instruments_of(memory, publisher.source_id, config.name)
    about = venue(config.dialect)
    where = about.level_3 if config.level == 3 and about.level_3 else about.market
    made: Market[Any] = load(where)(publisher, config, instruments, buffers, row=row)
    made.best_in_core = CoreTops(memory).best
    return made


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
    buffers = DecodeBuffers(publisher, memory.histograms(role), settings.wall_offset_ns)
    markets = [make_market(memory, publisher, buffers, config, row) for row, config in enumerate(settings.venues)]
    for row, absent in enumerate(settings.absent, len(markets)):
        publisher.feed_row(row, absent.name)["message"] = f"asked again until it is there: {absent.why}".encode()[:104]
    wishes, own = Wishes(memory.ring(f"feed_requests.{group}"), markets), OwnOrders(memory, markets)

    def beat() -> None:
        publisher.tell_loss()
        for market in markets:
            market.count_up()
        own.look()
        wishes.take()

    starting.cancel()
    beating = asyncio.create_task(beat_for_ever(memory.heartbeat(role), beat))
    bell = arguments.descriptor.bells.get(role, -1)
    if bell >= 0:
        on_bell(asyncio.get_running_loop(), bell, wishes.take)
    # What lives now lives for ever: the collector need not walk it whenever frames have made garbage.
    gc.collect()
    gc.freeze()
    try:
        async with asyncio.TaskGroup() as running:
            for market in markets:
                running.create_task(market.run())
            running.create_task(asyncio.Event().wait())  # one that has absent venues only lives too
            for row, absent in enumerate(settings.absent, len(markets)):
                make = partial(make_market, memory, publisher, buffers, absent.venue, row)
                running.create_task(serve_when_there(memory, publisher.source_id, absent.name, make, markets))
    finally:
        beating.cancel()
        beat()


def main(arguments: Sequence[str] | None = None) -> int:
    given, settings = read_arguments("feeds.market_process", MarketSettings, arguments)
    with suppress(asyncio.CancelledError):
        asyncio.run(run(given, settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
