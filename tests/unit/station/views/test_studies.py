"""Studies of bars: against slow twins in exact decimals, and against what the core computes."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.signals.macd import AVERAGES, macd, macd_signal, update_averages
from core.signals.rsi import STRENGTH, rsi
from station.views.flow import Candle
from station.views.studies import Course, average, bands, delta, divergence, exponential, strength, vwap

DAY_NS = 86_400 * 10**9
prices = st.lists(st.integers(1, 10**7), max_size=90)
lengths = st.integers(1, 30)


def _equal(course: Course, twin: Sequence[Decimal | float | None], *, within: float = 1e-6) -> None:
    assert len(course) == len(twin)
    for got, wanted in zip(course, twin, strict=True):
        assert (got is None) == (wanted is None)
        assert got is None or got == pytest.approx(float(wanted or 0), rel=1e-9, abs=within)


@settings(deadline=None, max_examples=60)
@given(prices, lengths)
def test_an_average_and_its_bands_are_those_of_the_last_closes(values: list[int], length: int) -> None:
    means: list[Decimal | None] = []
    deviations: list[Decimal | None] = []
    for at in range(len(values)):
        last = [Decimal(value) for value in values[max(0, at - length + 1) : at + 1]]
        mean = sum(last) / len(last)
        is_warm = at >= length - 1
        means.append(mean if is_warm else None)
        deviations.append((sum((one - mean) ** 2 for one in last) / len(last)).sqrt() if is_warm else None)
    upper, middle, lower = bands(values, length)
    _equal(average(values, length), means)
    _equal(middle, means)
    # Squares lose half of the digits.
    pairs = list(zip(means, deviations, strict=True))
    _equal(upper, [None if a is None or b is None else a + 2 * b for a, b in pairs], within=10)
    _equal(lower, [None if a is None or b is None else a - 2 * b for a, b in pairs], within=10)


@settings(deadline=None, max_examples=60)
@given(prices, lengths)
def test_an_exponential_average_starts_with_a_mean(values: list[int], length: int) -> None:
    twin: list[Decimal | None] = [None] * min(len(values), length - 1)
    if len(values) >= length:
        now = sum(map(Decimal, values[:length])) / length
        twin.append(now)
        for value in values[length:]:
            now += (value - now) * 2 / (length + 1)
            twin.append(now)
    _equal(exponential(values, length), twin)


@settings(deadline=None, max_examples=40)
@given(prices)
def test_strength_and_divergence_are_those_that_the_core_computes(values: list[int]) -> None:
    strengths, averages = np.zeros(1, STRENGTH)[0], np.zeros(1, AVERAGES)[0]
    known: list[tuple[float, float, float]] = []
    for value in values:
        found = rsi(strengths, float(value))
        update_averages(averages, float(value))
        known.append((found, macd(averages), macd_signal(averages)))
    line, signal, between = divergence(values)
    _equal(strength(values), [None if np.isnan(one[0]) else one[0] for one in known], within=1e-6)
    _equal(signal, [None if np.isnan(one[2]) else one[2] for one in known], within=1e-3)
    for at, (_, wanted, wanted_signal) in enumerate(known):
        if not np.isnan(wanted):
            assert line[at] == pytest.approx(wanted, abs=1e-3)
            assert between[at] == pytest.approx(wanted - wanted_signal, abs=1e-3)
    assert all(value is None for value in line[:25])


def _candle(start_ns: int, price: int, lots: int, buy_lots: int = 0) -> Candle:
    return Candle(start_ns, price, price, price, price, lots, buy_lots, 1, float(price * lots))


def test_the_average_price_of_volume_begins_anew_at_midnight() -> None:
    days = [
        _candle(DAY_NS - 2, 100, 0),
        _candle(DAY_NS - 1, 100, 1),
        _candle(DAY_NS, 200, 1),
        _candle(DAY_NS + 1, 400, 3),
    ]
    assert vwap(days) == [None, 100.0, 200.0, 350.0]


def test_delta_is_what_was_bought_less_what_was_sold() -> None:
    assert delta([_candle(0, 1, 10, 7), _candle(1, 1, 10, 0), _candle(2, 1, 0)]) == [4.0, -10.0, 0.0]
