"""The memory map: every shared region, who writes it, and what happens when it is full or late. This table is the API.

One file per writer ("role"), so that the MMU keeps the one-writer rule: all others map it read-only. A ring's consumer
cursor lies in the consumer's file. Printed as docs/memory-map.md; both sides of every region import this module.

    role            written by
    desk            the supervisor
    core            the core; core.<group> holds what it writes for one venue group
    market.<group>  that group's market process
    order.<group>   that group's order process (the simulator is both roles in one process)
    recorder        the recorder
    portfolio       the onlooker
    flow            the onlooker, which also reads the tape without being its consumer
    seat.00 … 15    the client that holds the seat
"""

import hashlib
from dataclasses import dataclass
from enum import Enum
from functools import cached_property, lru_cache

import msgspec
import numpy as np

from core.histogram.buckets import HISTOGRAM
from core.memory.control import GROUPS, HALT_LINES, PAGE_BYTES, SEATS
from core.records.bar import BAR, FRAMES
from core.records.event import EVENT
from core.records.flow import (
    EQUITY,
    EQUITY_MINUTES,
    EQUITY_SECONDS,
    FLOW_HEAD,
    FLOW_LEVEL,
    FLOW_LINES,
    FLOW_PRINT,
    HEAT_COLUMN,
    HEAT_PERIODS,
    LEVELS_KEPT,
    MARK_OUT,
    MARK_OUTS_KEPT,
    PRINTS_KEPT,
    PROFILE_ROWS,
)
from core.records.instrument import INSTRUMENT
from core.records.market import CACHE_LINE_BYTES, MARKET_EVENT
from core.records.order import ORDER, POSITION
from core.records.portfolio import PORTFOLIO
from core.records.risk import PROTECTION, RISK_SHOWN
from core.records.snapshot import BOOK_TOP, HEALTH, SIGNALS, STRATEGY, TRADES
from core.records.status import FEED_STATUS, GATEWAY_STATUS, RECORDER_STATUS
from core.vocabulary import Hop

FEEDS = 64  # venues that one group can serve
WORDS_PER_LINE = CACHE_LINE_BYTES // 8
LINE = np.dtype((np.int64, (WORDS_PER_LINE,)))

# Lines of a cursor region, two apart: the prefetcher takes lines in pairs, one line would still share.
CONSUMED_LINE = 0
CLAIMED_LINE = 2
PARKED_LINE = 4
CURSOR_LINES = 6


class Kind(Enum):
    TABLE = "table"
    """dtype[capacity]; the writer writes rows, readers take what they find"""
    RING = "ring"
    """a line pair with the producer's cursor, then dtype[capacity]"""
    CURSOR = "cursor"
    """the consumer's side of the ring of the same name: consumed, claimed, parked"""
    CELLS = "cells"
    """one counted line per cell, then dtype[capacity]: seqlock"""
    LINES = "lines"
    """int64[capacity, 8]: one line each, whole words are read and written"""


@dataclass(frozen=True)
class Region:
    name: str
    kind: Kind
    dtype: np.dtype
    capacity: int
    when_full: str = "–"

    @property
    def size_bytes(self) -> int:
        match self.kind:
            case Kind.RING:
                return 2 * CACHE_LINE_BYTES + self.capacity * self.dtype.itemsize
            case Kind.CURSOR:
                return CURSOR_LINES * CACHE_LINE_BYTES
            case Kind.CELLS:
                return self.capacity * (CACHE_LINE_BYTES + self.dtype.itemsize)
            case _:
                return self.capacity * self.dtype.itemsize


