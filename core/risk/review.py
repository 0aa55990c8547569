"""May this order go out? `NONE`, or the first reason why not. The order of the checks is written here and only here.

    HALTED · UNKNOWN_INSTRUMENT · COMMAND_TOO_OLD
    BAD_SIDE · BAD_ORDER_TYPE · BAD_QUANTITY · BAD_PRICE · MAX_ORDER_LOTS · OVERFLOW      is it an order?
    BOOK_NOT_LIVE · MARKET_CLOSED · PRICE_COLLAR · WOULD_TAKE · SELF_CROSS                does the market allow it?
    BAD_QUANTITY (worth too little for the venue) · REDUCE_ONLY                           is it what it says?
    MAX_ORDER_NOTIONAL · SLIPPAGE · FAT_FINGER · DUPLICATE      (an order flagged REDUCE_ONLY passes these)
    COOL_DOWN, REDUCING · DAILY_LOSS · TRADE_COUNT   (an order that only reduces passes these and the next two lines)
    MAX_POSITION · EQUITY_SHARE · TRADE_LOSS · MAX_POSITIONS
    MAX_GROSS_NOTIONAL · SECTOR_EXPOSURE · PORTFOLIO_EXPOSURE · CONCENTRATION · LEVERAGE · MARGIN
    MAX_OPEN_ORDERS · MESSAGE_RATE · ORDER_RATE      (takes the tokens: nothing is denied for risk after it)

An order only reduces when it, with everything that works on its side, at most closes the position: a position can
always be closed, and one within its limits at once. Precision needs no check: prices and quantities are whole steps of
the venue (records/instrument.py), and what is none cannot be written. Cancels never come here. Lease and arming come
before (lease.py), room in the rings after (publish). A group of orders: core/review_group.py.
"""

import numpy as np

from core.kernel import kernel
from core.money import LARGEST_STEPS
from core.risk.checks import (
    LARGEST_LOTS,
    POST_ONLY,
    REDUCE_ONLY,
    crosses_own,
    has_room_for_position,
    is_at_most,
    is_book_sound,
    is_concentration_within,
    is_fresh,
    is_inside_collar,
    is_leverage_within,
    is_loss_bearable,
    is_notional_enough,
    is_order_type_known,
    is_price_possible,
    is_quantity_possible,
    is_reducing,
    is_share_of_equity,
    is_within,
    larger_lots,
    may_lose,
    may_trade_again,
    reach_ticks,
    takes,
    trading_reason,
    valuation_ticks,
    with_this,
    worst_lots,
    worth_e8,
)
from core.risk.limits import DESK, PPM, Risk, share_e8
from core.risk.recent import (
    MARKET_KNOWN,
    OWN_KNOWN,
    has_room,
    is_usual,
    remember_sent,
    remember_size,
    take,
    was_just_sent,
)
from core.vocabulary import BookState, DenyReason, InstrumentState, Origin


@kernel
def review(intent: np.void, situation: np.void, risk: Risk, now_ns: int) -> int:
    """A DenyReason for an intent (an EVENT: a command or a strategy's wish) in its situation (rows.SITUATION)."""
    if risk.state[0]["is_halted"] != 0:
        return DenyReason.HALTED
    instrument_id = int(intent["instrument_id"])
    if not (instrument_id >= 0 and instrument_id < risk.limits.shape[0]):
        return DenyReason.UNKNOWN_INSTRUMENT
    limits = risk.limits[instrument_id]
    if not (limits["instrument_id"] == instrument_id and 1 <= limits["value_numerator"]):
        return DenyReason.UNKNOWN_INSTRUMENT
    if not (limits["is_inverse"] == 0 or limits["is_inverse"] == 1):
        return DenyReason.UNKNOWN_INSTRUMENT
    if not is_fresh(intent, risk.settings[0]["command_valid_ms"], now_ns):
        return DenyReason.COMMAND_TOO_OLD
    reason = _review_form(intent, situation, limits)
    if reason == 0:
        reason = _review_market(intent, situation, limits)
    if reason != 0:
        return reason
    ticks = valuation_ticks(reach_ticks(intent, situation), situation, limits)
    order_e8 = worth_e8(ticks, intent["quantity_lots"], limits)
    is_reduced = is_reducing(int(intent["side"]), int(intent["quantity_lots"]), situation)
    # What is held has its size when it goes out.
    is_reduced = is_reduced or (situation["is_held"] != 0 and intent["flags"] & REDUCE_ONLY != 0)
    reason = _review_order(intent, situation, risk, order_e8, is_reduced, now_ns)
    if reason == 0 and not is_reduced:
        reason = _review_state(risk, limits, now_ns)
        if reason == 0:
            reason = _review_position(intent, situation, risk, ticks)
    if reason == 0:
        reason = _review_rates(situation, risk, limits, now_ns)
    if reason == 0:
        _remember(intent, situation, risk, order_e8, now_ns)
    return reason


