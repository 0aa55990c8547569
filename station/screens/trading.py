"""The main screen's trading keys and its prompt: each becomes wishes (station/link/wishes.py).

Until the hot keys are armed, wishes that add risk only say what they would do; cancels are never gated. What can be
typed is done by typing it (station/language): a key and its line are the same thing.
"""

from collections.abc import Callable

from core.vocabulary import Mode, Side, TimeInForce
from station.keymap import Keymap
from station.language.commands import read_line
from station.language.deeds import Deed
from station.language.reader import NotUnderstood
from station.language.situation import Names, Situation
from station.link import wishes
from station.link.source import Source
from station.link.tickets import Ticket
from station.renderables.palette import Palette
from station.screens.dialogs import Question, Reason
from station.screens.layouts import Layouts
from station.screens.places import PlacesScreen
from station.screens.preferences import Preferences
from station.views.arming import against_arming
from station.views.orders import OrderView

LEARNT = (*wishes.NEEDS_ARMING, wishes.Arm)
"""What is only said while learning; cancels and the kill keys are never held back."""
"""Said and not sent while the trader learns."""


class TradingScreen(PlacesScreen):
    def __init__(
        self,
        source: Source,
        palette: Palette,
        *,
        keymap: Keymap | None = None,
        preferences: Preferences | None = None,
        layouts: Layouts | None = None,
    ) -> None:
        super().__init__(source, palette, keymap=keymap, preferences=preferences, layouts=layouts)
        self.rehearsal: list[wishes.Wish] | None = None
        """Takes what is wished for, in the place of the desk"""
        self.gives_lease = False
        """It is we who let it go"""

    def action_buy_market(self) -> None:
        self.type(f"buy {self._size_text()} market")

    def action_sell_market(self) -> None:
        self.type(f"sell {self._size_text()} market")

    def action_buy_at_cursor(self) -> None:
        self._place_at(Side.BUY, self.ladder.cursor_ticks, nowhere=self._out_of_sight)

    def action_sell_at_cursor(self) -> None:
        self._place_at(Side.SELL, self.ladder.cursor_ticks, nowhere=self._out_of_sight)

    def action_join_bid(self) -> None:
        self._place_at(Side.BUY, self.ladder.book.best_bid, is_post_only=True)

    def action_join_ask(self) -> None:
        self._place_at(Side.SELL, self.ladder.book.best_ask, is_post_only=True)

    def action_improve_bid(self) -> None:
        self._place_at(Side.BUY, self._improved(Side.BUY), is_post_only=True)

    def action_improve_ask(self) -> None:
        self._place_at(Side.SELL, self._improved(Side.SELL), is_post_only=True)

    def _improved(self, side: Side) -> int | None:
        """One tick better than the best of its side; never so far that it would trade."""
        bid, ask = self.ladder.book.best_bid, self.ladder.book.best_ask
        best, other = (bid, ask) if side is Side.BUY else (ask, bid)
        if best is None or other is None:
            return best
        return best if other - best == side else best + side

    def action_take_ask(self) -> None:
        self._place_at(Side.BUY, self.ladder.book.best_ask, time_in_force=TimeInForce.IOC)

    def action_take_bid(self) -> None:
        self._place_at(Side.SELL, self.ladder.book.best_bid, time_in_force=TimeInForce.IOC)

    def action_route_buy(self) -> None:
        self.type(f"buy {self._size_text()} market route")

    def action_route_sell(self) -> None:
        self.type(f"sell {self._size_text()} market route")

    def action_stop_at_cursor(self) -> None:
        """Its side is said by where it stands; it only reduces when it would close what is held."""
        if (place := self._cursor_and_mid()) is None:
            return
        ticks, mid = place
        side = Side.BUY if ticks > mid else Side.SELL
        held = self._held_lots()
        reduce = " reduce" if held * side < 0 else ""
        self.type(f"{_word(side)} {self._size_text()} stop {self.instrument.plain_price(ticks)}{reduce}")

    def action_bracket_at_cursor(self) -> None:
        if (place := self._cursor_and_mid()) is None:
            return
        ticks, mid = place
        side = Side.BUY if ticks <= mid else Side.SELL
        screen = self.preferences.screen
        stop_bps, targets_bps = screen.bracket_stop_bps, screen.bracket_targets_bps
        with_us, against = ("+", "-") if side is Side.BUY else ("-", "+")
        targets = " ".join(f"{with_us}{bps / 100:g}%" for bps in targets_bps)
        entry = f"{_word(side)} {self._size_text()} @ {self.instrument.plain_price(ticks)}"
        self.type(f"{entry} tp {targets} sl {against}{stop_bps / 100:g}%")

    def action_close_part(self, share: str) -> None:
        self.type(f"close {share}")

    def _cursor_and_mid(self) -> tuple[int, float] | None:
        ticks, book = self.ladder.cursor_ticks, self.ladder.book
        if ticks is None:
            self.say(self._out_of_sight, kind="denied")
            return None
        if book.best_bid is None or book.best_ask is None:
            self.say("that side of the book is empty", kind="denied")
            return None
        return ticks, (book.best_bid + book.best_ask) / 2

    def _size_text(self) -> str:
        instrument = self.instrument
        return f"{instrument.plain_size(self.look.sizes.lots(instrument))} {instrument.symbol}"

    def _held_lots(self) -> int:
        position = self.look.position_of(self.instrument)
        return position.position_lots if position is not None else 0

    def type(self, line: str) -> None:
        """Carry a line out, as the market is now."""
        try:
            meant = read_line(line, self._situation())
        except NotUnderstood as error:
            self.say(f"{error.what}; {error.right}" if error.right else error.what, kind="denied")
            return
        for one in meant:
            if isinstance(one, Deed):
                self.carry_out(one)
            else:
                self._wish(one)

    def carry_out(self, deed: Deed) -> None:
        """Of the screen itself: screens/commanding.py."""
        raise NotImplementedError

    def _situation(self) -> Situation:
        now_ns, wall_ns = self.source.now()
        return Situation(
            instruments=self.look.instruments,
            book=self.source.book,
            orders=self.source.orders(),
            positions=self.source.positions(),
            risk=self.source.risk(),
            chosen_id=self.instrument.instrument_id,
            now_ns=now_ns,
            wall_ns=wall_ns,
            names=self.names(),
            usual_lots=self.look.sizes.usual,
            delays=self.look.status.delays,
            signals=self.source.signals,
        )

    def names(self) -> Names:
        """What the screen has that a line can name."""
        return Names()

    def action_flatten(self) -> None:
        self._wish(wishes.Flatten(instrument_id=self.instrument.instrument_id))

    def action_close_everything(self) -> None:
        self._wish(wishes.Flatten())

    def action_reverse(self) -> None:
        self._wish(wishes.Reverse(instrument_id=self.instrument.instrument_id))

    def action_cancel_at_cursor(self) -> None:
        listed = self._listed()
        orders = self.ladder.orders_at_cursor() if listed is None else listed
        for order in orders:
            self._wish(wishes.Cancel(client_id=order.client_id, instrument_id=order.instrument_id))
        if listed is None and not orders:
            unseen = self.ladder.cursor_ticks is None
            self.say(self._out_of_sight if unseen else "no order of ours at this price", kind="denied")

    def _listed(self) -> list[OrderView] | None:
        """The order that a key acts on while the list of orders has the keys; none, and said, when that one is gone.
        None: the ladder's cursor counts."""
        if self.order_list.has_lost:
            self.say("the order at the cursor is gone, nothing was sent: the arrows choose another", kind="denied")
            return []
        listed = self.order_list.at_cursor
        return None if listed is None else [listed]

    def action_cancel_instrument(self) -> None:
        self._wish(wishes.CancelAll(instrument_id=self.instrument.instrument_id))

    def action_cancel_buys(self) -> None:
        self._wish(wishes.CancelAll(instrument_id=self.instrument.instrument_id, side=Side.BUY))

    def action_cancel_sells(self) -> None:
        self._wish(wishes.CancelAll(instrument_id=self.instrument.instrument_id, side=Side.SELL))

    def action_cancel_all(self) -> None:
        self._wish(wishes.CancelAll())

    def action_size_preset(self, preset: int) -> None:
        self.look.sizes.choose(self.instrument, preset)
        self._size_changed()

    def action_larger(self) -> None:
        self.look.sizes.step(self.instrument, 1)
        self._size_changed()

    def action_smaller(self) -> None:
        self.look.sizes.step(self.instrument, -1)
        self._size_changed()

    def action_toggle_arm(self) -> None:
        is_armed = self.status.seat.is_armed
        why = against_arming(self.status, self.look.book_of(self.instrument), self.instrument)
        if why and not is_armed and not self.is_learning:
            self.say(f"not armed: {why}", kind="denied")
        else:
            self._wish(wishes.Arm(is_armed=not is_armed))

    def action_lease(self) -> None:
        seat = self.status.seat
        if seat.holds_lease:
            self._wish(wishes.ReleaseLease())
        elif self.status.lease_seat < 0:
            self._wish(wishes.TakeLease(reason="free"))
        else:
            self._ask_for_lease()

    def _ask_for_lease(self) -> None:
        """Of its holder, or take it without him."""
        status = self.status
        place = f" at {status.lease_place}" if status.lease_place else ""
        held = f"Seat {status.lease_seat}{place} holds the trading lease."
        if status.is_lease_orphaned:
            held = f"Seat {status.lease_seat} is gone; its trading lease ends by itself within 30 s."

        def answered(answer: str | None) -> None:
            if answer == "ask":
                self._wish(wishes.AskLease())
            elif answer == "take":
                self._ask_reason("Take the lease", f"{held} It is told your reason.", taken)

        def taken(reason: str) -> wishes.Wish:
            return wishes.TakeLease(reason=reason)

        choices = [
            ("a", "ask", "ask for it: one key gives it"),
            ("t", "take", "take it, and say why"),
        ]
        self.app.push_screen(Question("The trading lease", held, choices), answered)

    def action_strategies(self) -> None:
        turn_on = not self.status.strategies_enabled
        word = "on" if turn_on else "off"

        def answered(answer: str | None) -> None:
            if answer == "yes":
                self._wish(wishes.EnableStrategies(are_enabled=turn_on))

        question = Question("Strategies", f"Switch every enabled strategy {word}?", [("y", "yes", f"switch {word}")])
        self.app.push_screen(question, answered)

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
        lots = self.look.sizes.lots(instrument)
        self.say(f"size {instrument.short(lots)}", kind="did")
        self.ladder.take_size(lots)

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
                quantity_lots=self.look.sizes.lots(instrument),
                time_in_force=time_in_force,
                is_post_only=is_post_only,
            )
        )

    @property
    def _out_of_sight(self) -> str:
        return f"the cursor is out of sight, nothing was sent: {self.keymap.key('recentre')} brings it back"

    @property
    def live_mark(self) -> str:
        """Before every sentence about an order of real money."""
        return "LIVE · " if self.status.mode is Mode.LIVE else ""

    def _wish(self, wish: wishes.Wish) -> None:
        """Send it, or say what it would do while the hot keys are off."""
        text = self._sentence(wish)
        if self.rehearsal is not None:
            self.rehearsal.append(wish)
        elif self.is_learning and isinstance(wish, LEARNT):
            self.say(f"learning: this would {text}", kind="would")
        elif isinstance(wish, wishes.NEEDS_ARMING) and not self.status.seat.is_armed:
            why, remedy = self._why_not()
            self.say(f"{self.live_mark}{why}: this would {text} · {remedy}", kind="would")
        else:
            self._send(wish)

    def _why_not(self) -> tuple[str, str]:
        """Why nothing is sent while the hot keys are off, and the key that helps."""
        if self.status.is_halted:
            return "halted", f"{self.keymap.key('rearm')} re-arms"
        if self.status.seat.seat < 0:
            return "you watch", "every seat is taken"
        if self.is_lease_elsewhere:
            return "you watch", f"{self.keymap.key('lease')} asks for the trading lease"
        return "disarmed", f"{self.keymap.key('toggle_arm')} arms"

    def _send(self, wish: wishes.Wish) -> None:
        refusal = self.source.send(wish)
        self.gives_lease |= isinstance(wish, wishes.ReleaseLease)
        self.watch_for_answer()
        if refusal is None:
            order = wish.legs[-1] if isinstance(wish, wishes.Group) else wish
            if isinstance(order, Ticket) and not order.is_reduce_only:
                self.look.sizes.sent(self.look.named(order.instrument_id), order.quantity_lots)
            self.say(f"{self.live_mark}→ {self._sentence(wish)}", kind="did")
        else:
            self.say(refusal, kind="denied")

    def _sentence(self, wish: wishes.Wish) -> str:
        named = getattr(wish, "instrument_id", -1)
        return wishes.sentence(wish, self.look.by_id.get(named, self.instrument))


def _word(side: Side) -> str:
    return "buy" if side is Side.BUY else "sell"
