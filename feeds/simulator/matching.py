"""Price-time priority over single orders: what happens to an order that arrives, is cancelled, is changed.

    enter    refuse · match against the other side, best price first, oldest first · rest, or expire what is left
    cancel   out of the queue
    replace  quantity down at the same price keeps its place; anything else goes to the back and may trade

Rules: GTC (and DAY) rest; IOC and MARKET expire what is left; FOK is refused unless it can be filled whole at once;
POST_ONLY is refused when it would take. An order that meets one of its own account is not matched with it: what is
left of the *newer* order expires with SELF_TRADE, what it traded before stands (the crowd may trade with itself).
Instruments that are CLOSED or SUSPENDED take cancels only; POST_ONLY ones refuse what would trade.

Money: each fill's notional and fee are rounded half away from zero to 1e-8 of the settlement currency, the fee from
the notional.
"""

import numpy as np

from core.kernel import kernel
from core.vocabulary import EventFlag, InstrumentState, OrderType, Reject, Report, Side, TimeInForce
from feeds.simulator.announce import TRADE, end_frame, tell_account, tell_fill, tell_level, tell_market
from feeds.simulator.queues import dequeue, enqueue, give_row_back
from feeds.simulator.state import CROWD, NO_PRICE, ExchangeState

BUY = int(Side.BUY)
SELL = int(Side.SELL)
MARKET = int(OrderType.MARKET)
LIMIT = int(OrderType.LIMIT)
GTC = int(TimeInForce.GTC)
IOC = int(TimeInForce.IOC)
FOK = int(TimeInForce.FOK)
DAY = int(TimeInForce.DAY)
POST_ONLY = int(EventFlag.POST_ONLY)
OPEN = int(InstrumentState.OPEN)
STATE_POST_ONLY = int(InstrumentState.POST_ONLY)
ACCEPTED, REJECTED, CANCELED, EXPIRED, REPLACED, REPLACE_REJECTED = (
    int(Report.ACCEPTED), int(Report.REJECTED), int(Report.CANCELED), int(Report.EXPIRED), int(Report.REPLACED),
    int(Report.REPLACE_REJECTED),
)  # fmt: skip
NONE, WOULD_TAKE, BAD_PRICE, BAD_QUANTITY, MARKET_CLOSED, SELF_TRADE, NOT_FILLABLE, RATE_LIMIT, OTHER = (
    int(Reject.NONE), int(Reject.WOULD_TAKE), int(Reject.BAD_PRICE), int(Reject.BAD_QUANTITY),
    int(Reject.MARKET_CLOSED), int(Reject.SELF_TRADE), int(Reject.NOT_FILLABLE), int(Reject.RATE_LIMIT),
    int(Reject.OTHER),
)  # fmt: skip
MILLION = 1_000_000
IS_TAKER, IS_MAKER = 0, 1

MOST_ACCOUNT_ORDERS = 1024
"""Resting in one book. With as many of the crowd, one order can meet 2,048 others."""
MOST_EVENTS_PER_ORDER = 4 * 1024 + 8
MOST_EVENTS_PER_CYCLE = 8 * 1024
"""A cycle that has told so much lets the rest of its arrivals go."""


@kernel
def has_room(state: ExchangeState) -> bool:
    """Whether a cycle's consequences, and those of one order and one stop more, fit into what is told."""
    counters = state.counters[0]
    return (
        counters["market_count"] + MOST_EVENTS_PER_CYCLE + 2 * MOST_EVENTS_PER_ORDER <= state.market.shape[0]
        and counters["report_count"] + MOST_EVENTS_PER_CYCLE + 2 * MOST_EVENTS_PER_ORDER <= state.reports.shape[0]
    )


@kernel
def enter(state: ExchangeState, row: int) -> int:
    """Work on an order that was written into a fresh row. Returns a Reject; the row is given back when it is done."""
    order = state.orders[row]
    counters = state.counters[0]
    counters["order_id"] += 1
    order["order_id"] = counters["order_id"]
    if order["order_type"] == MARKET:
        price_at_the_edge(state, order)
    reason = refusal(state, order)
    if (
        reason == NONE
        and order["account"] != CROWD
        and state.books[order["book"]]["account_orders"] >= (MOST_ACCOUNT_ORDERS)
    ):
        reason = int(RATE_LIMIT)
    if reason != NONE:
        tell_account(state, row, int(REJECTED), reason)
        give_row_back(state, row)
        return reason
    tell_account(state, row, int(ACCEPTED), int(NONE))
    work(state, row)
    end_frame(state)
    return NONE


@kernel
def work(state: ExchangeState, row: int) -> None:
    """Match, then rest or expire."""
    order = state.orders[row]
    match(state, row)
    if order["filled_lots"] == order["quantity_lots"]:
        give_row_back(state, row)
    elif state.counters[0]["self_trade"] == 1:
        tell_account(state, row, int(EXPIRED), int(SELF_TRADE))
        give_row_back(state, row)
    elif order["time_in_force"] == GTC or order["time_in_force"] == DAY:
        enqueue(state, row)
        tell_level(state, order["book"], order["side"], order["price_ticks"])
    else:
        tell_account(state, row, int(EXPIRED), int(NONE))
        give_row_back(state, row)


