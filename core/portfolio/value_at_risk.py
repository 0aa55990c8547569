"""Value at risk and expected shortfall of positions that are linear in their prices: by history, by formula, by chance.

    exposures    float64[n]: what each instrument's position is worth, signed, in one currency
    returns      float64[samples, n]: log returns over one period, oldest first
    covariance   float64[n, n] of those returns, per period
    losses       positive numbers: what may be lost over the horizon; 0 where nothing can be said

    historical   the returns as they were, the worst of them
    parametric   normal: z * sqrt(w' C w), and the mean of a normal's tail
    Monte Carlo  correlated Student-t shocks with the variance of C: fatter tails than the formula's. The normals are
                 drawn once and kept, so that two looks at the same positions differ by the positions alone; and since
                 a linear portfolio sees a shock only through L'w (C = L L'), that product is taken once.

Horizons longer than a period scale with the square root of time, which is what all three share and none can prove.
Sources: J. P. Morgan, RiskMetrics Technical Document (1996), ch. 6 and 7; McNeil, Frey, Embrechts, Quantitative Risk
Management (2015), ch. 2 and 6.4.
"""

import math
from typing import NamedTuple

import numpy as np

from core.kernel import kernel

SCENARIOS = 10_000
FREEDOM = 5
"""Of the Student-t shocks: daily returns of crypto and single equities lie between three and six."""
Z_95, Z_99 = 1.6448536269514722, 2.3263478740408408
TAIL_95, TAIL_99 = 2.0627128075074, 2.6652142203458
"""Mean of a standard normal beyond its 95th and 99th percentile: density at z over the share beyond it."""


class Shocks(NamedTuple):
    normals: np.ndarray
    """float64[SCENARIOS, n]: standard normal, independent"""
    scales: np.ndarray
    """float64[SCENARIOS]: makes a scenario's shocks Student-t with variance 1"""


