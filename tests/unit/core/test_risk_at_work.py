"""Risk inside the core: limits that are set, the breaker that opens, groups, and stops that close a position."""

from typing import Any

import pytest

from core.breaking import restore_breaker, restore_limit
from core.orders.positions import TOTAL, row_of
from core.review_group import begin_review_group, count_reviewed, end_review_group, review_leg
from core.risk.limits import Risk
from core.vocabulary import (
    BreakerCause,
    BreakerState,
    Command,
    DenyReason,
    EventKind,
    Limit,
    OrderType,
    Origin,
    Report,
    Request,
    Side,
    TimeInForce,
)
from tests.core_world import SECOND, World
from tests.generous import generous_limits

WHY = 4_711
MINUTE = 60 * SECOND


def world(**limits: Any) -> World:
    made = World(limits=generous_limits(**limits)).armed()
    made.book()
    return made


def place(made: World, **fields: Any) -> list[tuple[Any, ...]]:
    order = {"instrument_id": 0, "side": Side.BUY, "price_ticks": 1000, "quantity_lots": 10}
    order |= {"order_type": OrderType.LIMIT, "time_in_force": TimeInForce.GTC}
    return made.command(Command.PLACE_ORDER, **{**order, **fields})


def bought(made: World, lots: int = 10, ticks: int = 1000) -> None:
    place(made, quantity_lots=lots, price_ticks=ticks)
    client_id = made.last_client_id
    made.report(Report.ACCEPTED, client_id)
    made.fill(client_id, Side.BUY, ticks, lots, lots)


def kinds(said: list[tuple[Any, ...]]) -> list[EventKind]:
    return [row[0] for row in said]


def risk_of(made: World) -> Risk:
    return made.state.risk


def test_every_denial_is_counted_under_its_reason() -> None:
    made = world(max_order_lots=9)
    place(made)
    place(made)
    place(made, side=Side.NONE)
    assert risk_of(made).denials[DenyReason.MAX_ORDER_LOTS] == 2
    assert risk_of(made).denials[DenyReason.BAD_SIDE] == 1
    assert risk_of(made).denials.sum() == 3


def test_a_limit_is_set_by_a_seat_and_told_with_old_new_and_reason() -> None:
    made = world()
    said = made.command(Command.SET_LIMIT, execution_id=Limit.MAX_ORDER_LOTS, amount=9)
    assert made.last_reason == DenyReason.NONE
    assert kinds(said) == [EventKind.LIMIT_SET]
    place(made)
    assert made.last_reason == DenyReason.MAX_ORDER_LOTS
    assert made.command(Command.SET_LIMIT, execution_id=Limit.MAX_ORDER_LOTS, amount=10) == []
    assert made.last_reason == DenyReason.NO_REASON
    made.command(Command.SET_LIMIT, execution_id=Limit.MAX_ORDER_LOTS, amount=10, filled_lots=WHY)
    record = made.decisions.records[0]
    assert (record["reference_id"], record["amount"], record["price_ticks"]) == (Limit.MAX_ORDER_LOTS, 10, 9)
    assert record["execution_id"] == WHY
    place(made)
    assert made.last_reason == DenyReason.NONE


def test_who_does_not_hold_the_lease_sets_no_limit() -> None:
    made = world()
    made.command(Command.SET_LIMIT, execution_id=Limit.MAX_ORDER_LOTS, amount=9, source_id=5)
    assert made.state.seats[5]["last_reason"] == DenyReason.NO_LEASE


def test_a_limit_in_the_journal_is_set_again() -> None:
    made, other = world(), world()
    made.command(Command.SET_LIMIT, execution_id=Limit.MAX_ORDER_LOTS, amount=9)
    restore_limit(other.state, made.decisions.records[0])
    assert risk_of(other).settings_words[Limit.MAX_ORDER_LOTS] == 9
    assert risk_of(other).limits[0]["max_order_lots"] == 9


def test_the_breaker_opens_cancels_everything_and_waits_to_be_armed() -> None:
    made = world(max_losses=1, cool_down_minutes=60.0)
    bought(made)
    place(made, price_ticks=990)
    resting = made.last_client_id
    made.report(Report.ACCEPTED, resting)
    made.command(Command.ENABLE_STRATEGIES, strategy_id=-1, amount=1)
    place(made, side=Side.SELL, price_ticks=1002)
    selling = made.last_client_id
    made.report(Report.ACCEPTED, selling)
    said = made.fill(selling, Side.SELL, 999, 10, 10)
    assert (EventKind.BREAKER, BreakerState.TRIGGERED, BreakerCause.LOSING_STREAK) in [row[:3] for row in said]
    assert (EventKind.ORDER_REQUEST, Request.CANCEL) in [row[:2] for row in said]
    assert made.state.core[0]["strategies_enabled"] == 0
    place(made, price_ticks=980)
    assert made.last_reason == DenyReason.COOL_DOWN
    made.command(Command.REARM_BREAKER, filled_lots=WHY)
    assert made.last_reason == DenyReason.COOL_DOWN
    made.now_ns += 60 * MINUTE
    made.command(Command.REARM_BREAKER)
    assert made.last_reason == DenyReason.NO_REASON
    said = made.command(Command.REARM_BREAKER, filled_lots=WHY)
    assert kinds(said) == [EventKind.BREAKER]
    assert made.decisions.records[0]["execution_id"] == WHY
    made.book()
    place(made, price_ticks=980)
    assert made.last_reason == DenyReason.NONE


