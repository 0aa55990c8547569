"""Every pane in every state: a board of all of them, one picture a state."""

from collections.abc import Callable

import msgspec
import pytest
from textual.app import App, ComposeResult

from core.vocabulary import BookState
from station.renderables.paint import paint_of
from station.screens.catalogue import PANES
from station.theme import built_in_themes
from station.views.book import BookView, TradesView, WatchView
from station.views.day import DayView
from station.views.flow import (
    CandlesView,
    EquityView,
    FlowStateView,
    HeatView,
    HintsView,
    LevelFlowView,
    MarkOutsView,
    PrintsView,
    ProfileView,
)
from station.views.latency import HopView
from station.views.machine import MachineView
from station.views.portfolio import PortfolioView
from station.views.risk import RiskView
from station.views.signals import EMPTY_SIGNALS, SignalsView
from station.views.status import EMPTY_STATUS
from station.widgets.look import Look
from tests.builders import FixedSource
from tests.desk_views import status

Compare = Callable[..., bool]
ACROSS, DOWN = 4, 5
ROOMY, TIGHT = (44, 15), (18, 5)


class Nothing(FixedSource):
    """A desk on which nothing has happened and nothing was measured yet."""

    def __init__(self) -> None:
        super().__init__()
        self.order_views, self.position_views, self.latency_views = (), (), ()
        self.day_view = DayView(is_asked=True)
        self.books = {one.instrument_id: BookView(instrument_id=one.instrument_id) for one in self.known}
        self.status_view = msgspec.structs.replace(self.status_view, feeds=(), gateways=(), processes=())
        self._watch = tuple(WatchView(instrument_id=one.instrument_id) for one in self.known)
        self._strategies = ()

    def flow_state(self) -> FlowStateView:
        return FlowStateView(is_alive=True)

    def trades(self, instrument_id: int) -> TradesView:
        return TradesView(instrument_id=instrument_id)

    def prints(self, instrument_id: int) -> PrintsView:
        return PrintsView(instrument_id=instrument_id)

    def heat(self, instrument_id: int, period: int) -> HeatView:
        return HeatView(instrument_id=instrument_id)

    def candles(self, instrument_id: int, frame: int) -> CandlesView:
        return CandlesView(instrument_id=instrument_id, frame=frame)

    def profile(self, instrument_id: int) -> ProfileView:
        return ProfileView(instrument_id=instrument_id)

    def level_flow(self, instrument_id: int) -> LevelFlowView:
        return LevelFlowView(instrument_id=instrument_id)

    def hints(self, instrument_id: int) -> HintsView:
        return HintsView(instrument_id=instrument_id)

    def mark_outs(self) -> MarkOutsView:
        return MarkOutsView()

    def equity(self, long: bool) -> EquityView:
        return EquityView()

    def signals(self, instrument_id: int) -> SignalsView:
        return EMPTY_SIGNALS

    def risk(self) -> RiskView:
        return RiskView()

    def portfolio(self) -> PortfolioView:
        return PortfolioView()

    def machine(self) -> MachineView:
        return MachineView()

    def latency(self) -> tuple[HopView, ...]:
        return ()


class First(FixedSource):
    """One instrument, order, position, fill, trade, bar, column, feed."""

    def __init__(self) -> None:
        super().__init__()
        day, status_view = self.day_view, self.status_view
        self.known, self._watch = self.known[:1], self._watch[:1]
        self.order_views, self.position_views = self.order_views[:1], self.position_views[:1]
        self.latency_views, self._strategies = self.latency_views[:1], self._strategies[:1]
        self.day_view = msgspec.structs.replace(
            day, fills=day.fills[-1:], done=day.done[-1:], happenings=day.happenings[-1:]
        )
        self.status_view = msgspec.structs.replace(status_view, feeds=status_view.feeds[:1], gateways=())

    def prints(self, instrument_id: int) -> PrintsView:
        whole = super().prints(instrument_id)
        return msgspec.structs.replace(whole, prints=whole.prints[:1])

    def heat(self, instrument_id: int, period: int) -> HeatView:
        whole = super().heat(instrument_id, period)
        return msgspec.structs.replace(whole, columns=whole.columns[-1:])

    def candles(self, instrument_id: int, frame: int) -> CandlesView:
        whole = super().candles(instrument_id, frame)
        return msgspec.structs.replace(whole, candles=whole.candles[-1:])

    def mark_outs(self) -> MarkOutsView:
        return MarkOutsView(fills=super().mark_outs().fills[:1])

    def equity(self, long: bool) -> EquityView:
        whole = super().equity(long)
        return msgspec.structs.replace(whole, points=whole.points[-1:])


class Board(App[None]):
    def __init__(self, source: FixedSource, cells: tuple[int, int]) -> None:
        super().__init__()
        self.given, self.cells = source, cells

    def compose(self) -> ComposeResult:
        width, height = self.cells
        paint = paint_of(built_in_themes()["midnight"])
        for place, kind in enumerate(PANES):
            pane = kind(paint)
            pane.styles.position, pane.styles.width, pane.styles.height = "absolute", width, height
            pane.styles.offset = place % ACROSS * width, place // ACROSS * height
            yield pane

    def on_mount(self) -> None:
        self.call_after_refresh(self._look)

    def _look(self) -> None:
        look = Look(self.given)
        look.refresh()
        look.choose(0)
        look.status = self.given.status()
        for kind in PANES:
            self.query_one(kind).look(look)


STATES: dict[str, Callable[[], FixedSource]] = {
    "empty": Nothing,
    "one": First,
    "full": FixedSource,
    "stale": lambda: FixedSource(book_state=BookState.STALE),
    "gapped": lambda: FixedSource(book_state=BookState.GAPPED),
    "crossed": lambda: FixedSource(book_state=BookState.CROSSED),
    "halted": lambda: FixedSource(status_view=status(is_armed=False, is_halted=True)),
    "disconnected": lambda: FixedSource(status_view=EMPTY_STATUS),
}


@pytest.mark.parametrize("state", STATES)
def test_every_pane_in_every_state(snap_compare: Compare, state: str) -> None:
    width, height = ROOMY
    assert snap_compare(Board(STATES[state](), ROOMY), terminal_size=(ACROSS * width, DOWN * height))


def test_every_pane_where_there_is_not_enough_room(snap_compare: Compare) -> None:
    width, height = TIGHT
    assert snap_compare(Board(FixedSource(), TIGHT), terminal_size=(ACROSS * width, DOWN * height))
