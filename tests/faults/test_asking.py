"""What is asked for and not had: subscriptions and snapshots that are refused, lost, late, old, or something else."""

import asyncio

import pytest

from core.clock import monotonic_ns
from core.vocabulary import FeedState
from feeds.market_words import SNAPSHOTS_AT_ONCE
from feeds.playback.faults import Faults
from feeds.rest import MOST_RETRY_S, retry_after_s
from tests.deadline import until
from tests.faults.world import OTHERS, SNAPSHOT_WITHIN_S, VENUES, fault_world

BY_REST = ("binance", "bitstamp", "gateio")
BOOK_PATHS = {"binance": "/depth", "bitstamp": "/order_book/", "gateio": "/order_book"}
BY_MESSAGE = tuple(venue for venue in VENUES if venue != "binance")
"""Binance's streams stand in the address."""
ON_THE_WAY_NS = 300_000_000
"""Requests that had left before the refusal was read"""
ANSWERS = ("500", "rubbish", "cut", "403", "hang")


@pytest.mark.parametrize("venue", BY_REST)
async def test_a_snapshot_that_cannot_be_had_is_asked_for_again(venue: str) -> None:
    faults = Faults(http=ANSWERS, http_path=BOOK_PATHS[venue])
    async with fault_world(venue, faults=faults, request_timeout_ms=150) as (server, world):
        await until(lambda: len(server.requests) > len(ANSWERS))
        await world.heals()
        assert world.status["reconnects"] == 0


async def test_a_venue_that_asks_for_silence_is_left_alone() -> None:
    """429 and 418 with Retry-After, and a 503 that has one too."""

    async def left_alone(venue: str, status: str) -> None:
        faults = Faults(http=(status,), http_path=BOOK_PATHS[venue], retry_after_s=1)
        async with fault_world(venue, faults=faults) as (server, world):
            await world.heals()
            asked = [at_ns for at_ns, path in server.requests if BOOK_PATHS[venue] in path]
            on_the_way = [at_ns for at_ns in asked if at_ns - asked[0] < ON_THE_WAY_NS]
            assert asked[len(on_the_way)] - asked[0] >= 1_000_000_000
            assert len(on_the_way) <= SNAPSHOTS_AT_ONCE

    await asyncio.gather(*(left_alone(venue, status) for venue in BY_REST for status in ("429", "418", "503")))


@pytest.mark.parametrize("venue", BY_REST)
async def test_a_snapshot_from_before_the_first_update_is_not_taken(venue: str) -> None:
    async with fault_world(venue, faults=Faults(old_snapshots=3)) as (server, world):
        await world.heals()
        assert len(server.requests) > 3


@pytest.mark.parametrize("venue", BY_MESSAGE)
async def test_a_subscription_that_nobody_heard_is_asked_for_again(venue: str) -> None:
    """And until the venue answers, no book is LIVE: not even one whose snapshot could be fetched."""
    await asks_again(venue)


async def test_so_do_all_other_protocols() -> None:
    await asyncio.gather(*(asks_again(venue) for venue in OTHERS if not venue.startswith("binance")))


async def asks_again(venue: str) -> None:
    async with fault_world(venue, faults=Faults(refuse_subscriptions=3)) as (server, world):
        await until(lambda: len(server.heard) >= 3)
        world.take()
        assert not world.seen[FeedState.LIVE]
        await world.heals()


@pytest.mark.parametrize("venue", VENUES)
async def test_an_unknown_symbol_is_never_live_and_the_others_are(venue: str) -> None:
    await bears_an_unknown_symbol(venue)


async def test_so_it_is_at_all_other_protocols() -> None:
    await asyncio.gather(*(bears_an_unknown_symbol(venue) for venue in OTHERS))


async def bears_an_unknown_symbol(venue: str) -> None:
    async with fault_world(venue, unknown="NOSUCHUSD") as (server, world):
        await until(lambda: world.are_true(world.truth))
        before = len(server.heard) + len(server.requests)
        await until(lambda: len(server.heard) + len(server.requests) > before)  # it is asked for again
        assert not world.books["NOSUCHUSD"].is_live
        assert world.status["state"] != FeedState.LIVE
        assert world.message
        assert world.are_true(world.truth), "and are not disturbed by it"


def test_every_way_to_say_how_long_is_understood() -> None:
    assert retry_after_s(429, "7") == 7.0
    assert retry_after_s(429, "") > 0.0
    assert retry_after_s(418, "soon") > 0.0
    assert retry_after_s(503, "2") == 2.0
    assert retry_after_s(503, "") == retry_after_s(200, "9") == 0.0
    assert retry_after_s(429, "9" * 30) == MOST_RETRY_S
    assert retry_after_s(429, "Fri, 31 Dec 2999 23:59:59 GMT") == MOST_RETRY_S
    assert retry_after_s(429, "Fri, 31 Dec 1999 23:59:59 GMT") == 1.0


@pytest.mark.parametrize("venue", BY_MESSAGE)
async def test_a_venue_that_tells_nothing_is_never_live_and_not_pressed(venue: str) -> None:
    async with fault_world(venue, faults=Faults(refuse_subscriptions=1_000_000)) as (server, world):
        await until(lambda: b"asked again" in world.market.status["message"])
        asked = len(server.heard)
        begun_ns = monotonic_ns()
        await until(lambda: len(server.heard) >= asked + 4 * len(world.books))  # two rounds or more
        assert monotonic_ns() - begun_ns > SNAPSHOT_WITHIN_S * 1e9 / 2
        world.take()
        assert not world.seen[FeedState.LIVE]
        assert world.status["untrusted_ns"] == 0, "nothing was lost that had been there"


@pytest.mark.parametrize("venue", ["binance", "gateio", "kraken"])
async def test_a_socket_that_only_answers_pings_is_opened_anew(venue: str) -> None:
    """A snapshot that can be fetched would be shown for ever, as if nothing moved."""
    async with fault_world(venue) as (server, world):
        assert world.market.silence_s > 0
        world.market.silence_s = 0.3  # type: ignore[misc]
        await until(lambda: server.connections == 2)
        world.take()
        assert world.seen[FeedState.DOWN]
        await world.heals()


@pytest.mark.parametrize("venue", ["coinbase-exchange", "bitmex", "gemini"])
async def test_a_fresh_snapshot_costs_no_trust_unless_it_does_not_come(venue: str) -> None:
    async with fault_world(venue) as (server, world):
        await server.ended.wait()
        await world.heals()
        before = world.untrusted_states
        book = next(iter(world.market.books.values()))
        await world.market.renew(book)
        await world.heals()
        assert world.untrusted_states == before
        server.saboteur.faults = Faults(refuse_subscriptions=1_000_000)
        await world.market.renew(book)
        world.take()
        assert world.untrusted_states > before
        server.saboteur.faults = Faults()
        await world.heals()
