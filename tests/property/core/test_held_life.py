"""Brackets, stops and slices against a venue that answers late and in any order: what must hold after every event.

The venue here is the smallest honest one: it fills only what it has, and confirms a cancel or a replace whenever it
likes, also after more fills.
"""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.orders.blotter import find
from core.orders.terms import is_held
from core.vocabulary import (
    Command,
    EventFlag,
    EventKind,
    OrderStatus,
    OrderType,
    Phase,
    Report,
    Request,
    Side,
    TimeInForce,
)
from tests.core_world import SECOND, World

LAST_IN_FRAME = int(EventFlag.LAST_IN_FRAME)
EXIT = int(EventFlag.WAITS | EventFlag.ONE_CANCELS | EventFlag.REDUCE_ONLY)
MORE = int(EventFlag.MORE)
OPEN = (
    OrderStatus.PENDING_NEW,
    OrderStatus.NEW,
    OrderStatus.PARTIALLY_FILLED,
    OrderStatus.PENDING_CANCEL,
    OrderStatus.PENDING_REPLACE,
)


class AtVenue:
    """One order as the venue has it."""

    def __init__(self, row: Any) -> None:
        self.client_id, self.side = int(row["client_id"]), int(row["side"])
        self.lots, self.filled = int(row["quantity_lots"]), 0
        self.asked: list[tuple[Request, int]] = []
        """Cancels and replaces that have not been answered"""


