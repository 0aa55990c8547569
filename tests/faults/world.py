"""A venue that misbehaves on demand, a real connector, real sockets between them, and what a core would read of it.

async with fault_world("kraken", faults=Faults(drop=(3,))) as world:
    await world.heals()      # every book is LIVE and is the venue's own, level by level; no ghost ever entered the ring

Frames are those of tests/golden/venues, fifty times as fast. What must never happen is asserted at every record that
is read: LIVE without a whole snapshot, a change on a book that was given up. Back-offs are short by configuration.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from functools import cache
from typing import Any

import msgspec
import numpy as np

from core.clock import wall_offset_ns
from core.memory.files import Memory, create_files
from core.memory.layout import Capacities
from core.memory.numpy_ring import Consumer
from core.vocabulary import EventFlag, EventKind, FeedState, Side
from feeds.config import VenueConfig
from feeds.decode import DecodeBuffers
from feeds.frames import AtEnd, FrameServer
from feeds.instruments import write_table
from feeds.market import Market
from feeds.market_process import make_market
from feeds.playback.faults import Faults
from feeds.publisher import Publisher
from feeds.recording import Recording
from feeds.venues.bitstamp.market import BitstampMarket
from feeds.warmup import warm_up
from tests.deadline import until
from tests.faults.doorkeeper import Doorkeeper
from tests.played import MORE
from tests.recorded import recorded
from tests.reference.venue_books.walk import walk
from tests.venue_bench import Row, instruments_of, rows

VENUES = ("binance", "kraken", "coinbase", "bitstamp", "hyperliquid", "okx", "bybit", "gateio", "bitfinex")
"""Whose connections are torn in every way: every kind of subscription, snapshot and loss rule is among them."""
ALL_VENUES = (
    *VENUES, "alpaca", "binance-coinm", "binance-usdm", "bitmex", "bybit-linear", "coinbase-exchange", "deribit",
    "dydx", "gateio-futures", "gemini", "htx", "htx-linear-swap", "htx-swap", "kraken-futures", "kraken-v1", "kucoin",
)  # fmt: skip
"""Whose frames are lost, doubled, late … : every protocol that there is a connector and a recording of."""
OTHERS = ALL_VENUES[len(VENUES) :]
GROUP = "faulty"
ROLES = frozenset({"desk", "core", f"core.{GROUP}", f"market.{GROUP}"})
SPEED = 50.0
UNHURRIED = 10_000.0
UNNUMBERED = ("bitstamp", "gemini", "coinbase-exchange", "alpaca", "bitmex")
"""A lost frame is found by comparison, or made good by the fresh snapshot that comes every some minutes."""
SNAPSHOT_WITHIN_S = 0.3
BACK_OFF = {"reconnect_first_ms": 4, "reconnect_most_ms": 40}

compiled = cache(warm_up)

Sides = dict[int, dict[int, int]]
"""side → price in ticks → lots"""


class ReadBook:
    """What a core makes of the records of one instrument; it fails when it would have to trust what it must not."""

    def __init__(self, symbol: str) -> None:
        self.symbol = symbol
        self.sides: Sides = {Side.BUY: {}, Side.SELL: {}}
        self.state = FeedState.DOWN
        self.is_begun = self.is_whole = False
        """A snapshot began, and ended, since the last loss."""

    @property
    def is_live(self) -> bool:
        return self.state is FeedState.LIVE

    def take(self, row: Row) -> None:
        if row.kind == EventKind.FEED_STATE:
            self._take_state(FeedState(row.detail))
        elif row.kind == EventKind.BOOK_LEVEL:
            self._take_level(row)

    def lose(self) -> None:
        self.state, self.is_begun, self.is_whole = FeedState.GAPPED, False, False

    def _take_state(self, state: FeedState) -> None:
        if state is FeedState.LIVE:
            assert self.is_whole, f"{self.symbol}: LIVE, and no snapshot has ended since it was lost"
        else:
            self.is_begun = self.is_whole = False
        self.state = state

    def _take_level(self, row: Row) -> None:
        if row.flags & EventFlag.SNAPSHOT_BEGIN:
            self.sides, self.is_begun = {Side.BUY: {}, Side.SELL: {}}, True
        assert self.is_begun, f"{self.symbol}: a change on a book that was given up: a ghost"
        if row.side:
            if row.quantity_lots:
                self.sides[row.side][row.price_ticks] = row.quantity_lots
            else:
                self.sides[row.side].pop(row.price_ticks, None)
        if row.flags & EventFlag.SNAPSHOT_END:
            self.is_whole = True


class FaultWorld:
    """One connector in memory of its own."""

    def __init__(
        self,
        recording: Recording,
        rest_url: str,
        ws_url: str,
        *,
        clock_ahead_ns: int = 0,
        unknown: str = "",
        pace: float = UNHURRIED,
        snapshots_a_second: float = UNHURRIED,
        snapshots_at_once: int = 1,
        snapshot_within_s: float = SNAPSHOT_WITHIN_S,
        random_unit: Callable[[], float] = random.random,
        **config: Any,
    ) -> None:
        """`clock_ahead_ns`: so far the venue's clock is ahead of ours. `unknown`: a symbol that it does not list.
        `pace`: connects and messages a second; the venues' own would only cost time. `config`: of the VenueConfig."""
        venue = recording.venue
        found = instruments_of(venue, venue, list(recording.lines))
        self.instruments = {symbol: found[symbol] for symbol in recording.symbols}
        if unknown:
            first = found[recording.symbols[0]]
            self.instruments[unknown] = msgspec.structs.replace(first, symbol="NONE.none", venue_symbol=unknown)
        self.memory = Memory(create_files("faults", (GROUP,), SMALL), ROLES)
        table, count = self.memory.table("instruments"), self.memory.lines("instrument_count")[0]
        write_table(table, count, [(0, instrument) for instrument in self.instruments.values()])
        self.publisher = Publisher(self.memory, GROUP)
        offset_ns = wall_offset_ns() - clock_ahead_ns
        buffers = DecodeBuffers(self.publisher, self.memory.histograms(f"market.{GROUP}"), offset_ns)
        settings = VenueConfig(
            name=venue, rest_url=rest_url, ws_url=ws_url, **{**BACK_OFF, **MORE.get(venue, {}), **config}
        )
        self.market: Market[Any] = make_market(self.memory, self.publisher, buffers, settings, 0)
        self.market.connects_a_second = self.market.messages_a_second = pace  # type: ignore[misc]
        self.market.snapshots_a_second = snapshots_a_second  # type: ignore[misc]
        self.market.snapshots_at_once = snapshots_at_once  # type: ignore[misc]
        self.market.messages_at_once = 1  # type: ignore[misc]
        self.market.random_unit = random_unit
        for book in self.market.books.values():
            book.backoff = self.market.new_backoff()
        self.market.snapshot_within_s = snapshot_within_s  # type: ignore[misc]
        if isinstance(self.market, BitstampMarket):
            self.market.quiet_s = 0.2  # type: ignore[misc]
        self.books = {symbol: ReadBook(symbol) for symbol in self.instruments}
        self.truth = {symbol: self.steps_of(symbol, *sides) for symbol, sides in last_books(recording).items()}
        self.seen: Counter[FeedState] = Counter()
        """States that books were said to be in."""
        self._ring = Consumer(self.memory.ring(f"market.{GROUP}"))
        _close_files(self.memory)

    @property
    def status(self) -> np.void:
        self.market.count_up()
        return self.market.status

    @property
    def message(self) -> str:
        return bytes(self.market.status["message"]).decode(errors="replace")

    def steps_of(self, symbol: str, bids: dict[str, str], asks: dict[str, str]) -> Sides:
        tick, lot = self.instruments[symbol].tick, self.instruments[symbol].lot

        def steps(texts: dict[str, str]) -> dict[int, int]:
            return {int(type(tick)(price) / tick): int(type(lot)(size) / lot) for price, size in texts.items()}

        return {Side.BUY: steps(bids), Side.SELL: steps(asks)}

    def take(self) -> None:
        """The ring into our books, and its invariants."""
        while len(records := self._ring.peek()):
            for row in rows(records):
                self._take(row)
            self._ring.release(len(records))

    def _take(self, row: Row) -> None:
        if row.kind == EventKind.FEED_STATE:
            self.seen[FeedState(row.detail)] += 1
        if row.kind == EventKind.LOSS:
            for book in self.books.values():
                book.lose()
        elif row.instrument_id >= 0:
            list(self.books.values())[row.instrument_id].take(row)

    @property
    def is_true(self) -> bool:
        """Every book is LIVE and what the venue's is at the end of the recording."""
        return self.are_true(self.books)

    def are_true(self, symbols: Iterable[str]) -> bool:
        self.take()
        return all(self.books[symbol].is_live and self.books[symbol].sides == self.truth[symbol] for symbol in symbols)

    async def heals(self, *, within_s: float = 20.0) -> None:
        try:
            await until(lambda: self.is_true, within_s=within_s)
        except AssertionError:
            for symbol, book in self.books.items():
                assert (book.state.name, book.sides) == ("LIVE", self.truth[symbol]), (symbol, self.message)
            raise

    async def loses(self, *, within_s: float = 20.0) -> None:
        """Some book was given up after it had been live."""
        self.take()
        before = self.untrusted_states
        await until(lambda: self.take() or self.untrusted_states > before, within_s=within_s)

    @property
    def untrusted_states(self) -> int:
        return self.seen[FeedState.GAPPED] + self.seen[FeedState.DOWN]


