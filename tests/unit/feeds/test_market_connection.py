"""The market side over real sockets when things go wrong: hang-ups, gaps, wishes of the core, a venue that is away."""

import asyncio
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from aiohttp import WSMsgType, web

from core.clock import monotonic_ns
from core.vocabulary import EventFlag, EventKind, FeedState
from feeds.connection import Backoff, Connection, ConnectionSettings
from feeds.errors import SequenceGap
from feeds.recording import read_recording
from feeds.venues.binance.sequence import DepthSequence
from tests.deadline import PATIENCE, until
from tests.unit.feeds.market_bench import MarketBench, playing

SMALL = "cryptofeed/binance_us/BINANCE_US_2021-10-11.jsonl.gz"


def _all_live(bench: MarketBench) -> bool:
    return bool(bench.market.status["state"] == FeedState.LIVE)


def _snapshots(records: np.ndarray) -> int:
    return int(((records["flags"] & EventFlag.SNAPSHOT_BEGIN) != 0).sum())


async def test_after_a_hang_up_every_book_begins_again_from_a_snapshot(captures: Path) -> None:
    async with playing(read_recording(captures / SMALL), speed=1.0) as (server, bench):
        await until(lambda: _all_live(bench))
        bench.take()
        await server.hang_up()
        await until(lambda: server.connections == 2 and _all_live(bench))
        records = bench.take()
        states = records[records["kind"] == EventKind.FEED_STATE]["detail"].tolist()
        assert states[0] == FeedState.DOWN
        assert FeedState.SYNCING in states
        assert _snapshots(records) == len(bench.market.books)
        assert bench.market.status["reconnects"] == 1


async def test_the_core_can_ask_for_a_new_snapshot_of_one_book(captures: Path) -> None:
    async with playing(read_recording(captures / SMALL), speed=1.0) as (_, bench):
        await until(lambda: _all_live(bench))
        bench.take()
        book = next(iter(bench.market.books.values()))
        await bench.market.resync(book.instrument_id)
        await until(lambda: book.sequence.last_id is not None)
        records = bench.take()
        assert records["instrument_id"][0] == book.instrument_id
        assert records["detail"][0] == FeedState.GAPPED
        assert _snapshots(records) == 1


async def test_a_looping_recording_is_shown_for_ever(captures: Path) -> None:
    async with playing(read_recording(captures / SMALL), speed=0.0, at_end="loop") as (server, bench):
        await until(lambda: server.connections >= 3, within_s=20)
        bench.take()
        assert bench.market.status["bad_frames"] == 0


async def test_updates_that_came_before_the_snapshot_are_kept(captures: Path) -> None:
    async with playing(read_recording(captures / SMALL), speed=0.0) as (server, bench):
        await until(lambda: server.connections == 1)
        server.patience_s = 0.0
        await server.hang_up()
        await until(lambda: server.connections == 2 and server.ended.is_set() and _all_live(bench))
        assert bench.market.status["bad_frames"] == 0


async def test_a_venue_that_accepts_and_hangs_up_is_not_hammered(captures: Path) -> None:
    async with playing(read_recording(captures / SMALL), speed=1.0) as (server, bench):
        await until(lambda: _all_live(bench))
        for expected in (2, 3, 4):
            await server.hang_up()
            await until(lambda expected=expected: server.connections == expected)
        assert bench.market.status["reconnects"] <= 3


async def test_an_address_where_nobody_answers_is_a_sentence_and_no_end(captures: Path) -> None:
    async with playing(read_recording(captures / SMALL), speed=1.0) as (server, bench):
        await until(lambda: _all_live(bench))
        await server.stop()
        await until(lambda: b"Cannot connect" in bytes(bench.market.status["message"]))
        assert bench.market.status["state"] == FeedState.DOWN


