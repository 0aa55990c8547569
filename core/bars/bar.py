"""What a bar is, and the nine time frames."""

from enum import IntEnum

import numpy as np

NS_PER_SECOND = 1_000_000_000


class Frame(IntEnum):
    """Index of a series; bit `1 << Frame` in the mask of what closed. The first nine are time, aligned to the wall."""

    S1 = 0
    S5 = 1
    S15 = 2
    M1 = 3
    M5 = 4
    M15 = 5
    H1 = 6
    H4 = 7
    D1 = 8
    TICKS = 9  # closes after so many trades
    VOLUME = 10  # closes after so many lots


TIME_FRAMES = 9
FRAMES = 11

PERIOD_NS = tuple(seconds * NS_PER_SECOND for seconds in (1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400))
"""Of the time frames. Each divides the next, so whatever closes, the shorter frames close too."""

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
