"""The single checks of a review. Each states what is allowed, so that NaN, overflow and nonsense are denied.

Order of the checks: review.py. What enters is bounded there first, so no sum in this file can wrap.
"""

import numpy as np

from core.kernel import kernel
from core.money import LARGEST_E8, LARGEST_STEPS, WORD, add_e8, subtract_e8, value_e8
from core.risk.limits import PPM, Risk, share_e8
from core.risk.recent import CLOCK_LIMIT_NS
from core.vocabulary import BreakerState, DenyReason, EventFlag, OrderType, Origin, TimeInForce

POST_ONLY = int(EventFlag.POST_ONLY)
REDUCE_ONLY = int(EventFlag.REDUCE_ONLY)
ALLOWED_FLAGS = int(
    EventFlag.POST_ONLY
    | EventFlag.REDUCE_ONLY
    | EventFlag.EXTERNAL
    | EventFlag.ONE_CANCELS
    | EventFlag.WAITS
    | EventFlag.IN_BPS
    | EventFlag.TO_MID
)
LARGEST_FLAGS = 1 << 15
SKEW_NS = 1_000_000_000
"""A key may be stamped this much after the core took its clock: the loop reads it once for a batch."""
LONGEST_VALID_NS = 3_600_000_000_000
LARGEST_LOTS = 1 << 58
"""Positions and working lots beyond this are not counted on: everything is denied."""


@kernel
def is_within(value: int, largest: int) -> bool:
    return -largest <= value and value <= largest


@kernel
def is_fresh(intent: np.void, valid_ns: int, now_ns: int) -> bool:
    """Neither past its validity, nor pressed by a person too long ago."""
    if not (now_ns >= 0 and now_ns <= CLOCK_LIMIT_NS):
        return False
    until_ns = intent["valid_until_ns"]
    if until_ns != 0 and not (now_ns <= until_ns and until_ns <= now_ns + LONGEST_VALID_NS):
        return False
    origin = intent["origin"]
    if origin == Origin.STRATEGY or origin == Origin.KILL or origin == Origin.PROTECTION:
        return True
    if not (origin == Origin.KEY or origin == Origin.CLI or origin == Origin.API):
        return False
    pressed_ns = intent["received_ns"]
    if not (0 <= pressed_ns and pressed_ns <= now_ns + SKEW_NS and 0 <= valid_ns and valid_ns <= LONGEST_VALID_NS):
        return False
    return bool(now_ns <= pressed_ns + valid_ns)


@kernel
def is_order_type_known(intent: np.void) -> bool:
    """Limit with any time in force; market only for now or never, and never post-only."""
    order_type, time_in_force, flags = intent["order_type"], intent["time_in_force"], int(intent["flags"])
    if not (0 <= flags and flags < LARGEST_FLAGS and flags & ~ALLOWED_FLAGS == 0):
        return False
    now_or_never = time_in_force == TimeInForce.IOC or time_in_force == TimeInForce.FOK
    if order_type == OrderType.MARKET:
        return bool(now_or_never and flags & POST_ONLY == 0)
    if order_type == OrderType.LIMIT:
        if now_or_never:
            return flags & POST_ONLY == 0
        return bool(time_in_force == TimeInForce.GTC or time_in_force == TimeInForce.DAY)
    return False


@kernel
def is_quantity_possible(intent: np.void, limits: np.void) -> bool:
    return bool(1 <= limits["min_lots"] and limits["min_lots"] <= intent["quantity_lots"])


@kernel
def is_price_possible(intent: np.void) -> bool:
    if intent["order_type"] == OrderType.MARKET:
        return bool(intent["price_ticks"] == 0)
    return is_within(intent["price_ticks"], LARGEST_STEPS)


@kernel
def is_book_sound(situation: np.void) -> bool:
    """Both sides there and apart, and a weighted mid between them."""
    bid, ask = situation["best_bid_ticks"], situation["best_ask_ticks"]
    if not (0 < bid and bid < ask and ask <= LARGEST_STEPS):
        return False
    return bool(bid <= situation["weighted_mid"] and situation["weighted_mid"] <= ask)