class Capacities(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many of each. Rings are powers of two. A backtest worker takes small ones."""

    instruments: int = 256
    books: int = 32
    """Instruments with a ladder."""
    strategies: int = 16
    positions: int = 512
    """Rows of account, instrument and strategy."""
    open_orders: int = 1024
    market: int = 1 << 16
    order_requests: int = 1 << 11
    cancels: int = 1 << 12
    """At least one for every open order, twice: never full."""
    execution_reports: int = 1 << 13
    feed_requests: int = 1 << 9
    commands: int = 1 << 8
    tape: int = 1 << 18
    journal: int = 1 << 14
    bars_kept: int = 512
    """Of each time frame, for the chart."""
    columns_kept: int = 512
    """Of depth over time, for each of its periods."""


@dataclass(frozen=True)
class Layout:
    """All files of one desk, by role."""

    groups: tuple[str, ...]
    capacities: Capacities
    files: dict[str, tuple[Region, ...]]

    @cached_property
    def fingerprint(self) -> str:
        """Changes with any dtype, capacity or order: a process of another version refuses to attach."""
        text = [
            f"{role} {region.name} {region.kind.value} {region.dtype!r} {region.dtype.itemsize} {region.capacity}"
            for role, regions in self.files.items()
            for region in regions
        ]
        return hashlib.sha256("\n".join(text).encode()).hexdigest()[:16]

    def offset_of(self, role: str, name: str, kind: Kind) -> int:
        """Where a region of a file begins: behind a first page, each on a page of its own."""
        offset = PAGE_BYTES
        for region in self.files[role]:
            if region.name == name and region.kind is kind:
                return offset
            offset += _whole_pages(region.size_bytes)
        raise KeyError(f"the file holds no such region: {role=}, {name=}, {kind=}")

    def file_bytes(self, role: str) -> int:
        return PAGE_BYTES + sum(_whole_pages(region.size_bytes) for region in self.files[role])

    def find(self, name: str, kind: Kind) -> tuple[str, Region]:
        """The role whose file holds a region, and the region. A ring and its cursor share a name."""
        for role, regions in self.files.items():
            for region in regions:
                if region.name == name and region.kind is kind:
                    return role, region
        raise KeyError(f"the layout holds no such region: {name=}, {kind=}")


def _whole_pages(size_bytes: int) -> int:
    return -(-size_bytes // PAGE_BYTES) * PAGE_BYTES


def seat_role(seat: int) -> str:
    return f"seat.{seat:02d}"


@lru_cache(maxsize=64)
def desk_layout(groups: tuple[str, ...], capacities: Capacities | None = None) -> Layout:
    """The files of a desk that serves these venue groups. Kept: writing out the dtypes takes 13 ms."""
    if len(groups) > GROUPS:
        raise ValueError(f"a desk serves at most {GROUPS} venue groups: {groups=}")
    size = capacities or Capacities()
    files = {"desk": _desk(size), "core": _core(size)}
    for group in groups:
        files[f"core.{group}"] = _core_of_group(group, size)
        files[f"market.{group}"] = _market(group, size)
        files[f"order.{group}"] = _order(group, size)
    files["recorder"] = (
        Region("tape", Kind.CURSOR, LINE, 1),
        Region("recorder", Kind.TABLE, RECORDER_STATUS, 1),
        *_own("recorder"),
    )
    files["portfolio"] = (
        Region("portfolio", Kind.CELLS, PORTFOLIO, 1, "latest wins"),
        *_own("portfolio"),
    )
    files["flow"] = _flow(size)
    for seat in range(SEATS):
        role = seat_role(seat)
        commands = Region(f"commands.{seat:02d}", Kind.RING, EVENT, size.commands, "the client is told")
        files[role] = (commands, *_own(role))
    return Layout(groups, size, files)


def _own(role: str) -> tuple[Region, ...]:
    """What every process has: a heartbeat (word 0: monotonic ns of the last beat) and its histograms, by Hop."""
    return (
        Region(f"heartbeat.{role}", Kind.LINES, LINE, 1),
        Region(f"histograms.{role}", Kind.TABLE, HISTOGRAM, len(Hop)),
    )


def _desk(size: Capacities) -> tuple[Region, ...]:
    return (
        Region("instruments", Kind.TABLE, INSTRUMENT, size.instruments, "grows by appending"),
        Region("instrument_count", Kind.LINES, LINE, 1),
        *_own("desk"),
    )


def _core(size: Capacities) -> tuple[Region, ...]:
    latest = "latest wins"
    return (
        Region("tape", Kind.RING, EVENT, size.tape, "dropped and counted; LOSS on the tape; the screen says so"),
        Region("journal", Kind.RING, EVENT, size.journal, "orders denied: GATEWAY_BUSY; reports wait in their ring"),
        Region("journal", Kind.CURSOR, LINE, 1),
        Region("halt_acknowledged", Kind.LINES, LINE, HALT_LINES),
        Region("books", Kind.CELLS, BOOK_TOP, size.books, latest),
        Region("trades", Kind.CELLS, TRADES, size.books, latest),
        Region("signals", Kind.CELLS, SIGNALS, size.books, latest),
        Region("positions", Kind.CELLS, POSITION, size.positions, latest),
        Region("orders", Kind.CELLS, ORDER, size.open_orders, latest),
        Region("strategies", Kind.CELLS, STRATEGY, size.strategies, latest),
        Region("health", Kind.CELLS, HEALTH, 1, latest),
        Region("risk", Kind.CELLS, RISK_SHOWN, 1, latest),
        Region("protections", Kind.CELLS, PROTECTION, size.instruments, latest),
        *(Region(f"commands.{seat:02d}", Kind.CURSOR, LINE, 1) for seat in range(SEATS)),
        *_own("core"),
    )


def _core_of_group(group: str, size: Capacities) -> tuple[Region, ...]:
    return (
        Region(f"order_requests.{group}", Kind.RING, EVENT, size.order_requests, "order denied: GATEWAY_BUSY"),
        Region(f"cancels.{group}", Kind.RING, EVENT, size.cancels, "never: it holds every open order twice"),
        Region(f"feed_requests.{group}", Kind.RING, EVENT, size.feed_requests, "retried"),
        Region(f"market.{group}", Kind.CURSOR, LINE, 1),
        Region(f"execution_reports.{group}", Kind.CURSOR, LINE, 1),
    )


def _market(group: str, size: Capacities) -> tuple[Region, ...]:
    role = f"market.{group}"
    dropped = "event dropped; the first record after space returns says LOSS, the books are gapped"
    return (
        Region(f"market.{group}", Kind.RING, MARKET_EVENT, size.market, dropped),
        Region(f"feed_requests.{group}", Kind.CURSOR, LINE, 1),
        Region(f"feeds.{group}", Kind.TABLE, FEED_STATUS, FEEDS),
        *_own(role),
    )


def _order(group: str, size: Capacities) -> tuple[Region, ...]:
    role = f"order.{group}"
    waits = "never lost: the report is in the log first, the ring is refilled from it"
    return (
        Region(f"execution_reports.{group}", Kind.RING, EVENT, size.execution_reports, waits),
        Region(f"order_requests.{group}", Kind.CURSOR, LINE, 1),
        Region(f"cancels.{group}", Kind.CURSOR, LINE, 1),
        Region(f"gateway.{group}", Kind.TABLE, GATEWAY_STATUS, 8),
        *_own(role),
    )


def _flow(size: Capacities) -> tuple[Region, ...]:
    """One row a book, one table for all of its records of a kind."""
    word = np.dtype(np.int64)
    rows: dict[str, tuple[np.dtype, tuple[int, ...]]] = {
        "flow_heads": (FLOW_HEAD, ()),
        "flow_bars_open": (BAR, (FRAMES,)),
        "flow_bars": (BAR, (FRAMES, size.bars_kept)),
        "flow_bar_counts": (word, (FRAMES,)),
        "flow_bars_due": (word, ()),
        "flow_profile": (word, (PROFILE_ROWS, 2)),
        "flow_levels": (FLOW_LEVEL, (LEVELS_KEPT,)),
        "flow_prints": (FLOW_PRINT, (PRINTS_KEPT,)),
        "flow_columns": (HEAT_COLUMN, (HEAT_PERIODS, size.columns_kept)),
    }
    oldest = "the oldest goes"
    return (
        Region("flow", Kind.LINES, LINE, FLOW_LINES),
        Region("flow_versions", Kind.LINES, LINE, size.books + 1),
        *(
            Region(name, Kind.TABLE, np.dtype((record, shape)) if shape else record, size.books, oldest)
            for name, (record, shape) in rows.items()
        ),
        Region("flow_mark_outs", Kind.TABLE, MARK_OUT, MARK_OUTS_KEPT, oldest),
        Region("flow_equity", Kind.TABLE, EQUITY, EQUITY_SECONDS + EQUITY_MINUTES, oldest),
        *_own("flow"),
    )


def memory_map() -> str:
    """docs/memory-map.md: this table for a desk with one venue group."""
    layout = desk_layout(("GROUP",))
    lines = [
        "# The memory map",
        "",
        "Made by `python -m core.memory.layout > docs/memory-map.md`; a test keeps it so. One file per role, written",
        "by that role alone and mapped read-only by everyone else. `GROUP` is a venue group; all seats are like 00.",
        "",
        "| file (role) | region | kind | record | capacity | bytes | when full or late |",
        "|---|---|---|---|---|---|---|",
    ]
    for role, regions in layout.files.items():
        if role.startswith("seat.") and role != seat_role(0):
            continue
        for region in regions:
            record = f"{region.dtype.itemsize} bytes"
            lines.append(
                f"| {role} | {region.name} | {region.kind.value} | {record} | {region.capacity:,} "
                f"| {region.size_bytes:,} | {region.when_full} |"
            )
    total = sum(layout.file_bytes(role) for role in layout.files)
    lines += ["", f"All files together: {total / 1e6:.1f} MB.", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    print(memory_map(), end="")
