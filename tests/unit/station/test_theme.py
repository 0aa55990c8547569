"""Themes: all that come with the station are whole, and a mistake in one's own is told with its key."""

from pathlib import Path

import pytest

from core.errors import ConfigError
from station.renderables.palette import Palette
from station.theme import DEFAULT_THEME, built_in_themes, read_palette, textual_theme, themes


def luminance(colour: str) -> float:
    """WCAG 2, relative luminance."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_default_comes_first_and_there_are_dark_light_and_high_contrast_ones() -> None:
    found = built_in_themes()
    assert next(iter(found)) == DEFAULT_THEME
    assert {"night", "day", "contrast", "amber"} <= set(found)
    assert {palette.is_dark for palette in found.values()} == {True, False}


@pytest.mark.parametrize("palette", built_in_themes().values(), ids=lambda palette: palette.name)
def test_what_must_be_read_can_be_read(palette: Palette) -> None:
    for name in ("foreground", "strong", "bid", "ask", "up", "down", "halted", "warning", "own", "accent", "position"):
        assert contrast(getattr(palette, name), palette.background) >= 4.0, name
    for name in ("muted", "stale"):
        assert contrast(getattr(palette, name), palette.background) >= 3.0, name
    assert contrast(palette.foreground, palette.cursor) >= 4.0


def test_high_contrast_means_it() -> None:
    palette = built_in_themes()["contrast"]
    assert contrast(palette.foreground, palette.background) >= 15
    assert contrast(palette.muted, palette.background) >= 7


@pytest.mark.parametrize("palette", built_in_themes().values(), ids=lambda palette: palette.name)
def test_the_three_modes_cannot_be_mistaken_for_each_other(palette: Palette) -> None:
    assert len({palette.sim, palette.paper, palette.live}) == 3
    assert palette.halted not in (palette.sim, palette.paper)


def test_textual_gets_the_same_colours() -> None:
    palette = built_in_themes()["day"]
    theme = textual_theme(palette)
    assert (theme.background, theme.error, theme.dark) == (palette.background, palette.halted, False)


def test_a_theme_of_ones_own_needs_only_what_differs(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('accent = "#ff00ff"\n')
    mine = themes(tmp_path)["mine"]
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
