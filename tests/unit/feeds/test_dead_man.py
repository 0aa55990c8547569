"""The venue's dead-man timer: armed while orders of ours are open and the core beats; every death lets it run out."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np
import pytest

from core.clock import monotonic_ns
from core.vocabulary import Report, Request
from feeds.config import GatewayConfig
from feeds.errors import VenueError
from feeds.gateway import KEEP_ORDERS
from feeds.venues.contract import DeadMan
from tests.deadline import until
from tests.unit.feeds.gateway_bench import QUICK, GatewayBench, order, protecting_stop, running
from tests.venue_double import CLOSED, VenueDouble

SHORT = msgspec.structs.replace(QUICK, dead_man_s=1)


@dataclass
class TimedVenue(VenueDouble):
    asked: list[int] = field(default_factory=list)
    refuses_cancels: bool = False
    timer: asyncio.TimerHandle | None = None

    async def keep_alive(self, timeout_s: int) -> None:
        self._up()
        self.asked.append(timeout_s)
        if self.timer is not None:
            self.timer.cancel()
        self.timer = asyncio.get_running_loop().call_later(timeout_s, self._ring) if timeout_s else None

    async def cancel(self, request: np.void) -> None:
        if self.refuses_cancels:
            raise VenueError("the connection broke")
        await super().cancel(request)

    def _ring(self) -> None:
        self.timer = None
        for one in self.orders:
            if one.status not in CLOSED:
                self._close(one, Report.CANCELED)


def bench_with_timer(folder: Path) -> tuple[GatewayBench, TimedVenue]:
    bench = GatewayBench(folder)
    venue = TimedVenue()
    assert isinstance(venue, DeadMan)
    assert not isinstance(bench.venue, DeadMan)
    bench.venue = venue
    return bench, venue


async def test_it_is_armed_by_an_order_and_refreshed_until_nothing_is_open(tmp_path: Path) -> None:
    bench, venue = bench_with_timer(tmp_path)
    async with running(bench.make(config=SHORT)) as gateway:
        bench.ask(order(1))
        await until(lambda: venue.asked == [1])
        assert 0 < gateway.status["dead_man_ns"] - monotonic_ns() <= 1_000_000_000
        await until(lambda: venue.asked == [1, 1, 1, 1])
        assert bench.told(1) == [Report.ACCEPTED]  # a whole length later it is still open

        bench.ask(order(1, detail=Request.CANCEL))
        await until(lambda: bool(venue.asked) and venue.asked[-1] == 0)
        assert gateway.status["dead_man_ns"] == 0
        assert venue.timer is None


async def test_when_the_core_is_dead_and_no_cancel_arrives_the_venue_cancels(tmp_path: Path) -> None:
    bench, venue = bench_with_timer(tmp_path)
    async with running(bench.make(config=msgspec.structs.replace(SHORT, core_stale_ms=100))) as gateway:
        bench.core.heartbeat("core")[0] = monotonic_ns()
        bench.ask(order(1))
        await until(lambda: venue.asked == [1])
        venue.refuses_cancels = True

        await until(lambda: venue.by_client(1).status in CLOSED)

        assert venue.asked == [1]
        assert gateway.halts.is_halted
        await until(lambda: bench.told(1)[-1] == Report.CANCELED)
        venue.refuses_cancels = False


async def test_it_is_taken_back_when_only_a_protective_stop_is_to_stay(tmp_path: Path) -> None:
    bench, venue = bench_with_timer(tmp_path)
    async with running(bench.make(config=msgspec.structs.replace(SHORT, core_stale_ms=100))) as gateway:
        bench.core.heartbeat("core")[0] = monotonic_ns()
        bench.ask(order(1), protecting_stop(2))
        await until(lambda: venue.asked == [1])

        await until(lambda: venue.asked == [1, 0])

        assert gateway.halts.is_halted
        assert venue.by_client(1).status in CLOSED
        assert venue.by_client(2).status not in CLOSED


async def test_a_normal_end_disarms_it_when_nothing_is_open(tmp_path: Path) -> None:
    bench, venue = bench_with_timer(tmp_path)
    async with running(bench.make(config=SHORT)):
        bench.ask(order(1))
        await until(lambda: venue.asked == [1])
        venue.fill(venue.by_client(1), 5)
    assert venue.asked == [1, 0]


async def test_orders_that_stay_behind_are_left_to_it_unless_they_are_meant_to_stay(tmp_path: Path) -> None:
    for wanted, asked in ((False, [1]), (True, [1, 0])):
        folder = tmp_path / str(wanted)
        folder.mkdir()
        bench, venue = bench_with_timer(folder)
        async with running(bench.make(config=SHORT)):
            bench.ask(order(1))
            await until(lambda venue=venue: venue.asked == [1])  # type: ignore[misc]
            if wanted:
                (folder / KEEP_ORDERS).touch()
        assert venue.asked == asked
        if venue.timer is not None:
            venue.timer.cancel()


async def test_it_is_never_armed_where_it_would_cancel_what_is_not_ours(tmp_path: Path) -> None:
    own: GatewayConfig = msgspec.structs.replace(SHORT, kill_scope="own")
    for number, (config, client_ids, count) in enumerate(((own, [1], 2), (SHORT, [], 1))):
        folder = tmp_path / str(number)
        folder.mkdir()
        bench, venue = bench_with_timer(folder)
        venue.place_by_another()
        async with running(bench.make(config=config)) as gateway:
            bench.ask(*(order(client_id) for client_id in client_ids))
            await until(lambda n=count, g=gateway: len(g.orders.open_ids) == n)  # type: ignore[misc]
            await until(lambda g=gateway, beats=gateway._beats: g._beats > beats + 5)  # type: ignore[misc]
        assert venue.asked == []


async def test_a_venue_that_does_not_take_it_is_asked_again_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feeds.dead_man.TRY_AGAIN_NS", 20_000_000)
    bench, venue = bench_with_timer(tmp_path)
    async with running(bench.make(config=SHORT)) as gateway:
        bench.ask(order(1))
        await until(lambda: venue.asked == [1])
        venue.is_down = True
        await until(lambda: b"could not be set" in gateway.status["message"])
        assert gateway.status["dead_man_ns"] != 0
        venue.is_down = False
        await until(lambda: len(venue.asked) > 1)
