"""The panes over time: what moves about moves in them while they have the keys."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from station.app import StationApp
from station.renderables.frame import Label
from station.renderables.paint import paint_of
from station.screens.desk import DeskScreen
from station.theme import built_in_themes
from station.views.flow import FlowStateView, HeatView
from station.widgets.chart import Chart
from station.widgets.curves import Equity
from station.widgets.heat import Heat
from station.widgets.look import Look
from station.widgets.plot import Plot
from tests.builders import FixedSource
from tests.walking import walking

PAINT = paint_of(next(iter(built_in_themes().values())))
WIDTH, HEIGHT = 100, 34


class Silent(FixedSource):
    """A desk without the process that keeps the history."""

    def flow_state(self) -> FlowStateView:
        return FlowStateView()

    def heat(self, instrument_id: int, period: int) -> HeatView:
        return HeatView(instrument_id=instrument_id)


def _shown(pane: Plot, source: FixedSource | None = None) -> Look:
    look = Look(source or FixedSource())
    look.refresh()
    pane.look(look)
    pane.picture(WIDTH, HEIGHT)
    return look


def _text(label: Label) -> str:
    return "".join(text for text, _ in label)


def test_arrows_move_the_crosshair_of_the_heat_map() -> None:
    heat = Heat(PAINT)
    _shown(heat)
    heat.pan(-1)
    heat.move(-1)
    slot, row = heat.cross or (0, 0)
    heat.pan(1)
    heat.move(2)
    assert heat.cross == (slot + 1, row - 2)
    heat.picture(WIDTH, HEIGHT)
    assert " there " in _text(heat.notes())


async def test_the_heat_map_and_the_ladder_mark_what_the_other_points_at() -> None:
    async with walking() as walk:
        await walk.press("alt+3", "tab")
        heat, ladder = walk.desk.panes["heat"], walk.desk.ladder
        assert isinstance(heat, Heat)
        while walk.app.focused is not heat:
            await walk.press("tab")
        assert heat.cursor_ticks == ladder.cursor_ticks
        await walk.until(lambda: heat.ladder_ticks == ladder.scale.ticks_in_sight != (0, 0))
        await walk.press("up", "up")
        ladder.look(walk.desk.look)
        assert ladder.pointed_ticks == heat.pointed_ticks
        await walk.press("m")
        heat.look(walk.desk.look)
        assert heat.cursor_ticks == 0  # nobody sees the ladder now


def test_the_crosshair_takes_the_heat_map_with_it_and_never_leaves_what_was_seen() -> None:
    heat = Heat(PAINT)
    _shown(heat)
    heat.pan(-1_000)
    heat.picture(WIDTH, HEIGHT)
    assert heat.cross is not None
    assert heat.cross[0] == heat.view.columns[0].start_wall_ns // heat.view.period_ns
    heat.move(-500)
    heat.picture(WIDTH, HEIGHT)
    window = heat.window
    assert window is not None
    assert window.bottom_row <= heat.cross[1] <= window.top_row
    assert window.first_slot <= heat.cross[0] < window.first_slot + window.slots
    heat.pan(1_000)
    heat.picture(WIDTH, HEIGHT)
    assert heat.first is None


def test_a_look_back_is_said_and_ends_with_end_or_the_space_bar() -> None:
    heat = Heat(PAINT)
    _shown(heat)
    heat.page(-1)
    assert "back 00:00:" in _text(heat.state_label())
    heat.to_last()
    assert heat.first is None
    heat.to_first()
    heat.recentre()
    assert (heat.first, heat.cross, heat.holds_price) == (None, None, False)


def test_a_longer_time_to_a_column_asks_for_the_coarser_history() -> None:
    heat = Heat(PAINT)
    _shown(heat)
    for _ in range(3):
        heat.retime(1)
    assert heat.view.period_ns == 2_000_000_000
    heat.rescale(2)
    assert "2 s  5 ticks" in _text(heat.state_label())


def test_another_instrument_is_shown_as_it_is_now() -> None:
    heat = Heat(PAINT)
    look = _shown(heat)
    heat.page(-1)
    heat.pan(-1)
    look.choose(2)
    heat.look(look)
    assert heat.instrument is look.instruments[2]
    assert (heat.first, heat.cross) == (None, None)


def test_a_picture_is_dragged_and_zoomed() -> None:
    heat = Heat(PAINT)
    _shown(heat)
    first = heat.window.first_slot if heat.window else 0
    heat.drag(20, 0)
    assert heat.first == first - 20
    heat.point(10, 5)
    assert heat.cross is not None
    heat.wheel(5, -1)
    assert heat.time_scale == 1
    heat.wheel(95, -1)
    assert heat.zoom == 1


def test_without_a_history_it_is_said_why() -> None:
    heat = Heat(PAINT)
    _shown(heat, Silent())
    rows = heat.picture(WIDTH, HEIGHT)
    text = "\n".join("".join(segment.text for segment in row) for row in rows)
    assert "the onlooker is not there" in text
    assert "OLD" in text


def test_a_chart_goes_through_frames_overlays_and_studies() -> None:
    chart = Chart(PAINT)
    _shown(chart)
    chart.retime(1)
    chart.next_overlay()
    chart.next_study()
    assert chart.view.period_ns == 300 * 10**9
    assert (chart.overlay.value, chart.study.value) == ("EMA 20 50", "RSI 14")
    chart.retime(-9)
    chart.rescale(1)
    chart.picture(WIDTH, HEIGHT)
    assert chart.view.period_ns == 10**9
    assert _text(chart.notes()) == " EMA 20 50 · RSI 14 "


def test_a_crosshair_that_leaves_the_chart_takes_it_back_in_time() -> None:
    chart = Chart(PAINT)
    _shown(chart)
    for _ in range(12):
        chart.pan(-10)
        chart.picture(WIDTH, HEIGHT)
    assert chart.until_ns is not None
    assert "bars back" in _text(chart.state_label())
    chart.to_last()
    assert (chart.until_ns, chart.cross) == (None, None)


def test_a_chart_follows_the_hand_that_drags_it_bar_by_bar() -> None:
    chart = Chart(PAINT)
    _shown(chart)
    assert chart.shown is not None
    first = chart.shown[1]
    for step in range(1, 30):
        chart.drag(2, 0)
        chart.picture(WIDTH, HEIGHT)
        assert chart.shown[1] == first - step
    chart.drag(-2 * 29, 0)
    chart.picture(WIDTH, HEIGHT)
    assert (chart.shown[1], chart.until_ns) == (first, None)


def test_the_equity_goes_from_an_hour_to_a_day() -> None:
    equity = Equity(PAINT)
    _shown(equity)
    equity.retime(2)
    equity.picture(WIDTH, HEIGHT)
    equity.pan(-5)
    equity.picture(WIDTH, HEIGHT)
    assert equity.view.period_ns == 60 * 10**9
    assert "below its highest" in _text(equity.notes())
    equity.to_first()
    assert "back" in _text(equity.state_label())


@asynccontextmanager
async def _screen() -> AsyncIterator[tuple[Pilot[str], DeskScreen]]:
    app = StationApp(FixedSource())
    async with app.run_test(size=(160, 48)) as pilot:
        await pilot.pause()
        yield pilot, app.desk_screen


async def test_moving_keys_go_to_the_pane_that_has_the_keys_if_it_has_a_use_for_them() -> None:
    async with _screen() as (pilot, screen):
        await pilot.press("alt+d")
        heat = screen.query_one(Heat)
        while not heat.has_focus or heat.window is None:
            await pilot.pause()
        cursor, group = screen.ladder.cursor_row, screen.ladder.group_ticks
        await pilot.press("left", "up", "right_square_bracket", "right_curly_bracket")
        assert heat.cross is not None
        assert (heat.zoom, heat.time_scale) == (1, 1)
        assert (screen.ladder.cursor_row, screen.ladder.group_ticks) == (cursor, group)
        assert "longer" in [label for _, label in screen.footer.keys]
        await pilot.press("f8", "right_square_bracket")
        assert screen.ladder.group_ticks > group


async def test_the_mouse_points_and_drags() -> None:
    async with _screen() as (pilot, screen):
        await pilot.press("alt+d")
        heat = screen.query_one(Heat)
        while heat.window is None:
            await pilot.pause()
        await pilot.click(Heat, offset=(10, 6))
        assert heat.cross is not None
        first = heat.window.first_slot
        await pilot.mouse_down(Heat, offset=(10, 6))
        await pilot.hover(Heat, offset=(14, 6))
        await pilot.mouse_up(Heat, offset=(14, 6))
        assert heat.first == first - 4


async def test_a_pane_that_comes_into_sight_shows_nothing_until_it_has_looked() -> None:
    async with walking(FixedSource(), size=(120, 36)) as walk:
        heat = walk.desk.panes["heat"]
        text = "".join(segment.text for row in heat.picture(WIDTH, HEIGHT) for segment in row)
        assert set(text.replace("Depth over time Alt+d", "")) == set("╭─╮ │╰╯")
        await walk.press("alt+3")
        await walk.until(lambda: not heat.is_new)
        assert "book" in walk.text()
