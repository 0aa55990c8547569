"""Frames that are lost, doubled, late, in another order, cut or no frames at all: every book ends as the venue's own.

Every book frame of the recording is hit once by each fault, but the last: that nobody can know of it, no rule says.
"""

import asyncio
from collections import Counter

import pytest

from core.clock import monotonic_ns
from feeds.playback.faults import Faults
from tests.faults.world import ALL_VENUES, UNNUMBERED, fault_world, make_sure
from tests.recorded import recorded

WHOLE_BOOKS = ("hyperliquid", "htx")
"""Each frame is the book: a lost one is made good by the next."""
DOUBLES_ARE_LOSSES = ("bitmex",)
"""A level that is deleted twice is one that we do not know, as if its insert had been lost: the book begins again."""


def places(venue: str, behind: int = 1) -> list[int]:
    """Of the frames before the first that is its symbol's last, those with so many of their symbol behind them."""
    symbols = [topic.folded for _, topics in recorded(venue).topics() for topic in topics if topic.kind == "book"]
    last = {symbol: place for place, symbol in enumerate(symbols)}
    return [place for place in range(min(last.values())) if symbols[place + 1 :].count(symbols[place]) >= behind]


async def struck(venue: str, faults: Faults) -> Counter[str]:
    """The counts of one connector that healed."""
    async with fault_world(venue, faults=faults) as (server, world):
        await server.ended.wait()
        await make_sure(venue, world)
        await world.heals()
        return Counter({name: int(world.status[name]) for name in ("gaps", "bad_frames", "resyncs", "reconnects")})


async def all_struck(venue: str, *faults: Faults) -> list[Counter[str]]:
    return await asyncio.gather(*(struck(venue, each) for each in faults))


@pytest.mark.parametrize("venue", ALL_VENUES)
async def test_a_dropped_frame_is_a_gap_that_heals(venue: str) -> None:
    found = await all_struck(venue, *(Faults(drop=(place,)) for place in places(venue)))
    if venue not in WHOLE_BOOKS + UNNUMBERED:
        assert sum(counts["gaps"] for counts in found) > 0
        assert sum(counts["resyncs"] for counts in found) > 0


@pytest.mark.parametrize("venue", ALL_VENUES)
async def test_a_doubled_frame_changes_nothing(venue: str) -> None:
    found = await all_struck(venue, *(Faults(double=(place,)) for place in places(venue)))
    assert sum(found, Counter()).total() == 0 or venue in DOUBLES_ARE_LOSSES


@pytest.mark.parametrize("venue", ALL_VENUES)
async def test_frames_in_another_order_do_no_harm(venue: str) -> None:
    """Behind the second of them comes a third: a change that overtook its snapshot is missed by the next one only."""
    await all_struck(venue, *(Faults(swap=(place,)) for place in places(venue, behind=2)))


@pytest.mark.parametrize("venue", ALL_VENUES)
async def test_a_late_frame_is_only_late(venue: str) -> None:
    found = await all_struck(venue, *(Faults(delay=(place,), delay_ms=60) for place in places(venue)))
    assert sum(found, Counter()).total() == 0


@pytest.mark.parametrize("venue", ALL_VENUES)
async def test_half_a_frame_is_refused_and_counted(venue: str) -> None:
    found = await all_struck(venue, *(Faults(truncate=(place,)) for place in places(venue)))
    assert min(counts["bad_frames"] for counts in found) > 0


@pytest.mark.parametrize("venue", ALL_VENUES)
async def test_what_is_no_frame_is_refused_and_counted(venue: str) -> None:
    found = await all_struck(venue, *(Faults(spoil=(place,)) for place in places(venue)))
    assert min(counts["bad_frames"] for counts in found) > 0


@pytest.mark.parametrize("venue", ["kraken", "kraken-v1", "okx", "bitfinex"])
async def test_a_wrong_checksum_is_a_gap_that_heals(venue: str) -> None:
    found = await all_struck(venue, *(Faults(wrong_checksum=(place,)) for place in places(venue)))
    assert sum(counts["gaps"] for counts in found) > 0


async def test_the_time_in_which_a_book_was_not_to_be_trusted_is_counted() -> None:
    async with fault_world("kraken", reconnect_first_ms=50, reconnect_most_ms=50, random_unit=lambda: 1.0) as (
        _,
        world,
    ):
        await world.heals()
        assert world.status["untrusted_ns"] == world.status["untrusted_since_ns"] == 0
        begun_ns = monotonic_ns()
        await world.market.resync(-1)
        lost = world.status
        assert lost["untrusted_since_ns"] >= begun_ns
        await world.heals()
        healed = world.status
        assert healed["untrusted_since_ns"] == 0
        assert 40_000_000 <= healed["untrusted_ns"] <= monotonic_ns() - begun_ns
