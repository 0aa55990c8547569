"""What the present positions would lose if … : scenarios from a file, each a few shocks at once.

    price          every price moves by this part: -0.2
    prices         single assets by name, in place of `price`: {"BTC": -0.3}
    volatility     the standard deviation is multiplied; the loss is that of a day at 99 percent then
    correlation    every pair moves like this together: 1 is the day when nothing diversifies
    spread         half a spread is paid to be out, multiplied by this
    venue_gone     positions at a venue cannot be closed: they are lost by `venue_loss` of what they are worth

A scenario's loss is the sum of its parts; a gain in one position is counted against the loss in another.
"""

import math
import tomllib
from pathlib import Path

import msgspec
import numpy as np

from core.errors import ConfigError
from core.portfolio.value_at_risk import Z_99, deviation_of


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    price: float = 0.0
    prices: dict[str, float] = {}
    volatility: float = 0.0
    """0: no volatility shock; 3: three times what it is"""
    correlation: float | None = None
    spread: float = 0.0
    """0: closing costs nothing; 10: half of ten spreads"""
    venue_gone: str = ""
    venue_loss: float = 1.0


class Scenarios(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    scenarios: tuple[Scenario, ...] = ()


STANDARD = (
    Scenario(name="all prices −20 %", price=-0.2),
    Scenario(name="all prices +20 %", price=0.2),
    Scenario(name="volatility × 3", volatility=3.0),
    Scenario(name="all as one, volatility × 3", volatility=3.0, correlation=1.0),
    Scenario(name="spreads × 10", spread=10.0),
)


class Holdings(msgspec.Struct, frozen=True, kw_only=True):
    """What is held, in one currency; all arrays float64[n]."""

    assets: tuple[str, ...]
    venues: tuple[str, ...]
    exposures: np.ndarray
    """Signed value of each position."""
    half_spreads: np.ndarray
    """As a part of the price."""
    covariance: np.ndarray
    """float64[n, n], of returns over a day"""


def read_scenarios(path: Path) -> tuple[Scenario, ...]:
    """From a TOML file with [[scenarios]]; the standard ones when there is none. Raises ConfigError."""
    if not path.exists():
        return STANDARD
    try:
        scenarios = msgspec.convert(tomllib.loads(path.read_text()), Scenarios).scenarios
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(file=str(path), mistakes=[str(error)]) from error
    if found := [mistake for one in scenarios if (mistake := _mistake(one))]:
        raise ConfigError(file=str(path), mistakes=found)
    return scenarios


def _mistake(one: Scenario) -> str:
    shocks = [one.price, one.volatility, one.spread, one.venue_loss, *one.prices.values()]
    if not all(math.isfinite(shock) for shock in shocks):
        return f"scenarios.{one.name}: a shock is no number; allowed: parts and multiples, as -0.2 or 3"
    if one.correlation is not None and not -1.0 <= one.correlation <= 1.0:
        return f"scenarios.{one.name}.correlation: {one.correlation}; allowed: -1 to 1"
    return ""


def loss_of(scenario: Scenario, held: Holdings) -> float:
    """What the positions lose, positive; a gain is negative."""
    moves = np.array([scenario.prices.get(asset, scenario.price) for asset in held.assets])
    gone = np.array([bool(scenario.venue_gone) and venue == scenario.venue_gone for venue in held.venues])
    loss = -float(np.sum(np.where(gone, 0.0, held.exposures * moves)))
    loss += float(np.sum(np.where(gone, np.abs(held.exposures), 0.0))) * scenario.venue_loss
    loss += float(np.sum(np.abs(held.exposures) * held.half_spreads)) * scenario.spread
    if scenario.volatility > 0.0:
        loss += Z_99 * scenario.volatility * deviation_of(held.exposures, _with(held.covariance, scenario.correlation))
    return loss


def _with(covariance: np.ndarray, correlation: float | None) -> np.ndarray:
    """The same deviations, every pair correlated like this."""
    if correlation is None:
        return covariance
    deviations = np.sqrt(np.diag(covariance))
    together = np.outer(deviations, deviations) * correlation
    np.fill_diagonal(together, np.diag(covariance))
    return together
