"""What a venue allows is never exceeded, whatever fails: connects, messages, requests; and nothing here grows with it.

The double's own clock measures. Back-offs have their random number given: 1 is the longest wait of each step.
"""

import asyncio
import gc
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pytest

from core.clock import monotonic_ns
from feeds.market import Market
from feeds.market_books import MOST_BUFFERED
from feeds.playback.faults import Faults
from feeds.venues.catalogue import load
from feeds.venues.catalogue import venue as about
from tests.deadline import until
from tests.faults.world import VENUES, doored_world, fault_world, make_sure

EARLY_NS = 30_000_000
"""A turn may be seen so much too early, because the one before was seen too late: double and connector share a loop."""
STEPPED: dict[str, Any] = {"reconnect_first_ms": 20, "reconnect_most_ms": 120, "random_unit": lambda: 1.0}
STEPS_MS = (20, 40, 80, 120, 120)
LOST = 1_000


def apart_ns(times: Iterable[int]) -> list[int]:
    return [later - earlier for earlier, later in pairwise(times)]


@pytest.mark.parametrize("venue", VENUES)
async def test_connects_and_messages_are_as_far_apart_as_the_venue_wishes(venue: str) -> None:
    async with doored_world(venue, ["slam"] * 4, pace=12.5) as (door, world):
        await until(lambda: len(door.opened_ns) == 5)
        assert min(apart_ns(door.opened_ns)) > 80_000_000 - EARLY_NS
        await world.heals()
    async with fault_world(venue, faults=Faults(spoil=(2, 4)), pace=12.5) as (server, world):
        await server.ended.wait()
        await make_sure(venue, world)
        await world.heals()
        assert min(apart_ns(at_ns for at_ns, _ in server.heard), default=80_000_000) > 80_000_000 - EARLY_NS


async def test_a_venue_that_hangs_up_at_once_is_asked_ever_more_rarely() -> None:
    async with doored_world("kraken", ["slam"] * len(STEPS_MS), **STEPPED) as (door, world):
        await world.heals()
        for waited_ns, step_ms in zip(apart_ns(door.opened_ns), STEPS_MS, strict=True):
            assert waited_ns > step_ms * 1_000_000 - EARLY_NS


async def test_a_book_that_is_wrong_every_time_is_asked_for_ever_more_rarely() -> None:
    """Also when it is LIVE for a moment in between; then, when it is right at last, it is true."""
    for places in (tuple(range(30)), tuple(range(1, 40, 2))):
        faults = Faults(wrong_checksum=places)
        async with fault_world("kraken", faults=faults, **STEPPED) as (server, world):
            await until(lambda server=server, last=places[-1]: server.saboteur.books_sent > last)
            await world.heals()
            asked = [at_ns for at_ns, text in server.heard if '"subscribe"' in text and '"book"' in text]
            for waited_ns, step_ms in zip(apart_ns(asked), STEPS_MS, strict=False):
                assert waited_ns > step_ms * 1_000_000 - EARLY_NS
            assert len(asked) > 5


async def test_a_snapshot_that_fails_every_time_is_asked_for_ever_more_rarely() -> None:
    async with fault_world("gateio", faults=Faults(http=("500",) * 6), **STEPPED) as (server, world):
        await world.heals()
        asked = [at_ns for at_ns, _ in server.requests]
        for waited_ns, step_ms in zip(apart_ns(asked), STEPS_MS, strict=False):
            assert waited_ns > step_ms * 1_000_000 - EARLY_NS


async def test_snapshots_are_fetched_no_faster_than_their_weights_allow() -> None:
    async with fault_world("binance", snapshots_a_second=5.0, snapshots_at_once=1) as (server, world):
        for _ in range(3):
            await until(lambda: world.take() or all(book.is_live for book in world.market.books.values()))
            await world.market.resync(-1)
        await world.heals(within_s=10)
        asked = [at_ns for at_ns, path in server.requests if "/depth" in path]
        assert len(asked) >= 6
        assert min(apart_ns(asked)) > 200_000_000 - EARLY_NS


ALLOWED: dict[str, tuple[float, float, int]] = {
    "binance": (300 / 300, 5.0, 512),  # 300 connects in 5 minutes; 5 messages a second; 1,024 streams, two a symbol
    "kraken": (150 / 600, 100.0, 1_000),  # 150 connects in 10 minutes
    "coinbase": (8.0, 8.0, 1_000),
    "bitstamp": (20.0, 400.0, 1_000),
    "hyperliquid": (0.5, 2_000 / 60, 500),  # 1,000 subscriptions
    "okx": (3.0, 480 / 3_600, 1_000),  # 480 subscriptions an hour
    "bybit": (500 / 300, 100.0, 1_000),
    "gateio": (20.0, 20.0, 1_000),
    "bitfinex": (20 / 60, 50.0, 12),  # 25 channels
}
"""Connects a second, messages a second, symbols a socket; of the venues' documents, as far as they tell."""


@pytest.mark.parametrize("venue", VENUES)
def test_every_venues_numbers_are_within_what_it_allows(venue: str) -> None:
    market: type[Market[Any]] = load(about(venue).market)
    connects, messages, symbols = ALLOWED[venue]
    assert market.connects_a_second <= connects
    assert market.messages_a_second <= messages
    assert market.symbols_per_socket <= symbols


def test_binance_weights_of_a_minute_leave_half_for_others() -> None:
    for dialect, weight, most in (("binance", 50, 6_000), ("binance-usdm", 20, 2_400), ("binance-coinm", 20, 2_400)):
        market: type[Market[Any]] = load(about(dialect).market)
        assert (market.snapshots_at_once + 60 * market.snapshots_a_second) * weight <= most * 0.7


@pytest.mark.parametrize("venue", ["kraken", "gateio"])
async def test_a_thousand_lost_books_leave_nothing_behind(venue: str) -> None:
    async with fault_world(venue, reconnect_first_ms=0, reconnect_most_ms=0) as (_, world):
        await world.heals()
        market = world.market
        (socket,) = market._sockets

        async def lose(count: int) -> int:
            for _ in range(count):
                market.receive(b'{"rubbish', monotonic_ns(), socket)
                await until(lambda: all(book.is_live for book in market.books.values()))
                world.take()
            return len(asyncio.all_tasks())

        tasks = await lose(LOST // 2)
        gc.collect()
        kept = len(gc.get_objects())
        assert await lose(LOST // 2) <= tasks + 2
        gc.collect()
        assert len(gc.get_objects()) - kept < LOST // 4, "something is kept of each"

        assert world.status["bad_frames"] == LOST
        assert len(socket._sending) <= 1
        assert all(len(book.buffer) <= MOST_BUFFERED for book in market.books.values())
        await world.heals()
