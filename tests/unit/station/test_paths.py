"""Folders: ours agree with platformdirs, and STATION_HOME holds all of them."""

from pathlib import Path

import platformdirs
import pytest

from station import paths


def test_the_folders_are_those_that_platformdirs_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STATION_HOME", raising=False)

    assert paths.state_folder() == Path(platformdirs.user_state_dir("trading-station"))
    assert paths.cache_folder() == Path(platformdirs.user_cache_dir("trading-station"))
    assert paths.config_folder() == Path(platformdirs.user_config_dir("trading-station"))


def test_xdg_moves_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("STATION_HOME", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    assert paths.state_folder() == Path(platformdirs.user_state_dir("trading-station"))


def test_station_home_holds_all_of_them(home: Path) -> None:
    assert paths.state_folder() == home / "state"
    assert paths.cache_folder() == home / "cache"
    assert paths.config_file() == home / "config" / "station.toml"
    assert paths.registry_file("main") == home / "state" / "desks" / "main.json"


def test_the_file_that_halts_lies_where_the_system_keeps_what_runs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("STATION_HOME", str(tmp_path))
    assert paths.kill_file("main") == tmp_path / "run" / "main" / "KILL"
    monkeypatch.delenv("STATION_HOME")
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/7")
    assert paths.kill_file("main") == Path("/run/user/7/trading-station/main/KILL")
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setenv("XDG_STATE_HOME", "/var/state")
    assert paths.kill_file("main") == Path("/var/state/trading-station/run/main/KILL")
