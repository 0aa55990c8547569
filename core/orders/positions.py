"""What we hold and what it has earned: per account and instrument, and attributed per strategy.

Average-cost method, exact:

    cost        signed sum of ticks * lots of what is open, 128 bits; average price = cost / position
    opening     cost += price * lots * side
    closing     part = cost * closed / position (rounded half away from zero), cost -= part
                realised += (price * closed * sign - part) as money, rounded once
    a flip      closes everything, then opens the rest at the fill's price
    unrealised  (mark * position - cost) as money; what rounding left in the cost comes out at the end

An inverse contract is worth lots / price in its base: its cost is the signed sum of what each opening fill was worth,
rounded once a fill, and what it earned is the cost less what it was worth at the end. A quanto contract is linear: its
multiplier is in the settlement currency.

The mark is the mid, rounded to the position's harm: down for a long, up for a short. Row strategy_id -1 is the
account's total; every fill and every working lot is counted there and on its strategy's own row.
"""

from typing import NamedTuple

import numpy as np

from core.kernel import kernel
from core.money import LARGEST_STEPS, add, add_e8, as_e8, compare, inverse_e8, multiply, scale, subtract, value_e8
from core.records.order import POSITION

TOTAL = -1
ACCOUNT = 0
"""The desk trades one account at each venue, and this is its id: records carry an id for more, and none gives another.
Who speaks of the position of an instrument, and of no order, means this one's."""


class Positions(NamedTuple):
    rows: np.ndarray
    """POSITION[n]"""
    dirty: np.ndarray
    """uint8[n]: 1 when the cell of the row must be published again"""
    used: np.ndarray
    """int64[1]: rows in use; rows are never given back while the core runs"""
    places: np.ndarray
    """int64[m]: row + 1 by hash of account, instrument and strategy, open addressing; 0: empty"""
    first_rows: np.ndarray
    """int64[instruments]: a row of the instrument, or -1"""
    next_rows: np.ndarray
    """int64[n]: the next row of the same instrument, or -1"""


def make_positions(capacity: int, *, instruments: int = 256) -> Positions:
    return Positions(
        rows=np.zeros(capacity, POSITION),
        dirty=np.zeros(capacity, np.uint8),
        used=np.zeros(1, np.int64),
        places=np.zeros(1 << (4 * capacity - 1).bit_length(), np.int64),
        first_rows=np.full(instruments, -1, np.int64),
        next_rows=np.full(capacity, -1, np.int64),
    )


@kernel
def _home(positions: Positions, account_id: int, instrument_id: int, strategy_id: int) -> int:
    home = (int(instrument_id) * 61 + int(account_id) * 7 + int(strategy_id) + 1) & (positions.places.shape[0] - 1)
    return int(home)


@kernel
def find_row(positions: Positions, account_id: int, instrument_id: int, strategy_id: int) -> int:
    """The row of an account, instrument and strategy (-1: the account's total), or -1."""
    place = _home(positions, account_id, instrument_id, strategy_id)
    for _ in range(positions.places.shape[0]):
        row = int(positions.places[place]) - 1
        if row < 0:
            return -1
        position = positions.rows[row]
        if (
            position["instrument_id"] == instrument_id
            and position["account_id"] == account_id
            and position["strategy_id"] == strategy_id
        ):
            return row
        place = (place + 1) & (positions.places.shape[0] - 1)
    return -1


@kernel
def held_lots(positions: Positions, account_id: int, instrument_id: int) -> int:
    """What an account holds of an instrument; 0 also where it never held any."""
    row = find_row(positions, account_id, instrument_id, TOTAL)
    return int(positions.rows[row]["position_lots"]) if row >= 0 else 0


@kernel
def row_of(positions: Positions, account_id: int, instrument_id: int, strategy_id: int) -> int:
    """The same, made when it is new; -1 when there is no room or no such instrument."""
    row = find_row(positions, account_id, instrument_id, strategy_id)
    if row >= 0:
        return row
    row = int(positions.used[0])
    if row == positions.rows.shape[0] or not (instrument_id >= 0 and instrument_id < positions.first_rows.shape[0]):
        return -1
    positions.used[0] = row + 1
    position = positions.rows[row]
    position["instrument_id"] = instrument_id
    position["account_id"] = account_id
    position["strategy_id"] = strategy_id
    positions.dirty[row] = 1
    positions.next_rows[row] = positions.first_rows[instrument_id]
    positions.first_rows[instrument_id] = row
    place = _home(positions, account_id, instrument_id, strategy_id)
    while positions.places[place] != 0:
        place = (place + 1) & (positions.places.shape[0] - 1)
    positions.places[place] = row + 1
    return row


@kernel
def on_fill(
    positions: Positions,
    row: int,
    side: int,
    price_ticks: int,
    lots: int,
    fee_e8: int,
    instrument: np.void,
    now_ns: int,
) -> None:
    """One execution of `lots` at a price, on one row. The caller bounded price and lots (orders/reports.py)."""
    position = positions.rows[row]
    held = int(position["position_lots"])
    sign = 1 if held > 0 else -1
    closing = 0
    if held * side < 0:
        closing = min(lots, held * sign)
        _close(position, sign, price_ticks, closing, instrument)
    opening = lots - closing
    if opening > 0:
        if instrument["is_inverse"] != 0:
            high, low = multiply(value_e8(price_ticks, opening, instrument), side)
        else:
            high, low = multiply(price_ticks, opening * side)
        high, low = add(position["cost_high"], position["cost_low"], high, low)
        position["cost_high"] = high
        position["cost_low"] = low
    position["position_lots"] = held + side * lots
    if side > 0:
        position["bought_lots"] += lots
    else:
        position["sold_lots"] += lots
    position["fees_e8"] = add_e8(position["fees_e8"], fee_e8)
    position["fills"] += 1
    position["updated_ns"] = now_ns
    positions.dirty[row] = 1
    _mark_row(position, int(position["mark_ticks"]), instrument)