@kernel
def reach_ticks(intent: np.void, situation: np.void) -> int:
    """The worst price at which it may trade: its limit; of a market order the far touch."""
    if intent["order_type"] == OrderType.MARKET:
        if intent["side"] > 0:
            return int(situation["best_ask_ticks"])
        return int(situation["best_bid_ticks"])
    return int(intent["price_ticks"])


@kernel
def is_inside_collar(side: int, price_ticks: int, situation: np.void, limits: np.void) -> bool:
    """Not farther through the weighted mid than the collar. Behind the mid every price is allowed."""
    middle = situation["weighted_mid"]
    width = limits["collar"] * abs(middle)
    if not (limits["collar"] > 0.0 and limits["collar"] <= 1.0 and width < LARGEST_STEPS):
        return False
    if side > 0:
        return bool(float(price_ticks) <= middle + width)
    return bool(float(price_ticks) >= middle - width)


@kernel
def takes(side: int, price_ticks: int, situation: np.void) -> bool:
    """Would it trade on arrival?"""
    if side > 0:
        return not price_ticks < situation["best_ask_ticks"]
    return not price_ticks > situation["best_bid_ticks"]


@kernel
def crosses_own(side: int, price_ticks: int, situation: np.void) -> bool:
    """Would it trade against an order of ours? Where there is none, the blotter says ±2**62."""
    if not (is_within(situation["own_best_bid_ticks"], WORD) and is_within(situation["own_best_ask_ticks"], WORD)):
        return True
    if side > 0:
        return not price_ticks < situation["own_best_ask_ticks"]
    return not price_ticks > situation["own_best_bid_ticks"]


@kernel
def is_reducing(side: int, lots: int, situation: np.void) -> bool:
    """With everything that works on its side, does it at most close the position?"""
    position = situation["position_lots"]
    if side > 0:
        return bool(position < 0 and lots + situation["working_buy_lots"] <= -position)
    return bool(position > 0 and lots + situation["working_sell_lots"] <= position)


@kernel
def valuation_ticks(price_ticks: int, situation: np.void, limits: np.void) -> int:
    """The price at which lots are worth most among the order's and the touch: an inverse contract's is the lowest."""
    bid, ask = abs(int(situation["best_bid_ticks"])), abs(int(situation["best_ask_ticks"]))
    if limits["is_inverse"] != 0:
        return min(min(bid, ask), abs(price_ticks))
    return max(max(bid, ask), abs(price_ticks))


@kernel
def worst_lots(side: int, lots: int, situation: np.void) -> int:
    """The position in size, if this order and all that works on its side filled."""
    if side > 0:
        return int(situation["position_lots"]) + int(situation["working_buy_lots"]) + lots
    return -int(situation["position_lots"]) + int(situation["working_sell_lots"]) + lots


@kernel
def larger_lots(side: int, worst: int, situation: np.void) -> int:
    """The larger of both sides in size: this order's worst case, and what the other side would leave."""
    if side > 0:
        other = -int(situation["position_lots"]) + int(situation["working_sell_lots"])
    else:
        other = int(situation["position_lots"]) + int(situation["working_buy_lots"])
    return max(abs(worst), abs(other))


@kernel
def is_notional_enough(ticks: int, lots: int, limits: np.void) -> bool:
    """At least what the venue takes."""
    if limits["min_notional_e8"] == 0:
        return True
    return bool(0 <= limits["min_notional_e8"] and limits["min_notional_e8"] <= worth_e8(ticks, lots, limits))


@kernel
def worth_e8(ticks: int, lots: int, limits: np.void) -> int:
    """What lots are worth at a price, in the settlement currency; nonsense is worth more than any limit."""
    amount_e8 = value_e8(ticks, lots, limits)
    return amount_e8 if amount_e8 >= 0 else LARGEST_E8


@kernel
def is_at_most(amount_e8: int, largest_e8: int) -> bool:
    """0 and more, at most a limit that is one."""
    return bool(amount_e8 >= 0 and amount_e8 <= largest_e8 and largest_e8 < LARGEST_E8)


