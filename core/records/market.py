"""What a market process tells the core: one cache line an event.

Widened by core/loop.py into the EVENT of records/event.py; the names are the same there.
"""

import numpy as np

CACHE_LINE_BYTES = 64

MARKET_EVENT = np.dtype(
    [
        ("sequence", np.int64),  # ours, per market process, without holes
        ("received_ns", np.int64),  # our clock, when the frame left the socket
        ("venue_ns", np.int64),  # the venue's clock; 0 if it sends none
        ("price_ticks", np.int64),
        ("quantity_lots", np.int64),  # new total at the level, not a difference; of a trade: traded
        ("reference_id", np.int64),  # trade id, or the venue's sequence of a level
        ("instrument_id", np.int32),
        ("source_id", np.int16),  # index of the venue group
        ("flags", np.int16),  # vocabulary.EventFlag
        ("kind", np.int8),  # vocabulary.EventKind
        ("side", np.int8),  # vocabulary.Side; of a trade: the taker's
        ("detail", np.int8),  # FeedState, InstrumentState
        ("_reserved", np.uint8, (5,)),
    ]
)
assert MARKET_EVENT.itemsize == CACHE_LINE_BYTES
