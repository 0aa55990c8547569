"""The ladder's columns: exact at every width, never fewer when wider, the same drawn anew or kept."""

import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.renderables.ladder import POINTED, Kept, ladder_rows
from station.renderables.ladder_columns import COLUMNS, Columns, columns_of
from station.renderables.ladder_notes import ladder_notes
from station.renderables.paint import paint_of
from station.renderables.row import width_of
from station.theme import built_in_themes
from station.views.book import BookView
from station.views.flow import LevelFlow, LevelFlowView
from station.views.ladder import LadderFlow, LadderView
from station.views.ladder_flow import ladder_flow, session_rows
from station.views.orders import PositionView
from tests import flow_views
from tests.market_views import book, instruments
from tests.order_views import orders
from tests.row_text import text_of

BTC = instruments()[0]
PAINT = paint_of(built_in_themes()["midnight"])
GROUPS = st.sampled_from([1, 2, 5, 50])


def view(group: int = 1, columns: tuple[str, ...] = COLUMNS, levels: LevelFlowView | None = None) -> LadderView:
    flow = ladder_flow(
        levels or flow_views.level_flow(0),
        flow_views.hints(0),
        session_rows(flow_views.profile(0), group),
        group_ticks=group,
        wall_ns=flow_views.NOW_WALL_NS,
    )
    return LadderView(
        instrument=BTC,
        book=book(BTC),
        orders=tuple(one for one in orders(instruments()) if one.instrument_id == 0),
        position=PositionView(instrument_id=0, position_lots=3_000, average_ticks=BTC.reference_ticks - 5.4),
        middle_row=BTC.reference_ticks // group,
        group_ticks=group,
        cursor_row=BTC.reference_ticks // group - 1,
        flow=flow,
        columns=columns,
    )


@settings(max_examples=60)
@given(st.integers(36, 250), st.integers(2, 60), GROUPS, st.sets(st.sampled_from(COLUMNS)))
def test_every_row_fills_its_width_exactly(width: int, height: int, group: int, columns: set[str]) -> None:
    rows = ladder_rows(view(group, tuple(columns)), paint=PAINT, width=width, height=height)
    assert [width_of(row) for row in rows] == [width] * height


@given(st.integers(36, 250), st.integers(5, 16))
def test_a_wider_ladder_has_no_column_less_and_none_narrower_than_it_needs(width: int, price: int) -> None:
    narrow, wide = columns_of(width, price, COLUMNS), columns_of(width + 1, price, COLUMNS)
    for name in ("trade", "volume", "change", "profit"):
        assert bool(getattr(wide, name)) >= bool(getattr(narrow, name)), name
    assert _sum(narrow) == width or not narrow.quantity


def _sum(columns: Columns) -> int:
    pairs = columns.own + columns.quantity + columns.trade + columns.change
    return 2 * pairs + columns.price + columns.volume + columns.profit + columns.spare


@settings(max_examples=30)
@given(st.integers(0, 2**32), st.integers(60, 160))
def test_a_picture_of_kept_rows_is_the_picture(seed: int, width: int) -> None:
    chance, kept = random.Random(seed), Kept()
    shown = view()
    for _ in range(6):
        shown = changed(shown, chance)
        again = ladder_rows(shown, paint=PAINT, width=width, height=30, kept=kept)
        assert again == ladder_rows(shown, paint=PAINT, width=width, height=30)


def changed(shown: LadderView, chance: random.Random) -> LadderView:
    bids = tuple((ticks, chance.choice((lots, lots + 7))) for ticks, lots in shown.book.bids)
    moved = msgspec.structs.replace(
        shown.book, bids=bids, last_side=chance.choice((-1, 1)), last_ticks=BTC.reference_ticks + chance.choice((-1, 1))
    )
    return msgspec.structs.replace(
        shown,
        book=moved,
        cursor_row=chance.choice((shown.cursor_row, BTC.reference_ticks + 3)),
        middle_row=shown.middle_row + chance.choice((0, 0, 1)),
        orders=chance.choice((shown.orders, ())),
        position=chance.choice((shown.position, None)),
    )


def test_an_unchanged_row_is_the_very_row_of_before() -> None:
    kept, shown = Kept(), view()
    before = ladder_rows(shown, paint=PAINT, width=90, height=30, kept=kept)
    after = ladder_rows(msgspec.structs.replace(shown, cursor_row=None), paint=PAINT, width=90, height=30, kept=kept)
    assert sum(old is not new for old, new in zip(before[1:], after[1:], strict=True)) == 1


