"""The series of bars: nine time frames, one by trades, one by volume. A bar itself: records/bar.py."""

from enum import IntEnum

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

PERIOD_NS = tuple(seconds * NS_PER_SECOND for seconds in (1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400))
"""Of the time frames. Each divides the next, so whatever closes, the shorter frames close too."""