class HeldLife(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.world = World()
        self.mid = 1001
        self.world.book()
        self.world.armed()
        self.venue: dict[int, AtVenue] = {}
        self.brackets: list[tuple[int, list[int]]] = []
        self.parents: list[int] = []
        self.executions = 0

    def carry(self) -> None:
        """What the last event led to reaches the venue."""
        rows = self.world.decisions.records[: self.world.decisions.used[0]]
        for row in rows[rows["kind"] == EventKind.ORDER_REQUEST]:
            request, client_id = Request(int(row["detail"])), int(row["client_id"])
            if request is Request.NEW:
                assert client_id not in self.venue, "no order is sent twice"
                self.venue[client_id] = AtVenue(row)
            elif request is Request.CANCEL and client_id in self.venue:
                self.venue[client_id].asked.append((request, 0))
            elif request is Request.REPLACE and client_id in self.venue:
                self.venue[client_id].asked.append((request, int(row["quantity_lots"])))

    @rule(lots=st.integers(1, 40), goals=st.integers(1, 3), stop=st.integers(1, 30), reach=st.integers(1, 30))
    def bracket(self, lots: int, goals: int, stop: int, reach: int) -> None:
        counter = int(self.world.state.blotter.counts[0]["next_counter"])
        leg = {
            "instrument_id": 0,
            "side": Side.SELL,
            "time_in_force": TimeInForce.GTC,
            "flags": EXIT | MORE,
            "quantity_lots": lots,
        }
        sent = {"order_type": OrderType.STOP, "execution_id": max(1, self.mid - 1 - stop)}
        self.world.command(Command.PLACE_ORDER, **{**leg, **sent})
        parts = [lots // goals] * (goals - 1)
        for part in [*parts, lots - sum(parts)]:
            sent = {"order_type": OrderType.LIMIT, "price_ticks": self.mid + reach, "quantity_lots": max(1, part)}
            self.world.command(Command.PLACE_ORDER, **{**leg, **sent})
        entry = {"side": Side.BUY, "order_type": OrderType.LIMIT, "price_ticks": self.mid, "flags": 0}
        self.world.command(Command.PLACE_ORDER, **{**leg, **entry})
        self.carry()
        base = 1 << 32
        if not self.world.last_reason:
            self.brackets.append((base | (counter + goals + 1), [base | (counter + i) for i in range(goals + 1)]))

    @rule(lots=st.integers(2, 60), shown=st.integers(1, 20))
    def iceberg(self, lots: int, shown: int) -> None:
        self.world.command(
            Command.PLACE_ORDER, instrument_id=0, side=Side.BUY, order_type=OrderType.ICEBERG, price_ticks=self.mid - 1,
            time_in_force=TimeInForce.GTC, quantity_lots=lots, filled_lots=min(shown, lots),
        )  # fmt: skip
        self.carry()
        if not self.world.last_reason:
            self.parents.append(self.world.last_client_id)

    @rule(by=st.integers(-25, 25))
    def market_moves(self, by: int) -> None:
        self.mid = max(200, self.mid + by)
        self.world.book(self.mid - 1, self.mid + 1)
        self.carry()

    @rule(by=st.integers(-3, 3))
    def trade(self, by: int) -> None:
        self.world.say(
            EventKind.TRADE, instrument_id=0, side=Side.BUY, price_ticks=self.mid + by, quantity_lots=3,
            flags=LAST_IN_FRAME,
        )  # fmt: skip
        self.carry()

    @rule(tenths=st.integers(1, 20))
    def time_passes(self, tenths: int) -> None:
        self.world.now_ns += tenths * SECOND // 10
        self.world.say(EventKind.TIMER, venue_ns=self.world.now_ns, instrument_id=-1)
        self.carry()

    @precondition(lambda self: self.venue)
    @rule(pick=st.integers(0, 50), part=st.integers(1, 4))
    def fill(self, pick: int, part: int) -> None:
        order = list(self.venue.values())[pick % len(self.venue)]
        lots = max(1, (order.lots - order.filled) // part)
        if order.filled + lots > order.lots:
            return
        order.filled += lots
        self.executions += 1
        self.world.report(
            Report.FILLED, order.client_id, side=order.side, price_ticks=self.mid, quantity_lots=lots,
            filled_lots=order.filled, execution_id=self.executions,
        )  # fmt: skip
        if order.filled == order.lots:
            del self.venue[order.client_id]
        self.carry()

    @precondition(lambda self: self.venue)
    @rule(pick=st.integers(0, 50))
    def answer(self, pick: int) -> None:
        """Acknowledge an order, or what was asked of it."""
        order = list(self.venue.values())[pick % len(self.venue)]
        if not order.asked:
            self.world.report(Report.ACCEPTED, order.client_id)
        else:
            request, lots = order.asked.pop(0)
            if request is Request.CANCEL:
                del self.venue[order.client_id]
                self.world.report(Report.CANCELED, order.client_id, filled_lots=order.filled)
            elif lots > order.filled:
                order.lots = lots
                self.world.report(Report.REPLACED, order.client_id, quantity_lots=lots, filled_lots=order.filled)
            else:
                self.world.report(Report.REPLACE_REJECTED, order.client_id)
        self.carry()

    @precondition(lambda self: self.venue)
    @rule(pick=st.integers(0, 50))
    def reject(self, pick: int) -> None:
        order = list(self.venue.values())[pick % len(self.venue)]
        row = self.row(order.client_id)
        if order.filled == 0 and row is not None and row["status"] == OrderStatus.PENDING_NEW:
            del self.venue[order.client_id]
            self.world.report(Report.REJECTED, order.client_id, reason=1)
            self.carry()

    @precondition(lambda self: self.parents or self.brackets)
    @rule(pick=st.integers(0, 50))
    def cancel(self, pick: int) -> None:
        known = self.parents + [entry for entry, _ in self.brackets]
        self.world.command(Command.CANCEL_ORDER, client_id=known[pick % len(known)])
        self.carry()

    def row(self, client_id: int) -> Any:
        slot = find(self.world.state.blotter, client_id)
        return self.world.state.blotter.orders[slot] if slot >= 0 else None

    @invariant()
    def exits_at_the_venue_never_close_more_than_their_entry_has_opened(self) -> None:
        if not hasattr(self, "world"):
            return
        for entry, exits in self.brackets:
            rows = [self.row(client_id) for client_id in exits]
            if any(row is None or row["status"] not in OPEN for row in rows) or self.row(entry) is None:
                continue
            opened, closed = int(self.row(entry)["filled_lots"]), sum(int(row["filled_lots"]) for row in rows)
            working = sum(
                self.venue[client_id].lots - self.venue[client_id].filled
                for client_id in exits
                if client_id in self.venue
            )
            assert closed + working <= opened, (opened, closed, working)

    @invariant()
    def a_parent_knows_its_slices(self) -> None:
        if not hasattr(self, "world"):
            return
        blotter = self.world.state.blotter
        places = blotter.open_slots[: blotter.counts[0]["open_orders"]]
        for parent in self.parents:
            row = self.row(parent)
            if row is None or row["status"] not in OPEN:
                continue
            children = [blotter.orders[slot] for slot in places if blotter.orders[slot]["parent_id"] == parent]
            there = sum(int(child["quantity_lots"]) - int(child["filled_lots"]) for child in children)
            assert row["sent_lots"] == row["filled_lots"] + there
            assert row["filled_lots"] <= row["quantity_lots"]
            assert row["phase"] in (Phase.WORKING, Phase.PAUSED)

    @invariant()
    def what_is_counted_is_what_is_there(self) -> None:
        if not hasattr(self, "world"):
            return
        blotter, positions = self.world.state.blotter, self.world.state.positions
        rows = [blotter.orders[slot] for slot in blotter.open_slots[: blotter.counts[0]["open_orders"]]]
        assert blotter.counts[0]["watched_orders"] == sum(int(row["is_watched"]) for row in rows)
        assert blotter.own[0]["watched_orders"] == blotter.counts[0]["watched_orders"]
        for side, name in ((1, "working_buy_lots"), (-1, "working_sell_lots")):
            there = sum(
                max(int(row["quantity_lots"]), int(row["replace_quantity_lots"])) - int(row["filled_lots"])
                for row in rows
                if row["side"] == side and not is_held(row["phase"])
            )
            assert (int(positions.rows[0][name]) if positions.used[0] else 0) == there


HeldLife.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestHeldLife = HeldLife.TestCase
