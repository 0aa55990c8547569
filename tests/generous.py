"""Limits for tests that trade on purpose: wide, no breaker, no protective stops; said aloud, the defaults stay."""

from typing import Any

import msgspec

from core.risk_limits import RiskLimits

_WIDE: dict[str, Any] = {
    "max_order_notional": 250_000.0,
    "max_position_notional": 1_000_000.0,
    "max_position_units": 10e9,
    "max_gross_notional": 5_000_000.0,
    "max_sector_notional": 5_000_000.0,
    "max_portfolio_notional": 5_000_000.0,
    "max_positions": 1_000_000,
    "equity_share_pct": 100.0,
    "trade_loss": 1_000_000.0,
    "daily_loss": 50_000.0,
    "daily_loss_warning_pct": 100.0,
    "reduce_drawdown_pct": 100.0,
    "halt_drawdown_pct": 100.0,
    "max_losses": 1_000_000_000,
    "max_trades": 1_000_000_000,
    "concentration_pct": 100.0,
    "max_leverage": 1_000.0,
    "margin_share_pct": 100.0,
    "messages_per_second": 1_000_000,
    "messages": {},
    "fat_finger_own": 1_000_000,
    "fat_finger_market": 1_000_000,
    "duplicate_ms": 0,
    "slippage_warning_bps": 10_000.0,
    "slippage_trigger_bps": 10_000.0,
    "latency_ms": 3_600_000,
    "latency_trigger_frames": 1_000_000_000,
    "latency_warning_frames": 1_000_000_000,
    "feeds_warning_pct": 1_000.0,
    "feeds_trigger_pct": 1_000.0,
    "gaps_warning": 1_000_000_000,
    "gaps_trigger": 1_000_000_000,
    "max_slippage_bps": 10_000,
    "protection": False,
    "default_equity": 1e9,
}


def generous_limits(**changes: Any) -> RiskLimits:
    """With these instead where a test is about them."""
    return RiskLimits(**{**_WIDE, **changes})


def generous_toml(**changes: Any) -> str:
    """The same as risk.toml, for tests with a desk of their own."""
    lines = []
    for name, value in {**_WIDE, **changes}.items():
        if name == "messages":
            continue
        text = str(value).lower() if isinstance(value, bool) else repr(value)
        lines.append(f"{name} = {text}")
    return "\n".join([*lines, "[messages]", ""])


assert msgspec.json.decode(msgspec.json.encode(generous_limits()), type=RiskLimits) == generous_limits()
