"""The main screen: every pane, the frame timer that feeds them, and what each key does.

One timer at FRAMES_PER_SECOND reads the source. The ladder and the hint line are looked at in every frame, what a
person reads as a table a few times a second, the latency pane once: numbers that change faster than they can be read
cost bytes and say nothing.
"""

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.screen import Screen

from core.vocabulary import Side, TimeInForce
from station.actions import ACTIONS, EMERGENCY, action, footer_actions, key_text, keys_text
from station.link.source import Source
from station.messages import CursorMoved, InstrumentChosen, KeyWanted
from station.renderables.paint import Paint
from station.screens.arrangement import ALWAYS, LEAST, PANES, all_in_sight, arrange
from station.screens.cells import CellCompositor
from station.screens.dialogs import Find, Help, Question, Reason
from station.sizes import Sizes
from station.views.instrument import NO_INSTRUMENT, InstrumentView
from station.views.orders import OrderView, PositionView
from station.views.status import EMPTY_STATUS, StatusView
from station.views.words import denied_sentence
from station.widgets.canvas import Canvas
from station.widgets.ladder import Ladder
from station.widgets.lines import FooterLine, HintLine, StatusLine, TooSmall
from station.widgets.lists import OrderList, PositionList, Watchlist
from station.widgets.pane import Pane
from station.widgets.readings import Health, Latency, Signals, Trades
from station.wishes import (
    NEEDS_ARMING,
    Arm,
    Cancel,
    CancelAll,
    EnableStrategies,
    Flatten,
    Place,
    Rearm,
    ReleaseLease,
    Reverse,
    TakeLease,
    Wish,
    sentence,
)

FRAMES_PER_SECOND = 20
TABLES_EVERY = 5
"""Frames: the tables change four times a second."""
LATENCY_EVERY = 20
HINT_STAYS_S = 6.0
PAGE = 10

KEYS_OF_APP = {"halt", "halt_and_flatten", "leave", "next_theme"}


def _bindings() -> list[BindingType]:
    bound: list[BindingType] = []
    for named in ACTIONS:
        if named.name in KEYS_OF_APP:
            continue
        if named.name == "size_preset":
            bound += [Binding(key, f"size_preset({key})", named.label, show=False) for key in named.keys]
        else:
            priority = named.name in ("next_pane", "previous_pane")
            bound.append(Binding(",".join(named.keys), named.name, named.label, show=False, priority=priority))
    return bound


