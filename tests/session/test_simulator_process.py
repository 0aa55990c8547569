"""The simulated exchange as the process that it is: real memory, real rings, SIGKILL, and what is true afterwards."""

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
from core.memory.numpy_ring import Consumer, Producer
from core.records.event import EVENT
from core.records.market import MARKET_EVENT
from core.vocabulary import (
    EventFlag,
    EventKind,
    FeedState,
    OrderType,
    Report,
    Request,
    Side,
    TimeInForce,
)
from feeds.instruments import write_table
from feeds.simulator.instruments import simulator_instruments
from feeds.simulator.keeping import Keeper
from feeds.simulator.settings import SimulatorSettings
from tests.deadline import PATIENCE, eventually

pytestmark = pytest.mark.compiled  # seconds of virtual or real time: plain Python is too slow for them

FIRST_OTHER = 3
"""Rows of other venues before ours in the table: ids are not book numbers."""


class Rings:
    """What the core does for one venue group, in this process: its rings, the books, the reports."""

    def __init__(self, memory: Memory, group: str, *, first_instrument: int) -> None:
        self.memory, self.group, self.first_instrument = memory, group, first_instrument
        self.orders = Producer(memory.ring(f"order_requests.{group}"))
        self.cancels = Producer(memory.ring(f"cancels.{group}"))
        self.feed_requests = Producer(memory.ring(f"feed_requests.{group}"))
        self._market = Consumer(memory.ring(f"market.{group}"))
        self._reports = Consumer(memory.ring(f"execution_reports.{group}"))
        self.market = np.zeros(0, MARKET_EVENT)
        self.reports: list[np.void] = []
        self.books: dict[int, dict[tuple[int, int], int]] = {}
        self.sent = 0

    def read(self) -> None:
        """Drain both rings, keep the books."""
        self.memory.heartbeat("core")[0] = monotonic_ns()
        events = self._market.peek(2_000)  # not all at once: who is slow to beat is called stale
        self._market.release(len(events))
        self.market = np.concatenate([self.market, events])
        for event in events[events["kind"] == EventKind.BOOK_LEVEL]:
            book = self.books.setdefault(int(event["instrument_id"]), {})
            if event["flags"] & EventFlag.SNAPSHOT_BEGIN:
                book.clear()
            book[int(event["side"]), int(event["price_ticks"])] = int(event["quantity_lots"])
        reports = self._reports.peek()
        self._reports.release(len(reports))
        self.reports.extend(reports)

    def until(self, is_so, within_s: float = 40.0) -> None:  # type: ignore[no-untyped-def]
        def looked() -> object:
            self.read()
            return is_so()

        eventually(looked, within_s=within_s, every_s=0.001)

    def best_bid(self) -> int:
        book = self.books[self.first_instrument]
        return max(price for (side, price), lots in book.items() if side == 1 and lots)

    def place(self, price_ticks: int, *, side: Side = Side.BUY, lots: int = 100, **fields: int) -> int:
        self.sent += 1
        request = np.zeros(1, EVENT)
        request["kind"], request["detail"], request["client_id"] = EventKind.ORDER_REQUEST, Request.NEW, self.sent
        request["instrument_id"], request["side"] = self.first_instrument, side
        request["order_type"], request["time_in_force"] = OrderType.LIMIT, TimeInForce.GTC
        request["price_ticks"], request["quantity_lots"], request["now_ns"] = price_ticks, lots, monotonic_ns()
        for name, value in fields.items():
            request[name] = value
        assert self.orders.publish(request[0])
        return self.sent

    def cancel(self, client_id: int) -> None:
        request = np.zeros(1, EVENT)
        request["kind"], request["detail"], request["client_id"] = EventKind.ORDER_REQUEST, Request.CANCEL, client_id
        request["instrument_id"] = self.first_instrument
        assert self.cancels.publish(request[0])

    def told_of(self, client_id: int) -> list[Report]:
        return [Report(int(report["detail"])) for report in self.reports if report["client_id"] == client_id]

    def final(self, client_id: int) -> bool:
        mine = (report for report in self.reports if report["client_id"] == client_id)
        return any(report["flags"] & EventFlag.FINAL for report in mine)


