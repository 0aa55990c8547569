"""Brackets and one-cancels-other: what a fill, a cancel or a refusal of one leg does to the others."""

import pytest

from core.orders.positions import break_even_ticks, on_fill, row_of
from core.vocabulary import Command, DenyReason, EventKind, OrderStatus, OrderType, Phase, Report, Request, Side
from tests.held_orders import MORE, ONE_CANCELS, ORDER, Desk, bracket, requests


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