class DeskScreen(Screen[None]):
    BINDINGS: ClassVar[list[BindingType]] = _bindings()
    AUTO_FOCUS = "#ladder"

    def __init__(self, source: Source, paint: Paint) -> None:
        super().__init__()
        self._compositor = CellCompositor()
        self.source = source
        self.paint = paint
        self.status: StatusView = EMPTY_STATUS
        self.instruments: tuple[InstrumentView, ...] = ()
        self.chosen = 0
        self.extra: str | None = None
        self.zoomed: str | None = None
        self.sizes = Sizes()
        self._frame = 0
        self._denied_seen: int | None = None
        self._hint_until_frame = 0
        self._orders: tuple[OrderView, ...] = ()
        self._positions: tuple[PositionView, ...] = ()
        self._orders_here: tuple[OrderView, ...] = ()

    def compose(self) -> ComposeResult:
        paint = self.paint
        self.ladder = Ladder(paint)
        self.watchlist, self.order_list, self.position_list = Watchlist(paint), OrderList(paint), PositionList(paint)
        self.trades, self.signals = Trades(paint), Signals(paint)
        self.latency, self.health = Latency(paint), Health(paint)
        self.status_line, self.footer = StatusLine(paint), FooterLine(paint)
        self.hint = HintLine(paint, rearm_key=key_text(action("rearm").keys[0]))
        self.too_small = TooSmall(paint, LEAST)
        yield from (self.status_line, self.ladder, self.watchlist, self.trades, self.signals, self.position_list)
        yield from (self.order_list, self.latency, self.health, self.hint, self.footer, self.too_small)

    def on_mount(self) -> None:
        self.instruments = self.source.instruments()
        self._arrange()
        self.set_interval(1 / FRAMES_PER_SECOND, self.frame, name="frame")

    # ---- what is shown

    @property
    def instrument(self) -> InstrumentView:
        return self.instruments[self.chosen] if self.instruments else NO_INSTRUMENT

    def frame(self) -> None:
        """Read what changed, hand each pane its view."""
        self.source.beat()
        if not self.instruments:
            self.instruments = self.source.instruments()
        self._show_fast()
        slow = self._frame % TABLES_EVERY
        if slow == 0:
            self._show_status()
            self._show_orders_and_positions()
        elif slow == 1:
            self.trades.show(self.instrument, self.source.trades(self.instrument.instrument_id))
        elif slow == 2:
            self.watchlist.show(tuple(zip(self.instruments, self.source.watch(), strict=False)), self.chosen)
        elif slow == 3:
            self.signals.show(
                self.instrument,
                self.source.signals(self.instrument.instrument_id),
                self.source.strategies(),
                strategies_enabled=self.status.strategies_enabled,
            )
        if self._frame % LATENCY_EVERY == 4:
            self.latency.show(self.source.latency())
            self.health.show(self.status)
        if self._frame == self._hint_until_frame:
            self._say_what_next()
        self._frame += 1

    def show_all(self) -> None:
        """Everything at once: at the start, after a new size, theme or instrument."""
        self._show_fast()
        self._show_status()
        self._show_orders_and_positions()
        self.trades.show(self.instrument, self.source.trades(self.instrument.instrument_id))
        self.watchlist.show(tuple(zip(self.instruments, self.source.watch(), strict=False)), self.chosen)
        self.signals.show(
            self.instrument,
            self.source.signals(self.instrument.instrument_id),
            self.source.strategies(),
            strategies_enabled=self.status.strategies_enabled,
        )
        self.latency.show(self.source.latency())
        self.health.show(self.status)
        self._say_what_next()
        self._show_keys()

    def _show_fast(self) -> None:
        instrument = self.instrument
        orders, positions = self.source.orders(), self.source.positions()
        if orders is not self._orders:
            self._orders = orders
            self._orders_here = self._orders_of(instrument.instrument_id)
        self._positions = positions
        position = next((p for p in positions if p.instrument_id == instrument.instrument_id), None)
        book = self.source.book(instrument.instrument_id)
        self.ladder.show(
            instrument,
            book,
            self._orders_here,
            position,
            size_lots=self.sizes.lots(instrument),
            is_armed=self.status.seat.is_armed,
        )
        self.source.drawn(book)

    def _show_status(self) -> None:
        before, status = self.status, self.source.status()
        self.status = status
        self.status_line.show(status)
        self.hint.show_status(status)
        self._tell_denials(status)
        if (before.is_halted, before.seat, before.lease_seat) != (status.is_halted, status.seat, status.lease_seat):
            self._show_keys()
            self._say_what_next()

    def _show_orders_and_positions(self) -> None:
        known = {instrument.instrument_id: instrument for instrument in self.instruments}
        self.order_list.show([(known.get(order.instrument_id, NO_INSTRUMENT), order) for order in self._orders])
        self.position_list.show(
            [(known.get(position.instrument_id, NO_INSTRUMENT), position) for position in self._positions]
        )

    def _orders_of(self, instrument_id: int) -> tuple[OrderView, ...]:
        return tuple(order for order in self._orders if order.instrument_id == instrument_id)

    def _tell_denials(self, status: StatusView) -> None:
        denied = status.seat.denied
        if self._denied_seen is not None and denied > self._denied_seen:
            text = f"denied: {denied_sentence(status.seat.last_reason)}"
            many = denied - self._denied_seen
            self.say(text, kind="denied")
            self.notify(denied_sentence(status.seat.last_reason).capitalize() + ".",
                        title=f"Denied ×{many}" if many > 1 else "Denied", severity="warning", timeout=4,
                        markup=False)  # fmt: skip
        self._denied_seen = denied

    def say(self, text: str, *, kind: str) -> None:
        self.hint.say(text, kind=kind)
        self._hint_until_frame = self._frame + int(HINT_STAYS_S * FRAMES_PER_SECOND)

    def _say_what_next(self) -> None:
        """The quiet hint: what the cursor is at, and what a buy there would be."""
        seat, instrument, ticks = self.status.seat, self.instrument, self.ladder.cursor_ticks
        if seat.seat < 0:
            text = "you watch: every seat is taken; the kill keys work"
        elif not seat.is_armed:
            text = f"disarmed: keys only say what they would do; {keys_text(action('toggle_arm'))} arms them"
        elif ticks is not None:
            text = f"{instrument.short(self.sizes.lots(instrument))} {instrument.symbol} at {instrument.price(ticks)}"
        else:
            text = ""
        self.hint.say(text, kind="quiet")

    def _show_keys(self) -> None:
        focused = self.focused
        named = footer_actions(
            is_halted=self.status.is_halted,
            is_armed=self.status.seat.is_armed,
            is_watching=self.status.seat.seat < 0,
            pane=focused.id or "" if isinstance(focused, Pane) else "",
            is_zoomed=self.zoomed is not None,
        )
        self.footer.show(
            [(keys_text(one).split(" ")[0], one.label) for one in named],
            [one.name for one in named],
            [(key_text(one.keys[0]), one.label) for one in EMERGENCY],
        )

    # ---- where it stands

    def _arrange(self) -> None:
        width, height = self.app.size
        places = arrange(width, height, extra=self.extra, zoomed=self.zoomed)
        lines = {"status": (0, 1), "hint": (height - 2, 1), "footer": (height - 1, 1)}
        self.too_small.display = not places
        self.too_small.styles.width, self.too_small.styles.height = width, height
        for name, (y, line_height) in lines.items():
            self._place(self.query_one(f"#{name}", Canvas), 0, y, width, line_height, is_shown=bool(places))
        for name in PANES:
            place = places.get(name)
            pane = self.query_one(f"#{name}", Canvas)
            if place is None:
                pane.display = False
            else:
                self._place(pane, place.x, place.y, place.width, place.height, is_shown=True)
        focused = self.focused
        if focused is None or not focused.display:
            wanted = self.zoomed or "ladder"
            self.query_one(f"#{wanted}").focus()
        self.call_after_refresh(self.show_all)

    @staticmethod
    def _place(canvas: Canvas, x: int, y: int, width: int, height: int, *, is_shown: bool) -> None:
        canvas.display = is_shown
        canvas.styles.width, canvas.styles.height = width, height
        canvas.styles.offset = Offset(x, y)

    def on_resize(self, event: events.Resize) -> None:
        self._arrange()

    def use_paint(self, paint: Paint) -> None:
        self.paint = paint
        for canvas in self.query(Canvas):
            canvas.paint = paint
        self.show_all()

    # ---- messages of the panes

    def on_cursor_moved(self, message: CursorMoved) -> None:
        if self._frame >= self._hint_until_frame:
            self._say_what_next()

    def on_instrument_chosen(self, message: InstrumentChosen) -> None:
        places = [index for index, one in enumerate(self.instruments) if one.instrument_id == message.instrument_id]
        if places:
            self._choose(places[0])

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self._show_keys()

    async def on_key_wanted(self, message: KeyWanted) -> None:
        await self.run_action(message.action)

    def _choose(self, index: int) -> None:
        self.chosen = index % max(1, len(self.instruments))
        self._orders_here = self._orders_of(self.instrument.instrument_id)
        self.show_all()

    # ---- keys: moving about

    def action_up(self) -> None:
        self._move(-1)

    def action_down(self) -> None:
        self._move(1)

    def action_page_up(self) -> None:
        self._move(-PAGE)

    def action_page_down(self) -> None:
        self._move(PAGE)

    def _move(self, lines: int) -> None:
        pane = self.focused
        if not isinstance(pane, Watchlist | OrderList):
            pane = self.ladder
        pane.move(lines)

    def action_to_ask(self) -> None:
        self.ladder.to_best(ask=True)

    def action_to_bid(self) -> None:
        self.ladder.to_best(ask=False)

    def action_recentre(self) -> None:
        self.ladder.recentre()

    def action_finer(self) -> None:
        self.ladder.regroup(-1)

    def action_coarser(self) -> None:
        self.ladder.regroup(1)

    def action_choose(self) -> None:
        pane = self.focused
        if isinstance(pane, Watchlist | OrderList):
            pane.choose()

    def action_next_instrument(self) -> None:
        self._choose(self.chosen + 1)

    def action_previous_instrument(self) -> None:
        self._choose(self.chosen - 1)

    def action_search(self) -> None:
        def found(instrument_id: int | None) -> None:
            if instrument_id is not None:
                self.on_instrument_chosen(InstrumentChosen(instrument_id))

        self.app.push_screen(Find([(one.instrument_id, one.symbol) for one in self.instruments]), found)

    def action_next_pane(self) -> None:
        self._cycle(1)

    def action_previous_pane(self) -> None:
        self._cycle(-1)

    def _cycle(self, step: int) -> None:
        """Through the panes in sight; while one is zoomed, through all of them, each in its turn over the screen."""
        shown = list(PANES) if self.zoomed else [name for name in PANES if self.query_one(f"#{name}").display]
        if not shown:
            return
        now = self.focused.id if self.focused is not None else None
        at = shown.index(now) if now in shown else 0
        wanted = shown[(at + step) % len(shown)]
        if self.zoomed:
            self.zoomed = wanted
            self._arrange()
        self.query_one(f"#{wanted}").focus()

    def action_zoom(self) -> None:
        if self.zoomed is not None:
            self.zoomed = None
        elif isinstance(self.focused, Pane):
            self.zoomed = self.focused.id
        self._arrange()

    def action_back(self) -> None:
        self.zoomed = None
        self.extra = None
        self.ladder.focus()
        self._arrange()

    def action_pane(self, name: str) -> None:
        """Bring a pane into sight and give it the keys; again: put it away."""
        pane = self.query_one(f"#{name}")
        if self.zoomed is not None:
            self.zoomed = name
        elif pane.display and pane.has_focus and name not in ALWAYS:
            self.action_back()
            return
        elif not pane.display:
            if all_in_sight(*self.app.size) and name != "health":
                self.extra = None
            else:
                self.extra = name
        self._arrange()
        pane.display = True
        pane.focus()

    def action_help(self) -> None:
        async def chosen(name: str | None) -> None:
            if name is not None and name != "size_preset":
                await self.app.run_action(name if name in KEYS_OF_APP else f"screen.{name}")

        self.app.push_screen(Help(), chosen)

    # ---- keys: trading

    def action_buy_at_cursor(self) -> None:
        self._place_at(Side.BUY, self.ladder.cursor_ticks)

    def action_sell_at_cursor(self) -> None:
        self._place_at(Side.SELL, self.ladder.cursor_ticks)

    def action_join_bid(self) -> None:
        self._place_at(Side.BUY, self.ladder.book.best_bid, is_post_only=True)

    def action_join_ask(self) -> None:
        self._place_at(Side.SELL, self.ladder.book.best_ask, is_post_only=True)

    def action_take_ask(self) -> None:
        self._place_at(Side.BUY, self.ladder.book.best_ask, time_in_force=TimeInForce.IOC)

    def action_take_bid(self) -> None:
        self._place_at(Side.SELL, self.ladder.book.best_bid, time_in_force=TimeInForce.IOC)

    def action_flatten(self) -> None:
        self._wish(Flatten(instrument_id=self.instrument.instrument_id))

    def action_reverse(self) -> None:
        self._wish(Reverse(instrument_id=self.instrument.instrument_id))

    def action_cancel_at_cursor(self) -> None:
        listed = self.order_list.at_cursor
        orders = [listed] if listed is not None else self.ladder.orders_at_cursor()
        for order in orders:
            self._wish(Cancel(client_id=order.client_id, instrument_id=order.instrument_id))
        if not orders:
            self.say("no order of ours at this price", kind="would")

    def action_cancel_instrument(self) -> None:
        self._wish(CancelAll(instrument_id=self.instrument.instrument_id))

    def action_cancel_buys(self) -> None:
        self._wish(CancelAll(instrument_id=self.instrument.instrument_id, side=Side.BUY))

    def action_cancel_sells(self) -> None:
        self._wish(CancelAll(instrument_id=self.instrument.instrument_id, side=Side.SELL))

    def action_cancel_all(self) -> None:
        self._wish(CancelAll())

    def action_size_preset(self, preset: int) -> None:
        self.sizes.choose(self.instrument, preset)
        self._size_changed()

    def action_larger(self) -> None:
        self.sizes.step(self.instrument, 1)
        self._size_changed()

    def action_smaller(self) -> None:
        self.sizes.step(self.instrument, -1)
        self._size_changed()

    def action_toggle_arm(self) -> None:
        self._wish(Arm(is_armed=not self.status.seat.is_armed))

    def action_lease(self) -> None:
        seat = self.status.seat
        if seat.holds_lease:
            self._wish(ReleaseLease())
        elif self.status.lease_seat < 0:
            self._wish(TakeLease(reason="free"))
        else:
            self._ask_reason(
                "Take the lease",
                f"Seat {self.status.lease_seat} holds the trading lease. It is told your reason.",
                lambda reason: TakeLease(reason=reason),
            )

    def action_strategies(self) -> None:
        turn_on = not self.status.strategies_enabled
        word = "on" if turn_on else "off"

        def answered(answer: str | None) -> None:
            if answer == "yes":
                self._wish(EnableStrategies(are_enabled=turn_on))

        question = Question("Strategies", f"Switch every enabled strategy {word}?", [("y", "yes", f"switch {word}")])
        self.app.push_screen(question, answered)

    def action_rearm(self) -> None:
        if not self.status.is_halted:
            self.say("the desk is not halted", kind="would")
            return
        self._ask_reason(
            "Re-arm",
            f"Halted: {self.status.halt_reason or 'no reason given'}. Trading may go on after this.",
            lambda reason: Rearm(reason=reason),
        )

    def _ask_reason(self, title: str, text: str, wish_for: Callable[[str], Wish]) -> None:
        def answered(reason: str | None) -> None:
            if reason is not None:
                self._wish(wish_for(reason))

        self.app.push_screen(Reason(title, text), answered)

    def _size_changed(self) -> None:
        instrument = self.instrument
        self.say(f"size {instrument.short(self.sizes.lots(instrument))}", kind="did")
        self._show_fast()

    def _place_at(
        self,
        side: Side,
        ticks: int | None,
        *,
        is_post_only: bool = False,
        time_in_force: TimeInForce = TimeInForce.GTC,
    ) -> None:
        if ticks is None:
            self.say("no price there", kind="would")
            return
        instrument = self.instrument
        self._wish(
            Place(
                instrument_id=instrument.instrument_id,
                side=side,
                price_ticks=ticks,
                quantity_lots=self.sizes.lots(instrument),
                time_in_force=time_in_force,
                is_post_only=is_post_only,
            )
        )

    def _wish(self, wish: Wish) -> None:
        """Send it, or say what it would do while the hot keys are off."""
        text = sentence(wish, self.instrument)
        if isinstance(wish, NEEDS_ARMING) and not self.status.seat.is_armed:
            arm = key_text(action("toggle_arm").keys[0])
            self.say(f"disarmed: this would {text} · {arm} arms", kind="would")
        else:
            self._send(wish)

    def _send(self, wish: Wish) -> None:
        refusal = self.source.send(wish)
        if refusal is None:
            self.say(f"→ {sentence(wish, self.instrument)}", kind="did")
        else:
            self.say(refusal, kind="denied")
