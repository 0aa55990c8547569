"""A value that one process writes and many read, whole or not at all: a sequence lock.

The count of a cell is odd while its value is being written. A reader takes the count, copies, takes the count again,
and has a whole value if both are the same even number.

    writer  count+1 (odd) · release fence · value · count+1 (even, release)
    reader  count (acquire) · value · acquire fence · count

Source: H.-J. Boehm, "Can seqlocks get along with programming language memory models?", MSPC 2012.
"""

import numpy as np

from core.kernel import kernel
from core.memory.atomics import acquire_fence, load_acquire, release_fence, store_release, words_at
from core.memory.rows import CELLS

LINE_BYTES = 64
READER_TRIES = 100

__all__ = ["CELLS", "READER_TRIES", "even_all", "read_cell", "write_cell"]


@kernel
def write_cell(cells: np.void, index: int, source_address: int) -> None:
    """Writer only. Publish the record at an address as the value of cell `index`."""
    count_address = cells["counts_address"] + index * LINE_BYTES
    count = load_acquire(count_address)
    store_release(count_address, count + 1)
    release_fence()
    words = cells["record_bytes"] // 8
    source = words_at(source_address, words)
    target = words_at(cells["values_address"] + index * cells["record_bytes"], words)
    for word in range(words):
        target[word] = source[word]
    store_release(count_address, count + 2)


@kernel
def read_cell(cells: np.void, index: int, target_address: int) -> bool:
    """Copy cell `index` to an address. False after 100 tries: the copy is torn, show the value as stale."""
    count_address = cells["counts_address"] + index * LINE_BYTES
    words = cells["record_bytes"] // 8
    source = words_at(cells["values_address"] + index * cells["record_bytes"], words)
    target = words_at(target_address, words)
    for _ in range(READER_TRIES):
        before = load_acquire(count_address)
        if before & 1 == 0:
            for word in range(words):
                target[word] = source[word]
            acquire_fence()
            if load_acquire(count_address) == before:
                return True
    return False


@kernel
def even_all(cells: np.void) -> None:
    """Writer only, at its start. A predecessor that was killed inside a write left an odd count behind."""
    for index in range(cells["count"]):
        count_address = cells["counts_address"] + index * LINE_BYTES
        count = load_acquire(count_address)
        if count & 1 == 1:
            store_release(count_address, count + 1)
