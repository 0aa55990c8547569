"""Every other renderable: exactly as large as it was asked to be, in every size and theme; and what it must say."""

import dataclasses
import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
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
    Origin,
    ProcessState,
    Reject,
    SignalName,
    TradingState,
)
from station.renderables.account import ACCOUNT_COLUMNS, account_lines
from station.renderables.done import DONE_COLUMNS, DoneLine
from station.renderables.feeds import FEED_COLUMNS, feed_lines
from station.renderables.fills import FILL_COLUMNS, fill_lines
from station.renderables.footer import fitting_keys, footer_row, hint_row, key_at
from station.renderables.frame import framed
from station.renderables.health import DESK_COLUMNS, desk_lines
from station.renderables.latency import axis_label, braille, heights, latency_rows, numbers_label, resample
from station.renderables.log import LOG_COLUMNS
from station.renderables.orders import ORDER_COLUMNS, order_fields, order_lines
from station.renderables.paint import Paint, paint_for, paint_of
from station.renderables.plot import said_rows
from station.renderables.positions import POSITION_COLUMNS, position_lines
from station.renderables.prompt import prompt_rows
from station.renderables.risk import risk_rows
from station.renderables.row import Row, width_of
from station.renderables.settings import settings_rows
from station.renderables.signals import gauge, signals_rows
from station.renderables.status import banner_row, status_row, too_small_rows
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
from station.views.status import FeedView, SeatView, StatusView, TapeView
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
from station.views.working import branches, in_families, stands_short
from tests import day_views, desk_views, flow_views, market_views, order_views

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


@pytest.fixture
def paint() -> Paint:
    return paint_of(built_in_themes()["midnight"])


def text_of(row: Row) -> str:
    return "".join(segment.text for segment in row)


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


@pytest.mark.parametrize("width", [80, 100, 120, 160, 250])
@pytest.mark.parametrize("mode", Mode)
def test_the_status_line_always_says_mode_and_arming(paint: Paint, width: int, mode: Mode) -> None:
    text = text_of(status_row(desk_views.status(mode=mode), paint=paint, width=width))
    assert len(text) == width
    assert text.startswith(f" {mode.name} ")
    assert " ARMED " in text


def test_the_status_line_shows_feeds_core_tape_and_clock_on_eighty_columns(paint: Paint) -> None:
    text = text_of(status_row(desk_views.status(), paint=paint, width=80))
    for wanted in ("●alpha", "beta syncing", "core", "12%", "cpu1", "tape 23.5k/s", "?1", "13:37:42"):
        assert wanted in text


@pytest.mark.parametrize(("width", "wanted"), [(160, "●28 live ●venue7 syncing ●venue9 down core"), (80, "●28 live")])
def test_venues_that_are_too_many_to_be_named_are_counted(paint: Paint, width: int, wanted: str) -> None:
    states = {7: FeedState.SYNCING, 9: FeedState.DOWN}
    feeds = tuple(FeedView(venue=f"venue{at}", state=states.get(at, FeedState.LIVE)) for at in range(30))
    text = text_of(status_row(msgspec.structs.replace(desk_views.status(), feeds=feeds), paint=paint, width=width))
    assert wanted in text
    assert "core" in text


@pytest.mark.parametrize(
    ("view", "wanted"),
    [
        (desk_views.status(is_armed=False, is_halted=True), " HALTED "),
        (StatusView(seat=SeatView(seat=-1)), " WATCHING "),
        (StatusView(seat=SeatView(seat=2), lease_seat=5), " LEASE AT SEAT 5 "),
        (StatusView(seat=SeatView(seat=2)), " DISARMED "),
        (StatusView(is_attached=False), " CORE SILENT "),
        (StatusView(tape=TapeView(state=ProcessState.STALE, dropped=1_200)), "cannot write 1.20k lost"),
        (StatusView(feeds=(FeedView(venue="alpha", state=FeedState.DOWN),)), "alpha down"),
    ],
)
def test_what_is_wrong_stands_in_the_status_line(paint: Paint, view: StatusView, wanted: str) -> None:
    assert wanted in text_of(status_row(view, paint=paint, width=120))


