"""What a review asks of the desk beside one order: usual sizes, double presses, the day, equity, sums, messages."""

from typing import Any

import pytest

from core.risk.exposure import position_changed
from core.risk.limits import Risk
from core.risk.recent import MARKET_KNOWN, OWN_KNOWN, charge_cancel, saw_trade
from core.risk.review import review
from core.vocabulary import BreakerState, DenyReason, EventFlag, Origin, Side
from tests.orders_world import ASK, BID, BTC, DUST, ETH, NOW_NS, Desk, intent, risk, situation

LOT_E8 = 10 * (BID + 2)
"""One BTC lot at the far touch, in 1e-8."""
NONE = DenyReason.NONE


def asked(desk: Risk, around: dict[str, Any] | None = None, **wish: Any) -> int:
    return int(review(intent(**wish), situation(**(around or {})), desk, NOW_NS))


def equal_to(amount_e8: int) -> float:
    """As a configuration says it."""
    return amount_e8 / 1e8


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        ({"max_position_units": 10.0}, DenyReason.MAX_POSITION),
        ({"max_position_notional": equal_to(1_000 * LOT_E8)}, DenyReason.MAX_POSITION),
        ({"default_equity": equal_to(1_000 * LOT_E8)}, DenyReason.EQUITY_SHARE),
        ({"trade_loss": equal_to(1_000 * LOT_E8)}, DenyReason.TRADE_LOSS),
        ({"max_gross_notional": equal_to(1_000 * LOT_E8)}, DenyReason.MAX_GROSS_NOTIONAL),
        ({"max_sector_notional": equal_to(1_000 * LOT_E8)}, DenyReason.SECTOR_EXPOSURE),
        ({"max_portfolio_notional": equal_to(1_000 * LOT_E8)}, DenyReason.PORTFOLIO_EXPOSURE),
    ],
)
def test_a_limit_on_money_allows_exactly_itself(limit: dict[str, float], reason: DenyReason) -> None:
    most = 1_000 if "max_position_units" not in limit else 10
    assert asked(risk(**limit), quantity_lots=most) == NONE
    assert asked(risk(**limit), quantity_lots=most + 1) == reason
    held = {"working_buy_lots": most}
    assert asked(risk(**limit), held, quantity_lots=1) == reason
    closing = {"position_lots": -most - 5}
    assert asked(risk(**limit), closing, quantity_lots=most + 5) == NONE


def test_the_share_of_equity_is_of_its_own_currency_and_follows_the_profit() -> None:
    desk = risk(equity={"USD": equal_to(50_000 * LOT_E8)}, equity_share_pct=2.0)
    assert asked(desk, quantity_lots=1_000) == NONE
    desk.currencies[0]["profit_e8"] = -50 * LOT_E8
    assert asked(desk, quantity_lots=1_000) == DenyReason.EQUITY_SHARE
    assert asked(desk, instrument_id=ETH, quantity_lots=1_000) == NONE


def test_a_protected_position_loses_its_stop_and_an_unprotected_one_everything() -> None:
    limit = {"trade_loss": equal_to(20 * LOT_E8), "stop_loss_pct": 2.0}
    protected = risk(protection=True, **limit)
    assert asked(protected, quantity_lots=1_000) == NONE
    assert asked(protected, quantity_lots=1_001) == DenyReason.TRADE_LOSS
    bare = risk(protection=True, unprotected=("BTC-USD.alpha",), **limit)
    assert asked(bare, quantity_lots=20) == NONE
    assert asked(bare, quantity_lots=21) == DenyReason.TRADE_LOSS


def held(desk: Risk, instrument_id: int, row: int, lots: int, ticks: int = BID) -> None:
    trader = Desk()
    trader.place(instrument_id=instrument_id, quantity_lots=lots, price_ticks=ticks)
    position = trader.position(instrument_id)
    position["mark_ticks"] = ticks
    position_changed(desk, row, position)


