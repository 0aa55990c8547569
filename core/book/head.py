"""What the core knows of one book beside its levels: the touch, its integrity, the last trade, the day.

BOOK_HEAD is what other stages read; SIDE is the ladder's own bookkeeping of one side (core/book/ladder.py).
"""

import numpy as np

from core.records.snapshot import REFERENCES

NO_TICKS = 0
"""Best price of a side without levels; its lots are 0 too. No price is 0: such prices are refused at the door."""

BID = 0
ASK = 1
"""Index of a side in arrays of two: `(1 - Side) >> 1`."""

BOOK_HEAD = np.dtype(
    [
        ("instrument_id", np.int32),
        ("state", np.int8),  # vocabulary.BookState, as of the last review
        ("is_trusted", np.int8),  # a snapshot ended and nothing was lost since
        ("is_syncing", np.int8),  # between SNAPSHOT_BEGIN and SNAPSHOT_END
        ("is_dirty", np.int8),  # changed since the publisher took it
        ("best_bid_ticks", np.int64),  # NO_TICKS: no bids
        ("best_ask_ticks", np.int64),
        ("best_bid_lots", np.int64),
        ("best_ask_lots", np.int64),
        ("received_ns", np.int64),  # of the last event that was applied
        ("venue_ns", np.int64),
        ("heard_ns", np.int64),  # the core's clock at the last sign of life of its feed
        ("last_sequence", np.int64),
        ("frames", np.int64),  # reviewed
        ("gaps", np.int64),  # times that the book was marked gapped
        ("refused", np.int64),  # levels and trades with absurd numbers, or beyond a full far table
        ("last_trade_ticks", np.int64),  # 0: none yet
        ("last_trade_lots", np.int64),
        ("last_trade_side", np.int64),
        ("trades", np.int64),  # ever
        ("day_open_ticks", np.int64),  # 0: no trade today
        ("day_high_ticks", np.int64),
        ("day_low_ticks", np.int64),
        ("day_volume_lots", np.int64),
        ("references", np.int64, (REFERENCES,)),  # by vocabulary.Reference, the last value of each
        ("_reserved", np.int64, (4,)),
    ]
)
assert BOOK_HEAD.itemsize == 320

SIDE = np.dtype(
    [
        ("best_key", np.int64),  # key = price * Side: the best level has the largest; NO_KEY: no levels
        ("base_key", np.int64),  # the window holds keys base_key … base_key + window - 1
        ("near_levels", np.int64),  # in the window
        ("far_levels", np.int64),  # worse than the window, in the far table
        ("far_start", np.int64),  # where its worst level lies; it is a circle
        ("horizon_key", np.int64),  # levels at and behind it were let go; 0: none
        ("_reserved", np.int64, (2,)),
    ]
)
assert SIDE.itemsize == 64