@kernel
def _close(position: np.void, sign: int, price_ticks: int, closing: int, instrument: np.void) -> None:
    """Take `closing` lots out of the cost and book what they earned."""
    held = int(position["position_lots"]) * sign
    part_high, part_low = int(position["cost_high"]), int(position["cost_low"])
    if closing < held:
        part_high, part_low = scale(part_high, part_low, closing, held)
    high, low = subtract(position["cost_high"], position["cost_low"], part_high, part_low)
    position["cost_high"] = high
    position["cost_low"] = low
    earned_e8 = _earned_e8(part_high, part_low, price_ticks, closing * sign, instrument)
    position["realised_e8"] = add_e8(position["realised_e8"], earned_e8)


@kernel
def _earned_e8(cost_high: int, cost_low: int, price_ticks: int, lots: int, instrument: np.void) -> int:
    """What signed lots of this cost have earned at a price, as money."""
    if instrument["is_inverse"] != 0:
        high, low = multiply(value_e8(price_ticks, lots, instrument), 1)
        high, low = subtract(cost_high, cost_low, high, low)
        return as_e8(high, low, 1, 1)
    high, low = multiply(price_ticks, lots)
    high, low = subtract(high, low, cost_high, cost_low)
    return as_e8(high, low, instrument["value_numerator"], instrument["value_denominator"])


@kernel
def _mark_row(position: np.void, mark_ticks: int, instrument: np.void) -> None:
    position["mark_ticks"] = mark_ticks
    if position["position_lots"] == 0 or mark_ticks == 0:
        position["unrealised_e8"] = 0
        return
    lots = int(position["position_lots"])
    position["unrealised_e8"] = _earned_e8(position["cost_high"], position["cost_low"], mark_ticks, lots, instrument)


@kernel
def mark_for(position_lots: int, best_bid_ticks: int, best_ask_ticks: int) -> int:
    """The mid, rounded down for what is long, up for what is short."""
    doubled = best_bid_ticks + best_ask_ticks
    if position_lots < 0:
        return -((-doubled) >> 1)
    return doubled >> 1


@kernel
def mark(
    positions: Positions, instrument_id: int, best_bid_ticks: int, best_ask_ticks: int, instrument: np.void
) -> int:
    """Value all rows of an instrument at its mid; how many changed. Only for a LIVE book with both sides."""
    if not (0 < best_bid_ticks and best_bid_ticks < best_ask_ticks and best_ask_ticks <= LARGEST_STEPS):
        return 0
    changed = 0
    row = int(positions.first_rows[instrument_id])
    while row >= 0:
        position = positions.rows[row]
        mark_ticks = mark_for(position["position_lots"], best_bid_ticks, best_ask_ticks)
        if mark_ticks != position["mark_ticks"]:
            _mark_row(position, mark_ticks, instrument)
            positions.dirty[row] = 1
            changed += 1
        row = int(positions.next_rows[row])
    return changed


@kernel
def break_even_ticks(position: np.void, instrument: np.void) -> int:
    """The average price, rounded so that closing there loses nothing: up for a long, down for a short. 0: flat."""
    held = int(position["position_lots"])
    if held == 0:
        return 0
    sign = 1 if held > 0 else -1
    if instrument["is_inverse"] != 0:
        cost_e8 = as_e8(position["cost_high"], position["cost_low"], 1, 1) * sign
        ticks = inverse_e8(cost_e8, held * sign, instrument["value_numerator"], instrument["value_denominator"])
        is_even = _earned_e8(position["cost_high"], position["cost_low"], ticks, held, instrument) >= 0
        return ticks if is_even else ticks + sign
    high, low = int(position["cost_high"]), int(position["cost_low"])
    if sign < 0:
        high, low = subtract(0, 0, high, low)
    _, ticks = scale(high, low, 1, held * sign)
    high, low = multiply(ticks, held)
    return ticks + sign if compare(high, low, position["cost_high"], position["cost_low"]) < 0 else ticks


@kernel
def working_changed(positions: Positions, row: int, side: int, difference_lots: int) -> None:
    """Open orders of a row grew or shrank by this many lots."""
    if row < 0 or difference_lots == 0:
        return
    position = positions.rows[row]
    if side > 0:
        position["working_buy_lots"] += difference_lots
    else:
        position["working_sell_lots"] += difference_lots
    positions.dirty[row] = 1


@kernel
def new_day(positions: Positions) -> None:
    """ROLLOVER: what is counted by the day begins again; positions and their cost stay."""
    for row in range(positions.used[0]):
        position = positions.rows[row]
        position["bought_lots"] = 0
        position["sold_lots"] = 0
        position["realised_e8"] = 0
        position["fees_e8"] = 0
        position["fills"] = 0
        positions.dirty[row] = 1
