"""Imbalance taker: takes the touch when the resting and the traded pressure agree.

    buy    when imbalance >= threshold and trade_flow >= flow_threshold, and the position has room
    sell   the mirror image

After a take it waits `cool_down_ms`; it never holds more than `max_position_lots`, and takes no more than stands at
the touch. Source of the idea: R. Cont, A. Kukanov, S. Stoikov, "The price impact of order book events", Journal of
Financial Econometrics 12(1), 2014: short moves follow the imbalance of order flow.
"""

import numpy as np

from core.money import lots_from_float
from core.strategy.compile import strategy
from core.strategy.contract import want_take
from core.strategy.known import defaults_of
from core.vocabulary import BookState

SIZE_LOTS, THRESHOLD, FLOW_THRESHOLD, MAX_POSITION_LOTS, COOL_DOWN_MS = 0, 1, 2, 3, 4
LAST_TAKE_NS = 0  # word of its memory


@strategy(name="imbalance_taker", parameters=defaults_of("imbalance_taker"))
def imbalance_taker(view: np.void, parameters: np.ndarray, memory: np.void, intents: np.ndarray) -> int:
    words = memory["words"]
    if view["book_state"] != BookState.LIVE or view["own_orders"] != 0:
        return 0
    waited_ns = float(view["now_ns"] - words[LAST_TAKE_NS])
    if words[LAST_TAKE_NS] != 0 and not waited_ns >= parameters[COOL_DOWN_MS] * 1.0e6:
        return 0
    room_lots = lots_from_float(parameters[MAX_POSITION_LOTS])
    size_lots = lots_from_float(parameters[SIZE_LOTS])
    if view["imbalance"] >= parameters[THRESHOLD] and view["trade_flow"] >= parameters[FLOW_THRESHOLD]:
        side, price_ticks = 1, view["best_ask_ticks"]
        size_lots = min(size_lots, view["best_ask_lots"], room_lots - view["position_lots"])
    elif -view["imbalance"] >= parameters[THRESHOLD] and -view["trade_flow"] >= parameters[FLOW_THRESHOLD]:
        side, price_ticks = -1, view["best_bid_ticks"]
        size_lots = min(size_lots, view["best_bid_lots"], room_lots + view["position_lots"])
    else:
        return 0
    if not size_lots >= view["min_lots"]:
        return 0
    words[LAST_TAKE_NS] = view["now_ns"]
    return want_take(intents, 0, side, price_ticks, size_lots)