def test_what_the_journal_tells_again_opens_nothing() -> None:
    made = world(max_losses=1)
    risk_of(made).breaker["is_running"] = 0
    risk_of(made).breaker["losses"] = 3
    made.say(EventKind.TIMER, reference_id=0, venue_ns=0)
    assert risk_of(made).breaker[0]["state"] == BreakerState.NORMAL
    made.say(EventKind.SESSION, client_id=2)
    assert risk_of(made).breaker[0]["is_running"] == 1


def test_the_journal_brings_breaker_and_peak_back() -> None:
    made, other = world(max_losses=1), world(max_losses=1)
    risk_of(made).breaker["losses"] = 1
    said = made.command(Command.SET_LIMIT, execution_id=Limit.MAX_ORDER_LOTS, amount=9)
    assert kinds(said) == [EventKind.LIMIT_SET, EventKind.BREAKER]
    restore_breaker(other.state, made.decisions.records[1])
    for field in ("state", "cause", "value", "limit", "since_ns", "until_ns"):
        assert risk_of(other).breaker[0][field] == risk_of(made).breaker[0][field], field
    record = made.decisions.records[1]
    record["detail"] = record["status"] = BreakerState.TRIGGERED
    record["sequence"], record["amount"] = 0, 123
    restore_breaker(other.state, record)
    assert risk_of(other).equity[0]["peak_e8"] == 123


def test_a_cool_down_of_another_boot_ends_in_time() -> None:
    made = world(cool_down_minutes=60.0)
    risk_of(made).breaker["state"] = BreakerState.TRIGGERED
    risk_of(made).breaker["until_ns"] = 1 << 60
    made.say(EventKind.SESSION, client_id=2)
    assert risk_of(made).breaker[0]["until_ns"] == made.now_ns + 60 * MINUTE


@pytest.mark.parametrize("is_filled", [False, True])
def test_a_group_is_reviewed_with_its_earlier_legs_and_leaves_nothing_behind(is_filled: bool) -> None:
    made = world(max_position_units=0.15, orders_per_second=200)
    state = made.state
    place(made, quantity_lots=5, price_ticks=999)  # its row exists
    before = {name: getattr(state.risk, name).copy() for name in ("exposures", "currencies", "sectors", "totals")}
    kept = {name: getattr(state.risk, name).copy() for name in ("buckets", "sizes", "sent", "sent_next")}
    leg = state.intent[0].copy()
    for name, value in (("quantity_lots", 6), ("source_id", 0), ("origin", Origin.KEY), ("price_ticks", 998)):
        leg[name] = value
    begin_review_group(state)
    assert review_leg(state, leg) == DenyReason.NONE
    assert count_reviewed(state, leg, is_filled)
    assert state.risk.currencies[0]["gross_notional_e8"] > before["currencies"][0]["gross_notional_e8"]
    leg["quantity_lots"] = 4
    assert review_leg(state, leg) == DenyReason.NONE
    leg["quantity_lots"] = 5
    assert review_leg(state, leg) == DenyReason.MAX_POSITION  # 5 work, 6 are counted, 15 are allowed
    end_review_group(state, False)
    for name, array in {**before, **kept}.items():
        assert (getattr(state.risk, name) == array).all(), name
    assert review_leg(state, leg) == DenyReason.GROUP


def test_a_group_that_is_approved_keeps_its_tokens_and_has_room_for_eight() -> None:
    made = world()
    place(made, quantity_lots=5, price_ticks=999)
    leg = made.state.intent[0].copy()
    leg["source_id"] = -1
    filled_ns = int(made.state.risk.buckets["filled_ns"][-1])
    begin_review_group(made.state)
    for _ in range(8):
        assert review_leg(made.state, leg) == DenyReason.NONE
        assert count_reviewed(made.state, leg, False)
    assert review_leg(made.state, leg) == DenyReason.GROUP
    assert not count_reviewed(made.state, leg, False)
    end_review_group(made.state, True)
    assert int(made.state.risk.buckets["filled_ns"][-1]) > filled_ns
    assert made.state.risk.group[0]["legs"] == 0


