"""From an event in the market ring to the order request in its ring: the core's own loop functions, event by event.

    frame into the ring │ ring → event → tape → book → signals → strategy → risk → order → tape, journal, request ring │
                        └ stamp before it is published                                      stamp after it is visible ┘

Everything is the core as its process makes it: memory files, state, rings, journal, recovered and begun as a session.
The stream is that of bench/book.py with one trade in eight frames, each frame one event; a strategy of our own takes
one lot at the touch after each, so that every frame ends in a reviewed order. Beyond the two stamps, behind each event:
the venue's answer (EXPIRED, through the loop's own report path), the reading of tape, journal and requests, and timers.
One pinned thread does it all: the time that a line takes from another CPU is in the row of the ring (bench/ring.py) and
in that of the wire. The stamps cost 20 ns, which are in the figure. Wait policy: spin.
"""

import os
import tempfile
from typing import Any

import numpy as np

from bench.book import MID_TICKS, snapshot, stream
from core.config import CoreConfig
from core.kernel import kernel
from core.loop import Loop, _take_market, _take_reports, _take_timers
from core.memory.atomics import events_at, market_events_at, monotonic_ns, store_release
from core.memory.files import Memory, address_of, create_files, producer_row
from core.memory.layout import Capacities
from core.memory.ring import producer_publish, producer_slot
from core.process import Core
from core.records.decisions import Decisions, clear_event
from core.records.market import MARKET_EVENT
from core.settings import CoreSettings, StrategySettings
from core.state import State
from core.strategies import enable_strategies
from core.strategy.compile import strategy
from core.strategy.contract import want_take
from core.vocabulary import (
    BookState,
    EventFlag,
    EventKind,
    Mode,
    OrderStatus,
    Report,
    WaitPolicy,
)
from tests.generous import generous_limits

FRAMES = 60_000
RUNS = 5
WARM_FRAMES = 20_000
GROUP = "bench"
SYMBOL = "BTC-USD.bench"
LAST_IN_FRAME = int(EventFlag.LAST_IN_FRAME)


@strategy(name="bench_every_frame", parameters={})
def every_frame(view: np.void, parameters: np.ndarray, memory: np.void, intents: np.ndarray) -> int:
    """One lot at the touch, the sides in turn; looks at the signals as a strategy would."""
    words = memory["words"]
    words[0] += 1
    if view["book_state"] != BookState.LIVE or not (view["imbalance"] >= -1.0 and view["micro_price"] > 0.0):
        return 0
    if words[0] & 1:
        return want_take(intents, 0, 1, view["best_ask_ticks"], 1)
    return want_take(intents, 0, -1, view["best_bid_ticks"], 1)


@kernel
def drive(
    loop: Loop, state: State, decisions: Decisions, frames: np.ndarray, market: np.void, reports: np.void,
    readers: np.ndarray, gaps: np.ndarray,
) -> int:  # fmt: skip
    """Each frame through the loop; gaps: nanoseconds, -1 where no order came of it. The number of orders."""
    slots = market_events_at(market["slots_address"], market["capacity"])
    requests = loop.requests[0]
    asked = events_at(requests["slots_address"], requests["capacity"])
    orders = 0
    for i in range(frames.shape[0]):
        before = requests["own"]
        began_ns = monotonic_ns(loop.timespec)
        frames[i]["received_ns"] = began_ns
        slots[producer_slot(market)] = frames[i]
        producer_publish(market)
        _take_market(loop, state, decisions)
        ended_ns = monotonic_ns(loop.timespec)
        gaps[i] = -1
        if requests["own"] != before:
            gaps[i] = ended_ns - began_ns
            orders += 1
            _answer(reports, asked[before & (requests["capacity"] - 1)], orders)
            _take_reports(loop, state, decisions)
        _take_timers(loop, state, decisions, ended_ns)
        store_release(readers[0], loop.tape[0]["own"])
        store_release(readers[1], loop.journal[0]["own"])
        store_release(readers[2], requests["own"])
    return orders


@kernel
def _answer(reports: np.void, request: np.void, number: int) -> None:
    """The venue: nothing was there, the order is over."""
    slot = events_at(reports["slots_address"], reports["capacity"])[producer_slot(reports)]
    clear_event(slot)
    slot["kind"] = EventKind.EXECUTION_REPORT
    slot["detail"] = Report.EXPIRED
    slot["status"] = OrderStatus.EXPIRED
    slot["sequence"] = reports["own"] + 1
    slot["reference_id"] = number
    slot["client_id"] = request["client_id"]
    slot["instrument_id"] = request["instrument_id"]
    slot["side"] = request["side"]
    slot["received_ns"] = request["received_ns"]
    producer_publish(reports)


