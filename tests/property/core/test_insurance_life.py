"""Whatever happens: at most one stop is at the venue for a position, and in the end it is the right one."""

from typing import Any

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from core.orders.terms import is_insurance
from core.vocabulary import Command, EventKind, OrderStatus, OrderType, Report, Request, Side
from tests.core_world import SECOND
from tests.generous import generous_limits
from tests.held_orders import ORDER, Desk
from tests.unit.core.test_insuring import HOLDS_STOPS

OPEN = (OrderStatus.PENDING_NEW, OrderStatus.NEW, OrderStatus.PENDING_REPLACE, OrderStatus.PENDING_CANCEL)


class Venue(RuleBasedStateMachine):
    """Takes requests when it likes, and says no when it likes."""

    @initialize()
    def begin(self) -> None:
        self.desk = Desk(generous_limits(protection=True))
        self.desk.state.instruments["native_types"] = HOLDS_STOPS
        self.asked: list[np.void] = []
        self.mid = 1001
        self.refused: set[int] = set()
        """Whose cancel the venue refused: it is asked again, with a later frame"""

    @rule(side=st.sampled_from([Side.BUY, Side.SELL]), lots=st.integers(1, 30))
    def a_person_trades(self, side: Side, lots: int) -> None:
        self.desk.command(
            Command.PLACE_ORDER, **{**ORDER, "side": side, "price_ticks": self.mid, "quantity_lots": lots}
        )
        if self.desk.last_reason:
            return
        client_id = self.desk.last_client_id
        self._heard()
        self.asked = [asked for asked in self.asked if asked["client_id"] != client_id]
        self._tell(lambda: self.desk.fill(client_id, side, self.mid, lots, lots))

    @rule(moved=st.integers(-12, 12), seconds=st.sampled_from([0.0, 0.3, 1.1, 11.0]))
    def the_market_moves(self, moved: int, seconds: float) -> None:
        self.mid = min(1200, max(800, self.mid + moved))
        self._frame(seconds)

    @rule()
    def a_person_cancels_everything(self) -> None:
        self._tell(lambda: self.desk.command(Command.CANCEL_ALL, instrument_id=-1))

    @rule()
    def a_person_flattens(self) -> None:
        self._tell(lambda: self.desk.command(Command.FLATTEN, instrument_id=0))

    @rule(says_yes=st.booleans(), place=st.integers(0, 3))
    def the_venue_answers(self, says_yes: bool, place: int) -> None:
        if self.asked:
            self._answer(self.asked.pop(min(place, len(self.asked) - 1)), says_yes=says_yes)

    @rule()
    def the_desk_is_halted_and_armed_again(self) -> None:
        """The order process cancels what is open, and the person goes on."""
        total = int(self.desk.state.halt.seen[0]) + 1
        self._tell(lambda: self.desk.say(EventKind.HALT, source_id=0, reference_id=total))
        self.asked.clear()
        for order in self._orders():
            self._tell(lambda order=order: self.desk.report(Report.CANCELED, int(order["client_id"])))
        assert self._insurances() == []
        self._frame(2.0)
        assert self._insurances() == []
        self.desk.command(Command.REARM, amount=total)
        self.desk.armed()

    @invariant()
    def there_is_at_most_one(self) -> None:
        if not hasattr(self, "desk"):
            return
        found = self._insurances()
        assert len(found) <= 1
        position = self.desk.state.positions.rows[0]
        assert self.desk.state.blotter.counts[0]["insurances"] == len(found)
        for order in found:
            ours = int(order["side"]) * int(position["position_lots"]) < 0
            is_asked_to_go = order["status"] == OrderStatus.PENDING_CANCEL or int(order["client_id"]) in self.refused
            assert ours or is_asked_to_go
        if all(is_insurance(order) for order in self._orders()):
            assert (position["working_buy_lots"], position["working_sell_lots"]) == (0, 0)

    def teardown(self) -> None:
        """When everybody is answered and nothing moves, the stop is where and as large as it should be."""
        if not hasattr(self, "desk"):
            return
        self._settle()
        for side, lots in ((Side.BUY, 7), (Side.BUY, 4), (Side.SELL, 40)):
            self.a_person_trades(side, lots)
            assert not self.desk.last_reason
            self._settle()

    def _settle(self) -> None:
        for _ in range(12):
            while self.asked:
                self._answer(self.asked.pop(0), says_yes=True)
            self._frame(11.0)
        lots = self.desk.position_lots
        found = self._insurances()
        if lots == 0:
            assert found == []
            return
        (order,) = found
        protection = self.desk.state.risk.protections[0]
        level = int(protection["trail_ticks"]) or int(protection["stop_ticks"])
        assert order["quantity_lots"] - order["filled_lots"] == abs(lots)
        behind = (level - int(order["trigger_ticks"])) * int(protection["side"])
        assert 0 < behind <= 5  # a quarter of a percent of 1,000, rounded, and the thousandth that is not told
        assert protection["venue_stop_ticks"] == order["trigger_ticks"]

    def _answer(self, asked: np.void, *, says_yes: bool) -> None:
        client_id, detail = int(asked["client_id"]), Request(int(asked["detail"]))
        order = self.desk.order(client_id)
        if order["client_id"] != client_id or OrderStatus(int(order["status"])) not in OPEN:
            return
        lots = int(asked["quantity_lots"])
        if detail is Request.NEW and asked["order_type"] == OrderType.MARKET:
            self._tell(lambda: self.desk.fill(client_id, Side(int(asked["side"])), self.mid, lots, lots))
        elif detail is Request.NEW:
            self._tell(lambda: self.desk.report(Report.ACCEPTED if says_yes else Report.REJECTED, client_id, reason=3))
        elif detail is Request.REPLACE:
            kind = Report.REPLACED if says_yes else Report.REPLACE_REJECTED
            self._tell(lambda: self.desk.report(kind, client_id, quantity_lots=lots, reason=0 if says_yes else 6))
        else:
            if not says_yes:
                self.refused.add(client_id)
            self._tell(lambda: self.desk.report(Report.CANCELED if says_yes else Report.CANCEL_REJECTED, client_id))

    def _frame(self, seconds: float) -> None:
        self.desk.now_ns += int(seconds * SECOND)
        self._tell(lambda: self.desk.book(self.mid - 1, self.mid + 1, lots=500))

    def _tell(self, say: Any) -> None:
        say()
        self._heard()

    def _heard(self) -> None:
        rows = self.desk.decisions.records[: self.desk.decisions.used[0]]
        self.asked += [row.copy() for row in rows if row["kind"] == EventKind.ORDER_REQUEST]

    def _orders(self) -> list[np.void]:
        blotter = self.desk.state.blotter
        return [blotter.orders[slot] for slot in blotter.open_slots[: blotter.counts[0]["open_orders"]]]

    def _insurances(self) -> list[np.void]:
        return [order for order in self._orders() if is_insurance(order)]


TestVenue = Venue.TestCase
TestVenue.settings = settings(
    max_examples=12, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
