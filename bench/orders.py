"""What one order costs the core: review, blotter, tape, journal and ring; its report; a walk over a book; a recovery.

    order       a command's intent through `submit` (all checks), decisions to tape, journal and request ring
    report      an execution report through `on_report`: order, position, exposure; first ACCEPTED, then FILLED
    walk        the expected cost of taking fifty levels, and its judgement by volatility and volume
    recovery    a journal of 100,000 records (orders, acceptances, fills) applied by a core that starts

One pinned thread; the rings are read empty between two runs, so that the figure is the core's alone. A figure is the
mean of one run over all its orders, by stamps inside the compiled loop; p50, p99 and min are over runs. The peer is
nautilus_trader (bench/peer_orders.py) with ten orders at once; it keeps no journal.
"""

import os
import statistics
import sys
import tempfile
import time
from typing import Any

import numpy as np

from bench.book import MID_TICKS
from bench.book import snapshot as book_snapshot
from bench.peer_orders import peer_of_orders
from bench.tick_to_order import Bench
from core.book.ladder import Books, clear_book, make_books, set_level
from core.book.slippage import WALK, judge, walk
from core.intents import submit
from core.kernel import kernel
from core.loop import Loop
from core.memory.atomics import monotonic_ns, store_release
from core.on_report import on_report
from core.on_restore import restore_range
from core.publish.requests import publish_decisions
from core.records.decisions import Decisions, clear_event
from core.records.event import EVENT
from core.state import State
from core.vocabulary import EventKind, OrderType, Origin, Report, TimeInForce

ORDERS = 500
"""Of one batch: as many as the blotter and the rings hold at once."""
BATCHES = 40
RUNS = 15
WALKS = 20_000
RECORDS = 100_000
PEER_ORDERS, PEER_RUNS = 10, 100
"""Its portfolio looks at all open orders again for each: with fewer it is faster."""
WHATS = (
    "review, blotter, tape, journal and ring of one order",
    "an acceptance applied",
    "a fill applied: order, position, exposure",
)


@kernel
def order_all(loop: Loop, state: State, decisions: Decisions, readers: np.ndarray, count: int, now_ns: int) -> int:
    """Buy and sell one lot behind the market, `count` times; nanoseconds, or -1 when one did not go into the ring."""
    sent, began_ns = 0, monotonic_ns(loop.timespec)
    for number in range(count):
        intent = state.intent[0]
        clear_event(intent)
        intent["now_ns"] = now_ns + number
        intent["received_ns"] = now_ns
        intent["valid_until_ns"] = now_ns + 500_000_000
        intent["kind"] = EventKind.COMMAND
        intent["origin"] = Origin.CLI
        intent["instrument_id"] = 0
        intent["side"] = 1 if number & 1 == 0 else -1
        intent["price_ticks"] = MID_TICKS - 40 - (number & 15) if number & 1 == 0 else MID_TICKS + 40 + (number & 15)
        intent["quantity_lots"] = 1 + (number & 7)
        intent["order_type"] = OrderType.LIMIT
        intent["time_in_force"] = TimeInForce.GTC
        decisions.used[0] = 0
        submit(state, decisions, intent)
        if (
            publish_decisions(
                decisions,
                loop.tape[0],
                loop.tape_counts,
                loop.journal[0],
                loop.requests,
                loop.cancels,
                loop.feed_requests,
                loop.one,
            )
            > 0
        ):
            sent += 1
    took_ns = monotonic_ns(loop.timespec) - began_ns
    store_release(readers[0], loop.tape[0]["own"])
    store_release(readers[1], loop.journal[0]["own"])
    store_release(readers[2], loop.requests[0]["own"])
    return took_ns if sent == count else -1


@kernel
def report_all(
    loop: Loop, state: State, decisions: Decisions, report: np.ndarray, orders: np.ndarray, kind: int, first: int
) -> int:
    """One report of this kind on each of ORDER[n]; nanoseconds."""
    began_ns = monotonic_ns(loop.timespec)
    for number in range(orders.shape[0]):
        event = report[0]
        clear_event(event)
        event["kind"] = EventKind.EXECUTION_REPORT
        event["detail"] = kind
        event["source_id"] = 0
        event["sequence"] = first + number
        event["client_id"] = orders[number]["client_id"]
        event["reference_id"] = first + number
        event["instrument_id"] = 0
        event["side"] = orders[number]["side"]
        event["now_ns"] = orders[number]["created_ns"]
        if kind == Report.FILLED:
            event["price_ticks"] = MID_TICKS
            event["quantity_lots"] = orders[number]["quantity_lots"]
            event["filled_lots"] = orders[number]["quantity_lots"]
            event["execution_id"] = first + number
        decisions.used[0] = 0
        on_report(state, decisions, event)
    return monotonic_ns(loop.timespec) - began_ns


@kernel
def walk_all(books: Books, found: np.ndarray, lots: int, count: int) -> int:
    cost = 0
    for number in range(count):
        walk(books, 0, 1 if number & 1 == 0 else -1, lots, 0, found[0])
        judge(found[0], 1 if number & 1 == 0 else -1, float(MID_TICKS), 0.0001, 1_000_000)
        cost += found[0]["cost_ppm"]
    return cost


