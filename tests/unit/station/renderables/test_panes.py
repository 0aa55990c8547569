"""Every other renderable: exactly as large as it was asked to be, in every size and theme; and what it must say."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from core.vocabulary import (
    BookState,
    BreakerCause,
    BreakerState,
    DenyReason,
    FeedState,
    Hop,
    Mode,
    OrderStatus,
    ProcessState,
    Reject,
    SignalName,
    TradingState,
)
from station.renderables.account import ACCOUNT_COLUMNS, account_lines
from station.renderables.done import DONE_COLUMNS, DoneLine
from station.renderables.feeds import FEED_COLUMNS, feed_lines
from station.renderables.fills import FILL_COLUMNS, fill_lines
from station.renderables.frame import framed
from station.renderables.health import DESK_COLUMNS, desk_lines
from station.renderables.latency import axis_label, braille, heights, latency_rows, numbers_label, resample
from station.renderables.log import LOG_COLUMNS
from station.renderables.orders import ORDER_COLUMNS, order_lines
from station.renderables.paint import Paint, paint_for, paint_of
from station.renderables.plot import said_rows
from station.renderables.positions import POSITION_COLUMNS, position_lines
from station.renderables.prompt import prompt_rows
from station.renderables.risk import risk_rows
from station.renderables.row import Row, width_of
from station.renderables.settings import settings_rows
from station.renderables.signals import gauge, signals_rows
from station.renderables.table import Column, Section, Table, table_rows
from station.renderables.trades import TRADE_COLUMNS, bar_text, print_lines, sales_of
from station.renderables.watch import WATCH_COLUMNS, WatchLine
from station.theme import built_in_themes
from station.views.flow import PrintsView
from station.views.latency import HopView
from station.views.portfolio import PortfolioView
from station.views.prompt import Preview, PromptView
from station.views.risk import RiskView
from station.views.settings import SettingView
from station.views.words import (
    BOOK_SENTENCES,
    BOOK_STATES,
    BREAKER_CAUSES,
    BREAKER_STATES,
    DENIED,
    FEED_STATES,
    HOPS,
    ORDER_STATES,
    PROCESS_STATES,
    REJECTED,
    SIGNALS,
    TRADING_STATES,
    denied_sentence,
)
from station.views.working import in_families
from tests import day_views, desk_views, flow_views, market_views, order_views
from tests.row_text import text_of

KNOWN = market_views.instruments()
DAY = day_views.day(KNOWN)
BY_ID = {one.instrument_id: one for one in KNOWN}
ORDERS = order_lines([(BY_ID[order.instrument_id], order) for order in order_views.orders(KNOWN)])
FACTS = (("price", "61,000.0"), ("worth", "122,000.00 USD"), ("at the stop", "-400.00"), ("reward : risk", "5.00"))
LINE = PromptView(
    line="buy 2 @ 61000",
    previews=(Preview(sentence="buy 2 BTC-USD.alpha @ 61000", facts=FACTS, warnings=("it trades at once",)),) * 2,
    is_armed=False,
)
WRONG = PromptView(line="buy 2 @ 61000 pst", wrong_at=(14, 17), what="no word of an order", right="did you mean post?")
WORKED = order_lines([(BY_ID[order.instrument_id], order) for order in in_families(order_views.worked_orders(KNOWN))])
HELD = {held.instrument_id: held for held in order_views.positions(KNOWN)}
POSITIONS = position_lines(
    [(BY_ID[number], held) for number, held in HELD.items()], desk_views.risk(), base_currency="USD"
)
WATCHED = [
    WatchLine(one, view, one.instrument_id == 3, range(100, 160))
    for one, view in zip(KNOWN, market_views.watch(KNOWN), strict=True)
]
SETTINGS = [
    Section("Look", 2),
    SettingView(key="screen.theme", group="Look", name="theme", value="paper", default="midnight", choices=("a", "b")),
    SettingView(
        key="screen.fps", group="Look", name="fps", value="", default="20", unit="frames/s", meaning="m " * 150
    ),
]
Draw = Callable[[Paint, int, int], list[Row]]


def drawn(columns: Sequence[Column[Any]], lines: Sequence[Any], cursor: int | None = None) -> Draw:
    return lambda paint, w, h: table_rows(Table(columns, lines, cursor=cursor), paint=paint, width=w, height=h)


DRAWN: dict[str, Draw] = {
    "orders": drawn(ORDER_COLUMNS, ORDERS, 2),
    "worked orders": drawn(ORDER_COLUMNS, WORKED, 3),
    "an order line": lambda paint, w, h: prompt_rows(LINE, paint=paint, width=w, height=h),
    "a wrong line": lambda paint, w, h: prompt_rows(WRONG, paint=paint, width=w, height=h),
    "an empty line": lambda paint, w, h: prompt_rows(PromptView(), paint=paint, width=w, height=h),
    "risk": lambda paint, w, h: risk_rows(
        desk_views.risk(), desk_views.portfolio(), BY_ID, HELD, wall_s=market_views.WALL_S, paint=paint, width=w
    )[:h],
    "no risk": lambda paint, w, h: risk_rows(
        RiskView(), PortfolioView(), {}, {}, wall_s=0, paint=paint, width=w
    )[:h],
    "positions": drawn(POSITION_COLUMNS, POSITIONS),
    "watch": drawn(WATCH_COLUMNS, WATCHED, 12),
    "trades": drawn(TRADE_COLUMNS, print_lines(flow_views.prints(0).prints, KNOWN[0])),
    "trades as the core shows them": drawn(
        TRADE_COLUMNS, print_lines(sales_of(PrintsView(instrument_id=0), market_views.trades(KNOWN[0])), KNOWN[0]), 1
    ),
    "signals": lambda paint, w, h: signals_rows(
        market_views.signals(KNOWN[0]), KNOWN[0], order_views.strategies(), strategies_enabled=True,
        paint=paint, width=w, height=h,
    ),
    "latency": lambda paint, w, h: latency_rows(desk_views.latency(), paint=paint, width=w, height=h),
    "settings": lambda paint, w, h: settings_rows(
        SETTINGS, first=0, cursor=2, said="written " * 20, is_wrong=True, paint=paint, width=w, height=h
    ),
    "desk": drawn(DESK_COLUMNS, desk_lines(desk_views.status(), desk_views.machine(), DAY.happenings), 1),
    "feeds": drawn(FEED_COLUMNS, feed_lines(desk_views.status())),
    "fills": drawn(FILL_COLUMNS, fill_lines(DAY.fills, flow_views.mark_outs().fills, {}, BY_ID), 0),
    "orders done": drawn(DONE_COLUMNS, [DoneLine(KNOWN[0], order) for order in DAY.done], 2),
    "account": drawn(ACCOUNT_COLUMNS, account_lines([(BY_ID[number], held) for number, held in HELD.items()])),
    "log": drawn(LOG_COLUMNS, DAY.happenings, 3),
}  # fmt: skip


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("width", [32, 36, 44, 52, 76, 118, 248])
def test_every_pane_fits_its_room(paint: Paint, name: str, width: int) -> None:
    for height in (1, 4, 12, 40):
        rows = DRAWN[name](paint, width, height)
        assert len(rows) <= height
        assert {width_of(row) for row in rows} == {width}


@pytest.mark.parametrize("theme", built_in_themes())
def test_every_theme_draws_everything(theme: str) -> None:
    palette = built_in_themes()[theme]
    for paint in (
        paint_of(palette),
        paint_of(palette, dimmed=True),
        paint_for(palette, mode=Mode.LIVE, is_halted=True),
    ):
        for draw in DRAWN.values():
            assert draw(paint, 60, 20)


@pytest.mark.parametrize("name", ["orders", "positions", "watch", "trades", "signals", "risk", "latency"])
@pytest.mark.parametrize("width", [34, 38, 44, 60])
def test_a_figure_is_never_cut(paint: Paint, name: str, width: int) -> None:
    for row in DRAWN[name](paint, width, 40):
        assert not re.search(r"\d[.,]?…", text_of(row)), text_of(row)


@pytest.mark.parametrize("name", DRAWN)
def test_no_word_and_no_figure_is_written_in_the_colour_of_ornament(paint: Paint, name: str) -> None:
    for width in (44, 118):
        for row in DRAWN[name](paint, width, 40):
            written = "".join(segment.text for segment in row if segment.style == paint.faint)
            assert not any(letter.isalnum() for letter in written), written


def test_a_frame_keeps_its_size_when_its_labels_do_not_fit(paint: Paint) -> None:
    for width in (6, 12, 30, 60):
        rows = framed(
            [], paint=paint, width=width, height=5, title="Time and sales", state=((" LIVE ", paint.up),),
            notes=((" a very long note that cannot fit ", paint.text),),
        )  # fmt: skip
        assert [width_of(row) for row in rows] == [width] * 5


def test_the_end_of_the_state_gives_way_to_the_title(paint: Paint) -> None:
    state = ((" SYNCING ", paint.stale), (" 250 ms ", paint.muted))
    edge = framed([], paint=paint, width=30, height=3, title="Depth over time", state=state)[0]
    assert "Depth over time" in text_of(edge)
    assert "SYNCING" in text_of(edge)
    assert "250" not in text_of(edge)


def test_a_sentence_goes_on_below_where_it_has_no_room(paint: Paint) -> None:
    rows = [text_of(row) for row in said_rows("nothing seen yet: it begins soon", paint=paint, width=20, height=5)]
    assert " ".join(" ".join(rows).split()) == "nothing seen yet: it begins soon"
    assert {len(row) for row in rows} == {20}


def test_the_ages_of_a_replay_are_called_recorded(paint: Paint) -> None:
    hops = (HopView(hop=Hop.VENUE_TO_FEED, count=7, is_recorded=True), HopView(hop=Hop.STEP, count=1, max_ns=820))
    recorded, step = map(text_of, latency_rows(hops, paint=paint, width=80, height=2))
    assert recorded.rstrip().endswith("recorded")
    assert step.rstrip().endswith("820ns")


@pytest.mark.parametrize("width", [32, 44, 76, 118])
def test_the_latency_labels_fit_their_frame(paint: Paint, width: int) -> None:
    for label in (
        numbers_label(width, paint=paint, line=paint.border),
        axis_label(width, paint=paint, line=paint.border),
    ):
        assert sum(len(text) for text, _ in label) <= width - 2


def test_a_histogram_is_resampled_without_losing_a_count() -> None:
    assert sum(resample([1, 2, 3, 4, 5, 6, 7], 3)) == 28
    assert resample([5, 0, 9], 6) == [5, 5, 0, 0, 9, 9]
    assert resample([], 4) == [0, 0, 0, 0]


def test_a_single_slow_event_among_a_million_stays_visible() -> None:
    assert heights([1_000_000, 0, 1], 8) == [8, 0, 1]


def test_braille_fills_from_below() -> None:
    assert braille([255, 0], 1, 1) == ["⡇"]
    assert braille([255, 255], 1, 2) == ["⣶", "⣿"]
    assert braille([0, 0], 1, 1) == [" "]


def test_a_gauge_leans_to_its_side_and_survives_nan(paint: Paint) -> None:
    right = "".join(text for text, _ in gauge(0.5, 20, paint))
    left = "".join(text for text, _ in gauge(-0.5, 20, paint))
    assert right.index("┼") < right.index("━")
    assert left.index("━") < left.index("┼")
    assert "━" not in "".join(text for text, _ in gauge(float("nan"), 20, paint))


def test_a_bar_is_never_empty_and_never_longer_than_its_room() -> None:
    assert bar_text(1, 10_000, 8) == "▏"
    assert bar_text(20_000, 10_000, 8) == "█" * 8


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (DENIED, DenyReason), (REJECTED, Reject), (BOOK_STATES, BookState), (BOOK_SENTENCES, BookState),
        (FEED_STATES, FeedState),
        (ORDER_STATES, OrderStatus), (PROCESS_STATES, ProcessState),
        (TRADING_STATES, TradingState),
        (BREAKER_STATES, BreakerState), (BREAKER_CAUSES, BreakerCause), (HOPS, Hop), (SIGNALS, SignalName),
    ],
)  # fmt: skip
def test_every_code_has_its_words(words: dict[object, object], codes: type) -> None:
    assert set(words) == set(codes)


def test_a_reason_of_a_newer_core_is_shown_as_its_number() -> None:
    assert "code 119" in denied_sentence(119)