def test_the_banner_says_why_and_whether_it_is_proven(paint: Paint) -> None:
    text = text_of(
        banner_row(desk_views.status(is_halted=True), said="size 0.5", paint=paint, width=110, rearm_key="R")
    )
    assert "kill key (seat 0)" in text
    assert "nothing is open at the venue, 6 cancelled · size 0.5" in text
    assert text.endswith(" R re-arms ")


def test_a_small_terminal_gets_a_sentence_that_names_both_sizes(paint: Paint) -> None:
    rows = too_small_rows(40, 10, least=(80, 24), paint=paint)
    text = " ".join(text_of(row).strip() for row in rows)
    assert "40×10" in text
    assert "80×24" in text
    assert {width_of(row) for row in rows} == {40}


def test_the_kill_keys_are_never_crowded_out(paint: Paint) -> None:
    keys = [(letter, "a rather long label") for letter in "abcdefgh"]
    text = text_of(footer_row(keys, [("^K", "HALT"), ("^F", "HALT+FLATTEN")], paint=paint, width=80))
    assert text.rstrip().endswith("^F HALT+FLATTEN")
    assert "^K HALT" in text
    assert " h a rather" in text


def test_a_click_on_the_footer_finds_the_key_that_stands_there(paint: Paint) -> None:
    keys, emergency = [("b", "buy"), ("s", "sell"), ("?", "keys")], [("^K", "HALT")]
    text = text_of(footer_row(keys, emergency, paint=paint, width=60))
    assert key_at(keys, emergency, 60, text.index("sell")) == 1
    assert key_at(keys, emergency, 60, text.index("HALT")) is None
    assert [index for index, _ in fitting_keys(keys, 12)] == [2]


def test_a_hint_is_cut_and_cannot_carry_escape_sequences(paint: Paint) -> None:
    text = text_of(hint_row("\x1b[2J" + "x" * 200, kind="denied", paint=paint, width=50))
    assert len(text) == 50
    assert "\x1b" not in text


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


def orders_text(paint: Paint, width: int, height: int) -> str:
    rows = table_rows(Table(ORDER_COLUMNS, WORKED), paint=paint, width=width, height=height)
    return "\n".join(text_of(row) for row in rows)


def test_a_wide_list_says_what_was_asked_and_where_it_stands(paint: Paint) -> None:
    text = orders_text(paint, 110, 12)
    for wanted in (
        "held here: stop 64,117.0", "held here: trail 64,116.0", "4 of 10 slices, 30 %", "paused at 40 %",
        "waits for its entry", "follows the market", "~0.221", " 0.131 ",
    ):  # fmt: skip
        assert wanted in text


def test_a_narrow_list_says_it_by_marks(paint: Paint) -> None:
    lines = orders_text(paint, 44, 12).splitlines()[1:]
    assert [line[:3] for line in lines] == [
        " B▲", " B‖", " B~", "┌B≡", "└B ", " S↓", " S▼", "┌B ", "├S○", "├S○", "└S○"
    ]  # fmt: skip


def test_what_hangs_together_is_drawn_together_also_when_its_numbers_are_apart() -> None:
    known = {line.order.client_id: line.order for line in WORKED}
    later = msgspec.structs.replace(known[(7 << 32) + 3], client_id=(7 << 32) + 99)
    shuffled = in_families([*(order for order in known.values() if order.client_id != (7 << 32) + 3), later])
    assert [order.client_id & 0xFFFF for order in shuffled[:4]] == [4, 99, 2, 1]
    assert branches(shuffled)[:5] == ["┌", "├", "├", "└", " "]


def test_an_order_in_full_says_what_was_asked_where_it_stands_and_what_hangs_with_it() -> None:
    def told(place: int) -> dict[str, str]:
        return dict(order_fields(WORKED[place], WORKED))

    assert told(6)["order"] == "#5 sell 0.1 BTC"
    assert told(6)["asked"] == "stop 64,117.0 limit 64,116.5 day"
    assert (told(6)["by"], told(6)["hangs with"], told(6)["before it"]) == ("worked here", "alone", "")
    assert told(9)["hangs with"] == "#4 limit, #3 limit, #1 stop"
    assert told(4)["hangs with"] == "a slice of #7"
    assert told(0)["by"] == "native at alpha"
    assert told(7)["before it"] == "0.042 BTC, an estimate"
    native = WORKED[0].order
    ours = msgspec.structs.replace(native, origin=Origin.PROTECTION)
    words = dict(order_fields(WORKED[0]._replace(order=ours), WORKED))
    assert (words["by"], words["stands"]) == ("the core's protection, at alpha", "protection · at venue")
    assert stands_short(ours) == "protects"