def rows() -> list[dict[str, Any]]:
    allowed = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {allowed[-1]})
    try:
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(folder)
            bench.core.state.core[0]["strategies_enabled"] = 0
            return [*_orders(bench), *_peer(), _walks(), _recovery(bench)]
    finally:
        os.sched_setaffinity(0, set(allowed))


def _orders(bench: Bench) -> list[dict[str, Any]]:
    core = bench.core
    state = core.state
    state.risk.settings["max_open_orders"] = ORDERS + 1
    state.risk.settings["duplicate_ms"] = 0
    report = np.zeros(1, EVENT)
    sent_ns, accepted_ns, filled_ns, number = [], [], [], 1_000
    for batch in range(BATCHES * RUNS + 1):
        now_ns = 10_000_000_000 + batch * 1_000_000_000
        state.risk.buckets["filled_ns"] = 0
        state.risk.buckets["period_ns"] = 1
        took = order_all(core.loop, state, core.decisions, bench.readers, ORDERS, now_ns)
        if took < 0:
            reason = int(state.core[0]["last_deny_reason"])
            raise RuntimeError(f"every order must pass: {reason=}")
        slots = state.blotter.open_slots[: state.blotter.counts[0]["open_orders"]]
        made = state.blotter.orders[slots]
        accepted = report_all(core.loop, state, core.decisions, report, made, Report.ACCEPTED.value, number)
        number += ORDERS
        filled = report_all(core.loop, state, core.decisions, report, made, Report.FILLED.value, number)
        number += ORDERS
        if batch:
            sent_ns.append(took / ORDERS)
            accepted_ns.append(accepted / ORDERS)
            filled_ns.append(filled / ORDERS)
    return [_row(what, "ns", values) for what, values in zip(WHATS, (sent_ns, accepted_ns, filled_ns), strict=True)]


def _peer() -> list[dict[str, Any]]:
    peer = peer_of_orders(PEER_ORDERS)
    if peer is None:
        print("orders: nautilus_trader is not installed, left out", file=sys.stderr)
        return []
    times = [(peer.send(), peer.accept(), peer.fill()) for _ in range(PEER_RUNS + 1)][1:]
    found = zip(WHATS, map(list, zip(*times, strict=True)), strict=True)
    return [_row(what, "ns", values, peer.name) for what, values in found]


def _walks() -> dict[str, Any]:
    books, found = make_books(1), np.zeros(1, WALK)
    clear_book(books, 0)
    for side, price, lots in zip(*book_snapshot(), strict=True):
        set_level(books, 0, int(side), int(price), int(lots))
    lots = 1
    while True:
        walk(books, 0, 1, lots, 0, found[0])
        if found[0]["levels"] >= 50:
            break
        lots += 100
    taken = []
    for run in range(RUNS + 1):
        began = time.perf_counter_ns()
        walk_all(books, found, lots, WALKS)
        if run:
            taken.append((time.perf_counter_ns() - began) / WALKS)
    return _row("expected cost of taking fifty levels", "ns", taken)


def _recovery(bench: Bench) -> dict[str, Any]:
    """The records of a busy day, each order accepted and filled."""
    trio = np.zeros(RECORDS // 3 * 3, EVENT)
    trio["instrument_id"], trio["strategy_id"], trio["now_ns"] = 0, -1, np.arange(len(trio))
    trio["client_id"] = (9 << 32) + np.arange(len(trio)) // 3 + 1
    trio["side"] = np.where((np.arange(len(trio)) // 3) % 2 == 0, 1, -1)
    trio["price_ticks"], trio["quantity_lots"] = MID_TICKS, 5
    trio["order_type"], trio["time_in_force"] = OrderType.LIMIT, TimeInForce.GTC
    trio["kind"][0::3], trio["detail"][0::3] = EventKind.ORDER_REQUEST, 1
    for place, kind in ((1, Report.ACCEPTED), (2, Report.FILLED)):
        trio["kind"][place::3], trio["detail"][place::3] = EventKind.EXECUTION_REPORT, kind
    trio["sequence"] = np.arange(len(trio)) + 10_000_000
    trio["execution_id"], trio["filled_lots"] = trio["sequence"], 5
    state, decisions, taken = bench.core.state, bench.core.decisions, []
    began = time.perf_counter_ns()
    restore_range(state, decisions, trio, 0, len(trio))
    taken.append((time.perf_counter_ns() - began) / 1e9)
    return _row(f"a journal of {len(trio):,} records applied", "s", taken)


def _row(what: str, unit: str, values: list[float], subject: str = "station") -> dict[str, Any]:
    values = sorted(values)
    return {
        "bench": "orders",
        "what": what,
        "unit": unit,
        "subject": subject,
        "p50": statistics.median(values),
        "p99": values[min(len(values) - 1, int(0.99 * len(values)))],
        "min": values[0],
        "runs": len(values),
    }
