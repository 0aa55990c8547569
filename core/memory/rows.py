"""How one side of a ring, or a set of cells, is described to a kernel: addresses in private memory."""

import numpy as np

RING = np.dtype(
    [
        ("own", np.int64),  # our cursor: records published, or read
        ("other", np.int64),  # the last we saw of the other side's
        ("capacity", np.int64),  # records; a power of two
        ("produced_address", np.int64),  # shared: the producer's cursor
        ("consumed_address", np.int64),  # shared: the consumer's cursor
        ("parked_address", np.int64),  # shared: 1 while the consumer sleeps
        ("slots_address", np.int64),  # shared: capacity records
        ("bell", np.int64),  # eventfd of the consumer; -1: it polls
    ]
)
assert RING.itemsize == 64

CELLS = np.dtype(
    [
        ("counts_address", np.int64),  # shared: one line per cell; odd while it is written
        ("values_address", np.int64),  # shared: the records
        ("count", np.int64),
        ("record_bytes", np.int64),  # a multiple of 8
    ]
)