class Bench:
    """A core in this process, and the hands of everybody who speaks to it."""

    def __init__(self, folder: str) -> None:
        self.descriptor = create_files("bench-core", (GROUP,), Capacities())
        self.memory = Memory(self.descriptor, frozenset({"desk", f"market.{GROUP}", f"order.{GROUP}", "recorder"}))
        _write_instrument(self.memory)
        limits = generous_limits(orders_per_second=1_000_000)
        settings = CoreSettings(
            config=CoreConfig(mode=Mode.SIM, wait_policy=WaitPolicy.SPIN, risk=limits),
            state_folder=folder,
            epoch=1,
            wall_offset_ns=0,
            strategies=(StrategySettings(name="bench_every_frame", symbol=SYMBOL),),
        )
        self.core = Core(self.descriptor, settings)
        self.core.recovery.begin_session(self.core.loop, self.core.state, self.core.decisions)
        self.market = producer_row(self.memory.ring(f"market.{GROUP}"))
        self.reports = producer_row(self.memory.ring(f"execution_reports.{GROUP}"))
        parts = [
            self.memory.ring("tape"),
            self.core.memory.ring("journal"),
            self.memory.ring(f"order_requests.{GROUP}"),
        ]
        self._cursors = [part.consumed for part in parts]
        self.readers = np.array([address_of(cursor) for cursor in self._cursors])
        self.run(snapshot_frames())
        enable_strategies(self.core.state, 0, 1)

    def run(self, frames: np.ndarray) -> np.ndarray:
        gaps = np.zeros(len(frames), np.int64)
        core = self.core
        drive(
            core.loop, core.state, core.decisions, frames, self.market[0], self.reports[0], self.readers, gaps
        )  # fmt: skip
        return gaps


def _write_instrument(memory: Memory) -> None:
    row = memory.table("instruments")[0]
    row["symbol"], row["venue_symbol"], row["venue"] = SYMBOL.encode(), b"BTCUSD", b"bench"
    row["base"], row["quote"], row["settlement"] = b"BTC", b"USD", b"USD"
    row["value_numerator"], row["value_denominator"] = 10, 1
    row["tick_mantissa"], row["tick_exponent"], row["lot_mantissa"], row["lot_exponent"] = 1, -2, 1, -5
    row["min_lots"], row["max_lots"] = 1, 1 << 40
    memory.lines("instrument_count")[0, 0] = 1


def snapshot_frames() -> np.ndarray:
    sides, prices, lots = snapshot()
    frames = np.zeros(len(sides), MARKET_EVENT)
    frames["kind"], frames["side"], frames["price_ticks"], frames["quantity_lots"] = (
        EventKind.BOOK_LEVEL, sides, prices, lots,
    )  # fmt: skip
    frames["sequence"] = np.arange(len(frames))
    frames["flags"][0] |= EventFlag.SNAPSHOT_BEGIN
    frames["flags"][-1] |= EventFlag.SNAPSHOT_END | EventFlag.LAST_IN_FRAME
    return frames


def _frames(levels: int) -> np.ndarray:
    """Frames of one event each, behind the snapshot; before each seventh level a trade in the middle."""
    sides, prices, lots = stream(levels)
    changed = np.zeros(levels, MARKET_EVENT)
    changed["kind"], changed["side"], changed["price_ticks"], changed["quantity_lots"] = (
        EventKind.BOOK_LEVEL, sides, prices, lots,
    )  # fmt: skip
    trades = np.zeros(-(-levels // 7), MARKET_EVENT)
    trades["kind"], trades["price_ticks"], trades["quantity_lots"] = EventKind.TRADE, MID_TICKS, lots[::7] + 1
    trades["side"] = sides[::7]
    frames = np.insert(changed, np.arange(0, levels, 7), trades)
    frames["flags"] = LAST_IN_FRAME
    return frames


def rows() -> list[dict[str, Any]]:
    allowed = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {allowed[-1]})
    try:
        with tempfile.TemporaryDirectory() as folder:
            return _measure(Bench(folder))
    finally:
        os.sched_setaffinity(0, set(allowed))


def _measure(bench: Bench) -> list[dict[str, Any]]:
    frames = _frames(WARM_FRAMES + RUNS * FRAMES)
    bench.run(frames[:WARM_FRAMES])
    p50s, p99s, best, orders, wanted = [], [], [], 0, 0
    for first in range(WARM_FRAMES, len(frames) - FRAMES + 1, FRAMES):
        gaps = bench.run(frames[first : first + FRAMES])
        gaps = gaps[gaps >= 0]
        orders, wanted = orders + len(gaps), wanted + FRAMES
        p50s.append(float(np.percentile(gaps, 50)))
        p99s.append(float(np.percentile(gaps, 99)))
        best.append(float(gaps.min()))
    if orders < 0.95 * wanted:
        denied = int(bench.core.state.core[0]["last_deny_reason"])
        raise RuntimeError(f"nearly every frame must end in an order: {orders=}, frames={wanted}, {denied=}")
    return [
        {
            "bench": "tick_to_order",
            "what": f"event in the ring → order request in its ring, {orders:,} orders, spin",
            "unit": "ns",
            "subject": "station",
            "p50": float(np.median(p50s)),
            "p99": float(np.median(p99s)),
            "min": min(best),
            "runs": len(p50s),
        }
    ]
