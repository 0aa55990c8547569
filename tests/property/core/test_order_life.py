"""Whatever a venue says, in whatever order and how often: the blotter, own prices and positions agree with each other.

The machine keeps what a person would keep on paper: which executions were applied. Everything else is counted again
from the orders themselves after each step.
"""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from core.orders.blotter import NO_ASK, NO_BID, begin_epoch, find, make_blotter, recycle, working_lots
from core.orders.positions import TOTAL, find_row, make_positions
from core.orders.reports import REFUSED, apply_report
from core.orders.requests import cancel, doubt, place, replace
from core.orders.transitions import is_open
from core.records.decisions import make_decisions
from core.vocabulary import OrderStatus, OrderType, Report, Side
from tests.orders_world import BTC, ETH, instruments, intent, report

CAPACITY = 6
SIDES = st.sampled_from([Side.BUY, Side.SELL])
LOTS = st.integers(1, 20)
TICKS = st.integers(90, 110)
WORDS = st.sampled_from(
    [
        Report.ACCEPTED,
        Report.REJECTED,
        Report.CANCELED,
        Report.CANCEL_REJECTED,
        Report.REPLACED,
        Report.REPLACE_REJECTED,
        Report.EXPIRED,
        Report.NOT_SENT,
        Report.UNKNOWN,
        Report.STATE,
        Report.ADOPTED,
    ]
)


