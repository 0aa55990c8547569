"""The real market and order processes against the served exchange: real sockets, real rings, and a common truth."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest

from core.clock import monotonic_ns, wall_offset_ns
from core.memory import control
from core.memory.files import Memory, create_files, keep_open
from core.memory.layout import Capacities
from core.vocabulary import EventKind, FeedState, Mode, Report, Side, TimeInForce
from feeds.config import MarketSettings, OrderSettings, VenueConfig
from feeds.instruments import write_table
from feeds.simulator.instruments import simulator_instruments
from feeds.simulator.keeping import Keeper
from feeds.simulator.settings import SimulatorSettings
from tests.deadline import PATIENCE
from tests.session.test_simulator_process import Rings

pytestmark = pytest.mark.compiled  # seconds of virtual or real time: plain Python is too slow for them

ROOT = Path(__file__).resolve().parents[2]


class Served(Rings):
    """Desk and core in this process; exchange, market and order process beside it."""

    def __init__(self, folder: Path, *, by_websocket: bool) -> None:
        self.folder, self.by_websocket = folder, by_websocket
        self.descriptor = create_files("toy", ("alpha",), Capacities(tape=1 << 8, journal=1 << 8))
        memory = Memory(self.descriptor, frozenset({"desk", "core", "core.alpha"}))
        self.offset_ns = wall_offset_ns()
        control.write_header(memory.control, control.Header(os.getpid(), 0, monotonic_ns(), self.offset_ns, "toy"))
        rows = [(0, row) for row in simulator_instruments() if row.venue == "alpha"]
        write_table(memory.table("instruments"), memory.lines("instrument_count")[0], rows)
        super().__init__(memory, "alpha", first_instrument=0)
        self.exchange_settings = SimulatorSettings(seed=7, journal_folder=str(folder / "exchange"), snapshot_every_s=2)
        self.exchange_keys = folder / "keys.toml"
        self.exchange_keys.write_text('[account.1]\nkey = "a-key"\nsecret = "a-secret"\n')
        self.our_key = folder / "our-key.toml"
        self.our_key.write_text('key = "a-key"\nsecret = "a-secret"\n')
        self.our_key.chmod(0o600)
        self.port = 0
        self.children: dict[str, subprocess.Popen[bytes]] = {}

    def start_exchange(self) -> None:
        child = subprocess.Popen(
            [
                sys.executable, "-m", "feeds.simulator.server", "--port", str(self.port), "--venue", "alpha",
                "--credentials", str(self.exchange_keys),
                "--settings", msgspec.json.encode(self.exchange_settings).decode(),
            ],
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )  # fmt: skip
        assert child.stdout is not None
        self.port = json.loads(child.stdout.readline())["port"]
        child.stdout.close()
        self.children["exchange"] = child

    def start_market(self) -> None:
        settings = MarketSettings(venues=(self.venue(),), wall_offset_ns=self.offset_ns)
        self._start("market", "feeds.market_process", settings)

    def start_orders(self) -> None:
        settings = OrderSettings(
            venue=self.venue(),
            mode=Mode.LIVE,
            state_folder=str(self.folder / "state"),
            lock_folder=str(self.folder / "locks"),
            wall_offset_ns=self.offset_ns,
        )
        self._start("orders", "feeds.order_process", settings)

    def venue(self) -> VenueConfig:
        return VenueConfig(
            name="alpha",
            dialect="binance",
            rest_url=f"http://127.0.0.1:{self.port}",
            ws_url=f"ws://127.0.0.1:{self.port}",
            ws_api_url=f"ws://127.0.0.1:{self.port}/ws-api/v3" if self.by_websocket else "",
            credentials_file=str(self.our_key),
        )

    def _start(self, name: str, module: str, settings: msgspec.Struct) -> None:
        described = msgspec.json.encode(self.descriptor).decode()
        told = msgspec.json.encode(settings).decode()
        command = [sys.executable, "-m", module, "--group", "alpha", "--descriptor", described, "--settings", told]
        self.children[name] = subprocess.Popen(command, pass_fds=keep_open(self.descriptor), cwd=ROOT)

    def kill(self, name: str) -> None:
        child = self.children.pop(name)
        child.send_signal(signal.SIGKILL)
        child.wait(20 * PATIENCE)

    def are_books_live(self) -> bool:
        said = self.market[self.market["kind"] == EventKind.FEED_STATE]
        live = said["instrument_id"][said["detail"] == FeedState.LIVE]
        return set(range(8)) <= set(live.tolist())

    def can_trade(self) -> bool:
        return bool(self.memory.table("gateway.alpha")[0]["state"] == FeedState.LIVE)


@pytest.fixture(params=["websocket api", "rest"])
def served(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Served]:
    served = Served(tmp_path, by_websocket=request.param == "websocket api")
    try:
        served.start_exchange()
        served.start_market()
        served.start_orders()
        served.until(lambda: served.are_books_live() and served.can_trade(), within_s=90)
        yield served
    finally:
        for name in list(served.children):
            served.kill(name)


def test_orders_meet_the_market_and_everyone_agrees(served: Served) -> None:
    for number in range(20):
        side = Side.BUY if number % 2 else Side.SELL
        served.place(served.best_bid() + side * (-200 if number % 4 < 2 else 60), side=side)
    taking = served.place(served.best_bid() + 60, time_in_force=TimeInForce.IOC)
    served.until(lambda: served.final(taking) and all(served.told_of(client_id) for client_id in range(1, 21)))
    for client_id in range(1, 21):
        served.cancel(client_id)
    served.until(lambda: all(served.final(client_id) for client_id in range(1, 22)))
    agree(served)


def test_a_killed_order_process_and_a_killed_exchange_come_back_to_one_truth(served: Served) -> None:
    for number in range(30):
        side = Side.BUY if number % 2 else Side.SELL
        served.place(served.best_bid() + side * (-200 if number % 4 < 2 else 60), side=side)
        served.read()
    # Some are at the exchange by now, the others still on their way: the case that a restart has to put in order.
    served.until(lambda: any(report["detail"] == Report.FILLED for report in served.reports))
    served.kill("orders")
    served.kill("exchange")
    served.start_exchange()
    served.start_orders()
    frames = len(served.market)
    served.until(lambda: served.can_trade() and len(served.market) > frames + 200, within_s=90)
    for client_id in range(1, 31):
        served.cancel(client_id)
    served.until(lambda: all(served.final(client_id) for client_id in range(1, 31)), within_s=90)
    agree(served)


def agree(served: Served) -> None:
    """What was reported here is what the exchange has written down, once each."""

    def stop() -> None:
        child = served.children.pop("exchange")
        child.send_signal(signal.SIGTERM)
        assert child.wait(20 * PATIENCE) == 0

    stop()
    now_ns = monotonic_ns() + served.offset_ns
    exchange = Keeper(simulator_instruments(), served.exchange_settings, now_ns=now_ns).exchange
    assert list(exchange.ledger.open_orders(1)) == []
    fills = {int(fill["execution_id"]): fill for fill in exchange.ledger.fills_since(1, 0)}
    told = [report for report in served.reports if report["detail"] == Report.FILLED]
    assert len({int(report["execution_id"]) for report in told}) == len(told)
    assert {int(report["execution_id"]) for report in told} == set(fills)
    assert fills
    for report in told:
        fill = fills[int(report["execution_id"])]
        assert (report["price_ticks"], report["quantity_lots"]) == (fill["price_ticks"], fill["quantity_lots"])
        assert report["amount"] == fill["fee_e8"]
    position = sum(int(report["side"]) * int(report["quantity_lots"]) for report in told)
    assert exchange.state.accounts[1, 0]["position_lots"] == position
    assert np.count_nonzero(exchange.state.accounts[1]["position_lots"]) <= 1
