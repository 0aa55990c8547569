"""May this order go out? `NONE`, or the first reason why not. The order of the checks is written here and only here.

    halted · known instrument · fresh · side, type, quantity, price possible · numbers in range
    book LIVE, market open · collar · post-only, self-cross · smallest order · reduce-only · largest order
    daily loss, position, gross notional   (an order that only reduces the position passes these)
    open orders · order rate               (takes a token: nothing may be denied for risk after it)

A REDUCE_ONLY order that does reduce is not measured against the largest order: a position within its limit can always
be closed at once. Cancels never come here. Lease and arming come before (lease.py), room in the rings after (publish).
"""

import numpy as np

from core.kernel import kernel
from core.money import LARGEST_STEPS
from core.risk.checks import (
    LARGEST_LOTS,
    POST_ONLY,
    REDUCE_ONLY,
    crosses_own,
    has_room_in_rate,
    is_book_sound,
    is_fresh,
    is_gross_within,
    is_inside_collar,
    is_notional_enough,
    is_notional_within,
    is_order_type_known,
    is_price_possible,
    is_quantity_possible,
    is_reducing,
    is_within,
    larger_lots,
    reach_ticks,
    take_from_rate,
    takes,
    valuation_ticks,
    worst_lots,
)
from core.risk.limits import Risk
from core.vocabulary import BookState, DenyReason, InstrumentState


@kernel
def review(intent: np.void, situation: np.void, risk: Risk, now_ns: int) -> int:
    """A DenyReason for an intent (an EVENT: a command or a strategy's wish) in its situation (limits.SITUATION)."""
    state = risk.state[0]
    if state["is_halted"] != 0:
        return DenyReason.HALTED
    instrument_id = int(intent["instrument_id"])
    if not (instrument_id >= 0 and instrument_id < risk.limits.shape[0]):
        return DenyReason.UNKNOWN_INSTRUMENT
    limits = risk.limits[instrument_id]
    if not (limits["instrument_id"] == instrument_id and 1 <= limits["value_numerator"]):
        return DenyReason.UNKNOWN_INSTRUMENT
    if not (limits["is_inverse"] == 0 or limits["is_inverse"] == 1):
        return DenyReason.UNKNOWN_INSTRUMENT
    if not is_fresh(intent, limits, now_ns):
        return DenyReason.COMMAND_TOO_OLD
    reason = _review_form(intent, situation, limits)
    if reason != 0:
        return reason
    reason = _review_market(intent, situation, limits)
    if reason != 0:
        return reason
    reason = _review_size(intent, situation, limits, risk)
    if reason != 0:
        return reason
    if not (limits["max_open_orders"] <= LARGEST_STEPS and 0 <= situation["open_orders"]):
        return DenyReason.MAX_OPEN_ORDERS
    if not situation["open_orders"] < limits["max_open_orders"]:
        return DenyReason.MAX_OPEN_ORDERS
    if not has_room_in_rate(state, now_ns):
        return DenyReason.ORDER_RATE
    take_from_rate(state, now_ns)
    return 0


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
def _review_size(intent: np.void, situation: np.void, limits: np.void, risk: Risk) -> int:
    """Do we want that much?"""
    side, lots = int(intent["side"]), int(intent["quantity_lots"])
    reach = reach_ticks(intent, situation)
    if not is_notional_enough(abs(reach), lots, limits):
        return DenyReason.BAD_QUANTITY
    if situation["is_held"] != 0 and intent["flags"] & REDUCE_ONLY != 0:
        return 0  # it has its size when it goes out
    is_reduced = is_reducing(side, lots, situation)
    is_bound = intent["flags"] & REDUCE_ONLY != 0
    if is_bound and not is_reduced:
        return DenyReason.REDUCE_ONLY
    ticks = valuation_ticks(reach, situation, limits)
    if not is_bound and not is_notional_within(ticks, lots, limits, limits["max_order_notional_e8"]):
        return DenyReason.MAX_ORDER_NOTIONAL
    if is_reduced:
        return 0
    currency = int(limits["currency"])
    if not (currency >= 0 and currency < risk.currencies.shape[0]) or risk.currencies[currency]["is_broken"] != 0:
        return DenyReason.DAILY_LOSS
    worst = worst_lots(side, lots, situation)
    if not is_notional_within(ticks, abs(worst), limits, limits["max_position_notional_e8"]):
        return DenyReason.MAX_POSITION
    larger = larger_lots(side, worst, situation)
    if not is_gross_within(ticks, larger, situation, limits, risk.currencies, risk.exposures):
        return DenyReason.MAX_GROSS_NOTIONAL
    return 0
