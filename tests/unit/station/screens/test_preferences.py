"""Files that change while the screen runs: each change once, a mistake changes nothing."""

import os
from pathlib import Path

import pytest

from core.errors import ConfigError
from station.screen_config import ScreenConfig, mistakes_of_screen, read_screen
from station.screens.preferences import Preferences
from station.watched import Watched


def of_file(path: Path) -> Preferences:
    return Preferences(read_screen(path), file=path, read=read_screen)


def test_a_change_is_told_once(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    watched = Watched(path)
    assert not watched.has_changed()
    path.write_text("a = 1\n")
    assert (watched.has_changed(), watched.has_changed()) == (True, False)
    path.unlink()
    assert (watched.has_changed(), watched.has_changed()) == (True, False)


def test_a_file_that_was_replaced_by_one_of_the_same_size_has_changed(tmp_path: Path) -> None:
    path, other = tmp_path / "keys.toml", tmp_path / "new"
    path.write_text("a = 1\n")
    watched = Watched(path)
    other.write_text("a = 2\n")
    os.utime(other, ns=(0, path.stat().st_mtime_ns))
    other.replace(path)
    assert watched.has_changed()


def test_a_folder_changes_with_every_toml_file_in_it(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("")
    watched = Watched(tmp_path)
    (tmp_path / "mine.toml").write_text('accent = "#ff00ff"')
    assert watched.has_changed()
    (tmp_path / "other.toml").write_text("")
    assert watched.has_changed()
    assert not watched.has_changed()


def test_who_asked_is_told_what_was_and_what_is(tmp_path: Path) -> None:
    path = tmp_path / "station.toml"
    preferences = of_file(path)
    told: list[tuple[int, int]] = []
    preferences.on_change(lambda before, now: told.append((before.fps, now.fps)))
    path.write_text("[screen]\nfps = 10\n")
    assert preferences.look() == []
    assert preferences.look() == []
    assert told == [(20, 10)]
    assert preferences.screen.fps == 10


def test_a_mistake_is_told_once_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "station.toml"
    path.write_text("[screen]\nfps = 10\n")
    preferences = of_file(path)
    path.write_text('[screen]\nfps = "fast"\nhinst = true\n')
    (fault,) = preferences.look()
    assert [mistake.split(":")[0] for mistake in fault.mistakes] == ["screen.fps", "screen.hinst"]
    assert preferences.look() == []
    assert preferences.screen.fps == 10


def test_other_files_are_read_anew_by_who_knows_them(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    preferences = Preferences()
    read: list[str] = []
    preferences.watch(path, lambda: read.append(path.read_text()))
    path.write_text("a = 1\n")
    preferences.look()
    preferences.look()
    assert read == ["a = 1\n"]


def test_other_sections_may_be_wrong_while_the_screen_reads_its_own(tmp_path: Path) -> None:
    path = tmp_path / "station.toml"
    path.write_text('[desk]\nname = 7\n[screen]\ntime = "local"\n')
    assert read_screen(path).time == "local"


def test_the_section_must_be_one(tmp_path: Path) -> None:
    path = tmp_path / "station.toml"
    path.write_text("screen = 3\n")
    with pytest.raises(ConfigError, match="a section"):
        read_screen(path)


def test_what_takes_risk_away_never_asks() -> None:
    assert mistakes_of_screen(ScreenConfig(confirm=("flatten", "close_part", "toggle_arm"))) == []
    assert len(mistakes_of_screen(ScreenConfig(confirm=("cancel_all", "halt", "no_such")))) == 3


@pytest.mark.parametrize(
    "wrong",
    [{"fps": 0}, {"fps": 61}, {"idle_disarm_minutes": -1}, {"bracket_stop_bps": 0.0}, {"bracket_targets_bps": ()}],
)
def test_what_cannot_be_is_told(wrong: dict[str, object]) -> None:
    assert len(mistakes_of_screen(ScreenConfig(**wrong))) == 1  # type: ignore[arg-type]
