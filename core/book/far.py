"""Levels that are too far from the touch for the window: a sorted circle, worst level first.

Levels come and go mostly at its better end, and a snapshot is told best first, which grows it at its worse end: both
cost a few nanoseconds. In between an insertion moves the shorter part.

When it is full the worst levels are let go, and the horizon says from where on: some venues show tens of thousands of
levels, of which the last ones are percents away from the touch. Levels behind the horizon are not looked at. The book
is whole as long as enough is left before the horizon; `reaches` says when a new snapshot must be had.
"""

import numpy as np

from core.kernel import kernel

NO_HORIZON = 0
"""No key is 0, because no price is."""


@kernel
def far_find(ladder: np.void, keys: np.ndarray, key: int) -> int:
    """Rank of the first level whose key is not less, worst is 0."""
    mask = keys.shape[0] - 1
    start = ladder["far_start"]
    low, high = 0, ladder["far_levels"]
    while low < high:
        middle = (low + high) >> 1
        if keys[(start + middle) & mask] < key:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def reaches(ladder: np.void, keys: np.ndarray) -> bool:
    """Are there levels enough before the horizon, so that the touch will not meet it unawares?"""
    return ladder["horizon_key"] == NO_HORIZON or ladder["far_levels"] >= keys.shape[0] >> 3


@kernel
def far_set(ladder: np.void, keys: np.ndarray, lots: np.ndarray, key: int, quantity_lots: int) -> None:
    """New total of a level; 0 deletes. Behind the horizon it is left out; without room the worst level goes."""
    if ladder["horizon_key"] != NO_HORIZON and key <= ladder["horizon_key"]:
        return
    mask = keys.shape[0] - 1
    rank = far_find(ladder, keys, key)
    place = (ladder["far_start"] + rank) & mask
    is_known = rank < ladder["far_levels"] and keys[place] == key
    if quantity_lots == 0:
        if is_known:
            _delete(ladder, keys, lots, rank)
        return
    if not is_known:
        if ladder["far_levels"] == keys.shape[0]:
            if rank == 0:
                ladder["horizon_key"] = key
                return
            far_let_go(ladder, keys)
            rank -= 1
        place = _open_place(ladder, keys, lots, rank)
        keys[place] = key
    lots[place] = quantity_lots


@kernel
def far_push_better(ladder: np.void, keys: np.ndarray, lots: np.ndarray, key: int, quantity_lots: int) -> None:
    """Add a level that is better than all of them. The caller made sure that there is room."""
    place = (ladder["far_start"] + ladder["far_levels"]) & (keys.shape[0] - 1)
    keys[place] = key
    lots[place] = quantity_lots
    ladder["far_levels"] += 1


@kernel
def far_pop_better(ladder: np.void, keys: np.ndarray, lots: np.ndarray) -> int:
    """Take the best level away; its lots. The caller made sure that there is one."""
    ladder["far_levels"] -= 1
    return lots[(ladder["far_start"] + ladder["far_levels"]) & (keys.shape[0] - 1)]


@kernel
def far_let_go(ladder: np.void, keys: np.ndarray) -> None:
    """The worst level goes, and with it all that may come behind it. The caller made sure that there is one."""
    ladder["horizon_key"] = keys[ladder["far_start"]]
    ladder["far_start"] = (ladder["far_start"] + 1) & (keys.shape[0] - 1)
    ladder["far_levels"] -= 1


@kernel
def _open_place(ladder: np.void, keys: np.ndarray, lots: np.ndarray, rank: int) -> int:
    """Make room before the level of a rank; the place to fill."""
    mask = keys.shape[0] - 1
    count = ladder["far_levels"]
    start = ladder["far_start"]
    if rank < count - rank:
        start = (start - 1) & mask
        ladder["far_start"] = start
        for i in range(rank):
            keys[(start + i) & mask] = keys[(start + i + 1) & mask]
            lots[(start + i) & mask] = lots[(start + i + 1) & mask]
    else:
        for i in range(count, rank, -1):
            keys[(start + i) & mask] = keys[(start + i - 1) & mask]
            lots[(start + i) & mask] = lots[(start + i - 1) & mask]
    ladder["far_levels"] = count + 1
    return (start + rank) & mask


@kernel
def _delete(ladder: np.void, keys: np.ndarray, lots: np.ndarray, rank: int) -> None:
    mask = keys.shape[0] - 1
    count = ladder["far_levels"]
    start = ladder["far_start"]
    if rank < count - rank:
        for i in range(rank, 0, -1):
            keys[(start + i) & mask] = keys[(start + i - 1) & mask]
            lots[(start + i) & mask] = lots[(start + i - 1) & mask]
        ladder["far_start"] = (start + 1) & mask
    else:
        for i in range(rank, count - 1):
            keys[(start + i) & mask] = keys[(start + i + 1) & mask]
            lots[(start + i) & mask] = lots[(start + i + 1) & mask]
    ladder["far_levels"] = count - 1