@kernel
def _review_form(intent: np.void, situation: np.void, limits: np.void) -> int:
    """Is it an order at all, with numbers that can be counted with?"""
    if not (intent["side"] == 1 or intent["side"] == -1):
        return DenyReason.BAD_SIDE
    if not is_order_type_known(intent):
        return DenyReason.BAD_ORDER_TYPE
    if not is_quantity_possible(intent, limits):
        return DenyReason.BAD_QUANTITY
    if not is_price_possible(intent):
        return DenyReason.BAD_PRICE
    if not (intent["quantity_lots"] <= limits["max_order_lots"] and limits["max_order_lots"] <= LARGEST_STEPS):
        return DenyReason.MAX_ORDER_LOTS
    counted = is_within(situation["position_lots"], LARGEST_LOTS)
    counted = counted and situation["working_buy_lots"] >= 0 and situation["working_buy_lots"] <= LARGEST_LOTS
    counted = counted and situation["working_sell_lots"] >= 0 and situation["working_sell_lots"] <= LARGEST_LOTS
    counted = counted and (situation["is_held"] == 0 or situation["is_held"] == 1)
    counted = counted and (situation["is_part"] == 0 or situation["is_part"] == 1)
    if not counted:
        return DenyReason.OVERFLOW
    return 0


@kernel
def _review_market(intent: np.void, situation: np.void, limits: np.void) -> int:
    """Does the market allow it?"""
    if not (situation["book_state"] == BookState.LIVE and is_book_sound(situation)):
        return DenyReason.BOOK_NOT_LIVE
    is_post_only = intent["flags"] & POST_ONLY != 0
    if situation["instrument_state"] != InstrumentState.OPEN:
        if not (situation["instrument_state"] == InstrumentState.POST_ONLY and is_post_only):
            return DenyReason.MARKET_CLOSED
    if situation["is_held"] != 0:
        return 0
    side, price_ticks = int(intent["side"]), reach_ticks(intent, situation)
    if not is_inside_collar(side, price_ticks, situation, limits):
        return DenyReason.PRICE_COLLAR
    if is_post_only and takes(side, price_ticks, situation):
        return DenyReason.WOULD_TAKE
    if crosses_own(side, price_ticks, situation):
        return DenyReason.SELF_CROSS
    return 0


@kernel
def _review_order(intent: np.void, situation: np.void, risk: Risk, order_e8: int, is_reduced: bool, now_ns: int) -> int:
    """Is this one order meant, and meant so?"""
    limits = risk.limits[intent["instrument_id"]]
    lots = int(intent["quantity_lots"])
    if not is_notional_enough(abs(reach_ticks(intent, situation)), lots, limits):
        return DenyReason.BAD_QUANTITY
    if intent["flags"] & REDUCE_ONLY != 0:
        return 0 if is_reduced else DenyReason.REDUCE_ONLY.value
    if not is_at_most(order_e8, limits["max_order_notional_e8"]):
        return DenyReason.MAX_ORDER_NOTIONAL
    if not is_at_most(situation["slippage_ppm"], risk.settings[0]["max_slippage_bps"]):
        return DenyReason.SLIPPAGE
    usual = risk.sizes[intent["instrument_id"]]
    desk = risk.sizes[risk.sizes.shape[0] - 1]
    settings = risk.settings[0]
    own_times, market_times = int(settings["fat_finger_own"]), int(settings["fat_finger_market"])
    if usual["own_count"] >= OWN_KNOWN and not is_usual(lots, int(usual["own"]), own_times):
        return DenyReason.FAT_FINGER
    if usual["market_count"] >= MARKET_KNOWN and not is_usual(lots, int(usual["market"]), market_times):
        return DenyReason.FAT_FINGER
    worth_e8 = share_e8(order_e8, limits["rate_ppm"])
    if desk["own_count"] >= OWN_KNOWN and not is_usual(worth_e8, int(desk["own"]), own_times):
        return DenyReason.FAT_FINGER
    if situation["is_replace"] == 0 and was_just_sent(risk, intent, now_ns):
        return DenyReason.DUPLICATE
    return 0


@kernel
def _review_state(risk: Risk, limits: np.void, now_ns: int) -> int:
    """May anything new be wanted now?"""
    reason = trading_reason(risk, now_ns)
    if reason != 0:
        return reason
    currency = int(limits["currency"])
    if not (currency >= 0 and currency < risk.currencies.shape[0]) or not may_lose(risk, currency):
        return DenyReason.DAILY_LOSS
    if not may_trade_again(risk):
        return DenyReason.TRADE_COUNT
    return 0