@kernel
def is_notional_within(ticks: int, lots: int, limits: np.void, largest_e8: int) -> bool:
    return is_at_most(worth_e8(ticks, lots, limits), largest_e8)


@kernel
def with_this(sum_e8: int, share_before_e8: int, share_after_e8: int) -> int:
    """A sum with one instrument's share replaced by its new worst case; -1 when the sum is none."""
    if not (sum_e8 >= 0 and share_before_e8 >= 0 and share_after_e8 >= 0):
        return -1
    left_e8 = subtract_e8(sum_e8, share_before_e8)
    return add_e8(left_e8, share_after_e8) if left_e8 >= 0 else -1


@kernel
def trading_reason(risk: Risk, now_ns: int) -> int:
    """Why nothing new may be wanted: the breaker cools down, it warns, or somebody said so."""
    breaker = risk.breaker[0]
    if breaker["state"] == BreakerState.NORMAL:
        return 0 if risk.settings[0]["reduce_only"] == 0 else DenyReason.REDUCING.value
    if breaker["state"] == BreakerState.TRIGGERED and now_ns < breaker["until_ns"]:
        return DenyReason.COOL_DOWN.value
    return DenyReason.REDUCING.value


@kernel
def may_lose(risk: Risk, currency: int) -> bool:
    """Its loss of the day is below the limit, and so is the breaker's."""
    sums = risk.currencies[currency]
    largest_e8 = sums["daily_loss_e8"]
    if not (sums["is_broken"] == 0 and 0 <= largest_e8 and largest_e8 < LARGEST_E8):
        return False
    return bool(-largest_e8 < sums["profit_e8"])


@kernel
def may_trade_again(risk: Risk) -> bool:
    """The day's trades are not used up."""
    trades = risk.breaker[0]["trades"]
    return bool(0 <= trades and trades < risk.settings[0]["max_trades"])


@kernel
def is_share_of_equity(worst_e8: int, equity_e8: int, share_ppm: int) -> bool:
    if not (equity_e8 > 0 and equity_e8 <= LARGEST_E8 and share_ppm >= 0 and share_ppm <= 1_000 * PPM):
        return False
    return bool(worst_e8 <= share_e8(equity_e8, share_ppm))


@kernel
def is_loss_bearable(worst_e8: int, limits: np.void) -> bool:
    """What it loses on the way to its protective stop."""
    loss_ppm = limits["loss_ppm"]
    if not (loss_ppm > 0 and loss_ppm <= PPM):
        return False
    return is_at_most(share_e8(worst_e8, loss_ppm), limits["trade_loss_e8"])


@kernel
def has_room_for_position(risk: Risk, row: int) -> bool:
    """It holds something there already, or there may be one position more."""
    if row != -1 and risk.exposures[row]["is_open"] == 1:
        return True
    open_positions, most = risk.totals[0]["open_positions"], risk.settings[0]["max_positions"]
    return bool(0 <= open_positions and open_positions < most and most <= LARGEST_STEPS)


@kernel
def is_concentration_within(base_e8: int, portfolio_e8: int, settings: np.void) -> bool:
    """One position's share of a portfolio that is large enough to have shares."""
    from_e8 = settings["concentration_from"]
    share_ppm = settings["concentration_pct"]
    if not (from_e8 >= 0 and from_e8 < LARGEST_E8 and share_ppm >= 0 and share_ppm <= PPM):
        return False
    return bool(portfolio_e8 < from_e8 or base_e8 <= share_e8(portfolio_e8, share_ppm))


@kernel
def is_leverage_within(portfolio_e8: int, risk: Risk) -> bool:
    equity_e8 = risk.totals[0]["equity_e8"]
    most_ppm = risk.settings[0]["max_leverage"]
    if not (equity_e8 > 0 and equity_e8 <= LARGEST_E8 and most_ppm >= 0 and most_ppm <= 100_000 * PPM):
        return False
    return bool(portfolio_e8 <= share_e8(equity_e8, most_ppm))
