"""The single checks of a review. Each states what is allowed, so that NaN, overflow and nonsense are denied.

Order of the checks: review.py. What enters is bounded there first, so no sum in this file can wrap.
"""

import numpy as np

from core.kernel import kernel
from core.money import LARGEST_E8, LARGEST_STEPS, WORD, add_e8, subtract_e8, value_e8
from core.vocabulary import EventFlag, OrderType, Origin, TimeInForce

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
CLOCK_LIMIT_NS = 1 << 61
"""73 years of a monotonic clock: what is beyond is no time."""
SKEW_NS = 1_000_000_000
"""A key may be stamped this much after the core took its clock: the loop reads it once for a batch."""
LONGEST_VALID_NS = 3_600_000_000_000
LARGEST_LOTS = 1 << 58
"""Positions and working lots beyond this are not counted on: everything is denied."""


@kernel
def is_within(value: int, largest: int) -> bool:
    return -largest <= value and value <= largest


@kernel
def is_fresh(intent: np.void, limits: np.void, now_ns: int) -> bool:
    """Neither past its validity, nor pressed by a person too long ago."""
    if not (now_ns >= 0 and now_ns <= CLOCK_LIMIT_NS):
        return False
    until_ns = intent["valid_until_ns"]
    if until_ns != 0 and not (now_ns <= until_ns and until_ns <= now_ns + LONGEST_VALID_NS):
        return False
    origin = intent["origin"]
    if origin == Origin.STRATEGY or origin == Origin.KILL:
        return True
    if not (origin == Origin.KEY or origin == Origin.CLI or origin == Origin.API):
        return False
    pressed_ns, valid_ns = intent["received_ns"], limits["command_valid_ns"]
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
    worth_e8 = value_e8(ticks, lots, limits)
    return bool(0 <= limits["min_notional_e8"] and limits["min_notional_e8"] <= worth_e8)


@kernel
def is_notional_within(ticks: int, lots: int, limits: np.void, largest_e8: int) -> bool:
    """0 and more, at most `largest_e8`."""
    worth_e8 = value_e8(ticks, lots, limits)
    return worth_e8 >= 0 and worth_e8 <= largest_e8 and largest_e8 < LARGEST_E8


@kernel
def is_gross_within(
    ticks: int, lots: int, situation: np.void, limits: np.void, currencies: np.ndarray, exposures: np.ndarray
) -> bool:
    """The currency's gross notional, with this instrument's share replaced by its new worst case."""
    currency = int(limits["currency"])
    if not (currency >= 0 and currency < currencies.shape[0]):
        return False
    gross_e8 = int(currencies[currency]["gross_notional_e8"])
    row = int(situation["position_row"])
    if row != -1:
        if not (row >= 0 and row < exposures.shape[0]):
            return False
        gross_e8 = subtract_e8(gross_e8, exposures[row]["gross_notional_e8"])
    worth_e8 = value_e8(ticks, lots, limits)
    largest_e8 = limits["max_gross_notional_e8"]
    if not (gross_e8 >= 0 and worth_e8 >= 0 and largest_e8 < LARGEST_E8):
        return False
    return bool(add_e8(gross_e8, worth_e8) <= largest_e8)


@kernel
def has_room_in_rate(state: np.void, now_ns: int) -> bool:
    """Token bucket as one time: it is empty again at `rate_filled_ns`, and may run one second ahead of now."""
    period_ns, filled_ns = state["rate_period_ns"], state["rate_filled_ns"]
    if not (period_ns > 0 and period_ns <= state["rate_burst_ns"] and state["rate_burst_ns"] <= LONGEST_VALID_NS):
        return False
    if not (filled_ns >= 0 and filled_ns <= CLOCK_LIMIT_NS):
        return False
    return bool(max(filled_ns, now_ns) + period_ns <= now_ns + state["rate_burst_ns"])


@kernel
def take_from_rate(state: np.void, now_ns: int) -> None:
    state["rate_filled_ns"] = max(int(state["rate_filled_ns"]), now_ns) + int(state["rate_period_ns"])
