"""The ladder's rows: every price in its place, whatever the size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.vocabulary import Side
from station.renderables.ladder import HATCH, ladder_rows
from station.renderables.own_orders import OwnOrders, own_text
from station.renderables.paint import Paint
from station.renderables.quantity import fitting_quantity, round_up
from station.renderables.row import Row, width_of
from station.views.book import BookView
from station.views.distrust import Distrust
from station.views.ladder import LadderView, ask_row, bid_row, fitting_group, middle_of
from station.views.orders import PositionView
from tests.market_views import book, instruments
from tests.order_views import orders, worked_orders
from tests.row_text import text_of

BTC = instruments()[0]


def row_at(rows: list[Row], price: str) -> str:
    return next(text_of(row) for row in rows if price in text_of(row))


@pytest.mark.parametrize("width", [40, 42, 58, 96, 248])
@pytest.mark.parametrize("height", [5, 19, 65])
def test_every_row_fills_its_width_exactly(paint: Paint, width: int, height: int) -> None:
    view = LadderView(instrument=BTC, book=book(BTC), orders=orders(instruments()), middle_row=BTC.reference_ticks)
    rows = ladder_rows(view, paint=paint, width=width, height=height)
    assert [width_of(row) for row in rows] == [width] * height


def test_bids_stand_left_and_asks_right_of_their_price(paint: Paint) -> None:
    view = LadderView(
        instrument=BTC,
        book=BookView(instrument_id=0, bids=((100, 25),), asks=((102, 31),)),
        middle_row=101,
    )
    rows = ladder_rows(view, paint=paint, width=60, height=9)
    bid, ask = row_at(rows, " 50.0 "), row_at(rows, " 51.0 ")
    assert bid.index("0.0025") < bid.index("50.0")
    assert ask.index("51.0") < ask.index("0.0031")


@given(bid=st.integers(1, 10**9), gap=st.integers(1, 5_000), group=st.sampled_from([1, 2, 5, 10, 20, 50, 100, 1_000]))
def test_a_bid_and_an_ask_never_share_a_row_and_never_look_better_than_they_are(bid: int, gap: int, group: int) -> None:
    ask = bid + gap
    low, high = bid_row(bid, group), ask_row(ask, group)
    assert low < high
    assert low * group <= bid
    assert high * group >= ask


def test_levels_of_one_row_are_added_up(paint: Paint) -> None:
    crowded = BookView(instrument_id=0, bids=((105, 1_000), (104, 2_000), (101, 4_000)), asks=((111, 500),))
    view = LadderView(instrument=BTC, book=crowded, middle_row=10, group_ticks=10)
    row = row_at(ladder_rows(view, paint=paint, width=60, height=5), " 50.0 ")
    assert "0.7000" in row


def test_own_orders_and_the_average_price_are_marked(paint: Paint) -> None:
    view = LadderView(
        instrument=BTC,
        book=book(BTC),
        orders=tuple(order for order in orders(instruments()) if order.instrument_id == 0),
        position=PositionView(instrument_id=0, position_lots=3_000, average_ticks=BTC.reference_ticks - 5.4),
        middle_row=BTC.reference_ticks,
    )
    rows = ladder_rows(view, paint=paint, width=60, height=40)
    two = row_at(rows, BTC.price(BTC.reference_ticks - 2))
    assert two.startswith(" 0.4×2")
    assert row_at(rows, BTC.price(BTC.reference_ticks - 3)).startswith("…0.1")
    assert "◆" in row_at(rows, BTC.price(BTC.reference_ticks - 5))
    narrow = ladder_rows(view, paint=paint, width=38, height=40)
    assert row_at(narrow, BTC.price(BTC.reference_ticks - 2)).startswith("0.4×2 0.0793 ")  # not 0.4×20.0793
    assert [order.side for order in view.orders].count(Side.SELL) == 1


def test_a_new_ladder_shows_the_best_levels_of_both_sides() -> None:
    far = BookView(
        instrument_id=0,
        bids=tuple((10_000 - 37 * level, 5) for level in range(20)),
        asks=tuple((10_010 + 37 * level, 5) for level in range(20)),
    )
    group = fitting_group(far, rows=30)
    middle = middle_of(far, group, 0)
    assert middle - 15 <= bid_row(far.bids[11][0], group)
    assert ask_row(far.asks[11][0], group) <= middle + 15


@given(st.integers(1, 10**15))
def test_the_scale_of_the_bars_is_a_round_number_that_holds_the_largest(lots: int) -> None:
    scale = round_up(lots)
    assert lots <= scale < max(2, lots * 2.5 + 1)
    assert str(scale).rstrip("0") in ("1", "2", "5")


@given(lots=st.integers(1, 2**52), width=st.integers(3, 12))
def test_a_quantity_never_leaves_its_column(lots: int, width: int) -> None:
    assert len(fitting_quantity(BTC, lots, width)) <= width


DISTRUST = Distrust(
    word="STALE", why="the feed fell silent", since="since 13:37:30, for 12 s", told="CLOSED, code=1006"
)


@pytest.mark.parametrize("width", [40, 58, 248])
@pytest.mark.parametrize("height", [2, 5, 19, 65])
def test_a_book_that_is_not_live_says_so_and_every_row_keeps_its_width(paint: Paint, width: int, height: int) -> None:
    view = LadderView(instrument=BTC, book=book(BTC), middle_row=BTC.reference_ticks, distrust=DISTRUST)
    rows = ladder_rows(view, paint=paint, width=width, height=height)
    assert [width_of(row) for row in rows] == [width] * height
    assert "STALE" in text_of(rows[-1])


def test_why_and_since_when_stand_above_the_middle_where_our_orders_are(paint: Paint) -> None:
    view = LadderView(instrument=BTC, book=book(BTC), middle_row=BTC.reference_ticks, distrust=DISTRUST)
    rows = [text_of(row) for row in ladder_rows(view, paint=paint, width=42, height=33)]
    for words in ("NOT TO BE TRADED ON", "the feed fell silent", "since 13:37:30, for 12 s", "CLOSED, code=1006"):
        assert any(words in row for row in rows[: len(rows) // 2]), words
    assert HATCH in rows[len(rows) // 2]


def worked_rows(paint: Paint, width: int) -> list[Row]:
    known = tuple(order for order in worked_orders(instruments()) if order.instrument_id == 0)
    view = LadderView(instrument=BTC, book=book(BTC), orders=known, middle_row=BTC.reference_ticks)
    return ladder_rows(view, paint=paint, width=width, height=31)


@pytest.mark.parametrize("width", [40, 42, 56, 58, 96, 248])
def test_rows_with_held_orders_fill_their_width_exactly(paint: Paint, width: int) -> None:
    assert {width_of(row) for row in worked_rows(paint, width)} == {width}


@pytest.mark.parametrize(
    ("price", "shown"),
    [
        ("64,117.0", "▼0.1"),  # the trigger of a stop-limit, not its limit
        ("64,116.0", "↓0.3"),
        ("64,117.5", "○0.1"),
        ("64,125.0", "○0.05"),
        ("64,118.0", " 0.05≡0.3"),  # the slice that rests, and what the iceberg still keeps
        ("64,119.0", " 0.4 q0.131"),
        ("64,119.5", " 0.1 q~0.042"),
    ],
)
def test_what_is_held_stands_at_its_trigger_with_a_mark_of_its_own(paint: Paint, price: str, shown: str) -> None:
    assert shown in row_at(worked_rows(paint, 64), price)


def test_a_stop_limit_does_not_seem_to_rest_at_its_limit(paint: Paint) -> None:
    assert "0.1" not in row_at(worked_rows(paint, 64), "64,116.5").replace("64,116.5", "")[-13:]


@pytest.mark.parametrize("width", range(1, 12))
@pytest.mark.parametrize("lots", [1, 9, 123, 10**6])
def test_a_quantity_that_is_there_is_never_written_as_nothing(lots: int, width: int) -> None:
    text = fitting_quantity(BTC, lots, width)
    assert text.strip("-0.") or not text.strip()
    assert len(text) <= width


def test_the_blank_before_our_orders_gives_way_before_their_count() -> None:
    assert own_text(OwnOrders(lots=2, orders=2), BTC, 9) == " 0.0002×2"
    assert own_text(OwnOrders(lots=2, orders=2), BTC, 8) == "0.0002×2"
    assert own_text(OwnOrders(lots=2, orders=2), BTC, 8, is_touched=True) == "0.0002… "
