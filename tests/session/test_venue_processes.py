"""Market and order process as the desk starts them: real processes over shared memory, against recorded frames."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np
import pytest

from core.clock import wall_offset_ns
from core.memory.files import Descriptor, Memory, create_files, keep_open
from core.memory.layout import Capacities
from core.memory.numpy_ring import Consumer, Producer
from core.records.event import EVENT
from core.vocabulary import EventFlag, FeedState, Mode
from feeds.config import MarketSettings, OrderSettings, VenueConfig
from feeds.instruments import write_table
from feeds.listing import fetch_instruments
from tests.deadline import PATIENCE, eventually

RECORDING = "cryptofeed/binance_us/BINANCE_US_2021-10-11.jsonl.gz"
ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def _running(*arguments: str, keep: list[int] | None = None) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        pass_fds=keep or [],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def _arguments(descriptor: Descriptor, settings: msgspec.Struct) -> list[str]:
    texts = (msgspec.json.encode(descriptor).decode(), msgspec.json.encode(settings).decode())
    return ["--group", "binance", "--descriptor", texts[0], "--settings", texts[1]]


def test_a_market_process_plays_a_recording_into_the_ring_and_ends_cleanly(captures: Path) -> None:
    with _running("feeds.frames", "--path", str(captures / RECORDING), "--speed", "20") as frames:
        assert frames.stdout is not None
        ready = json.loads(frames.stdout.readline())
        config = VenueConfig(
            name="binance",
            rest_url=ready["rest_url"],
            ws_url=ready["ws_url"],
            instruments=tuple(ready["symbols"]),
            trade_stream=ready["trade_stream"],
        )
        descriptor = create_files("t", ("binance",), Capacities(tape=64))
        desk = Memory(descriptor, frozenset({"desk", "core", "core.binance"}))
        write_table(
            desk.table("instruments"),
            desk.lines("instrument_count")[0],
            [(0, instrument) for instrument in fetch_instruments(config)],
        )
        settings = MarketSettings(venues=(config,), wall_offset_ns=wall_offset_ns())
        with _running("feeds.market_process", *_arguments(descriptor, settings), keep=keep_open(descriptor)) as market:
            status = desk.table("feeds.binance")[0]
            eventually(lambda: status["state"] == FeedState.LIVE and status["frames"] > 20, within_s=60)
            beat = int(desk.heartbeat("market.binance")[0])
            eventually(lambda: desk.heartbeat("market.binance")[0] > beat)
            assert desk.histograms("market.binance")["count"].sum() > 0
            ring = Consumer(desk.ring("market.binance"))
            ring.release(ring.waiting)
            request = np.zeros(1, EVENT)
            request["instrument_id"] = 1
            assert Producer(desk.ring("feed_requests.binance")).publish(request[0])
            eventually(lambda: bool(((ring.peek()["flags"] & EventFlag.SNAPSHOT_END) != 0).any()))
            market.send_signal(signal.SIGTERM)
            assert market.wait(10 * PATIENCE) == 0
            assert market.stderr is not None
            assert market.stderr.read() == ""
        frames.send_signal(signal.SIGTERM)
        assert frames.wait(10 * PATIENCE) == 0


def test_an_order_process_without_credentials_refuses_with_a_sentence(tmp_path: Path) -> None:
    descriptor = create_files("t", ("binance",), Capacities(market=64, tape=64))
    settings = OrderSettings(
        venue=VenueConfig(name="binance", credentials_file=str(tmp_path / "none.toml")),
        mode=Mode.LIVE,
        state_folder=str(tmp_path),
        lock_folder=str(tmp_path),
        wall_offset_ns=0,
    )
    with _running("feeds.order_process", *_arguments(descriptor, settings), keep=keep_open(descriptor)) as process:
        assert process.wait(30 * PATIENCE) == 77
        assert process.stderr is not None
        said = process.stderr.read()
    assert said.startswith("the venue wants credentials for this: venue='binance'")
    assert "Traceback" not in said
    status = Memory(descriptor).table("gateway.binance")[0]
    assert bytes(status["message"]).startswith(b"the venue wants credentials for this")


@pytest.mark.parametrize("module", ["feeds.order_process", "feeds.gateway", "feeds.venues.binance.orders"])
def test_what_sends_orders_loads_no_numba(module: str) -> None:
    code = f"import sys, {module}; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_a_recording_that_is_none_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "none.gz"
    path.write_text("not gzip")
    with _running("feeds.frames", "--path", str(path)) as frames:
        assert frames.wait(30 * PATIENCE) == 66
        assert frames.stderr is not None
        assert "Traceback" not in frames.stderr.read()
