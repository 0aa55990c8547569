"""How the onlooker measures. Frozen, closed and complete; `station/config.py` composes it."""

import msgspec


class PortfolioConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    period_s: int = 10
    """Between two samples of all prices."""
    kept: int = 4_320
    """Samples that are remembered: twelve hours of ten seconds."""
    decay: float = 0.9995
    """What a sample weighs against the next newer one; 1: all alike."""
    horizon_s: int = 86_400
    """Losses are those of so long."""
    least_samples: int = 30
    """Before so many returns are known nothing is said."""
    market: str = ""
    """The symbol that betas are against; empty: the first instrument."""


class PortfolioSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    config: PortfolioConfig = PortfolioConfig()
    scenarios_file: str = ""
    """TOML, read again when it changes; absent: the standard scenarios."""


def mistakes(config: PortfolioConfig) -> list[str]:
    """What has the right type and still cannot be: key, value and what is allowed; empty when sound."""
    allowed = {
        "period_s": (1, 3_600),
        "kept": (60, 100_000),
        "horizon_s": (1, 31_536_000),
        "least_samples": (2, 100_000),
    }
    found = [
        f"portfolio.{key}: {value}; allowed: {least} to {most}"
        for key, (least, most) in allowed.items()
        if not least <= (value := getattr(config, key)) <= most
    ]
    if not 0.5 <= config.decay <= 1.0:
        found.append(f"portfolio.decay: {config.decay}; allowed: 0.5 to 1")
    return found
