"""The risk of all positions together, as a screen shows it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Losses:
    """Over the horizon, in the portfolio's currency; 0: too little is known."""

    var_95: float = 0.0
    var_99: float = 0.0
    shortfall_95: float = 0.0
    shortfall_99: float = 0.0


@dataclass(frozen=True)
class HeldView:
    """One instrument of the portfolio."""

    instrument_id: int
    exposure: float
    deviation: float
    """Of its returns over the horizon, as a part."""
    beta: float
    correlations: tuple[float, ...]
    """With every instrument of the portfolio, in their order."""


@dataclass(frozen=True)
class StressView:
    name: str
    loss: float
    """Positive; a gain is negative."""


@dataclass(frozen=True)
class PortfolioView:
    measured_ns: int = 0
    """0: nothing has been measured yet."""
    age_ns: int = 0
    currency: str = ""
    message: str = ""
    horizon_s: int = 86_400
    samples: int = 0
    left_out: int = 0
    gross: float = 0.0
    net: float = 0.0
    historical: Losses = Losses()
    parametric: Losses = Losses()
    monte_carlo: Losses = Losses()
    held: tuple[HeldView, ...] = ()
    stress: tuple[StressView, ...] = ()
