"""Positions against exact arithmetic: any executions, any order of long, short, flat and flip."""

from typing import NamedTuple

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.money import LARGEST_E8
from core.orders.positions import TOTAL, Positions, find_row, make_positions, mark, on_fill, row_of
from core.records.instrument import INSTRUMENT
from tests.reference.money_twin import value_of
from tests.reference.positions_twin import PositionTwin


class Execution(NamedTuple):
    side: int
    price_ticks: int
    lots: int
    fee_e8: int


EXECUTIONS = st.lists(
    st.builds(
        Execution,
        st.sampled_from([-1, 1]),
        st.one_of(st.integers(1, 200), st.integers(1, 1 << 40)),
        st.one_of(st.integers(1, 20), st.integers(1, 1 << 40)),
        st.integers(-(10**12), 10**12),
    ),
    max_size=25,
)
VALUES = st.sampled_from([(10, 1), (1, 10), (1, 3), (125_000_000, 1), (7, 1_000)])
BEYOND_AND_BACK = [
    Execution(*of) for of in ((-1, 61, 962, 0), (-1, 18_485_066_036, 2, 0), (1, 1, 481, 0), (1, 18_485_094_895, 2, 0))
]
CASES = settings(max_examples=60, deadline=None)


def instrument(value: tuple[int, int]) -> np.ndarray:
    row = np.zeros(1, INSTRUMENT)
    row["value_numerator"], row["value_denominator"] = value
    return row


def filled(executions: list[Execution], value: tuple[int, int]) -> tuple[Positions, PositionTwin, int]:
    """And the largest profit or loss on the way, of one fill or of all: beyond what the core holds it saturates."""
    positions, twin, largest_e8 = make_positions(4, instruments=2), PositionTwin(*value), 0
    row = row_of(positions, 0, 1, TOTAL)
    for execution in executions:
        on_fill(positions, row, *execution, instrument(value)[0], 5)
        before_e8 = twin.realised_e8
        twin.fill(*execution)
        largest_e8 = max(largest_e8, abs(twin.realised_e8), abs(twin.realised_e8 - before_e8))
    return positions, twin, largest_e8


@CASES
@given(EXECUTIONS, VALUES)
@example(BEYOND_AND_BACK, (125_000_000, 1))
def test_lots_cost_profit_and_fees_equal_the_exact_ones(executions: list[Execution], value: tuple[int, int]) -> None:
    positions, twin, largest_e8 = filled(executions, value)
    position = positions.rows[find_row(positions, 0, 1, TOTAL)]
    assert position["position_lots"] == twin.lots
    assert value_of((position["cost_high"], position["cost_low"])) == twin.cost
    assert position["fees_e8"] == twin.fees_e8
    assert (position["bought_lots"], position["sold_lots"]) == (twin.bought_lots, twin.sold_lots)
    if largest_e8 < LARGEST_E8:
        assert position["realised_e8"] == twin.realised_e8


@CASES
@given(EXECUTIONS, VALUES, st.integers(1, 1 << 40))
def test_realised_and_unrealised_together_are_the_cash_within_one_unit_a_fill(
    executions: list[Execution], value: tuple[int, int], bid: int
) -> None:
    positions, twin, largest_e8 = filled(executions, value)
    mark(positions, 1, bid, bid + 2, instrument(value)[0])
    position = positions.rows[find_row(positions, 0, 1, TOTAL)]
    exact = twin.cash + twin.money(twin.lots * (bid + 1))
    if abs(exact) < 1 << 60 and largest_e8 < 1 << 60:
        found = int(position["realised_e8"]) + int(position["unrealised_e8"])
        assert abs(found - exact) <= len(executions) + 1


@CASES
@given(EXECUTIONS, VALUES)
def test_a_flat_position_has_no_cost(executions: list[Execution], value: tuple[int, int]) -> None:
    positions, twin, _ = filled(executions, value)
    row = find_row(positions, 0, 1, TOTAL)
    if twin.lots:
        on_fill(positions, row, -1 if twin.lots > 0 else 1, 50, abs(twin.lots), 0, instrument(value)[0], 6)
    position = positions.rows[row]
    assert (position["position_lots"], position["cost_high"], position["cost_low"]) == (0, 0, 0)


@CASES
@given(st.integers(-5, 5), st.integers(1, 1000), st.integers(1, 5))
def test_the_mark_is_rounded_to_the_harm_of_the_position(lots: int, bid: int, spread: int) -> None:
    positions = make_positions(2, instruments=2)
    row = row_of(positions, 0, 1, TOTAL)
    positions.rows[row]["position_lots"] = lots
    mark(positions, 1, bid, bid + spread, instrument((1, 1))[0])
    doubled = 2 * bid + spread
    expected = -(-doubled // 2) if lots < 0 else doubled // 2
    assert positions.rows[row]["mark_ticks"] == expected
