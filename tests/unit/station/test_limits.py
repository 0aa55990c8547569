"""The limits of a person: risk.toml with its mistakes, numbers as the core keeps them, the cell as a view."""

from pathlib import Path

import numpy as np
import pytest

from core.errors import ConfigError
from core.publish.risk import fill_risk
from core.records.risk import RISK_SHOWN
from core.risk_limits import RiskLimits
from core.vocabulary import BreakerCause, BreakerState, DenyReason, Limit, TradingState
from station.config import read_config, read_limits
from station.errors import BadArgument
from station.link.risk import limit_named, limit_value, protection_view, reason_hash, risk_view
from station.views.words import DENIED, breaker_cause
from tests.core_world import World
from tests.generous import generous_limits, generous_toml


def write(folder: Path, text: str, name: str = "risk.toml") -> Path:
    (folder / name).write_text(text)
    return folder / name


def test_without_the_file_the_conservative_defaults_hold(tmp_path: Path) -> None:
    assert read_limits(tmp_path / "risk.toml") is None
    assert read_config(tmp_path / "station.toml").core.risk == RiskLimits()


def test_the_file_beside_station_toml_holds_the_limits(tmp_path: Path) -> None:
    write(
        tmp_path, 'max_trades = 20\nunprotected = ["ETH-USD.alpha"]\n[sectors]\nmajors = ["BTC"]\n[rates]\nEUR = 1.3\n'
    )
    limits = read_config(tmp_path / "station.toml").core.risk
    assert (limits.max_trades, limits.unprotected, limits.rates) == (20, ("ETH-USD.alpha",), {"EUR": 1.3})
    assert limits.sectors == {"majors": ("BTC",)}
    assert limits.daily_loss == RiskLimits().daily_loss


def test_every_mistake_is_told_with_its_place_and_what_is_allowed(tmp_path: Path) -> None:
    file = write(tmp_path, 'max_trades = "many"\nmax_tades = 3\ndaily_loss = nan\nreduce_drawdown_pct = 90\n')
    with pytest.raises(ConfigError) as caught:
        read_config(tmp_path / "station.toml")
    told = str(caught.value)
    for words in (str(file), "max_trades", "a whole number", "max_tades: there is no such key", "daily_loss: nan"):
        assert words in told
    assert "reduce_drawdown_pct: larger than halt_drawdown_pct" in told


def test_the_limits_stand_in_one_of_the_two_files(tmp_path: Path) -> None:
    write(tmp_path, "max_trades = 3\n")
    write(tmp_path, "[core.risk]\nmax_trades = 4\n", "station.toml")
    with pytest.raises(ConfigError, match="allowed: one of the two"):
        read_config(tmp_path / "station.toml")


def test_the_generous_limits_of_the_tests_are_a_file_too(tmp_path: Path) -> None:
    assert read_limits(write(tmp_path, generous_toml())) == generous_limits()


def test_a_number_becomes_what_the_core_keeps() -> None:
    assert limit_named("max-trades") is limit_named("MAX_TRADES") is Limit.MAX_TRADES
    assert limit_value(Limit.DAILY_LOSS, "12.5") == 1_250_000_000
    assert limit_value(Limit.COOL_DOWN_MINUTES, "30") == 1_800_000_000_000
    for text in ("many", "nan", "-1"):
        with pytest.raises(BadArgument, match=r"max_trades: .*allowed: 0 to"):
            limit_value(Limit.MAX_TRADES, text)
    with pytest.raises(BadArgument, match="station limits"):
        limit_named("max_tades")


def test_a_reason_is_a_number_on_the_tape_and_no_reason_is_none() -> None:
    assert reason_hash("") == reason_hash("  ") == 0
    assert 0 < reason_hash("a quiet day") < 1 << 63
    assert reason_hash("a quiet day") != reason_hash("a quiet night")


def test_every_reason_and_cause_has_its_words_and_the_trade_count_names_its_file() -> None:
    assert set(DENIED) == set(DenyReason)
    assert "risk.toml" in DENIED[DenyReason.TRADE_COUNT]
    assert all(not breaker_cause(cause).startswith("code") for cause in BreakerCause)
    assert breaker_cause(99) == "code 99"


def test_the_cell_shows_limits_with_what_is_used_of_them() -> None:
    world = World(limits=generous_limits(max_trades=40, max_positions=5))
    state, shown = world.state, np.zeros(1, RISK_SHOWN)[0]
    state.risk.breaker["state"], state.risk.breaker["cause"] = BreakerState.WARNING, BreakerCause.TRADE_COUNT
    state.risk.breaker["since_ns"] = 5
    state.risk.readings[BreakerCause.TRADE_COUNT]["value"] = 30
    state.risk.denials[DenyReason.TRADE_COUNT] = 2
    state.risk.denials[DenyReason.HALTED] = 7
    state.risk.totals["open_positions"], state.risk.totals["portfolio_e8"] = 1, 30_000 * 10**8
    fill_risk(shown, state, 9)
    view = risk_view(shown, (protection_view(state.risk.protections[0]),), 100)
    assert (view.trading_state, view.breaker, view.cause) == (
        TradingState.REDUCING,
        BreakerState.WARNING,
        BreakerCause.TRADE_COUNT,
    )
    by_name = {one.name: one for one in view.limits}
    assert (by_name["max_trades"].used, by_name["max_trades"].most, by_name["max_trades"].share) == (30, 40, 0.75)
    assert by_name["max_positions"].share == 0.2
    assert by_name["max_portfolio_notional"].used == 30_000.0
    assert by_name["collar_bps"].share is None
    assert view.denied == ((DenyReason.HALTED, 7), (DenyReason.TRADE_COUNT, 2))
    assert (view.since_wall_ns, view.until_wall_ns) == (105, 0)
    state.risk.state["is_halted"] = 1
    fill_risk(shown, state, 9)
    assert shown["trading_state"] == TradingState.HALTED
