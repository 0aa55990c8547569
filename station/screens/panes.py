"""The main screen without its keys: every pane, where it stands, and the frame timer that feeds it.

One timer at FRAMES_PER_SECOND reads the source. The ladder is looked at in every frame, what a person reads as a table
a few times a second, the latency pane once: numbers that change faster than they can be read cost bytes and say
nothing.
"""

import msgspec
from textual import events
from textual.app import ComposeResult
from textual.geometry import Offset, Region
from textual.screen import Screen

from core.vocabulary import BookState
from station.actions import EMERGENCY, action, footer_actions, key_text, keys_text
from station.link.source import Source
from station.renderables.paint import Paint, paint_for
from station.renderables.palette import Palette
from station.screens.arrangement import LEAST, SECOND_LADDER, arrange
from station.screens.cells import CellCompositor
from station.screens.sizes import Sizes
from station.views.book import BookView
from station.views.consolidated import consolidated
from station.views.distrust import Distrust, distrust_of
from station.views.instrument import NO_INSTRUMENT, InstrumentView
from station.views.news import BAD, news_sentence
from station.views.orders import OrderView, PositionView
from station.views.status import EMPTY_STATUS, StatusView
from station.views.words import denied_sentence
from station.widgets.canvas import Canvas
from station.widgets.ladder import Ladder, LadderBeside
from station.widgets.lines import FooterLine, HintLine, StatusLine, TooSmall
from station.widgets.lists import OrderList, PositionList, Watchlist
from station.widgets.pane import Pane
from station.widgets.readings import Health, Latency, Quotes, Risk, Signals, Trades

FRAMES_PER_SECOND = 20
TABLES_EVERY = 5
"""Frames: the tables change four times a second."""
LATENCY_EVERY = 20
HINT_STAYS_S = 6.0
ANSWER_WATCHED_S = 1.5
"""After a wish was sent, its answer is looked for in every frame."""


