"""Builds the Loop of a core from its desk's memory: rows of rings, addresses of other processes' words."""

import numpy as np

from core.clock import monotonic_ns
from core.loop import (
    GROUPS_SERVED,
    HEARTBEAT_NS,
    LEASE_NS,
    NEXT_ROLLOVER_NS,
    POLICY,
    ROLLOVER_EVERY_NS,
    WORDS,
    Loop,
)
from core.memory.control import GROUPS, HALT_LINES, SEATS, halt_offset
from core.memory.files import Memory, address_of, consumer_row, producer_row
from core.memory.rows import RING
from core.publish.tape import COUNTS
from core.records.event import EVENT
from core.settings import CoreSettings

NS_PER_MS = 1_000_000
DAY_NS = 86_400_000_000_000


def make_loop(memory: Memory, settings: CoreSettings) -> Loop:
    """A loop that goes on where the shared cursors stand. Keep `memory` alive as long as it runs."""
    groups = memory.descriptor.groups
    control = np.frombuffer(memory.control, np.int64)
    return Loop(
        words=_words(settings, len(groups)),
        event=np.zeros(1, EVENT),
        timespec=np.zeros(2, np.int64),
        one=np.ones(1, np.int64),
        market=_rows([consumer_row(memory.ring(f"market.{group}")) for group in groups], GROUPS),
        reports=_rows([consumer_row(memory.ring(f"execution_reports.{group}")) for group in groups], GROUPS),
        commands=_rows([consumer_row(memory.ring(f"commands.{seat:02d}")) for seat in range(SEATS)], SEATS),
        requests=_rows([producer_row(memory.ring(f"order_requests.{group}")) for group in groups], GROUPS),
        cancels=_rows([producer_row(memory.ring(f"cancels.{group}")) for group in groups], GROUPS),
        feed_requests=_rows([producer_row(memory.ring(f"feed_requests.{group}")) for group in groups], GROUPS),
        tape=producer_row(memory.ring("tape")),
        tape_counts=np.zeros(COUNTS, np.int64),
        journal=producer_row(memory.ring("journal")),
        halt_addresses=np.array([address_of(control) + halt_offset(line) for line in range(HALT_LINES)]),
        halt_seen=np.zeros(HALT_LINES, np.int64),
        acknowledged_addresses=np.array([address_of(line) for line in memory.lines("halt_acknowledged")]),
        flattened_addresses=_flattened(memory, settings.market_only),
        beats=_beats(memory),
        is_stale=np.zeros((2, GROUPS), np.int64),
        is_full=np.zeros(GROUPS + 1, np.int64),
        seat_beats=np.array([address_of(memory.heartbeat(f"seat.{seat:02d}")) for seat in range(SEATS)]),
        own_beat=np.array([address_of(memory.heartbeat("core"))]),
        histograms=memory.histograms("core"),
    )


def _words(settings: CoreSettings, groups: int) -> np.ndarray:
    words = np.zeros(WORDS, np.int64)
    config = settings.config
    words[GROUPS_SERVED] = groups
    words[POLICY] = config.wait_policy
    words[HEARTBEAT_NS] = config.heartbeat_ms * NS_PER_MS
    words[LEASE_NS] = config.lease_ms * NS_PER_MS
    words[ROLLOVER_EVERY_NS] = DAY_NS
    words[NEXT_ROLLOVER_NS] = next_rollover_ns(monotonic_ns(), settings.wall_offset_ns, config.rollover_utc_s)
    return words


def next_rollover_ns(now_ns: int, wall_offset_ns: int, rollover_utc_s: int) -> int:
    """The first moment after now, in monotonic time, at which the trading day turns."""
    into_day = (now_ns + wall_offset_ns - rollover_utc_s * 1_000_000_000) % DAY_NS
    return now_ns + DAY_NS - into_day


def _rows(rows: list[np.ndarray], capacity: int) -> np.ndarray:
    """RING[capacity]; what is not served stays empty and is never touched."""
    table = np.zeros(capacity, RING)
    for index, row in enumerate(rows):
        table[index] = row[0]
    return table


def _flattened(memory: Memory, market_only: tuple[str, ...]) -> np.ndarray:
    addresses = np.zeros(GROUPS, np.int64)
    for index, group in enumerate(memory.descriptor.groups):
        if group not in market_only:
            addresses[index] = address_of(memory.table(f"gateway.{group}")["flatten_sum_done"])
    return addresses


def _beats(memory: Memory) -> np.ndarray:
    beats = np.zeros((2, GROUPS), np.int64)
    for index, group in enumerate(memory.descriptor.groups):
        beats[0, index] = address_of(memory.heartbeat(f"market.{group}"))
        beats[1, index] = address_of(memory.heartbeat(f"order.{group}"))
    return beats
