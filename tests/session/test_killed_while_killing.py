"""The kill path is killed itself: real processes, SIGKILL in the middle, started again, and one report of it all."""

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.clock import monotonic_ns, wall_offset_ns
from core.memory import control
from core.memory.files import Memory, keep_open
from core.memory.layout import Capacities
from core.memory.numpy_ring import Producer
from core.vocabulary import FeedState, Mode
from feeds.config import GatewayConfig, OrderSettings, VenueConfig
from feeds.instruments import Instrument, write_table
from feeds.kill_report import CANCEL, CLEAN, FLAT, OPEN, SEEN, Step, read_steps, reports_of
from station import paths
from station.config import DeskSetup, ServedVenue, StationConfig
from station.desk.liveness import start_ticks
from station.desk.memory_files import make_memory
from station.desk.registry import RegisteredProcess, Registry, write_registry
from tests.deadline import until
from tests.doubles.binance import BinanceDouble
from tests.doubles.framework import Answer
from tests.unit.feeds.gateway_bench import order, protecting_stop
from tests.venue_double import Resting

ROOT = Path(__file__).resolve().parents[2]
ORDERS = 12
BTC = Instrument(
    symbol="BTC-USDT.binance", venue_symbol="BTCUSDT", venue="binance", base="BTC", quote="USDT", settlement="USDT",
    tick=Decimal("0.01"), lot=Decimal("0.00001"),
)  # fmt: skip


class SlowBinance(BinanceDouble):
    """Cancels queue at the venue, so that there is a middle; those that wait die with the connection they came by. It
    takes them one by one only: the one call for all orders has no middle."""

    cancel_takes_s = 0.0
    broken = 0
    turn: asyncio.Lock

    async def cancel(self, order: Resting | None) -> bool:
        came_by = self.broken
        async with self.turn:
            await asyncio.sleep(self.cancel_takes_s)
            return await super().cancel(order) if came_by == self.broken else False

    async def answer(self, name: str, given: dict[str, Any]) -> Answer:
        if name.startswith("DELETE") and name.endswith("openOrders"):
            return 400, {"code": -1003, "msg": "Too many requests; please use the websocket for live updates."}
        return await super().answer(name, given)

    def break_connections(self) -> None:
        self.broken += 1
        self.cancel_takes_s = 0.0


