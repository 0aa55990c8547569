"""Time and sales of the instrument on the ladder: how fast the tape runs, and only what is large, by a key."""

from collections.abc import Hashable, Sequence
from typing import Any, ClassVar

from station.renderables.details import Field
from station.renderables.frame import Label
from station.renderables.paint import Paint
from station.renderables.spark import spark
from station.renderables.table import Column
from station.renderables.trades import (
    TRADE_COLUMNS,
    PrintLine,
    least_sizes,
    per_second,
    print_fields,
    print_lines,
    sales_of,
)
from station.views.book import EMPTY_TRADES, TradesView
from station.views.flow import Print, PrintsView
from station.views.instrument import NO_INSTRUMENT, InstrumentView
from station.widgets.listing import ListPane
from station.widgets.look import Look

SECONDS = 12
"""Of the course of the tape's speed"""
ROOM_FOR_COURSE, ROOM_FOR_SHARE = 44, 60
NO_PRINTS = PrintsView(instrument_id=-1)


class Trades(ListPane[PrintLine]):
    NAME, TITLE = "trades", "Time and sales"
    SHOWS_INSTRUMENT: ClassVar[bool] = True
    COLUMNS: ClassVar[Sequence[Column[Any]]] = TRADE_COLUMNS
    EMPTY: ClassVar[str] = "no trade yet"
    LEAST_HEIGHT: ClassVar[int] = 10

    def __init__(self, paint: Paint) -> None:
        super().__init__(paint)
        self.instrument: InstrumentView = NO_INSTRUMENT
        self.prints, self.trades = NO_PRINTS, EMPTY_TRADES
        self.sales: Sequence[Print] = ()
        self.now_s = 0
        self.least_lots = 0

    def look(self, look: Look) -> None:
        instrument = look.shown_by(self.NAME)
        number = instrument.instrument_id
        self.show(instrument, look.source.prints(number), look.source.trades(number), now_s=look.status.wall_s)

    def show(self, instrument: InstrumentView, prints: PrintsView, trades: TradesView, *, now_s: int) -> None:
        if instrument.instrument_id != self.instrument.instrument_id:
            self.least_lots = self.first = self.cursor = 0
        self.now_s = now_s
        if instrument is not self.instrument or prints is not self.prints or trades is not self.trades:
            self.instrument, self.prints, self.trades = instrument, prints, trades
            self.sales = sales_of(prints, trades)
            self._take()
        else:
            self.repaint()

    def _take(self) -> None:
        self.take(print_lines(self.sales, self.instrument, least_lots=self.least_lots))

    def key_of(self, line: PrintLine) -> Hashable:
        """The newest one still grows."""
        return line.sale.wall_ns, line.sale.side, line.sale.price_from_ticks

    def fields(self, line: PrintLine) -> Sequence[Field]:
        return print_fields(line)

    def regroup(self) -> str:
        """Only those of at least a size; a larger one each time, then all again."""
        larger = [lots for lots in least_sizes(self.sales) if lots > self.least_lots]
        self.least_lots = larger[0] if larger else 0
        self._take()
        return f"only {self._least()} and larger" if self.least_lots else "trades of every size"

    def _least(self) -> str:
        return f"{self.instrument.short(self.least_lots)} {self.instrument.base}"

    def said(self) -> Sequence[Label]:
        return (((f" ≥ {self._least()} ", self.paint.accent_block),),) if self.least_lots else ()

    def state_label(self) -> Label:
        """Trades a second, and how that went."""
        tied = self.tied_label(self.instrument.symbol)
        if not self.sales:
            return tied
        counts = per_second(self.sales, self.now_s, SECONDS)
        rate = self.prints.per_second if self.prints.prints else sum(counts[-5:]) / 5
        bought = sum(sale.lots for sale in self.sales if sale.side > 0)
        share = 100 * bought // max(1, sum(sale.lots for sale in self.sales))
        parts = [(f" {rate:>5.1f}/s ", self.paint.muted)]
        if self.size.width >= ROOM_FOR_COURSE and not tied:
            parts = [(f" {spark(counts, SECONDS, low=0)}", self.paint.accent), *parts]
        if self.size.width >= ROOM_FOR_SHARE and not tied:
            parts = [(f" {share:>2} % bought", self.paint.muted), *parts]
        return (*tied, *parts)
