"""The tables behind an OrderBook (feeds/order_book.py): orders by id, totals by price, our own orders that are watched.

Orders and totals are hash tables with linear probing; 0 is a free place.
"""

import numpy as np

from core.kernel import kernel

ORDER = np.dtype(
    [
        ("id", np.int64),  # 0: free
        ("price_ticks", np.int64),
        ("lots", np.int64),
        ("arrival", np.int64),
        ("side", np.int64),
    ]
)
TOTAL = np.dtype([("key", np.int64), ("lots", np.int64)])
"""key: price_ticks * 2, plus 1 on the ask side; 0: free"""

WATCH = np.dtype(
    [
        ("order_id", np.int64),
        ("client_id", np.int64),
        ("price_ticks", np.int64),  # where it stands; 0: not counted yet, or not in the book
        ("side", np.int64),
        ("arrival", np.int64),
        ("ahead_lots", np.int64),
        ("told_lots", np.int64),  # -1: nothing yet
    ]
)

ORDERS = np.dtype(
    [
        ("decoder_address", np.int64),
        ("orders_address", np.int64),
        ("totals_address", np.int64),
        ("watches_address", np.int64),
        ("capacity", np.int64),  # of orders and of totals, a power of two
        ("orders", np.int64),
        ("totals", np.int64),
        ("watches", np.int64),
        ("arrivals", np.int64),
        ("zero_price_deletes", np.int64),
        ("ids_rise", np.int64),
        ("in_snapshot", np.int64),  # what is applied now
        ("unknown", np.int64),  # changes of orders that we never saw, ever
    ]
)
SPREAD = 1_640_531_527
"""Multiplicative hashing by the golden ratio (Knuth, The Art of Computer Programming 3, 6.4); 31 bits never wrap."""
LOW_WORD = (1 << 32) - 1


@kernel
def home_of(key: int, capacity: int) -> int:
    """The upper bits of the product are well mixed, the lower are not."""
    return ((((key ^ (key >> 32)) & LOW_WORD) * SPREAD) >> 16) & (capacity - 1)


@kernel
def order_place(orders: np.ndarray, identity: int) -> int:
    """Where this order is, or would be."""
    place = home_of(identity, orders.shape[0])
    while orders[place]["id"] != 0 and orders[place]["id"] != identity:
        place = (place + 1) & (orders.shape[0] - 1)
    return place


@kernel
def total_place(totals: np.ndarray, key: int) -> int:
    place = home_of(key, totals.shape[0])
    while totals[place]["key"] != 0 and totals[place]["key"] != key:
        place = (place + 1) & (totals.shape[0] - 1)
    return place