class PanesScreen(Screen[None]):
    AUTO_FOCUS = "#ladder"

    def __init__(self, source: Source, palette: Palette) -> None:
        super().__init__()
        self.source = source
        self.palette = palette
        self.status: StatusView = EMPTY_STATUS
        self.instruments: tuple[InstrumentView, ...] = ()
        self.chosen = 0
        self.extra: str | None = None
        self.zoomed: str | None = None
        self.sizes = Sizes()
        compositor = CellCompositor()
        compositor.on_written = self._written
        self._compositor = compositor
        self._frame = 0
        self._denied_seen: int | None = None
        self._hint_until_frame = 0
        self._watch_until_frame = 0
        self._orders: tuple[OrderView, ...] = ()
        self._positions: tuple[PositionView, ...] = ()
        self._orders_here: tuple[OrderView, ...] = ()

    def compose(self) -> ComposeResult:
        paint = self._paint()
        self.ladder, self.beside = Ladder(paint), LadderBeside(paint, id=SECOND_LADDER)
        self.watchlist, self.order_list, self.position_list = Watchlist(paint), OrderList(paint), PositionList(paint)
        self.trades, self.signals, self.quotes = Trades(paint), Signals(paint), Quotes(paint)
        self.latency, self.health, self.risk = Latency(paint), Health(paint), Risk(paint)
        self.status_line, self.footer = StatusLine(paint), FooterLine(paint)
        self.hint = HintLine(paint, rearm_key=key_text(action("rearm").keys[0]))
        self.too_small = TooSmall(paint, LEAST)
        yield from (self.status_line, self.ladder, self.beside, self.watchlist, self.trades, self.signals)
        yield from (self.position_list, self.order_list, self.latency, self.health, self.quotes, self.risk)
        yield from (self.hint, self.footer, self.too_small)

    def on_mount(self) -> None:
        self.instruments = self.source.instruments()
        self.place_panes()
        self.set_interval(1 / FRAMES_PER_SECOND, self.frame, name="frame")

    @property
    def instrument(self) -> InstrumentView:
        return self.instruments[self.chosen] if self.instruments else NO_INSTRUMENT

    @property
    def is_lease_elsewhere(self) -> bool:
        return self.status.lease_seat >= 0 and not self.status.seat.holds_lease

    # ---- what is shown

    def frame(self) -> None:
        """Read what changed, hand each pane its view: one kind of table a frame, so that no frame is long."""
        self.source.beat()
        known = self.source.instruments()
        if known is not self.instruments:
            self.instruments = known
        self.show_fast()
        turn = self._frame % TABLES_EVERY
        if turn == 0 or self._frame < self._watch_until_frame:
            self._show_status()
            self._show_orders_and_positions()
        match turn:
            case 1:
                self._show_trades()
            case 2:
                self._show_watchlist()
            case 3:
                self._show_signals()
        if self._frame % LATENCY_EVERY == TABLES_EVERY - 1:
            self._show_desk()
        if self._frame == self._hint_until_frame:
            self.say_what_next()
        self._frame += 1

    def show_all(self) -> None:
        """Everything at once: at the start, after a new size, theme or instrument."""
        self._show_status()
        self.show_fast()
        self._show_orders_and_positions()
        self._show_trades()
        self._show_watchlist()
        self._show_signals()
        self._show_desk()
        self.say_what_next_unless_busy()
        self.show_keys()
        for canvas in self.query(Canvas):
            canvas.repaint()

    def show_fast(self) -> None:
        instrument = self.instrument
        orders = self.source.orders()
        if orders is not self._orders:
            self._orders = orders
            self._orders_here = self._orders_of(instrument)
        self._positions = self.source.positions()
        self.ladder.show(
            instrument,
            self._book_of(instrument),
            self._orders_here,
            self._position_of(instrument),
            self._distrust_of(instrument),
            size_lots=self.sizes.lots(instrument),
        )
        if self.beside.display:
            other = self._elsewhere(instrument)
            self.beside.show_like(
                self.ladder,
                other,
                self._book_of(other),
                self._orders_of(other),
                self._position_of(other),
                self._distrust_of(other),
            )

    def _show_status(self) -> None:
        before, status = self.status, self.source.status()
        self.status = status
        self.status_line.show(status)
        self.hint.show_status(status)
        self._tell_denials(status)
        if (before.is_halted, before.mode) != (status.is_halted, status.mode):
            self.use_palette(self.palette)
        if (before.is_halted, before.seat, before.lease_seat) != (status.is_halted, status.seat, status.lease_seat):
            self.show_keys()
            self.say_what_next_unless_busy()

    def _tell_news(self) -> None:
        """Of orders that a person sent; strategies speak through their own figures."""
        for one in self.source.news():
            instrument = next((i for i in self.instruments if i.instrument_id == one.instrument_id), NO_INSTRUMENT)
            text = news_sentence(one, instrument)
            if not text or one.strategy_id >= 0:
                continue
            is_bad = one.status in BAD and not one.traded_lots
            self.say(text, kind="denied" if is_bad else "did")
            if is_bad:
                self.notify(f"{text[0].upper()}{text[1:]}.", severity="warning", timeout=5, markup=False)

    def _show_orders_and_positions(self) -> None:
        self._tell_news()
        known = {instrument.instrument_id: instrument for instrument in self.instruments}
        self.order_list.show([(known.get(order.instrument_id, NO_INSTRUMENT), order) for order in self._orders])
        self.position_list.show(
            [(known.get(position.instrument_id, NO_INSTRUMENT), position) for position in self._positions]
        )

    def _show_trades(self) -> None:
        self.trades.show(self.instrument, self.source.trades(self.instrument.instrument_id))

    def _show_watchlist(self) -> None:
        lines = tuple(zip(self.instruments, self.source.watch(), strict=False))
        self.watchlist.show(lines, self.chosen)
        if self.quotes.display:
            self.quotes.show(consolidated(lines) if self.status.is_attached else ())

    def _show_signals(self) -> None:
        self.signals.show(
            self.instrument,
            self.source.signals(self.instrument.instrument_id),
            self.source.strategies(),
            strategies_enabled=self.status.strategies_enabled,
        )

    def _show_desk(self) -> None:
        self.latency.show(self.source.latency())
        self.health.show(self.status)
        if self.risk.display:
            self.risk.show(
                self.source.risk(),
                self.source.portfolio(),
                self.instruments,
                self._positions,
                wall_s=self.status.wall_s,
            )

    def _book_of(self, instrument: InstrumentView) -> BookView:
        """As the core published it; when the core is silent, nothing that it published can be trusted."""
        book = self.source.book(instrument.instrument_id)
        if self.status.is_attached or book.state is not BookState.LIVE:
            return book
        return msgspec.structs.replace(book, state=BookState.STALE)

    def _distrust_of(self, instrument: InstrumentView) -> Distrust | None:
        status, book = self.status, self.source.book(instrument.instrument_id)
        return distrust_of(
            book, status.feeds, venue=instrument.venue, is_attached=status.is_attached, wall_s=status.wall_s
        )

    def _orders_of(self, instrument: InstrumentView) -> tuple[OrderView, ...]:
        return tuple(order for order in self._orders if order.instrument_id == instrument.instrument_id)

    def _position_of(self, instrument: InstrumentView) -> PositionView | None:
        return next((one for one in self._positions if one.instrument_id == instrument.instrument_id), None)

    def _elsewhere(self, instrument: InstrumentView) -> InstrumentView:
        """The same name at another venue; else the next of the list."""
        same = [one for one in self.instruments if one.name == instrument.name and one.venue != instrument.venue]
        return same[0] if same else self.instruments[(self.chosen + 1) % len(self.instruments)]

    def _written(self) -> None:
        self.source.drawn(self.ladder.book)

    # ---- what is said

    def say(self, text: str, *, kind: str) -> None:
        self.hint.say(text, kind=kind)
        self._hint_until_frame = self._frame + int(HINT_STAYS_S * FRAMES_PER_SECOND)

    def watch_for_answer(self) -> None:
        self._watch_until_frame = self._frame + int(ANSWER_WATCHED_S * FRAMES_PER_SECOND)

    def say_what_next(self) -> None:
        """The quiet hint: why nothing is sent, or what the next order would be."""
        seat, instrument, ticks = self.status.seat, self.instrument, self.ladder.cursor_ticks
        if seat.seat < 0:
            text = "you watch: every seat is taken; the kill keys work"
        elif self.is_lease_elsewhere:
            lease = key_text(action("lease").keys[0])
            text = f"seat {self.status.lease_seat} holds the trading lease · {lease} takes it · the kill keys work"
        elif not seat.is_armed:
            text = f"disarmed: a key only says what it would do · {keys_text(action('toggle_arm'))} arms"
        elif ticks is not None:
            text = f"{instrument.short(self.sizes.lots(instrument))} {instrument.symbol} at {instrument.price(ticks)}"
        else:
            text = ""
        self.hint.say(text, kind="quiet")

    def say_what_next_unless_busy(self) -> None:
        """What was just said stays for a while."""
        if self._frame >= self._hint_until_frame:
            self.say_what_next()

    def _tell_denials(self, status: StatusView) -> None:
        denied, before = status.seat.denied, self._denied_seen
        self._denied_seen = denied
        if before is None or denied <= before:
            return
        why = denied_sentence(status.seat.last_reason)
        self.say(f"denied: {why}", kind="denied")
        title = "Denied" if denied == before + 1 else f"Denied ×{denied - before}"
        self.notify(f"{why[0].upper()}{why[1:]}.", title=title, severity="warning", timeout=4, markup=False)

    def show_keys(self) -> None:
        focused = self.focused
        named = footer_actions(
            is_halted=self.status.is_halted,
            is_armed=self.status.seat.is_armed,
            is_watching=self.status.seat.seat < 0 or self.is_lease_elsewhere,
            pane=focused.id or "" if isinstance(focused, Pane) else "",
            is_zoomed=self.zoomed is not None,
        )
        self.footer.show(
            [(keys_text(one).split(" ")[0], one.label) for one in named],
            [one.name for one in named],
            [(key_text(one.keys[0]), one.label) for one in EMERGENCY],
        )

    # ---- where it stands

    def place_panes(self) -> None:
        width, height = self.app.size
        places = arrange(width, height, extra=self.extra, zoomed=self.zoomed)
        if places:
            places |= {
                "status": Region(0, 0, width, 1),
                "hint": Region(0, height - 2, width, 1),
                "footer": Region(0, height - 1, width, 1),
            }
        else:
            places = {"too-small": Region(0, 0, width, height)}
        for canvas in self.query(Canvas):
            place = places.get(canvas.id or "")
            canvas.display = place is not None
            if place is not None:
                canvas.styles.width, canvas.styles.height = place.width, place.height
                canvas.styles.offset = Offset(place.x, place.y)
        if self.focused is None or not self.focused.display:
            self.query_one(f"#{self.zoomed or 'ladder'}").focus()
        self.call_after_refresh(self.show_all)

    def choose(self, index: int) -> None:
        """Another instrument onto the ladder."""
        self.chosen = index % max(1, len(self.instruments))
        self._orders_here = self._orders_of(self.instrument)
        self.show_all()

    def use_palette(self, palette: Palette) -> None:
        self.palette = palette
        paint = self._paint()
        for canvas in self.query(Canvas):
            canvas.paint = paint
        self.show_all()

    def _paint(self) -> Paint:
        return paint_for(self.palette, mode=self.status.mode, is_halted=self.status.is_halted)

    def on_resize(self, event: events.Resize) -> None:
        self.place_panes()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self.show_keys()
