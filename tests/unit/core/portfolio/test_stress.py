"""What scenarios cost, and what a scenario file may say."""

from pathlib import Path

import numpy as np
import pytest

from core.errors import ConfigError
from core.portfolio.stress import STANDARD, Holdings, Scenario, loss_of, read_scenarios
from core.portfolio.value_at_risk import Z_99

HELD = Holdings(
    assets=("BTC", "ETH", "BTC"),
    venues=("alpha", "alpha", "beta"),
    exposures=np.array([10_000.0, -4_000.0, 2_000.0]),
    half_spreads=np.array([0.0001, 0.0002, 0.0001]),
    covariance=np.diag([0.04, 0.09, 0.04]) ** 2,
)


def loss(**shocks: object) -> float:
    return loss_of(Scenario(name="one", **shocks), HELD)  # type: ignore[arg-type]


def test_a_price_shock_costs_what_is_held_and_pays_what_is_short() -> None:
    assert loss(price=-0.2) == pytest.approx(0.2 * 8_000)
    assert loss(price=0.2) == pytest.approx(-0.2 * 8_000)
    assert loss(price=-0.2, prices={"ETH": 0.5}) == pytest.approx(0.2 * 12_000 + 0.5 * 4_000)


def test_wider_spreads_cost_half_of_them_on_everything() -> None:
    assert loss(spread=10.0) == pytest.approx(10 * (1.0 + 0.8 + 0.2))


def test_volatility_is_multiplied_and_nothing_diversifies_when_all_move_as_one() -> None:
    alone = Z_99 * 3 * np.sqrt((10_000 * 0.04) ** 2 + (4_000 * 0.09) ** 2 + (2_000 * 0.04) ** 2)
    assert loss(volatility=3.0) == pytest.approx(alone)
    together = Z_99 * 3 * abs(10_000 * 0.04 - 4_000 * 0.09 + 2_000 * 0.04)
    assert loss(volatility=3.0, correlation=1.0) == pytest.approx(together)


def test_a_venue_that_is_gone_takes_what_lies_there_and_its_prices_do_not_matter() -> None:
    assert loss(venue_gone="alpha") == pytest.approx(14_000)
    assert loss(venue_gone="alpha", venue_loss=0.5, price=-0.1) == pytest.approx(7_000 + 200)


def test_without_a_file_there_are_the_standard_scenarios(tmp_path: Path) -> None:
    assert read_scenarios(tmp_path / "none.toml") == STANDARD


def test_a_file_names_its_own(tmp_path: Path) -> None:
    path = tmp_path / "stress.toml"
    path.write_text('[[scenarios]]\nname = "crash"\nprice = -0.5\nprices = {BTC = -0.7}\n')
    (one,) = read_scenarios(path)
    assert (one.name, one.price, one.prices) == ("crash", -0.5, {"BTC": -0.7})


@pytest.mark.parametrize(
    "text",
    [
        "[[scenarios]]\nprice = -0.5\n",
        '[[scenarios]]\nname = "x"\nprise = -0.5\n',
        '[[scenarios]]\nname = "x"\nprice = nan\n',
        '[[scenarios]]\nname = "x"\ncorrelation = 2.0\n',
        "[[scenarios",
    ],
)
def test_a_file_that_makes_no_sense_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "stress.toml"
    path.write_text(text)
    with pytest.raises(ConfigError):
        read_scenarios(path)
