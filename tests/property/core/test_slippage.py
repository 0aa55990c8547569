"""The cost of taking from a book, against the same sum over a sorted list."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.book.ladder import clear_book, make_books, set_level
from core.book.slippage import LARGEST_PPM, WALK, impact, judge, walk
from core.money import WORD

LEVELS = st.dictionaries(st.integers(1, 40), st.integers(1, 1_000), min_size=1, max_size=30)


@settings(max_examples=150, deadline=None)
@given(LEVELS, st.sampled_from([-1, 1]), st.integers(1, 20_000), st.one_of(st.just(0), st.integers(9_950, 10_050)))
def test_a_walk_eats_the_best_levels_first_and_none_beyond_its_limit(
    levels: dict[int, int], side: int, lots: int, limit: int
) -> None:
    books = make_books(1, window_ticks=64, far_levels=64)
    clear_book(books, 0)
    for away, size in levels.items():
        set_level(books, 0, -side, 10_000 + side * away, size)
    found = np.zeros(1, WALK)[0]
    walk(books, 0, side, lots, limit, found)
    left, worst, eaten, total = lots, 0, 0, 0
    for away in sorted(levels):
        ticks = 10_000 + side * away
        if left == 0 or (limit and ticks * side > limit * side):
            break
        taken = min(left, levels[away])
        left, worst, eaten, total = left - taken, ticks, eaten + 1, total + ticks * taken
    assert (found["lots"], found["levels"], found["worst_ticks"]) == (lots - left, eaten, worst)
    assert int(found["notional_high"]) * WORD + int(found["notional_low"]) == total
    assert found["beyond_lots"] == (0 if limit else left)
    judge(found, side, 10_000.0, 0.0001, 1_000_000)
    if found["lots"] > 0 and found["beyond_lots"] == 0:
        average = Fraction(total, lots - left)
        assert found["average_ticks"] == pytest.approx(float(average), rel=1e-12)
        assert found["cost_ppm"] == math.ceil(side * (float(average) - 10_000.0) / 10_000.0 * 1e6)
    elif found["beyond_lots"] > 0:
        assert found["cost_ppm"] > 0


def test_what_the_book_does_not_show_moves_the_price_by_the_square_root_law() -> None:
    assert impact(0.0001, 100, 10_000) == pytest.approx(0.0001 * math.sqrt(86_400) * 0.1)
    assert impact(0.0001, 100, 0) >= 1.0  # nothing is known: nothing is promised


def test_an_empty_side_costs_everything() -> None:
    books = make_books(1, window_ticks=64, far_levels=64)
    clear_book(books, 0)
    found = np.zeros(1, WALK)[0]
    walk(books, 0, 1, 10, 0, found)
    judge(found, 1, 10_000.0, 0.0001, 1_000_000)
    assert (found["lots"], found["cost_ppm"]) == (0, LARGEST_PPM)
