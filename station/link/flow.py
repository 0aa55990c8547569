"""The flow process's history as views. Without that process every view is empty."""

from core.memory.files import Memory
from station.views.book import BookView
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


class FlowReader:
    def __init__(self, memory: Memory, wall_offset_ns: int) -> None:
        self._memory, self._wall_offset_ns = memory, wall_offset_ns

    def state(self) -> FlowStateView:
        return FlowStateView()

    def candles(self, instrument_id: int, frame: int) -> CandlesView:
        return CandlesView(instrument_id=instrument_id, frame=frame)

    def profile(self, instrument_id: int) -> ProfileView:
        return ProfileView(instrument_id=instrument_id)

    def level_flow(self, instrument_id: int) -> LevelFlowView:
        return LevelFlowView(instrument_id=instrument_id)

    def hints(self, book: BookView) -> HintsView:
        return HintsView(instrument_id=book.instrument_id)

    def heat(self, instrument_id: int, period: int) -> HeatView:
        return HeatView(instrument_id=instrument_id)

    def prints(self, instrument_id: int) -> PrintsView:
        return PrintsView(instrument_id=instrument_id)

    def mark_outs(self) -> MarkOutsView:
        return MarkOutsView()

    def equity(self, long: bool) -> EquityView:
        return EquityView()
