"""What pictures are made of."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from station.renderables.paint import paint_of
from station.renderables.plot import Dots, bar, cell, halves, lit, time_axis, turned
from station.renderables.ramp import hex_of, lab_of, nearest_of_256, ramp
from station.renderables.row import width_of
from station.theme import built_in_themes

PAINT = paint_of(next(iter(built_in_themes().values())))
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_what_looks_the_same_is_the_same_object() -> None:
    assert halves("#102030", "#405060") is halves("#102030", "#405060")
    assert halves("#102030", "#102030").text == " "
    assert lit(cell("x", PAINT.text), "#ffffff") is lit(cell("x", PAINT.text), "#ffffff")


@settings(deadline=None, max_examples=60)
@given(COLOURS)
def test_a_colour_survives_the_way_through_oklab(colour: str) -> None:
    assert hex_of(lab_of(colour)) == colour


def test_a_ramp_grows_evenly_lighter_from_end_to_end() -> None:
    colours = ramp(("#000000", "#ffffff"), 9)
    lightness = [lab_of(colour)[0] for colour in colours]
    steps = [after - before for before, after in itertools.pairwise(lightness)]
    assert (colours[0], colours[-1]) == ("#000000", "#ffffff")
    assert max(steps) - min(steps) < 0.01


def test_among_256_a_colour_keeps_its_hue() -> None:
    nearest = {"#5f87af": "#5f87af", "#262626": "#262626", "#ffffff": "#ffffff", "#4a8ac0": "#5f87af"}
    assert {colour: nearest_of_256(colour) for colour in nearest} == nearest


def test_strips_become_rows() -> None:
    strips = [tuple(cell(char, PAINT.text) for char in text) for text in ("ace", "bdf")]
    assert ["".join(one.text for one in row) for row in turned(strips, 3)] == ["ab", "cd", "ef"]
    assert turned([], 2) == [(), ()]


def test_a_line_of_dots_has_no_hole_but_where_one_is_meant() -> None:
    dots = Dots(4, 2)
    dots.line([(0, 7), (1, 0), None, (6, 3), (7, 3)], PAINT.text)
    texts = ["".join(one.text if (one := dots.segment(x, y)) else " " for x in range(4)) for y in range(2)]
    assert texts[0][1:3] == texts[1][1:3] == "  "
    assert sum(bin(bits).count("1") for bits, _ in dots.cells.values()) == 8 + 2


@settings(deadline=None, max_examples=60)
@given(st.floats(0, 1), st.integers(0, 30))
def test_a_bar_fills_its_width_exactly(length: float, width: int) -> None:
    assert len(bar(length, width)) == width


@settings(deadline=None, max_examples=60)
@given(st.lists(st.one_of(st.none(), st.integers(0, 10**15)), max_size=200), st.integers(1, 10**12))
def test_a_time_axis_is_as_wide_as_its_cells(starts: list[int | None], slot_ns: int) -> None:
    assert width_of(time_axis(starts, slot_ns, paint=PAINT, marked=len(starts) // 2)) == len(starts)