def test_open_positions_are_counted_with_what_would_open_one() -> None:
    desk = risk(max_positions=2)
    held(desk, DUST, 0, 5)
    assert asked(desk) == NONE
    held(desk, ETH, 1, 5)
    assert asked(desk) == DenyReason.MAX_POSITIONS
    assert asked(desk, {"position_row": 1}, instrument_id=ETH) == NONE  # more of what is there already


def test_sums_count_other_instruments_and_this_one_once() -> None:
    for name, reason in (
        ("max_sector_notional", DenyReason.SECTOR_EXPOSURE),
        ("max_portfolio_notional", DenyReason.PORTFOLIO_EXPOSURE),
    ):
        desk = risk(**{name: equal_to(10 * LOT_E8 + 1_000 * BID)})
        held(desk, DUST, 0, 10_000)
        assert asked(desk, quantity_lots=10) == NONE
        assert asked(desk, quantity_lots=11) == reason
        assert asked(desk, {"position_row": 0}, quantity_lots=11) == NONE


def test_another_currency_counts_in_the_base_currency() -> None:
    desk = risk(max_portfolio_notional=equal_to(12 * LOT_E8))
    assert asked(desk, instrument_id=ETH, quantity_lots=10) == NONE  # a euro is 1.2
    assert asked(desk, instrument_id=ETH, quantity_lots=11) == DenyReason.PORTFOLIO_EXPOSURE


def test_sectors_do_not_fill_each_other() -> None:
    desk = risk(max_sector_notional=equal_to(10 * LOT_E8), sectors={"b": ("ETH-BTC.beta",)})
    held(desk, DUST, 0, 10_000)
    assert asked(desk, quantity_lots=10) == NONE


def test_concentration_begins_with_a_portfolio_that_has_shares() -> None:
    desk = risk(concentration_pct=50.0, concentration_from=equal_to(30 * LOT_E8))
    held(desk, DUST, 0, 1_000)
    assert asked(desk, quantity_lots=20) == NONE
    assert asked(desk, quantity_lots=29) == DenyReason.CONCENTRATION
    held(desk, DUST, 0, 10_100 * 3)
    assert asked(desk, quantity_lots=29) == NONE


def test_leverage_is_the_portfolio_over_all_equity() -> None:
    desk = risk(max_leverage=2.0)
    desk.totals["equity_e8"] = 500 * LOT_E8
    assert asked(desk, quantity_lots=1_000) == NONE
    assert asked(desk, quantity_lots=1_001) == DenyReason.LEVERAGE
    desk.totals["equity_e8"] = 0
    assert asked(desk, quantity_lots=1) == DenyReason.LEVERAGE


def test_margin_is_bound_by_currency() -> None:
    desk = risk(equity={"USD": equal_to(2_000 * LOT_E8)}, margin_share_pct=50.0)
    assert asked(desk, quantity_lots=1_000) == NONE
    assert asked(desk, quantity_lots=1_001) == DenyReason.MARGIN
    desk.limits["margin_ppm"] = 500_000
    assert asked(desk, quantity_lots=1_001) == NONE
    desk.currencies[0]["margin_e8"] = 900 * LOT_E8
    assert asked(desk, quantity_lots=201) == DenyReason.MARGIN


def test_far_more_than_our_own_last_orders_is_a_fat_finger() -> None:
    desk = risk(fat_finger_own=5)
    for _ in range(OWN_KNOWN - 1):
        assert asked(desk, quantity_lots=10) == NONE
    assert asked(desk, quantity_lots=51) == NONE  # not known yet what is usual
    desk = risk(fat_finger_own=5)
    for _ in range(OWN_KNOWN):
        assert asked(desk, quantity_lots=10) == NONE
    assert asked(desk, quantity_lots=51) == DenyReason.FAT_FINGER
    assert asked(desk, quantity_lots=50) == NONE
    assert asked(desk, instrument_id=DUST, quantity_lots=10) == NONE


