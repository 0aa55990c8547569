"""Positions by hand: long, short, through zero, marked, and the day that turns."""

import numpy as np
import pytest

from core.orders.positions import TOTAL, Positions, find_row, make_positions, mark, new_day, on_fill, row_of
from tests.orders_world import BTC, DUST, ETH, instruments


def traded(*executions: tuple[int, int, int], instrument: int = BTC) -> tuple[Positions, np.void]:
    """After (side, price, lots) executions."""
    positions = make_positions(4, instruments=4)
    row = row_of(positions, 0, instrument, TOTAL)
    for side, price, lots in executions:
        on_fill(positions, row, side, price, lots, 0, instruments()[instrument], 1)
    position: np.void = positions.rows[row]
    return positions, position


def test_a_round_trip_earns_the_difference() -> None:
    _, position = traded((1, 100, 5), (-1, 110, 5))
    assert (position["position_lots"], position["realised_e8"], position["cost_low"]) == (0, 500, 0)


def test_a_partial_close_keeps_the_average_cost() -> None:
    _, position = traded((1, 100, 5), (1, 110, 5), (-1, 120, 4))
    assert position["realised_e8"] == (120 - 105) * 4 * 10
    assert (position["position_lots"], position["cost_low"]) == (6, 630)


def test_a_flip_closes_everything_and_opens_the_rest_at_its_own_price() -> None:
    _, position = traded((1, 100, 5), (-1, 90, 8))
    assert position["realised_e8"] == -10 * 5 * 10
    assert position["position_lots"] == -3
    assert position["cost_high"] * (1 << 62) + int(position["cost_low"]) == -270


def test_a_short_earns_when_the_price_falls() -> None:
    positions, position = traded((-1, 100, 5))
    mark(positions, BTC, 90, 91, instruments()[BTC])
    assert position["mark_ticks"] == 91
    assert position["unrealised_e8"] == 9 * 5 * 10


@pytest.mark.parametrize(("bid", "ask"), [(0, 5), (5, 5), (6, 5), (-3, 5), (5, (1 << 52) + 1), (-(1 << 63), 5)])
def test_a_book_that_is_not_whole_marks_nothing(bid: int, ask: int) -> None:
    positions, position = traded((1, 100, 5))
    assert mark(positions, BTC, bid, ask, instruments()[BTC]) == 0
    assert position["mark_ticks"] == 0


def test_a_mark_that_did_not_move_changes_no_row() -> None:
    positions, _ = traded((1, 100, 5))
    assert mark(positions, BTC, 90, 92, instruments()[BTC]) == 1
    assert mark(positions, BTC, 89, 93, instruments()[BTC]) == 0
    assert mark(positions, ETH, 90, 92, instruments()[ETH]) == 0


def test_money_smaller_than_one_unit_is_rounded_half_away_from_zero_once_a_fill() -> None:
    _, position = traded((1, 100, 5), (-1, 101, 5), instrument=DUST)
    assert position["realised_e8"] == 1
    _, position = traded((1, 101, 5), (-1, 100, 5), instrument=DUST)
    assert position["realised_e8"] == -1


def test_rows_are_found_by_account_instrument_and_strategy_until_there_is_no_room() -> None:
    positions = make_positions(3, instruments=4)
    rows = [row_of(positions, 0, BTC, TOTAL), row_of(positions, 1, BTC, TOTAL), row_of(positions, 0, BTC, 5)]
    assert rows == [0, 1, 2]
    assert row_of(positions, 1, BTC, TOTAL) == 1
    assert row_of(positions, 0, ETH, TOTAL) == -1
    assert find_row(positions, 0, BTC, 5) == 2
    assert find_row(positions, 0, ETH, 5) == -1
    assert row_of(positions, 0, -1, TOTAL) == -1
    assert row_of(positions, 0, 1 << 30, TOTAL) == -1


def test_a_new_day_counts_from_zero_and_keeps_what_is_held() -> None:
    positions, position = traded((1, 100, 5), (-1, 110, 2))
    new_day(positions)
    assert (position["realised_e8"], position["bought_lots"], position["fills"]) == (0, 0, 0)
    assert (position["position_lots"], position["cost_low"]) == (3, 300)
