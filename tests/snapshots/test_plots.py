"""Pictures of the panes over time: a dark and a light theme, and every state that is no ordinary one."""

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from core.vocabulary import BookState
from station.app import StationApp
from station.terminal.kind import Colours, Glyphs, TerminalKind
from station.views.flow import CandlesView, EquityView, FlowStateView, HeatView
from tests.builders import FixedSource
from tests.snapshots.conftest import settled

Compare = Callable[..., bool]
SMALL, MEDIUM = (80, 24), (120, 36)


class Silent(FixedSource):
    """A desk that has seen nothing yet."""

    def flow_state(self) -> FlowStateView:
        return FlowStateView(is_alive=True)

    def heat(self, instrument_id: int, period: int) -> HeatView:
        return HeatView(instrument_id=instrument_id)

    def candles(self, instrument_id: int, frame: int) -> CandlesView:
        return CandlesView(instrument_id=instrument_id, frame=frame)

    def equity(self, long: bool) -> EquityView:
        return EquityView()


class Dead(FixedSource):
    """The process that keeps the history died; records of the tape were missed before."""

    def flow_state(self) -> FlowStateView:
        return FlowStateView(is_alive=False, missed=12_400, since_wall_ns=1)


class Single(FixedSource):
    """The first column, the first bar."""

    def heat(self, instrument_id: int, period: int) -> HeatView:
        whole = super().heat(instrument_id, period)
        return HeatView(instrument_id=instrument_id, period_ns=whole.period_ns, columns=whole.columns[-1:])

    def candles(self, instrument_id: int, frame: int) -> CandlesView:
        whole = super().candles(instrument_id, frame)
        return CandlesView(
            instrument_id=instrument_id, frame=frame, period_ns=whole.period_ns, candles=whole.candles[-1:]
        )


def _zoomed(pane: str, *keys: str) -> Callable[[Pilot[Any]], Any]:
    async def walk(pilot: Pilot[Any]) -> None:
        await pilot.press(pane, "m", *keys)
        await settled(pilot)

    return walk


@pytest.mark.parametrize("theme", ["midnight", "paper"])
def test_the_heat_map_by_night_and_by_day(snap_compare: Compare, theme: str) -> None:
    app = StationApp(FixedSource(), theme=theme)
    assert snap_compare(app, terminal_size=SMALL, run_before=_zoomed("alt+d", "left", "left", "up", "up"))


@pytest.mark.parametrize("theme", ["midnight", "paper"])
def test_the_chart_by_night_and_by_day(snap_compare: Compare, theme: str) -> None:
    app = StationApp(FixedSource(), theme=theme)
    keys = ["backslash", "vertical_line", "left", "left"]
    assert snap_compare(app, terminal_size=MEDIUM, run_before=_zoomed("alt+c", *keys))


@pytest.mark.parametrize("layout", ["alt+3", "alt+4"])
def test_the_layouts_of_depth_and_chart(snap_compare: Compare, layout: str) -> None:
    async def walk(pilot: Pilot[Any]) -> None:
        await pilot.press(layout)
        await settled(pilot)

    assert snap_compare(StationApp(FixedSource()), terminal_size=MEDIUM, run_before=walk)


def test_the_equity_with_its_drawdown(snap_compare: Compare) -> None:
    assert snap_compare(StationApp(FixedSource()), terminal_size=SMALL, run_before=_zoomed("alt+e", "left"))


@pytest.mark.parametrize(("source", "pane"), [(Silent, "alt+d"), (Single, "alt+c"), (Dead, "alt+d")])
def test_nothing_one_and_old(snap_compare: Compare, source: type[FixedSource], pane: str) -> None:
    assert snap_compare(StationApp(source()), terminal_size=SMALL, run_before=_zoomed(pane))


def test_a_gap_in_the_history_is_hatched(snap_compare: Compare) -> None:
    run = _zoomed("alt+d", *["pageup"] * 10)
    assert snap_compare(StationApp(FixedSource()), terminal_size=SMALL, run_before=run)


def test_a_book_that_cannot_be_trusted_is_named_over_its_history(snap_compare: Compare) -> None:
    app = StationApp(FixedSource(book_state=BookState.GAPPED))
    assert snap_compare(app, terminal_size=SMALL, run_before=_zoomed("alt+d"))


@pytest.mark.parametrize(("kind", "pane"), [("sixteen", "alt+d"), ("none", "alt+c"), ("ascii", "alt+d")])
def test_terminals_that_can_show_little(snap_compare: Compare, pane: str, kind: str) -> None:
    kinds = {
        "sixteen": TerminalKind(colours=Colours.SIXTEEN),
        "none": TerminalKind(colours=Colours.NONE),
        "ascii": TerminalKind(colours=Colours.NONE, glyphs=Glyphs.ASCII),
    }
    app = StationApp(FixedSource(), kind=kinds[kind])
    assert snap_compare(app, terminal_size=SMALL, run_before=_zoomed(pane))
