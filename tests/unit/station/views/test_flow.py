"""Sizes as codes, and what it costs to move the price."""

import math

from hypothesis import given
from hypothesis import strategies as st

from core.vocabulary import Side
from station.views.book import BookView
from station.views.flow import LARGEST_CODE, cost_to_move, lots_of

BOOK = BookView(instrument_id=0, bids=((99, 5), (97, 7), (90, 1)), asks=((101, 2), (102, 3), (105, 4)))


@given(st.integers(1, 1 << 40))
def test_a_code_stands_for_the_smallest_size_that_has_it(lots: int) -> None:
    code = min(LARGEST_CODE, 1 + math.floor(8 * math.log2(lots)))
    assert lots_of(code) <= lots
    assert code == LARGEST_CODE or lots < 2 ** (code / 8) + 1e-6


def test_no_code_means_nothing() -> None:
    assert lots_of(0) == 0


def test_to_move_the_price_the_levels_before_it_must_be_traded() -> None:
    assert cost_to_move(BOOK, Side.BUY, 1) == 2
    assert cost_to_move(BOOK, Side.BUY, 3) == 5
    assert cost_to_move(BOOK, Side.SELL, 2) == 5
    assert cost_to_move(BOOK, Side.SELL, 3) == 12


def test_beyond_the_levels_that_are_known_nothing_is_said() -> None:
    assert cost_to_move(BOOK, Side.BUY, 5) == 9
    assert cost_to_move(BOOK, Side.BUY, 6) is None
    assert cost_to_move(BookView(instrument_id=0), Side.SELL, 1) is None
