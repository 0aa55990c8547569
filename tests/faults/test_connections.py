"""Connections that break in every phase: the book is given up, the connection opened again, and the book is true."""

import asyncio
import ssl
from pathlib import Path

import pytest
from aiohttp import web

from core.clock import monotonic_ns
from core.vocabulary import FeedState
from feeds.playback.faults import Faults
from tests.deadline import PATIENCE, until
from tests.faults.test_frames import places
from tests.faults.world import ALL_VENUES, OTHERS, VENUES, FaultWorld, compiled, doored_world, fault_world, running
from tests.recorded import recorded

HANDSHAKE = (0, 60)
"""Bytes: before and within the answer to the upgrade, …"""
FRAMES = (170, 400, 900, 1_500, 2_000)
"""… behind it, while it subscribes, before and within the snapshot, in mid-book: some of each at every venue."""
UNHURRIED_S = 10.0
"""Nothing is wrong with the venue: a snapshot that a busy machine brings late must not be asked for twice."""
CERTIFICATE = Path(__file__).parent / "self_signed.pem"


async def behind(venue: str, *treats: str) -> None:
    async with doored_world(venue, treats) as (door, world):
        await until(lambda: door.has_treated_all)
        await world.heals()


@pytest.mark.parametrize("venue", VENUES)
async def test_a_connection_that_is_torn_in_any_phase_is_opened_again(venue: str) -> None:
    phases = [f"cut:{count}" for count in HANDSHAKE + FRAMES]
    await asyncio.gather(behind(venue, "slam", "rubbish"), *(behind(venue, phase) for phase in phases))


async def test_all_other_protocols_bear_a_torn_connection_too() -> None:
    """Kucoin's sockets are not at this door: their address is asked for."""
    await asyncio.gather(*(behind(venue, "slam", "cut:400", "cut:1500") for venue in OTHERS if venue != "kucoin"))


async def hung_up(venue: str, place: int) -> None:
    async with fault_world(venue, faults=Faults(hang_up=(place,))) as (_, world):
        await until(lambda: world.status["reconnects"] == 1)
        await world.heals()
        assert world.status["reconnects"] == 1


@pytest.mark.parametrize("venue", VENUES)
async def test_a_venue_that_hangs_up_in_mid_book_is_asked_again(venue: str) -> None:
    await asyncio.gather(*(hung_up(venue, place) for place in places(venue)))


async def test_all_other_protocols_are_asked_again_too() -> None:
    await asyncio.gather(*(hung_up(venue, place) for venue in OTHERS for place in places(venue)[1:2]))


@pytest.mark.parametrize("venue", VENUES)
async def test_a_venue_that_closes_every_day_is_opened_every_day(venue: str) -> None:
    async with fault_world(venue, at_end="loop") as (server, world):
        await until(lambda: server.connections > 3)
        world.take()
        assert world.status["bad_frames"] == world.status["gaps"] == 0
        assert world.seen[FeedState.DOWN] >= 3 * len(world.books)
        server.at_end = "hold"
        await world.heals()


@pytest.mark.parametrize("venue", VENUES)
async def test_one_that_accepts_and_hangs_up_is_met_with_more_and_more_patience(venue: str) -> None:
    async with fault_world(venue, faults=Faults(hang_up_at_open=5)) as (server, world):
        await until(lambda: server.connections == 6)
        await world.heals()
        assert world.seen[FeedState.DOWN] >= 5 * len(world.books)


async def test_one_that_accepts_and_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.connection.CONNECT_S", 0.2)
    await asyncio.gather(*(behind(venue, "hang", "hang") for venue in VENUES))


@pytest.mark.parametrize("venue", VENUES)
async def test_a_dead_peer_is_noticed_though_it_never_closes(venue: str) -> None:
    """As when a cable is cut in mid-book: no frame, no pong, and no answer to our close either."""
    async with doored_world(venue, ["deaf:900"], stale_after_ms=200) as (door, world):
        await until(lambda: len(door.opened_ns) == 2)
        assert door.opened_ns[1] - door.opened_ns[0] < 2_500_000_000 * PATIENCE
        await world.heals()


@pytest.mark.parametrize("venue", VENUES)
async def test_a_venue_that_falls_silent_is_opened_again(venue: str) -> None:
    """The socket stays open: no frame, no pong."""
    async with fault_world(venue, faults=Faults(silence=(2,)), stale_after_ms=200) as (server, world):
        await until(lambda: server.connections == 2)
        await world.heals()


async def test_a_wish_for_patience_at_the_door_is_granted_by_all_sockets() -> None:
    async def waited(venue: str, refusal: str) -> None:
        async with doored_world(venue, [refusal]) as (door, world):
            await world.heals()
            assert door.opened_ns[1] - door.opened_ns[0] >= 1_000_000_000
            assert len(door.opened_ns) == 2

    await asyncio.gather(
        *(waited(venue, refusal) for venue, refusal in zip(VENUES, ["429:1", "418:1", "503:1"] * 3, strict=True))
    )


async def test_a_certificate_that_nobody_signed_is_a_sentence(capfd: pytest.CaptureFixture[str]) -> None:
    compiled()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    runner = web.AppRunner(web.Application())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    url = f"127.0.0.1:{runner.addresses[0][1]}"
    try:
        for venue in ("kraken", "binance"):
            world = FaultWorld(recorded(venue), f"https://{url}", f"wss://{url}")
            async with running(world):
                await until(lambda world=world: "certificate" in world.message)
                assert "self-signed" in world.message or "self signed" in world.message
                assert world.status["state"] == FeedState.DOWN
    finally:
        await runner.cleanup()
    assert "Traceback" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("venue", ["binance", "kraken", "bitfinex"])
async def test_a_frame_of_fifty_megabytes_costs_the_connection_and_no_more(venue: str) -> None:
    async with fault_world(venue, faults=Faults(huge=(2,))) as (server, world):
        await until(lambda: server.connections == 2, within_s=15)
        await world.heals()
        assert (world.status["reconnects"], world.status["bad_frames"]) == (1, 1)
        assert world.status["bytes"] < 10_000_000


@pytest.mark.parametrize("hours", [-7, 7])
async def test_a_venue_whose_clock_is_hours_off_is_served_and_its_age_is_shown(hours: int) -> None:
    ahead_ns = hours * 3_600 * 1_000_000_000

    async def skewed(venue: str) -> tuple[int, int]:
        ages = []
        for ahead in (0, ahead_ns):
            async with fault_world(venue, clock_ahead_ns=ahead, snapshot_within_s=UNHURRIED_S) as (_, world):
                await world.heals()
                status = world.status
                assert (status["gaps"], status["bad_frames"], status["resyncs"], status["reconnects"]) == (0, 0, 0, 0)
                ages.append(int(status["last_venue_age_ns"]))
        return ages[0], ages[1]

    begun_ns = monotonic_ns()
    for exact, skewed_ns in await asyncio.gather(*(skewed(venue) for venue in ALL_VENUES)):
        assert abs(exact - skewed_ns - ahead_ns) < monotonic_ns() - begun_ns
