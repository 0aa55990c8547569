"""Each reason to deny, and the order in which they are asked."""

from typing import Any

import pytest

from core.risk.exposure import position_changed
from core.risk.review import review
from core.vocabulary import BookState, DenyReason, EventFlag, InstrumentState, OrderType, Origin, Side, TimeInForce
from tests.orders_world import ASK, BID, BTC, DUST, ETH, NOW_NS, Desk, intent, risk, situation

MARKET = {"order_type": OrderType.MARKET, "time_in_force": TimeInForce.IOC, "price_ticks": 0}


@pytest.mark.parametrize(
    ("wish", "around", "limits", "reason"),
    [
        ({"received_ns": NOW_NS - 501_000_000}, {}, {}, DenyReason.COMMAND_TOO_OLD),
        ({"valid_until_ns": NOW_NS - 1}, {}, {}, DenyReason.COMMAND_TOO_OLD),
        ({"origin": Origin.NONE}, {}, {}, DenyReason.COMMAND_TOO_OLD),
        ({"instrument_id": 0}, {}, {}, DenyReason.UNKNOWN_INSTRUMENT),
        ({"instrument_id": 4}, {}, {}, DenyReason.UNKNOWN_INSTRUMENT),
        ({"side": Side.NONE}, {}, {}, DenyReason.BAD_SIDE),
        ({"order_type": OrderType.NONE}, {}, {}, DenyReason.BAD_ORDER_TYPE),
        ({**MARKET, "time_in_force": TimeInForce.GTC}, {}, {}, DenyReason.BAD_ORDER_TYPE),
        ({"time_in_force": TimeInForce.IOC, "flags": EventFlag.POST_ONLY}, {}, {}, DenyReason.BAD_ORDER_TYPE),
        ({"flags": EventFlag.MAKER}, {}, {}, DenyReason.BAD_ORDER_TYPE),
        ({"quantity_lots": 0}, {}, {}, DenyReason.BAD_QUANTITY),
        ({"quantity_lots": -5}, {}, {}, DenyReason.BAD_QUANTITY),
        ({**MARKET, "price_ticks": 5}, {}, {}, DenyReason.BAD_PRICE),
        ({"quantity_lots": 101}, {}, {"max_order_lots": 100}, DenyReason.MAX_ORDER_LOTS),
        ({}, {"working_buy_lots": -1}, {}, DenyReason.OVERFLOW),
        ({}, {"book_state": BookState.GAPPED}, {}, DenyReason.BOOK_NOT_LIVE),
        ({}, {"best_ask_ticks": 0}, {}, DenyReason.BOOK_NOT_LIVE),
        ({}, {"weighted_mid": float("nan")}, {}, DenyReason.BOOK_NOT_LIVE),
        ({}, {"instrument_state": InstrumentState.CLOSED}, {}, DenyReason.MARKET_CLOSED),
        ({}, {"instrument_state": InstrumentState.POST_ONLY}, {}, DenyReason.MARKET_CLOSED),
        ({"price_ticks": 10_202}, {}, {}, DenyReason.PRICE_COLLAR),
        ({"price_ticks": 9_800, "side": Side.SELL}, {}, {}, DenyReason.PRICE_COLLAR),
        ({}, {}, {"collar_bps": 0.0}, DenyReason.PRICE_COLLAR),
        ({"price_ticks": ASK, "flags": EventFlag.POST_ONLY}, {}, {}, DenyReason.WOULD_TAKE),
        ({"price_ticks": ASK}, {"own_best_ask_ticks": ASK}, {}, DenyReason.SELF_CROSS),
        (MARKET, {"own_best_ask_ticks": ASK}, {}, DenyReason.SELF_CROSS),
        ({"flags": EventFlag.REDUCE_ONLY}, {}, {}, DenyReason.REDUCE_ONLY),
        ({"flags": EventFlag.REDUCE_ONLY}, {"position_lots": -9}, {}, DenyReason.REDUCE_ONLY),
        ({}, {}, {"max_order_notional": 0.010_001}, DenyReason.MAX_ORDER_NOTIONAL),
        ({}, {"position_lots": 991}, {"max_position_notional": 1.0}, DenyReason.MAX_POSITION),
        ({}, {"working_buy_lots": 991}, {"max_position_notional": 1.0}, DenyReason.MAX_POSITION),
        ({}, {"working_sell_lots": 991}, {"max_gross_notional": 0.9}, DenyReason.MAX_GROSS_NOTIONAL),
        ({}, {"open_orders": 256}, {}, DenyReason.MAX_OPEN_ORDERS),
        ({}, {}, {"orders_per_second": 0}, DenyReason.ORDER_RATE),
    ],
)
def test_each_limit_names_its_reason(
    wish: dict[str, Any], around: dict[str, Any], limits: dict[str, Any], reason: DenyReason
) -> None:
    assert review(intent(**wish), situation(**around), risk(**limits), NOW_NS) == reason