def make_shocks(instruments: int, *, seed: int = 20_26, scenarios: int = SCENARIOS) -> Shocks:
    """Antithetic: every scenario comes with its mirror image, so that the mean is exactly 0."""
    generator = np.random.default_rng(seed)
    half = generator.standard_normal((scenarios // 2, instruments))
    chi = generator.chisquare(FREEDOM, scenarios // 2) / FREEDOM
    scales = np.sqrt((FREEDOM - 2) / FREEDOM / chi)
    return Shocks(np.concatenate([half, -half]), np.concatenate([scales, scales]))


@kernel
def covariance_of(returns: np.ndarray, decay: float, covariance: np.ndarray) -> float:
    """Fill `covariance`, newer samples weighing more (RiskMetrics: 0.94 a day); the effective number of samples.

    `decay` of 1 weighs all alike. Means are taken as 0: over short periods they are noise.
    """
    samples, count = returns.shape
    total = 0.0
    for i in range(count):
        for j in range(count):
            covariance[i, j] = 0.0
    weight = 1.0
    squares = 0.0
    for sample in range(samples - 1, -1, -1):
        for i in range(count):
            for j in range(i + 1):
                covariance[i, j] += weight * returns[sample, i] * returns[sample, j]
        total += weight
        squares += weight * weight
        weight *= decay
    if total > 0.0:
        for i in range(count):
            for j in range(i + 1):
                covariance[i, j] /= total
                covariance[j, i] = covariance[i, j]
    return total * total / squares if squares > 0.0 else 0.0


@kernel
def correlation_of(covariance: np.ndarray, correlation: np.ndarray) -> None:
    """Fill `correlation` with -1 … 1; 0 where an instrument has not moved, 1 on the diagonal."""
    count = covariance.shape[0]
    for i in range(count):
        for j in range(count):
            product = covariance[i, i] * covariance[j, j]
            value = covariance[i, j] / math.sqrt(product) if product > 0.0 else 0.0
            correlation[i, j] = 1.0 if i == j else max(-1.0, min(1.0, value))


@kernel
def beta_of(covariance: np.ndarray, instrument: int, market: int) -> float:
    """How far an instrument goes when the market goes one; 0 when the market has not moved."""
    variance = covariance[market, market]
    return covariance[instrument, market] / variance if variance > 0.0 else 0.0


@kernel
def deviation_of(exposures: np.ndarray, covariance: np.ndarray) -> float:
    """Standard deviation of the portfolio over one period, as money."""
    variance = 0.0
    for i in range(exposures.shape[0]):
        row = 0.0
        for j in range(exposures.shape[0]):
            row += covariance[i, j] * exposures[j]
        variance += exposures[i] * row
    return math.sqrt(variance) if variance > 0.0 else 0.0


@kernel
def parametric(exposures: np.ndarray, covariance: np.ndarray, horizon: float, found: np.ndarray) -> None:
    """found: VaR 95, VaR 99, expected shortfall 95, 99 over `horizon` periods."""
    deviation = deviation_of(exposures, covariance) * math.sqrt(horizon)
    found[0] = Z_95 * deviation
    found[1] = Z_99 * deviation
    found[2] = TAIL_95 * deviation
    found[3] = TAIL_99 * deviation


@kernel
def historical(
    exposures: np.ndarray, returns: np.ndarray, horizon: float, scratch: np.ndarray, found: np.ndarray
) -> None:
    """The same, from what the present positions would have made of each period. `scratch`: float64[samples or more]."""
    samples = returns.shape[0]
    for sample in range(samples):
        profit = 0.0
        for i in range(exposures.shape[0]):
            profit += exposures[i] * returns[sample, i]
        scratch[sample] = profit
    _tails(scratch, samples, math.sqrt(horizon), found)


@kernel
def factor(covariance: np.ndarray, lower: np.ndarray) -> bool:
    """Cholesky: C = L L'. What is not positive (an instrument that has not moved, rounding) gets a zero column.

    False when C is no covariance: a diagonal below 0 by more than rounding.
    """
    count = covariance.shape[0]
    is_sound = True
    for i in range(count):
        for j in range(count):
            lower[i, j] = 0.0
    for j in range(count):
        pivot = covariance[j, j]
        for k in range(j):
            pivot -= lower[j, k] * lower[j, k]
        if pivot < -1e-9 * (abs(covariance[j, j]) + 1e-300):
            is_sound = False
        if pivot <= 1e-14 * covariance[j, j]:
            continue
        lower[j, j] = math.sqrt(pivot)
        for i in range(j + 1, count):
            value = covariance[i, j]
            for k in range(j):
                value -= lower[i, k] * lower[j, k]
            lower[i, j] = value / lower[j, j]
    return is_sound


@kernel
def monte_carlo(
    exposures: np.ndarray,
    lower: np.ndarray,
    shocks: Shocks,
    horizon: float,
    scratch: np.ndarray,
    found: np.ndarray,
) -> None:
    """The same, of SCENARIOS shocks. `lower`: of `factor`; `scratch`: float64[SCENARIOS + instruments]."""
    count, scenarios = exposures.shape[0], shocks.scales.shape[0]
    for k in range(count):
        seen = 0.0
        for i in range(k, count):
            seen += lower[i, k] * exposures[i]
        scratch[scenarios + k] = seen
    for scenario in range(scenarios):
        profit = 0.0
        for k in range(count):
            profit += shocks.normals[scenario, k] * scratch[scenarios + k]
        scratch[scenario] = profit * shocks.scales[scenario]
    _tails(scratch, scenarios, math.sqrt(horizon), found)


@kernel
def _tails(profits: np.ndarray, count: int, scale: float, found: np.ndarray) -> None:
    """VaR and the mean beyond it at 95 and 99 percent. The profits are put out of order."""
    for place in range(4):
        found[place] = 0.0
    for place in range(2):
        worst = count // 20 if place == 0 else count // 100
        if worst < 1:
            continue
        # The k-th worst is the loss that the share of 1/20 or 1/100 reaches or passes.
        value = _select(profits, count, worst - 1)
        total = 0.0
        for index in range(worst):
            total += profits[index]
        found[place] = max(0.0, -value * scale)
        found[2 + place] = max(0.0, -total / worst * scale)


@kernel
def _select(values: np.ndarray, count: int, rank: int) -> float:
    """The value of this rank from below; all smaller ones stand before it then (Hoare's selection)."""
    low, high = 0, count - 1
    while low < high:
        pivot = values[(low + high) >> 1]
        i, j = low, high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                kept = values[i]
                values[i] = values[j]
                values[j] = kept
                i += 1
                j -= 1
        if rank <= j:
            high = j
        elif rank >= i:
            low = i
        else:
            break
    return values[rank]