@kernel
def _review_position(intent: np.void, situation: np.void, risk: Risk, ticks: int) -> int:
    """Do we want that much, here and of everything?"""
    limits = risk.limits[intent["instrument_id"]]
    sums = risk.currencies[limits["currency"]]
    side, lots = int(intent["side"]), int(intent["quantity_lots"])
    worst = worst_lots(side, lots, situation)
    worst_e8 = worth_e8(ticks, abs(worst), limits)
    if not (abs(worst) <= limits["max_position_lots"] and limits["max_position_lots"] <= LARGEST_STEPS):
        return DenyReason.MAX_POSITION
    if not is_at_most(worst_e8, limits["max_position_notional_e8"]):
        return DenyReason.MAX_POSITION
    equity_e8 = int(risk.equity[limits["currency"]]["start_e8"]) + int(sums["profit_e8"])
    if not is_share_of_equity(worst_e8, equity_e8, risk.settings[0]["equity_share_pct"]):
        return DenyReason.EQUITY_SHARE
    if not is_loss_bearable(worst_e8, limits):
        return DenyReason.TRADE_LOSS
    row = int(situation["position_row"])
    if not (row >= -1 and row < risk.exposures.shape[0]) or not has_room_for_position(risk, row):
        return DenyReason.MAX_POSITIONS
    larger_e8 = worth_e8(ticks, larger_lots(side, worst, situation), limits)
    return _review_sums(risk, limits, row, larger_e8, equity_e8)


@kernel
def _review_sums(risk: Risk, limits: np.void, row: int, larger_e8: int, equity_e8: int) -> int:
    """Everything that is held, with this position at its worst."""
    sums = risk.currencies[limits["currency"]]
    settings = risk.settings[0]
    had_e8, had_base_e8, had_margin_e8 = 0, 0, 0
    if row >= 0:
        exposure = risk.exposures[row]
        had_e8 = int(exposure["gross_notional_e8"])
        had_base_e8 = int(exposure["base_e8"])
        had_margin_e8 = int(exposure["margin_e8"])
    gross_e8 = with_this(int(sums["gross_notional_e8"]), had_e8, larger_e8)
    if not is_at_most(gross_e8, limits["max_gross_notional_e8"]):
        return DenyReason.MAX_GROSS_NOTIONAL
    sector, rate = int(limits["sector"]), int(limits["rate_ppm"])
    if not (sector >= 0 and sector < risk.sectors.shape[0] and rate > 0 and rate <= 1_000_000_000 * PPM):
        return DenyReason.SECTOR_EXPOSURE
    base_e8 = share_e8(larger_e8, rate)
    sector_e8 = with_this(int(risk.sectors[sector]), had_base_e8, base_e8)
    if not is_at_most(sector_e8, settings["max_sector_notional"]):
        return DenyReason.SECTOR_EXPOSURE
    portfolio_e8 = with_this(int(risk.totals[0]["portfolio_e8"]), had_base_e8, base_e8)
    if not is_at_most(portfolio_e8, settings["max_portfolio_notional"]):
        return DenyReason.PORTFOLIO_EXPOSURE
    if not is_concentration_within(base_e8, portfolio_e8, settings):
        return DenyReason.CONCENTRATION
    if not is_leverage_within(portfolio_e8, risk):
        return DenyReason.LEVERAGE
    margin_ppm = int(limits["margin_ppm"])
    if not (margin_ppm > 0 and margin_ppm <= PPM):
        return DenyReason.MARGIN
    margin_e8 = with_this(int(sums["margin_e8"]), had_margin_e8, share_e8(larger_e8, margin_ppm))
    if not (margin_e8 >= 0 and is_share_of_equity(margin_e8, equity_e8, settings["margin_share_pct"])):
        return DenyReason.MARGIN
    return 0


@kernel
def _review_rates(situation: np.void, risk: Risk, limits: np.void, now_ns: int) -> int:
    """Is there room for one more? Takes its tokens when there is."""
    most = risk.settings[0]["max_open_orders"]
    if not (most <= LARGEST_STEPS and 0 <= situation["open_orders"] and situation["open_orders"] < most):
        return DenyReason.MAX_OPEN_ORDERS
    group = int(limits["group"])
    if not (group >= 0 and group < DESK) or not has_room(risk.buckets[group], now_ns):
        return DenyReason.MESSAGE_RATE
    if not has_room(risk.buckets[DESK], now_ns):
        return DenyReason.ORDER_RATE
    take(risk.buckets[group], now_ns)
    take(risk.buckets[DESK], now_ns)
    return 0


@kernel
def _remember(intent: np.void, situation: np.void, risk: Risk, order_e8: int, now_ns: int) -> None:
    """What the next order is measured against; what protects a position is nobody's habit."""
    if situation["is_replace"] != 0 or situation["is_part"] != 0 or intent["origin"] == Origin.PROTECTION:
        return
    remember_size(risk.sizes[intent["instrument_id"]], int(intent["quantity_lots"]))
    rate = int(risk.limits[intent["instrument_id"]]["rate_ppm"])
    remember_size(risk.sizes[risk.sizes.shape[0] - 1], share_e8(order_e8, rate))
    remember_sent(risk, intent, now_ns)