@kernel
def price_at_the_edge(state: ExchangeState, order: np.void) -> None:
    """A market order is one that would take any price of the window."""
    first_ticks = state.books[order["book"]]["first_ticks"]
    order["price_ticks"] = first_ticks + state.levels.shape[1] - 1 if order["side"] == BUY else first_ticks
    if order["time_in_force"] != FOK:
        order["time_in_force"] = IOC


@kernel
def refusal(state: ExchangeState, order: np.void) -> int:
    """Why the venue would not take an order as it is written; NONE when it would."""
    book = state.books[order["book"]]
    if not (book["state"] == OPEN or book["state"] == STATE_POST_ONLY):
        return int(MARKET_CLOSED)
    tif = order["time_in_force"]
    if not (order["side"] in (BUY, SELL) and order["order_type"] in (LIMIT, MARKET) and tif in (GTC, IOC, FOK, DAY)):
        return int(OTHER)
    if not (book["min_lots"] <= order["quantity_lots"] and order["quantity_lots"] <= book["max_lots"]):
        return int(BAD_QUANTITY)
    first_ticks, beyond_ticks = book["first_ticks"], book["first_ticks"] + state.levels.shape[1]
    if not (first_ticks <= order["price_ticks"] and order["price_ticks"] < beyond_ticks):
        return int(BAD_PRICE)
    if (
        order["order_type"] == LIMIT
        and notional_e8(book, order["price_ticks"], order["quantity_lots"]) < book["min_notional_e8"]
    ):
        return int(BAD_QUANTITY)
    crosses = would_take(book, order["side"], order["price_ticks"])
    if crosses and ((order["flags"] & POST_ONLY) != 0 or book["state"] == STATE_POST_ONLY):
        return int(WOULD_TAKE)
    if tif == FOK and not _is_fillable(state, order):
        return int(NOT_FILLABLE)
    return int(NONE)


@kernel
def would_take(book: np.void, side: int, price_ticks: int) -> bool:
    """Is there somebody on the other side at this price or a better one?"""
    if side == BUY:
        return book["best_ask_ticks"] != NO_PRICE and book["best_ask_ticks"] <= price_ticks
    return book["best_bid_ticks"] != NO_PRICE and book["best_bid_ticks"] >= price_ticks


@kernel
def _is_fillable(state: ExchangeState, order: np.void) -> bool:
    """Do others hold enough within the limit, before the first order of the same account stands in the way?"""
    book = state.books[order["book"]]
    left_lots = order["quantity_lots"] - order["filled_lots"]
    price_ticks = book["best_ask_ticks"] if order["side"] == BUY else book["best_bid_ticks"]
    while price_ticks != NO_PRICE and order["side"] * (order["price_ticks"] - price_ticks) >= 0:
        row = state.levels[order["book"], price_ticks - book["first_ticks"]]["first"]
        while row > 0:
            resting = state.orders[row]
            if order["account"] != CROWD and resting["account"] == order["account"]:
                return False
            left_lots -= resting["quantity_lots"] - resting["filled_lots"]
            if left_lots <= 0:
                return True
            row = resting["next"]
        price_ticks = _next_price(state, order["book"], order["side"], price_ticks)
    return False


@kernel
def _next_price(state: ExchangeState, book: int, taker_side: int, price_ticks: int) -> int:
    """The next occupied price of the side that a taker meets, farther from it."""
    first_ticks = state.books[book]["first_ticks"]
    place = price_ticks - first_ticks + taker_side
    while place >= 0 and place < state.levels.shape[1]:
        if state.levels[book, place]["first"] > 0:
            return first_ticks + place
        place += taker_side
    return NO_PRICE


@kernel
def match(state: ExchangeState, row: int) -> None:
    """Trade with the other side while it has a price that the order takes. Sets `self_trade` when its own is next."""
    order = state.orders[row]
    book = state.books[order["book"]]
    state.counters[0]["self_trade"] = 0
    while order["filled_lots"] < order["quantity_lots"] and would_take(book, order["side"], order["price_ticks"]):
        price_ticks = book["best_ask_ticks"] if order["side"] == BUY else book["best_bid_ticks"]
        level = state.levels[order["book"], price_ticks - book["first_ticks"]]
        traded = 0
        while level["first"] > 0 and order["filled_lots"] < order["quantity_lots"]:
            resting = state.orders[level["first"]]
            if order["account"] != CROWD and resting["account"] == order["account"]:
                state.counters[0]["self_trade"] = 1
                break
            trade(state, row, level["first"], level)
            traded = 1
        if traded == 1:
            tell_level(state, order["book"], -order["side"], price_ticks)
        if state.counters[0]["self_trade"] == 1:
            return


