"""No renderable ever answers a row of another width than it was asked for, for any view and any size.

Every function of station/renderables that is given a paint and a width is found by itself; a new one is tried as soon
as it is there.
"""

import importlib
import inspect
import pkgutil
import typing
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

import station.renderables
from core.vocabulary import Side
from station.renderables.account import ACCOUNT_COLUMNS, AccountLine
from station.renderables.chart import bars_in, chart_rows, has_room, layout_of
from station.renderables.curve import CurveView, curve_rows, plot_width
from station.renderables.curve import has_room as has_room_for_curve
from station.renderables.distrust import with_distrust
from station.renderables.done import DONE_COLUMNS, DoneLine
from station.renderables.feeds import FEED_COLUMNS, FeedLine
from station.renderables.few_colours import in_none, in_sixteen
from station.renderables.fills import FILL_COLUMNS, FillLine
from station.renderables.frame import framed
from station.renderables.health import DESK_COLUMNS, DeskLine
from station.renderables.heat import HeatPicture, heat_rows
from station.renderables.heat import has_room as has_room_for_heat
from station.renderables.heat import layout_of as layout_of_heat
from station.renderables.log import LOG_COLUMNS
from station.renderables.orders import ORDER_COLUMNS, OrderLine
from station.renderables.paint import Paint, paint_of
from station.renderables.panel import with_axis
from station.renderables.plot import Shading
from station.renderables.positions import POSITION_COLUMNS, PositionLine
from station.renderables.quotes import QUOTE_COLUMNS
from station.renderables.row import Row, blank
from station.renderables.table import Column, Order, Section, Table, naming, table_rows
from station.renderables.trades import TRADE_COLUMNS, PrintLine
from station.renderables.watch import WATCH_COLUMNS, WatchLine
from station.theme import built_in_themes
from station.views.chart import WIDTHS as CELLS
from station.views.chart import ChartView, Overlay, OwnFill, OwnOrder, Study, lines_over, range_of, studied_below
from station.views.consolidated import Consolidated
from station.views.distrust import Distrust
from station.views.flow import Candle, EquityPoint, HeatColumn, HeatView
from station.views.happenings import Happening
from station.views.heat import HeatWindow, pixels_in_sight, scale_in_sight
from station.views.instrument import InstrumentView
from tests.views_of_any_kind import TEXTS, views_of

Drawn = tuple[list[Row], int, int]
"""Rows, and the width and the height that they were to have"""
WIDTHS, HEIGHTS = st.integers(20, 250), st.integers(4, 70)


MIDNIGHT = built_in_themes()["midnight"]
PAINTS = [
    paint_of(MIDNIGHT),
    paint_of(MIDNIGHT, dimmed=True),
    paint_of(in_sixteen(MIDNIGHT)),
    paint_of(in_none(MIDNIGHT)),
]


def _repeated(draw: st.DrawFn, kind: Any, count: int) -> list[Any]:
    """Any few, as often as there is room for."""
    few = draw(st.lists(views_of(kind), min_size=1, max_size=5))
    return [few[at % len(few)] for at in range(count)]


LISTS: dict[str, tuple[Sequence[Column[Any]], type]] = {
    "watch": (WATCH_COLUMNS, WatchLine), "orders": (ORDER_COLUMNS, OrderLine),
    "positions": (POSITION_COLUMNS, PositionLine), "fills": (FILL_COLUMNS, FillLine), "done": (DONE_COLUMNS, DoneLine),
    "quotes": (QUOTE_COLUMNS, Consolidated), "feeds": (FEED_COLUMNS, FeedLine), "desk": (DESK_COLUMNS, DeskLine),
    "account": (ACCOUNT_COLUMNS, AccountLine), "log": (LOG_COLUMNS, Happening), "trades": (TRADE_COLUMNS, PrintLine),
}  # fmt: skip


@st.composite
def _a_table(draw: st.DrawFn) -> Drawn:
    columns, kind = LISTS[draw(st.sampled_from(sorted(LISTS)))]
    width, height, paint = draw(WIDTHS), draw(HEIGHTS), draw(st.sampled_from(PAINTS))
    table = Table(
        naming(tuple(columns), draw(st.integers(0, 40))),
        draw(st.lists(views_of(kind) | views_of(Section), max_size=6)),
        cursor=draw(st.none() | st.integers(0, 6)),
        order=Order(draw(st.sampled_from(columns)).title),
    )
    return table_rows(table, paint=paint, width=width, height=height), width, height


