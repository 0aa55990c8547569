"""The main screen's keys: moving about, choosing, trading. What is shown is screens/panes.py.

A key becomes a wish (station/link/wishes.py). Until the hot keys are armed, wishes that add risk only say what they
would do.
"""

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType

from core.vocabulary import Side, TimeInForce
from station.actions import ACTIONS, action, key_text
from station.link import wishes
from station.link.tickets import Ticket
from station.messages import CursorMoved, InstrumentChosen, KeyWanted
from station.renderables.paint import paint_of
from station.screens.arrangement import ALWAYS, BY_KEY_ONLY, PANES, all_in_sight
from station.screens.dialogs import Find, Help, Question, Reason
from station.screens.kill_report import KillReport
from station.screens.panes import PanesScreen
from station.widgets.lists import OrderList, Watchlist
from station.widgets.pane import Pane

PAGE = 10
CURSOR_OUT_OF_SIGHT = f"the cursor is out of sight, nothing was sent: {key_text('space')} brings it back"
KEYS_OF_APP = {"halt", "halt_and_flatten", "leave", "next_theme"}


def _bindings() -> list[BindingType]:
    bound: list[BindingType] = []
    for named in ACTIONS:
        if named.name in KEYS_OF_APP:
            continue
        if named.name == "size_preset":
            bound += [Binding(key, f"size_preset({key})", named.label, show=False) for key in named.keys]
        else:
            # Textual moves the focus by itself on these two.
            priority = named.name in ("next_pane", "previous_pane")
            bound.append(Binding(",".join(named.keys), named.name, named.label, show=False, priority=priority))
    return bound


