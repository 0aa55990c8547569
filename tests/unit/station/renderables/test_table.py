"""Every list is drawn by one table: what has room, order, filter, sections, the bar beside it, one line in full."""

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.renderables.details import details_rows
from station.renderables.paint import Paint, paint_of
from station.renderables.row import width_of
from station.renderables.spark import spark
from station.renderables.table import (
    LAST_GAP,
    MARGIN,
    Column,
    Order,
    Section,
    Table,
    arranged,
    column_at,
    first_in_sight,
    fitting,
    line_text,
    naming,
    room_for_lines,
    table_rows,
    thumb,
)
from station.renderables.watch import WATCH_COLUMNS
from station.theme import built_in_themes
from tests.row_text import text_of


class Fruit(NamedTuple):
    name: str
    weight: int | None
    colour: str = "red"


COLUMNS: tuple[Column[Fruit], ...] = (
    MARGIN,
    Column("name", lambda one, width: one.name, 6, most=20, is_left=True, sort=lambda one: one.name),
    Column("weight", lambda one, width: f"{one.weight or '–'} g", 8, sort=lambda one: one.weight),
    Column("colour", lambda one, width: one.colour, 8, worth=2),
    Column("course", lambda one, width: "▁" * width, 8, worth=1, is_picture=True),
)  # fmt: skip
APPLE, PEAR, PLUM = Fruit("apple", 180), Fruit("pear", None, "green"), Fruit("plum", 40, "blue")
BASKET = [APPLE, PEAR, PLUM]
PAINT: Paint = paint_of(built_in_themes()["midnight"])


def titles(width: int) -> list[str]:
    return [column.title for column, _ in fitting(COLUMNS, width)]


def test_columns_give_way_in_their_stated_order() -> None:
    assert titles(80) == ["", "name", "weight", "colour", "course"]
    assert titles(33) == ["", "name", "weight", "course"]
    assert titles(20) == ["", "name", "weight"]
    assert titles(3) == ["", "name", "weight"]


@given(width=st.integers(1, 300))
def test_columns_never_ask_for_more_than_there_is_once_the_least_fit(width: int) -> None:
    used = sum(size + column.gap for column, size in fitting(COLUMNS, width))
    assert used <= max(width, 16) + LAST_GAP


def test_other_columns_give_way_before_a_symbol_is_cut() -> None:
    def symbol_cells(width: int) -> list[tuple[str, int]]:
        columns = naming(WATCH_COLUMNS, len("BTC-USD-27MAR27.alpha"))
        return [(column.title, size) for column, size in fitting(columns, width) if column.title]

    assert symbol_cells(46) == [("symbol", 22), ("last", 12), ("change", 8)]
    assert symbol_cells(42) == [("symbol", 24), ("last", 12)]
    assert symbol_cells(34) == [("symbol", 20), ("last", 12)]


words = st.text(st.characters(codec="utf-8"), max_size=12)
fruits = st.builds(Fruit, words, st.none() | st.integers(0, 10**12), words)


@given(
    lines=st.lists(fruits | st.builds(Section, words, st.integers(0, 9)), max_size=30),
    width=st.integers(4, 260),
    height=st.integers(1, 70),
    first=st.integers(0, 30),
    cursor=st.none() | st.integers(0, 40),
    title=st.sampled_from(["name", "weight", "nothing"]),
)
def test_any_table_fills_exactly_its_width_whatever_it_holds(
    lines: list[Fruit | Section], width: int, height: int, first: int, cursor: int | None, title: str
) -> None:
    table = Table(COLUMNS, lines, first=first, cursor=cursor, order=Order(title))
    rows = table_rows(table, paint=PAINT, width=width, height=height)
    assert len(rows) <= height
    assert all(width_of(row) == width for row in rows)


