"""The onlooker's history as views: what the screen's source hands on."""

from pathlib import Path

from core.bars.bar import PERIOD_NS
from core.clock import monotonic_ns
from core.memory.files import Memory
from core.records.flow import HEAT_PERIODS_NS, MISSED, SINCE_WALL_NS
from station.link.flow.circles import Circles
from station.link.flow.levels import Levels
from station.link.flow.money import Money
from station.link.flow.recorded import RecordedBars
from station.link.flow.tables import BookViews, FlowTables
from station.views.book import BookView
from station.views.flow import (
    CandlesView,
    EquityView,
    FlowStateView,
    HeatView,
    HintsView,
    Iceberg,
    LevelFlowView,
    MarkOutsView,
    PrintsView,
    ProfileView,
)
from station.views.large import large_orders

ALIVE_NS = 2_000_000_000
PROFILE_EVERY_NS = 250_000_000
"""Thousands of rows are not made again for every trade."""
ICEBERGS_EVERY_NS = 250_000_000


class FlowReader:
    """One per client."""

    def __init__(self, memory: Memory, wall_offset_ns: int, recorder: Path | None = None) -> None:
        """`recorder`: the socket to ask for bars of before; None: they are left out."""
        recorded = RecordedBars(recorder, memory.table("instruments")) if recorder is not None else None
        tables = FlowTables(memory, wall_offset_ns)
        self._words, self._heartbeat = tables.words, memory.heartbeat("flow")
        circles, levels, self._money = Circles(tables, recorded), Levels(tables), Money(tables)
        self._candles = BookViews(
            tables,
            lambda one, frame: CandlesView(instrument_id=one, frame=frame, period_ns=PERIOD_NS[frame]),
            circles.candles,
        )
        self._heat = BookViews(
            tables, lambda one, period: HeatView(instrument_id=one, period_ns=HEAT_PERIODS_NS[period]), circles.heat
        )
        self._prints = BookViews(tables, lambda one, _: PrintsView(instrument_id=one), circles.prints)
        self._profiles = BookViews(
            tables, lambda one, _: ProfileView(instrument_id=one), levels.profile, every_ns=PROFILE_EVERY_NS
        )
        self._levels = BookViews(tables, lambda one, _: LevelFlowView(instrument_id=one), levels.level_flow)
        self._icebergs: BookViews[tuple[Iceberg, ...]] = BookViews(
            tables, lambda one, _: (), levels.icebergs, every_ns=ICEBERGS_EVERY_NS
        )
        self._hints: dict[int, HintsView] = {}
        self._state = FlowStateView()

    def state(self) -> FlowStateView:
        beat_ns = int(self._heartbeat[0])
        state = FlowStateView(
            is_alive=beat_ns > 0 and monotonic_ns() - beat_ns < ALIVE_NS,
            missed=int(self._words[MISSED]),
            since_wall_ns=int(self._words[SINCE_WALL_NS]),
        )
        if state != self._state:
            self._state = state
        return self._state

    def candles(self, instrument_id: int, frame: int) -> CandlesView:
        return self._candles.view(instrument_id, frame)

    def profile(self, instrument_id: int) -> ProfileView:
        return self._profiles.view(instrument_id)

    def level_flow(self, instrument_id: int) -> LevelFlowView:
        return self._levels.view(instrument_id)

    def hints(self, book: BookView) -> HintsView:
        number = book.instrument_id
        hints = HintsView(instrument_id=number, large=large_orders(book), icebergs=self._icebergs.view(number))
        if self._hints.get(number) != hints:
            self._hints[number] = hints
        return self._hints[number]

    def heat(self, instrument_id: int, period: int) -> HeatView:
        return self._heat.view(instrument_id, period)

    def prints(self, instrument_id: int) -> PrintsView:
        return self._prints.view(instrument_id)

    def mark_outs(self) -> MarkOutsView:
        return self._money.mark_outs()

    def equity(self, long: bool) -> EquityView:
        return self._money.equity(long)
