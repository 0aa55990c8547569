"""The main screen's keys for orders that are there: moved with the cursor, whole brackets, stops, slices paused."""

from core.vocabulary import Phase
from station.link import wishes
from station.link.tickets import STOPS
from station.screens.trading import TradingScreen
from station.views.orders import SLICED, OrderView
from station.views.working import PENDING


class MovingScreen(TradingScreen):
    _hand: tuple[int | None, frozenset[int]] = (None, frozenset())
    """The row to which the cursor has carried orders, and which"""

    def action_break_even(self) -> None:
        position, book = self.look.position_of(self.instrument), self.ladder.book
        held, average = (position.position_lots, position.average_ticks) if position is not None else (0, 0.0)
        market = book.best_bid if held > 0 else book.best_ask
        if held and market is not None and (market - average) * held <= 0:
            at = self.instrument.price(round(average))
            self.say(f"no break-even yet: the position is at a loss, a stop at {at} would trade at once", kind="denied")
            return
        self._wish(wishes.BreakEven(instrument_id=self.instrument.instrument_id))

    def action_stops_up(self) -> None:
        self._step_stops(1)

    def action_stops_down(self) -> None:
        self._step_stops(-1)

    def _step_stops(self, ticks: int) -> None:
        stops = [one for one in self.look.orders_of(self.instrument) if one.kind in STOPS and one.trigger_ticks]
        moves = [move for order in stops if (move := shifted(order, ticks)) is not None]
        self._move(moves)
        if not moves:
            self.say("no stop of ours to move in this instrument", kind="denied")

    def action_pause(self) -> None:
        listed = self._listed()
        if listed == []:
            return
        orders = listed or [one for one in self.look.orders_of(self.instrument) if one.kind in SLICED]
        running = [one for one in orders if one.phase is Phase.WORKING]
        wanted = running or [one for one in orders if one.phase is Phase.PAUSED]
        for order in wanted:
            self._wish(
                wishes.Pause(client_id=order.client_id, instrument_id=order.instrument_id, is_paused=order in running)
            )
        if not wanted:
            self.say("no order of ours is worked in slices here", kind="denied")

    def action_move_up(self) -> None:
        self._shift(1, whole_bracket=False)

    def action_move_down(self) -> None:
        self._shift(-1, whole_bracket=False)

    def action_bracket_up(self) -> None:
        self._shift(1, whole_bracket=True)

    def action_bracket_down(self) -> None:
        self._shift(-1, whole_bracket=True)

    def _shift(self, rows: int, *, whole_bracket: bool) -> None:
        """Move what is at the cursor, and the cursor with it: held a key again, the same orders go on."""
        listed = self._listed()
        if listed == []:
            return
        orders = listed or self._in_hand()
        if whole_bracket:
            groups = {order.group_id for order in orders if order.group_id}
            orders = [order for order in self.look.orders if order.group_id in groups]
        step = rows * self.ladder.group_ticks
        moves = [move for order in orders if (move := shifted(order, step)) is not None]
        if not moves:
            none_here = (
                "no bracket of ours at the cursor" if whole_bracket else "no order of ours to move at the cursor"
            )
            is_unseen = listed is None and self.ladder.cursor_ticks is None
            self.say(self._out_of_sight if is_unseen else none_here, kind="denied")
            return
        if any(order.status in PENDING for order in orders):
            self.say("it is still being changed", kind="would")
            return
        self._move(moves)
        if self.status.seat.is_armed and self.rehearsal is None and not self.is_learning and listed is None:
            self.ladder.move(-rows)
            self._hand = (self.ladder.cursor_row, frozenset(order.client_id for order in orders))

    def _move(self, moves: list[wishes.Move]) -> None:
        """Several are told together, each with where it goes."""
        for move in moves:
            self._wish(move)
        if len(moves) > 1 and self.hint.kind == "did" and self.rehearsal is None:
            named = self.look.by_id.get(moves[0].instrument_id, self.instrument)
            prices = ", ".join(named.price(move.trigger_ticks or move.price_ticks) for move in moves)
            self.say(f"{self.live_mark}→ move {len(moves)} orders in {named.symbol} to {prices}", kind="did")

    def _in_hand(self) -> list[OrderView]:
        """Of the ladder: those that the cursor just carried here, else those that stand here."""
        row, carried = self._hand
        if row is not None and row == self.ladder.cursor_row:
            found = [order for order in self.look.orders if order.client_id in carried]
            if found:
                return found
        return self.ladder.orders_at_cursor()


def shifted(order: OrderView, step_ticks: int) -> wishes.Move | None:
    """The order so many ticks higher; None when it has no price of its own to move."""
    price = order.price_ticks + step_ticks if order.price_ticks else 0
    trigger = order.trigger_ticks + step_ticks if order.has_trigger else 0
    follows = order.phase is Phase.FOLLOWING or order.is_insurance
    if follows or not (price > 0 or trigger > 0):
        return None
    return wishes.Move(
        client_id=order.client_id, instrument_id=order.instrument_id, price_ticks=price, trigger_ticks=trigger
    )