SMALL = Capacities(
    instruments=16, books=4, strategies=1, positions=16, open_orders=64, market=1 << 14, order_requests=64, cancels=64,
    execution_reports=64, tape=64, journal=64,
)  # fmt: skip


def _close_files(memory: Memory) -> None:
    """They are mapped; hundreds of worlds in one process would use up its files."""
    for number in {*memory.descriptor.files.values(), *memory.descriptor.bells.values()}:
        with suppress(OSError):
            os.close(number)


@cache
def last_books(recording: Recording) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
    """By the slow reference, of the books that a connector asks for."""
    walked = walk(recording)
    for _ in walked:
        pass
    found = {symbol: book for books in walked.by_conn.values() for symbol, book in books.books.items()}
    return {symbol: (found[symbol].bids, found[symbol].asks) for symbol in recording.symbols}


@asynccontextmanager
async def running(world: FaultWorld) -> AsyncIterator[FaultWorld]:
    """The connector runs; it may end only because we end it."""
    task = asyncio.create_task(world.market.run())
    try:
        yield world
        assert not task.done(), "the connector ended by itself"
        world.take()
    finally:
        task.cancel()
        outcome = (await asyncio.gather(task, return_exceptions=True))[0]
        assert outcome is None or isinstance(outcome, asyncio.CancelledError), outcome