def test_lines_are_sorted_from_either_end_and_absent_values_stand_last() -> None:
    assert arranged(BASKET, COLUMNS, order=Order("weight")) == [APPLE, PLUM, PEAR]
    assert arranged(BASKET, COLUMNS, order=Order("weight", is_descending=False)) == [PLUM, APPLE, PEAR]
    assert arranged(BASKET, COLUMNS, order=Order("colour")) == BASKET


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("", BASKET),
        ("P", BASKET),
        ("red", [APPLE]),
        ("p -apple", [PEAR, PLUM]),
        ("40 blue", [PLUM]),
        ("▁", []),
    ],
)
def test_a_filter_keeps_lines_with_every_word(typed: str, left: list[Fruit]) -> None:
    assert arranged(BASKET, COLUMNS, words=typed) == left


def test_sections_stand_over_their_lines_in_the_order_in_which_they_come() -> None:
    shown = arranged([APPLE, PEAR, Fruit("cherry", 8)], COLUMNS, section_of=lambda one: one.colour)
    assert shown == [Section("red", 2), APPLE, Fruit("cherry", 8), Section("green", 1), PEAR]


def test_the_heading_says_by_what_and_from_which_end_it_is_sorted() -> None:
    def heading(order: Order) -> str:
        return text_of(table_rows(Table(COLUMNS, BASKET, order=order), paint=PAINT, width=40, height=9)[0])

    assert "weight▾" in heading(Order("weight"))
    assert "weight▴" in heading(Order("weight", is_descending=False))


def test_the_heading_is_the_first_to_give_way() -> None:
    def first(height: int) -> str:
        return text_of(table_rows(Table(COLUMNS, BASKET), paint=PAINT, width=40, height=height)[0])

    assert "weight" in first(4)
    assert "apple" in first(3)
    assert "apple" in first(1)


def test_a_click_on_the_heading_finds_the_column_under_it() -> None:
    found = [column.title if (column := column_at(COLUMNS, 24, place)) else None for place in (0, 1, 15, 23)]
    assert found == ["", "name", "weight", "weight"]


def test_a_copied_line_is_its_values_apart_by_tabs() -> None:
    assert line_text(APPLE, COLUMNS) == "apple\t180 g\tred"


def test_an_empty_table_says_so_and_nothing_else() -> None:
    rows = table_rows(Table(COLUMNS, [], empty="no fruit"), paint=PAINT, width=30, height=9)
    assert [text_of(row).strip() for row in rows] == ["no fruit"]


@given(first=st.integers(-5, 50), anchor=st.none() | st.integers(0, 29), room=st.integers(1, 40))
def test_what_is_anchored_is_always_in_sight(first: int, anchor: int | None, room: int) -> None:
    top = first_in_sight(first, anchor, 30, room)
    assert 0 <= top <= max(0, 30 - room)
    assert anchor is None or top <= anchor < top + room


@given(lines=st.integers(0, 500), height=st.integers(1, 70), first=st.integers(0, 500))
def test_the_scroll_bar_stays_within_its_edge(lines: int, height: int, first: int) -> None:
    room = room_for_lines(lines, height)
    top = first_in_sight(first, None, lines, room)
    span = thumb(top, room, lines, height)
    if lines <= room:
        assert span is None
    else:
        assert span is not None
        assert 0 <= span[0] < span[1] <= height
        assert top > 0 or span[0] == 0


@given(width=st.integers(8, 250), height=st.integers(1, 40), many=st.integers(0, 30))
def test_a_line_in_full_fits_its_room(width: int, height: int, many: int) -> None:
    fields = [(f"field {number}", "x" * number) for number in range(many)]
    rows = details_rows(fields, paint=PAINT, width=width, height=height)
    assert len(rows) <= height
    assert {width_of(row) for row in rows} <= {width}


def test_an_absent_field_is_shown_as_absent() -> None:
    rows = details_rows([("stop", ""), ("mark", "5")], paint=PAINT, width=30, height=5)
    assert text_of(rows[1]).split() == ["stop", "–"]


@given(st.lists(st.floats(-1e12, 1e12), max_size=80), st.integers(0, 40))
def test_a_course_is_as_wide_as_its_room(values: list[float], width: int) -> None:
    assert len(spark(values, width)) == width


def test_a_course_ends_with_the_newest_value_and_a_flat_one_is_level() -> None:
    assert spark([1, 2, 3, 9], 2) == "▁█"
    assert spark([1, 2], 4) == "  ▁█"
    assert spark([5, 5, 5], 3) == "▄▄▄"
