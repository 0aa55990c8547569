"""Steps of axes, and the stretch of time that follows the newest."""

from hypothesis import given
from hypothesis import strategies as st

from station.views.scale import (
    MOST_EMPTY,
    NS_PER_SECOND,
    at_share,
    first_slot,
    slot_text,
    step_of,
    time_label,
    time_step,
)


@given(st.integers(1, 10**12), st.integers(1, 100))
def test_a_step_is_the_smallest_round_one_that_gives_few_enough_lines(span: int, most: int) -> None:
    step = step_of(span, most)
    assert span <= step * most
    round_ones = [factor * 10**power for power in range(14) for factor in (1, 2, 5)]
    assert step == next(one for one in round_ones if span <= one * most)


@given(st.integers(0, 10**9), st.integers(4, 400), st.integers(1, 10**12))
def test_the_newest_is_always_in_sight_with_little_empty_before_it(newest: int, slots: int, slot_ns: int) -> None:
    first = first_slot(newest, slots, slot_ns)
    assert first <= newest < first + slots
    assert first + slots - 1 - newest <= slots // MOST_EMPTY


def test_a_picture_of_short_slots_stands_still_for_seconds() -> None:
    firsts = {first_slot(newest, 120, NS_PER_SECOND // 4) for newest in range(1_000, 1_240)}
    assert len(firsts) <= 11  # a minute


def test_labels_of_time_are_as_fine_as_their_steps() -> None:
    noon_ns = 12 * 3_600 * NS_PER_SECOND
    assert time_step(NS_PER_SECOND // 4, 12) == 5 * NS_PER_SECOND
    assert time_label(noon_ns, 5 * NS_PER_SECOND) == "12:00:00"
    assert time_label(noon_ns, 300 * NS_PER_SECOND) == "12:00"
    assert time_label(noon_ns, 86_400 * NS_PER_SECOND) == "01 Jan"
    assert [slot_text(ms * 1_000_000) for ms in (250, 15_000, 300_000, 14_400_000)] == ["250 ms", "15 s", "5 m", "4 h"]


def test_a_share_of_nothing_is_nothing() -> None:
    assert at_share([], 0.5) == 0
    assert at_share(range(100), 0.98) == 98
    assert at_share([7], 1.0) == 7
