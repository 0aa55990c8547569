"""The portfolio as it is seen from outside the core: prices sampled, positions valued, losses measured.

Everything is counted in one currency: the quote of most instruments. An inverse contract is worth its dollars there; a
position that settles in a third currency, or has no price yet, is left out and counted.
"""

import math
from collections.abc import Sequence

import numpy as np

from core.portfolio.settings import PortfolioConfig
from core.portfolio.stress import Holdings, Scenario, loss_of
from core.portfolio.value_at_risk import (
    SCENARIOS,
    beta_of,
    correlation_of,
    covariance_of,
    factor,
    historical,
    make_shocks,
    monte_carlo,
    parametric,
)
from core.records.portfolio import PORTFOLIO, PORTFOLIO_INSTRUMENTS, PORTFOLIO_SCENARIOS
from core.units import MONEY_SCALE
from core.vocabulary import BookState

ACCOUNT_TOTAL = -1


class PortfolioWatch:
    """Samples and measures. One caller; no clock of its own."""

    def __init__(self, config: PortfolioConfig) -> None:
        self._config = config
        self._ids: list[int] = []
        self._prices = np.full((config.kept + 1, PORTFOLIO_INSTRUMENTS), np.nan)
        self._taken = 0
        self._covariance = np.zeros((PORTFOLIO_INSTRUMENTS, PORTFOLIO_INSTRUMENTS))
        self._returns = np.zeros((0, PORTFOLIO_INSTRUMENTS))
        self._effective = 0.0
        self._shocks = make_shocks(PORTFOLIO_INSTRUMENTS)
        self._scratch = np.zeros(max(SCENARIOS, config.kept) + PORTFOLIO_INSTRUMENTS)
        self._half_spreads = np.zeros(PORTFOLIO_INSTRUMENTS)

    def sample(self, instruments: np.ndarray, tops: Sequence[np.void | None]) -> None:
        """One row of prices. `instruments`: INSTRUMENT[n]; `tops`: BOOK_TOP by book slot, None where unreadable."""
        self._choose(instruments)
        row = self._prices[self._taken % len(self._prices)]
        row[:] = np.nan
        for place, instrument_id in enumerate(self._ids):
            instrument = instruments[instrument_id]
            slot = int(instrument["book_slot"])
            top = tops[slot] if 0 <= slot < len(tops) else None
            if top is None or top["state"] != BookState.LIVE or top["bid_count"] == 0 or top["ask_count"] == 0:
                continue
            bid, ask = int(top["bids"][0]["price_ticks"]), int(top["asks"][0]["price_ticks"])
            row[place] = (bid + ask) / 2 * _tick(instrument)
            self._half_spreads[place] = (ask - bid) / (bid + ask)
        self._taken += 1
        self._learn()

    def measure(
        self, instruments: np.ndarray, positions: Sequence[np.void], scenarios: Sequence[Scenario], now_ns: int
    ) -> np.ndarray:
        """PORTFOLIO[1] of these positions (POSITION rows, of account and strategies alike)."""
        value = np.zeros(1, PORTFOLIO)
        shown, count = value[0], len(self._ids)
        currency = self._currency(instruments)
        shown["currency"], shown["measured_ns"] = currency, now_ns
        shown["period_s"], shown["horizon_s"] = self._config.period_s, self._config.horizon_s
        shown["samples"], shown["effective_samples"] = len(self._returns), self._effective
        shown["instruments"] = count
        exposures, shown["left_out"] = self._exposures(instruments, positions, currency)
        shown["gross"], shown["net"] = float(np.abs(exposures).sum()), float(exposures.sum())
        shown["exposures"], shown["instrument_ids"][:count] = exposures, self._ids
        if len(self._returns) < self._config.least_samples:
            missing = (self._config.least_samples - len(self._returns)) * self._config.period_s
            shown["message"] = f"the market is being learned: first figures in {missing} s".encode()
            return value
        periods = self._config.horizon_s / self._config.period_s
        parametric(exposures, self._covariance, periods, shown["parametric"])
        historical(exposures, self._returns, periods, self._scratch, shown["historical"])
        lower = np.zeros_like(self._covariance)
        if factor(self._covariance, lower):
            monte_carlo(exposures, lower, self._shocks, periods, self._scratch, shown["monte_carlo"])
        correlation_of(self._covariance, shown["correlation"])
        shown["deviations"] = np.sqrt(np.diag(self._covariance) * periods)
        market = self._market(instruments)
        for place in range(count):
            shown["betas"][place] = beta_of(self._covariance, place, market)
        self._stress(shown, instruments, exposures, scenarios, periods)
        return value

    def _choose(self, instruments: np.ndarray) -> None:
        """The first ones with a book; they keep their place for good."""
        for instrument_id in range(len(instruments)):
            if len(self._ids) == PORTFOLIO_INSTRUMENTS:
                return
            if instruments[instrument_id]["book_slot"] >= 0 and instrument_id not in self._ids:
                self._ids.append(instrument_id)

    def _learn(self) -> None:
        """Returns of all samples, oldest first; where a price is missing, 0: it is not known to have moved."""
        kept = min(self._taken, len(self._prices))
        order = np.arange(self._taken - kept, self._taken) % len(self._prices)
        prices = self._prices[order]
        with np.errstate(invalid="ignore", divide="ignore"):
            returns = np.diff(np.log(prices), axis=0)
        known = np.isfinite(returns)
        self._returns = np.ascontiguousarray(np.where(known, returns, 0.0)[known.any(axis=1)])
        self._effective = (
            covariance_of(self._returns, self._config.decay, self._covariance) if len(self._returns) else 0.0
        )

    def _currency(self, instruments: np.ndarray) -> bytes:
        quotes = [bytes(instruments[number]["quote"]) for number in self._ids]
        return max(sorted(set(quotes)), key=quotes.count) if quotes else b""

    def _exposures(
        self, instruments: np.ndarray, positions: Sequence[np.void], currency: bytes
    ) -> tuple[np.ndarray, int]:
        exposures, left_out = np.zeros(PORTFOLIO_INSTRUMENTS), 0
        last = (
            self._prices[(self._taken - 1) % len(self._prices)]
            if self._taken
            else np.full(PORTFOLIO_INSTRUMENTS, np.nan)
        )
        for position in positions:
            lots, instrument_id = int(position["position_lots"]), int(position["instrument_id"])
            if lots == 0 or position["strategy_id"] != ACCOUNT_TOTAL:
                continue
            place = self._ids.index(instrument_id) if instrument_id in self._ids else -1
            if place < 0 or not math.isfinite(last[place]):
                left_out += 1
                continue
            value = value_in_quote(instruments[instrument_id], lots, last[place])
            if value is None or bytes(instruments[instrument_id]["quote"]) != currency:
                left_out += 1
                continue
            exposures[place] += value
        return exposures, left_out

    def _market(self, instruments: np.ndarray) -> int:
        for place, instrument_id in enumerate(self._ids):
            if instruments[instrument_id]["symbol"].decode() == self._config.market:
                return place
        return 0

    def _stress(
        self,
        shown: np.void,
        instruments: np.ndarray,
        exposures: np.ndarray,
        scenarios: Sequence[Scenario],
        periods: float,
    ) -> None:
        count = len(self._ids)
        held = Holdings(
            assets=tuple(instruments[number]["base"].decode() for number in self._ids),
            venues=tuple(instruments[number]["venue"].decode() for number in self._ids),
            exposures=exposures[:count],
            half_spreads=self._half_spreads[:count],
            covariance=self._covariance[:count, :count] * (86_400 / self._config.period_s),
        )
        shown["scenarios"] = min(len(scenarios), PORTFOLIO_SCENARIOS)
        for place, scenario in enumerate(scenarios[:PORTFOLIO_SCENARIOS]):
            shown["scenario_names"][place] = _cut(scenario.name, 32)
            shown["scenario_losses"][place] = loss_of(scenario, held)


def value_in_quote(instrument: np.void, lots: int, price: float) -> float | None:
    """What signed lots are worth, in the quote currency; None when they settle in a third one."""
    part = float(instrument["value_numerator"]) / float(max(1, instrument["value_denominator"])) / MONEY_SCALE
    tick = _tick(instrument)
    if instrument["is_inverse"]:
        return lots * part * tick  # lots * contract size: so many dollars, at every price
    if bytes(instrument["settlement"]) != bytes(instrument["quote"]):
        return None
    return lots * part * price / tick


def _tick(instrument: np.void) -> float:
    return float(int(instrument["tick_mantissa"])) * 10.0 ** int(instrument["tick_exponent"])


def _cut(text: str, most: int) -> bytes:
    """UTF-8 within so many bytes, no character cut in half."""
    return text.encode()[:most].decode(errors="ignore").encode()
