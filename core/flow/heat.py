"""Depth over time: at the end of every period, the sizes of the book around its mid, and what traded meanwhile.

A size becomes a code, `1 + floor(8 log2(lots))`: 9 % more is the next one. A column has HEAT_ROWS rows of
`heat_ticks_per_row` prices, chosen once, from the first whole book: so that the best FIRST_LEVELS levels of both sides
fill half of the rows. The rows stay where they were until the mid leaves their middle half.
"""

import math

import numpy as np

from core.book.depth import key_behind, lots_of_key
from core.book.head import NO_TICKS
from core.book.ladder import NO_KEY
from core.flow.levels import middle_of
from core.flow.state import Flow
from core.kernel import kernel
from core.records.flow import HEAT_PERIODS, HEAT_ROWS, HEAT_TRADES
from core.vocabulary import BookState

LIVE = int(BookState.LIVE)
FIRST_LEVELS = 32
LARGEST_CODE = 255


@kernel
def heat_traded(flow: Flow, slot: int, price_ticks: int, signed_lots: int) -> None:
    """Into the columns that are growing."""
    ticks_per_row = flow.heads[slot]["heat_ticks_per_row"]
    if ticks_per_row == 0:
        return
    row = price_ticks // ticks_per_row
    for period in range(HEAT_PERIODS):
        count = flow.open_counts[slot, period]
        nearest, distance = 0, 1 << 62
        for index in range(count):
            away = abs(flow.open_trades[slot, period, index, 0] - row)
            if away < distance:
                nearest, distance = index, away
        if distance > 0 and count < HEAT_TRADES:
            nearest = count
            flow.open_trades[slot, period, count, 0] = row
            flow.open_trades[slot, period, count, 1] = 0
            flow.open_counts[slot, period] = count + 1
        flow.open_trades[slot, period, nearest, 1] += signed_lots


@kernel
def end_column(flow: Flow, slot: int, period: int, start_wall_ns: int) -> None:
    """The period is over: the book as it stands, and what traded."""
    head, book = flow.heads[slot], flow.books.heads[slot]
    is_whole = book["state"] == LIVE and book["best_bid_ticks"] != NO_TICKS and book["best_ask_ticks"] != NO_TICKS
    if is_whole and head["heat_ticks_per_row"] == 0:
        head["heat_ticks_per_row"] = _choose_step(flow, slot)
        for each in range(HEAT_PERIODS):
            head["heat_first_row"][each] = -(1 << 60)
    column = flow.columns[slot, period, head["columns"][period] % flow.columns.shape[2]]
    column["start_wall_ns"] = start_wall_ns
    column["is_gap"] = 1 if head["is_gap"][period] != 0 or not is_whole else 0
    column["bid_ticks"] = book["best_bid_ticks"] if is_whole else 0
    column["ask_ticks"] = book["best_ask_ticks"] if is_whole else 0
    if is_whole:
        _place_rows(flow, slot, period)
    column["low_ticks"] = max(0, head["heat_first_row"][period]) * head["heat_ticks_per_row"]
    for row in range(HEAT_ROWS):
        flow.row_lots[row] = 0
    if is_whole:
        _gather(flow, slot, 0, head["heat_first_row"][period])
        _gather(flow, slot, 1, head["heat_first_row"][period])
    for row in range(HEAT_ROWS):
        column["codes"][row] = code_of(flow.row_lots[row])
    _tell_trades(flow, slot, period, column)
    head["columns"][period] += 1
    head["is_gap"][period] = 0


@kernel
def code_of(lots: int) -> int:
    if lots <= 0:
        return 0
    return min(LARGEST_CODE, 1 + int(math.floor(8.0 * math.log2(float(lots)))))


@kernel
def _choose_step(flow: Flow, slot: int) -> int:
    """1, 2, 5, 10, 20 …"""
    span_ticks = 0
    for row in range(2):
        key = flow.books.sides[slot, row]["best_key"]
        for _ in range(FIRST_LEVELS - 1):
            behind = key_behind(flow.books, slot, row, key)
            if behind == NO_KEY:
                break
            key = behind
        span_ticks -= key  # of bids the price, of asks its negative
    step = 1
    while step * HEAT_ROWS < 2 * span_ticks:
        tenth = step
        while tenth % 10 == 0:
            tenth //= 10
        step = step // 2 * 5 if tenth == 2 else step * 2
    return step


@kernel
def _place_rows(flow: Flow, slot: int, period: int) -> None:
    """The rows move when the mid has left their middle half."""
    head = flow.heads[slot]
    middle = middle_of(flow, slot) // head["heat_ticks_per_row"]
    row = middle - head["heat_first_row"][period]
    if not (row >= HEAT_ROWS // 4 and row < HEAT_ROWS * 3 // 4):
        head["heat_first_row"][period] = max(0, middle - HEAT_ROWS // 2)


@kernel
def _gather(flow: Flow, slot: int, row: int, first_row: int) -> None:
    """Levels of one side into the rows, from the touch to their edge."""
    side = 1 - 2 * row
    ticks_per_row = flow.heads[slot]["heat_ticks_per_row"]
    key = flow.books.sides[slot, row]["best_key"]
    while key != NO_KEY:
        place = key * side // ticks_per_row - first_row
        if (row == 0 and place < 0) or (row == 1 and place >= HEAT_ROWS):
            return
        if place >= 0 and place < HEAT_ROWS:
            flow.row_lots[place] += lots_of_key(flow.books, slot, row, key)
        key = key_behind(flow.books, slot, row, key)


@kernel
def _tell_trades(flow: Flow, slot: int, period: int, column: np.void) -> None:
    count = 0
    for index in range(flow.open_counts[slot, period]):
        row = flow.open_trades[slot, period, index, 0] - flow.heads[slot]["heat_first_row"][period]
        if row >= 0 and row < HEAT_ROWS:
            column["trade_rows"][count] = row
            column["trade_lots"][count] = flow.open_trades[slot, period, index, 1]
            count += 1
    column["trades"] = count
    flow.open_counts[slot, period] = 0
