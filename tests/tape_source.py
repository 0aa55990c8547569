"""A desk without a core: the memory of one, tape records that look like a busy market, and a real recorder process."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import msgspec
import numpy as np

from core.clock import wall_offset_ns
from core.memory.files import Descriptor, Memory, create_files, keep_open
from core.memory.layout import Capacities
from core.memory.numpy_ring import Producer
from core.records.event import EVENT
from core.records.instrument import INSTRUMENT
from core.vocabulary import BookState, EventFlag, EventKind, OrderStatus, Request, Side
from feeds.instruments import Instrument, write_table
from feeds.store.settings import RecorderSettings
from tests.deadline import eventually

ROOT = Path(__file__).resolve().parents[1]
SYMBOLS = ("BTC-USD.alpha", "ETH-USD.alpha", "BTC-USD.beta", "ETH-USD.beta")
EPOCH = 7
KERNEL_HASH = 0x0123_4567_89AB_CDEF


def empty_events(count: int) -> np.ndarray:
    """EVENT[count], as the core clears a record."""
    events = np.zeros(count, EVENT)
    for name in ("instrument_id", "strategy_id", "source_id"):
        events[name] = -1
    return events


def market_tape(count: int, *, seed: int = 1, first_sequence: int = 0, now_ns: int | None = None) -> np.ndarray:
    """EVENT[count] in the core's own mix: levels in frames, trades, signals, a few orders with their fills."""
    random = np.random.default_rng(seed)
    events = empty_events(count)
    events["tape_sequence"] = np.arange(first_sequence, first_sequence + count)
    gaps_ns = random.exponential(3_300.0, count).astype(np.int64)
    events["now_ns"] = (time.monotonic_ns() if now_ns is None else now_ns) + np.cumsum(gaps_ns)
    begins = random.random(count) < 0.1
    begins[0] = True
    frame = np.maximum.accumulate(np.where(begins, np.arange(count), 0))
    events["received_ns"] = events["now_ns"][frame] - random.integers(5_000, 40_000, count)[frame]
    events["venue_ns"] = (events["received_ns"] - random.integers(100_000, 900_000, count)[frame]) // 1_000 * 1_000
    events["sequence"] = np.arange(count)
    events["instrument_id"] = random.integers(0, len(SYMBOLS), count)[frame]
    events["source_id"] = events["instrument_id"] // 2
    middle_ticks = np.array([6_012_345, 251_200, 6_012_360, 251_190])[events["instrument_id"]]
    events["price_ticks"] = middle_ticks + random.integers(-200, 200, count)
    events["quantity_lots"] = random.integers(0, 200_000, count)
    events["kind"] = EventKind.BOOK_LEVEL
    events["side"] = np.where(random.random(count) < 0.5, Side.BUY, Side.SELL)
    events["flags"] = np.where(np.append(begins[1:], True), EventFlag.LAST_IN_FRAME, 0)
    share = random.random(count)
    trades = share < 0.08
    events["kind"][trades] = EventKind.TRADE
    events["reference_id"][trades] = np.arange(trades.sum()) + 1_000_000_000
    _turn_into(events, (share >= 0.08) & (share < 0.11), _signals, random)
    _turn_into(events, (share >= 0.11) & (share < 0.115), _orders, random)
    return events


def _turn_into(
    events: np.ndarray,
    chosen: np.ndarray,
    fill: Callable[[np.ndarray, np.random.Generator], None],
    random: np.random.Generator,
) -> None:
    """Make decisions of these records: they keep their cause's clocks, number and instrument."""
    decisions = empty_events(int(chosen.sum()))
    for name in ("tape_sequence", "now_ns", "received_ns", "instrument_id"):
        decisions[name] = events[name][chosen]
    fill(decisions, random)
    events[chosen] = decisions


def _signals(events: np.ndarray, random: np.random.Generator) -> None:
    events["kind"] = EventKind.SIGNAL
    events["reference_id"] = random.integers(0, 7, len(events))
    events["amount"] = random.normal(size=len(events)).view(np.int64)
    states = random.random(len(events)) < 0.05
    events["kind"][states] = EventKind.BOOK_STATE
    events["detail"][states] = BookState.LIVE
    events["reference_id"][states] = events["amount"][states] = 0


