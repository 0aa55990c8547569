"""The chart: follows the newest bar until the trader looks back."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import ClassVar

import msgspec
from rich.style import Style

from station.renderables.chart import Layout, bars_in, chart_rows, has_room, layout_of
from station.renderables.frame import Label
from station.renderables.paint import Paint
from station.renderables.plot import said_rows
from station.renderables.row import Row
from station.views.book import EMPTY_BOOK, BookView
from station.views.chart import (
    WIDTHS,
    ChartView,
    Line,
    Overlay,
    OwnFill,
    OwnOrder,
    Studied,
    Study,
    lines_over,
    part_of,
    range_of,
    studied_below,
)
from station.views.flow import Candle, CandlesView, MarkOut
from station.views.numbers import DASH
from station.views.orders import OrderView, PositionView
from station.views.scale import first_slot, slot_text
from station.views.words import BOOK_STATES
from station.widgets.look import Look
from station.widgets.plot import Plot

FRAMES = 9
USUAL_FRAME = 3
"""core.bars Frame: a minute"""
USUAL_WIDTH = 2
AROUND = 12
"""Cells of the upper edge round its title and its state"""
EMPTY_CANDLES = CandlesView(instrument_id=-1)


class Chart(Plot):
    NAME, TITLE = "chart", "Chart"
    SHOWS_INSTRUMENT: ClassVar[bool] = True
    LEAST_HEIGHT: ClassVar[int] = 12

    def __init__(self, paint: Paint) -> None:
        super().__init__(paint)
        self.view = EMPTY_CANDLES
        self.book: BookView = EMPTY_BOOK
        self.orders: tuple[OrderView, ...] = ()
        self.position: PositionView | None = None
        self.fills: tuple[MarkOut, ...] = ()
        self.frame = USUAL_FRAME
        self.width_at = USUAL_WIDTH
        self.overlay, self.study = Overlay.VWAP, Study.DELTA
        self._computed: tuple[tuple[Candle, ...], Overlay, Study] | None = None
        self._lines: tuple[Line, ...] = ()
        self._studied = Studied()
        self.shown: tuple[Layout, int, ChartView] | None = None
        """What is in sight, and the index of its first bar"""
        self.open()

    def open(self) -> None:
        self.until_ns: int | None = None
        """Start of the last bar in sight; None: follows the newest"""
        self.cross: tuple[int, int] | None = None
        """Start of a bar, and a price"""

    def take(self, look: Look) -> Sequence[object]:
        instrument, source = self.instrument, look.source
        self.view = source.candles(instrument.instrument_id, self.frame)
        self.book = look.book_of(instrument)
        self.orders, self.position = look.orders_of(instrument), look.position_of(instrument)
        self.fills = tuple(one for one in source.mark_outs().fills if one.instrument_id == instrument.instrument_id)
        return self.view, self.book.last_ticks, self.book.state, self.orders, self.position, self.fills

    @property
    def pointed_ticks(self) -> int | None:
        return None if self.cross is None else self.cross[1]

    # ---- keys

    def pan(self, columns: int) -> None:
        candles = self.view.candles
        if candles:
            self._cross_at(self._index(self._started_cross()[0]) + columns)
        self.repaint()

    def move(self, lines: int) -> None:
        if self.view.candles and self.shown is not None:
            start_ns, ticks = self._started_cross()
            layout, _, view = self.shown
            step = max(1, (view.high_ticks - view.low_ticks) // max(1, layout.price - 1))
            self.cross = start_ns, min(view.high_ticks, max(view.low_ticks, ticks - lines * step))
        self.repaint()

    def page(self, pages: int) -> None:
        if self.shown is not None:
            layout, first, view = self.shown
            room = bars_in(layout, view.cells)
            self._look_until(first + room - 1 + pages * room // 2)
        self.repaint()

    def to_first(self) -> None:
        self._look_until(0)
        self.repaint()

    def to_last(self) -> None:
        self.open()
        self.repaint()

    def recentre(self) -> None:
        self.to_last()

    def rescale(self, steps: int) -> None:
        """Wider bars, or narrower ones."""
        self.width_at = min(len(WIDTHS) - 1, max(0, self.width_at + steps))
        self.repaint()

    def retime(self, steps: int) -> None:
        self.frame = min(FRAMES - 1, max(0, self.frame + steps))
        self.open()
        self.look_again()

    def next_overlay(self) -> None:
        kinds = list(Overlay)
        self.overlay = kinds[(kinds.index(self.overlay) + 1) % len(kinds)]
        self.repaint()

    def next_study(self) -> None:
        kinds = list(Study)
        self.study = kinds[(kinds.index(self.study) + 1) % len(kinds)]
        self.repaint()

    # ---- mouse

    def point(self, x: int, y: int) -> None:
        if self.shown is None or not self.view.candles:
            return
        layout, first, view = self.shown
        index = first + (x // view.cells if view.cells else 2 * x)
        line = y - layout.legend
        if not 0 <= x < layout.plot or index >= len(self.view.candles) or not line >= 0:
            return
        span, rows = view.high_ticks - view.low_ticks, max(1, layout.price)
        ticks = view.high_ticks - round((min(line, rows - 1) + 0.5) / rows * span)
        self.cross = self.view.candles[index].start_wall_ns, ticks

    def drag(self, columns: int, lines: int) -> None:
        if self.shown is not None:
            layout, first, view = self.shown
            bars = round(columns / view.cells) if view.cells else 2 * columns
            self._look_until(first + bars_in(layout, view.cells) - 1 - bars)

    def wheel(self, x: int, steps: int) -> None:
        self.rescale(steps)

    # ---- picture

    def content(self, width: int, height: int) -> list[Row]:
        paint, candles = self.paint, self.view.candles
        if not candles:
            self.shown = None
            return said_rows(self.emptiness, paint=paint, width=width, height=height)
        price_width = len(self.instrument.price(max(candle.high_ticks for candle in candles)))
        layout = layout_of(width, height, price_width, self.study)
        if not has_room(layout):
            self.shown = None
            return said_rows("not enough room", paint=paint, width=width, height=height)
        first, last = self._ends(bars_in(layout, WIDTHS[self.width_at]))
        view = self._view_of(first, last)
        self.shown = layout, first, view
        return chart_rows(view, layout, paint=paint)

    def _view_of(self, first: int, last: int) -> ChartView:
        candles = self.view.candles
        self._compute()
        part = candles[first:last]
        low, high = range_of(part)
        newest, position = candles[-1], self.position
        last_ticks = self.book.last_ticks or newest.close_ticks
        return ChartView(
            instrument=self.instrument,
            period_ns=self.view.period_ns,
            candles=part,
            cells=WIDTHS[self.width_at],
            low_ticks=low,
            high_ticks=high,
            lines=tuple(part_of(line, first, last) for line in self._lines),
            study=self.study,
            studied=msgspec.structs.replace(
                self._studied,
                lines=tuple(part_of(line, first, last) for line in self._studied.lines),
                bars=self._studied.bars[first:last],
            ),
            fills=self._fills_in(first, last),
            orders=tuple(
                OwnOrder(order.shown_ticks, order.side, order.open_lots) for order in self.orders if order.shown_ticks
            ),
            average_ticks=position.average_ticks if position is not None else 0.0,
            position_lots=position.position_lots if position is not None else 0,
            last_ticks=last_ticks,
            cross=None if self.cross is None else (self._index(self.cross[0]) - first, self.cross[1]),
        )

    def _compute(self) -> None:
        """Once for the same bars."""
        wanted = self.view.candles, self.overlay, self.study
        known = self._computed
        if known is None or known[0] is not wanted[0] or known[1:] != wanted[1:]:
            self._lines = lines_over(self.view.candles, self.overlay)
            self._studied = studied_below(self.view.candles, self.study)
            self._computed = wanted

    def _ends(self, room: int) -> tuple[int, int]:
        """The bars in sight, by index: the first, and the one behind the last."""
        count = len(self.view.candles)
        until = self._newest_until(room) if self.until_ns is None else self._place(self.until_ns)
        last = max(until + 1, min(room, count))
        return max(0, last - room), min(count, last)

    def _newest_until(self, room: int) -> int:
        """The last place in sight while the newest is followed: some are still empty."""
        period_ns = max(1, self.view.period_ns)
        newest = self.view.candles[-1].start_wall_ns // period_ns
        return len(self.view.candles) - 1 + first_slot(newest, room, period_ns) + room - 1 - newest

    def _place(self, start_ns: int) -> int:
        """The index of the bar that begins then; behind the newest it goes on."""
        candles = self.view.candles
        ahead_ns = start_ns - candles[-1].start_wall_ns
        return len(candles) - 1 + ahead_ns // max(1, self.view.period_ns) if ahead_ns > 0 else self._index(start_ns)

    def _fills_in(self, first: int, last: int) -> tuple[OwnFill, ...]:
        candles = self.view.candles[first:last]
        starts = [candle.start_wall_ns for candle in candles]
        end_ns = starts[-1] + self.view.period_ns if starts else 0
        return tuple(
            OwnFill(bisect_right(starts, one.wall_ns) - 1, one.price_ticks, one.side, one.lots)
            for one in self.fills
            if starts and starts[0] <= one.wall_ns < end_ns
        )

    def _index(self, start_ns: int) -> int:
        return max(0, bisect_right(self.view.candles, start_ns, key=lambda candle: candle.start_wall_ns) - 1)

    def _look_until(self, place: int) -> None:
        """The last place in sight; where the newest would be followed anyway, it is."""
        if not self.view.candles or self.shown is None:
            return
        layout, _, view = self.shown
        room, last = bars_in(layout, view.cells), len(self.view.candles) - 1
        place = max(min(room - 1, last), place)
        if place >= self._newest_until(room):
            self.until_ns = None
        elif place > last:
            self.until_ns = self.view.candles[last].start_wall_ns + (place - last) * self.view.period_ns
        else:
            self.until_ns = self.view.candles[place].start_wall_ns

    def _started_cross(self) -> tuple[int, int]:
        if self.cross is None:
            candles = self.view.candles
            last = self.shown[1] + len(self.shown[2].candles) - 1 if self.shown is not None else len(candles) - 1
            newest = candles[min(last, len(candles) - 1)]
            self.cross = newest.start_wall_ns, newest.close_ticks
        return self.cross

    def _cross_at(self, index: int) -> None:
        candles = self.view.candles
        index = min(len(candles) - 1, max(0, index))
        ticks = candles[index].close_ticks
        self.cross = candles[index].start_wall_ns, ticks
        if self.shown is not None:
            layout, first, view = self.shown
            room = bars_in(layout, view.cells)
            if index < first:
                self._look_until(min(index + room - 1, first + room - 1 - room // 4))
            elif index >= first + len(view.candles):
                self._look_until(index + room // 4)

    # ---- what is said of it

    def state_label(self) -> Label:
        paint = self.paint
        parts: list[tuple[str, Style]] = list(self.flow_label())
        if self.view.missed and not self.flow.missed:
            parts.append((f" {self.view.missed} missed ", paint.warning))
        if not self.book.is_live:
            parts.append((f" {BOOK_STATES[self.book.state]} ", paint.warning_block))
        if self.until_ns is not None:
            bars = max(0, len(self.view.candles) - 1 - self._place(self.until_ns))
            parts.append((f" {bars} bars back · End: now ", paint.warning))
        period = slot_text(self.view.period_ns) if self.view.period_ns else DASH
        room = self.size.width - len(self.TITLE) - len(period) - AROUND - sum(len(text) for text, _ in parts)
        parts.append((f" {self.instrument.symbol_in(room)} · {period} ", paint.muted))
        return tuple(parts)

    def notes(self) -> Label:
        if self.shown is None:
            return ()
        below = f" · {self.study.value}" if self.shown[0].study or self.study is Study.NOTHING else ""
        return ((f" {self.overlay.value}{below} ", self.paint.muted),)
