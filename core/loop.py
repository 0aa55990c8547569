"""The loop: polls the rings, reads the clock, steps, publishes, wakes. The only place that knows rings and time.

One pass:

    halt lines → commands → execution reports → timers → market events → housekeeping → wait

Whatever can change a decision becomes an event on the tape *before* `step` sees it; `step` itself reads neither clock
nor ring, so a replayed tape decides the same. Clock readings made for the histograms are never an input.

Housekeeping (silence, leases, cells, heartbeat) is done at most every millisecond and never between an event and the
request that it leads to.
"""

from typing import NamedTuple

import numpy as np

from core.histogram.tally import tally
from core.kernel import kernel
from core.memory.atomics import (
    events_at,
    load_acquire,
    market_events_at,
    monotonic_ns,
    pause,
    sleep_us,
    store_release,
    yield_cpu,
)
from core.memory.ring import consumer_advance, consumer_ready, consumer_release, consumer_slot
from core.orders.timers import next_due
from core.publish.cells import Cells, publish_dirty
from core.publish.requests import publish_decisions
from core.publish.tape import put_in_journal, put_on_tape, ring_room
from core.records.decisions import Decisions, clear_event
from core.state import State
from core.step import step
from core.vocabulary import EventKind, Hop, WaitPolicy

# Words of Loop.words, int64[WORDS].
STOP = 0  # set by the other thread: leave the loop
GROUPS_SERVED = 1
POLICY = 2
HEARTBEAT_NS = 3  # a process that did not beat for so long is stale
LEASE_NS = 4
BUSY_NS = 5  # time spent with something to do, ever
NEXT_WATCH_NS = 6
NEXT_CELLS_NS = 7
IDLE_PASSES = 8
MARKET_EVENTS = 9
REQUEST_LOST = 10  # it found its ring full: the other thread writes the core's halt line
NEXT_ROLLOVER_NS = 11
ROLLOVER_EVERY_NS = 12
STARTED_NS = 13
SLEPT_NS = 14  # set by the other thread: how long the machine was suspended since we began
SLEPT_TOLD_NS = 15
WORDS = 16

MARKET_BATCH = 64
WATCH_EVERY_NS = 5_000_000
CELLS_EVERY_NS = 1_000_000
ROOM_MARGIN = 512
"""A ring with less room counts as full: one event can lead to many requests."""
LEAST_SLEEP_NS = 100_000_000
"""Less is the way between two readings of the clocks."""
SPIN_PASSES = 200
YIELD_PASSES = 400
SLEEP_US = 50


class Loop(NamedTuple):
    """What the loop has and `step` has not: rings, addresses of words of others, scratch."""

    words: np.ndarray
    """int64[WORDS]"""
    event: np.ndarray
    """EVENT[1]: the event in hand"""
    timespec: np.ndarray
    """int64[2], scratch of the clock"""
    one: np.ndarray
    """int64[1] holding 1, what a bell is rung with"""
    market: np.ndarray
    """RING[8], by group, consumer"""
    reports: np.ndarray
    """RING[8]"""
    commands: np.ndarray
    """RING[16], by seat"""
    requests: np.ndarray
    """RING[8], producer"""
    cancels: np.ndarray
    """RING[8]"""
    feed_requests: np.ndarray
    """RING[8]"""
    tape: np.ndarray
    """RING[1]"""
    tape_counts: np.ndarray
    """int64[3], publish/tape.py"""
    journal: np.ndarray
    """RING[1]"""
    halt_addresses: np.ndarray
    """int64[36]: the halt lines of the control page"""
    halt_seen: np.ndarray
    """int64[36]: their values when last looked at"""
    acknowledged_addresses: np.ndarray
    """int64[36]: the region halt_acknowledged, ours to write"""
    flattened_addresses: np.ndarray
    """int64[8]: of each order process, the sum of halt lines for which its venue shows flat; 0: none"""
    beats: np.ndarray
    """int64[2, 8]: addresses of the heartbeats of market and order processes, 0: none"""
    is_stale: np.ndarray
    """int64[2, 8]: what was last told of them"""
    is_full: np.ndarray
    """int64[9]: what was last told of the request rings, and of the journal"""
    seat_beats: np.ndarray
    """int64[16]: addresses of the seats' heartbeats"""
    own_beat: np.ndarray
    """int64[1]: address of ours"""
    histograms: np.ndarray
    """HISTOGRAM[len(Hop)]"""


