"""Where an order waits: rows of the pool, queues in order of arrival, best prices.

Everything here is O(1) but the search for the next best price, which skips 64 empty ticks in one step.
"""

import numpy as np

from core.kernel import kernel
from core.vocabulary import Side
from feeds.simulator.state import BLOCK_TICKS, CROWD, NO_PRICE, ExchangeState

BUY = int(Side.BUY)


@kernel
def take_row(state: ExchangeState) -> int:
    """A cleared row of the pool; 0 when it is used up."""
    counters = state.counters[0]
    row = counters["free_row"]
    if row > 0:
        counters["free_row"] = state.orders[row]["next"]
    else:
        row = counters["rows_touched"]
        if row >= state.orders.shape[0]:
            return 0
        counters["rows_touched"] = row + 1
    order = state.orders[row]
    order["order_id"] = 0
    order["client_id"] = 0
    order["filled_lots"] = 0
    order["next"] = 0
    order["previous"] = 0
    order["flags"] = 0
    order["trigger_ticks"] = 0
    return row


@kernel
def give_row_back(state: ExchangeState, row: int) -> None:
    counters = state.counters[0]
    state.orders[row]["order_id"] = 0
    state.orders[row]["next"] = counters["free_row"]
    counters["free_row"] = row


@kernel
def enqueue(state: ExchangeState, row: int) -> None:
    """Last in the queue of its price."""
    order = state.orders[row]
    book = state.books[order["book"]]
    place = order["price_ticks"] - book["first_ticks"]
    level = state.levels[order["book"], place]
    order["previous"] = level["last"]
    order["next"] = 0
    if level["last"] > 0:
        state.orders[level["last"]]["next"] = row
    else:
        level["first"] = row
        state.blocks[order["book"], 0 if order["side"] == BUY else 1, place // BLOCK_TICKS] += 1
    level["last"] = row
    level["lots"] += order["quantity_lots"] - order["filled_lots"]
    if order["side"] == BUY:
        if order["price_ticks"] > book["best_bid_ticks"]:
            book["best_bid_ticks"] = order["price_ticks"]
    elif book["best_ask_ticks"] == NO_PRICE or order["price_ticks"] < book["best_ask_ticks"]:
        book["best_ask_ticks"] = order["price_ticks"]
    if order["account"] == CROWD:
        order["crowd_place"] = book["crowd_orders"]
        state.crowd[order["book"], book["crowd_orders"]] = row
        book["crowd_orders"] += 1
    else:
        book["account_orders"] += 1


@kernel
def dequeue(state: ExchangeState, row: int) -> None:
    """Out of its queue, wherever it stands in it. The row stays taken."""
    order = state.orders[row]
    book = state.books[order["book"]]
    place = order["price_ticks"] - book["first_ticks"]
    level = state.levels[order["book"], place]
    level["lots"] -= order["quantity_lots"] - order["filled_lots"]
    if order["previous"] > 0:
        state.orders[order["previous"]]["next"] = order["next"]
    else:
        level["first"] = order["next"]
    if order["next"] > 0:
        state.orders[order["next"]]["previous"] = order["previous"]
    else:
        level["last"] = order["previous"]
    if level["first"] == 0:
        state.blocks[order["book"], 0 if order["side"] == BUY else 1, place // BLOCK_TICKS] -= 1
        if order["side"] == BUY and order["price_ticks"] == book["best_bid_ticks"]:
            book["best_bid_ticks"] = next_bid(state, order["book"], order["price_ticks"])
        elif order["side"] != BUY and order["price_ticks"] == book["best_ask_ticks"]:
            book["best_ask_ticks"] = next_ask(state, order["book"], order["price_ticks"])
    if order["account"] == CROWD:
        last = book["crowd_orders"] - 1
        moved = state.crowd[order["book"], last]
        state.crowd[order["book"], order["crowd_place"]] = moved
        state.orders[moved]["crowd_place"] = order["crowd_place"]
        book["crowd_orders"] = last
    else:
        book["account_orders"] -= 1


@kernel
def next_bid(state: ExchangeState, book: int, below_ticks: int) -> int:
    """The best occupied price below a bid that is gone. Only asks lie above it, so every level found is a bid."""
    first_ticks = state.books[book]["first_ticks"]
    place = below_ticks - first_ticks - 1
    while place >= 0:
        block = place // BLOCK_TICKS
        if state.blocks[book, 0, block] == 0:
            place = block * BLOCK_TICKS - 1
        elif state.levels[book, place]["first"] > 0:
            return first_ticks + place
        else:
            place -= 1
    return NO_PRICE


@kernel
def next_ask(state: ExchangeState, book: int, above_ticks: int) -> int:
    first_ticks = state.books[book]["first_ticks"]
    place = above_ticks - first_ticks + 1
    window = state.levels.shape[1]
    while place < window:
        block = place // BLOCK_TICKS
        if state.blocks[book, 1, block] == 0:
            place = (block + 1) * BLOCK_TICKS
        elif state.levels[book, place]["first"] > 0:
            return first_ticks + place
        else:
            place += 1
    return NO_PRICE


def requeue(state: ExchangeState) -> None:
    """Cold: levels, blocks and best prices from the links of the pool, after a saved state was read."""
    state.levels[...] = np.zeros(1, state.levels.dtype)[0]
    state.blocks[...] = 0
    books = state.books
    books["best_bid_ticks"] = books["best_ask_ticks"] = NO_PRICE
    touched = int(state.counters["rows_touched"][0])
    for row in range(1, touched):
        order = state.orders[row]
        if order["order_id"] == 0 or order["trigger_ticks"] != 0:
            continue
        book, price = int(order["book"]), int(order["price_ticks"])
        place = price - int(books[book]["first_ticks"])
        level = state.levels[book, place]
        level["lots"] += order["quantity_lots"] - order["filled_lots"]
        if order["previous"] == 0:
            level["first"] = row
            state.blocks[book, 0 if order["side"] == BUY else 1, place // BLOCK_TICKS] += 1
        if order["next"] == 0:
            level["last"] = row
        if order["side"] == BUY:
            books["best_bid_ticks"][book] = max(int(books["best_bid_ticks"][book]), price)
        elif books["best_ask_ticks"][book] == NO_PRICE or price < books["best_ask_ticks"][book]:
            books["best_ask_ticks"][book] = price