class DeskScreen(PanesScreen):
    BINDINGS: ClassVar[list[BindingType]] = _bindings()

    # ---- messages of the panes

    def on_cursor_moved(self, message: CursorMoved) -> None:
        self.say_what_next_unless_busy()

    def on_instrument_chosen(self, message: InstrumentChosen) -> None:
        places = [index for index, one in enumerate(self.instruments) if one.instrument_id == message.instrument_id]
        if places:
            self.choose(places[0])

    async def on_key_wanted(self, message: KeyWanted) -> None:
        await self._run(message.action)

    async def _run(self, name: str) -> None:
        await self.app.run_action(name if name in KEYS_OF_APP else f"screen.{name}")

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
        self.choose(self.chosen + 1)

    def action_previous_instrument(self) -> None:
        self.choose(self.chosen - 1)

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
            self.place_panes()
        self.query_one(f"#{wanted}").focus()

    def action_zoom(self) -> None:
        if self.zoomed is not None:
            self.zoomed = None
        elif isinstance(self.focused, Pane):
            self.zoomed = self.focused.id
        self.place_panes()

    def action_back(self) -> None:
        self.zoomed = None
        self.extra = None
        self.ladder.focus()
        self.place_panes()

    def action_pane(self, name: str) -> None:
        """Bring a pane into sight and give it the keys; again: put it away."""
        pane = self.query_one(f"#{name}")
        if self.zoomed is not None:
            self.zoomed = name
        elif pane.display and pane.has_focus and name not in ALWAYS:
            self.action_back()
            return
        elif not pane.display:
            if all_in_sight(*self.app.size) and name not in BY_KEY_ONLY:
                self.extra = None
            else:
                self.extra = name
        self.place_panes()
        pane.display = True
        pane.focus()

    def action_help(self) -> None:
        async def chosen(name: str | None) -> None:
            if name is not None and name != "size_preset":
                await self._run(name)

        self.app.push_screen(Help(), chosen)

    # ---- keys: trading

    def action_buy_at_cursor(self) -> None:
        self._place_at(Side.BUY, self.ladder.cursor_ticks, nowhere=CURSOR_OUT_OF_SIGHT)

    def action_sell_at_cursor(self) -> None:
        self._place_at(Side.SELL, self.ladder.cursor_ticks, nowhere=CURSOR_OUT_OF_SIGHT)

    def action_join_bid(self) -> None:
        self._place_at(Side.BUY, self.ladder.book.best_bid, is_post_only=True)

    def action_join_ask(self) -> None:
        self._place_at(Side.SELL, self.ladder.book.best_ask, is_post_only=True)

    def action_take_ask(self) -> None:
        self._place_at(Side.BUY, self.ladder.book.best_ask, time_in_force=TimeInForce.IOC)

    def action_take_bid(self) -> None:
        self._place_at(Side.SELL, self.ladder.book.best_bid, time_in_force=TimeInForce.IOC)

    def action_flatten(self) -> None:
        self._wish(wishes.Flatten(instrument_id=self.instrument.instrument_id))

    def action_reverse(self) -> None:
        self._wish(wishes.Reverse(instrument_id=self.instrument.instrument_id))

    def action_cancel_at_cursor(self) -> None:
        listed = self.order_list.at_cursor
        orders = [listed] if listed is not None else self.ladder.orders_at_cursor()
        for order in orders:
            self._wish(wishes.Cancel(client_id=order.client_id, instrument_id=order.instrument_id))
        if not orders:
            unseen = self.ladder.cursor_ticks is None and listed is None
            self.say(CURSOR_OUT_OF_SIGHT if unseen else "no order of ours at this price", kind="denied")

    def action_cancel_instrument(self) -> None:
        self._wish(wishes.CancelAll(instrument_id=self.instrument.instrument_id))

    def action_cancel_buys(self) -> None:
        self._wish(wishes.CancelAll(instrument_id=self.instrument.instrument_id, side=Side.BUY))

    def action_cancel_sells(self) -> None:
        self._wish(wishes.CancelAll(instrument_id=self.instrument.instrument_id, side=Side.SELL))

    def action_cancel_all(self) -> None:
        self._wish(wishes.CancelAll())

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
        self._wish(wishes.Arm(is_armed=not self.status.seat.is_armed))

    def action_lease(self) -> None:
        seat = self.status.seat
        if seat.holds_lease:
            self._wish(wishes.ReleaseLease())
        elif self.status.lease_seat < 0:
            self._wish(wishes.TakeLease(reason="free"))
        else:
            self._ask_reason(
                "Take the lease",
                f"Seat {self.status.lease_seat} holds the trading lease. It is told your reason.",
                lambda reason: wishes.TakeLease(reason=reason),
            )

    def action_strategies(self) -> None:
        turn_on = not self.status.strategies_enabled
        word = "on" if turn_on else "off"

        def answered(answer: str | None) -> None:
            if answer == "yes":
                self._wish(wishes.EnableStrategies(are_enabled=turn_on))

        question = Question("Strategies", f"Switch every enabled strategy {word}?", [("y", "yes", f"switch {word}")])
        self.app.push_screen(question, answered)

    def action_kill_report(self) -> None:
        self.app.push_screen(KillReport(self.source.kill_report, paint_of(self.palette)))

    def action_rearm(self) -> None:
        if not self.status.is_halted:
            self.say("the desk is not halted", kind="would")
            return
        self._ask_reason(
            "Re-arm",
            f"Halted: {self.status.halt_reason or 'no reason given'}. Trading may go on after this.",
            lambda reason: wishes.Rearm(reason=reason),
        )

    def _ask_reason(self, title: str, text: str, wish_for: Callable[[str], wishes.Wish]) -> None:
        def answered(reason: str | None) -> None:
            if reason is not None:
                self._wish(wish_for(reason))

        self.app.push_screen(Reason(title, text), answered)

    def _size_changed(self) -> None:
        instrument = self.instrument
        self.say(f"size {instrument.short(self.sizes.lots(instrument))}", kind="did")
        self.show_fast()

    def _place_at(
        self,
        side: Side,
        ticks: int | None,
        *,
        is_post_only: bool = False,
        time_in_force: TimeInForce = TimeInForce.GTC,
        nowhere: str = "that side of the book is empty",
    ) -> None:
        if ticks is None:
            self.say(nowhere, kind="denied")
            return
        instrument = self.instrument
        self._wish(
            Ticket(
                instrument_id=instrument.instrument_id,
                side=side,
                price_ticks=ticks,
                quantity_lots=self.sizes.lots(instrument),
                time_in_force=time_in_force,
                is_post_only=is_post_only,
            )
        )

    def _wish(self, wish: wishes.Wish) -> None:
        """Send it, or say what it would do while the hot keys are off."""
        text = wishes.sentence(wish, self.instrument)
        if isinstance(wish, wishes.NEEDS_ARMING) and not self.status.seat.is_armed:
            arm = key_text(action("toggle_arm").keys[0])
            self.say(f"disarmed: this would {text} · {arm} arms", kind="would")
        else:
            self._send(wish)

    def _send(self, wish: wishes.Wish) -> None:
        refusal = self.source.send(wish)
        self.watch_for_answer()
        if refusal is None:
            self.say(f"→ {wishes.sentence(wish, self.instrument)}", kind="did")
        else:
            self.say(refusal, kind="denied")
