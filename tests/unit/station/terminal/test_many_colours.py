"""Themes on a terminal of 256 colours: every role looks as it was meant, and can be read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.renderables.colour import contrast, difference, lab
from station.renderables.paint import BAR_STRENGTH, mix
from station.terminal.many_colours import FIRST, KNOWN, keeping_hue, nearest
from station.theme import built_in_themes

READ = ("foreground", "strong", "muted", "accent", "bid", "ask", "up", "down", "own", "warn", "stale", "halted")
SIDES = (("bid", "ask"), ("up", "down"), ("own", "warn"))
THEMES = built_in_themes()


def shown(colour: str) -> str:
    return KNOWN[nearest(colour) - FIRST]


@pytest.mark.parametrize("name", THEMES)
def test_a_theme_is_readable_and_its_sides_are_told_apart_in_256_colours(name: str) -> None:
    palette = THEMES[name]
    for role in READ:
        colour = getattr(palette, role)
        assert difference(colour, shown(colour)) < 14, role
        assert contrast(shown(colour), shown(palette.background)) > 4.5, role
    for first, second in SIDES:
        assert difference(shown(getattr(palette, first)), shown(getattr(palette, second))) > 10, (first, second)


@pytest.mark.parametrize("name", THEMES)
def test_bars_of_bids_and_asks_are_no_greys(name: str) -> None:
    palette = THEMES[name]
    bars = [shown(mix(colour, palette.background, BAR_STRENGTH)) for colour in (palette.bid, palette.ask)]
    assert difference(*bars) > 10
    assert not any(bar[1:3] == bar[3:5] == bar[5:] for bar in bars)


@given(st.integers(0, 0xFFFFFF))
@settings(max_examples=20, deadline=None)
def test_no_other_of_them_that_keeps_the_hue_looks_much_more_alike(number: int) -> None:
    colour = f"#{number:06x}"
    kept = [KNOWN[at] for at in keeping_hue(lab(colour))]
    assert difference(colour, shown(colour)) <= min(difference(colour, one) for one in kept) + 4


def test_what_is_one_of_them_stays_itself() -> None:
    assert [nearest(colour) for colour in ("#000000", "#5f87af", "#080808", "#eeeeee")] == [16, 67, 232, 255]
