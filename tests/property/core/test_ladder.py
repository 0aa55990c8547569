"""The ladder holds what a dictionary holds, whatever the order of updates, window moves and snapshots."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.book.depth import fill_top, lots_at, lots_between, next_price, price_reached
from core.book.ladder import clear_book, make_books, set_level
from core.records.snapshot import BOOK_TOP
from core.units import LARGEST
from tests.reference.book_twin import BookTwin, levels_of, touch_of

CENTRE = 1_000_000

sides = st.sampled_from((1, -1))
near_prices = st.integers(CENTRE - 40, CENTRE + 40)
far_prices = st.integers(CENTRE - 3_000, CENTRE + 3_000)
lots = st.one_of(st.just(0), st.integers(1, 5))
updates = st.tuples(sides, st.one_of(near_prices, near_prices, far_prices), lots)
take_best = st.tuples(sides, st.just("best"), st.just(0))
clear = st.just((0, 0, 0))
streams = st.lists(st.one_of(updates, updates, take_best, clear), max_size=250)


@pytest.mark.parametrize("window_ticks", [64, 128, 8192])
@settings(max_examples=60, deadline=None)
@given(stream=streams)
def test_the_ladder_holds_what_a_dictionary_holds(window_ticks: int, stream: list[tuple[int, Any, int]]) -> None:
    books, twin = make_books(2, window_ticks=window_ticks, far_levels=256), BookTwin()
    for side, price, quantity in stream:
        if side == 0:
            clear_book(books, 1)
            twin.clear()
            continue
        price_ticks = _best(twin, side) if price == "best" else price
        assert set_level(books, 1, side, price_ticks, quantity)
        twin.set_level(side, price_ticks, quantity)
        assert touch_of(books, 1) == twin.touch()
    for side in (1, -1):
        assert levels_of(books, 1, side) == twin.levels[side]
        assert levels_of(books, 0, side) == {}, "the neighbour's book is untouched"


@settings(max_examples=60, deadline=None)
@given(stream=streams, limit=far_prices, quantity=st.integers(1, 60))
def test_depth_is_read_best_first(stream: list[tuple[int, Any, int]], limit: int, quantity: int) -> None:
    books, twin = make_books(1, window_ticks=64, far_levels=256), BookTwin()
    for side, price, amount in stream:
        if side and price != "best":
            set_level(books, 0, side, price, amount)
            twin.set_level(side, price, amount)
    top = np.ones(1, BOOK_TOP)
    fill_top(books, 0, top[0])
    for side, name in ((1, "bid"), (-1, "ask")):
        levels = twin.best_first(side)
        count = int(top[0][f"{name}_count"])
        assert [tuple(row) for row in top[0][f"{name}s"][:count].tolist()] == levels[:64]
        assert not top[0][f"{name}s"][count:]["quantity_lots"].any()
        behind = [next_price(books, 0, side, price) for price, _ in levels]
        assert behind == [price for price, _ in levels[1:]] + [0] * bool(levels)
        assert lots_at(books, 0, side, limit) == twin.levels[side].get(limit, 0)
        within = [amount for price, amount in levels if price * side >= limit * side]
        assert lots_between(books, 0, side, limit) == sum(within)
        assert price_reached(books, 0, side, quantity) == _reached(levels, quantity)


@settings(max_examples=60, deadline=None)
@given(prices=st.lists(st.integers(1, 100_000), min_size=1, max_size=120), side=sides)
def test_a_full_far_table_lets_the_worst_levels_go(prices: list[int], side: int) -> None:
    books, best = make_books(1, window_ticks=64, far_levels=8), 0
    for price in prices:
        assert set_level(books, 0, side, price, 1)
        best = price if best == 0 else max(best * side, price * side) * side
        assert touch_of(books, 0)[0 if side > 0 else 1] == best
    kept = sorted(levels_of(books, 0, side), key=lambda price: -price * side)
    assert kept == sorted(set(prices), key=lambda price: -price * side)[: len(kept)], "the best ones, without a hole"
    horizon = int(books.sides[0, 0 if side > 0 else 1]["horizon_key"])
    assert (len(kept) < len(set(prices))) == (horizon != 0)


@settings(max_examples=60, deadline=None)
@given(stream=streams, side=sides)
def test_a_book_is_whole_up_to_its_horizon_or_says_that_it_is_not(
    stream: list[tuple[int, Any, int]], side: int
) -> None:
    """Whatever comes: what is held is the best of what there is, until a level was refused."""
    books, twin = make_books(1, window_ticks=64, far_levels=16), BookTwin()
    for which, price, quantity in stream:
        if which == 0:
            continue
        price_ticks = _best(twin, which) if price == "best" else price
        twin.set_level(which, price_ticks, quantity)
        if not set_level(books, 0, which, price_ticks, quantity):
            assert books.heads[0]["refused"] > 0
            return
        held = levels_of(books, 0, side)
        levels = twin.best_first(side)
        assert dict(levels[: len(held)]) == held
        if len(held) < len(levels):
            assert levels[len(held)][0] * side <= books.sides[0, 0 if side > 0 else 1]["horizon_key"]


words = st.one_of(
    st.integers(-(1 << 63), (1 << 63) - 1), st.sampled_from((-(1 << 63), (1 << 63) - 1, 0, -1, LARGEST + 1))
)


@settings(max_examples=80, deadline=None)
@given(side=st.integers(-128, 127), price=words, quantity=words)
def test_only_a_level_within_bounds_reaches_the_book(side: int, price: int, quantity: int) -> None:
    books = make_books(1, window_ticks=64, far_levels=8)
    set_level(books, 0, 1, 100, 7)
    is_allowed = side in (1, -1) and 0 < price <= LARGEST and 0 <= quantity <= LARGEST
    assert set_level(books, 0, side, price, quantity) == is_allowed
    if not is_allowed:
        assert levels_of(books, 0, 1) == {100: 7}
        assert levels_of(books, 0, -1) == {}
        assert books.heads[0]["refused"] == 1


def _best(twin: BookTwin, side: int) -> int:
    levels = twin.best_first(side)
    return levels[0][0] if levels else CENTRE


def _reached(levels: list[tuple[int, int]], quantity: int) -> int:
    for price, amount in levels:
        quantity -= amount
        if quantity <= 0:
            return price
    return 0
