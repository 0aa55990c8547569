"""The state machine of an alert, by sequences of readings."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.views.alerts import Alert, Reading, Standing, Test, stepped

SECOND = 10**9
NUMBERS = st.lists(st.floats(-100, 100), min_size=1, max_size=40)


def gone_off(alert: Alert, readings: list[Reading], every_s: float = 1) -> list[int]:
    """Places at which it went off."""
    standing, found = Standing(), []
    for place, reading in enumerate(readings):
        standing, is_told = stepped(alert, standing, reading, int((place + 1) * every_s * SECOND))
        if is_told:
            found.append(place)
        assert standing.times == len(found)
    return found


def of(test: Test, **more: object) -> Alert:
    return Alert(line="x", subject="x", test=test, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("alert", "readings", "places"),
    [
        (of(Test.ABOVE, value=5.0), [4, 5, 6, 7, 5, 6], [2, 5]),
        (of(Test.BELOW, value=5.0), [4, 3, 5, 4], [0, 3]),
        (of(Test.AT_LEAST, value=5.0), [4, 5, 4.9, 5], [1, 3]),
        (of(Test.AT_MOST, value=5.0), [6, 5, 5, 6], [1]),
        (of(Test.ABOVE, value=5.0, band=2.0), [6, 4, 6, 3, 6], [0, 4]),
        (of(Test.BELOW, value=5.0, band=2.0), [4, 6, 4, 7, 4], [0, 4]),
        (of(Test.ABOVE, value=5.0, once=True), [6, 4, 6], [0]),
        (of(Test.ABOVE, value=5.0, every_ns=3 * SECOND), [6, 6, 6, 6, 6, 6, 6], [0, 3, 6]),
        (of(Test.ABOVE, value=5.0, every_ns=3 * SECOND), [6, 4, 6, 6, 4, 6], [0, 3]),
        (of(Test.CROSSES, value=5.0), [6, 6, 5, 6, 4], [2, 4]),
        (of(Test.CROSSES, value=5.0), [4, 4.9, 5, 5, 5.1, 5, 4], [2, 5]),
        (of(Test.IS, word="STALE"), ["LIVE", "STALE", "STALE", "LIVE", "STALE"], [1, 4]),
        (of(Test.IS_NOT, word="LIVE"), ["LIVE", "STALE", "GAPPED", "LIVE", "STALE"], [1, 4]),
        (of(Test.HAPPENS), [3, 3, 4, 4, 6], [2, 4]),
        (of(Test.ABOVE, value=5.0), [None, 6, None, 6, 4, None, 6], [1, 6]),
        (of(Test.CROSSES, value=5.0), [None, 4, None, 6], [3]),
    ],
)
def test_it_goes_off_when_it_should_and_then_not_again(
    alert: Alert, readings: list[Reading], places: list[int]
) -> None:
    assert gone_off(alert, readings) == places


@given(NUMBERS, st.floats(-50, 50))
def test_without_a_band_it_goes_off_at_each_step_beyond_and_at_no_other(readings: list[float], value: float) -> None:
    beyond = [False, *(reading > value for reading in readings)]
    expected = [at for at in range(len(readings)) if beyond[at + 1] and not beyond[at]]
    assert gone_off(of(Test.ABOVE, value=value), list(readings)) == expected


@given(NUMBERS, st.floats(-50, 50), st.floats(0, 30))
def test_a_band_only_makes_it_rarer(readings: list[float], value: float, band: float) -> None:
    assert set(gone_off(of(Test.BELOW, value=value, band=band), list(readings))) <= set(
        gone_off(of(Test.BELOW, value=value), list(readings))
    )


@given(NUMBERS, st.integers(1, 10))
def test_between_two_times_lies_at_least_what_was_asked(readings: list[float], every_s: int) -> None:
    places = gone_off(of(Test.ABOVE, value=0.0, every_ns=every_s * SECOND), list(readings))
    assert all(later - sooner >= every_s for sooner, later in pairwise(places))


def test_what_is_absent_is_said_to_be() -> None:
    standing, _ = stepped(of(Test.ABOVE, value=1.0), Standing(), 2.0, 1)
    absent, is_told = stepped(of(Test.ABOVE, value=1.0), standing, None, 2)
    assert (absent.is_absent, absent.holds, absent.reading, is_told) == (True, True, 2.0, False)
