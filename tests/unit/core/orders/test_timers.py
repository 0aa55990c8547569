"""Timers fire once, when they are due, by due time and then by id."""

from hypothesis import given, settings
from hypothesis import strategies as st

from core.orders.timers import NEVER, NONE_DUE, arm, disarm, make_timers, next_due, pop_due


def test_nothing_is_due_before_anything_is_armed() -> None:
    timers = make_timers(4)
    assert next_due(timers) == NEVER
    assert pop_due(timers, 10**18) == NONE_DUE


def test_a_timer_that_is_armed_again_fires_once_at_its_new_time() -> None:
    timers = make_timers(4)
    arm(timers, 2, 100)
    arm(timers, 2, 300)
    assert pop_due(timers, 299) == NONE_DUE
    assert next_due(timers) == 300
    assert pop_due(timers, 300) == 2
    assert pop_due(timers, 300) == NONE_DUE


def test_a_disarmed_timer_stays_silent() -> None:
    timers = make_timers(4)
    arm(timers, 1, 100)
    disarm(timers, 1)
    assert next_due(timers) == NEVER


def test_ids_and_times_that_cannot_be_are_refused() -> None:
    timers = make_timers(4)
    assert not arm(timers, 4, 100)
    assert not arm(timers, -1, 100)
    assert not arm(timers, 0, -1)
    assert not arm(timers, 0, NEVER)
    disarm(timers, 99)
    assert next_due(timers) == NEVER


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.integers(0, 9), st.integers(0, 20), max_size=10), st.integers(0, 20))
def test_due_timers_fire_in_order_of_time_then_id(armed: dict[int, int], now_ns: int) -> None:
    timers = make_timers(10)
    for timer_id, due_ns in armed.items():
        assert arm(timers, timer_id, due_ns)
    fired = []
    while (timer_id := pop_due(timers, now_ns)) != NONE_DUE:
        fired.append((armed[timer_id], timer_id))
    assert fired == sorted((due_ns, timer_id) for timer_id, due_ns in armed.items() if due_ns <= now_ns)
