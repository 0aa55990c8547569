"""The paper venue and the blotter agree on every order, whatever the market does."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from core.book.ladder import set_level
from core.vocabulary import BookState, EventFlag, EventKind, OrderStatus, Report, Request, Side, TimeInForce
from tests.orders_world import BTC, Desk
from tests.unit.core.fills.test_paper import Venue

SIDES = st.sampled_from([Side.BUY, Side.SELL])
TICKS = st.integers(95, 107)
LOTS = st.integers(1, 12)


class Market(RuleBasedStateMachine):
    """Requests of a desk go to the venue, its reports come back; the market moves at will."""

    def __init__(self) -> None:
        super().__init__()
        self.venue, self.desk = Venue(capacity=30), Desk(capacity=30)
        self.ids: list[int] = []

    def send(self) -> None:
        for record in self.desk.decided:
            if record["kind"] == EventKind.ORDER_REQUEST:
                names = ("client_id", "instrument_id", "side", "price_ticks", "quantity_lots", "flags")
                fields: dict[str, Any] = {name: record[name] for name in names}
                client_id = int(fields.pop("client_id"))
                self.venue.ask(
                    Request(int(record["detail"])),
                    client_id,
                    **fields,
                    time_in_force=record["time_in_force"],
                    order_type=record["order_type"],
                )

    @rule(
        side=SIDES,
        ticks=TICKS,
        lots=LOTS,
        tif=st.sampled_from([TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK]),
        post=st.booleans(),
    )
    def place(self, side: Side, ticks: int, lots: int, tif: TimeInForce, post: bool) -> None:
        flags = EventFlag.POST_ONLY if post and tif == TimeInForce.GTC else 0
        client_id = self.desk.place(side=side, price_ticks=ticks, quantity_lots=lots, time_in_force=tif, flags=flags)
        if client_id:
            self.ids.append(client_id)
            self.send()

    @rule(pick=st.integers(0, 20))
    def cancel(self, pick: int) -> None:
        if self.ids:
            self.desk.cancel(self.ids[pick % len(self.ids)])
            self.send()

    @rule(pick=st.integers(0, 20), ticks=TICKS, lots=LOTS)
    def replace(self, pick: int, ticks: int, lots: int) -> None:
        if self.ids:
            self.desk.replace(self.ids[pick % len(self.ids)], price_ticks=ticks, quantity_lots=lots)
            self.send()

    @rule(ticks=TICKS, lots=LOTS, taker=SIDES)
    def trade(self, ticks: int, lots: int, taker: Side) -> None:
        self.venue.trade(ticks, lots, taker)

    @rule(side=SIDES, ticks=TICKS, lots=st.integers(0, 12))
    def level(self, side: Side, ticks: int, lots: int) -> None:
        set_level(self.venue.books, 0, side, ticks, lots)
        head = self.venue.books.heads[0]
        apart = head["best_ask_ticks"] == 0 or head["best_bid_ticks"] < head["best_ask_ticks"]
        head["state"] = BookState.LIVE if apart else BookState.CROSSED
        self.venue.frame()

    @rule()
    def wait(self) -> None:
        self.venue.now_ns += 60
        self.venue.reports.used[0] = 0
        self.venue.due()
        for record in self.venue.reports.records[: self.venue.reports.used[0]].copy():
            fields = {
                name: record[name]
                for name in (
                    "side",
                    "price_ticks",
                    "quantity_lots",
                    "filled_lots",
                    "execution_id",
                    "reference_id",
                    "amount",
                    "reason",
                    "status",
                    "sequence",
                )
            }
            self.desk.tell(Report(int(record["detail"])), int(record["client_id"]), **fields, source_id=63)

    @invariant()
    def nothing_that_the_venue_says_is_impossible(self) -> None:
        for name in ("impossible", "overfills", "duplicates", "strangers", "missing_lots"):
            assert self.desk.count(name) == 0, name
        assert self.venue.paper.state[0]["lost"] == 0

    @invariant()
    def when_all_is_said_both_hold_the_same_orders(self) -> None:
        state = self.venue.paper.state[0]
        if state["requests"] or state["reports"]:
            return
        resting = {
            int(order["client_id"]): (int(order["price_ticks"]), int(order["quantity_lots"]), int(order["filled_lots"]))
            for order in self.venue.paper.orders
            if order["state"] == 1
        }
        blotter = self.desk.blotter
        rows = [blotter.orders[slot] for slot in blotter.open_slots[: self.desk.count("open_orders")]]
        held = {
            int(order["client_id"]): (int(order["price_ticks"]), int(order["quantity_lots"]), int(order["filled_lots"]))
            for order in rows
        }
        assert held == resting
        assert all(order["status"] in (OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED) for order in rows)
        assert all(order["instrument_id"] == BTC for order in rows)


Market.TestCase.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
TestMarket = Market.TestCase
