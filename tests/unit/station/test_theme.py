"""Themes: all that come with the station are whole, and a mistake in one's own is told with its key."""

from pathlib import Path

import msgspec
import pytest

from core.errors import ConfigError
from station.legibility import NORMAL, seen_apart, weaknesses
from station.renderables.colour import EYES
from station.renderables.palette import Palette
from station.theme import DEFAULT_THEME, built_in_themes, read_palette, read_themes, textual_theme

ALL = pytest.mark.parametrize("palette", built_in_themes().values(), ids=lambda palette: palette.name)


def test_the_default_comes_first_and_one_is_for_a_bright_room() -> None:
    found = built_in_themes()
    assert list(found) == [DEFAULT_THEME, "amber", "colour-blind", "paper"]
    assert [name for name, palette in found.items() if not palette.is_dark] == ["paper"]


@ALL
def test_what_must_be_read_can_be_read_and_what_must_differ_does(palette: Palette) -> None:
    assert weaknesses(palette) == []


@pytest.mark.parametrize("eye", [NORMAL, *EYES])
def test_the_sides_are_far_apart_for_every_eye_in_the_theme_for_it(eye: str) -> None:
    palette = built_in_themes()["colour-blind"]
    assert seen_apart(palette.bid, palette.ask, eye) >= 30
    assert seen_apart(palette.up, palette.down, eye) >= 30
    assert min(seen_apart(palette.own, other, eye) for other in (palette.bid, palette.ask)) >= 12


def test_a_theme_of_red_and_green_alone_is_told() -> None:
    palette = msgspec.structs.replace(built_in_themes()[DEFAULT_THEME], bid="#4a9b35", ask="#d36a4a", muted="#404650")
    told = weaknesses(palette)
    assert any(one.startswith("bid and ask look alike under deuteranopia") for one in told)
    assert any(one.startswith("muted on background: contrast") for one in told)


@ALL
def test_the_three_modes_cannot_be_mistaken_for_each_other(palette: Palette) -> None:
    assert len({palette.sim, palette.paper, palette.live}) == 3
    assert palette.halted not in (palette.sim, palette.paper)


def test_textual_gets_the_same_colours() -> None:
    palette = built_in_themes()["paper"]
    theme = textual_theme(palette)
    assert (theme.background, theme.error, theme.dark) == (palette.background, palette.halted, False)


def test_a_theme_of_ones_own_needs_only_what_differs(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('accent = "#ff00ff"\n')
    mine = read_themes(tmp_path).palettes["mine"]
    assert mine.accent == "#ff00ff"
    assert mine.background == built_in_themes()[DEFAULT_THEME].background


def test_every_mistake_of_a_theme_is_told_at_once() -> None:
    text = 'bid = "green"\nforegruond = "#ffffff"\nis_dark = "yes"\n'
    with pytest.raises(ConfigError) as error:
        read_palette(text, name="mine", file="mine.toml", base=built_in_themes()[DEFAULT_THEME])
    assert len(error.value.mistakes) == 3
    assert [mistake.split(":")[0] for mistake in error.value.mistakes] == ["foregruond", "bid", "is_dark"]


def test_a_file_that_is_no_toml_is_told() -> None:
    with pytest.raises(ConfigError, match="not TOML"):
        read_palette("bid = ", name="mine", file="mine.toml", base=None)


def test_a_file_with_mistakes_leaves_its_theme_as_it_was_and_the_others_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('accent = "#ff00ff"\n')
    (tmp_path / "other.toml").write_text('bid = "#00ff00"\n')
    before = read_themes(tmp_path)
    (tmp_path / "mine.toml").write_text('accent = "pink"\n')
    (tmp_path / "other.toml").write_text('bid = "#00ee00"\n')
    after = read_themes(tmp_path, before.palettes)
    assert after.palettes["mine"] == before.palettes["mine"]
    assert after.palettes["other"].bid == "#00ee00"
    (fault,) = after.faults
    assert (fault.file, fault.mistakes) == (
        str(tmp_path / "mine.toml"), ["accent: a colour as \"#rrggbb\", not 'pink' (line 1)"]
    )  # fmt: skip