@kernel
def run(loop: Loop, state: State, decisions: Decisions, cells: Cells) -> None:
    """Until words[STOP] is set. Holds no GIL."""
    stop_address = loop.words.ctypes.data + STOP * 8
    now_ns = monotonic_ns(loop.timespec)
    loop.words[STARTED_NS] = now_ns
    while load_acquire(stop_address) == 0:
        began_ns = now_ns
        handled = _take_halts(loop, state, decisions, now_ns)
        commands = _take_commands(loop, state, decisions)
        if commands > 0:
            _acknowledge(loop, state)
            cells.next_slow_ns[0] = 0  # the seat waits for its answer
            loop.words[NEXT_CELLS_NS] = 0
        handled += commands
        handled += _take_reports(loop, state, decisions)
        handled += _take_timers(loop, state, decisions, now_ns)
        handled += _take_market(loop, state, decisions)
        now_ns = monotonic_ns(loop.timespec)
        if handled:
            loop.words[BUSY_NS] += now_ns - began_ns
            loop.words[IDLE_PASSES] = 0
        if now_ns >= loop.words[NEXT_WATCH_NS]:
            _watch(loop, state, decisions, now_ns)
        if now_ns >= loop.words[NEXT_CELLS_NS]:
            loop.words[NEXT_CELLS_NS] = now_ns + CELLS_EVERY_NS
            store_release(loop.own_beat[0], now_ns)
            publish_dirty(cells, state, loop.tape_counts, loop.words[BUSY_NS], now_ns)
        if handled == 0:
            _wait(loop)
            now_ns = monotonic_ns(loop.timespec)


@kernel
def handle(loop: Loop, state: State, decisions: Decisions, now_ns: int) -> int:
    """The event in hand: tape, step, decisions out. How many requests went into their rings; -1: one did not."""
    event = loop.event[0]
    event["now_ns"] = now_ns
    put_on_tape(loop.tape[0], loop.tape_counts, event)
    decisions.used[0] = 0
    lost_before = decisions.lost[0]
    step(state, decisions, event)
    if decisions.used[0] == 0:
        return 0
    sent = publish_decisions(
        decisions,
        loop.tape[0],
        loop.tape_counts,
        loop.journal[0],
        loop.requests,
        loop.cancels,
        loop.feed_requests,
        loop.one,
    )
    if sent < 0 or decisions.lost[0] > lost_before:
        loop.words[REQUEST_LOST] += 1
    return sent


@kernel
def _say(loop: Loop, state: State, decisions: Decisions, now_ns: int) -> None:
    """An event of our own making: no latency is measured."""
    loop.event[0]["received_ns"] = 0
    handle(loop, state, decisions, now_ns)


@kernel
def _take_halts(loop: Loop, state: State, decisions: Decisions, now_ns: int) -> int:
    handled = 0
    for line in range(loop.halt_addresses.shape[0]):
        value = load_acquire(loop.halt_addresses[line])
        if value != loop.halt_seen[line]:
            loop.halt_seen[line] = value
            event = loop.event[0]
            clear_event(event)
            event["kind"] = EventKind.HALT
            event["source_id"] = line
            event["reference_id"] = value
            said_ns = load_acquire(loop.halt_addresses[line] + 8)
            event["venue_ns"] = said_ns
            event["amount"] = load_acquire(loop.halt_addresses[line] + 16) & 0xFF  # FLATTEN, BY_PERSON
            _say(loop, state, decisions, now_ns)
            if said_ns >= loop.words[STARTED_NS]:  # not how long a halt has stood that we find
                tally(loop.histograms, Hop.HALT_TO_CORE, monotonic_ns(loop.timespec) - said_ns)
            handled += 1
    return handled


@kernel
def _acknowledge(loop: Loop, state: State) -> None:
    """A re-arm counts for others when it stands in shared memory."""
    for line in range(loop.acknowledged_addresses.shape[0]):
        if load_acquire(loop.acknowledged_addresses[line]) != state.halt.acknowledged[line]:
            store_release(loop.acknowledged_addresses[line], state.halt.acknowledged[line])


