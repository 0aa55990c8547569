"""The panes that only show: signals, risk, latency."""

from collections.abc import Iterable
from typing import ClassVar

from textual import events

from station.renderables.frame import Label
from station.renderables.latency import axis_label, latency_rows, numbers_label
from station.renderables.paint import Paint
from station.renderables.risk import NEAR, risk_rows
from station.renderables.row import Row, Span
from station.renderables.signals import signals_rows
from station.renderables.table import thumb
from station.views.instrument import NO_INSTRUMENT, InstrumentView
from station.views.latency import HopView
from station.views.orders import PositionView
from station.views.portfolio import PortfolioView
from station.views.risk import RiskView
from station.views.signals import EMPTY_SIGNALS, SignalsView, StrategyView
from station.widgets.look import Look
from station.widgets.pane import FRAME, PAGE, SELDOM, WHEEL, Pane

AROUND = 10
"""Cells of an upper edge round its title and its state"""


class Signals(Pane):
    NAME, TITLE = "signals", "Signals"
    SHOWS_INSTRUMENT: ClassVar[bool] = True
    LEAST_HEIGHT: ClassVar[int] = 9

    def __init__(self, paint: Paint) -> None:
        super().__init__(paint)
        self.instrument: InstrumentView = NO_INSTRUMENT
        self.signals: SignalsView = EMPTY_SIGNALS
        self.strategies: tuple[StrategyView, ...] = ()
        self.strategies_enabled = False

    def look(self, look: Look) -> None:
        instrument = look.shown_by(self.NAME)
        self.show(
            instrument,
            look.source.signals(instrument.instrument_id),
            look.source.strategies(),
            strategies_enabled=look.status.strategies_enabled,
        )

    def show(
        self,
        instrument: InstrumentView,
        signals: SignalsView,
        strategies: tuple[StrategyView, ...],
        *,
        strategies_enabled: bool,
    ) -> None:
        self.instrument, self.signals = instrument, signals
        self.strategies, self.strategies_enabled = strategies, strategies_enabled
        self.repaint()

    def content(self, width: int, height: int) -> list[Row]:
        return signals_rows(
            self.signals,
            self.instrument,
            self.strategies,
            strategies_enabled=self.strategies_enabled,
            paint=self.paint,
            width=width,
            height=height,
        )

    def state_label(self) -> Label:
        return ((f" {self.instrument.symbol_in(self.size.width - len(self.TITLE) - AROUND)} ", self.paint.muted),)


class Risk(Pane):
    NAME, TITLE = "risk", "Risk"
    LOOKS_EVERY: ClassVar[int] = SELDOM
    LEAST_HEIGHT: ClassVar[int] = 14

    def __init__(self, paint: Paint) -> None:
        super().__init__(paint)
        self.risk = RiskView()
        self.portfolio = PortfolioView()
        self.instruments: dict[int, InstrumentView] = {}
        self.positions: dict[int, PositionView] = {}
        self.wall_s = 0
        self.first = 0
        """Line at the top"""
        self.lines = 0

    def look(self, look: Look) -> None:
        source = look.source
        self.show(source.risk(), source.portfolio(), look.instruments, look.positions, wall_s=look.status.wall_s)

    def show(
        self,
        risk: RiskView,
        portfolio: PortfolioView,
        instruments: Iterable[InstrumentView],
        positions: Iterable[PositionView],
        *,
        wall_s: int,
    ) -> None:
        self.risk, self.portfolio, self.wall_s = risk, portfolio, wall_s
        self.instruments = {one.instrument_id: one for one in instruments}
        self.positions = {one.instrument_id: one for one in positions}
        self.repaint()

    def content(self, width: int, height: int) -> list[Row]:
        rows = risk_rows(
            self.risk,
            self.portfolio,
            self.instruments,
            self.positions,
            wall_s=self.wall_s,
            paint=self.paint,
            width=width,
        )
        self.lines = len(rows)
        self.first = max(0, min(self.first, self.lines - height))
        return rows[self.first : self.first + height]

    def thumb(self) -> Span | None:
        room = self.size.height - FRAME
        return thumb(self.first, room, self.lines, room)

    def notes(self) -> Label:
        room = self.size.height - FRAME
        if self.lines <= room:
            return ()
        return ((f" {self.first + 1}–{min(self.lines, self.first + room)} of {self.lines} lines ", self.paint.muted),)

    def move(self, lines: int) -> None:
        self.first = max(0, self.first + lines)
        self.repaint()

    def page(self, pages: int) -> None:
        self.move(pages * PAGE)

    def to_first(self) -> None:
        self.move(-self.lines)

    def to_last(self) -> None:
        self.move(self.lines)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self.move(-WHEEL)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self.move(WHEEL)

    def state_label(self) -> Label:
        fullest = max((limit.share or 0.0 for limit in self.risk.limits), default=0.0)
        style = self.paint.warning_bold if fullest >= NEAR else self.paint.muted
        return ((f" {min(999, int(fullest * 100))} % ", style),)


class Latency(Pane):
    NAME, TITLE = "latency", "Latency"
    LOOKS_EVERY: ClassVar[int] = SELDOM
    LEAST_HEIGHT: ClassVar[int] = 14

    def __init__(self, paint: Paint) -> None:
        super().__init__(paint)
        self.hops: tuple[HopView, ...] = ()

    def look(self, look: Look) -> None:
        self.show(look.source.latency())

    def show(self, hops: tuple[HopView, ...]) -> None:
        self.hops = hops
        self.repaint()

    def content(self, width: int, height: int) -> list[Row]:
        return latency_rows(self.hops, paint=self.paint, width=width, height=height)

    def state_label(self) -> Label:
        return numbers_label(self.size.width - FRAME, paint=self.paint, line=self.line_style)

    def notes(self) -> Label:
        return axis_label(self.size.width - FRAME, paint=self.paint, line=self.line_style)
