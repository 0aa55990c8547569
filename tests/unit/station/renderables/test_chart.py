"""The chart, its panels and the equity's curve: exact sizes, right places, nothing invented."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.vocabulary import Side
from station.renderables.chart import bars_in, chart_rows, has_room, layout_of
from station.renderables.curve import CurveView, curve_rows, plot_width
from station.renderables.curve import has_room as has_room_for_curve
from station.renderables.few_colours import in_none
from station.renderables.paint import Paint, paint_of
from station.renderables.panel import Panel
from station.renderables.row import Row, width_of
from station.renderables.studies import volume_rows
from station.theme import built_in_themes
from station.views.chart import (
    WIDTHS,
    ChartView,
    Overlay,
    OwnFill,
    OwnOrder,
    Study,
    lines_over,
    range_of,
    studied_below,
)
from station.views.flow import Candle, EquityPoint
from tests.market_views import instruments

PAINT = paint_of(built_in_themes()["midnight"])
BTC = instruments()[0]


def _texts(rows: list[Row]) -> list[str]:
    return ["".join(segment.text for segment in row) for row in rows]


@st.composite
def candles(draw: st.DrawFn) -> tuple[Candle, ...]:
    made = []
    for index in range(draw(st.integers(1, 80))):
        prices = sorted(draw(st.lists(st.integers(1, 10**6), min_size=4, max_size=4)))
        low, one, other, high = prices
        opened, closed = (one, other) if draw(st.booleans()) else (other, one)
        lots = draw(st.integers(0, 10**7))
        buy = draw(st.integers(0, lots))
        made.append(Candle(index * 60 * 10**9, opened, high, low, closed, lots, buy, 1, float(lots * one)))
    return tuple(made)


@settings(max_examples=30, deadline=None)
@given(
    candles(), st.integers(20, 250), st.integers(4, 70), st.sampled_from(WIDTHS), st.sampled_from(Overlay),
    st.sampled_from(Study), st.booleans(), st.data(),
)  # fmt: skip
def test_a_chart_fills_its_place_exactly(
    bars: tuple[Candle, ...],
    width: int,
    height: int,
    cells: int,
    overlay: Overlay,
    study: Study,
    cross: bool,
    data: st.DataObject,
) -> None:
    layout = layout_of(width, height, len(BTC.price(max(candle.high_ticks for candle in bars))), study)
    if not has_room(layout):
        return
    seen = bars[-bars_in(layout, cells) :]
    low, high = range_of(seen)
    assert low < min(candle.low_ticks for candle in seen)
    assert high > max(candle.high_ticks for candle in seen)
    at = data.draw(st.integers(0, len(seen) - 1))
    view = ChartView(
        instrument=BTC, period_ns=60 * 10**9, candles=seen, cells=cells, low_ticks=low, high_ticks=high,
        lines=lines_over(seen, overlay), study=study, studied=studied_below(seen, study),
        fills=(OwnFill(at, seen[at].close_ticks, Side.BUY, 5),),
        orders=(OwnOrder(data.draw(st.integers(1, 10**6)), Side.SELL, 700),),
        average_ticks=data.draw(st.floats(1, 10**6)), position_lots=3, last_ticks=seen[-1].close_ticks,
        cross=(at, seen[at].low_ticks) if cross else None,
    )  # fmt: skip
    rows = chart_rows(view, layout, paint=PAINT)
    assert [width_of(row) for row in rows] == [width] * height


def _one_bar(cells: int, opened: int, high: int, low: int, closed: int) -> list[str]:
    layout = layout_of(40, 7, 8, Study.NOTHING)
    bar = Candle(0, opened, high, low, closed, 1, 1, 1, 1.0)
    view = ChartView(instrument=BTC, period_ns=10**9, candles=(bar,), cells=cells, low_ticks=0, high_ticks=11)
    return [text[: max(1, cells)] for text in _texts(chart_rows(view, layout, paint=PAINT))[:-1]]


def test_a_bar_of_one_cell_has_a_heavy_body_and_a_light_wick() -> None:
    assert _one_bar(1, opened=5, high=10, low=1, closed=7) == ["╷", "│", "┃", "╿", "│", "╵"]


def test_a_wider_bar_is_a_block_with_its_wick_in_the_middle_and_a_gap_after_it() -> None:
    assert _one_bar(4, opened=5, high=10, low=1, closed=7) == [" ╷  ", " │  ", "███ ", "▀▀▀ ", " │  ", " ╵  "]


def test_fills_stand_at_their_price_and_say_their_side() -> None:
    layout = layout_of(60, 7, 8, Study.NOTHING)
    bars = tuple(Candle(at * 10**9, 5, 6, 4, 5, 1, 1, 1, 5.0) for at in range(9))
    view = ChartView(
        instrument=BTC, period_ns=10**9, candles=bars, cells=1, low_ticks=0, high_ticks=11,
        fills=(OwnFill(2, 11, Side.BUY, 1), OwnFill(4, 0, Side.SELL, 1)), orders=(OwnOrder(9, Side.BUY, 5_000),),
    )  # fmt: skip
    texts = _texts(chart_rows(view, layout, paint=PAINT))
    assert texts[0][2] == "▲"
    assert texts[5][4] == "▼"
    assert texts[1].startswith("buy 0.5 ╌")
    assert texts[1].rstrip().endswith("▸4.5")


def test_bars_of_a_panel_grow_from_zero_both_ways() -> None:
    panel = Panel(3, 4, -4.0, 4.0, PAINT)
    for x, value in enumerate((4.0, -4.0, 0.0)):
        panel.bars(x, 1, value, PAINT.text)
    assert _texts(panel.rows()) == ["█  ", "█  ", " █ ", " █ "] or _texts(panel.rows())[0] == "█  "
    assert all(text[2] == " " for text in _texts(panel.rows()))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.integers(-10**15, 10**15)), min_size=1, max_size=300),
    st.integers(20, 250), st.integers(4, 70), st.booleans(),
)  # fmt: skip
def test_a_curve_fills_its_place_exactly(worth: list[int | None], width: int, height: int, cross: bool) -> None:
    if not has_room_for_curve(width, height) or all(one is None for one in worth):
        return
    slots = 2 * plot_width(width)
    peak, points = -(10**18), []
    for at, equity in enumerate(worth[:slots]):
        peak = max(peak, equity if equity is not None else peak)
        points.append(None if equity is None else EquityPoint(at * 10**9, equity, peak - equity))
    if not any(points):
        return
    points += [None] * (slots - len(points))
    view = CurveView(currency="USD", period_ns=10**9, points=tuple(points), cross=3 if cross else None)
    assert [width_of(row) for row in curve_rows(view, paint=PAINT, width=width, height=height)] == [width] * height


@pytest.mark.parametrize("height", [8, 20])
def test_what_is_not_known_of_the_equity_is_left_empty(height: int) -> None:
    slots = 2 * plot_width(60)
    points: list[EquityPoint | None] = [None] * slots
    points[-1] = EquityPoint(0, 5 * 10**8, 0)
    rows = _texts(curve_rows(CurveView(points=tuple(points)), paint=PAINT, width=60, height=height))
    plots = [text[: slots // 2 - 1] for text in rows[:-1] if "drawdown" not in text]
    assert all(text.isspace() for text in plots)


@pytest.mark.parametrize("cells", [one for one in WIDTHS if one])
def test_a_falling_bar_is_hatched_where_up_and_down_have_one_colour(cells: int) -> None:
    def drawn(opened: int, closed: int, paint: Paint) -> list[str]:
        bar = Candle(0, opened, 11, 0, closed, 5, 3, 1, 1.0)
        view = ChartView(instrument=BTC, period_ns=10**9, candles=(bar,), cells=cells, low_ticks=0, high_ticks=11)
        return _texts(chart_rows(view, layout_of(40, 14, 8, Study.NOTHING), paint=paint))

    colourless = paint_of(in_none(built_in_themes()["midnight"]))
    assert drawn(1, 10, colourless) != drawn(10, 1, colourless)


def test_a_bar_of_ten_thousand_and_more_has_its_scale() -> None:
    candle = Candle(0, 10, 12, 9, 11, 123_456_789, 0, 1, 0.0)
    view = ChartView(instrument=BTC, period_ns=60 * 10**9, candles=(candle,), cells=2)
    rows = volume_rows(view, paint=PAINT, plot=20, axis=10, height=3)
    assert "12345" in _texts(rows)[0].replace(",", "")


def test_a_legend_that_has_no_room_leaves_out_whole_values() -> None:
    candle = Candle(0, 128_240, 128_260, 128_230, 128_250, 5_000, 0, 1, 0.0)
    view = ChartView(
        instrument=BTC, period_ns=60 * 10**9, candles=(candle,), cells=2, low_ticks=128_200, high_ticks=128_300
    )
    layout = layout_of(24, 20, 8, Study.NOTHING)
    assert _texts(chart_rows(view, layout, paint=PAINT))[0].split() == ["C", "64,125.0", "+5.0", "V", "0.5"]