@kernel
def _take_commands(loop: Loop, state: State, decisions: Decisions) -> int:
    handled = 0
    for seat in range(loop.commands.shape[0]):
        ring = loop.commands[seat]
        while consumer_ready(ring) > 0:
            slots = events_at(ring["slots_address"], ring["capacity"])
            loop.event[0] = slots[consumer_slot(ring)]
            loop.event[0]["kind"] = EventKind.COMMAND  # whatever a client wrote there
            loop.event[0]["source_id"] = seat
            now_ns = monotonic_ns(loop.timespec)
            tally(loop.histograms, Hop.KEY_TO_CORE, now_ns - loop.event[0]["received_ns"])
            handle(loop, state, decisions, now_ns)
            consumer_advance(ring)
            consumer_release(ring)
            handled += 1
    return handled


@kernel
def _take_reports(loop: Loop, state: State, decisions: Decisions) -> int:
    handled = 0
    for group in range(loop.words[GROUPS_SERVED]):
        ring = loop.reports[group]
        ready = min(consumer_ready(ring), MARKET_BATCH)
        # A report is journalled when it was applied: without room it waits in its ring.
        if ready > 0 and ring_room(loop.journal[0]) > ROOM_MARGIN:
            slots = events_at(ring["slots_address"], ring["capacity"])
            for _ in range(ready):
                loop.event[0] = slots[consumer_slot(ring)]
                loop.event[0]["kind"] = EventKind.EXECUTION_REPORT
                loop.event[0]["source_id"] = group
                now_ns = monotonic_ns(loop.timespec)
                if loop.event[0]["received_ns"] >= loop.words[STARTED_NS]:  # not what the log tells again
                    tally(loop.histograms, Hop.REPORT_TO_CORE, now_ns - loop.event[0]["received_ns"])
                handle(loop, state, decisions, now_ns)
                put_in_journal(loop.journal[0], loop.event[0])
                consumer_advance(ring)
                consumer_release(ring)
            handled += ready
    return handled


@kernel
def _take_market(loop: Loop, state: State, decisions: Decisions) -> int:
    """At most a batch of each group, so that a flood never holds up an order or a halt for long."""
    handled = 0
    for group in range(loop.words[GROUPS_SERVED]):
        ring = loop.market[group]
        ready = min(consumer_ready(ring), MARKET_BATCH)
        if ready == 0:
            continue
        slots = market_events_at(ring["slots_address"], ring["capacity"])
        now_ns = monotonic_ns(loop.timespec)
        for _ in range(ready):
            _widen(loop.event[0], slots[consumer_slot(ring)], group)
            if loop.event[0]["received_ns"] >= loop.words[STARTED_NS]:  # what waited for us to start measures that
                tally(loop.histograms, Hop.FEED_TO_CORE, now_ns - loop.event[0]["received_ns"])
            sent = handle(loop, state, decisions, now_ns)
            after_ns = monotonic_ns(loop.timespec)
            tally(loop.histograms, Hop.STEP, after_ns - now_ns)
            if sent > 0 and loop.event[0]["received_ns"] > 0:
                tally(loop.histograms, Hop.TICK_TO_ORDER, after_ns - loop.event[0]["received_ns"])
            now_ns = after_ns
            consumer_advance(ring)
        consumer_release(ring)
        loop.words[MARKET_EVENTS] += ready
        handled += ready
    return handled


@kernel
def _widen(event: np.void, market: np.void, group: int) -> None:
    """A market event as the record that `step` and the tape take."""
    clear_event(event)
    event["received_ns"] = market["received_ns"]
    event["venue_ns"] = market["venue_ns"]
    event["sequence"] = market["sequence"]
    event["price_ticks"] = market["price_ticks"]
    event["quantity_lots"] = market["quantity_lots"]
    event["reference_id"] = market["reference_id"]
    event["instrument_id"] = market["instrument_id"]
    event["source_id"] = group
    event["flags"] = market["flags"]
    event["kind"] = market["kind"]
    event["side"] = market["side"]
    event["detail"] = market["detail"]


