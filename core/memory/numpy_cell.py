"""The same cells for readers that do not load numba: a whole copy, or None. See memory/cell.py for the protocol."""

import numpy as np

from core.memory.files import CellParts

READER_TRIES = 100


def read(cells: CellParts, index: int) -> np.void | None:
    """A copy of cell `index`; None when it was being written in each of 100 tries: show the last value as stale."""
    counts = cells.counts
    for _ in range(READER_TRIES):
        before = int(counts[index, 0])
        if before & 1:
            continue
        value: np.void = cells.values[index].copy()
        if int(counts[index, 0]) == before:
            return value
    return None


def version(cells: CellParts, index: int) -> int:
    """Changes whenever the cell does: a reader that saw this number need not copy again."""
    return int(cells.counts[index, 0])


def versions(cells: CellParts) -> np.ndarray:
    """int64[n]: all at once."""
    return cells.counts[:, 0].copy()
