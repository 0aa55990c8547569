"""The price ladder: holds where it is centred, how it groups, and where the cursor stands. Computes no market."""

from typing import ClassVar

from rich.style import Style
from textual import events

from core.vocabulary import BookState, InstrumentState
from station.messages import CursorMoved
from station.renderables.frame import Label
from station.renderables.ladder import Kept, ladder_rows
from station.renderables.ladder_notes import ladder_notes
from station.renderables.paint import Paint, paint_of
from station.renderables.row import Row
from station.views.book import EMPTY_BOOK, BookView
from station.views.distrust import Distrust
from station.views.instrument import NO_INSTRUMENT, InstrumentView
from station.views.ladder import GROUPS, LadderView, ask_row, bid_row, fitting_group, middle_of
from station.views.orders import OrderView, PositionView
from station.views.words import BOOK_STATES, INSTRUMENT_STATES
from station.widgets.ladder_flow import KeptFlow
from station.widgets.linked import Scale
from station.widgets.look import LADDERS, Look
from station.widgets.pane import EVERY_FRAME, FRAME, PAGE, Pane

HEADING = 1
BESIDE_EVERY = 2
"""Frames"""


class Ladder(Pane):
    NAME = "ladder"
    SHOWS_INSTRUMENT: ClassVar[bool] = True
    LOOKS_EVERY: ClassVar[int] = EVERY_FRAME
    LEAST_WIDTH: ClassVar[int] = 38

    def __init__(self, paint: Paint, number: int = 0) -> None:
        super().__init__(paint, id=LADDERS[number])
        self.number = number
        self.instrument: InstrumentView = NO_INSTRUMENT
        self.book: BookView = EMPTY_BOOK
        self.orders: tuple[OrderView, ...] = ()
        self.position: PositionView | None = None
        self.size_lots = 0
        self.distrust: Distrust | None = None
        self.scale = Scale()
        self.is_active = self.number == 0
        """The trading keys act on it"""
        self.has_company = False
        """Other ladders are in sight"""
        self.is_armed = False
        self._is_open = False
        """A book was there to be centred on, and room to see it"""
        self._follows = False
        self.pointed_ticks: int | None = None
        """The price at a crosshair elsewhere"""
        self._drawn_at: tuple[int, int, int | None] = (0, 0, None)
        self.columns: tuple[str, ...] = ()
        self._kept_flow = KeptFlow()
        self._kept = Kept()
        self._view = LadderView()
        """What was drawn last"""
        self._groups_of: dict[int, int] = {}

    @property
    def group_ticks(self) -> int:
        return self.scale.group_ticks

    @property
    def middle_row(self) -> int:
        return self.scale.middle_row

    @property
    def cursor_row(self) -> int | None:
        return self.scale.cursor_row

    @property
    def price_rows(self) -> int:
        return max(1, self.size.height - FRAME - HEADING)

    @property
    def cursor_ticks(self) -> int | None:
        """The price that the next order at the cursor has. None while the cursor is out of sight: what a trader does
        not see, he cannot mean."""
        top, bottom = self._ends()
        if not self.display or self.cursor_row is None or not bottom <= self.cursor_row <= top:
            return None
        return self.cursor_row * self.group_ticks

    @property
    def looks_every(self) -> int:
        """Those beside the one that is traded on are for comparing: half as often is enough, at half the cost."""
        return EVERY_FRAME if self.is_active else BESIDE_EVERY

    def look(self, look: Look) -> None:
        instrument, linked = look.ladder(self.number), look.ladders
        seat, is_halted = look.status.seat, look.status.is_halted
        self.take_arming(is_armed=seat.is_armed and seat.holds_lease and not is_halted)
        is_active = linked.active == self.number
        pointed_ticks = linked.pointed_ticks if is_active or linked.shares_scale(self.number) else None
        standing = (is_active, linked.scale_of(self.number), look.columns, pointed_ticks)
        is_standing = standing == (self.is_active, self.scale, self.columns, self.pointed_ticks)
        self.is_active, self.scale, self.columns, self.pointed_ticks = standing
        if is_active:
            self.scale.rows = self.price_rows
        is_new_flow = self._kept_flow.take(look.source, instrument.instrument_id, self.group_ticks)
        self.show(
            instrument,
            look.book_of(instrument),
            look.orders_of(instrument),
            look.position_of(instrument),
            look.distrust_of(instrument),
            size_lots=look.sizes.lots(instrument) if self.is_active else 0,
            is_standing=is_standing and not is_new_flow,
            follows=linked.shares_scale(self.number),
        )
        if not self._kept_flow.is_of(instrument.instrument_id, self.group_ticks):
            # It was just centred, with other rows than before.
            self._kept_flow.take(look.source, instrument.instrument_id, self.group_ticks)
            self.repaint()

    def take_arming(self, *, is_armed: bool) -> None:
        """Keys trade here now: the whole frame says so."""
        if is_armed != self.is_armed:
            self.is_armed = is_armed
            self.repaint()

    def take_size(self, lots: int) -> None:
        """Of the next order."""
        self.size_lots = lots
        self.repaint()

    @property
    def line_style(self) -> Style:
        return self.paint.border_armed if self.is_armed and self.is_active else super().line_style

    def show(
        self,
        instrument: InstrumentView,
        book: BookView,
        orders: tuple[OrderView, ...],
        position: PositionView | None,
        distrust: Distrust | None,
        *,
        size_lots: int,
        is_standing: bool = True,
        follows: bool = False,
    ) -> None:
        """What the next frame draws. A new instrument, or the first book of one, is centred, unless it follows the
        active ladder: then it stands where that one does."""
        scale = self.scale
        place = (scale.middle_row, scale.group_ticks, scale.cursor_row)
        shown = (self.instrument, self.book, self.orders, self.position, self.size_lots)
        wanted = (instrument, book, orders, position, size_lots)
        is_same = all(old is new for old, new in zip(shown, wanted, strict=True)) and distrust == self.distrust
        if is_same and is_standing and place == self._drawn_at:
            return
        is_other = instrument.instrument_id != self.instrument.instrument_id
        is_first_book = not self._is_open and bool(book.bids or book.asks)
        self.instrument, self.book, self.orders, self.position = instrument, book, orders, position
        self.size_lots, self.distrust = size_lots, distrust
        self._follows = follows
        if follows:
            self._is_open = self._has_something_to_see
        else:
            is_near_the_edge = self._is_market_near_the_edge()
            scale.is_held = scale.is_held and is_near_the_edge
            if is_other or is_first_book:
                self._open()
            elif is_near_the_edge and not scale.is_static and not scale.is_held:
                scale.middle_row = middle_of(book, scale.group_ticks, instrument.reference_ticks)
        self._drawn_at = (scale.middle_row, scale.group_ticks, scale.cursor_row)
        self.set_class(not book.is_live, "-stale")
        self.repaint()

    def move(self, lines: int) -> None:
        """One that is out of sight comes in at the edge behind which it is."""
        scale, (top, bottom) = self.scale, self._ends()
        at = self.middle_row if self.cursor_row is None else min(top, max(bottom, self.cursor_row))
        cursor = max(1, at - lines)
        scale.cursor_row = cursor
        self._scroll(max(0, cursor - top) - max(0, bottom - cursor))
        self._moved()

    def _scroll(self, rows: int) -> None:
        """By hand: it does not run back to the market by itself."""
        if rows:
            self.scale.middle_row += rows
            self.scale.is_held = True

    def to_best(self, *, ask: bool) -> None:
        best = self.book.best_ask if ask else self.book.best_bid
        if best is not None:
            self.scale.cursor_row = (ask_row if ask else bid_row)(best, self.group_ticks)
            self._keep_cursor_in_sight()
            self._moved()

    def page(self, pages: int) -> None:
        self.move(pages * PAGE)

    def to_first(self) -> None:
        self.to_best(ask=True)

    def to_last(self) -> None:
        self.to_best(ask=False)

    def recentre(self) -> None:
        self.scale.middle_row = middle_of(self.book, self.group_ticks, self.instrument.reference_ticks)
        self.scale.is_held = False
        top, bottom = self._ends()
        if self.cursor_row is None or not bottom <= self.cursor_row <= top:
            self._cursor_to_bid()
        self._moved()

    def rescale(self, steps: int) -> None:
        self.regroup(steps)

    def follow(self) -> bool:
        """Stay where it is from now on, or follow the market again: then the answer is True."""
        self.scale.is_static = not self.scale.is_static
        if not self.scale.is_static:
            self.recentre()
        self._moved()
        return not self.scale.is_static

    def regroup(self, steps: int) -> None:
        """More ticks to a row, or fewer. The cursor keeps its price as nearly as it can."""
        at = GROUPS.index(self.group_ticks) + steps
        if not 0 <= at < len(GROUPS):
            return
        cursor_ticks = self.cursor_ticks
        self.scale.group_ticks = GROUPS[at]
        self._groups_of[self.instrument.instrument_id] = self.group_ticks
        self.scale.middle_row = middle_of(self.book, self.group_ticks, self.instrument.reference_ticks)
        self.scale.cursor_row = None if cursor_ticks is None else max(1, cursor_ticks // self.group_ticks)
        self._keep_cursor_in_sight()
        self._moved()

    def orders_at_cursor(self) -> list[OrderView]:
        if self.cursor_ticks is None:
            return []
        return [
            order
            for order in self.orders
            if (bid_row if order.side > 0 else ask_row)(order.shown_ticks, self.group_ticks) == self.cursor_row
        ]

    @property
    def view(self) -> LadderView:
        return LadderView(
            instrument=self.instrument,
            book=self.book,
            orders=self.orders,
            position=self.position,
            middle_row=self.middle_row,
            group_ticks=self.group_ticks,
            cursor_row=self.cursor_row if self.is_active else None,
            pointed_row=None if self.pointed_ticks is None else bid_row(self.pointed_ticks, self.group_ticks),
            size_lots=self.size_lots,
            is_static=self.scale.is_static,
            is_held=self.scale.is_held,
            flow=self._kept_flow.flow,
            columns=self.columns,
            distrust=self.distrust,
        )

    def content(self, width: int, height: int) -> list[Row]:
        paint = self.paint if self.book.is_live else paint_of(self.paint.palette, dimmed=True)
        self._view = self.view
        return ladder_rows(self._view, paint=paint, width=width, height=height, kept=self._kept)

    def picture(self, width: int, height: int) -> list[Row]:
        keys = "▸ " if self.is_active and self.has_company else ""
        self.pane_title = f"{keys}{self.instrument.symbol}"
        return super().picture(width, height)

    def state_label(self) -> Label:
        book, paint = self.book, self.paint
        if book.instrument_state is not InstrumentState.OPEN:
            return ((f" {INSTRUMENT_STATES[book.instrument_state]} ", paint.warning_block),)
        if book.state is BookState.LIVE:
            armed = ((" ARMED ", paint.warning_block),) if self.is_armed and self.is_active else ()
            return (*armed, (" LIVE ", paint.up))
        return ((f" {BOOK_STATES[book.state]} ", paint.warning_block),)

    def notes(self) -> Label:
        return ladder_notes(self._view, paint=self.paint, rows=self.price_rows, width=self.size.width - 2 * FRAME)

    def on_hide(self, event: events.Hide) -> None:
        if self.is_active and not self.display:
            self.scale.rows = 0

    def on_click(self, event: events.Click) -> None:
        """The cursor goes where the mouse points; it places nothing."""
        line = event.y - 1 - HEADING
        if 0 <= line < self.price_rows and not self.border_at(event.x, event.y):
            self.scale.cursor_row = max(1, self._ends()[0] - line)
            self._moved()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._scroll(3)
        self.repaint()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._scroll(-3)
        self.repaint()

    def on_resize(self, event: events.Resize) -> None:
        if self._follows:
            return
        if not self._is_open:
            self._open()
        elif not self.scale.is_static:
            self.scale.middle_row = middle_of(self.book, self.group_ticks, self.instrument.reference_ticks)
            self._keep_cursor_in_sight()

    @property
    def _has_something_to_see(self) -> bool:
        return bool(self.size) and bool(self.book.bids or self.book.asks)

    def _open(self) -> None:
        known = self._groups_of.get(self.instrument.instrument_id)
        self.scale.group_ticks = known or fitting_group(self.book, self.price_rows)
        self._is_open = self._has_something_to_see
        if self._is_open and self.book.bids and self.book.asks:
            self._groups_of[self.instrument.instrument_id] = self.group_ticks
        self.scale.middle_row = middle_of(self.book, self.group_ticks, self.instrument.reference_ticks)
        self.scale.is_held = False
        self._cursor_to_bid()
        self.post_message(CursorMoved())

    def _cursor_to_bid(self) -> None:
        bid = self.book.best_bid
        self.scale.cursor_row = self.middle_row if bid is None else bid_row(bid, self.group_ticks)

    def _ends(self) -> tuple[int, int]:
        """The highest and the lowest row in sight."""
        top = self.middle_row + self.price_rows // 2
        return top, top - self.price_rows + 1

    def _is_market_near_the_edge(self) -> bool:
        bid, ask = self.book.best_bid, self.book.best_ask
        if bid is None or ask is None:
            return False
        top, bottom = self._ends()
        margin = self.price_rows // 6
        return bid_row(bid, self.group_ticks) < bottom + margin or ask_row(ask, self.group_ticks) > top - margin

    def _keep_cursor_in_sight(self) -> None:
        top, bottom = self._ends()
        if self.cursor_row is not None and not bottom <= self.cursor_row <= top:
            self.scale.middle_row = self.cursor_row

    def _moved(self) -> None:
        self.repaint()
        self.post_message(CursorMoved())
