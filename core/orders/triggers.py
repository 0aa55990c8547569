"""Prices that set an order off or carry it along: stops and touches, trailing, pegs. All in ticks, all pure.

A stop looks at the mid and at trades since it was placed: the last price is the exchange's word for it, the mid keeps a
market without trades from running past. A touch looks at the side that it would trade with, and at trades.
"""

import numpy as np

from core.kernel import kernel
from core.money import LARGEST_STEPS
from core.orders.terms import IN_BPS, TO_MID, is_stop
from core.vocabulary import OrderType

NO_TRADE = 0
BPS = 10_000


@kernel
def is_reached(order: np.void, bid_ticks: int, ask_ticks: int, traded_ticks: int) -> bool:
    """Has the market come to the trigger? `traded_ticks`: NO_TRADE, or the price of a trade since it was placed."""
    trigger, side = int(order["trigger_ticks"]), int(order["side"])
    if trigger == 0:
        return False
    if is_stop(order["asked_type"]):
        if (bid_ticks + ask_ticks) * side >= 2 * trigger * side:
            return True
        return traded_ticks != NO_TRADE and traded_ticks * side >= trigger * side
    offered = ask_ticks if side > 0 else bid_ticks
    if offered * side <= trigger * side:
        return True
    return traded_ticks != NO_TRADE and traded_ticks * side <= trigger * side


@kernel
def is_through(asked: int, side: int, trigger: int, bid_ticks: int, ask_ticks: int) -> bool:
    """Would an order with this trigger go off at once, by the book alone?"""
    if is_stop(asked):
        return (bid_ticks + ask_ticks) * side >= 2 * trigger * side
    offered = ask_ticks if side > 0 else bid_ticks
    return offered * side <= trigger * side


@kernel
def offset_ticks(order: np.void, price_ticks: int) -> int:
    """The order's offset at a price; basis points are rounded away from the market."""
    if order["flags"] & IN_BPS == 0:
        return int(order["offset"])
    return -((-abs(price_ticks) * int(order["offset"])) // BPS)


@kernel
def trailed(order: np.void, bid_ticks: int, ask_ticks: int) -> int:
    """Where a trailing stop's trigger belongs now: it follows in its favour and never goes back. 0: not active yet.

    It follows the mid and not trades: a single print far from the market must not pull it to where it goes off.
    """
    side = int(order["side"])
    # To its harm: a stop that sells follows the lower of two mids, one that buys the higher.
    best = (bid_ticks + ask_ticks) >> 1 if side < 0 else -((-(bid_ticks + ask_ticks)) >> 1)
    trigger, activation = int(order["trigger_ticks"]), int(order["activation_ticks"])
    if trigger == 0 and activation != 0 and best * side > activation * side:
        return 0
    wanted = best + side * offset_ticks(order, best)
    if not (1 <= wanted and wanted <= LARGEST_STEPS):
        return trigger
    if trigger == 0:
        return wanted
    return min(trigger, wanted) if side > 0 else max(trigger, wanted)


@kernel
def pegged_ticks(order: np.void, bid_ticks: int, ask_ticks: int) -> int:
    """The price of a pegged order: at the best of its own side or the mid, its offset behind, and never past its limit.

    `trigger_ticks` is that limit; 0: none. The caller gives the touch without the order itself.
    """
    side = int(order["side"])
    if order["flags"] & TO_MID != 0:
        reference = (bid_ticks + ask_ticks) >> 1 if side > 0 else -((-(bid_ticks + ask_ticks)) >> 1)
    else:
        reference = bid_ticks if side > 0 else ask_ticks
    wanted = reference - side * offset_ticks(order, reference)
    limit = int(order["trigger_ticks"])
    if limit != 0 and wanted * side > limit * side:
        wanted = limit
    return wanted if 1 <= wanted and wanted <= LARGEST_STEPS else 0


@kernel
def taking_ticks(asked: int, side: int, limit_ticks: int, bid_ticks: int, ask_ticks: int) -> int:
    """The limit of an order that is to take at once: the far touch, or its own limit where that is nearer."""
    touch = ask_ticks if side > 0 else bid_ticks
    if asked == OrderType.MARKET_TO_LIMIT or limit_ticks == 0:
        return touch
    return min(touch, limit_ticks) if side > 0 else max(touch, limit_ticks)
