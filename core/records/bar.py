"""One bar of prices and volume: what the core's series hold, and what the onlooker shows of them."""

import numpy as np

FRAMES = 11
"""Series of an instrument: nine of time, one of trades, one of volume; bars/bar.py Frame."""

BAR = np.dtype(
    [
        ("start_ns", np.int64),  # wall clock; inclusive
        ("end_ns", np.int64),  # wall clock; exclusive. Tick and volume bars: of the last trade
        ("open_ticks", np.int64),  # 0: no trade ever, the bar does not exist
        ("high_ticks", np.int64),
        ("low_ticks", np.int64),
        ("close_ticks", np.int64),
        ("volume_lots", np.int64),  # 0: nothing traded, all prices are the last close
        ("buy_lots", np.int64),  # of volume_lots, where the taker bought
        ("trades", np.int64),
        ("value", np.float64),  # sum of ticks * lots; value / volume_lots is the average price
    ]
)
assert BAR.itemsize == 80
