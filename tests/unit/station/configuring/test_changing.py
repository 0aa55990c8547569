"""A configuration file is changed: its comments stay, mistakes leave it alone, and every value comes back."""

import os
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConfigError
from core.risk_limits import RiskLimits
from station.config import StationConfig, read_config, read_limits
from station.configuring.change import ABSENT, replace_checked, value_in, with_value, without_value
from station.configuring.files import LAYOUTS_TEMPLATE, keys_template, risk_template, station_template
from station.configuring.schema import Setting, settings_of
from station.configuring.template import as_toml
from station.keymap import Keymap, read_keymap
from station.screen_config import ScreenConfig
from station.screens.layout_files import read_layouts
from station.toml_lines import key_lines, with_lines

TEXT = """\
# mine
[screen]
fps = 10  # a slow line
# idle_disarm_minutes = 15
bracket_targets_bps = [
    50.0,  # near
    100.0,
]

[[venues]]
name = "okx"
depth = 5
[[venues]]
name = "kraken"
"""
PLAIN = st.one_of(
    st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(codec="utf-8", exclude_characters="\x7f", exclude_categories=("Cs", "Cc"))),
)  # fmt: skip


@pytest.mark.parametrize("text", [station_template(), risk_template()], ids=["station", "risk"])
def test_a_file_to_begin_with_changes_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "file.toml").write_text(text)
    found = read_config(tmp_path / "file.toml") if "[desk]" in text else read_limits(tmp_path / "file.toml")
    assert found in (StationConfig(), RiskLimits())


def test_every_default_of_a_file_to_begin_with_is_what_the_station_takes(tmp_path: Path) -> None:
    """Take away every #, as a user does, and nothing changes."""
    for text, wanted, read in ((risk_template(), RiskLimits(), read_limits), (station_template(), None, read_config)):
        kept = text.partition("# As often as needed")[0]
        lines = [
            line.removeprefix("# ") if " = " in line and line[2:3].islower() else line for line in kept.split("\n")
        ]
        path = tmp_path / "file.toml"
        path.write_text("\n".join(line for line in lines if not line.startswith("#")))
        assert len(tomllib.loads(path.read_text())) > 5
        assert read(path) == (wanted or StationConfig())


def test_the_keys_to_begin_with_are_the_usual_keys(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    path.write_text(keys_template())
    assert read_keymap(path) == Keymap()
    path.write_text(re.sub(r"^# (?!base)([a-z_0-9]+ = )", r"\1", keys_template(), flags=re.MULTILINE))
    assert len(tomllib.loads(path.read_text())["everywhere"]) > 50
    assert read_keymap(path) == Keymap()


def test_the_layout_to_begin_with_is_one(tmp_path: Path) -> None:
    path = tmp_path / "layouts.toml"
    path.write_text(LAYOUTS_TEMPLATE)
    assert read_layouts(path) == {}
    path.write_text(re.sub(r"^# (?!Layouts)", "", LAYOUTS_TEMPLATE, flags=re.MULTILINE))
    assert list(read_layouts(path)) == ["scalp"]


@pytest.mark.parametrize("setting", settings_of(StationConfig), ids=lambda setting: setting.key)
def test_every_setting_says_what_it_means_or_has_a_unit_or_choices(setting: Setting) -> None:
    if setting.section == "screen":
        assert setting.meaning
        assert setting.name in ScreenConfig.__struct_fields__


def test_comments_stay_beside_a_changed_value() -> None:
    changed = with_value(TEXT, "screen.fps", 5)
    assert "fps = 5  # a slow line\n" in changed
    assert changed.replace("fps = 5 ", "fps = 10 ") == TEXT


def test_a_default_behind_a_sign_gives_way_to_the_value_and_comes_back() -> None:
    changed = with_value(TEXT, "screen.idle_disarm_minutes", 3)
    assert changed == TEXT.replace("# idle_disarm_minutes = 15", "idle_disarm_minutes = 3")
    assert without_value(changed, "screen.idle_disarm_minutes", 15) == TEXT


def test_a_value_over_several_lines_is_taken_out_whole() -> None:
    changed = without_value(TEXT, "screen.bracket_targets_bps", (100.0,))
    assert value_in(changed, "screen.bracket_targets_bps") is ABSENT
    assert value_in(changed, "screen.fps") == 10


def test_a_section_that_is_not_there_is_made() -> None:
    assert tomllib.loads(with_value("", "desk.capacities.books", 4)) == {"desk": {"capacities": {"books": 4}}}
    assert tomllib.loads(with_value(TEXT, "core.lease_ms", 4))["core"] == {"lease_ms": 4}


@given(value=st.one_of(PLAIN, st.lists(PLAIN)))
def test_a_value_that_was_written_is_read_again(value: object) -> None:
    assert value_in(with_value(TEXT, "screen.theme", value), "screen.theme") == value
    assert tomllib.loads(f"x = {as_toml(value)}") == {"x": value}


def test_what_is_wrong_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "station.toml"
    path.write_text(TEXT)
    with pytest.raises(ConfigError) as error:
        replace_checked(path, TEXT.replace("fps = 10", "fps = 1000"), read_config)
    assert error.value.file == str(path)
    assert error.value.mistakes == ["screen.fps: 1000; allowed: 1 to 20 (line 3)"]
    assert path.read_text() == TEXT
    assert os.listdir(tmp_path) == ["station.toml"]


def test_a_file_keeps_its_mode_and_a_new_one_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "station.toml"
    replace_checked(path, TEXT, read_config)
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    replace_checked(path, TEXT.replace("10", "11"), read_config)
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.toml").write_text(TEXT)
    (tmp_path / "station.toml").symlink_to("real.toml")
    replace_checked(tmp_path / "station.toml", "", read_config)
    assert (tmp_path / "station.toml").is_symlink()
    assert (tmp_path / "real.toml").read_text() == ""


def test_every_key_has_its_line() -> None:
    lines = key_lines(TEXT + 'note = """\nfps = 3\n"""\nlast = { a = 1 }\n')
    assert {key: lines[key] for key in ("screen", "screen.fps", "screen.bracket_targets_bps", "venues[1].name")} == {
        "screen": 2, "screen.fps": 3, "screen.bracket_targets_bps": 5, "venues[1].name": 14,
    }  # fmt: skip
    assert lines["venues[1].note"] == 15
    assert lines["venues[1].last"] == 18
    assert "venues[1].fps" not in lines


def test_a_mistake_without_a_line_of_its_own_has_that_of_what_holds_it() -> None:
    told = with_lines(TEXT, ["venues[0].mode: 3; allowed: a text", "venues[1]: x", "desk.name: y", "nothing"])
    assert told == ["venues[0].mode: 3; allowed: a text (line 10)", "venues[1]: x (line 13)", "desk.name: y", "nothing"]
