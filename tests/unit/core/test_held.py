"""Stops, touches, trails, pegs and times that the core watches itself; and what a halt and a restart make of them."""

from typing import Any

import pytest

from core.memory.control import BY_PERSON
from core.owner import passes
from core.vocabulary import (
    Command,
    DenyReason,
    EventFlag,
    EventKind,
    FeedState,
    OrderStatus,
    OrderType,
    Phase,
    Report,
    Request,
    Side,
    TimeInForce,
)
from tests.core_world import SECOND
from tests.held_orders import LAST_IN_FRAME, REDUCE_ONLY, WAITS, Desk, bracket, requests


@pytest.fixture
def desk() -> Desk:
    return Desk()


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


def test_an_order_that_the_venue_has_not_answered_is_left_alone(desk: Desk) -> None:
    ends = {"time_in_force": TimeInForce.GTD, "venue_ns": desk.now_ns + SECOND}
    client_id = desk.place(price_ticks=990, **ends)
    assert requests(desk.wait(2)) == []
    assert requests(desk.report(Report.ACCEPTED, client_id)) == [(Request.CANCEL, Side.BUY, 990, 10)]


@pytest.mark.parametrize(("side", "trigger"), [(Side.SELL, 990), (Side.BUY, 1010)])
def test_a_stop_that_only_reduces_closes_no_more_than_own_orders_leave(desk: Desk, side: Side, trigger: int) -> None:
    desk.hold(-10 * side)
    resting = desk.place(side=side, price_ticks=1050 if side < 0 else 950, quantity_lots=4)
    desk.report(Report.ACCEPTED, resting)
    desk.place(order_type=OrderType.STOP, side=side, execution_id=trigger, flags=REDUCE_ONLY)
    assert requests(desk.trade(trigger)) == [(Request.NEW, side, 0, 6)]


def test_a_stop_that_only_reduces_waits_while_own_orders_close_it_all(desk: Desk) -> None:
    desk.hold(10)
    resting = desk.place(side=Side.SELL, price_ticks=1050)
    desk.report(Report.ACCEPTED, resting)
    desk.place(order_type=OrderType.STOP, side=Side.SELL, execution_id=990, flags=REDUCE_ONLY)
    assert requests(desk.trade(990)) == []
    desk.report(Report.CANCELED, resting)
    assert requests(desk.wait(0.2)) == [(Request.NEW, Side.SELL, 0, 10)]
    assert desk.state.risk.denials.sum() == 0


@pytest.mark.parametrize("held", [0, -10])
def test_a_stop_that_only_reduces_and_has_nothing_to_reduce_is_over(desk: Desk, held: int) -> None:
    stop = desk.place(order_type=OrderType.STOP, side=Side.SELL, execution_id=990, flags=REDUCE_ONLY)
    if held:
        desk.hold(held)
    desk.trade(990)
    order = desk.order(stop)
    assert (order["status"], order["reason"]) == (OrderStatus.CANCELED, DenyReason.REDUCE_ONLY)


def test_what_was_denied_is_asked_for_again_a_moment_later_and_not_with_every_frame(desk: Desk) -> None:
    desk.hold(10)
    desk.place(order_type=OrderType.STOP, side=Side.SELL, execution_id=990, flags=REDUCE_ONLY)
    desk.say(EventKind.ORDERS_STALE, detail=1)
    for _ in range(5):
        desk.trade(990)
    assert desk.state.risk.denials.sum() == 1
    desk.wait(0.3)
    assert desk.state.risk.denials.sum() == 2


def test_reasons_that_are_gone_in_a_moment_are_waited_for() -> None:
    passing = {"GATEWAY_BUSY", "GATEWAY_DOWN", "BOOK_NOT_LIVE", "ORDER_RATE", "MESSAGE_RATE", "SELF_CROSS"}
    assert {reason.name for reason in DenyReason if passes(int(reason))} == passing


def test_a_peg_moves_once_in_a_tenth_of_a_second_and_asks_for_nothing_that_cannot_be(desk: Desk) -> None:
    peg = desk.place(order_type=OrderType.PEGGED)
    desk.level(Side.BUY, 1001, 50, LAST_IN_FRAME)  # the venue has not answered yet
    assert requests(desk.report(Report.ACCEPTED, peg)) == [(Request.REPLACE, Side.BUY, 1001, 10)]
    desk.now_ns += SECOND
    desk.level(Side.BUY, 1001, 0)
    assert requests(desk.level(Side.BUY, 1000, 60, LAST_IN_FRAME)) == []  # nor this
    assert requests(desk.report(Report.REPLACED, peg)) == [(Request.REPLACE, Side.BUY, 1000, 10)]
    desk.report(Report.REPLACED, peg)
    assert requests(desk.level(Side.BUY, 1001, 50, LAST_IN_FRAME)) == []  # too soon
    desk.say(EventKind.FEED_STATE, instrument_id=0, detail=FeedState.STALE)
    assert requests(desk.wait(0.2)) == []
    assert desk.state.risk.denials.sum() == 0
    desk.book(1001, 1003)
    assert desk.order(peg)["replace_price_ticks"] == 1001


def test_what_was_cancelled_here_stays_so_after_a_restart(desk: Desk) -> None:
    stop = desk.place(order_type=OrderType.STOP, side=Side.SELL, execution_id=980)
    desk.command(Command.CANCEL_ORDER, client_id=stop)
    again = desk.restarted()
    assert again.order(stop)["status"] == OrderStatus.CANCELED
    assert again.state.blotter.counts[0]["open_orders"] == 0
    assert requests(again.trade(970)) == []