class OrderLife(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.blotter = make_blotter(CAPACITY, instruments=4, executions=4_096)
        self.positions = make_positions(16, instruments=4)
        self.decisions = make_decisions(64)
        self.instruments = instruments()
        self.now_ns = 1_000
        self.sequence = 0
        self.executions = 0
        self.held: dict[tuple[int, int], int] = {}
        """(instrument, strategy or TOTAL) → lots"""
        self.ids: list[int] = []
        begin_epoch(self.blotter, 7)

    def tick(self) -> int:
        self.now_ns += 1_000_000_000
        self.decisions.used[0] = 0
        return self.now_ns

    def told(self, kind: Report, client_id: int, **fields: Any) -> int:
        self.sequence += 1
        event = report(kind, client_id, sequence=self.sequence, **{"now_ns": self.tick(), **fields})
        return int(apply_report(self.blotter, self.positions, self.decisions, event, self.instruments))

    def order_of(self, pick: int) -> tuple[int, Any]:
        client_id = self.ids[pick % len(self.ids)]
        slot = find(self.blotter, client_id)
        return client_id, (self.blotter.orders[slot] if slot >= 0 else None)

    @rule(side=SIDES, ticks=TICKS, lots=LOTS, instrument=st.sampled_from([BTC, ETH]), strategy=st.integers(-1, 2))
    def place_order(self, side: Side, ticks: int, lots: int, instrument: int, strategy: int) -> None:
        wish = intent(
            side=side,
            price_ticks=ticks,
            quantity_lots=lots,
            instrument_id=instrument,
            strategy_id=strategy,
            now_ns=self.tick(),
        )
        open_before = int(self.blotter.counts[0]["open_orders"])
        slot = place(self.blotter, self.positions, self.decisions, wish, 0, 3, 0)
        assert (slot < 0) == (open_before == CAPACITY)
        if slot >= 0:
            self.ids.append(int(self.blotter.orders[slot]["client_id"]))

    @precondition(lambda self: self.ids)
    @rule(pick=st.integers(0, 30))
    def ask_cancel(self, pick: int) -> None:
        client_id, _ = self.order_of(pick)
        cancel(self.blotter, self.decisions, find(self.blotter, client_id), intent(now_ns=self.tick()))

    @precondition(lambda self: self.ids)
    @rule(pick=st.integers(0, 30), ticks=TICKS, lots=LOTS)
    def ask_replace(self, pick: int, ticks: int, lots: int) -> None:
        client_id, _ = self.order_of(pick)
        wish = intent(price_ticks=ticks, quantity_lots=lots, now_ns=self.tick())
        replace(self.blotter, self.positions, self.decisions, find(self.blotter, client_id), wish)

    @precondition(lambda self: self.ids)
    @rule(pick=st.integers(0, 30), kind=WORDS, said=st.sampled_from(list(OrderStatus)), filled=st.integers(0, 25))
    def hear_a_word(self, pick: int, kind: Report, said: OrderStatus, filled: int) -> None:
        client_id, order = self.order_of(pick)
        instrument = BTC if order is None else int(order["instrument_id"])
        side = Side.BUY if order is None else int(order["side"])
        lots = 0 if order is None or kind != Report.ADOPTED else max(1, int(order["quantity_lots"]))
        self.told(
            kind, client_id, status=said, filled_lots=filled, instrument_id=instrument, side=side, quantity_lots=lots
        )

    @precondition(lambda self: self.ids)
    @rule(pick=st.integers(0, 30), ticks=TICKS, lots=LOTS, tells_total=st.booleans())
    def hear_an_execution(self, pick: int, ticks: int, lots: int, tells_total: bool) -> None:
        client_id, order = self.order_of(pick)
        if order is None:
            instrument, side, strategy, total = BTC, int(Side.BUY), TOTAL, 0
        else:
            instrument, side = int(order["instrument_id"]), int(order["side"])
            strategy, total = int(order["strategy_id"]), int(order["filled_lots"]) + lots
        self.executions += 1
        fields = {
            "instrument_id": instrument,
            "side": side,
            "price_ticks": ticks,
            "quantity_lots": lots,
            "filled_lots": total if tells_total else 0,
            "execution_id": self.executions,
        }
        applied = self.told(Report.FILLED, client_id, **fields)
        if applied != REFUSED:
            for row in {TOTAL, strategy}:
                self.held[instrument, row] = self.held.get((instrument, row), 0) + side * lots
        # Told again, as after a restart of the order process: never counted twice.
        if applied != REFUSED:
            assert self.told(Report.FILLED, client_id, **fields) == REFUSED

    @rule(side=SIDES, ticks=TICKS, lots=LOTS, venue_order_id=st.integers(1, 5))
    def adopt_a_stranger(self, side: Side, ticks: int, lots: int, venue_order_id: int) -> None:
        slot = self.told(
            Report.ADOPTED,
            0,
            side=side,
            price_ticks=ticks,
            quantity_lots=lots,
            reference_id=venue_order_id,
            status=OrderStatus.NEW,
            order_type=OrderType.LIMIT,
        )
        if slot >= 0 and int(self.blotter.orders[slot]["client_id"]) not in self.ids:
            self.ids.append(int(self.blotter.orders[slot]["client_id"]))

    @rule()
    def restart(self) -> None:
        doubt(self.blotter, self.tick())

    @rule()
    def recycle_what_is_old(self) -> None:
        recycle(self.blotter, self.tick(), 3_000_000_000, CAPACITY)

    @invariant()
    def slots_are_open_closed_or_free(self) -> None:
        orders, counts = self.blotter.orders, self.blotter.counts[0]
        taken = {slot for slot in range(CAPACITY) if orders[slot]["client_id"] != 0}
        now_open = {slot for slot in taken if is_open(orders[slot]["status"])}
        assert now_open == set(self.blotter.open_slots[: counts["open_orders"]].tolist())
        assert len(taken) + counts["free_slots"] == CAPACITY
        assert set(self.blotter.free[: counts["free_slots"]].tolist()) == set(range(CAPACITY)) - taken
        assert all(find(self.blotter, int(orders[slot]["client_id"])) == slot for slot in taken)
        known = {int(orders[slot]["client_id"]) for slot in taken}
        assert all(find(self.blotter, client_id) == -1 for client_id in self.ids if client_id not in known)
        unknown = sum(orders[slot]["status"] == OrderStatus.UNKNOWN for slot in taken)
        assert counts["unknown_orders"] == unknown

    @invariant()
    def own_prices_and_working_lots_are_those_of_the_open_orders(self) -> None:
        orders = self.blotter.orders
        rows = [orders[slot] for slot in self.blotter.open_slots[: self.blotter.counts[0]["open_orders"]]]
        for instrument in (BTC, ETH):
            ours = [order for order in rows if order["instrument_id"] == instrument]
            bids = [int(price) for order in ours if order["side"] > 0 for price in prices(order)]
            asks = [int(price) for order in ours if order["side"] < 0 for price in prices(order)]
            own = self.blotter.own[instrument]
            assert own["open_orders"] == len(ours)
            assert own["best_bid_ticks"] == max(bids, default=NO_BID)
            assert own["best_ask_ticks"] == min(asks, default=NO_ASK)
            for strategy in (TOTAL, 0, 1, 2):
                mine = [order for order in ours if strategy in (TOTAL, order["strategy_id"])]
                row = find_row(self.positions, 0, instrument, strategy)
                buying = sum(working_lots(order) for order in mine if order["side"] > 0)
                selling = sum(working_lots(order) for order in mine if order["side"] < 0)
                found = (0, 0)
                if row >= 0:
                    position = self.positions.rows[row]
                    found = (int(position["working_buy_lots"]), int(position["working_sell_lots"]))
                assert found == (buying, selling)

    @invariant()
    def positions_are_the_executions_that_were_applied(self) -> None:
        for (instrument, strategy), lots in self.held.items():
            row = find_row(self.positions, 0, instrument, strategy)
            assert self.positions.rows[row]["position_lots"] == lots

    @invariant()
    def no_order_is_filled_beyond_its_size(self) -> None:
        for order in self.blotter.orders:
            if order["client_id"] != 0:
                size = max(int(order["quantity_lots"]), int(order["replace_quantity_lots"]))
                assert 0 <= order["filled_lots"] <= size


def prices(order: Any) -> list[int]:
    """What an order may trade at: also what a replace on its way asks for."""
    asked = [order["replace_price_ticks"]] if order["replace_quantity_lots"] > 0 else []
    return [order["price_ticks"], *asked]


OrderLife.TestCase.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
TestOrderLife = OrderLife.TestCase
