"""What differs between two rows: never less than what changed, and applied to the old row it gives the new one."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style

from station.renderables.row import Row, changed_spans, fill, fill_both, plain, width_of

STYLES = [Style(color="red"), Style(color="green"), Style(bold=True)]
WIDTH = 24


@st.composite
def rows(draw: st.DrawFn) -> Row:
    cuts = sorted(draw(st.sets(st.integers(1, WIDTH - 1), max_size=6)))
    text = draw(st.text("abc ", min_size=WIDTH, max_size=WIDTH))
    edges = [0, *cuts, WIDTH]
    return tuple(Segment(text[first:last], draw(st.sampled_from(STYLES))) for first, last in pairwise(edges))


def cells(row: Row) -> list[tuple[str, Style | None]]:
    return [(char, segment.style) for segment in row for char in segment.text]


@given(rows(), rows())
def test_repainting_the_changed_spans_gives_the_new_row(before: Row, after: Row) -> None:
    screen = cells(before)
    for first, last in changed_spans(before, after):
        screen[first:last] = cells(after)[first:last]
    assert screen == cells(after)


@given(rows())
def test_a_row_that_did_not_change_has_no_span(row: Row) -> None:
    assert changed_spans(row, tuple(Segment(*segment) for segment in row)) == []


def test_one_changed_number_is_one_short_span() -> None:
    style = STYLES[0]
    before = (Segment("price ", style), Segment("100.5", style), Segment("  quantity 3", style))
    after = (Segment("price ", style), Segment("101.0", style), Segment("  quantity 3", style))
    assert changed_spans(before, after) == [(8, 11)]


def test_a_row_that_is_cut_otherwise_is_repainted_where_it_differs() -> None:
    plain_style, barred = STYLES[0], STYLES[1]
    before = (Segment("buys  ", plain_style), Segment("0.15", plain_style), Segment("38      64,681", plain_style))
    after = (Segment("buys  0.1", plain_style), Segment("538", barred), Segment("      64,681", plain_style))
    assert changed_spans(before, after) == [(9, 12)]


@given(rows(), rows())
def test_a_span_begins_and_ends_with_a_change(before: Row, after: Row) -> None:
    old, new = cells(before), cells(after)
    for first, last in changed_spans(before, after):
        assert any(old[at] != new[at] for at in (first, last - 1)) or STYLES[0] != STYLES[1]


@given(st.lists(st.text("abc", max_size=12), max_size=5), st.integers(1, 40))
def test_a_filled_row_has_exactly_its_width(texts: list[str], width: int) -> None:
    assert width_of(fill([(text, STYLES[0]) for text in texts], width, STYLES[1])) == width


def test_the_right_edge_wins_over_the_left_one() -> None:
    row = fill_both([("a long beginning", STYLES[0])], [("end", STYLES[1])], 8, STYLES[2])
    assert "".join(segment.text for segment in row) == "a lo…end"


def test_what_comes_from_outside_is_one_printable_cell_a_character() -> None:
    assert plain("ok\x1b[31m\n日本") == "ok?[31m???"