def test_far_more_money_than_usual_is_a_fat_finger_in_any_instrument() -> None:
    desk = risk(fat_finger_own=5)
    for _ in range(OWN_KNOWN):
        assert asked(desk, instrument_id=DUST, quantity_lots=100) == NONE  # worth one BTC lot
    assert asked(desk, quantity_lots=5) == NONE
    assert asked(desk, quantity_lots=8) == DenyReason.FAT_FINGER


def test_far_more_than_the_market_trades_is_a_fat_finger() -> None:
    desk = risk(fat_finger_market=5)
    for _ in range(MARKET_KNOWN - 1):
        saw_trade(desk, BTC, 10)
    assert asked(desk, quantity_lots=51) == NONE
    saw_trade(desk, BTC, 10)
    assert asked(desk, quantity_lots=51) == DenyReason.FAT_FINGER
    assert asked(desk, quantity_lots=50) == NONE


def test_closing_a_position_is_no_fat_finger_and_no_double_press() -> None:
    desk = risk(fat_finger_own=5, duplicate_ms=250)
    for _ in range(OWN_KNOWN):
        asked(desk, quantity_lots=10, source_id=-1)
    around = {"position_lots": 1_000}
    closing = {"side": Side.SELL, "price_ticks": ASK, "quantity_lots": 500, "flags": EventFlag.REDUCE_ONLY}
    assert asked(desk, around, **closing) == NONE
    assert asked(desk, around, **closing) == NONE


def test_a_key_that_was_pressed_twice_sends_one_order() -> None:
    desk = risk(duplicate_ms=250)
    assert asked(desk, source_id=3) == NONE
    assert asked(desk, source_id=3) == DenyReason.DUPLICATE
    for other in ({"source_id": 4}, {"price_ticks": BID - 1}, {"quantity_lots": 11}, {"instrument_id": DUST}):
        assert asked(desk, **{"source_id": 3, **other}) == NONE, other
    assert asked(desk, source_id=3, side=Side.SELL, price_ticks=ASK) == NONE
    late = NOW_NS + 250_000_000
    again = intent(source_id=3, received_ns=late - 2, valid_until_ns=0, price_ticks=BID - 1)
    assert review(again, situation(), desk, late - 1) == DenyReason.DUPLICATE
    assert review(again, situation(), desk, late) == NONE


def test_strategies_and_what_the_core_works_may_repeat_themselves() -> None:
    desk = risk(duplicate_ms=250)
    for _ in range(2):
        assert asked(desk, source_id=-1, origin=Origin.STRATEGY) == NONE
        assert asked(desk, source_id=3, received_ns=NOW_NS) == NONE
        assert asked(desk, {"is_replace": 1}, source_id=3, price_ticks=BID - 7) == NONE


def test_the_trades_of_a_day_are_used_up() -> None:
    desk = risk(max_trades=3)
    desk.breaker["trades"] = 2
    assert asked(desk) == NONE
    desk.breaker["trades"] = 3
    assert asked(desk) == DenyReason.TRADE_COUNT
    assert asked(desk, {"position_lots": -10}) == NONE


def test_a_warning_lets_positions_only_be_closed() -> None:
    desk = risk()
    desk.breaker["state"] = BreakerState.WARNING
    assert asked(desk) == DenyReason.REDUCING
    assert asked(desk, {"position_lots": -10}) == NONE


def test_a_breaker_that_opened_cools_down_and_then_waits_for_a_reason() -> None:
    desk = risk()
    desk.breaker["state"], desk.breaker["until_ns"] = BreakerState.TRIGGERED, NOW_NS + 1
    assert asked(desk) == DenyReason.COOL_DOWN
    assert asked(desk, {"position_lots": -10}) == NONE
    desk.breaker["until_ns"] = NOW_NS
    assert asked(desk) == DenyReason.REDUCING


