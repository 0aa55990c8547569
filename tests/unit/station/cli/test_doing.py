"""`station do`: lines on the command line, without a desk."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from station.alert_file import read_alerts
from station.cli.commands import station
from station.exit_codes import ExitCode
from station.screen_config import read_screen


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STATION_HOME", str(tmp_path))
    return tmp_path / "config"


def run(*words: str) -> Result:
    return CliRunner().invoke(station, ["do", *words])


def test_a_theme_and_a_setting_go_into_the_file(home: Path) -> None:
    assert run("theme", "paper").exit_code == ExitCode.OK
    assert run("set", "hints", "off").exit_code == ExitCode.OK
    screen = read_screen(home / "station.toml")
    assert (screen.theme, screen.hints) == ("paper", False)


def test_an_alert_goes_into_its_file_and_out_again(home: Path) -> None:
    assert run("alert", "BTC-USD", ">", "61000").exit_code == ExitCode.OK
    assert [alert.line for alert in read_alerts(home / "alerts.toml")] == ["BTC-USD > 61000"]
    assert "watch no longer: BTC-USD > 61000" in run("alert", "drop", "1").output
    assert read_alerts(home / "alerts.toml") == ()


def test_a_dry_run_only_says_it(home: Path) -> None:
    assert "would use the theme paper" in run("theme", "paper", "--dry-run").output
    assert not (home / "station.toml").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("theme", "papr"), "did you mean paper?"),
        (("layout", "undo"), "only an open screen can"),
        (("arm",), "on the screen"),
        (("buuy", "2"), "did you mean buy?"),
    ],
)
def test_what_cannot_be_is_told(home: Path, words: tuple[str, ...], told: str) -> None:
    result = run(*words)
    assert result.exit_code != ExitCode.OK
    assert told in f"{result.output}{result.exception} {getattr(result.exception, 'cure', '')}"


def test_an_order_needs_a_desk(home: Path) -> None:
    assert run("buy", "2", "BTC-USD").exit_code != ExitCode.OK