def test_legs_of_a_group_do_not_trade_with_each_other() -> None:
    made = world()
    place(made, quantity_lots=5, price_ticks=999)
    leg = made.state.intent[0].copy()
    leg["source_id"], leg["price_ticks"] = -1, 1001
    begin_review_group(made.state)
    assert review_leg(made.state, leg) == DenyReason.NONE
    count_reviewed(made.state, leg, False)
    leg["side"] = Side.SELL
    assert review_leg(made.state, leg) == DenyReason.SELF_CROSS
    end_review_group(made.state, False)


def test_a_stop_closes_the_position_with_orders_that_only_reduce() -> None:
    made = world(protection=True, stop_loss_pct=2.0)
    bought(made)
    made.book(1000, 1002)
    place(made, price_ticks=950, quantity_lots=3)
    resting = made.last_client_id
    made.report(Report.ACCEPTED, resting)
    said = made.book(977, 981)
    assert (EventKind.ORDER_REQUEST, Request.CANCEL) in [row[:2] for row in said]
    assert risk_of(made).protections[0]["is_closing"] == 1
    said = made.report(Report.CANCELED, resting)
    requests = [row for row in said if row[0] == EventKind.ORDER_REQUEST]
    assert [(row[1], row[3], row[5]) for row in requests] == [(Request.NEW, Side.SELL, 10)]
    order = made.state.blotter.orders[made.state.blotter.open_slots[0]]
    assert (order["origin"], order["time_in_force"]) == (Origin.PROTECTION, TimeInForce.IOC)
    made.fill(int(order["client_id"]), Side.SELL, 977, 10, 10)
    made.book(977, 981)
    assert made.position_lots == 0
    assert risk_of(made).protections[0]["side"] == 0


def test_a_stop_waits_for_a_live_book_and_an_armed_desk() -> None:
    made = world(protection=True)
    bought(made)
    made.book(1000, 1002)
    made.say(EventKind.HALT, source_id=0, reference_id=1)
    assert EventKind.ORDER_REQUEST not in kinds(made.book(900, 902))
    assert risk_of(made).protections[0]["is_closing"] == 1
    made.command(Command.REARM, amount=1)
    made.armed()
    assert EventKind.ORDER_REQUEST in kinds(made.book(900, 902))


def test_a_restart_knows_how_far_a_stop_has_followed() -> None:
    made = world(protection=True)
    bought(made)
    made.book(1000, 1002)
    said = made.book(1030, 1032)
    assert EventKind.PROTECTION in kinds(said)
    assert risk_of(made).protections[0]["best_ticks"] == risk_of(made).protections[0]["told_ticks"] == 1031


def test_an_instrument_can_be_left_unprotected() -> None:
    made = world(protection=True, unprotected=("BTC-USD.alpha",))
    bought(made)
    made.book(1000, 1002)
    assert EventKind.ORDER_REQUEST not in kinds(made.book(900, 902))


def test_a_first_order_counts_before_its_next_frame() -> None:
    made = world()
    place(made, quantity_lots=10)
    assert risk_of(made).exposures[0]["gross_notional_e8"] > 0
    assert risk_of(made).totals[0]["open_positions"] == 1


def test_a_short_position_is_kept_until_its_stop() -> None:
    made = world(protection=True, stop_loss_pct=2.0)
    place(made, side=Side.SELL, price_ticks=1000)
    made.fill(made.last_client_id, Side.SELL, 1000, 10, 10)
    made.book(999, 1001)
    assert risk_of(made).protections[0]["is_closing"] == 0
    assert risk_of(made).protections[0]["wanted_lots"] == -10
    made.book(1020, 1022)
    assert risk_of(made).protections[0]["is_closing"] == 1


def test_a_cancel_is_a_message_of_its_own_venue_when_it_leaves_the_house() -> None:
    made = world()
    bucket = risk_of(made).buckets
    place(made)
    made.report(Report.ACCEPTED, made.last_client_id)
    bucket["filled_ns"] = 0
    made.command(Command.CANCEL_ORDER, client_id=made.last_client_id)
    assert made.state.core[0]["cancels"] == 1
    assert bucket[0]["filled_ns"] == made.now_ns + bucket[0]["period_ns"]
    assert bucket[1]["filled_ns"] == 0
    place(made, order_type=OrderType.STOP, side=Side.BUY, execution_id=1010, price_ticks=0)
    filled_ns = int(bucket[0]["filled_ns"])
    made.command(Command.CANCEL_ORDER, client_id=made.last_client_id)  # held here: no venue hears of it
    assert (made.state.core[0]["cancels"], bucket[0]["filled_ns"]) == (1, filled_ns)


def test_a_mark_is_told_to_risk_for_every_account() -> None:
    made = world()
    positions = made.state.positions
    for account_id in (0, 3):
        row = row_of(positions, account_id, 0, TOTAL)
        positions.rows[row]["position_lots"] = 10
    made.book(2000, 2002)
    exposures = risk_of(made).exposures
    assert exposures[0]["gross_notional_e8"] == exposures[1]["gross_notional_e8"] > 0
