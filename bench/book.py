"""How long one book update takes, with best bid and ask known after it.

The stream is one that a market makes: 1,000 levels a side, three in four updates within 20 levels of the touch, one in
eight adds or deletes a level, the touch moves by deletions and by better quotes. All subjects take the same stream from
the same arrays, in a loop of their own kind (compiled for compiled ones), after the same snapshot. A figure is the mean
of one run over the whole stream; p50, p99 and min are over runs.
"""

import importlib.metadata
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from core.book.ladder import Books, clear_book, make_books, set_level
from core.kernel import kernel

LEVELS = 1_000
UPDATES = 400_000
RUNS = 25
SLOW_UPDATES = 40_000
SLOW_RUNS = 5
MID_TICKS = 6_000_000
SEED = 20_26

Stream = tuple[np.ndarray, np.ndarray, np.ndarray]
"""side, price in ticks, new total in lots: int64 each"""


def snapshot() -> Stream:
    """1,000 levels a side, best first."""
    generator = np.random.default_rng(SEED)
    steps = np.arange(1, LEVELS + 1)
    prices = np.concatenate([MID_TICKS - steps, MID_TICKS + steps])
    sides = np.concatenate([np.ones(LEVELS, np.int64), -np.ones(LEVELS, np.int64)])
    return sides, prices.astype(np.int64), generator.integers(1, 1_000, 2 * LEVELS)


def stream(count: int) -> Stream:
    """Updates that follow the snapshot and never cross the book."""
    generator = np.random.default_rng(SEED + 1)
    levels: dict[int, dict[int, int]] = {1: {}, -1: {}}
    for side, price, lots in zip(*snapshot(), strict=True):
        levels[int(side)][int(price)] = int(lots)
    best = {1: MID_TICKS - 1, -1: MID_TICKS + 1}
    sides, prices, quantities = (np.zeros(count, np.int64) for _ in range(3))
    near, kinds, sizes = generator.random(count) < 0.75, generator.random(count), generator.integers(1, 1_000, count)
    depths_near, depths_far = generator.geometric(0.15, count) - 1, generator.integers(0, LEVELS, count)
    chosen = generator.choice((1, -1), count)
    for i in range(count):
        side = int(chosen[i])
        depth = int(min(depths_near[i], 20) if near[i] else depths_far[i])
        price, lots = best[side] - side * depth, int(sizes[i])
        if kinds[i] < 0.04 and best[-1] - best[1] > 1:
            price = best[side] + side  # a better quote
        elif kinds[i] < 0.125 and len(levels[side]) > 100:
            lots = 0
        if lots:
            levels[side][price] = lots
        else:
            levels[side].pop(price, None)
        if price * side > best[side] * side:
            best[side] = price
        elif price == best[side] and lots == 0:
            while best[side] not in levels[side]:
                best[side] -= side
        sides[i], prices[i], quantities[i] = side, price, lots
    return sides, prices, quantities


@kernel
def apply_all(books: Books, sides: np.ndarray, prices: np.ndarray, lots: np.ndarray) -> int:
    touched = 0
    for i in range(sides.shape[0]):
        set_level(books, 0, sides[i], prices[i], lots[i])
        touched += books.heads[0]["best_bid_ticks"] + books.heads[0]["best_ask_ticks"]
    return touched


@kernel
def store_all(cells: np.ndarray, sides: np.ndarray, prices: np.ndarray, lots: np.ndarray) -> int:
    """The floor: an array store per update, no best price."""
    mask = cells.shape[1] - 1
    for i in range(sides.shape[0]):
        cells[(1 - sides[i]) >> 1, prices[i] & mask] = lots[i]
    return 0


def rows() -> list[dict[str, Any]]:
    """Says on standard error why a peer is left out."""
    updates = stream(UPDATES)
    few: Stream = tuple(array[:SLOW_UPDATES] for array in updates)  # type: ignore[assignment]
    books = make_books(1)
    cells = np.zeros((2, books.lots.shape[2]), np.int64)

    def fresh_book() -> None:
        clear_book(books, 0)
        apply_all(books, *snapshot())

    found = [
        _row("station", _time(lambda: apply_all(books, *updates), UPDATES, RUNS, fresh_book)),
        _row("bare array store, no best price", _time(lambda: store_all(cells, *updates), UPDATES, RUNS)),
    ]
    peer = _sorted_dict(few)
    if peer is not None:
        found.append(peer)
    print("book: hftbacktest 2.4.4 wants numba 0.61 and numpy < 2.3, left out", file=sys.stderr)
    return found


def _sorted_dict(few: Stream) -> dict[str, Any] | None:
    try:
        from sortedcontainers import SortedDict
    except ImportError:
        print("book: sortedcontainers is not installed, left out", file=sys.stderr)
        return None
    sides: dict[int, Any] = {}

    def fresh() -> None:
        sides[1], sides[-1] = SortedDict(), SortedDict()
        for side, price, lots in zip(*(array.tolist() for array in snapshot()), strict=True):
            sides[side][price] = lots

    runs = _time(lambda: _apply_to_dicts(sides, few), SLOW_UPDATES, SLOW_RUNS, fresh)
    return _row(f"sortedcontainers {importlib.metadata.version('sortedcontainers')}", runs)


def _apply_to_dicts(sides: dict[int, Any], updates: Stream) -> int:
    touched = 0
    for side, price, lots in zip(*(array.tolist() for array in updates), strict=True):
        levels = sides[side]
        if lots:
            levels[price] = lots
        else:
            levels.pop(price, None)
        touched += sides[1].peekitem(-1)[0] + sides[-1].peekitem(0)[0]
    return touched


def _time(run: Callable[[], Any], updates: int, runs: int, before: Callable[[], None] | None = None) -> list[float]:
    """Nanoseconds per update of each run; the first one warms up and is not counted."""
    found = []
    for _ in range(runs + 1):
        if before is not None:
            before()
        start_ns = time.perf_counter_ns()
        run()
        found.append((time.perf_counter_ns() - start_ns) / updates)
    return found[1:]


def _row(subject: str, runs: list[float]) -> dict[str, Any]:
    return {
        "bench": "book",
        "what": "update with best bid and ask kept, 1,000 levels a side",
        "unit": "ns",
        "subject": subject,
        "p50": round(float(np.percentile(runs, 50)), 2),
        "p99": round(float(np.percentile(runs, 99)), 2),
        "min": round(min(runs), 2),
        "runs": len(runs),
    }
