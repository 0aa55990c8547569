"""What the shell completes, with no network and no desk."""

from pathlib import Path

import click
import pytest

from station.cli.completion import complete_served, complete_symbol, keep_names
from station.config import StationConfig
from station.desk.served import read_served
from station.desk.trading_table import chosen, listing_of

CONTEXT = click.Context(click.Command("up"))
PARAMETER = click.Option(["--venue"])


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STATION_HOME", str(tmp_path))
    return tmp_path


def completed(typed: str) -> list[str]:
    return complete_served(CONTEXT, PARAMETER, typed)


def test_behind_a_comma_a_venue() -> None:
    assert "okx,kraken" in completed("okx,kra")
    assert completed("nowhe") == []


def test_behind_a_colon_and_a_plus_a_symbol_in_any_case() -> None:
    assert "kraken:BTC/USD" in completed("kraken:btc")
    assert "okx,kraken:BTC/USD+ETH/USD" in completed("okx,kraken:BTC/USD+ETH")


def test_symbols_that_were_looked_at_are_known() -> None:
    simulator = read_served(["sim"], StationConfig())[0]
    instruments = chosen(listing_of(simulator), ("XRP-USD.alpha",), venue="sim")

    keep_names("kraken", instruments)

    assert completed("kraken:") == ["kraken:XRPUSD"]


def test_without_a_desk_no_symbol_of_one_is_known() -> None:
    assert complete_symbol(CONTEXT, PARAMETER, "BTC") == []
