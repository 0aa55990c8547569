"""In the narrowest panes: figures, their units, and the one word that matters are there whole."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.alert_file import alert_of
from station.renderables.alerts import alerts_rows
from station.renderables.done import DONE_COLUMNS, DoneLine
from station.renderables.fills import FILL_COLUMNS, fill_lines
from station.renderables.footer import hint_row
from station.renderables.health import DESK_COLUMNS, DeskLine
from station.renderables.log import LOG_COLUMNS
from station.renderables.paint import Paint, paint_of
from station.renderables.quotes import QUOTE_COLUMNS
from station.renderables.risk import risk_rows
from station.renderables.row import width_of
from station.renderables.signals import signals_rows
from station.renderables.table import Table, naming, table_rows
from station.theme import DEFAULT_THEME, built_in_themes
from station.views.alerts import AlertsView, Standing, Told, Watched
from station.views.consolidated import Consolidated
from station.views.happenings import Happening
from tests import day_views, desk_views, flow_views, market_views, order_views
from tests.row_text import text_of

KNOWN = market_views.instruments()
BY_SYMBOL, BY_ID = {one.symbol: one for one in KNOWN}, {one.instrument_id: one for one in KNOWN}
DAY = day_views.day(KNOWN)
LONGEST_SYMBOL = len("BTC-USD-27MAR27.alpha")
PAINT = paint_of(built_in_themes()[DEFAULT_THEME])
NARROWEST = 35
"""Inside the frame of a pane beside the ladder, at 80 columns"""


@pytest.mark.parametrize("width", [NARROWEST, 37, 48])
def test_a_fill_says_when_and_at_what_price_however_long_the_symbols_are(paint: Paint, width: int) -> None:
    fills = fill_lines(DAY.fills, flow_views.mark_outs().fills, BY_SYMBOL, BY_ID)
    table = Table(naming(FILL_COLUMNS, LONGEST_SYMBOL), fills)
    for fill, row in zip(fills, table_rows(table, paint=paint, width=width, height=40)[1:], strict=False):
        words = text_of(row).split()
        assert words[0].count("…") == 0
        assert words[0][2] == ":"
        assert fill.instrument.price(fill.fill.price_ticks) in words


@pytest.mark.parametrize("width", [NARROWEST, 37])
def test_an_order_that_is_over_says_when_and_what_became_of_it(paint: Paint, width: int) -> None:
    done = [DoneLine(BY_SYMBOL[one.symbol], one) for one in DAY.done]
    table = Table(naming(DONE_COLUMNS, LONGEST_SYMBOL), done)
    for row in table_rows(table, paint=paint, width=width, height=40)[1:]:
        words = text_of(row).split()
        assert "…" not in words[0]
        assert "…" not in words[-1]


@pytest.mark.parametrize("width", [NARROWEST, 37, 58])
def test_the_date_of_an_asset_that_expires_is_whole(paint: Paint, width: int) -> None:
    dated = Consolidated(name="BTC-USD-27MAR27", listed=2, live=2)
    row = table_rows(Table(QUOTE_COLUMNS, [dated]), paint=paint, width=width, height=4)[1]
    assert text_of(row).split()[0].endswith("27MAR27")


@pytest.mark.parametrize("width", [NARROWEST, 37, 48, 53])
def test_the_log_says_at_what_price(paint: Paint, width: int) -> None:
    fill = Happening(0, "key", "fill", "bought 0.001 BTC-USD.alpha at 63,937")
    row = table_rows(Table(LOG_COLUMNS, [fill]), paint=paint, width=width, height=4)[-1]
    assert text_of(row).rstrip().endswith(" at 63,937")


@pytest.mark.parametrize("ticks", [-0.04, 11.88, -99.96, 113.3, -999.96, 54_321.0, -9_999_999.0])
@pytest.mark.parametrize("width", [NARROWEST, 47])
def test_a_distance_in_ticks_has_its_unit_however_far_it_is(paint: Paint, ticks: float, width: int) -> None:
    seen = msgspec.structs.replace(market_views.signals(KNOWN[0]), is_warm=-1, macd_ticks=ticks)
    rows = signals_rows(seen, KNOWN[0], (), strategies_enabled=False, paint=paint, width=width, height=7)
    assert text_of(rows[6]).rstrip().endswith(" ticks")


def test_a_strategy_keeps_its_name_and_its_money_apart(paint: Paint) -> None:
    seen = market_views.signals(KNOWN[0])
    rows = signals_rows(
        seen, KNOWN[0], order_views.strategies(), strategies_enabled=True, paint=paint, width=NARROWEST, height=12
    )
    assert text_of(rows[8]).split() == ["●", "market_maker", "v1", "+61.20"]


@pytest.mark.parametrize("width", [38, 60, 83, 98, 118, 200])
def test_the_parts_of_the_desk_are_told_apart_at_any_width(paint: Paint, width: int) -> None:
    rings = ("cancels.sim", "execution_reports.sim", "feed_requests.sim", "order_requests.sim", "market.sim")
    lines = [DeskLine("rings", "=", name, "flows", True, "0.0 % of 4.10k, 0 wait") for name in rings]
    told = ["2.29k/s, 1.01k behind, 133k rows", "20 fps, 28.8 kB/s, key 10.7ms, there and back 12.1ms"]
    lines += [DeskLine("storage", "▤", "tape", "running", True, one) for one in told]
    rows = [text_of(row) for row in table_rows(Table(DESK_COLUMNS, lines), paint=paint, width=width, height=20)][1:]
    assert not any("…" in row for row in rows)
    assert len({row.split()[1] for row in rows}) == len(rings) + 1


@pytest.mark.parametrize("width", [33, 37, 48, 62])
def test_every_limit_is_there_with_its_unit(paint: Paint, width: int) -> None:
    risk, portfolio = desk_views.risk(), desk_views.portfolio()
    rows = risk_rows(risk, portfolio, BY_ID, {}, wall_s=0, paint=paint, width=width)
    said = [text_of(row) for row in rows]
    money = [row for row in said if "gross" in row and "%" in row]
    assert money
    assert all(portfolio.currency in row for row in money)
    assert not any("…" in row for row in said if row.rstrip().endswith("%"))


@pytest.mark.parametrize("width", [33, 37, 49, 70])
def test_what_could_be_watched_is_written_whole(paint: Paint, width: int) -> None:
    rows = alerts_rows(AlertsView(), paint=paint, width=width, height=6)
    assert not any("…" in text_of(row) for row in rows)


def test_an_alert_in_a_narrow_pane_says_what_is_watched_how_often_it_went_off_and_what_it_reads(paint: Paint) -> None:
    line = "BTC-USD.alpha > 61000 every 10m"
    went_off = Standing(reading=1.0, is_absent=False, holds=True, times=3)
    watched = Watched(alert=alert_of(line), standing=went_off, reading_text="64,340")
    view = AlertsView(alerts=(watched,), told=(Told(wall_ns=0, line=line, reading_text="64,340"),))
    said = [text_of(row) for row in alerts_rows(view, paint=paint, width=38, height=6)]
    assert said[0].split() == ["1", "●", "BTC-USD.alpha", ">", "61000", "×3", "64,340"]
    assert said[2].split() == ["00:00", "BTC-USD.alpha", ">", "61000", "64,340"]


@given(st.text(st.sampled_from("abc ,:·;"), max_size=120), st.integers(1, 100))
def test_a_hint_fills_its_line_whatever_it_says(text: str, width: int) -> None:
    assert width_of(hint_row(text, kind="did", paint=PAINT, width=width)) == width


def test_a_hint_ends_with_a_whole_word_and_keeps_the_key_that_helps() -> None:
    def said(text: str, width: int) -> str:
        return text_of(hint_row(text, kind="would", paint=PAINT, width=width)).strip()

    layout = "layout Trading: arrows move the cursor, b and s order there, Tab goes to the next pane, m makes one large"
    assert said(layout, 80) == "layout Trading: arrows move the cursor, b and s order there …"
    order = "disarmed: this would buy 0.5 BTC-USD-27MAR27.alpha at 64,206, stop at 63,000 · A arms"
    assert said(order, 80) == "disarmed: this would buy 0.5 BTC-USD-27MAR27.alpha at 64,206 … · A arms"
