"""Brackets and one-cancels-other: what a fill, a cancel or a refusal of one leg does to the others."""

from typing import Any

import pytest

from core.orders.blotter import find
from core.orders.positions import break_even_ticks, on_fill, row_of
from core.vocabulary import Command, DenyReason, EventKind, OrderStatus, OrderType, Phase, Report, Request, Side
from tests.core_world import SECOND
from tests.held_orders import LAST_IN_FRAME, MORE, ONE_CANCELS, ORDER, REDUCE_ONLY, Desk, bracket, requests


@pytest.fixture
def desk() -> Desk:
    return Desk()


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


def leg(desk: Desk, **fields: Any) -> None:
    desk.command(Command.PLACE_ORDER, **{**ORDER, "flags": ONE_CANCELS | MORE, "price_ticks": 990, **fields})


def group_lots(desk: Desk) -> list[int]:
    blotter = desk.state.blotter
    open_orders = [blotter.orders[blotter.open_slots[place]] for place in range(blotter.counts[0]["open_orders"])]
    return sorted(int(order["quantity_lots"]) for order in open_orders)


def test_legs_whose_last_one_does_not_come_are_forgotten(desk: Desk) -> None:
    leg(desk, quantity_lots=1)
    desk.now_ns += 2 * SECOND
    leg(desk, quantity_lots=2)
    leg(desk, quantity_lots=3, flags=ONE_CANCELS)
    assert group_lots(desk) == [2, 3]


def test_a_group_has_room_for_eight_legs_and_a_ninth_denies_it(desk: Desk) -> None:
    for number in range(7):
        leg(desk, price_ticks=990 - number)
    leg(desk, price_ticks=980, flags=ONE_CANCELS)
    assert len(group_lots(desk)) == 8
    for number in range(8):
        leg(desk, price_ticks=970 - number)
        assert desk.last_reason is DenyReason.NONE
    leg(desk, price_ticks=960, flags=ONE_CANCELS)
    assert desk.last_reason is DenyReason.GROUP
    assert len(group_lots(desk)) == 8


def test_of_a_group_sizes_are_learned_when_it_is_taken_and_not_when_it_is_denied(desk: Desk) -> None:
    sizes = desk.state.risk.sizes
    leg(desk)
    leg(desk, quantity_lots=0, flags=ONE_CANCELS)
    assert (desk.last_reason, sizes[0]["own_count"]) == (DenyReason.BAD_QUANTITY, 0)
    leg(desk)
    leg(desk, price_ticks=980, flags=ONE_CANCELS)
    assert (desk.last_reason, sizes[0]["own_count"]) == (DenyReason.NONE, 2)


def test_legs_behind_the_one_that_found_no_room_are_denied_with_it(desk: Desk) -> None:
    for number in range(len(desk.state.blotter.orders) - 1):
        desk.command(Command.PLACE_ORDER, **{**ORDER, "price_ticks": 900 - number})
    leg(desk)
    leg(desk, price_ticks=980)
    said = desk.command(Command.PLACE_ORDER, **{**ORDER, "flags": ONE_CANCELS, "price_ticks": 970})
    assert [row[2] for row in said if row[0] == EventKind.DENIED] == [DenyReason.BLOTTER_FULL, DenyReason.GROUP]


def test_a_closing_pair_goes_with_a_position_that_was_closed_otherwise(desk: Desk) -> None:
    desk.hold(10)
    pair = {"side": Side.SELL, "flags": ONE_CANCELS | REDUCE_ONLY}
    leg(desk, **{**pair, "price_ticks": 1050, "flags": pair["flags"] | MORE})
    leg(desk, **pair, order_type=OrderType.STOP, execution_id=980, price_ticks=0)
    stop = desk.last_client_id
    target = next(one for one in range(stop - 1, stop + 2) if one != stop and find(desk.state.blotter, one) >= 0)
    desk.report(Report.ACCEPTED, target)
    other = desk.place(side=Side.SELL, price_ticks=1000)
    assert requests(desk.fill(other, Side.SELL, 1000, 10, 10)) == [(Request.CANCEL, Side.SELL, 1050, 10)]
    assert desk.order(stop)["status"] == OrderStatus.CANCELED


def test_a_stop_takes_no_order_of_another_group_away(desk: Desk) -> None:
    brackets = [bracket(desk, lots=10), bracket(desk, lots=10)]
    for entry, _, (target,) in brackets:
        desk.report(Report.ACCEPTED, entry)
        desk.fill(entry, Side.BUY, 1000, 10, 10)
        desk.report(Report.ACCEPTED, target)
    (_, first, (near,)), (_, second, _) = brackets
    desk.command(Command.CANCEL_ORDER, client_id=second)
    said = desk.trade(980)
    decided = desk.decisions.records[: desk.decisions.used[0]]
    cancelled = [int(r["client_id"]) for r in decided if r["kind"] == 60 and r["detail"] == Request.CANCEL]
    assert cancelled == [near]
    assert requests(said)
    assert desk.order(first)["phase"] == Phase.TRIGGERED


def test_a_pegged_leg_of_a_pair_follows_the_market(desk: Desk) -> None:
    leg(desk, order_type=OrderType.PEGGED, price_ticks=0)
    leg(desk, price_ticks=980, flags=ONE_CANCELS)
    blotter = desk.state.blotter
    (peg,) = [order for order in blotter.orders if order["client_id"] and order["asked_type"] == OrderType.PEGGED]
    desk.report(Report.ACCEPTED, int(peg["client_id"]))
    assert requests(desk.level(Side.BUY, 1001, 50, LAST_IN_FRAME)) == [(Request.REPLACE, Side.BUY, 1001, 10)]