class Desk:
    """Memory, registry and core of a LIVE desk are this process; venue and order process are real."""

    def __init__(self, home: Path) -> None:
        self.home = home
        small = Capacities(market=64, tape=64, execution_reports=1 << 10, order_requests=1 << 8)
        self.descriptor = make_memory("main", ("binance",), small)
        self.memory = Memory(self.descriptor, frozenset({"desk", "core", "core.binance"}))
        me = os.getpid()
        header = control.Header(me, start_ticks(me) or 0, monotonic_ns(), wall_offset_ns(), "main")
        control.write_header(self.memory.control, header)
        write_table(self.memory.table("instruments"), self.memory.lines("instrument_count")[0], [(0, BTC)])
        self.double = SlowBinance(self.memory.table("instruments")[0])
        self.double.turn = asyncio.Lock()
        self.root = paths.desk_folder("main").root
        self.children: list[subprocess.Popen[bytes]] = []
        self.venue = VenueConfig(name="binance")

    async def open(self) -> None:
        host = await self.double.start()
        keys = self.home / "keys.toml"
        keys.write_text(f'key = "{BinanceDouble.keys.key}"\nsecret = "{BinanceDouble.keys.secret}"\n')
        keys.chmod(0o600)
        self.venue = VenueConfig(
            name="binance", rest_url=f"http://{host}", ws_url=f"ws://{host}", ws_api_url=f"ws://{host}/ws-api/v3",
            credentials_file=str(keys), mode="live", account="mine",
        )  # fmt: skip
        paths.desk_folder("main").make()
        self.register()
        self.beating = asyncio.create_task(self._beat())

    async def close(self) -> None:
        self.beating.cancel()
        for child in self.children:
            child.kill()
            child.wait()
        await self.double.stop()
        self.memory.close()
        for number in keep_open(self.descriptor):
            os.close(number)

    def register(self, scope: str = "account") -> None:
        """The order process is registered, alive or not."""
        config = msgspec.convert({"gateway": {"kill_scope": scope}}, StationConfig)
        served = ServedVenue(venue=self.venue, group="binance", live_account="mine")
        setup = DeskSetup(name="main", mode=Mode.LIVE, venues=(served,), config=config)
        order = RegisteredProcess("order.binance", 2**22 + 1, 1, ["order.binance"])
        me = os.getpid()
        write_registry(
            Registry(
                "main", "1", me, start_ticks(me) or 0, 0,
                json.loads(msgspec.json.encode(self.descriptor)), json.loads(msgspec.json.encode(setup)), [order],
            )
        )  # fmt: skip

    def start_orders(self, **gateway: object) -> subprocess.Popen[bytes]:
        settings = OrderSettings(
            venue=self.venue,
            gateway=msgspec.convert({"core_stale_ms": 60_000, **gateway}, GatewayConfig),
            mode=Mode.LIVE,
            state_folder=str(self.root),
            lock_folder=str(self.home / "locks"),
            kill_file=str(paths.kill_file("main")),
            wall_offset_ns=wall_offset_ns(),
        )
        texts = [msgspec.json.encode(one).decode() for one in (self.descriptor, settings)]
        command = [sys.executable, "-m", "feeds.order_process", "--group", "binance"]
        command += ["--descriptor", texts[0], "--settings", texts[1]]
        child = subprocess.Popen(command, pass_fds=keep_open(self.descriptor), cwd=ROOT)
        self.children.append(child)
        return child

    def start_kill(self, *arguments: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "STATION_HOME": str(self.home), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-P", "-m", "station", "kill", "--json", *arguments]
        child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        self.children.append(child)
        return child

    def open_at_venue(self) -> list[int]:
        return [order.venue_order_id for order in self.double.venue.orders if order.status.name == "NEW"]

    def steps(self) -> list[Step]:
        """Of the one report that there is."""
        reports = reports_of(self.root)
        assert len(reports) <= 1
        return read_steps(reports[0]) if reports else []

    def is_live(self) -> bool:
        return bool(self.memory.table("gateway.binance")[0]["state"] == FeedState.LIVE)

    async def _beat(self) -> None:
        while True:
            self.memory.heartbeat("core")[0] = monotonic_ns()
            await asyncio.sleep(0.02)


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setenv("STATION_HOME", str(tmp_path))
    desk = Desk(tmp_path)
    await desk.open()
    try:
        yield desk
    finally:
        await desk.close()


def others_trade(desk: Desk, count: int = ORDERS) -> None:
    for _ in range(count):
        desk.double.venue.place_by_another()


async def ended(child: subprocess.Popen[bytes], within_s: float = 20.0) -> int:
    await until(lambda: child.poll() is not None, within_s=within_s)
    return int(child.returncode)


def pids(steps: list[Step], what: str) -> list[int]:
    return list(dict.fromkeys(step.pid for step in steps if step.what == what))


async def test_an_order_process_killed_in_the_middle_goes_on_and_the_report_has_both_parts(desk: Desk) -> None:
    others_trade(desk)
    first = desk.start_orders()
    await until(desk.is_live, within_s=20)
    desk.double.cancel_takes_s = 0.15
    control.write_halt(desk.memory.control, 0, at_ns=monotonic_ns(), reason="a test")
    await until(lambda: len(pids(desk.steps(), CANCEL)) == 1 and len(desk.open_at_venue()) < ORDERS, within_s=10)

    first.send_signal(signal.SIGKILL)
    first.wait()
    desk.double.break_connections()
    assert desk.open_at_venue()
    second = desk.start_orders()
    await until(lambda: any(step.what == CLEAN for step in desk.steps()), within_s=20)

    steps = desk.steps()
    assert desk.open_at_venue() == []
    assert pids(steps, SEEN) == [first.pid, second.pid]
    assert pids(steps, OPEN) == [first.pid, second.pid]
    assert pids(steps, CANCEL) == [first.pid, second.pid]
    assert pids(steps, CLEAN) == [second.pid]
    assert all(step.took_ms >= 0 for step in steps if step.what in (CANCEL, OPEN))
    assert stat.S_IMODE(reports_of(desk.root)[0].stat().st_mode) == 0o600
    assert (desk.root / "halted").exists()  # nobody else was there to write it


async def test_a_kill_command_killed_in_the_middle_goes_on_and_the_report_has_both_parts(desk: Desk) -> None:
    """No order process lives: the command cancels by itself."""
    others_trade(desk)
    double = desk.double.venue
    double.fill(double.orders[0], 2)
    desk.double.cancel_takes_s = 0.15
    first = desk.start_kill("--flatten")
    await until(lambda: len(pids(desk.steps(), CANCEL)) == 1 and len(desk.open_at_venue()) < ORDERS - 1, within_s=20)

    first.send_signal(signal.SIGKILL)
    first.wait()
    desk.double.break_connections()
    assert desk.open_at_venue()
    second = desk.start_kill()  # without --flatten: the one that stands is not taken back

    assert await ended(second) == 0
    assert desk.open_at_venue() == []
    assert sum(row.position_lots for row in await double.positions()) == 0
    steps = desk.steps()
    assert pids(steps, CANCEL) == [first.pid, second.pid]
    assert pids(steps, FLAT) == [second.pid]
    assert steps[-1].text == "proven"


async def test_the_file_that_halts_needs_no_desk(desk: Desk) -> None:
    others_trade(desk, 2)
    desk.start_orders()
    await until(desk.is_live, within_s=20)

    paths.kill_file("main").parent.mkdir(parents=True)
    paths.kill_file("main").touch()

    await until(lambda: desk.open_at_venue() == [] and any(step.what == CLEAN for step in desk.steps()))
    assert control.read_halt(desk.memory.control, control.FIRST_ORDER_LINE).reason == "the file KILL is there"


@pytest.mark.parametrize("who", ["order process", "kill command"])
async def test_orders_of_others_stay_when_only_ours_are_meant(desk: Desk, who: str) -> None:
    others_trade(desk, 2)
    desk.register(scope="own")
    if who == "order process":
        desk.start_orders(kill_scope="own")
        await until(desk.is_live, within_s=20)
        control.write_halt(desk.memory.control, 0, at_ns=monotonic_ns(), reason="a test")
        await until(lambda: any(step.what == CLEAN for step in desk.steps()))
    else:
        assert await ended(desk.start_kill()) == 0
    assert len(desk.open_at_venue()) == 2


async def test_a_protective_stop_outlives_core_and_order_process_until_a_person_says_halt(desk: Desk) -> None:
    first = desk.start_orders(core_stale_ms=500)
    await until(desk.is_live)
    requests = Producer(desk.memory.ring("order_requests.binance"))
    for request in (order(1 << 32 | 1, price_ticks=6_000_000), protecting_stop(1 << 32 | 2)):
        requests.publish(request[0])
    await until(lambda: len(desk.open_at_venue()) == 2)

    desk.beating.cancel()  # the core is dead
    await until(lambda: any(step.what == CLEAN for step in desk.steps()))
    (stop,) = desk.open_at_venue()
    assert [step.text for step in desk.steps() if step.what == CLEAN] == [
        "the venue lists nothing but 1 protective stop; 1 cancelled"
    ]
    first.send_signal(signal.SIGKILL)
    first.wait()
    desk.start_orders(core_stale_ms=500)
    await until(lambda: len(pids(desk.steps(), CLEAN)) == 2)
    assert desk.open_at_venue() == [stop]

    control.write_halt(desk.memory.control, 0, at_ns=monotonic_ns(), reason="a key")
    await until(lambda: desk.open_at_venue() == [])