@kernel
def trade(state: ExchangeState, taker_row: int, maker_row: int, level: np.void) -> None:
    """One execution at the maker's price, for as much as both have left."""
    taker, maker = state.orders[taker_row], state.orders[maker_row]
    book = state.books[taker["book"]]
    price_ticks = maker["price_ticks"]
    lots = min(taker["quantity_lots"] - taker["filled_lots"], maker["quantity_lots"] - maker["filled_lots"])
    state.counters[0]["trade_id"] += 1
    maker["filled_lots"] += lots
    taker["filled_lots"] += lots
    level["lots"] -= lots
    book["last_ticks"] = price_ticks
    book["traded_lots"] += lots
    book["traded_orders"] += 1
    index = tell_market(state, int(TRADE), taker["book"], taker["side"], price_ticks, lots)
    state.market[index]["reference_id"] = state.counters[0]["trade_id"]
    value_e8 = notional_e8(book, price_ticks, lots)
    settle(state, maker_row, value_e8, lots, int(IS_MAKER))
    settle(state, taker_row, value_e8, lots, int(IS_TAKER))
    if maker["filled_lots"] == maker["quantity_lots"]:
        dequeue(state, maker_row)
        give_row_back(state, maker_row)


@kernel
def settle(state: ExchangeState, row: int, value_e8: int, lots: int, is_maker: int) -> None:
    """Move one side's account and tell it. The crowd has none."""
    order = state.orders[row]
    if order["account"] == CROWD:
        return
    book = state.books[order["book"]]
    fee_e8 = share_of(value_e8, book["maker_fee_ppm"] if is_maker == 1 else book["taker_fee_ppm"])
    account = state.accounts[order["account"], order["book"]]
    account["position_lots"] += order["side"] * lots
    account["notional_e8"] += order["side"] * value_e8
    account["fees_e8"] += fee_e8
    account["fills"] += 1
    if order["side"] == BUY:
        account["bought_lots"] += lots
    else:
        account["sold_lots"] += lots
    tell_fill(state, row, book["last_ticks"], lots, fee_e8, is_maker)


@kernel
def notional_e8(book: np.void, price_ticks: int, lots: int) -> int:
    """Rounded half away from zero. The instruments' max_lots keeps the product inside 63 bits."""
    denominator = book["value_denominator"]
    doubled = 2 * price_ticks * lots * book["value_numerator"]
    return (doubled + denominator) // (2 * denominator)


@kernel
def share_of(value_e8: int, ppm: int) -> int:
    """Millionths of a positive amount, rounded half away from zero, in two parts so that nothing wraps."""
    whole, rest = value_e8 // MILLION, value_e8 % MILLION
    share_e8 = whole * abs(ppm) + (2 * rest * abs(ppm) + MILLION) // (2 * MILLION)
    return share_e8 if ppm >= 0 else -share_e8


@kernel
def cancel(state: ExchangeState, row: int) -> None:
    """Take a resting order out."""
    order = state.orders[row]
    dequeue(state, row)
    tell_level(state, order["book"], order["side"], order["price_ticks"])
    tell_account(state, row, int(CANCELED), int(NONE))
    end_frame(state)
    give_row_back(state, row)


@kernel
def replace(state: ExchangeState, row: int, price_ticks: int, quantity_lots: int) -> int:
    """Change price and total quantity of a resting order. Returns a Reject; a refused change leaves it as it was."""
    order = state.orders[row]
    old_ticks, old_lots = order["price_ticks"], order["quantity_lots"]
    order["price_ticks"], order["quantity_lots"] = price_ticks, quantity_lots
    reason = refusal(state, order)
    if reason == NONE and not quantity_lots > order["filled_lots"]:
        reason = int(BAD_QUANTITY)
    order["price_ticks"], order["quantity_lots"] = old_ticks, old_lots
    if reason != NONE:
        tell_account(state, row, int(REPLACE_REJECTED), reason)
        return reason
    if price_ticks == old_ticks and quantity_lots <= old_lots:
        _shrink(state, row, quantity_lots)
    else:
        dequeue(state, row)
        tell_level(state, order["book"], order["side"], old_ticks)
        order["price_ticks"], order["quantity_lots"] = price_ticks, quantity_lots
        tell_account(state, row, int(REPLACED), int(NONE))
        work(state, row)
    end_frame(state)
    return NONE


@kernel
def _shrink(state: ExchangeState, row: int, quantity_lots: int) -> None:
    """Keeps its place in the queue."""
    order = state.orders[row]
    place = order["price_ticks"] - state.books[order["book"]]["first_ticks"]
    state.levels[order["book"], place]["lots"] -= order["quantity_lots"] - quantity_lots
    order["quantity_lots"] = quantity_lots
    tell_level(state, order["book"], order["side"], order["price_ticks"])
    tell_account(state, row, int(REPLACED), int(NONE))
