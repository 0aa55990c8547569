"""The course of a hop: a second a column of dots, absent where nothing was counted, aligned with its labels."""

import itertools

import pytest

from core.vocabulary import Hop
from station.renderables.latency import axis_label, course_parts, latency_rows, numbers_label, plan
from station.renderables.paint import paint_of
from station.theme import built_in_themes
from station.views.latency import HopView
from tests import desk_views

PAINT = paint_of(built_in_themes()["midnight"])


def texts(hop: HopView, width: int, lines: int) -> list[str]:
    return ["".join(text for text, _ in line) for line in course_parts(hop, width, lines, PAINT)]


def test_the_values_that_it_lies_between_stand_before_it() -> None:
    drawn = texts(HopView(hop=Hop.STEP, count=9, course=((1_000, 9_000), (1_200, 4_000))), 30, 3)
    assert drawn[0].startswith("  9.00µs ")
    assert drawn[2].startswith("  1.00µs ")
    assert {len(line) for line in drawn} == {30}


def test_the_newest_second_stands_at_the_right_edge() -> None:
    drawn = texts(HopView(hop=Hop.STEP, count=9, course=((1_000, 1_000),)), 30, 2)
    assert drawn[1][-1] != " "
    assert drawn[1][10:-1].strip() == ""


def test_a_second_in_which_nothing_was_counted_is_a_hole() -> None:
    pairs = ((1_000, 1_000), (1_000, 1_000), (0, 0), (0, 0), (1_000, 1_000), (1_000, 1_000))
    drawn = texts(HopView(hop=Hop.STEP, count=9, course=pairs), 30, 2)
    assert drawn[1][-3] != " "
    assert drawn[1][-2] == " "
    assert drawn[1][-1] != " "


@pytest.mark.parametrize("lines", [1, 2, 4])
def test_without_room_or_seconds_it_is_blank(lines: int) -> None:
    assert texts(HopView(hop=Hop.STEP, count=9), 30, lines) == [" " * 30] * lines
    assert texts(desk_views.latency()[0], 6, lines) == [" " * 6] * lines


@pytest.mark.parametrize("width", range(70, 250, 9))
def test_decades_are_named_at_even_distances(width: int) -> None:
    axis = "".join(text for text, _ in axis_label(width, paint=PAINT, line=PAINT.border))
    decades = ("100ns", "1µs", "10µs", "100µs", "1ms", "10ms", "100ms")
    named = [decades.index(word) for word in axis.replace("─", " ").split() if word in decades]
    assert len(named) >= 3
    assert len({later - earlier for earlier, later in itertools.pairwise(named)}) == 1


@pytest.mark.parametrize("width", [60, 90, 110, 158, 248])
def test_labels_stand_over_and_under_what_they_name(width: int) -> None:
    shares = plan(width)
    for label in (
        numbers_label(width, paint=PAINT, line=PAINT.border),
        axis_label(width, paint=PAINT, line=PAINT.border),
    ):
        assert sum(len(text) for text, _ in label) <= width - 2
    axis = "".join(text for text, _ in axis_label(width, paint=PAINT, line=PAINT.border))
    row = "".join(part.text for part in latency_rows(desk_views.latency(), paint=PAINT, width=width, height=48)[0])
    assert len(row) == width
    if shares.course:
        assert axis.rstrip("─").endswith("now")
        assert len(axis) == 9 + shares.chart + shares.course
