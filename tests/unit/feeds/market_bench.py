"""A market side on a bench: memory, a connector and what a core would read of its ring."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import numpy as np

from core.clock import wall_offset_ns
from core.memory.files import Memory, create_files
from core.memory.numpy_ring import Consumer
from feeds.config import VenueConfig
from feeds.connection import Pacer
from feeds.decode import DecodeBuffers
from feeds.frames import AtEnd, FrameServer
from feeds.instruments import write_table
from feeds.listing import choose, read_listing
from feeds.market_process import make_market
from feeds.market_socket import Socket
from feeds.publisher import Publisher
from feeds.recording import Recording
from feeds.warmup import warm_up
from tests.venue_bench import market_only

GROUP = "binance"
ROLES = frozenset({"desk", "core", f"core.{GROUP}", f"market.{GROUP}", f"order.{GROUP}"})


class MarketBench:
    """One process playing all roles."""

    def __init__(self, listing: str | Sequence[str], config: VenueConfig, *, capacity: int = 1 << 16) -> None:
        """`listing`: the bodies of the venue's lists of instruments, in the order of its `listing_requests`."""
        self.memory = Memory(create_files("bench", (GROUP,), market_only(capacity)), ROLES)
        bodies = [body.encode() for body in ([listing] if isinstance(listing, str) else listing)]
        listed = read_listing(config.dialect or config.name, bodies, venue=config.name)
        instruments = choose(listed, config.instruments, venue=config.name)
        write_table(
            self.memory.table("instruments"),
            self.memory.lines("instrument_count")[0],
            [(0, instrument) for instrument in instruments],
        )
        self.table = self.memory.table("instruments")[: len(instruments)]
        self.publisher = Publisher(self.memory, GROUP)
        buffers = DecodeBuffers(self.publisher, self.memory.histograms(f"market.{GROUP}"), wall_offset_ns())
        self.market = make_market(self.memory, self.publisher, buffers, config, 0)
        self.socket: Socket[Any] | None = None
        self.ring = Consumer(self.memory.ring(f"market.{GROUP}"))

    def feed(self, frame: str | bytes, received_ns: int = 1) -> None:
        """As if it came off a socket that carries all books."""
        if self.socket is None:
            self.socket = Socket(self.market, list(self.market.books.values()), Pacer(0.0))
        self.market.receive(frame if isinstance(frame, bytes) else frame.encode(), received_ns, self.socket)
        self.market.count_up()

    def take(self) -> np.ndarray:
        """Everything that waits."""
        records = self.ring.peek()
        self.ring.release(len(records))
        return records


@asynccontextmanager
async def playing(
    recording: Recording, *, speed: float = 0.0, at_end: AtEnd = "hold", symbols: tuple[str, ...] = ()
) -> AsyncIterator[tuple[FrameServer, MarketBench]]:
    """A recording, its server and a market side that is connected to it."""
    warm_up()
    server = FrameServer(recording, speed=speed, at_end=at_end, patience_s=20.0)
    ready = await server.start()
    config = VenueConfig(
        name="binance",
        rest_url=ready.rest_url,
        ws_url=ready.ws_url,
        instruments=symbols or ready.symbols,
        trade_stream=ready.trade_stream,  # type: ignore[arg-type]
        reconnect_first_ms=5,
        reconnect_most_ms=20,
    )
    bench = MarketBench(recording.exchange_info, config)
    running = asyncio.create_task(bench.market.run())
    try:
        yield server, bench
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await server.stop()
