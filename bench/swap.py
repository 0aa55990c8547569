"""What a strategy call costs, and a swap of the strategy while the loop runs.

Two rows are of single events, stamped with the clock on both sides (about 20 ns are the clock's own, and are named in a
row of their own): one event's end to the next one's, with and without a swap in between. The two strategies that take
turns are different code, so the first call after a swap also pays for the mispredicted jump. Prepared before, as the
core's second thread does it. Waiting policy: spin.
"""

import statistics
import time
from typing import Any

import numpy as np

import core.strategy.builtin
from core.kernel import kernel
from core.memory.atomics import monotonic_ns
from core.strategy.compile import REGISTRY, strategy
from core.strategy.slots import Slots, call_strategy, make_slots, prepare, swap
from core.vocabulary import BookState

assert core.strategy.builtin

CALLS = 2_000_000
EVENTS = 200_000
RUNS = 15
NAMES = ("market_maker", "imbalance_taker")


@strategy(name="nothing", parameters={})
def nothing(view: np.void, parameters: np.ndarray, memory: np.void, intents: np.ndarray) -> int:
    """The call itself: through the slot, and back."""
    return 0


@kernel
def call_all(slots: Slots, count: int) -> int:
    wanted = 0
    for i in range(count):
        slots.views[0]["now_ns"] = i
        wanted += call_strategy(slots, 0)
    return wanted


@kernel
def stamp_all(slots: Slots, first: int, second: int, every: int, gaps: np.ndarray, timespec: np.ndarray) -> int:
    """The time from one event's end to the next one's; a swap before each that `every` divides, 0: never."""
    wanted = 0
    current = first
    before_ns = monotonic_ns(timespec)
    for i in range(gaps.shape[0]):
        if every != 0 and i % every == 0:
            current = second if current == first else first
            swap(slots, 0, current)
        wanted += call_strategy(slots, 0)
        now_ns = monotonic_ns(timespec)
        gaps[i] = now_ns - before_ns
        before_ns = now_ns
    return wanted


@kernel
def stamp_nothing(gaps: np.ndarray, timespec: np.ndarray) -> int:
    before_ns = monotonic_ns(timespec)
    for i in range(gaps.shape[0]):
        now_ns = monotonic_ns(timespec)
        gaps[i] = now_ns - before_ns
        before_ns = now_ns
    return before_ns


def rows() -> list[dict[str, Any]]:
    slots = make_slots(2)
    view = slots.views[0]
    view["best_bid_ticks"], view["best_ask_ticks"], view["book_state"] = 100, 102, BookState.LIVE
    view["best_bid_lots"], view["best_ask_lots"], view["micro_price"], view["min_lots"] = 10, 10, 101.0, 1
    indexes = [_prepare(slots, name) for name in NAMES]
    slots.is_enabled[0] = 1
    found = []
    for name, index in zip((*NAMES, "nothing"), (*indexes, _prepare(slots, "nothing")), strict=True):
        swap(slots, 0, index)
        found.append(_row(f"call of a strategy: {name}", _means(slots)))
    gaps, timespec = np.zeros(EVENTS, np.int64), np.zeros(2, np.int64)
    stamp_nothing(gaps, timespec)
    found.append(_row("two readings of the clock", _singles(lambda: stamp_nothing(gaps, timespec), gaps, 1)))
    for what, every in (("event to event", 0), ("event to event, swap in between", 64)):
        stamp_all(slots, *indexes, every, gaps, timespec)
        singles = _singles(lambda every=every: stamp_all(slots, *indexes, every, gaps, timespec), gaps, max(1, every))
        found.append(_row(what, singles))
    return found


def _prepare(slots: Slots, name: str) -> int:
    entry = REGISTRY[name]
    index = prepare(
        slots,
        0,
        name=name,
        address=entry.address,
        code_hash=entry.code_hash,
        parameters=entry.values(),
        instrument_id=0,
    )
    swap(slots, 0, index)
    return index


def _means(slots: Slots) -> list[float]:
    call_all(slots, 1)
    means = []
    for _ in range(RUNS):
        started = time.perf_counter_ns()
        call_all(slots, CALLS)
        means.append((time.perf_counter_ns() - started) / CALLS)
    return means


def _singles(run: Any, gaps: np.ndarray, every: int) -> list[float]:
    """Every gap of all runs that has a swap in it, or every one. `run` is a closure over the gaps."""
    found: list[float] = []
    for _ in range(RUNS):
        run()
        found += gaps[every::every].tolist()
    return found


def _row(what: str, figures: list[float]) -> dict[str, Any]:
    figures.sort()
    return {
        "bench": "swap",
        "what": what,
        "unit": "ns",
        "subject": "station",
        "p50": statistics.median(figures),
        "p99": figures[int(len(figures) * 0.99)],
        "min": figures[0],
        "runs": len(figures),
    }