def test_somebody_may_say_that_positions_are_only_closed() -> None:
    assert asked(risk(reduce_only=1)) == DenyReason.REDUCING
    assert asked(risk(reduce_only=1), {"position_lots": -10}) == NONE


def test_a_venue_takes_so_many_messages_a_second_and_cancels_are_some() -> None:
    desk = risk(messages_per_second=4)
    assert [asked(desk) for _ in range(5)] == [NONE] * 4 + [DenyReason.MESSAGE_RATE]
    desk = risk(messages_per_second=4)
    for _ in range(3):
        charge_cancel(desk, 0, NOW_NS)
    assert [asked(desk) for _ in range(2)] == [NONE, DenyReason.MESSAGE_RATE]
    late = intent(received_ns=NOW_NS, valid_until_ns=0)
    assert review(late, situation(), desk, NOW_NS + 500_000_000) == NONE


def test_cancels_fill_the_bucket_of_their_own_venue_and_only_to_the_brim() -> None:
    desk = risk(messages_per_second=4)
    desk.limits[DUST]["group"] = 1
    for _ in range(100):
        charge_cancel(desk, 0, NOW_NS)
    assert asked(desk) == DenyReason.MESSAGE_RATE
    assert asked(desk, instrument_id=DUST) == NONE
    later = intent(received_ns=NOW_NS, valid_until_ns=0)
    assert review(later, situation(), desk, NOW_NS + 300_000_000) == NONE


def test_one_group_does_not_use_up_the_messages_of_another() -> None:
    desk = risk(messages_per_second=1)
    desk.limits[DUST]["group"] = 1
    assert asked(desk) == NONE
    assert asked(desk) == DenyReason.MESSAGE_RATE
    assert asked(desk, instrument_id=DUST) == NONE


def test_a_contract_at_a_lower_price_is_worth_more_when_it_is_inverse() -> None:
    desk = risk(max_order_notional=1.0)
    desk.limits[BTC]["is_inverse"] = 2
    assert asked(desk) == DenyReason.UNKNOWN_INSTRUMENT


def test_steps_are_whole_by_construction() -> None:
    """A price or quantity that is no multiple of the venue's step cannot be written into an order."""
    from core.errors import UnitsError
    from core.units import to_steps

    assert to_steps("0.15", 5, -2) == 3
    with pytest.raises(UnitsError, match="multiple"):
        to_steps("0.151", 5, -2)
    assert intent().dtype["price_ticks"].kind == intent().dtype["quantity_lots"].kind == "i"


def test_far_more_lots_than_usual_here_is_a_fat_finger_though_the_desk_moves_more_money() -> None:
    desk = risk(fat_finger_own=5)
    for _ in range(OWN_KNOWN):
        assert asked(desk, instrument_id=DUST, quantity_lots=10) == NONE
    desk.sizes[-1]["own"] = 1 << 55
    assert asked(desk, instrument_id=DUST, quantity_lots=51) == DenyReason.FAT_FINGER
    assert asked(desk, instrument_id=DUST, quantity_lots=50) == NONE


@pytest.mark.parametrize("margin_ppm", [0, 1_000_001])
def test_a_margin_that_is_none_is_denied(margin_ppm: int) -> None:
    desk = risk()
    desk.limits["margin_ppm"] = margin_ppm
    assert asked(desk) == DenyReason.MARGIN


def test_what_is_held_is_not_measured_against_the_market_of_now() -> None:
    assert asked(risk(), price_ticks=2 * BID) == DenyReason.PRICE_COLLAR
    assert asked(risk(), {"is_held": 1}, price_ticks=2 * BID) == NONE


def test_a_replaced_order_is_no_new_size() -> None:
    desk = risk()
    assert asked(desk, {"is_replace": 1}) == NONE
    assert desk.sizes["own_count"].sum() == desk.sent_next.sum() == 0
    assert asked(desk) == NONE
    assert desk.sizes["own_count"].sum() == 2  # the instrument's and the desk's