@st.composite
def _a_curve(draw: st.DrawFn) -> Drawn:
    width, height = draw(WIDTHS), draw(st.integers(5, 70))
    assume(has_room_for_curve(width, height))
    points = tuple(_repeated(draw, EquityPoint | None, 2 * plot_width(width)))
    assume(any(points))
    view = msgspec.structs.replace(draw(views_of(CurveView)), points=points, period_ns=10**9, first_slot=7)
    return curve_rows(view, paint=draw(st.sampled_from(PAINTS)), width=width, height=height), width, height


def _has_side(fill: OwnFill) -> bool:
    return fill.side is not Side.NONE


@st.composite
def _a_chart(draw: st.DrawFn) -> Drawn:
    width, height, instrument = draw(WIDTHS), draw(HEIGHTS), draw(views_of(InstrumentView))
    study, cells = draw(st.sampled_from(Study)), draw(st.sampled_from(CELLS))
    layout = layout_of(width, height, draw(st.integers(1, 20)), study)
    assume(has_room(layout))
    prices = st.sampled_from((1, 2, 99, 12_345, 10**9))
    candles = []
    for index in range(draw(st.integers(1, bars_in(layout, cells)))):
        low, opened, closed, high = sorted(draw(st.tuples(prices, prices, prices, prices)))
        candles.append(Candle(index * 60 * 10**9, opened, high, low, closed, draw(prices), 0, 1, float(low)))
    lowest, highest = range_of(candles)
    view = ChartView(
        instrument=instrument, period_ns=60 * 10**9, candles=tuple(candles), cells=cells, low_ticks=lowest,
        high_ticks=highest, lines=lines_over(candles, draw(st.sampled_from(Overlay))), study=study,
        studied=studied_below(candles, study), fills=tuple(filter(_has_side, draw(views_of(tuple[OwnFill, ...])))),
        orders=draw(views_of(tuple[OwnOrder, ...])), average_ticks=draw(st.sampled_from((0.0, 1.5, 12_345.25))),
        position_lots=draw(st.integers(-2, 2)), last_ticks=draw(prices),
        cross=draw(st.none() | st.tuples(st.integers(0, len(candles) - 1), prices)),
    )  # fmt: skip
    return chart_rows(view, layout, paint=draw(st.sampled_from(PAINTS))), width, height