async def test_silence_closes_the_socket(captures: Path) -> None:
    """A server that takes the connection and never says or answers anything, not even our goodbye."""
    opened = 0
    ended = asyncio.Event()

    async def mute(request: web.Request) -> web.WebSocketResponse:
        nonlocal opened
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        opened += 1
        await ended.wait()
        return socket

    application = web.Application()
    application.router.add_get("/stream", mute)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"ws://127.0.0.1:{runner.addresses[0][1]}/stream"
    why: list[str] = []

    async def nothing() -> None: ...

    connection = Connection(
        ConnectionSettings(url=url, stale_after_ms=80, first_ms=1, most_ms=2),
        on_frame=lambda frame, received_ns: None,
        on_open=nothing,
        on_close=why.append,
    )
    begun_ns = monotonic_ns()
    task = asyncio.create_task(connection.run())
    await until(lambda: opened >= 2)
    assert 80_000_000 <= monotonic_ns() - begun_ns < 3_000_000_000 * PATIENCE
    ended.set()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert why
    await runner.cleanup()


async def test_a_venue_that_never_falls_silent_hears_of_us_all_the_same() -> None:
    pings = 0

    async def chatty(request: web.Request) -> web.WebSocketResponse:
        nonlocal pings
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        while not socket.closed:
            await socket.send_str("{}")
            with suppress(TimeoutError):
                pings += (await socket.receive(timeout=0.005)).type is WSMsgType.PING
        return socket

    application = web.Application()
    application.router.add_get("/stream", chatty)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"ws://127.0.0.1:{runner.addresses[0][1]}/stream"

    async def nothing() -> None: ...

    connection = Connection(
        ConnectionSettings(url=url, stale_after_ms=400, first_ms=1, most_ms=2, ping_every_ms=50),
        on_frame=lambda frame, received_ns: None,
        on_open=nothing,
        on_close=lambda why: None,
    )
    task = asyncio.create_task(connection.run())
    await until(lambda: pings >= 2)
    assert connection.reconnects == 0
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await runner.cleanup()


def test_back_off_doubles_up_to_its_limit_and_starts_anew() -> None:
    backoff = Backoff(first_ms=100, most_ms=1_000, random_unit=lambda: 1.0)
    assert [backoff.next_s() for _ in range(6)] == [0.1, 0.2, 0.4, 0.8, 1.0, 1.0]
    backoff.reset()
    assert backoff.next_s() == 0.1
    assert Backoff(first_ms=100, most_ms=1_000, random_unit=lambda: 0.0).next_s() == 0.0


def test_the_rule_of_update_ids() -> None:
    rule = DepthSequence(venue="binance", symbol="X")
    with pytest.raises(SequenceGap):
        rule.accepts(1, 2)
    rule.begin(10)
    assert not rule.accepts(5, 10), "older than the snapshot"
    assert rule.accepts(8, 12), "the first one straddles it"
    assert not rule.accepts(8, 12), "said twice"
    assert rule.accepts(13, 13)
    with pytest.raises(SequenceGap) as gap:
        rule.accepts(15, 16)
    assert (gap.value.expected, gap.value.received) == (14, 15)
    with pytest.raises(SequenceGap):
        rule.accepts(13, 16)
    rule.begin(20)
    with pytest.raises(SequenceGap):
        rule.accepts(22, 23)


async def test_a_book_that_is_lost_again_and_again_is_asked_for_ever_more_rarely(captures: Path) -> None:
    async with playing(read_recording(captures / SMALL), speed=1.0) as (_, bench):
        await until(lambda: _all_live(bench))
        book = next(iter(bench.market.books.values()))
        for _ in range(4):
            await bench.market.resync(book.instrument_id)
            await until(lambda: book.is_live)
        assert book.backoff is not None
        assert book.backoff._attempts >= 4
        book.live_ns -= 31_000_000_000  # the last snapshot held for longer than the longest wait
        await bench.market.resync(book.instrument_id)
        await until(lambda: book.is_live)
        assert book.backoff._attempts <= 2
