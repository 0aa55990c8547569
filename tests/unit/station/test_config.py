"""One file, every mistake at once, with key and what is allowed."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConfigError
from core.vocabulary import Mode, WaitPolicy
from station.config import StationConfig, is_desk_name, read_config


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "station.toml"
    path.write_text(text)
    return path


def mistakes_of(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read_config(path)
    assert str(path) in str(caught.value)
    return caught.value.mistakes


def test_without_a_file_everything_has_its_default(tmp_path: Path) -> None:
    assert read_config(tmp_path / "station.toml") == StationConfig()


def test_a_file_that_was_named_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="does not exist"):
        read_config(tmp_path / "station.toml", must_exist=True)


def test_words_stand_for_numbers(tmp_path: Path) -> None:
    config = read_config(write(tmp_path, '[core]\nmode = "paper"\nwait_policy = "SPIN"\n[core.risk]\ncollar_bps = 5\n'))

    assert config.core.mode is Mode.PAPER
    assert config.core.wait_policy is WaitPolicy.SPIN
    assert config.core.risk.collar_bps == 5


def test_all_mistakes_are_told_at_once_with_key_and_what_is_allowed(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
        colour = "blue"
        [desk]
        name = "a name that is far too long"
        capacities = 3
        [core]
        mode = "papier"
        cpu = "first"
        heartbeat_ms = 5
        [core.risk]
        max_order_notional = -1
        max_position_notional = nan
        [[strategies]]
        name = "market_maker"
        [desk.unknown]
        """.replace("capacities = 3", "capacities = { tape = 1000 }"),
    )

    found = mistakes_of(path)

    assert len(found) == 10
    for text in (
        "colour: there is no such key; allowed: desk, core,",
        "desk.name: 'a name that is far too long'; allowed: 1 to 16 letters",
        "desk.unknown: there is no such key",
        "desk.capacities.tape: 1000; allowed: a power of two",
        "core.mode: 'papier'; allowed: sim, paper, live",
        "core.cpu: 'first'; allowed: a whole number",
        "core.heartbeat_ms: 5; allowed: 200 to 60000, milliseconds",
        "core.risk.max_order_notional: -1",
        "core.risk.max_position_notional: nan",
        "strategies[0].symbol: is missing",
    ):
        assert any(line.startswith(text) for line in found), (text, found)


def test_a_cpu_that_does_not_exist_is_named_with_those_that_do(tmp_path: Path) -> None:
    found = mistakes_of(write(tmp_path, "[core]\ncpu = 4096\n"))
    usable = ", ".join(str(cpu) for cpu in sorted(os.sched_getaffinity(0)))

    assert found == [f"core.cpu: 4096 does not exist or is not ours; allowed: -1, {usable} (line 2)"]


def test_a_file_that_is_no_toml_says_where(tmp_path: Path) -> None:
    assert "line 1" in mistakes_of(write(tmp_path, "[core\n"))[0]


@given(st.text(max_size=20))
def test_a_desk_name_can_name_a_file_and_fits_the_control_page(name: str) -> None:
    if is_desk_name(name):
        assert len(name.encode()) <= 16
        assert Path(name).name == name
        assert name not in (".", "..")


MAKERS = "size_lots, half_spread_ticks, skew_ticks, max_position_lots, move_ticks"


def test_a_venue_and_a_strategy_that_cannot_be_are_told_with_what_is_allowed(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
[[venues]]
name = "knaken"
[[venues]]
name = "okx"
depth = -5
[[venues]]
name = "okx"
[[venues]]
name = "mine"
dialect = "zzzz"
[[venues]]
name = "bitvavo"
dialect = "ccxt:bitvavo"
[[strategies]]
name = "market_taker"
symbol = "BTC-USD.alpha"
[[strategies]]
name = "market_maker"
symbol = ""
[strategies.parameters]
size_lots = 5
sise_lots = 5
skew_ticks = inf
""",
    )

    found = mistakes_of(path)

    assert found[:3] == [
        "venues[0].name: 'knaken'; did you mean kraken or kraken-v1? (line 3)",
        "venues[1].depth: -5; allowed: 0 or more (line 6)",
        "venues[2].name: 'okx' is there already; allowed: each venue once (line 8)",
    ]
    assert found[3].startswith("venues[3].dialect: 'zzzz'; allowed: binance, ")
    assert found[4:] == [
        "strategies[0].name: 'market_taker'; allowed: market_maker, imbalance_taker (line 16)",
        "strategies[1].symbol: is empty; allowed: an instrument of the desk, as BTC-USD.sim (line 20)",
        f"strategies[1].parameters.sise_lots: market_maker has no such parameter; allowed: {MAKERS} (line 23)",
        "strategies[1].parameters.skew_ticks: inf; allowed: a finite number (line 24)",
    ]
