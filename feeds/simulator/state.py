"""What the matching engine remembers: orders in a pool, queues per price, the book's edges, accounts, ids.

Row 0 of the pool is nobody: link 0 ends a queue. A price belongs to one side at a time, so both sides share one array
of levels, `window` ticks wide from `first_ticks`; prices outside it are refused, as venues with price bands do.

    levels[book, price - first_ticks] ── first ► order ◄─► order ◄─► order ◄ last     oldest first
    blocks[book, side, 64 ticks each]    how many levels are occupied, so that the next best price is found fast

Account 0 is the crowd: the exchange's own order flow, which gets no reports and has no positions.
"""

from typing import NamedTuple

import numpy as np

from core.records.event import EVENT
from core.records.market import MARKET_EVENT
from feeds.simulator.generator import seed_words

NO_PRICE = -1
BLOCK_TICKS = 64
CROWD = 0

ORDER_ROW = np.dtype(
    [
        ("order_id", np.int64),       # the exchange's; 0: the row is free
        ("client_id", np.int64),      # its owner's; 0: none
        ("price_ticks", np.int64),
        ("quantity_lots", np.int64),  # in total
        ("filled_lots", np.int64),
        ("next", np.int64),           # behind us in the queue; or in the list of free rows
        ("previous", np.int64),
        ("crowd_place", np.int64),    # where `crowd` names this row
        ("account", np.int64),
        ("book", np.int64),
        ("flags", np.int64),          # vocabulary.EventFlag: POST_ONLY; of a stop REDUCE_ONLY
        ("side", np.int64),
        ("time_in_force", np.int64),
        ("order_type", np.int64),
        ("trigger_ticks", np.int64),  # of a stop that waits (stops.py); 0: it is in its book, or over
    ]
)  # fmt: skip
assert ORDER_ROW.itemsize == 120

LEVEL_ROW = np.dtype(
    [
        ("lots", np.int64),  # resting in total
        ("first", np.int64),  # rows of the pool; 0: nobody waits
        ("last", np.int64),
    ]
)

BOOK_ROW = np.dtype(
    [
        ("first_ticks", np.int64),      # of the window
        ("best_bid_ticks", np.int64),   # NO_PRICE: none
        ("best_ask_ticks", np.int64),
        ("state", np.int64),            # vocabulary.InstrumentState
        ("min_lots", np.int64),
        ("max_lots", np.int64),
        ("min_notional_e8", np.int64),
        ("value_numerator", np.int64),  # notional_e8 = ticks * lots * numerator / denominator
        ("value_denominator", np.int64),
        ("maker_fee_ppm", np.int64),
        ("taker_fee_ppm", np.int64),
        ("crowd_orders", np.int64),     # rows of `crowd` in use
        ("account_orders", np.int64),   # resting orders of accounts
        ("last_ticks", np.int64),       # of the last trade; 0: none yet
        ("traded_lots", np.int64),      # ever
        ("traded_orders", np.int64),    # executions, ever
    ]
)  # fmt: skip

ACCOUNT_ROW = np.dtype(
    [
        ("position_lots", np.int64),  # signed
        ("bought_lots", np.int64),
        ("sold_lots", np.int64),
        ("notional_e8", np.int64),    # signed sum of what was paid: bought minus sold, each fill rounded
        ("fees_e8", np.int64),        # paid; negative: received
        ("fills", np.int64),
    ]
)  # fmt: skip

COUNTERS = np.dtype(
    [
        ("now_ns", np.int64),           # virtual: the last matching cycle
        ("order_id", np.int64),         # given last
        ("trade_id", np.int64),         # given last; executions are 2 * trade_id (taker) and + 1 (maker)
        ("free_row", np.int64),         # first of the list; 0: take the next untouched one
        ("rows_touched", np.int64),     # rows of the pool that were ever used, row 0 included
        ("frame_start", np.int64),      # where the running frame begins in `market`
        ("market_count", np.int64),
        ("report_count", np.int64),
        ("report_due_ns", np.int64),    # reports never overtake each other
        ("latency_ns", np.int64),
        ("jitter_ns", np.int64),
        ("self_trade", np.int64),       # 1: the last match met an order of its own account
        ("first_stop", np.int64),       # rows of the stops that wait, oldest first; 0: none does
        ("last_stop", np.int64),
    ]
)  # fmt: skip


class ExchangeState(NamedTuple):
    orders: np.ndarray
    """ORDER_ROW[pool]"""
    levels: np.ndarray
    """LEVEL_ROW[books, window]"""
    blocks: np.ndarray
    """int64[books, 2, window / 64]: bids, asks"""
    books: np.ndarray
    """BOOK_ROW[books]"""
    accounts: np.ndarray
    """ACCOUNT_ROW[accounts, books]"""
    crowd: np.ndarray
    """int64[books, n]: the crowd's resting orders, without holes, so that one is picked at random in one step"""
    counters: np.ndarray
    """COUNTERS[1]"""
    latency_words: np.ndarray
    """int64[4]: the generator of the way back"""
    market: np.ndarray
    """MARKET_EVENT[n]: what everyone is told; instrument_id is the book's index"""
    reports: np.ndarray
    """EVENT[n]: what accounts are told; received_ns: when they hear of it"""


def make_state(
    instruments: np.ndarray,
    *,
    seed: int = 1,
    window: int = 1 << 16,
    pool: int = 1 << 16,
    accounts: int = 8,
    crowd: int = 1 << 10,
    market: int = 1 << 16,
    reports: int = 1 << 15,
) -> ExchangeState:
    """An exchange without an order, for INSTRUMENT rows; each window lies around the row's reference price."""
    books = len(instruments)
    state = ExchangeState(
        orders=np.zeros(pool, ORDER_ROW),
        levels=np.zeros((books, window), LEVEL_ROW),
        blocks=np.zeros((books, 2, window // BLOCK_TICKS), np.int64),
        books=np.zeros(books, BOOK_ROW),
        accounts=np.zeros((accounts, books), ACCOUNT_ROW),
        crowd=np.zeros((books, crowd), np.int64),
        counters=np.zeros(1, COUNTERS),
        latency_words=seed_words(seed, stream=1),
        market=np.zeros(market, MARKET_EVENT),
        reports=np.zeros(reports, EVENT),
    )
    state.counters["rows_touched"] = 1
    state.books["best_bid_ticks"] = state.books["best_ask_ticks"] = NO_PRICE
    state.books["first_ticks"] = np.maximum(1, instruments["reference_ticks"] - window // 2)
    for name in ("state", "min_lots", "max_lots", "min_notional_e8", "value_numerator", "value_denominator"):
        state.books[name] = instruments[name]
    for name in ("maker_fee_ppm", "taker_fee_ppm"):
        state.books[name] = instruments[name]
    return state
