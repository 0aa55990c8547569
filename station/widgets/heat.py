"""The depth heat map: follows the newest column and the best prices until the trader looks elsewhere."""

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style

from station.renderables.frame import Label, whole
from station.renderables.heat import HeatPicture, Layout, has_room, heat_rows, layout_of
from station.renderables.heat_tones import legend
from station.renderables.paint import Paint, style
from station.renderables.plot import said_rows
from station.renderables.row import Row
from station.views.book import EMPTY_BOOK, BookView
from station.views.flow import HeatView, lots_of
from station.views.heat import (
    TIME_SCALES,
    HeatScale,
    HeatWindow,
    Pixels,
    pixels_in_sight,
    price_step,
    scale_in_sight,
    scale_text,
    slot_ns_of,
)
from station.views.ladder import GROUPS
from station.views.numbers import DASH, clock_text
from station.views.scale import first_slot
from station.views.words import BOOK_STATES
from station.widgets.look import Look
from station.widgets.pane import FRAME
from station.widgets.plot import Plot

EMPTY_HEAT = HeatView(instrument_id=-1)
EDGE = 6
"""The best prices are brought back to the middle when they come nearer to an edge than this part of the height."""


class Heat(Plot):
    NAME, TITLE = "heat", "Depth over time"
    SHOWS_INSTRUMENT: ClassVar[bool] = True
    LEAST_HEIGHT: ClassVar[int] = 12

    def __init__(self, paint: Paint) -> None:
        super().__init__(paint)
        self.view = EMPTY_HEAT
        self.book: BookView = EMPTY_BOOK
        self.ladder_ticks = (0, 0)
        """The lowest and the highest price in sight on the ladder"""
        self.cursor_ticks = 0
        """The price of its cursor; 0: out of sight"""
        self.time_scale = 0
        self.zoom = 0
        self.open()

    def open(self) -> None:
        self.first: int | None = None
        """The first slot in sight; None: follows the newest"""
        self.middle_row: int | None = None
        self.holds_price = False
        self.cross: tuple[int, int] | None = None
        """Slot and pixel row"""
        self.window: HeatWindow | None = None
        """What is in sight"""
        self._pixels: tuple[Pixels | None, ...] = ()
        self._scale = HeatScale()

    def take(self, look: Look) -> Sequence[object]:
        self.view = look.source.heat(self.instrument.instrument_id, TIME_SCALES[self.time_scale][0])
        self.book = look.book_of(self.instrument)
        self.ladder_ticks, self.cursor_ticks = (0, 0), 0
        if self.is_of_the_ladder(look):
            scale = look.ladders.scale_of(look.ladders.active)
            self.ladder_ticks, self.cursor_ticks = scale.ticks_in_sight, scale.cursor_ticks
        return (
            self.view, self.time_scale, self.book.best_bid, self.book.best_ask, self.book.state, self.ladder_ticks,
            self.cursor_ticks,
        )  # fmt: skip

    @property
    def pointed_ticks(self) -> int | None:
        return None if self.cross is None else self.cross[1] * price_step(self.view, self.zoom)

    # ---- keys

    def move(self, lines: int) -> None:
        if (cross := self._start_cross()) is not None and (window := self.window) is not None:
            row = max(1, cross[1] - lines)
            self.cross = cross[0], row
            if not window.bottom_row <= row <= window.top_row:
                self.middle_row, self.holds_price = row, True
        self.repaint()

    def pan(self, columns: int) -> None:
        if (cross := self._start_cross()) is not None and (window := self.window) is not None:
            slot = min(self._newest_slot(), max(self._oldest_slot(), cross[0] + columns))
            self.cross = slot, cross[1]
            if slot == self._newest_slot():
                self.first = None
            elif slot < window.first_slot:
                self._look_from(min(slot, window.first_slot - window.slots // 4))
            elif slot >= window.first_slot + window.slots:
                self._look_from(max(slot - window.slots + 1, window.first_slot + window.slots // 4))
        self.repaint()

    def page(self, pages: int) -> None:
        if self.window is not None:
            self._look_from(self.window.first_slot + pages * self.window.slots // 2)
        self.repaint()

    def to_first(self) -> None:
        self._look_from(self._oldest_slot())
        self.repaint()

    def to_last(self) -> None:
        self.first, self.cross = None, None
        self.repaint()

    def recentre(self) -> None:
        self.open()
        self.repaint()

    def rescale(self, steps: int) -> None:
        """More ticks to a pixel, or fewer."""
        zoom = min(len(GROUPS) - 1, max(0, self.zoom + steps))
        before, self.zoom = price_step(self.view, self.zoom), zoom
        after = price_step(self.view, zoom)
        if self.middle_row is not None:
            self.middle_row = self.middle_row * before // after
        if self.cross is not None:
            self.cross = self.cross[0], self.cross[1] * before // after
        self.repaint()

    def retime(self, steps: int) -> None:
        """A longer time to a column, or a shorter one; the newest in sight stays in sight."""
        scale = min(len(TIME_SCALES) - 1, max(0, self.time_scale + steps))
        before, after = slot_ns_of(self.time_scale), slot_ns_of(scale)
        self.time_scale = scale
        if self.first is not None and (window := self.window) is not None:
            self.first = (self.first + window.slots) * before // after - window.slots
        if self.cross is not None:
            self.cross = self.cross[0] * before // after, self.cross[1]
        self.look_again()

    # ---- mouse

    def point(self, x: int, y: int) -> None:
        window = self.window
        if window is None:
            return
        if 0 <= x < window.slots and 0 <= y < window.rows // self.shading.pixels:
            self.cross = window.first_slot + x, window.top_row - y * self.shading.pixels

    def drag(self, columns: int, lines: int) -> None:
        window = self.window
        if window is None:
            return
        if columns:
            self._look_from(window.first_slot - columns)
        if lines:
            middle = self.middle_row if self.middle_row is not None else window.top_row - window.rows // 2
            self.middle_row, self.holds_price = middle + lines * self.shading.pixels, True

    def wheel(self, x: int, steps: int) -> None:
        """Over the prices in price, else in time."""
        if self.window is not None and x >= self.window.slots:
            self.rescale(-steps)
        else:
            self.retime(-steps)

    # ---- picture

    def content(self, width: int, height: int) -> list[Row]:
        paint = self.paint
        if not self.view.columns:
            self.window = None
            return said_rows(self.emptiness, paint=paint, width=width, height=height)
        bid, ask = self.book.best_bid or 0, self.book.best_ask or 0
        last = self.view.columns[-1]
        price_width = len(self.instrument.price(max(ask, bid, last.ask_ticks, last.low_ticks)))
        layout = layout_of(width, height, price_width)
        if not has_room(layout):
            self.window = None
            return said_rows("not enough room", paint=paint, width=width, height=height)
        window = self._window_for(layout)
        pixels = tuple(pixels_in_sight(self.view, window))
        if window != self.window:
            # The colours keep their meaning while the same stretch is in sight.
            self.window, self._scale = window, scale_in_sight(pixels)
        self._pixels = pixels
        picture = HeatPicture(
            instrument=self.instrument,
            layout=layout,
            window=window,
            pixels=pixels,
            scale=self._scale,
            bid_ticks=bid,
            ask_ticks=ask,
            cross=self.cross,
            ladder_ticks=self.ladder_ticks,
            cursor_ticks=self.cursor_ticks,
            is_now=self.first is None,
        )
        return heat_rows(picture, paint=paint, shading=self.shading)

    def _window_for(self, layout: Layout) -> HeatWindow:
        step, rows = price_step(self.view, self.zoom), layout.height * self.shading.pixels
        slot_ns = slot_ns_of(self.time_scale)
        first = self.first if self.first is not None else first_slot(self._newest_slot(), layout.plot, slot_ns)
        market = self._market_row(step)
        middle = self.middle_row
        is_away = middle is not None and market is not None and abs(market - middle) > rows // 2 - rows // EDGE
        if market is not None and (middle is None or (is_away and not self.holds_price and self.first is None)):
            middle = market
        self.middle_row = middle
        top = (middle or 0) + rows // 2
        return HeatWindow(first, layout.plot, slot_ns, top, rows, step)

    def _market_row(self, step: int) -> int | None:
        bid, ask = self.book.best_bid, self.book.best_ask
        if bid is None or ask is None:
            known = next((one for one in reversed(self.view.columns) if one.bid_ticks and one.ask_ticks), None)
            if known is None:
                return None
            bid, ask = known.bid_ticks, known.ask_ticks
        return (bid + ask) // 2 // step

    def _newest_slot(self) -> int:
        return self.view.columns[-1].start_wall_ns // slot_ns_of(self.time_scale) if self.view.columns else 0

    def _oldest_slot(self) -> int:
        return self.view.columns[0].start_wall_ns // slot_ns_of(self.time_scale) if self.view.columns else 0

    def _look_from(self, first: int) -> None:
        """Back in time; at the newest it follows again."""
        window = self.window
        if window is None:
            return
        first = max(first, self._oldest_slot())
        self.first = None if first >= first_slot(self._newest_slot(), window.slots, window.slot_ns) else first

    def _start_cross(self) -> tuple[int, int] | None:
        if self.cross is None and (window := self.window) is not None:
            slot = min(self._newest_slot(), window.first_slot + window.slots - 1)
            market = self._market_row(window.step_ticks)
            self.cross = slot, market if market is not None else window.top_row - window.rows // 2
        return self.cross

    # ---- what is said of it

    def state_label(self) -> Label:
        paint = self.paint
        parts: list[tuple[str, Style]] = list(self.flow_label())
        if not self.book.is_live:
            parts.append((f" {BOOK_STATES[self.book.state]} ", paint.warning_block))
        if self.first is not None and self.window is not None:
            behind_ns = (self._newest_slot() - self.first - self.window.slots + 1) * self.window.slot_ns
            parts.append((f" back {clock_text(behind_ns)} · End: now ", paint.warning))
        ticks = price_step(self.view, self.zoom)
        parts += self.tied_label(self.instrument.symbol)
        parts.append((f" {scale_text(self.time_scale)} ", paint.muted))
        parts.append((f" {ticks} tick{'s' if ticks > 1 else ''} ", paint.muted))
        return tuple(parts)

    def notes(self) -> Label:
        if self.window is None:
            return ()
        return self._cross_label() if self.cross is not None else whole(self._legend(), self.size.width - 2 * FRAME)

    def _legend(self) -> Sequence[Label]:
        """What is little, what is much, and the shapes of trades."""
        paint, palette, instrument = self.paint, self.paint.palette, self.instrument
        low, high = lots_of(self._scale.low_code), lots_of(self._scale.high_code)
        lots = ((f" {instrument.short(low)} ", paint.muted), (f" {instrument.short(high)} ", paint.muted))
        return (
            self._cursor_label(),
            (lots[0], *legend(paint, self.shading), lots[1]),
            (
                (" ▲", style(palette.up, palette.background)), (" bought", paint.muted),
                (" ▼", style(palette.down, palette.background)), (" sold ", paint.muted),
            ),
            ((f" ▲ over {instrument.short(self._scale.large_lots)} ", paint.muted),) if self._scale.large_lots else (),
        )  # fmt: skip

    def _cursor_label(self) -> Label:
        """Where the ladder's cursor is, if it is beyond an edge."""
        window = self.window
        assert window is not None
        row = self.cursor_ticks // window.step_ticks
        if not self.cursor_ticks or window.bottom_row <= row <= window.top_row:
            return ()
        return ((f" {'▲' if row > window.top_row else '▼'} cursor {self.instrument.price(self.cursor_ticks)} ",
                 self.paint.accent),)  # fmt: skip

    def _cross_label(self) -> Label:
        paint, instrument, window = self.paint, self.instrument, self.window
        assert window is not None
        assert self.cross is not None
        slot, row = self.cross
        at, index = slot - window.first_slot, window.top_row - row
        one = self._pixels[at] if 0 <= at < len(self._pixels) else None
        is_known = one is not None and not one.is_gap and 0 <= index < len(one.codes)
        lots = lots_of(one.codes[index]) if one is not None and is_known else 0
        traded = dict(one.trades).get(index, 0) if one is not None and is_known else 0
        parts: list[tuple[str, Style]] = [
            (f" {clock_text(slot * window.slot_ns, milliseconds=window.slot_ns < 1_000_000_000)} ", paint.muted),
            (f"{instrument.price(row * window.step_ticks)} ", paint.strong),
            (f"{instrument.short(lots) if lots else DASH} there ", paint.text),
        ]
        if traded:
            word = "bought" if traded > 0 else "sold"
            parts.append((f"{instrument.short(abs(traded))} more {word} ", paint.sign(traded)))
        return tuple(parts)
