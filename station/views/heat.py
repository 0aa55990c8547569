"""Which part of the book's history is in sight, as pixels: a column of codes per slot of time, highest price first.

A pixel holds `step_ticks` prices; of several sizes in one pixel it shows the largest, so that a wall stays a wall
however far one zooms out. A slot holds one column of the history or several; prices are those at its end.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from station.views.flow import HEAT_PERIODS_NS, HeatColumn, HeatView
from station.views.ladder import GROUPS
from station.views.scale import at_share, slot_text

TIME_SCALES: tuple[tuple[int, int], ...] = tuple((period, many) for period in range(3) for many in (1, 2, 4))
"""(number of the period, columns of it to a slot), the finest first"""
LOW_SHARE, HOT_SHARE, HIGH_SHARE = 0.05, 0.95, 0.995
"""Sizes between the outer shares of what is in sight are told apart; smaller and larger ones look like the ends. Larger
than HOT_SHARE of them is hot, in every market alike."""
CURVE = 1.3
"""Above 1: most of the cold colours go to the larger half of the sizes"""
SMALL_SHARE, LARGE_SHARE, HUGE_SHARE = 0.60, 0.90, 0.99
"""A trade that is no larger than so many of those in sight is small; one that is larger than so many large, or huge"""


class HeatWindow(NamedTuple):
    """What is in sight. Pixel row r holds the prices r·step_ticks … (r+1)·step_ticks - 1."""

    first_slot: int
    slots: int
    slot_ns: int
    top_row: int
    rows: int
    step_ticks: int

    @property
    def bottom_row(self) -> int:
        return self.top_row - self.rows + 1


class Pixels(NamedTuple):
    """One slot. Indices count from the top; -1: not in sight, or not there."""

    codes: bytes
    bid_index: int
    ask_index: int
    trades: tuple[tuple[int, int], ...]
    """(index, lots bought minus lots sold)"""
    is_gap: bool
    """Nothing in it was seen whole"""
    asks: int
    """So many pixels from the top are above the best bid"""


class HeatScale(NamedTuple):
    """What is little here, and what is much. Kept while the same stretch is in sight, so that colours keep meaning."""

    low_code: int = 1
    hot_code: int = 254
    high_code: int = 255
    small_lots: int = 0
    large_lots: int = 0
    huge_lots: int = 0


def slot_ns_of(scale: int) -> int:
    period, many = TIME_SCALES[scale]
    return HEAT_PERIODS_NS[period] * many


def scale_text(scale: int) -> str:
    return slot_text(slot_ns_of(scale))


def price_step(view: HeatView, zoom: int) -> int:
    """Ticks to a pixel: whole rows of the history, 1 2 5 10 … of them."""
    return view.ticks_per_row * GROUPS[zoom]


def pixels_in_sight(view: HeatView, window: HeatWindow) -> list[Pixels | None]:
    """One a slot; None: nothing was seen in it."""
    columns, slot_ns = view.columns, window.slot_ns
    at = bisect_left(columns, window.first_slot * slot_ns, key=_start)
    found: list[Pixels | None] = []
    for slot in range(window.first_slot, window.first_slot + window.slots):
        end_ns, first = (slot + 1) * slot_ns, at
        while at < len(columns) and columns[at].start_wall_ns < end_ns:
            at += 1
        found.append(
            None
            if at == first
            else pixels_of(columns[first:at], view.ticks_per_row, window.bottom_row, window.rows, window.step_ticks)
        )
    return found


def _start(column: HeatColumn) -> int:
    return column.start_wall_ns


@lru_cache(maxsize=2_048)
def pixels_of(
    columns: tuple[HeatColumn, ...], ticks_per_row: int, bottom_row: int, rows: int, step_ticks: int
) -> Pixels:
    """Of the columns that lie in one slot. The same columns and prices are not counted twice."""
    seen = [column for column in columns if not column.is_gap]
    if not seen:
        return Pixels(bytes(rows), -1, -1, (), True, 0)
    many = max(1, step_ticks // ticks_per_row)
    codes = [_codes(column, ticks_per_row, bottom_row * many, rows, many) for column in seen]
    top_row = bottom_row + rows - 1

    def index(ticks: int) -> int:
        found = top_row - ticks // step_ticks if ticks else -1
        return found if 0 <= found < rows else -1

    traded: Counter[int] = Counter()
    for column in seen:
        for row, lots in column.trades:
            traded[index(column.low_ticks + row * ticks_per_row)] += lots
    del traded[-1]
    last = seen[-1]
    return Pixels(
        codes=bytes(map(max, *codes)) if len(codes) > 1 else codes[0],
        bid_index=index(last.bid_ticks),
        ask_index=index(last.ask_ticks),
        trades=tuple(sorted(traded.items())),
        is_gap=False,
        asks=min(rows, max(0, top_row - last.bid_ticks // step_ticks)) if last.bid_ticks else rows,
    )


def _codes(column: HeatColumn, ticks_per_row: int, first: int, rows: int, many: int) -> bytes:
    """Of so many pixels from the history's row `first` up, highest first; the largest of `many` rows each."""
    start, count = first - column.low_ticks // ticks_per_row, rows * many
    below = min(count, max(0, -start))
    codes = bytes(below) + column.codes[max(0, start) : max(0, start + count)]
    codes += bytes(count - len(codes))
    if many > 1:
        codes = bytes(map(max, *(codes[at::many] for at in range(many))))
    return codes[::-1]


def scale_in_sight(pixels: Iterable[Pixels | None]) -> HeatScale:
    counted: Counter[int] = Counter()
    lots: list[int] = []
    for one in pixels:
        if one is not None and not one.is_gap:
            counted.update(one.codes)
            lots += [abs(traded) for _, traded in one.trades if traded]
    del counted[0]
    codes, lots = sorted(counted.elements()), sorted(lots)
    low, hot, high = (at_share(codes, share) for share in (LOW_SHARE, HOT_SHARE, HIGH_SHARE))
    hot = max(hot, low + 1)
    sizes = (at_share(lots, share) for share in (SMALL_SHARE, LARGE_SHARE, HUGE_SHARE))
    return HeatScale(low, hot, max(high, hot + 1), *sizes)


@lru_cache(maxsize=256)
def level_table(scale: HeatScale, levels: int, cold: int) -> bytes:
    """For bytes.translate: code → 0 (nothing), 1 … `cold`, and from the hot code on to `levels`."""
    low, hot, high = scale.low_code, scale.hot_code, scale.high_code

    def level(code: int) -> int:
        if code < hot:
            share: float = (max(0, code - low) / (hot - low)) ** CURVE
            return 1 + round(share * (cold - 1))
        return cold + 1 + round(min(1.0, (code - hot) / (high - hot)) * (levels - cold - 1))

    return bytes([0, *map(level, range(1, 256))])
