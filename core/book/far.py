"""Levels that are too far from the touch for the window: a sorted circle, worst level first.

Levels come and go mostly at its better end, and a snapshot is told best first, which grows it at its worse end: both
cost a few nanoseconds. In between an insertion moves the shorter part.
"""

import numpy as np

from core.kernel import kernel


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
def far_set(ladder: np.void, keys: np.ndarray, lots: np.ndarray, key: int, quantity_lots: int) -> bool:
    """New total of a level; 0 deletes. False: there is no room for one more."""
    mask = keys.shape[0] - 1
    rank = far_find(ladder, keys, key)
    place = (ladder["far_start"] + rank) & mask
    is_known = rank < ladder["far_levels"] and keys[place] == key
    if quantity_lots == 0:
        if is_known:
            _delete(ladder, keys, lots, rank)
        return True
    if not is_known:
        if ladder["far_levels"] == keys.shape[0]:
            return False
        place = _open_place(ladder, keys, lots, rank)
        keys[place] = key
    lots[place] = quantity_lots
    return True


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
def far_drop_worst(ladder: np.void, keys: np.ndarray) -> None:
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