@kernel
def _take_timers(loop: Loop, state: State, decisions: Decisions, now_ns: int) -> int:
    """All due timers, by due time and then number, before the next market event."""
    handled = 0
    while next_due(state.timers) <= now_ns:
        event = loop.event[0]
        clear_event(event)
        event["kind"] = EventKind.TIMER
        event["reference_id"] = state.timers.earliest[1]
        event["venue_ns"] = next_due(state.timers)
        _say(loop, state, decisions, now_ns)
        handled += 1
    return handled


@kernel
def _watch(loop: Loop, state: State, decisions: Decisions, now_ns: int) -> None:
    """Who fell silent, which ring is full, which lease ran out, did the machine sleep, is it a new day."""
    loop.words[NEXT_WATCH_NS] = now_ns + WATCH_EVERY_NS
    for group in range(loop.words[GROUPS_SERVED]):
        for role in range(2):
            address = loop.beats[role, group]
            beat_ns = load_acquire(address) if address != 0 else 0
            is_stale = 0 if now_ns - beat_ns <= loop.words[HEARTBEAT_NS] else 1
            if is_stale != loop.is_stale[role, group]:
                loop.is_stale[role, group] = is_stale
                _tell(loop, EventKind.FEED_STALE if role == 0 else EventKind.ORDERS_STALE, group, is_stale)
                _say(loop, state, decisions, now_ns)
        room = min(ring_room(loop.requests[group]), ring_room(loop.cancels[group]))
        _watch_room(loop, state, decisions, group, room, now_ns)
    _watch_room(loop, state, decisions, -1, ring_room(loop.journal[0]), now_ns)
    holder = state.lease.holder[0]
    if holder >= 0 and now_ns - load_acquire(loop.seat_beats[holder]) > loop.words[LEASE_NS]:
        _tell(loop, EventKind.LEASE_ENDED, holder, 0)
        _say(loop, state, decisions, now_ns)
    if state.halt.is_flattening[0] != 0 and _is_flat(loop):
        _tell(loop, EventKind.FLATTENED, -1, 0)
        _say(loop, state, decisions, now_ns)
    slept_ns = loop.words[SLEPT_NS] - loop.words[SLEPT_TOLD_NS]
    if slept_ns > LEAST_SLEEP_NS:
        loop.words[SLEPT_TOLD_NS] += slept_ns
        _tell(loop, EventKind.RESUMED, -1, 0)
        loop.event[0]["reference_id"] = slept_ns
        _say(loop, state, decisions, now_ns)
    if now_ns >= loop.words[NEXT_ROLLOVER_NS]:
        loop.words[NEXT_ROLLOVER_NS] += loop.words[ROLLOVER_EVERY_NS]
        _tell(loop, EventKind.ROLLOVER, -1, 0)
        _say(loop, state, decisions, now_ns)


@kernel
def _is_flat(loop: Loop) -> bool:
    """Every order process has seen all halt lines and its venue shows flat."""
    lines_sum = 0
    for line in range(loop.halt_seen.shape[0]):
        lines_sum += loop.halt_seen[line]
    for group in range(loop.words[GROUPS_SERVED]):
        address = loop.flattened_addresses[group]
        if address != 0 and load_acquire(address) != lines_sum:
            return False
    return True


@kernel
def _watch_room(loop: Loop, state: State, decisions: Decisions, group: int, room: int, now_ns: int) -> None:
    is_full = 0 if room > ROOM_MARGIN else 1
    if is_full != loop.is_full[group]:
        loop.is_full[group] = is_full
        _tell(loop, EventKind.RING_FULL, group, is_full)
        _say(loop, state, decisions, now_ns)


@kernel
def _tell(loop: Loop, kind: int, source_id: int, detail: int) -> None:
    event = loop.event[0]
    clear_event(event)
    event["kind"] = kind
    event["source_id"] = source_id
    event["detail"] = detail


@kernel
def _wait(loop: Loop) -> None:
    """Nothing to do: spin a while, then yield, then sleep; a loop with a CPU of its own only spins."""
    loop.words[IDLE_PASSES] += 1
    passes = loop.words[IDLE_PASSES]
    if loop.words[POLICY] == WaitPolicy.SPIN or passes <= SPIN_PASSES:
        pause()
    elif passes <= YIELD_PASSES:
        yield_cpu()
    else:
        sleep_us(SLEEP_US)
