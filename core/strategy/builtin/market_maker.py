"""Market maker: a bid and an ask around the micro-price, leaning against what it holds.

    centre = micro_price - skew_ticks * position / max_position_lots
    bid    = floor(centre - half_spread_ticks)      ask = ceil(centre + half_spread_ticks)

It never quotes through the touch, quotes only the side that brings it back when it holds its maximum, and moves an
order when its price has drifted by `move_ticks`. Without a LIVE book or a micro-price it takes its orders back.

Source of the idea: M. Avellaneda and S. Stoikov, "High-frequency trading in a limit order book", Quantitative Finance
8(3), 2008: the reservation price falls with inventory. Here the lean is linear and set by hand.
"""

import numpy as np

from core.kernel import kernel
from core.money import LARGEST_STEPS, NO_TICKS, lots_from_float, ticks_from_float
from core.strategy.compile import strategy
from core.strategy.contract import want_cancel, want_limit, want_replace
from core.strategy.known import defaults_of
from core.vocabulary import BookState, OrderStatus

SIZE_LOTS, HALF_SPREAD_TICKS, SKEW_TICKS, MAX_POSITION_LOTS, MOVE_TICKS = 0, 1, 2, 3, 4


@strategy(name="market_maker", parameters=defaults_of("market_maker"))
def market_maker(view: np.void, parameters: np.ndarray, memory: np.void, intents: np.ndarray) -> int:
    bid_ticks, ask_ticks = NO_TICKS, NO_TICKS
    if view["book_state"] == BookState.LIVE and 0 < view["best_bid_ticks"] < view["best_ask_ticks"]:
        largest = max(1.0, parameters[MAX_POSITION_LOTS])
        centre = view["micro_price"] - parameters[SKEW_TICKS] * view["position_lots"] / largest
        if view["position_lots"] < parameters[MAX_POSITION_LOTS]:
            bid_ticks = ticks_from_float(centre - parameters[HALF_SPREAD_TICKS], 1)
            bid_ticks = min(bid_ticks, view["best_ask_ticks"] - 1)
        if -view["position_lots"] < parameters[MAX_POSITION_LOTS]:
            ask_ticks = ticks_from_float(centre + parameters[HALF_SPREAD_TICKS], -1)
            if ask_ticks != NO_TICKS:
                ask_ticks = max(ask_ticks, view["best_bid_ticks"] + 1)
    count = _quote(
        view["own_bid_id"], view["own_bid_ticks"], view["own_bid_status"], 1, bid_ticks, parameters, intents, 0
    )
    return _quote(
        view["own_ask_id"], view["own_ask_ticks"], view["own_ask_status"], -1, ask_ticks, parameters, intents, count
    )


@kernel
def _quote(
    client_id: int,
    now_ticks: int,
    status: int,
    side: int,
    wanted_ticks: int,
    parameters: np.ndarray,
    intents: np.ndarray,
    count: int,
) -> int:
    """Bring one side's order to the wanted price; NO_TICKS: take it back."""
    is_settled = status == OrderStatus.NEW or status == OrderStatus.PARTIALLY_FILLED
    if not (wanted_ticks >= -LARGEST_STEPS and wanted_ticks <= LARGEST_STEPS):
        return want_cancel(intents, count, client_id) if client_id != 0 and is_settled else count
    size_lots = lots_from_float(parameters[SIZE_LOTS])
    if client_id == 0:
        return want_limit(intents, count, side, wanted_ticks, size_lots)
    if is_settled and abs(wanted_ticks - now_ticks) >= max(1.0, parameters[MOVE_TICKS]):
        return want_replace(intents, count, client_id, side, wanted_ticks, size_lots)
    return count