def _orders(events: np.ndarray, random: np.random.Generator) -> None:
    """Each order is asked for, accepted and filled by three records in a row."""
    step = np.arange(len(events)) % 3
    events["client_id"] = (EPOCH << 32) + np.arange(len(events)) // 3 + 1
    events["side"] = Side.BUY
    events["price_ticks"] = 6_012_300
    events["quantity_lots"] = 10_000
    events["origin"] = 1
    events["kind"] = np.array([EventKind.ORDER_REQUEST, EventKind.ORDER_UPDATE, EventKind.FILL])[step]
    events["detail"][step == 0] = Request.NEW
    events["order_type"] = events["time_in_force"] = 1
    events["status"][step == 1] = OrderStatus.FILLED
    events["filled_lots"][step == 1] = 10_000
    events["execution_id"][step == 2] = random.integers(1, 1 << 40, int((step == 2).sum()))
    events["amount"][step == 2] = 123_456_789


def session_record(*, first_sequence: int = 0, epoch: int = EPOCH, now_ns: int | None = None) -> np.ndarray:
    """EVENT[1] that a core's life begins with."""
    event = empty_events(1)
    event["kind"] = EventKind.SESSION
    event["tape_sequence"] = first_sequence
    event["now_ns"] = time.monotonic_ns() if now_ns is None else now_ns
    event["client_id"] = epoch
    event["reference_id"] = KERNEL_HASH
    event["amount"] = WALL_OFFSET_NS
    return event


WALL_OFFSET_NS = wall_offset_ns()


@dataclass
class Desk:
    """The memory, the core's end of the tape, and the recorder that was started on it."""

    descriptor: Descriptor
    memory: Memory
    producer: Producer
    settings: RecorderSettings
    process: subprocess.Popen[bytes] | None = None

    @classmethod
    def make(cls, folder: Path, *, tape: int = 1 << 15, **settings: object) -> "Desk":
        descriptor = create_files("test", ("sim",), Capacities(tape=tape, instruments=16))
        memory = Memory(descriptor, frozenset({"core", "desk"}))
        write_table(memory.table("instruments"), memory.lines("instrument_count")[0], _listed())
        chosen = {"batch_ms": 20, "socket": str(folder / "asks.sock"), **settings}
        return cls(
            descriptor,
            memory,
            Producer(memory.ring("tape")),
            RecorderSettings(
                folder=str(folder / "recordings"),
                wall_offset_ns=WALL_OFFSET_NS,
                **chosen,  # type: ignore[arg-type]
            ),
        )

    @property
    def status(self) -> np.void:
        row: np.void = self.memory.table("recorder")[0]
        return row

    @property
    def consumed(self) -> int:
        return int(self.memory.ring("tape").consumed[0])

    def start(self, *, limit_bytes: int = 0) -> None:
        """A recorder process. `limit_bytes`: no file may grow beyond it, as on a disk that is full."""
        command = [sys.executable, "-m", "feeds.store.recorder"]
        if limit_bytes:
            limit = f"import resource,runpy,sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit_bytes}, -1)); "
            run = "sys.argv[0] = 'recorder'; runpy.run_module('feeds.store.recorder', run_name='__main__')"
            command = [sys.executable, "-c", limit + run]
        descriptor = msgspec.json.encode(self.descriptor).decode()
        settings = msgspec.json.encode(self.settings).decode()
        self.process = subprocess.Popen(
            [*command, "--descriptor", descriptor, "--settings", settings],
            pass_fds=keep_open(self.descriptor),
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    def put(self, events: np.ndarray) -> None:
        """Into the ring, waiting for room: the test wants nothing dropped."""
        for event in events:
            eventually(lambda: self.producer.room > 0)
            self.producer.publish(event)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()
        for number in keep_open(self.descriptor):
            os.close(number)


def instrument_rows() -> np.ndarray:
    """INSTRUMENT[n], as the desk's table holds them."""
    table = np.zeros(len(SYMBOLS), INSTRUMENT)
    write_table(table, np.zeros(1, np.int64), _listed())
    return table


def _listed() -> list[tuple[int, Instrument]]:
    return [(number // 2, _instrument(symbol)) for number, symbol in enumerate(SYMBOLS)]


def _instrument(symbol: str) -> Instrument:
    name, venue = symbol.split(".")
    base, quote = name.split("-")
    return Instrument(
        symbol=symbol,
        venue_symbol=base + quote,
        venue=venue,
        base=base,
        quote=quote,
        settlement=quote,
        tick=Decimal("0.01"),
        lot=Decimal("0.00001"),
    )
