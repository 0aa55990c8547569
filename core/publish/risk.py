"""Risk as one cell: how much of every limit is used, worked out twenty times a second, off the measured path."""

from typing import Any

import numpy as np

from core.kernel import kernel
from core.records.risk import NOT_USED
from core.vocabulary import BreakerCause, BreakerState, Limit, TradingState

MAX_POSITION_NOTIONAL = Limit.MAX_POSITION_NOTIONAL.value
MAX_GROSS_NOTIONAL = Limit.MAX_GROSS_NOTIONAL.value
MAX_SECTOR_NOTIONAL = Limit.MAX_SECTOR_NOTIONAL.value
MAX_PORTFOLIO_NOTIONAL = Limit.MAX_PORTFOLIO_NOTIONAL.value
MAX_POSITIONS = Limit.MAX_POSITIONS.value
DAILY_LOSS = Limit.DAILY_LOSS.value
HALT_DRAWDOWN_PCT = Limit.HALT_DRAWDOWN_PCT.value
REDUCE_DRAWDOWN_PCT = Limit.REDUCE_DRAWDOWN_PCT.value
MAX_LOSSES = Limit.MAX_LOSSES.value
MAX_TRADES = Limit.MAX_TRADES.value
MAX_OPEN_ORDERS = Limit.MAX_OPEN_ORDERS.value
CONCENTRATION_PCT = Limit.CONCENTRATION_PCT.value
MAX_LEVERAGE = Limit.MAX_LEVERAGE.value
SLIPPAGE_TRIGGER_BPS = Limit.SLIPPAGE_TRIGGER_BPS.value
LATENCY_TRIGGER_FRAMES = Limit.LATENCY_TRIGGER_FRAMES.value
FEEDS_TRIGGER_PCT = Limit.FEEDS_TRIGGER_PCT.value
GAPS_TRIGGER = Limit.GAPS_TRIGGER.value
PPM = 1_000_000.0


@kernel
def fill_risk(shown: np.void, state: Any, now_ns: int) -> None:
    """The whole cell."""
    risk = state.risk
    breaker = risk.breaker[0]
    shown["now_ns"] = now_ns
    shown["trading_state"] = _trading_state(risk)
    shown["breaker_state"] = breaker["state"]
    shown["breaker_cause"] = breaker["cause"]
    shown["breaker_value"] = breaker["value"]
    shown["breaker_limit"] = breaker["limit"]
    shown["since_ns"] = breaker["since_ns"]
    shown["until_ns"] = breaker["until_ns"]
    shown["equity_e8"] = risk.totals[0]["equity_e8"]
    for limit in range(risk.settings_words.shape[0]):
        shown["limits"][limit]["limit"] = risk.settings_words[limit]
        shown["limits"][limit]["used"] = NOT_USED
    for cause in range(risk.readings.shape[0]):
        shown["causes"][cause]["value"] = risk.readings[cause]["value"]
        shown["causes"][cause]["warning"] = risk.readings[cause]["warning"]
        shown["causes"][cause]["trigger"] = risk.readings[cause]["trigger"]
    for reason in range(risk.denials.shape[0]):
        shown["denials"][reason] = risk.denials[reason]
    _use_exposure(shown, risk)
    _use_causes(shown, risk)
    counts = state.blotter.counts[0]
    shown["limits"][MAX_OPEN_ORDERS]["used"] = counts["open_orders"] - counts["insurances"]


@kernel
def _trading_state(risk: Any) -> int:
    if risk.state[0]["is_halted"] != 0:
        return TradingState.HALTED.value
    if risk.breaker[0]["state"] != BreakerState.NORMAL or risk.settings[0]["reduce_only"] != 0:
        return TradingState.REDUCING.value
    return TradingState.ACTIVE.value


@kernel
def _use_exposure(shown: np.void, risk: Any) -> None:
    """The largest position, currency and sector, and everything, in the base currency."""
    largest, gross, sector = 0, 0, 0
    for row in range(risk.exposures.shape[0]):
        largest = max(largest, risk.exposures[row]["base_e8"])
    for currency in range(risk.currencies.shape[0]):
        sums = risk.currencies[currency]
        gross = max(gross, int(float(sums["gross_notional_e8"]) * (float(sums["rate_ppm"]) / PPM)))
    for number in range(risk.sectors.shape[0]):
        sector = max(sector, risk.sectors[number])
    portfolio, equity = risk.totals[0]["portfolio_e8"], risk.totals[0]["equity_e8"]
    limits = shown["limits"]
    limits[MAX_POSITION_NOTIONAL]["used"] = largest
    limits[MAX_GROSS_NOTIONAL]["used"] = gross
    limits[MAX_SECTOR_NOTIONAL]["used"] = sector
    limits[MAX_PORTFOLIO_NOTIONAL]["used"] = portfolio
    limits[MAX_POSITIONS]["used"] = risk.totals[0]["open_positions"]
    is_large = portfolio > 0 and portfolio >= risk.settings[0]["concentration_from"]
    limits[CONCENTRATION_PCT]["used"] = int(float(largest) * PPM / float(portfolio)) if is_large else 0
    limits[MAX_LEVERAGE]["used"] = int(float(portfolio) * PPM / float(equity)) if equity > 0 else 0


@kernel
def _use_causes(shown: np.void, risk: Any) -> None:
    """What the breaker looks at, beside the limit at which it opens or warns."""
    limits = shown["limits"]
    readings = risk.readings
    limits[DAILY_LOSS]["used"] = readings[BreakerCause.DAILY_LOSS.value]["value"]
    limits[REDUCE_DRAWDOWN_PCT]["used"] = readings[BreakerCause.DRAWDOWN.value]["value"]
    limits[HALT_DRAWDOWN_PCT]["used"] = readings[BreakerCause.DRAWDOWN.value]["value"]
    limits[MAX_LOSSES]["used"] = readings[BreakerCause.LOSING_STREAK.value]["value"]
    limits[MAX_TRADES]["used"] = readings[BreakerCause.TRADE_COUNT.value]["value"]
    limits[SLIPPAGE_TRIGGER_BPS]["used"] = readings[BreakerCause.SLIPPAGE.value]["value"]
    limits[LATENCY_TRIGGER_FRAMES]["used"] = readings[BreakerCause.LATENCY.value]["value"]
    limits[FEEDS_TRIGGER_PCT]["used"] = readings[BreakerCause.FEEDS.value]["value"]
    limits[GAPS_TRIGGER]["used"] = readings[BreakerCause.GAPS.value]["value"]
