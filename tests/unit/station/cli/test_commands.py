"""The command line without a desk: mistakes are sentences, help has examples, nobody takes our packages' place."""

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest

from feeds.venues.catalogue import FOLDERS
from station.cli.commands import ELSEWHERE
from station.cli.commands import station as group
from station.exit_codes import MEANING, ExitCode
from tests.station_cli import ROOT, Station


@pytest.mark.parametrize("module", ELSEWHERE)
def test_every_command_of_a_module_is_found_where_it_is(module: str) -> None:
    commands = import_module(f"station.cli.{module}").COMMANDS
    assert tuple(command.name for command in commands) == ELSEWHERE[module]
    assert all(group.get_command(click.Context(group), command.name) is command for command in commands)


@pytest.fixture
def station(tmp_path: Path) -> Station:
    return Station(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("status",), ExitCode.NO_DESK, "station up"),
        (("orders", "--desk", "x"), ExitCode.NO_DESK, "'x'"),
        (("log", "fill", "-strategy"), ExitCode.NO_DESK, "station up"),
        (("down",), ExitCode.NO_DESK, "no desk"),
        (("kill",), ExitCode.NO_DESK, "No desk is known"),
        (("--desk", "x", "kill"), ExitCode.NO_DESK, "No desk is known"),
        (("up", "--venue", "nowhere"), ExitCode.USAGE, "no such venue"),
        (("up", "--mode", "paper"), ExitCode.USAGE, "built-in exchange"),
        (("up", "--venue", "binance", "--mode", "sim"), ExitCode.USAGE, "paper or live"),
        (("up", "--replay-frames", "x"), ExitCode.USAGE, "--venue binance"),
        (("up", "--venue", "krakn"), ExitCode.USAGE, "did you mean kraken"),
        (("up", "--venue", "okx,kraken:"), ExitCode.USAGE, "NAME:SYMBOL+SYMBOL"),
        (("up", "--venue", "okx", "--venue", "okx:BTC-USDT"), ExitCode.USAGE, "named once"),
        (("up", "--venue", "okx,kraken", "--symbols", "BTC-USD"), ExitCode.USAGE, "for one venue"),
        (("up", "--venue", "okx,kraken", "--replay-frames", "x"), ExitCode.USAGE, "okx=FILE"),
        (("up", "--venue", "okx", "--mode", "live"), ExitCode.USAGE, "live is said in the section of its venue"),
        (("instruments", "nowhere", "BTC"), ExitCode.USAGE, "no such venue"),
        (("up", "--config", "/nowhere.toml"), ExitCode.CONFIG, "does not exist"),
        (("up", "--desk", "../x"), ExitCode.USAGE, "1 to 16"),
        (("take",), ExitCode.USAGE, "--reason"),
    ],
)
def test_a_mistake_is_a_sentence_with_a_cure_and_an_exit_code(
    station: Station, arguments: tuple[str, ...], code: ExitCode, words: str
) -> None:
    said = station.run(*arguments)

    assert said.code == code
    assert words in said.error


def test_every_mistake_of_a_configuration_is_told_at_once(station: Station) -> None:
    (station.home / "config").mkdir()
    file = station.home / "config" / "station.toml"
    file.write_text("[core]\ncpu = 4096\nmood = 1\n[core.risk]\ncollar_bps = -1\n")

    said = station.run("up")

    assert said.code == ExitCode.CONFIG
    for words in (str(file), "core.cpu", "core.mood", "core.risk.collar_bps"):
        assert words in said.error


def test_a_folder_without_permission_is_a_sentence(station: Station) -> None:
    (station.home / "state").write_text("a file where a folder belongs")

    said = station.run("up")

    assert said.code != 0
    assert "state" in said.error


def test_another_package_in_the_place_of_ours_is_named(station: Station, tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / "core").mkdir(parents=True)
    (tmp_path / "elsewhere" / "core" / "__init__.py").touch()
    station.environment["PYTHONPATH"] = os.pathsep.join([str(tmp_path / "elsewhere"), str(ROOT)])

    said = station.start("status")

    assert said.code == 1
    assert str(tmp_path / "elsewhere" / "core") in said.error
    assert "virtual environment" in said.error
    assert station.start("kill").code == ExitCode.NO_DESK, "a halt does not wait for a tidy installation"


def test_every_exit_code_has_a_meaning(station: Station) -> None:
    assert MEANING.keys() == set(ExitCode)
    assert {row["code"] for row in station.json("exit-codes")} == {int(code) for code in ExitCode}


def test_every_venue_says_how_well_it_is_supported(station: Station) -> None:
    rows = {row["venue"]: row for row in station.json("venues")}

    assert rows.keys() == {"sim", *FOLDERS}
    for row in rows.values():
        assert row["channels"]
        assert row["loss_rule"]
        assert row["evidence"] in ("recordings", "documents", "itself")
    assert rows["binance"]["orders"]
    assert "kraken" in station.run("venues").out


@pytest.mark.parametrize("name", sorted(group.commands))
def test_every_command_says_what_it_does(name: str) -> None:
    command = group.commands[name]

    assert command.help
    assert name in ("exit-codes", "kill") or "example" in (command.epilog or "")


def test_the_help_of_kill_is_its_own(station: Station) -> None:
    assert "--flatten" in station.run("kill", "--help").out


def test_commands_load_neither_numba_nor_the_screen() -> None:
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, station.cli.commands; print({'numba', 'textual', 'duckdb', 'aiohttp'} & set(sys.modules))",
        ],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    assert said.stdout.strip() == "set()"