def test_a_halted_desk_denies_before_it_asks_anything_else() -> None:
    desk = risk()
    desk.state["is_halted"] = 1
    assert review(intent(side=0, quantity_lots=-1), situation(), desk, NOW_NS) == DenyReason.HALTED


@pytest.mark.parametrize(
    ("wish", "around"),
    [
        ({}, {}),
        (MARKET, {}),
        ({"price_ticks": ASK}, {}),
        ({"price_ticks": BID - 5_000}, {}),
        ({"flags": EventFlag.POST_ONLY}, {"instrument_state": InstrumentState.POST_ONLY}),
        ({"price_ticks": ASK, "time_in_force": TimeInForce.FOK}, {}),
        ({"instrument_id": ETH}, {}),
        ({"instrument_id": DUST}, {}),
        ({"origin": Origin.STRATEGY, "received_ns": 0}, {}),
        ({"valid_until_ns": 0}, {}),
        ({"flags": EventFlag.REDUCE_ONLY}, {"position_lots": -10}),
    ],
)
def test_what_is_allowed_is_approved(wish: dict[str, Any], around: dict[str, Any]) -> None:
    assert review(intent(**wish), situation(**around), risk(), NOW_NS) == DenyReason.NONE


def test_the_smallest_notional_of_the_venue_counts() -> None:
    desk = risk()
    desk.limits[BTC]["min_notional_e8"] = 10 * BID * 10 + 1
    assert review(intent(), situation(), desk, NOW_NS) == DenyReason.BAD_QUANTITY


def test_at_the_daily_loss_only_what_reduces_goes_through() -> None:
    desk = risk()
    desk.currencies["is_broken"] = 1
    assert review(intent(), situation(), desk, NOW_NS) == DenyReason.DAILY_LOSS
    assert review(intent(), situation(position_lots=-9), desk, NOW_NS) == DenyReason.DAILY_LOSS
    assert review(intent(), situation(position_lots=-10), desk, NOW_NS) == DenyReason.NONE
    working = situation(position_lots=-15, working_buy_lots=6)
    assert review(intent(), working, desk, NOW_NS) == DenyReason.DAILY_LOSS


def test_a_position_above_its_limit_can_always_be_closed_at_once() -> None:
    desk = risk(max_position_notional=0.5, max_order_notional=0.1)
    closing = intent(**MARKET, side=Side.SELL, quantity_lots=9_000, flags=EventFlag.REDUCE_ONLY)
    assert review(closing, situation(position_lots=9_000), desk, NOW_NS) == DenyReason.NONE
    plain = intent(**MARKET, side=Side.SELL, quantity_lots=9_000)
    assert review(plain, situation(position_lots=9_000), desk, NOW_NS) == DenyReason.MAX_ORDER_NOTIONAL


def test_the_rate_is_of_the_desk_and_fills_again_with_time() -> None:
    desk = risk(orders_per_second=4)
    answers = [review(intent(), situation(), desk, NOW_NS) for _ in range(5)]
    assert answers == [DenyReason.NONE] * 4 + [DenyReason.ORDER_RATE]
    later = NOW_NS + 250_000_000
    fresh = {"received_ns": later, "valid_until_ns": 0}
    assert review(intent(**fresh), situation(), desk, later) == DenyReason.NONE
    assert review(intent(**fresh), situation(), desk, later) == DenyReason.ORDER_RATE


def test_a_denied_order_takes_no_token() -> None:
    desk = risk(orders_per_second=1)
    for _ in range(5):
        review(intent(quantity_lots=0), situation(), desk, NOW_NS)
    assert review(intent(), situation(), desk, NOW_NS) == DenyReason.NONE


def test_gross_notional_counts_other_instruments_of_the_currency_and_not_this_one_twice() -> None:
    desk, trader = risk(max_gross_notional=0.1055), Desk()
    trader.place(instrument_id=DUST, quantity_lots=10_000, price_ticks=BID)
    other = trader.position(DUST)
    other["mark_ticks"] = BID
    position_changed(desk, 0, other)
    assert desk.currencies[0]["gross_notional_e8"] == 10_000 * BID // 10
    assert review(intent(quantity_lots=5), situation(), desk, NOW_NS) == DenyReason.NONE
    assert review(intent(quantity_lots=15), situation(), desk, NOW_NS) == DenyReason.MAX_GROSS_NOTIONAL
    same = situation(position_row=0, working_buy_lots=0)
    assert review(intent(quantity_lots=15), same, desk, NOW_NS) == DenyReason.NONE
    assert review(intent(instrument_id=ETH, quantity_lots=15), situation(), desk, NOW_NS) == DenyReason.NONE