def risk_text(paint: Paint, view: RiskView, width: int = 60) -> str:
    portfolio, wall_s = desk_views.portfolio(), market_views.WALL_S
    rows = risk_rows(view, portfolio, BY_ID, HELD, wall_s=wall_s, paint=paint, width=width)
    return "\n".join(text_of(row) for row in rows)


def test_the_risk_page_says_what_is_used_of_every_limit_and_marks_what_is_nearly_full(paint: Paint) -> None:
    lines = {line[1:24].strip(): line for line in risk_text(paint, desk_views.risk(), 90).splitlines()}
    assert "38,211 / 50,000" in lines["gross notional USD"]
    assert "76 % !" in lines["gross notional USD"]
    assert "117 % !" in lines["open orders"]
    assert "10.4 / 15" in lines["halt drawdown %"]
    assert "!" not in lines["sector notional USD"]
    assert "order notional" not in lines  # nothing of it can be used up


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"breaker": BreakerState.NORMAL}, "breaker normal  equity 448,000"),
        ({}, "breaker WARNING: the drawdown from the peak of the day, 10.4 % of 10.0 %, since 13:36:07"),
        ({"breaker": BreakerState.TRIGGERED, "until_wall_ns": (market_views.WALL_S + 3_599) * 10**9},
         "breaker TRIGGERED 59:59 to go: the drawdown"),
        ({"breaker": BreakerState.TRIGGERED, "until_wall_ns": market_views.WALL_S * 10**9}, "re-armed: the drawdown"),
    ],
)  # fmt: skip
def test_the_risk_page_says_why_the_breaker_opened_and_for_how_long(
    paint: Paint, changes: dict[str, Any], wanted: str
) -> None:
    assert wanted in risk_text(paint, dataclasses.replace(desk_views.risk(), **changes), 100)


def test_the_risk_page_shows_stops_and_what_has_none(paint: Paint) -> None:
    text = risk_text(paint, desk_views.risk(), 100)
    assert "BTC-USD.alpha long  stop  62,800.0 -2.06%  at venue  targets 66,040.0 67,320.0" in text
    assert "ETH-USD.alpha short trail 3,451.00 +1.12%  closing" in text
    assert "no protective stop" not in text
    guard = dataclasses.replace(desk_views.risk().protections[0], venue_stop_ticks=0)
    assert "-2.06%  core only  targets" in risk_text(
        paint, dataclasses.replace(desk_views.risk(), protections=(guard,)), 100
    )
    assert "! BTC-USD.alpha has no protective stop" in risk_text(paint, RiskView(), 100)
    assert "12 × the price lies too far through the market" in text


def test_a_correlation_that_nobody_measured_is_not_shown_as_none(paint: Paint) -> None:
    view = dataclasses.replace(desk_views.portfolio(), samples=0)
    rows = risk_rows(RiskView(), view, BY_ID, {}, wall_s=0, paint=paint, width=118)
    text = "\n".join(text_of(row) for row in rows)
    assert "no returns to measure it by yet" in text
    assert "+1.00" not in text


@pytest.mark.parametrize("width", [28, 36, 44, 52, 60])
def test_a_narrow_risk_page_leaves_out_whole_figures(paint: Paint, width: int) -> None:
    text = risk_text(paint, desk_views.risk(), width)
    assert not re.search(r"[\d,.]…", text), text
    assert "VaR 99" in text
    assert "-2,400" in text


def test_losses_stress_and_correlation_stand_beside_the_limits_where_there_is_room(paint: Paint) -> None:
    beside, below = (risk_text(paint, desk_views.risk(), width).splitlines() for width in (118, 100))
    for wanted in ("VaR 95", "venue gone", "-2,400", "+1.00", "+0.40"):
        assert any(wanted in line for line in beside[:20])
        assert any(wanted in line for line in below)
