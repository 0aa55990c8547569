"""Panes never overlap, never leave the screen, and the three that must be there are."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.screens.arrangement import ALWAYS, BY_KEY_ONLY, EXTRA_HEIGHTS, LEAST, arrange
from station.screens.catalogue import PANES

SIZES = st.tuples(st.integers(80, 320), st.integers(24, 100))


@given(SIZES, st.sampled_from([None, *EXTRA_HEIGHTS]))
def test_panes_cover_the_body_without_overlap(size: tuple[int, int], extra: str | None) -> None:
    width, height = size
    places = arrange(width, height, extra=extra)
    assert set(ALWAYS) <= set(places)
    assert sum(place.area for place in places.values()) == width * (height - 3)
    for place in places.values():
        assert place.x >= 0
        assert place.right <= width
        assert place.y >= 1
        assert place.bottom <= height - 2
        assert place.height >= 3
        assert place.width >= 30
    assert not any(first.overlaps(second) for first, second in combinations(places.values(), 2))


@given(SIZES.filter(lambda size: size[0] >= 120 and size[1] >= 36))
def test_from_120_by_36_all_panes_are_in_sight(size: tuple[int, int]) -> None:
    assert {kind.NAME for kind in PANES} - set(BY_KEY_ONLY) <= set(arrange(*size))


def test_on_120_by_36_nothing_of_watchlist_and_latency_is_cut() -> None:
    places = arrange(120, 36)
    assert places["watch"].height - 2 >= 16
    assert places["latency"].height - 2 >= 12


@pytest.mark.parametrize("extra", EXTRA_HEIGHTS)
def test_every_pane_can_be_had_on_the_smallest_terminal(extra: str) -> None:
    assert set(arrange(*LEAST, extra=extra)) == {*ALWAYS, extra}


def test_a_zoomed_pane_has_the_whole_body() -> None:
    places = arrange(100, 30, zoomed="latency")
    assert list(places) == ["latency"]
    assert places["latency"].area == 100 * 27


def test_a_terminal_that_is_too_small_has_no_panes() -> None:
    assert arrange(79, 24) == {}
    assert arrange(80, 23) == {}