class Station(Rings):
    """What desk and core do for the simulator's process."""

    def __init__(self, folder: Path, **capacities: int) -> None:
        self.descriptor = create_files("toy", ("sim",), Capacities(tape=1 << 8, journal=1 << 8, **capacities))
        memory = Memory(self.descriptor, frozenset({"desk", "core", "core.sim"}))
        header = control.Header(os.getpid(), 0, monotonic_ns(), wall_offset_ns(), "toy")
        control.write_header(memory.control, header)
        ours = simulator_instruments()
        strangers = [msgspec.structs.replace(row, symbol=f"X{row.symbol}") for row in ours[:FIRST_OTHER]]
        table, count = memory.table("instruments"), memory.lines("instrument_count")[0]
        write_table(table, count, [(0, row) for row in (*strangers, *ours)])
        super().__init__(memory, "sim", first_instrument=FIRST_OTHER)
        self.settings = SimulatorSettings(
            seed=7, state_folder=str(folder), journal_folder=str(folder / "exchange"), snapshot_every_s=2
        )
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "feeds.simulator.process",
                "--descriptor", msgspec.json.encode(self.descriptor).decode(),
                "--settings", msgspec.json.encode(self.settings).decode(),
            ],
            pass_fds=keep_open(self.descriptor),
            cwd=Path(__file__).resolve().parents[2],
        )  # fmt: skip

    def end(self, how: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        code = self.process.wait(20 * PATIENCE)
        self.process = None
        return code

    @property
    def states(self) -> np.ndarray:
        """What was said of the feed, as far as it was read."""
        return self.market["detail"][self.market["kind"] == EventKind.FEED_STATE]

    def is_live(self) -> bool:
        gateway = self.memory.table("gateway.sim")[0]
        return bool(len(self.states) and self.states[-1] == FeedState.LIVE and gateway["state"] == FeedState.LIVE)


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    station = Station(tmp_path)
    try:
        station.start()
        station.until(station.is_live, within_s=60)
        yield station
    finally:
        if station.process is not None:
            station.end(signal.SIGKILL)


def test_books_begin_with_snapshots_under_the_stations_own_numbers(station: Station) -> None:
    station.until(lambda: len(station.books) == 16)
    assert set(station.books) == set(range(FIRST_OTHER, FIRST_OTHER + 16))
    station.until(lambda: len(station.market) > 3_000)
    assert (np.diff(station.market["sequence"]) == 1).all()
    first_of = {}
    for event in station.market[station.market["kind"] == EventKind.BOOK_LEVEL]:
        first_of.setdefault(int(event["instrument_id"]), int(event["flags"]))
    assert all(flags & EventFlag.SNAPSHOT_BEGIN for flags in first_of.values())
    rows = station.memory.table("feeds.sim")[:2]
    assert [bytes(row["venue"]) for row in rows] == [b"alpha", b"beta"]
    assert (rows["state"] == FeedState.LIVE).all()


def test_a_new_snapshot_comes_when_it_is_asked_for(station: Station) -> None:
    def snapshots() -> int:
        mine = station.market["instrument_id"] == FIRST_OTHER + 5
        return int((mine & (station.market["flags"] & EventFlag.SNAPSHOT_BEGIN > 0)).sum())

    station.until(lambda: snapshots() == 1)
    request = np.zeros(1, EVENT)
    request["instrument_id"] = FIRST_OTHER + 5
    station.feed_requests.publish(request[0])
    station.until(lambda: snapshots() == 2)


def test_orders_go_there_and_reports_come_back(station: Station) -> None:
    resting = station.place(station.best_bid() - 300)
    taking = station.place(station.best_bid() + 60, time_in_force=TimeInForce.IOC)
    station.until(lambda: station.told_of(resting) and station.final(taking))
    assert station.told_of(resting) == [Report.ACCEPTED]
    assert Report.FILLED in station.told_of(taking)
    station.cancel(resting)
    station.until(lambda: station.final(resting))
    assert station.told_of(resting)[-1] is Report.CANCELED


def test_it_ends_cleanly_when_asked_to(station: Station) -> None:
    assert station.end(signal.SIGTERM) == 0
    station.until(lambda: station.states[-1] == FeedState.DOWN)


def test_after_sigkill_nothing_is_forgotten_and_nothing_happens_twice(station: Station, tmp_path: Path) -> None:
    """Killed in the middle of a stream of orders, three times; then station and exchange agree on all of them."""
    for _ in range(3):
        for number in range(40):
            side = Side.BUY if number % 2 else Side.SELL
            away = -250 if number % 4 < 2 else 60
            station.place(station.best_bid() + side * away, side=side)
            station.read()
        station.end(signal.SIGKILL)
        station.place(station.best_bid() - 250)  # while nobody is there
        station.start()
        lives = len(station.market)
        station.until(lambda lives=lives: len(station.market) > lives and station.is_live())
    for client_id in range(1, station.sent + 1):
        station.cancel(client_id)
    station.until(lambda: all(station.final(client_id) for client_id in range(1, station.sent + 1)))
    assert station.end(signal.SIGTERM) == 0
    station.read()
    check_against_the_exchange(station, tmp_path)


def check_against_the_exchange(station: Station, folder: Path) -> None:
    now_ns = monotonic_ns() + wall_offset_ns()
    exchange = Keeper(simulator_instruments(), station.settings, now_ns=now_ns).exchange
    assert list(exchange.ledger.open_orders(1)) == []
    fills = {int(fill["execution_id"]): fill for fill in exchange.ledger.fills_since(1, 0)}
    told = [report for report in station.reports if report["detail"] == Report.FILLED]
    by_id = {int(report["execution_id"]): report for report in told}
    assert len(by_id) == len(told)
    assert set(by_id) == set(fills)
    assert fills
    for execution_id, fill in fills.items():
        for name in ("client_id", "price_ticks", "quantity_lots", "side"):
            assert by_id[execution_id][name] == fill[name]
        assert by_id[execution_id]["amount"] == fill["fee_e8"]
    position = sum(int(report["side"]) * int(report["quantity_lots"]) for report in told)
    assert exchange.state.accounts[1, 0]["position_lots"] == position


def test_a_full_ring_loses_whole_frames_says_so_and_begins_anew(tmp_path: Path) -> None:
    station = Station(tmp_path, market=1 << 12)
    station.settings = msgspec.structs.replace(station.settings, rate=20.0)
    station.start()
    status = station.memory.table("feeds.sim")
    try:
        eventually(lambda: status["dropped"][0] > 1_000, within_s=60)
        station.until(lambda: (station.market["kind"] == EventKind.LOSS).any())
        loss = int(np.argmax(station.market["kind"] == EventKind.LOSS))
        station.until(lambda: (station.market["flags"][loss:] & EventFlag.SNAPSHOT_BEGIN > 0).sum() >= 16)
        assert (np.diff(station.market["sequence"]) == 1).all()
        assert station.market["reference_id"][loss] > 0
    finally:
        station.end(signal.SIGKILL)
