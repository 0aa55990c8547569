"""What it costs to follow the market for the screen: the onlooker's CPU at 5,000 and 50,000 records a second.

Eight or 32 books; three in four records are levels within 60 ticks of the touch, 8 % trades, the rest deletes. Time is
that of the tape: a second's records are written in forty portions, and after each the process does what it does after
its 25 ms of sleep. A figure is the CPU time of one such second, as a share of one CPU; p99 is the worst second. The
reader's rows are a client that asks for all views of one instrument after every second portion (20 times a second).
"""

import statistics
import time
from typing import Any

import numpy as np

from core.flow.history import FlowHistory
from core.flow.settings import FlowSettings
from core.memory.files import Memory, create_files
from core.memory.numpy_ring import Producer
from core.records.decisions import clear_event
from core.records.event import EVENT
from core.vocabulary import EventFlag, EventKind
from station.link.flow.reader import FlowReader
from station.views.book import BookView

SECOND = 1_000_000_000
PORTIONS = 40
SECONDS = 30
MIDDLE = 100_000
WALL_OFFSET_NS = 1_700_000_000 * SECOND


def rows() -> list[dict[str, Any]]:
    found = []
    for books, rate in ((8, 5_000), (8, 50_000), (32, 50_000)):
        process, reader = _measure(books, rate)
        what = f"{rate:,} records/s, {books} books"
        found += [_row(what, "the flow", process), _row(what, "a client, all views of one book", reader)]
    return found


def _measure(books: int, rate: int) -> tuple[list[float], list[float]]:
    """Percent of a CPU in each second: of the process, of a reader."""
    descriptor = create_files("bench", ("sim",))
    core = Memory(descriptor, frozenset({"desk", "core", "recorder"}))
    table = core.table("instruments")
    table["book_slot"] = -1
    table["book_slot"][:books] = np.arange(books)
    core.lines("instrument_count")[0, 0] = books
    ring = core.ring("tape")
    tape, now_ns = Producer(ring), 100 * SECOND
    process = FlowHistory(descriptor, FlowSettings(wall_offset_ns=WALL_OFFSET_NS))
    reader = FlowReader(core, WALL_OFFSET_NS)
    tape.publish_batch(_beginning(books, now_ns))
    process.tick(now_ns)
    random, took, read = np.random.default_rng(7), [], []
    for _ in range(SECONDS):
        spent = asked = 0
        for portion in range(PORTIONS):
            ring.consumed[0] = tape.produced
            tape.publish_batch(_portion(random, books, rate // PORTIONS, now_ns))
            now_ns += SECOND // PORTIONS
            began = time.process_time_ns()
            process.tick(now_ns)
            spent += time.process_time_ns() - began
            if portion % 2:
                began = time.process_time_ns()
                _ask(reader)
                asked += time.process_time_ns() - began
        took.append(spent / SECOND * 100)
        read.append(asked / SECOND * 100)
    process.memory.close()
    core.close()
    return took, read


def _ask(reader: FlowReader) -> None:
    reader.candles(0, 0)
    reader.profile(0)
    reader.level_flow(0)
    reader.hints(BookView(instrument_id=0))
    reader.heat(0, 0)
    reader.prints(0)


def _beginning(books: int, now_ns: int) -> np.ndarray:
    """An empty snapshot of every book."""
    records = _blank(books, now_ns)
    records["kind"], records["instrument_id"] = EventKind.BOOK_LEVEL, np.arange(books)
    records["flags"] = EventFlag.SNAPSHOT_BEGIN | EventFlag.SNAPSHOT_END | EventFlag.LAST_IN_FRAME
    return records


def _portion(random: np.random.Generator, books: int, count: int, now_ns: int) -> np.ndarray:
    records = _blank(count, now_ns)
    records["now_ns"] += np.arange(count) * (SECOND // PORTIONS // count)
    records["received_ns"] = records["now_ns"]
    is_trade = random.random(count) < 0.08
    side = random.choice((-1, 1), count)
    away = np.where(is_trade, 1, 1 + random.geometric(0.08, count) % 60)
    records["kind"] = np.where(is_trade, EventKind.TRADE, EventKind.BOOK_LEVEL)
    records["instrument_id"] = random.integers(0, books, count)
    records["side"] = side
    records["price_ticks"] = MIDDLE + np.where(is_trade, side, -side) * away
    lots = random.integers(1, 5_000, count)
    records["quantity_lots"] = np.where(~is_trade & (random.random(count) < 0.2) & (away > 1), 0, lots)
    records["flags"] = EventFlag.LAST_IN_FRAME
    return records


def _blank(count: int, now_ns: int) -> np.ndarray:
    one = np.zeros(1, EVENT)
    clear_event(one[0])
    records = np.repeat(one, count)
    records["now_ns"] = records["received_ns"] = now_ns
    return records


def _row(what: str, subject: str, percents: list[float]) -> dict[str, Any]:
    later = percents[2:]
    return {
        "bench": "flow",
        "what": what,
        "unit": "% CPU",
        "subject": subject,
        "p50": statistics.median(later),
        "p99": max(later),
        "min": min(later),
        "runs": len(later),
    }
