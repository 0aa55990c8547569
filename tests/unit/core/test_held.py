"""Orders that the core works itself: stops, touches, trails, pegs, slices, groups; and what a restart makes of them."""

from typing import Any

import numpy as np
import pytest

from core.config import RiskLimits
from core.memory.control import BY_PERSON
from core.money import value_e8
from core.on_restore import restore_range
from core.orders.blotter import find
from core.orders.positions import break_even_ticks, on_fill, row_of
from core.records.decisions import make_decisions
from core.records.event import EVENT
from core.vocabulary import (
    BookState,
    Command,
    DenyReason,
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
REDUCE_ONLY = int(EventFlag.REDUCE_ONLY)
WAITS, ONE_CANCELS, MORE = int(EventFlag.WAITS), int(EventFlag.ONE_CANCELS), int(EventFlag.MORE)
ORDER: dict[str, Any] = {
    "instrument_id": 0,
    "side": Side.BUY,
    "order_type": OrderType.LIMIT,
    "time_in_force": TimeInForce.GTC,
    "quantity_lots": 10,
}


class Desk(World):
    """A live book 1000 / 1002, armed, and short ways to say things."""

    def __init__(self, limits: RiskLimits | None = None) -> None:
        super().__init__(limits=limits)
        self.book()
        self.armed()
        self.journal: list[np.ndarray] = []

    def say(self, kind: EventKind, **fields: Any) -> list[tuple[Any, ...]]:
        said = super().say(kind, **fields)
        if hasattr(self, "journal"):
            decided = self.decisions.records[: self.decisions.used[0]]
            if kind == EventKind.EXECUTION_REPORT:
                event = np.zeros(1, EVENT)
                event["kind"], event["now_ns"] = kind, self.now_ns
                event["instrument_id"] = event["source_id"] = 0
                for name, value in fields.items():
                    event[name] = value
                self.journal.append(event)
            self.journal += [decided[i : i + 1].copy() for i in range(len(decided)) if decided[i]["kind"] == 60]
        return said

    def place(self, **fields: Any) -> int:
        """The client id of an order; 0 when it was denied."""
        self.command(Command.PLACE_ORDER, **{**ORDER, **fields})
        return 0 if self.last_reason else self.last_client_id

    def order(self, client_id: int) -> np.void:
        row: np.void = self.state.blotter.orders[find(self.state.blotter, client_id)]
        return row

    def trade(self, ticks: int, lots: int = 1, side: Side = Side.BUY) -> list[tuple[Any, ...]]:
        return self.say(
            EventKind.TRADE, instrument_id=0, side=side, price_ticks=ticks, quantity_lots=lots, flags=LAST_IN_FRAME
        )

    def wait(self, seconds: float) -> list[tuple[Any, ...]]:
        """Time passes: the book is heard of, and the housekeeping timer fires."""
        self.now_ns += int(seconds * SECOND)
        said = self.say(EventKind.TIMER, venue_ns=self.now_ns, instrument_id=-1)
        decided = self.decisions.records[: self.decisions.used[0]]
        self.sent = [int(r["client_id"]) for r in decided if r["kind"] == 60 and r["detail"] == Request.NEW]
        self.level(Side.BUY, 1, 1, LAST_IN_FRAME)
        return said

    def hold(self, lots: int, ticks: int = 1001) -> None:
        """A position, by an order that was filled at once."""
        client_id = self.place(side=Side.BUY if lots > 0 else Side.SELL, quantity_lots=abs(lots), price_ticks=1001)
        self.fill(client_id, Side.BUY if lots > 0 else Side.SELL, ticks, abs(lots), abs(lots))

    def restarted(self) -> "Desk":
        """Another core, of this one's journal alone."""
        other = Desk()
        other.state.risk.state["is_halted"] = 1
        decisions = make_decisions(512)
        for record in self.journal:
            restore_range(other.state, decisions, record, 0, 1)
        other.state.risk.state["is_halted"] = 0
        return other


@pytest.fixture
def desk() -> Desk:
    return Desk()


def requests(said: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """What leaves the house: (request, side, price, lots)."""
    return [(Request(row[1]), row[3], row[4], row[5]) for row in said if row[0] == 60 and row[1] != Request.HOLD]


# Stops and touches.


@pytest.mark.parametrize(
    ("order_type", "side", "trigger", "sleeps", "wakes"),
    [
        (OrderType.STOP, Side.BUY, 1010, 1009, 1010),
        (OrderType.STOP, Side.SELL, 990, 991, 990),
        (OrderType.STOP_LIMIT, Side.BUY, 1010, 1009, 1011),
        (OrderType.STOP_LIMIT, Side.SELL, 990, 991, 989),
        (OrderType.MARKET_IF_TOUCHED, Side.BUY, 990, 991, 990),
        (OrderType.MARKET_IF_TOUCHED, Side.SELL, 1010, 1009, 1010),
        (OrderType.LIMIT_IF_TOUCHED, Side.BUY, 990, 991, 990),
        (OrderType.LIMIT_IF_TOUCHED, Side.SELL, 1010, 1009, 1010),
    ],
)
def test_an_order_with_a_trigger_sleeps_here_until_a_trade_reaches_it(
    desk: Desk, order_type: OrderType, side: Side, trigger: int, sleeps: int, wakes: int
) -> None:
    limit = trigger if order_type in (OrderType.STOP_LIMIT, OrderType.LIMIT_IF_TOUCHED) else 0
    client_id = desk.place(order_type=order_type, side=side, execution_id=trigger, price_ticks=limit)
    order = desk.order(client_id)
    assert (order["status"], order["phase"]) == (OrderStatus.NEW, Phase.WATCHING)
    assert requests(desk.trade(sleeps)) == []
    assert requests(desk.trade(wakes)) == [(Request.NEW, side, limit, 10)]
    order = desk.order(client_id)
    assert (order["status"], order["phase"]) == (OrderStatus.PENDING_NEW, Phase.NONE)
    assert order["order_type"] == (OrderType.LIMIT if limit else OrderType.MARKET)
    assert order["asked_type"] == order_type


def test_a_stop_also_goes_off_when_the_mid_passes_it_without_a_trade(desk: Desk) -> None:
    desk.place(order_type=OrderType.STOP, side=Side.SELL, execution_id=990)
    desk.level(Side.BUY, 1000, 0)
    assert requests(desk.level(Side.BUY, 970, 5, LAST_IN_FRAME)) == [(Request.NEW, Side.SELL, 0, 10)]


def test_a_stop_that_would_go_off_at_once_is_refused(desk: Desk) -> None:
    assert desk.place(order_type=OrderType.STOP, side=Side.BUY, execution_id=1001) == 0
    assert desk.last_reason is DenyReason.BAD_TRIGGER
    assert desk.place(order_type=OrderType.MARKET_IF_TOUCHED, side=Side.BUY, execution_id=1002) == 0
    assert desk.last_reason is DenyReason.BAD_TRIGGER


@pytest.mark.parametrize(
    "fields",
    [
        {"order_type": OrderType.STOP},
        {"order_type": OrderType.STOP, "execution_id": -5},
        {"order_type": OrderType.TRAILING_STOP},
        {"order_type": OrderType.TRAILING_STOP, "amount": 6_000, "flags": EventFlag.IN_BPS},
        {"order_type": OrderType.ICEBERG},
        {"order_type": OrderType.ICEBERG, "filled_lots": 11},
        {"order_type": OrderType.TWAP},
        {"order_type": OrderType.TWAP, "venue_ns": SECOND},
        {"order_type": OrderType.VWAP, "venue_ns": 90 * SECOND, "amount": 1_000_001},
        {"time_in_force": TimeInForce.GTD},
        {"order_type": OrderType.TWAP, "venue_ns": 90 * SECOND, "flags": WAITS},
        {"order_type": 13},
    ],
)
def test_terms_that_cannot_be_are_refused(desk: Desk, fields: dict[str, Any]) -> None:
    assert desk.place(price_ticks=1000, **fields) == 0
    assert desk.last_reason in (DenyReason.BAD_TRIGGER, DenyReason.BAD_ORDER_TYPE)


def test_a_held_order_counts_no_working_lots_until_it_goes_out(desk: Desk) -> None:
    desk.place(order_type=OrderType.STOP, side=Side.BUY, execution_id=1010)
    assert desk.state.positions.used[0] == 0 or desk.state.positions.rows[0]["working_buy_lots"] == 0
    desk.trade(1010)
    assert desk.state.positions.rows[0]["working_buy_lots"] == 10


def test_a_held_order_is_cancelled_at_once_and_without_the_venue(desk: Desk) -> None:
    client_id = desk.place(order_type=OrderType.STOP, side=Side.BUY, execution_id=1010)
    assert requests(desk.command(Command.CANCEL_ORDER, client_id=client_id)) == []
    assert desk.order(client_id)["status"] == OrderStatus.CANCELED
    assert requests(desk.trade(1020)) == []
    assert desk.state.blotter.counts[0]["watched_orders"] == 0


def test_a_stop_on_a_book_that_is_not_live_waits(desk: Desk) -> None:
    client_id = desk.place(order_type=OrderType.STOP, side=Side.BUY, execution_id=1010)
    desk.say(EventKind.FEED_STATE, instrument_id=0, detail=4)
    assert requests(desk.trade(1020)) == []
    assert desk.order(client_id)["phase"] == Phase.WATCHING


def test_a_stop_that_only_reduces_tries_again_until_it_may(desk: Desk) -> None:
    desk.hold(10)
    client_id = desk.place(
        order_type=OrderType.STOP, side=Side.SELL, execution_id=990, flags=REDUCE_ONLY, quantity_lots=50
    )
    desk.say(EventKind.ORDERS_STALE, detail=1)
    assert requests(desk.trade(990)) == []
    assert desk.order(client_id)["phase"] == Phase.TRIGGERED
    desk.say(EventKind.ORDERS_STALE, detail=0)
    assert requests(desk.wait(0.3)) == [(Request.NEW, Side.SELL, 0, 10)]  # and no more than there is to close


def test_an_entry_that_risk_refuses_when_it_goes_off_is_denied(desk: Desk) -> None:
    client_id = desk.place(order_type=OrderType.STOP, side=Side.BUY, execution_id=1010)
    desk.state.risk.limits["max_position_notional_e8"] = 1
    desk.trade(1010)
    assert desk.order(client_id)["status"] == OrderStatus.DENIED
    assert desk.order(client_id)["reason"] == DenyReason.MAX_POSITION


# Trailing.


def test_a_trailing_stop_follows_in_its_favour_and_never_goes_back(desk: Desk) -> None:
    desk.hold(10)
    client_id = desk.place(order_type=OrderType.TRAILING_STOP, side=Side.SELL, amount=20, flags=REDUCE_ONLY)
    desk.trade(1001)
    assert desk.order(client_id)["trigger_ticks"] == 981
    desk.book(1049, 1051)
    assert desk.order(client_id)["trigger_ticks"] == 1030
    desk.book(1039, 1041)
    assert desk.order(client_id)["trigger_ticks"] == 1030
    assert requests(desk.trade(1030)) == [(Request.NEW, Side.SELL, 0, 10)]


def test_a_print_far_from_the_market_does_not_pull_a_trailing_stop_along(desk: Desk) -> None:
    client_id = desk.place(order_type=OrderType.TRAILING_STOP, side=Side.SELL, amount=20)
    desk.trade(5000)
    assert desk.order(client_id)["trigger_ticks"] == 981


def test_a_trailing_stop_in_basis_points_begins_at_its_activation(desk: Desk) -> None:
    client_id = desk.place(
        order_type=OrderType.TRAILING_STOP, side=Side.BUY, amount=100, execution_id=980, flags=EventFlag.IN_BPS
    )
    desk.book(989, 991)
    assert desk.order(client_id)["trigger_ticks"] == 0
    desk.book(979, 981)
    assert desk.order(client_id)["trigger_ticks"] == 990  # 980 and one percent, away from the market
    assert requests(desk.book(989, 991)) == [(Request.NEW, Side.BUY, 0, 10)]


# Market-to-limit, pegs, times.


def test_market_to_limit_rests_at_the_price_that_it_takes(desk: Desk) -> None:
    client_id = desk.place(order_type=OrderType.MARKET_TO_LIMIT, side=Side.BUY)
    order = desk.order(client_id)
    assert (order["price_ticks"], order["order_type"], order["time_in_force"]) == (1002, OrderType.LIMIT, 1)
    assert order["asked_type"] == OrderType.MARKET_TO_LIMIT


def test_a_pegged_order_follows_its_own_side_but_not_itself(desk: Desk) -> None:
    client_id = desk.place(order_type=OrderType.PEGGED, side=Side.BUY, amount=1)
    assert desk.order(client_id)["price_ticks"] == 999
    desk.report(Report.ACCEPTED, client_id)
    assert requests(desk.level(Side.BUY, 1001, 5, LAST_IN_FRAME)) == [(Request.REPLACE, Side.BUY, 1000, 10)]
    desk.report(Report.REPLACED, client_id, price_ticks=1000, quantity_lots=10)
    desk.now_ns += SECOND
    desk.level(Side.BUY, 1001, 0)
    # What is left at the best price is ours alone: the market behind it is at 998.
    desk.level(Side.BUY, 998, 7)
    said = requests(desk.level(Side.BUY, 1000, 10, LAST_IN_FRAME))
    assert said == [(Request.REPLACE, Side.BUY, 997, 10)]


def test_a_peg_to_the_mid_stops_at_its_limit(desk: Desk) -> None:
    client_id = desk.place(order_type=OrderType.PEGGED, side=Side.BUY, price_ticks=1003, flags=EventFlag.TO_MID)
    assert desk.order(client_id)["price_ticks"] == 1001
    desk.report(Report.ACCEPTED, client_id)
    desk.level(Side.BUY, 1010, 5)
    desk.level(Side.SELL, 1002, 0)
    assert requests(desk.level(Side.SELL, 1012, 5, LAST_IN_FRAME)) == [(Request.REPLACE, Side.BUY, 1003, 10)]


def test_an_order_good_till_a_date_is_cancelled_then(desk: Desk) -> None:
    client_id = desk.place(price_ticks=990, time_in_force=TimeInForce.GTD, venue_ns=desk.now_ns + 5 * SECOND)
    assert desk.order(client_id)["time_in_force"] == TimeInForce.GTC
    desk.report(Report.ACCEPTED, client_id)
    assert requests(desk.wait(1)) == []
    assert requests(desk.wait(5)) == [(Request.CANCEL, Side.BUY, 990, 10)]


def test_a_day_order_ends_with_the_day(desk: Desk) -> None:
    there = desk.place(price_ticks=990, time_in_force=TimeInForce.DAY)
    desk.report(Report.ACCEPTED, there)
    held = desk.place(order_type=OrderType.STOP, execution_id=1010, time_in_force=TimeInForce.DAY)
    assert requests(desk.say(EventKind.ROLLOVER)) == [(Request.CANCEL, Side.BUY, 990, 10)]
    assert desk.order(held)["status"] == OrderStatus.EXPIRED


# Slices.


def test_an_iceberg_shows_a_part_and_the_next_when_it_is_gone(desk: Desk) -> None:
    parent = desk.place(order_type=OrderType.ICEBERG, price_ticks=1000, quantity_lots=100, filled_lots=20)
    sent = 0
    for _ in range(20):
        said = requests(desk.wait(0.2))
        if not said:
            break
        assert len(said) == 1
        assert said[0][2] == 1000
        assert 1 <= said[0][3] <= 25
        child = desk.sent[0]
        assert desk.order(child)["parent_id"] == parent
        assert requests(desk.wait(0.2)) == []  # one at a time
        desk.report(Report.ACCEPTED, child)
        sent += said[0][3]
        desk.fill(child, Side.BUY, 1000, said[0][3], said[0][3])
        assert desk.order(parent)["filled_lots"] == sent
    assert sent == 100
    assert desk.order(parent)["status"] == OrderStatus.FILLED


def test_a_cancelled_iceberg_takes_its_part_back_first(desk: Desk) -> None:
    parent = desk.place(order_type=OrderType.ICEBERG, price_ticks=1000, quantity_lots=100, filled_lots=20)
    desk.wait(0.2)
    child = desk.sent[0]
    desk.report(Report.ACCEPTED, child)
    said = requests(desk.command(Command.CANCEL_ORDER, client_id=parent))
    assert [row[0] for row in said] == [Request.CANCEL]
    assert desk.order(parent)["status"] == OrderStatus.PENDING_CANCEL
    desk.fill(child, Side.BUY, 1000, 3, 3)
    desk.report(Report.CANCELED, child, filled_lots=3)
    assert desk.order(parent)["status"] == OrderStatus.CANCELED
    assert desk.order(parent)["filled_lots"] == 3


def test_a_twap_is_done_at_its_end_and_never_ahead_of_time(desk: Desk) -> None:
    begin, seconds, lots = desk.now_ns, 60, 1000
    parent = desk.place(order_type=OrderType.TWAP, quantity_lots=lots, venue_ns=begin + seconds * SECOND)
    filled = 0
    for _ in range(400):
        said = requests(desk.wait(0.2))
        for request, side, price, size in said:
            assert (request, side, price) == (Request.NEW, Side.BUY, 1002)
            filled += size
            child = desk.sent[0]
            desk.fill(child, Side.BUY, 1002, size, size)
        passed = min(1.0, (desk.now_ns - begin) / (seconds * SECOND))
        assert filled <= lots * passed * 1.25 + 1
        if filled == lots:
            break
    assert desk.order(parent)["status"] == OrderStatus.FILLED
    assert desk.order(parent)["slices"] > 10
    assert requests(desk.wait(1)) == []


def test_a_twap_never_takes_more_than_its_part_of_the_volume_and_then_expires(desk: Desk) -> None:
    parent = desk.place(
        order_type=OrderType.TWAP, quantity_lots=100, venue_ns=desk.now_ns + 10 * SECOND, amount=100_000
    )
    traded = filled = 0
    for _ in range(100):
        desk.trade(1001, 10)
        traded += 10
        for *_, size in requests(desk.wait(0.2)):
            child = desk.sent[0]
            desk.fill(child, Side.BUY, 1002, size, size)
            filled += size
            assert filled <= traded // 10
        if desk.order(parent)["status"] == OrderStatus.EXPIRED:
            break
    assert 0 < filled < 100
    assert desk.order(parent)["status"] == OrderStatus.EXPIRED


def test_a_vwap_goes_with_the_volume(desk: Desk) -> None:
    desk.trade(1001, 600)  # the pace: 600 in the running minute
    parent = desk.place(order_type=OrderType.VWAP, quantity_lots=100, venue_ns=desk.now_ns + 60 * SECOND)
    desk.wait(0.2)
    assert desk.order(parent)["sent_lots"] == 0  # nothing has traded since
    desk.trade(1001, 300)
    desk.wait(1)
    assert 15 <= desk.order(parent)["sent_lots"] <= 42  # a third of what is expected by now, a quarter more or less


def test_what_a_slice_fills_is_told_of_its_parent_too(desk: Desk) -> None:
    parent = desk.place(order_type=OrderType.ICEBERG, price_ticks=1000, quantity_lots=20, filled_lots=5)
    desk.wait(0.2)
    child = desk.sent[0]
    desk.report(Report.ACCEPTED, child)
    desk.fill(child, Side.BUY, 1000, 1, 1)
    decided = desk.decisions.records[: desk.decisions.used[0]]
    told = [int(row["client_id"]) for row in decided if row["kind"] == EventKind.ORDER_UPDATE]
    assert sorted(told) == sorted([parent, child])


def worked_off(desk: Desk, side: Side, ticks: int) -> int:
    """Fill every slice that goes out in the next ten seconds; how many there were."""
    slices = 0
    for _ in range(60):
        for *_, size in requests(desk.wait(0.2)):
            desk.fill(desk.sent[0], side, ticks, size, size)
            slices += 1
    return slices


@pytest.mark.parametrize(
    "terms",
    [
        {"order_type": OrderType.TWAP},
        {"order_type": OrderType.ICEBERG, "price_ticks": 1002, "filled_lots": 10},
    ],
)
def test_all_slices_of_an_order_are_one_trade_and_one_size(desk: Desk, terms: dict[str, Any]) -> None:
    end = {"venue_ns": desk.now_ns + 10 * SECOND} if terms["order_type"] == OrderType.TWAP else {}
    desk.place(quantity_lots=100, **terms, **end)
    assert worked_off(desk, Side.BUY, 1002) > 3
    assert desk.position_lots == 100
    assert desk.state.risk.breaker[0]["trades"] == 1
    assert desk.state.risk.sizes[0]["own_count"] == 1
    desk.hold(5)
    assert desk.state.risk.breaker[0]["trades"] == 2


def test_a_position_that_slices_close_was_one_losing_trade(desk: Desk) -> None:
    desk.hold(100, 1010)
    end = desk.now_ns + 10 * SECOND
    desk.place(order_type=OrderType.TWAP, side=Side.SELL, quantity_lots=100, venue_ns=end)
    assert worked_off(desk, Side.SELL, 1000) > 3
    assert desk.position_lots == 0
    assert desk.state.risk.breaker[0]["losses"] == 1
    assert desk.state.risk.breaker[0]["trades"] == 2


def test_the_size_of_an_order_that_waits_here_is_learned_once(desk: Desk) -> None:
    desk.place(order_type=OrderType.STOP, side=Side.BUY, execution_id=1010)
    assert requests(desk.trade(1010))
    assert desk.state.risk.sizes[0]["own_count"] == 1


def test_a_stop_looks_at_no_book_that_is_not_live(desk: Desk) -> None:
    stop = desk.place(order_type=OrderType.STOP, side=Side.SELL, execution_id=980)
    head = desk.state.books.heads[0]
    head["best_bid_ticks"], head["best_ask_ticks"], head["state"] = 970, 972, BookState.GAPPED
    desk.wait(0.2)
    assert desk.order(stop)["phase"] == Phase.WATCHING
    desk.book(970, 972)
    assert desk.order(stop)["phase"] != Phase.WATCHING


def test_slices_are_worth_what_the_venue_takes_at_least(desk: Desk) -> None:
    desk.state.risk.limits["min_notional_e8"] = 7 * value_e8(1000, 1, desk.state.risk.limits[0])
    begin = desk.now_ns
    assert desk.place(order_type=OrderType.TWAP, quantity_lots=20, venue_ns=begin + 10 * SECOND)  # with no limit price
    sizes = []
    for _ in range(80):
        for *_, size in requests(desk.wait(0.2)):
            sizes.append(size)
            desk.fill(desk.sent[0], Side.BUY, 1002, size, size)
    assert sum(sizes) == 20
    assert min(sizes) >= 7


def test_an_iceberg_whose_rest_is_too_small_for_the_venue_is_over(desk: Desk) -> None:
    desk.state.risk.limits["min_notional_e8"] = 7 * value_e8(1000, 1, desk.state.risk.limits[0])
    parent = desk.place(order_type=OrderType.ICEBERG, price_ticks=1000, quantity_lots=20, filled_lots=20)
    desk.wait(0.2)
    child = desk.sent[0]
    desk.report(Report.ACCEPTED, child)
    desk.fill(child, Side.BUY, 1000, 15, 15)
    desk.report(Report.CANCELED, child, filled_lots=15)
    desk.wait(0.2)
    order = desk.order(parent)
    assert (order["status"], order["reason"]) == (OrderStatus.CANCELED, DenyReason.BAD_QUANTITY)


def test_a_paused_order_sends_nothing_until_it_goes_on(desk: Desk) -> None:
    parent = desk.place(order_type=OrderType.TWAP, quantity_lots=1000, venue_ns=desk.now_ns + 10 * SECOND)
    desk.command(Command.PAUSE_ORDER, client_id=parent, amount=1)
    assert requests(desk.wait(3)) == []
    desk.command(Command.PAUSE_ORDER, client_id=parent, amount=0)
    assert len(requests(desk.wait(0.2))) == 1


def test_an_order_in_a_slot_of_a_slice_is_nobodys_slice(desk: Desk) -> None:
    parent = desk.place(order_type=OrderType.ICEBERG, price_ticks=1000, quantity_lots=30, filled_lots=20)
    desk.wait(0.2)
    desk.fill(desk.sent[0], Side.BUY, 1000, 1, 1)
    desk.report(Report.CANCELED, desk.sent[0], filled_lots=1)
    desk.state.blotter.counts[0]["free_slots"] = 0  # the next one takes the slot of the slice
    other = desk.place(order_type=OrderType.STOP, execution_id=1010)
    assert desk.order(other)["parent_id"] == 0 != parent


# Groups.


def bracket(desk: Desk, *, lots: int = 10, targets: tuple[int, ...] = (1050,)) -> tuple[int, int, list[int]]:
    """Entry at 1000, stop at 980, targets that share it."""
    before = int(desk.state.blotter.counts[0]["next_counter"])
    exits = WAITS | ONE_CANCELS | REDUCE_ONLY | MORE
    leg = {**ORDER, "side": Side.SELL, "flags": exits}
    desk.command(
        Command.PLACE_ORDER, **{**leg, "order_type": OrderType.STOP, "execution_id": 980, "quantity_lots": lots}
    )
    for target in targets:
        desk.command(Command.PLACE_ORDER, **{**leg, "price_ticks": target, "quantity_lots": lots // len(targets)})
    desk.command(Command.PLACE_ORDER, **{**ORDER, "price_ticks": 1000, "quantity_lots": lots})
    base = 1 << 32
    return base | (before + 1 + len(targets)), base | before, [base | (before + 1 + i) for i in range(len(targets))]


def test_a_bracket_waits_for_its_entry_and_then_guards_what_has_filled(desk: Desk) -> None:
    entry, stop, (target,) = bracket(desk)
    assert desk.order(stop)["phase"] == desk.order(target)["phase"] == Phase.WAITING
    assert desk.order(entry)["status"] == OrderStatus.PENDING_NEW
    desk.report(Report.ACCEPTED, entry)
    said = requests(desk.fill(entry, Side.BUY, 1000, 4, 4))
    assert said == [(Request.NEW, Side.SELL, 1050, 4)]
    assert desk.order(stop)["phase"] == Phase.WATCHING
    desk.report(Report.ACCEPTED, target)
    said = requests(desk.fill(entry, Side.BUY, 1000, 6, 10))
    assert said == [(Request.REPLACE, Side.SELL, 1050, 10)]


def test_a_target_that_fills_takes_the_stop_away(desk: Desk) -> None:
    entry, stop, (target,) = bracket(desk)
    desk.report(Report.ACCEPTED, entry)
    desk.fill(entry, Side.BUY, 1000, 10, 10)
    desk.report(Report.ACCEPTED, target)
    desk.fill(target, Side.SELL, 1050, 10, 10)
    assert desk.order(stop)["status"] == OrderStatus.CANCELED
    assert desk.position_lots == 0
    assert requests(desk.trade(970)) == []


def test_a_stop_goes_out_only_when_the_target_is_gone_and_for_what_is_left(desk: Desk) -> None:
    entry, stop, (target,) = bracket(desk)
    desk.report(Report.ACCEPTED, entry)
    desk.fill(entry, Side.BUY, 1000, 10, 10)
    desk.report(Report.ACCEPTED, target)
    assert requests(desk.trade(980)) == [(Request.CANCEL, Side.SELL, 1050, 10)]
    desk.fill(target, Side.SELL, 1050, 3, 3)  # a fill overtakes the cancel
    said = requests(desk.report(Report.CANCELED, target, filled_lots=3))
    assert said == [(Request.NEW, Side.SELL, 0, 7)]
    desk.fill(stop, Side.SELL, 979, 7, 7)
    assert desk.position_lots == 0


def test_two_targets_share_the_entry_and_the_stop_keeps_what_is_left(desk: Desk) -> None:
    entry, stop, (near, far) = bracket(desk, targets=(1050, 1100))
    desk.report(Report.ACCEPTED, entry)
    said = requests(desk.fill(entry, Side.BUY, 1000, 10, 10))
    assert sorted(said) == [(Request.NEW, Side.SELL, 1050, 5), (Request.NEW, Side.SELL, 1100, 5)]
    for target in (near, far):
        desk.report(Report.ACCEPTED, target)
    desk.fill(near, Side.SELL, 1050, 5, 5)
    assert requests(desk.trade(980)) == [(Request.CANCEL, Side.SELL, 1100, 5)]
    assert requests(desk.report(Report.CANCELED, far)) == [(Request.NEW, Side.SELL, 0, 5)]
    assert desk.order(stop)["quantity_lots"] == 5


def test_an_entry_that_is_cancelled_unfilled_takes_its_legs_along(desk: Desk) -> None:
    entry, stop, (target,) = bracket(desk)
    desk.report(Report.ACCEPTED, entry)
    desk.report(Report.CANCELED, entry)
    assert desk.order(stop)["status"] == desk.order(target)["status"] == OrderStatus.CANCELED


def test_legs_of_a_position_that_was_closed_otherwise_go_with_it(desk: Desk) -> None:
    entry, stop, (target,) = bracket(desk)
    desk.report(Report.ACCEPTED, entry)
    desk.fill(entry, Side.BUY, 1000, 10, 10)
    desk.report(Report.ACCEPTED, target)
    other = desk.place(side=Side.SELL, price_ticks=1000, quantity_lots=10)
    desk.report(Report.ACCEPTED, other)
    said = requests(desk.fill(other, Side.SELL, 1000, 10, 10))
    assert said == [(Request.CANCEL, Side.SELL, 1050, 10)]
    assert desk.order(stop)["status"] == OrderStatus.CANCELED


@pytest.mark.parametrize("bad", [0, 1])
def test_of_a_group_all_legs_are_taken_or_none(desk: Desk, bad: int) -> None:
    leg = {**ORDER, "flags": ONE_CANCELS | MORE, "price_ticks": 990}
    desk.command(Command.PLACE_ORDER, **{**leg, "quantity_lots": 0 if bad == 0 else 10})
    said = desk.command(
        Command.PLACE_ORDER, **{**leg, "flags": ONE_CANCELS, "price_ticks": 980, "quantity_lots": 0 if bad == 1 else 10}
    )
    assert requests(said) == []
    denied = [row[2] for row in said if row[0] == EventKind.DENIED]
    assert sorted(denied) == sorted([DenyReason.BAD_QUANTITY, DenyReason.GROUP])
    assert desk.state.blotter.counts[0]["open_orders"] == 0


def test_a_leg_that_finds_no_room_takes_those_before_it_back(desk: Desk) -> None:
    room = len(desk.state.blotter.orders)
    for number in range(room - 1):
        desk.command(Command.PLACE_ORDER, **{**ORDER, "price_ticks": 900 - number})
    leg = {**ORDER, "flags": ONE_CANCELS | MORE, "price_ticks": 990}
    desk.command(Command.PLACE_ORDER, **leg)
    said = desk.command(Command.PLACE_ORDER, **{**leg, "flags": ONE_CANCELS, "price_ticks": 980})
    assert requests(said) == [(Request.NEW, Side.BUY, 990, 10), (Request.CANCEL, Side.BUY, 990, 10)]
    assert [row[2] for row in said if row[0] == EventKind.DENIED] == [DenyReason.BLOTTER_FULL]


def test_legs_of_a_group_count_together_against_the_limits(desk: Desk) -> None:
    desk.state.risk.settings["max_open_orders"] = 1
    leg = {**ORDER, "flags": ONE_CANCELS | MORE, "price_ticks": 990}
    desk.command(Command.PLACE_ORDER, **leg)
    said = desk.command(Command.PLACE_ORDER, **{**leg, "flags": ONE_CANCELS, "price_ticks": 980})
    assert [row[2] for row in said if row[0] == EventKind.DENIED] == [DenyReason.GROUP, DenyReason.MAX_OPEN_ORDERS]


def test_one_of_two_orders_takes_as_much_from_the_other(desk: Desk) -> None:
    leg = {**ORDER, "flags": ONE_CANCELS | MORE, "price_ticks": 990}
    desk.command(Command.PLACE_ORDER, **leg)
    desk.command(Command.PLACE_ORDER, **{**leg, "flags": ONE_CANCELS, "price_ticks": 980})
    second = desk.last_client_id
    first = second - 1
    desk.report(Report.ACCEPTED, first)
    desk.report(Report.ACCEPTED, second)
    assert requests(desk.fill(first, Side.BUY, 990, 4, 4)) == [(Request.REPLACE, Side.BUY, 980, 6)]
    desk.report(Report.REPLACED, second, price_ticks=980, quantity_lots=6)
    said = requests(desk.fill(first, Side.BUY, 990, 6, 10))
    assert [row[0] for row in said] == [Request.CANCEL]


def test_break_even_moves_the_stop_to_where_the_position_costs_nothing(desk: Desk) -> None:
    entry, stop, _ = bracket(desk)
    desk.report(Report.ACCEPTED, entry)
    desk.fill(entry, Side.BUY, 995, 3, 3)
    desk.fill(entry, Side.BUY, 1000, 7, 10)
    desk.command(Command.BREAK_EVEN, instrument_id=0)
    assert desk.order(stop)["trigger_ticks"] == 999  # 998.5, rounded so that nothing is lost


def test_a_stop_does_not_go_to_break_even_while_the_market_is_behind_it(desk: Desk) -> None:
    entry, stop, _ = bracket(desk)
    desk.report(Report.ACCEPTED, entry)
    desk.fill(entry, Side.BUY, 1000, 10, 10)
    desk.book(990, 992)
    desk.command(Command.BREAK_EVEN, instrument_id=0)
    assert desk.last_reason is DenyReason.BAD_TRIGGER
    assert desk.order(stop)["trigger_ticks"] == 980


@pytest.mark.parametrize(("lots", "prices", "even"), [(10, (995, 1000), 999), (-10, (995, 1000), 998), (-4, (7, 8), 7)])
def test_break_even_is_where_closing_loses_nothing(desk: Desk, lots: int, prices: tuple[int, int], even: int) -> None:
    side = 1 if lots > 0 else -1
    positions = desk.state.positions
    row = row_of(positions, 0, 0, -1)
    part = abs(lots) * 3 // 10 if abs(lots) == 10 else abs(lots) // 2
    for price, size in zip(prices, (part, abs(lots) - part), strict=True):
        on_fill(positions, row, side, price, size, 0, desk.state.instruments[0], 1)
    assert break_even_ticks(positions.rows[row], desk.state.instruments[0]) == even


def test_a_held_stop_is_moved_without_the_venue(desk: Desk) -> None:
    stop = desk.place(order_type=OrderType.STOP, side=Side.SELL, execution_id=980)
    said = desk.command(Command.REPLACE_ORDER, client_id=stop, execution_id=985)
    assert requests(said) == []
    assert desk.last_reason is DenyReason.NONE
    assert desk.order(stop)["trigger_ticks"] == 985


# Halts and restarts.


def test_a_person_who_halts_ends_what_is_held_and_a_dead_process_does_not(desk: Desk) -> None:
    stop = desk.place(order_type=OrderType.STOP, side=Side.SELL, execution_id=980)
    for line in (28, 17):  # an order process; the desk, that found a process silent
        desk.say(EventKind.HALT, source_id=line, reference_id=1)
        assert desk.order(stop)["status"] == OrderStatus.NEW
    assert requests(desk.trade(970)) == []
    desk.say(EventKind.HALT, source_id=0, reference_id=1)
    assert desk.order(stop)["status"] == OrderStatus.CANCELED


def test_a_flatten_goes_on_when_the_last_order_to_go_was_held_here(desk: Desk) -> None:
    """Found by chaos: an entry's fill took its legs along, and nobody looked at the wish again."""
    desk.hold(-5)
    resting = desk.place(price_ticks=990, quantity_lots=2)
    desk.report(Report.ACCEPTED, resting)
    desk.command(Command.FLATTEN)
    entry, stop, (target,) = bracket(desk, lots=2)
    desk.report(Report.CANCELED, resting)
    desk.report(Report.ACCEPTED, entry)

    said = requests(desk.fill(entry, Side.BUY, 1000, 2, 2))
    assert desk.order(stop)["status"] == desk.order(target)["status"] == OrderStatus.CANCELED
    assert said == [(Request.NEW, Side.BUY, 0, 3)]


def test_a_flatten_goes_on_when_the_last_order_to_go_ended_by_time(desk: Desk) -> None:
    desk.hold(-5)
    resting = desk.place(price_ticks=990, quantity_lots=2)
    desk.report(Report.ACCEPTED, resting)
    desk.command(Command.FLATTEN)
    ends = {"time_in_force": TimeInForce.GTD, "venue_ns": desk.now_ns + SECOND}
    stop = desk.place(order_type=OrderType.STOP, execution_id=1050, quantity_lots=2, **ends)
    desk.report(Report.CANCELED, resting)
    assert desk.state.blotter.own[0]["open_orders"] == 1

    desk.wait(1.5)
    assert desk.order(stop)["status"] == OrderStatus.EXPIRED
    (last,) = [desk.state.blotter.orders[slot] for slot in desk.state.blotter.open_slots[:1]]
    assert (last["order_type"], last["side"], last["quantity_lots"]) == (OrderType.MARKET, Side.BUY, 5)


def test_a_slicer_that_was_cancelled_ends_with_its_last_slice_on_a_halted_desk_too(desk: Desk) -> None:
    """Found by chaos: the exchange died under a slice of a cancelled iceberg, which then waited for ever."""
    parent = desk.place(order_type=OrderType.ICEBERG, price_ticks=1000, quantity_lots=20, filled_lots=5)
    desk.wait(0.2)
    child = desk.sent[0]
    desk.report(Report.ACCEPTED, child)
    desk.command(Command.CANCEL_ORDER, client_id=parent)
    assert desk.order(parent)["status"] == OrderStatus.PENDING_CANCEL
    desk.say(EventKind.HALT, source_id=17, reference_id=1)

    desk.report(Report.CANCELED, child)
    assert desk.order(parent)["status"] == OrderStatus.CANCELED
    assert requests(desk.wait(0.2)) == []


@pytest.mark.parametrize("line", [17, 28])
def test_a_signal_and_the_file_kill_are_a_persons_halt_whoever_carries_it_out(desk: Desk, line: int) -> None:
    stop = desk.place(order_type=OrderType.STOP, side=Side.SELL, execution_id=980)
    desk.say(EventKind.HALT, source_id=line, reference_id=1, amount=BY_PERSON)
    assert desk.order(stop)["status"] == OrderStatus.CANCELED
    assert desk.state.halt.is_flattening[0] == 0


def test_held_orders_survive_a_restart_as_they_stood(desk: Desk) -> None:
    entry, stop, (target,) = bracket(desk)
    trail = desk.place(order_type=OrderType.TRAILING_STOP, side=Side.SELL, amount=20)
    desk.report(Report.ACCEPTED, entry)
    desk.fill(entry, Side.BUY, 1000, 4, 4)
    desk.trade(1001)
    other = desk.restarted()
    for client_id in (entry, stop, target, trail):
        mine, theirs = desk.order(client_id), other.order(client_id)
        for name in (
            "status", "phase", "asked_type", "order_type", "quantity_lots", "filled_lots", "trigger_ticks", "offset",
            "price_ticks", "flags", "group_id", "asked_lots", "whole_lots", "released_lots", "taken_lots", "side",
        ):  # fmt: skip
            assert mine[name] == theirs[name], (client_id, name)
    assert other.state.blotter.counts[0]["watched_orders"] == desk.state.blotter.counts[0]["watched_orders"]


def test_slices_are_counted_again_after_a_restart(desk: Desk) -> None:
    parent = desk.place(order_type=OrderType.ICEBERG, price_ticks=1000, quantity_lots=100, filled_lots=20)
    said = requests(desk.wait(0.2))
    child = desk.sent[0]
    desk.report(Report.ACCEPTED, child)
    desk.fill(child, Side.BUY, 1000, 2, 2)
    other = desk.restarted()
    assert other.order(parent)["sent_lots"] == said[0][3]
    assert other.order(parent)["filled_lots"] == 2
    assert other.order(child)["parent_id"] == parent
