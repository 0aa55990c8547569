"""The lists of what happened today: our fills, orders that are over, and the log."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, ClassVar

import msgspec

from station.renderables.details import Field
from station.renderables.done import DONE_COLUMNS, DoneLine, done_fields, outcome_text
from station.renderables.fills import FILL_COLUMNS, FillLine, fill_fields, fill_lines, means_text
from station.renderables.frame import Label
from station.renderables.log import LOG_COLUMNS, log_fields
from station.renderables.paint import Paint
from station.renderables.row import cut
from station.renderables.table import Column
from station.views.day import DayView, FillView
from station.views.flow import MarkOutsView
from station.views.happenings import Happening
from station.views.instrument import NO_INSTRUMENT, InstrumentView
from station.views.numbers import count_text
from station.widgets.listing import Line, ListPane
from station.widgets.look import Look

ROOM_FOR_PLACE = 24
"""Cells of the lower edge beside what is said there"""
NEVER_ASKED = "asking the recorder …"


class OfTheDay(ListPane[Line]):
    """A list whose lines the recorder tells."""

    NOTHING: ClassVar[str]

    def __init__(self, paint: Paint, *, id: str = "") -> None:
        super().__init__(paint, id=id)
        self.day = DayView()

    def empty(self) -> str:
        return self.day.trouble or (self.NOTHING if self.day.is_asked else NEVER_ASKED)

    def said(self) -> Sequence[Label]:
        """What is shown may lack the newest."""
        if not self.day.trouble or not self.given:
            return ()
        return (((f" {cut(self.day.trouble, self.size.width - ROOM_FOR_PLACE)} ", self.paint.stale_bold),),)


class Fills(OfTheDay[FillLine]):
    NAME, TITLE = "fills", "Fills"
    COLUMNS: ClassVar[Sequence[Column[Any]]] = FILL_COLUMNS
    NOTHING: ClassVar[str] = "no fill today"
    SECTIONS: ClassVar[Mapping[str, Callable[[Any], str]]] = {
        "instrument": lambda line: line.fill.symbol,
        "side": lambda line: _side(line.fill),
        "instrument and side": lambda line: f"{line.fill.symbol} {_side(line.fill)}",
        "maker or taker": lambda line: "maker" if line.fill.is_maker else "taker",
    }

    def __init__(self, paint: Paint) -> None:
        super().__init__(paint)
        self.mark_outs = MarkOutsView()

    def look(self, look: Look) -> None:
        self.symbol_cells = look.symbol_cells
        self.show(look.source.day(), look.source.mark_outs(), look.by_symbol, look.by_id)

    def show(
        self,
        day: DayView,
        mark_outs: MarkOutsView,
        by_symbol: Mapping[str, InstrumentView],
        by_id: Mapping[int, InstrumentView],
    ) -> None:
        if day is self.day and mark_outs is self.mark_outs:
            return
        self.day, self.mark_outs = day, mark_outs
        self.take(fill_lines(day.fills, mark_outs.fills, by_symbol, by_id))

    def key_of(self, line: FillLine) -> Hashable:
        fill = line.fill
        return fill.wall_ns, fill.symbol, fill.side, fill.price_ticks, fill.lots, fill.execution_id

    def fields(self, line: FillLine) -> Sequence[Field]:
        return fill_fields(line)

    def section_note(self, lines: Sequence[FillLine]) -> str:
        return means_text(lines)

    def said(self) -> Sequence[Label]:
        means = (self.mark_outs.mean_1s_bps, self.mark_outs.mean_10s_bps, self.mark_outs.mean_60s_bps)
        if all(mean is None for mean in means):
            return super().said()
        parts = [(" mean after 1 10 60 s", self.paint.muted)]
        for mean in means:
            text, value = ("–", 0.0) if mean is None else (f"{mean:+.2f}", mean)
            parts.append((f" {text}", self.paint.sign(value)))
        return (*super().said(), (*parts, (" bps ", self.paint.muted)))

    def state_label(self) -> Label:
        return ((f" {count_text(len(self.given))} today ", self.paint.muted),)


class DoneOrders(OfTheDay[DoneLine]):
    NAME, TITLE = "done", "Orders done"
    COLUMNS: ClassVar[Sequence[Column[Any]]] = DONE_COLUMNS
    NOTHING: ClassVar[str] = "no order is over today"
    SECTIONS: ClassVar[Mapping[str, Callable[[Any], str]]] = {
        "instrument": lambda line: line.order.symbol,
        "outcome": lambda line: outcome_text(line, 0),
    }

    def look(self, look: Look) -> None:
        self.symbol_cells = look.symbol_cells
        self.show(look.source.day(), look.by_symbol)

    def show(self, day: DayView, by_symbol: Mapping[str, InstrumentView]) -> None:
        if day is self.day:
            return
        self.day = day
        self.take([DoneLine(_named(by_symbol, one.symbol), one) for one in day.done])

    def key_of(self, line: DoneLine) -> Hashable:
        return line.order.client_id

    def fields(self, line: DoneLine) -> Sequence[Field]:
        return done_fields(line)

    def state_label(self) -> Label:
        return ((f" {count_text(len(self.given))} today ", self.paint.muted),)


class Log(OfTheDay[Happening]):
    NAME, TITLE = "log", "Log"
    COLUMNS: ClassVar[Sequence[Column[Any]]] = LOG_COLUMNS
    NOTHING: ClassVar[str] = "nothing has happened yet"
    SECTIONS: ClassVar[Mapping[str, Callable[[Any], str]]] = {
        "what": lambda line: line.what,
        "who": lambda line: line.who,
    }

    def look(self, look: Look) -> None:
        self.show(look.source.day())

    def show(self, day: DayView) -> None:
        if day is not self.day:
            self.day = day
            self.take(day.happenings)

    def key_of(self, line: Happening) -> Hashable:
        return line

    def fields(self, line: Happening) -> Sequence[Field]:
        return log_fields(line)


def _side(fill: FillView) -> str:
    return "bought" if fill.side > 0 else "sold"


def _named(by_symbol: Mapping[str, InstrumentView], symbol: str) -> InstrumentView:
    """One that this desk no longer has keeps its name."""
    return by_symbol.get(symbol) or msgspec.structs.replace(NO_INSTRUMENT, symbol=symbol)
