"""What a strategy sees, what it may want, and what it keeps: plain records, so that a strategy is a plain function.

    def quote(view, parameters, memory, intents):
        intents[0]["request"] = Request.NEW
        ...
        return 1                     # how many intents are filled

    view         VIEW: the market, the signals, its own position and orders. Read only by agreement.
    parameters   float64[8], by index; a person may change them while it runs
    memory       MEMORY: float64[32] and int64[32] of its own; zeros at the start, kept between calls
    intents      INTENT[8]: cleared before the call

It is called at the end of every frame of its instrument, and at its timer. It runs in the loop: no allocation, no
exception, no loop without an end. Prices and sizes out of a float go through core.money.ticks_from_float and
lots_from_float, which refuse NaN.
"""

import numpy as np

from core.kernel import kernel
from core.vocabulary import EventFlag, OrderType, Request, TimeInForce

PARAMETERS = 8
MEMORY_WORDS = 32
MOST_INTENTS = 8
POST_ONLY = int(EventFlag.POST_ONLY)

VIEW = np.dtype(
    [
        ("now_ns", np.int64),
        ("best_bid_ticks", np.int64),  # 0: no bids
        ("best_bid_lots", np.int64),
        ("best_ask_ticks", np.int64),
        ("best_ask_lots", np.int64),
        ("last_trade_ticks", np.int64),  # 0: none yet
        ("last_trade_lots", np.int64),
        ("trades", np.int64),  # ever seen: it grew, so there was one
        ("imbalance", np.float64),  # the seven signals, NaN until warm: records/snapshot.SIGNALS
        ("weighted_mid", np.float64),  # ticks
        ("micro_price", np.float64),  # ticks
        ("trade_flow", np.float64),
        ("volatility", np.float64),
        ("rsi", np.float64),
        ("macd", np.float64),
        ("macd_signal", np.float64),
        ("position_lots", np.int64),  # this strategy's own
        ("account_lots", np.int64),  # the whole account's
        ("working_buy_lots", np.int64),  # this strategy's own
        ("working_sell_lots", np.int64),
        ("own_bid_id", np.int64),  # client id of its best open buy order; 0: none
        ("own_bid_ticks", np.int64),
        ("own_bid_lots", np.int64),  # what is left of it
        ("own_ask_id", np.int64),
        ("own_ask_ticks", np.int64),
        ("own_ask_lots", np.int64),
        ("own_orders", np.int64),  # open, both sides
        ("min_lots", np.int64),
        ("instrument_id", np.int32),
        ("is_warm", np.int32),  # bit per vocabulary.SignalName
        ("last_trade_side", np.int8),
        ("book_state", np.int8),  # vocabulary.BookState
        ("is_timer", np.int8),  # called by its timer, not by a frame
        ("own_bid_status", np.int8),  # vocabulary.OrderStatus
        ("own_ask_status", np.int8),
        ("_reserved", np.uint8, (19,)),
    ]
)
assert VIEW.itemsize == 256

INTENT = np.dtype(
    [
        ("client_id", np.int64),  # the order to cancel or replace
        ("price_ticks", np.int64),
        ("quantity_lots", np.int64),  # of a replace: the new total
        ("flags", np.int16),  # vocabulary.EventFlag: POST_ONLY, REDUCE_ONLY
        ("request", np.int8),  # vocabulary.Request; 0: nothing
        ("side", np.int8),
        ("order_type", np.int8),
        ("time_in_force", np.int8),
        ("_reserved", np.uint8, (2,)),
    ]
)
assert INTENT.itemsize == 32

MEMORY = np.dtype(
    [
        ("floats", np.float64, (MEMORY_WORDS,)),
        ("words", np.int64, (MEMORY_WORDS,)),
    ]
)


@kernel
def want_limit(intents: np.ndarray, count: int, side: int, price_ticks: int, quantity_lots: int) -> int:
    """One more intent: a resting post-only order, good until cancelled. The new count."""
    return _want(intents, count, Request.NEW.value, 0, side, price_ticks, quantity_lots, False)


@kernel
def want_take(intents: np.ndarray, count: int, side: int, price_ticks: int, quantity_lots: int) -> int:
    """One more intent: take what is there up to a price, at once. The new count."""
    return _want(intents, count, Request.NEW.value, 0, side, price_ticks, quantity_lots, True)


@kernel
def want_cancel(intents: np.ndarray, count: int, client_id: int) -> int:
    """One more intent: cancel an order. The new count."""
    return _want(intents, count, Request.CANCEL.value, client_id, 0, 0, 0, False)


@kernel
def want_replace(
    intents: np.ndarray, count: int, client_id: int, side: int, price_ticks: int, quantity_lots: int
) -> int:
    """One more intent: another price and total size for an open order. The new count."""
    return _want(intents, count, Request.REPLACE.value, client_id, side, price_ticks, quantity_lots, False)


@kernel
def _want(
    intents: np.ndarray,
    count: int,
    request: int,
    client_id: int,
    side: int,
    price_ticks: int,
    quantity_lots: int,
    is_immediate: bool,
) -> int:
    """Fill the next intent, if there is one. The new count."""
    if not (count >= 0 and count < intents.shape[0]):
        return count
    intent = intents[count]
    intent["request"] = request
    intent["client_id"] = client_id
    intent["side"] = side
    intent["price_ticks"] = price_ticks
    intent["quantity_lots"] = quantity_lots
    intent["order_type"] = OrderType.LIMIT
    if is_immediate:
        intent["time_in_force"] = TimeInForce.IOC
    else:
        intent["time_in_force"] = TimeInForce.GTC
        intent["flags"] = POST_ONLY
    return count + 1