@asynccontextmanager
async def fault_world(
    venue: str, *, faults: Faults | None = None, at_end: AtEnd = "hold", **config: Any
) -> AsyncIterator[tuple[FrameServer, FaultWorld]]:
    """A recorded venue and a connector that runs against it."""
    compiled()
    recording = recorded(venue)
    async with FrameServer(recording, speed=SPEED, at_end=at_end, faults=faults) as server:
        world = FaultWorld(recording, server.rest_url, server.ws_url, **config)
        async with running(world):
            yield server, world


@asynccontextmanager
async def doored_world(
    venue: str, treats: Sequence[str], **config: Any
) -> AsyncIterator[tuple[Doorkeeper, FaultWorld]]:
    """Likewise, with somebody at the door of its sockets."""
    compiled()
    recording = recorded(venue)
    async with (
        FrameServer(recording, speed=SPEED, at_end="hold") as server,
        Doorkeeper(server.ws_url, treats) as door,
    ):
        world = FaultWorld(recording, server.rest_url, door.ws_url, **config)
        async with running(world):
            yield door, world


async def make_sure(venue: str, world: FaultWorld) -> None:
    """What the connector does every minute, or every ten."""
    for book in world.market.books.values() if venue in UNNUMBERED else ():
        if venue == "bitstamp":
            await world.market.compare(book, settling_s=0.0)
        elif book.is_live:
            await world.market.renew(book)
