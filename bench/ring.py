"""The ring between two pinned processes: 64-byte messages, fully written and fully read; and one message's way back.

Throughput: the consumer's clock over MESSAGES messages, published one at a time, on a ring of the market's capacity.
The consumer takes batches as the core's loop does, and having found the ring empty looks again after LOOK_AGAIN pauses
(the loop's own pass is about as long); a consumer that stares at the cursor takes its line from the producer for each
message and halves the rate. Peer: the same ring in C, two threads on the same two CPUs, same capacity, same waiting.

Round trip: a message there and its copy back; a C program that passes a counter back and forth over two cache lines on
the same two CPUs is the floor. Wait policy: spin.
"""

import multiprocessing
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from core.kernel import kernel
from core.loop import MARKET_BATCH
from core.memory.atomics import market_events_at, monotonic_ns, pause
from core.memory.files import Descriptor, Memory, consumer_row, create_files, producer_row
from core.memory.layout import Capacities
from core.memory.ring import (
    consumer_advance,
    consumer_ready,
    consumer_release,
    consumer_slot,
    producer_publish,
    producer_slot,
)

MESSAGES = 10_000_000
TRIPS = 300_000
RUNS = 5
LOOK_AGAIN = 100
SMALL = Capacities(tape=1 << 8, journal=1 << 6, books=2, positions=4, open_orders=8)

C_PING_PONG = r"""
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
static _Alignas(128) atomic_long there; static _Alignas(128) atomic_long back; static long trips;
static void pin(int cpu) { cpu_set_t set; CPU_ZERO(&set); CPU_SET(cpu, &set); sched_setaffinity(0, sizeof set, &set); }
static void *echo(void *cpu) {
    pin(*(int *)cpu);
    for (long i = 1; i <= trips; i++) {
        while (atomic_load_explicit(&there, memory_order_acquire) != i) __builtin_ia32_pause();
        atomic_store_explicit(&back, i, memory_order_release);
    }
    return 0;
}
int main(int argc, char **argv) {
    int a = atoi(argv[1]), b = atoi(argv[2]); trips = atol(argv[3]);
    pthread_t thread; pthread_create(&thread, 0, echo, &b); pin(a);
    struct timespec s, e; clock_gettime(CLOCK_MONOTONIC, &s);
    for (long i = 1; i <= trips; i++) {
        atomic_store_explicit(&there, i, memory_order_release);
        while (atomic_load_explicit(&back, memory_order_acquire) != i) __builtin_ia32_pause();
    }
    clock_gettime(CLOCK_MONOTONIC, &e);
    printf("%.3f\n", ((e.tv_sec - s.tv_sec) * 1e9 + (e.tv_nsec - s.tv_nsec)) / trips);
}
"""

C_RING = r"""
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
typedef struct { long word[6]; int id; short source, flags; char kind, side, detail, rest[5]; } message;
static struct { char before[256]; atomic_long value; char behind[248]; } produced, consumed;
static struct { message *slots; long messages, capacity, pauses; int cpu; } with;
static void pin(int cpu) { cpu_set_t set; CPU_ZERO(&set); CPU_SET(cpu, &set); sched_setaffinity(0, sizeof set, &set); }
static void wait(long pauses) { for (long i = 0; i < pauses; i++) __builtin_ia32_pause(); }
static void *produce(void *unused) {
    const long messages = with.messages, capacity = with.capacity; message *const slots = with.slots;
    long own = 0, other = 0; pin(with.cpu);
    while (own < messages) {
        if (own - other == capacity) {
            other = atomic_load_explicit(&consumed.value, memory_order_acquire);
            if (own - other == capacity) { __builtin_ia32_pause(); continue; }
        }
        message *m = &slots[own & (capacity - 1)];
        for (int j = 0; j < 6; j++) m->word[j] = own + j;
        m->id = own & 0xffff; m->source = 1; m->flags = 4; m->kind = 1; m->side = 1; m->detail = 0;
        atomic_store_explicit(&produced.value, ++own, memory_order_release);
    }
    return unused;
}
int main(int argc, char **argv) {
    const int cpu = atoi(argv[2]); const long batch = atol(argv[6]); long own = 0, other = 0, total = 0;
    with.cpu = atoi(argv[1]); with.messages = atol(argv[3]); with.capacity = atol(argv[4]); with.pauses = atol(argv[5]);
    with.slots = aligned_alloc(4096, with.capacity * sizeof(message));
    memset(with.slots, 0, with.capacity * sizeof(message));
    const long messages = with.messages, capacity = with.capacity; message *const slots = with.slots;
    struct timespec s, e; pthread_t thread; pin(cpu); pthread_create(&thread, 0, produce, 0);
    while (own < messages) {
        if (own == other) other = atomic_load_explicit(&produced.value, memory_order_acquire);
        if (own == other) { wait(with.pauses); continue; }
        if (own == 0) clock_gettime(CLOCK_MONOTONIC, &s);
        const long end = other < own + batch ? other : own + batch;
        for (; own < end; own++) {
            const message *m = &slots[own & (capacity - 1)];
            for (int j = 0; j < 6; j++) total += m->word[j];
            total += m->id + m->source + m->flags + m->kind + m->side + m->detail;
        }
        atomic_store_explicit(&consumed.value, own, memory_order_release);
    }
    clock_gettime(CLOCK_MONOTONIC, &e);
    fprintf(stderr, "%ld", total);
    printf("%.3f\n", messages / ((e.tv_sec - s.tv_sec) * 1e9 + (e.tv_nsec - s.tv_nsec)) * 1e3);
}
"""


