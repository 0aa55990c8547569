"""Value at risk against numpy and the normal distribution, and what must be true of any of them."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.portfolio import value_at_risk as risk

INSTRUMENTS = 6
RANDOM = np.random.default_rng(7)
MIXED = RANDOM.standard_normal((INSTRUMENTS, INSTRUMENTS))
RETURNS = RANDOM.standard_normal((500, INSTRUMENTS)) @ MIXED * 0.001
EXPOSURES = np.array([100_000.0, -50_000.0, 20_000.0, 0.0, 70_000.0, -10_000.0])


def covariance(returns: np.ndarray, decay: float = 1.0) -> np.ndarray:
    found = np.zeros((returns.shape[1], returns.shape[1]))
    risk.covariance_of(returns, decay, found)
    return found


def factored(matrix: np.ndarray) -> np.ndarray:
    lower = np.zeros_like(matrix)
    assert risk.factor(matrix, lower)
    return lower


def by_chance(exposures: np.ndarray, matrix: np.ndarray, horizon: float = 1.0) -> np.ndarray:
    shocks, found = risk.make_shocks(len(exposures)), np.zeros(4)
    scratch = np.zeros(risk.SCENARIOS + len(exposures))
    risk.monte_carlo(exposures, factored(matrix), shocks, horizon, scratch, found)
    return found


def test_the_constants_are_those_of_the_normal_distribution() -> None:
    normal = NormalDist()
    for share, z, tail in ((0.95, risk.Z_95, risk.TAIL_95), (0.99, risk.Z_99, risk.TAIL_99)):
        assert z == pytest.approx(normal.inv_cdf(share), abs=1e-12)
        assert tail == pytest.approx(normal.pdf(z) / (1 - share), abs=1e-9)


def test_covariance_is_numpys_about_a_mean_of_0_and_newer_samples_weigh_more() -> None:
    assert covariance(RETURNS) == pytest.approx(RETURNS.T @ RETURNS / len(RETURNS))
    weights = 0.94 ** np.arange(len(RETURNS))[::-1]
    assert covariance(RETURNS, 0.94) == pytest.approx((RETURNS * weights[:, None]).T @ RETURNS / weights.sum())


def test_correlation_is_numpys_and_an_instrument_that_has_not_moved_has_none() -> None:
    still = np.column_stack([RETURNS, np.zeros(len(RETURNS))])
    found = np.zeros((INSTRUMENTS + 1, INSTRUMENTS + 1))
    risk.correlation_of(covariance(still), found)
    deviations = np.sqrt(np.mean(RETURNS**2, axis=0))
    assert found[:-1, :-1] == pytest.approx(covariance(RETURNS) / np.outer(deviations, deviations))
    assert list(found[-1]) == [0.0] * INSTRUMENTS + [1.0]


def test_beta_is_the_slope_through_the_origin() -> None:
    slope = np.linalg.lstsq(RETURNS[:, [0]], RETURNS[:, 3], rcond=None)[0][0]
    assert risk.beta_of(covariance(RETURNS), 3, 0) == pytest.approx(slope)
    assert risk.beta_of(np.zeros((2, 2)), 1, 0) == 0.0


def test_parametric_is_the_formula_and_grows_with_the_root_of_time() -> None:
    found, later = np.zeros(4), np.zeros(4)
    risk.parametric(EXPOSURES, covariance(RETURNS), 1.0, found)
    risk.parametric(EXPOSURES, covariance(RETURNS), 9.0, later)
    deviation = math.sqrt(EXPOSURES @ covariance(RETURNS) @ EXPOSURES)
    assert found == pytest.approx(np.array([risk.Z_95, risk.Z_99, risk.TAIL_95, risk.TAIL_99]) * deviation)
    assert later == pytest.approx(found * 3)


def test_historical_is_the_worst_of_what_was() -> None:
    found = np.zeros(4)
    risk.historical(EXPOSURES, RETURNS, 1.0, np.zeros(len(RETURNS)), found)
    profits = np.sort(RETURNS @ EXPOSURES)
    assert found == pytest.approx([-profits[24], -profits[4], -profits[:25].mean(), -profits[:5].mean()])


def test_too_few_samples_say_nothing() -> None:
    found = np.ones(4)
    risk.historical(EXPOSURES, RETURNS[:60], 1.0, np.zeros(60), found)
    assert found[0] > 0.0
    assert found[1] == found[3] == 0.0  # the worst hundredth of sixty is nobody


def test_the_factor_is_numpys_and_stands_instruments_that_have_not_moved() -> None:
    matrix = covariance(RETURNS)
    assert factored(matrix) == pytest.approx(np.linalg.cholesky(matrix))
    flat = matrix.copy()
    flat[2, :] = flat[:, 2] = 0.0
    lower = factored(flat)
    assert lower @ lower.T == pytest.approx(flat)
    assert not risk.factor(-matrix, np.zeros_like(matrix))


def test_by_chance_agrees_with_student_t_and_has_a_fatter_tail_than_the_formula() -> None:
    matrix, formula = covariance(RETURNS), np.zeros(4)
    risk.parametric(EXPOSURES, matrix, 1.0, formula)
    found = by_chance(EXPOSURES, matrix)
    # Quantiles of Student's t with five degrees, scaled to variance 1: 2.0150, 3.3649 times sqrt(3 / 5).
    deviation = math.sqrt(EXPOSURES @ matrix @ EXPOSURES)
    assert found[0] == pytest.approx(2.01505 * math.sqrt(0.6) * deviation, rel=0.04)
    assert found[1] == pytest.approx(3.36493 * math.sqrt(0.6) * deviation, rel=0.07)
    assert found[3] > formula[3]


def test_the_same_positions_have_the_same_risk_and_twice_as_much_twice_as_much() -> None:
    matrix = covariance(RETURNS)
    assert list(by_chance(EXPOSURES, matrix)) == list(by_chance(EXPOSURES, matrix))
    assert by_chance(EXPOSURES * 2, matrix) == pytest.approx(by_chance(EXPOSURES, matrix) * 2)
    assert by_chance(-EXPOSURES, matrix) == pytest.approx(by_chance(EXPOSURES, matrix))  # mirrored scenarios


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60), st.data())
def test_selection_finds_the_rank_that_sorting_finds(values: list[float], data: st.DataObject) -> None:
    rank = data.draw(st.integers(0, len(values) - 1))
    array = np.array(values)
    assert risk._select(array, len(values), rank) == sorted(values)[rank]
    assert sorted(array[: rank + 1]) == sorted(values)[: rank + 1]


def test_shortfall_is_never_below_value_at_risk() -> None:
    found = by_chance(EXPOSURES, covariance(RETURNS))
    assert found[2] >= found[0]
    assert found[3] >= found[1] >= found[0]
