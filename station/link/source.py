"""What the screen needs of a desk: views to show, and a way to ask for things. The one seam between face and memory.

`station/link/session.py` is the real one; the tests have one with fixed views. A method that answers views gives back
the same object until something changed, so that the caller compares with `is`.
"""

from typing import Protocol

from station.link.wishes import Wish
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
from station.views.instrument import InstrumentView
from station.views.kill import KillView
from station.views.latency import HopView
from station.views.machine import MachineView
from station.views.orders import OrderNews, OrderView, PositionView
from station.views.portfolio import PortfolioView
from station.views.risk import RiskView
from station.views.signals import SignalsView, StrategyView
from station.views.status import StatusView


class Source(Protocol):
    def instruments(self) -> tuple[InstrumentView, ...]: ...

    def book(self, instrument_id: int) -> BookView: ...

    def trades(self, instrument_id: int) -> TradesView: ...

    def signals(self, instrument_id: int) -> SignalsView: ...

    def watch(self) -> tuple[WatchView, ...]:
        """One line an instrument, in the order of `instruments`."""

    def orders(self) -> tuple[OrderView, ...]:
        """Open ones, the newest first."""

    def news(self) -> tuple[OrderNews, ...]:
        """What happened to orders since the last call."""

    def positions(self) -> tuple[PositionView, ...]:
        """Of the account: held, or traded today."""

    def strategies(self) -> tuple[StrategyView, ...]: ...

    def risk(self) -> RiskView:
        """Limits and what is used of them, the breaker, denials, protective stops."""

    def status(self) -> StatusView: ...

    def now(self) -> tuple[int, int]:
        """The desk's clock, and the wall's at the same moment, in nanoseconds."""

    def kill_report(self) -> KillView | None:
        """Of the last halt; None: there was none."""

    def portfolio(self) -> PortfolioView: ...

    def machine(self) -> MachineView:
        """Of processes, rings and disk; at most about one a second."""

    def day(self) -> DayView:
        """Fills, orders that are over, and the log: as the recorder last told. Asks again beside the screen."""

    def latency(self) -> tuple[HopView, ...]: ...

    def flow_state(self) -> FlowStateView:
        """Whether the history that the next eight show is alive and whole."""

    def candles(self, instrument_id: int, frame: int) -> CandlesView:
        """`frame`: core.bars Frame, 0 … 8."""

    def profile(self, instrument_id: int) -> ProfileView: ...

    def level_flow(self, instrument_id: int) -> LevelFlowView: ...

    def hints(self, instrument_id: int) -> HintsView: ...

    def heat(self, instrument_id: int, period: int) -> HeatView:
        """`period`: index of HEAT_PERIODS_NS."""

    def prints(self, instrument_id: int) -> PrintsView: ...

    def mark_outs(self) -> MarkOutsView: ...

    def equity(self, long: bool) -> EquityView:
        """`long`: a point a minute for a day, else a point a second for an hour."""

    def beat(self) -> None:
        """Say that this client lives; called at every frame."""

    def lease_asked_by(self) -> str:
        """Who would have the trading lease from us; empty: nobody asks."""

    def drawn(self, book: BookView) -> None:
        """The book was handed to the terminal: the last hop of its way."""

    def send(self, wish: Wish) -> str | None:
        """None when it is on its way; else why it cannot be sent, in a sentence."""

    def note(self, what: str, text: str) -> None:
        """Into the desk's log, under our seat. `what`: one word to filter by."""

    def halt(self, reason: str, *, flatten: bool) -> None:
        """Change our halt line straight in shared memory."""

    def close(self) -> None: ...