@kernel
def produce(ring: np.void, messages: int) -> None:
    slots = market_events_at(ring["slots_address"], ring["capacity"])
    sent = 0
    while sent < messages:
        index = producer_slot(ring)
        if index < 0:
            pause()
            continue
        slots[index]["sequence"] = sent
        slots[index]["received_ns"] = sent + 1
        slots[index]["venue_ns"] = sent + 2
        slots[index]["price_ticks"] = sent + 3
        slots[index]["quantity_lots"] = sent + 4
        slots[index]["reference_id"] = sent + 5
        slots[index]["instrument_id"] = sent & 0xFFFF
        slots[index]["source_id"] = 1
        slots[index]["flags"] = 4
        slots[index]["kind"] = 1
        slots[index]["side"] = 1
        slots[index]["detail"] = 0
        producer_publish(ring)
        sent += 1


@kernel
def consume(ring: np.void, messages: int, timespec: np.ndarray, times: np.ndarray) -> int:
    """A sum over every field, so that every byte is read; times: first and last message."""
    slots = market_events_at(ring["slots_address"], ring["capacity"])
    total = 0
    got = 0
    while got < messages:
        ready = min(consumer_ready(ring), MARKET_BATCH)
        if ready == 0:
            for _ in range(LOOK_AGAIN):
                pause()
            continue
        if got == 0:
            times[0] = monotonic_ns(timespec)
        for _ in range(ready):
            record = slots[consumer_slot(ring)]
            total += record["sequence"] + record["received_ns"] + record["venue_ns"] + record["price_ticks"]
            total += record["quantity_lots"] + record["reference_id"] + record["instrument_id"] + record["source_id"]
            total += record["flags"] + record["kind"] + record["side"] + record["detail"]
            consumer_advance(ring)
        consumer_release(ring)
        got += ready
    times[1] = monotonic_ns(timespec)
    return total


@kernel
def echo(inward: np.void, outward: np.void, trips: int) -> None:
    slots = market_events_at(inward["slots_address"], inward["capacity"])
    answers = market_events_at(outward["slots_address"], outward["capacity"])
    for _ in range(trips):
        while consumer_ready(inward) == 0:
            pause()
        answers[producer_slot(outward)] = slots[consumer_slot(inward)]
        consumer_advance(inward)
        consumer_release(inward)
        producer_publish(outward)


@kernel
def round_trips(outward: np.void, inward: np.void, trips: int, timespec: np.ndarray, times: np.ndarray) -> int:
    """The sum of what came back; times: nanoseconds of all trips."""
    slots = market_events_at(outward["slots_address"], outward["capacity"])
    answers = market_events_at(inward["slots_address"], inward["capacity"])
    back = 0
    began_ns = monotonic_ns(timespec)
    for trip in range(trips):
        slots[producer_slot(outward)]["sequence"] = trip
        producer_publish(outward)
        while consumer_ready(inward) == 0:
            pause()
        back += answers[consumer_slot(inward)]["sequence"]
        consumer_advance(inward)
        consumer_release(inward)
    times[0] = monotonic_ns(timespec) - began_ns
    return back


def _pin(cpu: int) -> None:
    os.sched_setaffinity(0, {cpu})


