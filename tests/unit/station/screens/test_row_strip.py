"""A row of ours is cut as Textual's own strip is, and leaves nothing for the garbage collector."""

import gc

from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from station.renderables.row import Row
from station.widgets.row_strip import RowStrip

STYLES = (Style(color="red"), Style(bold=True), None)
segments = st.builds(Segment, st.text("abc▌ 1", min_size=0, max_size=5), st.sampled_from(STYLES))
rows = st.lists(segments, min_size=1, max_size=8).map(tuple)


def strips(row: Row) -> tuple[RowStrip, Strip]:
    width = sum(len(segment.text) for segment in row)
    return RowStrip(row, width), Strip(row, width)


def cells(strip: Strip) -> list[tuple[str, object]]:
    return [(letter, segment.style) for segment in strip for letter in segment.text]


@given(rows, st.integers(-2, 50), st.one_of(st.none(), st.integers(-2, 50)))
def test_it_is_cut_as_textual_cuts(row: Row, start: int, end: int | None) -> None:
    ours, theirs = (strip.crop(start, end) for strip in strips(row))
    assert cells(ours) == cells(theirs)
    assert ours.cell_length == theirs.cell_length


@given(rows, st.sets(st.integers(1, 40), min_size=1))
def test_it_is_divided_as_textual_divides(row: Row, cuts: set[int]) -> None:
    ours, theirs = (strip.divide(sorted(cuts)) for strip in strips(row))
    assert [cells(part) for part in ours] == [cells(part) for part in theirs]


def test_it_leaves_nothing_that_only_the_collector_frees() -> None:
    gc.collect()
    gc.disable()
    try:
        ours, theirs = strips((Segment("a row"),))
        assert (list(ours.divide([5])), list(theirs.divide([5]))) == ([ours], [theirs])
        del ours
        assert gc.collect() == 0
        del theirs
        assert gc.collect() > 0, "or the base class will do"
    finally:
        gc.enable()
