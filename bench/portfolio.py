"""Value at risk and expected shortfall by Monte Carlo, 10,000 scenarios of 20 instruments, beside numpy.

All subjects use the same shocks, drawn before the clock starts. numpy does what one writes first (correlate every
scenario, then weigh) and what a linear portfolio allows (weigh first). A figure is one evaluation.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from core.portfolio.value_at_risk import SCENARIOS, factor, historical, make_shocks, monte_carlo

INSTRUMENTS = 20
SAMPLES = 1_440
RUNS = 300


def rows() -> list[dict[str, Any]]:
    random = np.random.default_rng(5)
    returns = random.standard_normal((SAMPLES, INSTRUMENTS)) @ random.standard_normal((INSTRUMENTS, INSTRUMENTS))
    covariance = returns.T @ returns / SAMPLES
    exposures = random.normal(0.0, 10_000.0, INSTRUMENTS)
    lower, found = np.zeros_like(covariance), np.zeros(4)
    factor(covariance, lower)
    shocks, scratch = make_shocks(INSTRUMENTS), np.zeros(SCENARIOS + INSTRUMENTS)

    def ours() -> None:
        monte_carlo(exposures, lower, shocks, 1.0, scratch, found)

    def ours_with_factor() -> None:
        factor(covariance, lower)
        monte_carlo(exposures, lower, shocks, 1.0, scratch, found)

    def plain() -> None:
        _tails((shocks.normals @ lower.T * shocks.scales[:, None]) @ exposures)

    def weighed() -> None:
        _tails(shocks.normals @ (lower.T @ exposures) * shocks.scales)

    def by_history() -> None:
        historical(exposures, returns, 1.0, scratch, found)

    return [
        _row("Monte Carlo, 10,000 × 20", "this project", ours),
        _row("Monte Carlo, 10,000 × 20", "this project, factor included", ours_with_factor),
        _row("Monte Carlo, 10,000 × 20", "numpy, as one writes it", plain),
        _row("Monte Carlo, 10,000 × 20", "numpy, weights first", weighed),
        _row("historical, 1,440 × 20", "this project", by_history),
    ]


def _tails(profits: np.ndarray) -> tuple[float, ...]:
    found = []
    for share in (20, 100):
        worst = np.partition(profits, len(profits) // share)[: len(profits) // share]
        found += [-float(worst.max()), -float(worst.mean())]
    return tuple(found)


def _row(what: str, subject: str, work: Callable[[], None]) -> dict[str, Any]:
    for _ in range(10):
        work()
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter_ns()
        work()
        taken.append((time.perf_counter_ns() - began) / 1e6)
    taken.sort()
    return {
        "bench": "portfolio",
        "what": what,
        "unit": "ms",
        "subject": subject,
        "p50": statistics.median(taken),
        "p99": taken[int(0.99 * RUNS)],
        "min": taken[0],
        "runs": RUNS,
    }