@st.composite
def _a_heat_map(draw: st.DrawFn) -> Drawn:
    width, height, instrument = draw(WIDTHS), draw(HEIGHTS), draw(views_of(InstrumentView))
    shading, price = draw(st.sampled_from(Shading)), st.sampled_from((0, 1, 99, 12_345))
    layout = layout_of_heat(width, height, draw(st.integers(1, 20)))
    assume(has_room_for_heat(layout))
    columns = [
        HeatColumn(slot * 10**9, draw(price), draw(price), draw(price), draw(st.binary(max_size=64)),
                   draw(views_of(tuple[tuple[int, int], ...])), draw(st.booleans()))
        for slot in range(draw(st.integers(0, 8)))
    ]  # fmt: skip
    rows, step = layout.height * shading.pixels, draw(st.sampled_from((1, 5)))
    window = HeatWindow(draw(st.integers(-5, 5)), layout.plot, 10**9, draw(price) // step + rows // 2, rows, step)
    pixels = tuple(pixels_in_sight(HeatView(instrument_id=0, columns=tuple(columns)), window))
    picture = HeatPicture(
        instrument=instrument, layout=layout, window=window, pixels=pixels, scale=scale_in_sight(pixels),
        bid_ticks=draw(price), ask_ticks=draw(price), cursor_ticks=draw(price),
        ladder_ticks=(draw(st.sampled_from((0, 1))), draw(price)),
        cross=draw(st.none() | st.tuples(st.integers(-9, 260), st.integers(-9, 12_500))),
    )  # fmt: skip
    return heat_rows(picture, paint=draw(st.sampled_from(PAINTS)), shading=shading), width, height


@st.composite
def _a_frame(draw: st.DrawFn) -> Drawn:
    width, height, paint = draw(WIDTHS), draw(HEIGHTS), draw(st.sampled_from(PAINTS))
    texts = st.sampled_from(TEXTS)
    labels = st.lists(texts.map(lambda text: (text, paint.text)), max_size=4)
    rows = [blank(width - 2, paint.text)] * draw(st.integers(0, 80))
    drawn = framed(
        rows, paint=paint, width=width, height=height, title=draw(texts), letter=draw(st.sampled_from(("", "a"))),
        state=draw(labels), notes=draw(labels), is_focused=draw(st.booleans()),
        thumb=draw(st.none() | st.just((1, 3))),
    )  # fmt: skip
    return drawn, width, height


@st.composite
def _an_axis(draw: st.DrawFn) -> Drawn:
    plot, axis, height, paint = draw(WIDTHS), draw(st.integers(1, 20)), draw(HEIGHTS), draw(st.sampled_from(PAINTS))
    labels = draw(st.dictionaries(st.integers(-3, 70), st.sampled_from(TEXTS).map(lambda text: (text, paint.text))))
    rows = [blank(plot, paint.text)] * height
    return with_axis(rows, labels, width=axis, paint=paint), plot + axis, height


@st.composite
def _distrust(draw: st.DrawFn) -> Drawn:
    width, height, paint = draw(WIDTHS), draw(HEIGHTS), draw(st.sampled_from(PAINTS))
    rows = [blank(width, paint.text)] * height
    return with_distrust(rows, draw(views_of(Distrust)), paint=paint, width=width), width, height


PREPARED: dict[str, st.SearchStrategy[Drawn]] = {
    "table_rows": _a_table(), "curve_rows": _a_curve(), "chart_rows": _a_chart(), "heat_rows": _a_heat_map(),
    "framed": _a_frame(), "with_axis": _an_axis(), "with_distrust": _distrust(),
}  # fmt: skip
"""What is given more than views, or views that must go together"""
PARTS = {"strip_of", "volume_cell", "turned", "time_axis", "blank", "fill", "fill_both", "fitted", "volume_rows",
         "study_rows"}  # fmt: skip
"""Of what is drawn by these; they answer as wide as they are told, or a column"""


def _renderables() -> Iterator[tuple[str, Callable[..., Any]]]:
    for found in pkgutil.iter_modules(station.renderables.__path__):
        module = importlib.import_module(f"station.renderables.{found.name}")
        for name, function in vars(module).items():
            is_ours = inspect.isfunction(function) and function.__module__ == module.__name__
            if is_ours and not name.startswith("_") and name not in PREPARED:
                parameters = inspect.signature(function).parameters
                if name.endswith(("_row", "_rows")) and {"paint", "width"} <= parameters.keys():
                    yield name, function


RENDERABLES = dict(_renderables())


def _arguments(function: Callable[..., Any]) -> st.SearchStrategy[dict[str, Any]]:
    hints = typing.get_type_hints(function)
    sizes = {"paint": st.sampled_from(PAINTS), "width": WIDTHS, "height": HEIGHTS}
    given = {}
    for name in inspect.signature(function).parameters:
        given[name] = sizes[name] if name in sizes else views_of(hints[name], name)
    return st.fixed_dictionaries(given)


def _rows(drawn: Any) -> list[Row]:
    return drawn if isinstance(drawn, list) else [drawn]


def test_every_function_that_answers_rows_is_tried() -> None:
    found = set()
    for module in pkgutil.iter_modules(station.renderables.__path__):
        for name, function in vars(importlib.import_module(f"station.renderables.{module.name}")).items():
            if inspect.isroutine(inspect.unwrap(function)) and not name.startswith("_"):
                answer = typing.get_type_hints(inspect.unwrap(function)).get("return")
                found |= {name} if answer in (Row, list[Row]) else set()
    assert found - PARTS == RENDERABLES.keys() | PREPARED.keys()


@pytest.mark.parametrize("name", RENDERABLES)
def test_no_row_is_of_another_width(name: str) -> None:
    function = RENDERABLES[name]

    @settings(max_examples=30, phases=[Phase.generate], suppress_health_check=list(HealthCheck), deadline=None)
    @given(_arguments(function))
    def tried(arguments: dict[str, Any]) -> None:
        rows = _rows(function(**arguments))
        for row in rows:
            assert sum(cell_len(text) for text, _, _ in row) == arguments["width"], row
        assert len(rows) <= arguments.get("height", len(rows))

    tried()


@pytest.mark.parametrize("name", PREPARED)
def test_no_row_of_what_is_prepared_is_of_another_width(name: str) -> None:
    @settings(max_examples=40, phases=[Phase.generate], suppress_health_check=list(HealthCheck), deadline=None)
    @given(PREPARED[name])
    def tried(drawn: Drawn) -> None:
        rows, width, height = drawn
        for row in rows:
            assert sum(cell_len(text) for text, _, _ in row) == width, row
        assert len(rows) <= height

    tried()


def test_paints_of_few_colours_are_paints() -> None:
    assert all(isinstance(paint, Paint) for paint in PAINTS)