def _producer(descriptor: Descriptor, cpu: int) -> None:
    _pin(cpu)
    memory = Memory(descriptor, frozenset({"market.a"}))
    produce(producer_row(memory.ring("market.a"))[0], MESSAGES)


def _echo(descriptor: Descriptor, cpu: int) -> None:
    _pin(cpu)
    memory = Memory(descriptor, frozenset({"market.b", "core.a"}))
    echo(consumer_row(memory.ring("market.a"))[0], producer_row(memory.ring("market.b"))[0], TRIPS)


def _throughput(descriptor: Descriptor, cpus: tuple[int, int]) -> float:
    memory = Memory(descriptor, frozenset({"core.a"}))
    row, times = consumer_row(memory.ring("market.a")), np.zeros(2, np.int64)
    consume(row[0], 0, np.zeros(2, np.int64), times)
    child = multiprocessing.get_context("fork").Process(target=_producer, args=(descriptor, cpus[0]))
    child.start()
    consume(row[0], MESSAGES, np.zeros(2, np.int64), times)
    child.join()
    return float(MESSAGES / (times[1] - times[0]) * 1e3)


def _round_trip(descriptor: Descriptor, cpus: tuple[int, int]) -> float:
    memory = Memory(descriptor, frozenset({"market.a", "core.b"}))
    there, back = producer_row(memory.ring("market.a")), consumer_row(memory.ring("market.b"))
    child = multiprocessing.get_context("fork").Process(target=_echo, args=(descriptor, cpus[0]))
    child.start()
    times = np.zeros(1, np.int64)
    round_trips(there[0], back[0], TRIPS, np.zeros(2, np.int64), times)
    child.join()
    return float(times[0]) / TRIPS


def _compiled(folder: Path) -> dict[str, Path]:
    """The C programs, by name; none without a compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        print("ring: the C peers are left out, no C compiler here", file=sys.stderr)
        return {}
    programs = {}
    for name, text in (("ring", C_RING), ("ping_pong", C_PING_PONG)):
        source = folder / f"{name}.c"
        source.write_text(text)
        programs[name] = folder / name
        subprocess.run([compiler, "-O2", "-pthread", "-o", programs[name], source], check=True)
    return programs


def _answer(program: Path, *arguments: int) -> float:
    output = subprocess.run([program, *map(str, arguments)], check=True, capture_output=True, text=True)
    return float(output.stdout)


def rows() -> list[dict[str, Any]]:
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < 2:
        print("ring: left out, it needs two CPUs", file=sys.stderr)
        return []
    cpus = (allowed[-2], allowed[-1])
    _pin(cpus[1])
    rates, trips = [], []
    c_rates: list[float] = []
    c_trips: list[float] = []
    memory = Memory(create_files("warm", ("a",), SMALL), frozenset({"market.a"}))
    produce(producer_row(memory.ring("market.a"))[0], 0)
    with tempfile.TemporaryDirectory() as folder:
        programs = _compiled(Path(folder))
        for _ in range(RUNS):  # one after the other, so that a noisy minute strikes all of them
            rates.append(_throughput(create_files("bench-ring", ("a", "b"), SMALL), cpus))
            trips.append(_round_trip(create_files("bench-ring", ("a", "b"), SMALL), cpus))
            if programs:
                c_rates.append(_answer(programs["ring"], *cpus, MESSAGES, SMALL.market, LOOK_AGAIN, MARKET_BATCH))
                c_trips.append(_answer(programs["ping_pong"], *cpus, TRIPS))
    os.sched_setaffinity(0, set(allowed))
    result = [_row("64-byte messages, published one at a time", "M/s", "station", rates, best=max)]
    if programs:
        result.append(_row("64-byte messages, published one at a time", "M/s", "the same ring in C", c_rates, best=max))
    result.append(_row("round trip, two pinned processes", "ns", "station", trips, best=min))
    if programs:
        result.append(_row("round trip, two pinned threads", "ns", "C ping-pong", c_trips, best=min))
    return result


def _row(what: str, unit: str, subject: str, figures: list[float], *, best: Any) -> dict[str, Any]:
    worst = min(figures) if best is max else max(figures)
    return {
        "bench": "ring",
        "what": what,
        "unit": unit,
        "subject": subject,
        "p50": statistics.median(figures),
        "p99": worst,
        "min": best(figures),
        "runs": len(figures),
    }