@pytest.mark.parametrize(("eaten", "pulled", "word"), [(60, 20, "eaten 0.0060"), (20, 60, "pulled 0.0060")])
def test_a_level_that_vanished_says_whether_it_was_eaten_or_pulled(eaten: int, pulled: int, word: str) -> None:
    ticks = BTC.reference_ticks - 1
    gone = LevelFlowView(
        instrument_id=0, levels={ticks: LevelFlow(ticks, consumed_bid_lots=eaten, pulled_bid_lots=pulled)}
    )
    shown = msgspec.structs.replace(
        view(levels=gone), book=BookView(instrument_id=0, bids=((ticks - 5, 100),), asks=((ticks + 5, 100),))
    )
    rows = [text_of(row) for row in ladder_rows(shown, paint=PAINT, width=120, height=20)]
    (row,) = (row for row in rows if BTC.price(ticks) in row)
    assert word in row


def test_what_was_pulled_fades_with_its_age() -> None:
    def styles(age_s: int) -> set[object]:
        ticks = BTC.reference_ticks - 1
        changed_ns = flow_views.NOW_WALL_NS - age_s * 10**9
        levels = {ticks: LevelFlow(ticks, pulled_bid_lots=60, last_change_wall_ns=changed_ns)}
        gone = view(levels=LevelFlowView(instrument_id=0, levels=levels))
        rows = ladder_rows(
            msgspec.structs.replace(gone, book=BookView(instrument_id=0)), paint=PAINT, width=120, height=20
        )
        return {segment.style for row in rows for segment in row if "pulled" in segment.text}

    assert len(styles(0) | styles(3) | styles(9)) == 3


def test_a_crosshair_elsewhere_is_marked_at_its_price() -> None:
    shown = msgspec.structs.replace(view(), pointed_row=BTC.reference_ticks + 3)
    (row,) = (text for text in map(text_of, ladder_rows(shown, paint=PAINT, width=100, height=41)) if POINTED in text)
    assert BTC.price(BTC.reference_ticks + 3) in row


def test_the_session_is_marked_beside_the_price_and_where_it_traded_most() -> None:
    shown = msgspec.structs.replace(view(), middle_row=flow_views.profile(0).high_ticks)
    rows = [text_of(row) for row in ladder_rows(shown, paint=PAINT, width=100, height=11)]
    assert any(f"{BTC.price(flow_views.profile(0).high_ticks)} H" in row for row in rows)
    rows = [text_of(row) for row in ladder_rows(view(), paint=PAINT, width=100, height=41)]
    control = BTC.price(flow_views.profile(0).point_of_control_ticks)
    assert next(row for row in rows if control in row).rstrip().endswith("P")


def test_the_notes_say_what_it_costs_to_move_the_price_and_where_the_market_went() -> None:
    def said(shown: LadderView) -> str:
        return "".join(text for text, _ in ladder_notes(shown, paint=PAINT, rows=20, width=120))

    assert "10 ticks ↑" in said(view())
    assert "▲ market" in said(msgspec.structs.replace(view(), middle_row=BTC.reference_ticks - 100))
    assert "▼ market" in said(msgspec.structs.replace(view(), middle_row=BTC.reference_ticks + 100))
    one_sided = msgspec.structs.replace(view(), book=BookView(instrument_id=0, bids=((5, 5),)))
    assert "–" in said(msgspec.structs.replace(one_sided, book=msgspec.structs.replace(book(BTC), asks=())))


@pytest.mark.parametrize("times", [1, 3, 7, 10, 40, 900])
def test_what_it_costs_to_move_the_price_stays_in_its_columns(times: int) -> None:
    def said(shown: LadderView) -> str:
        return "".join(text for text, _ in ladder_notes(shown, paint=PAINT, rows=20, width=120))

    now = view()
    bids, asks = (tuple((ticks, times * lots) for ticks, lots in side) for side in (now.book.bids, now.book.asks))
    deeper = msgspec.structs.replace(now, book=msgspec.structs.replace(now.book, bids=bids, asks=asks))
    assert (said(deeper).index("↓"), len(said(deeper))) == (said(now).index("↓"), len(said(now)))


def test_the_notes_say_when_nobody_keeps_what_happens() -> None:
    old = msgspec.structs.replace(view(), flow=LadderFlow(is_old=True))
    assert any("flow not kept" in text for text, _ in ladder_notes(old, paint=PAINT, rows=20, width=120))


@given(st.integers(0, 120))
def test_a_note_is_whole_or_not_there(width: int) -> None:
    notes = ladder_notes(view(), paint=PAINT, rows=20, width=width)
    assert sum(len(text) for text, _ in notes) <= width
    everything = [text for text, _ in ladder_notes(view(), paint=PAINT, rows=20, width=500)]
    assert [text for text, _ in notes if text not in everything] == []


def test_a_position_shows_what_closing_would_bring_at_every_price() -> None:
    rows = [text_of(row) for row in ladder_rows(view(), paint=PAINT, width=140, height=41)]
    last = [next(row for row in rows if BTC.price(BTC.reference_ticks + away) in row).split()[-1] for away in (-15, 5)]
    assert [float(text) for text in last] == [-1.44, 1.56], "0.3 BTC, a tick is 0.5 USD, the average 5.4 ticks below"
