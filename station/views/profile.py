"""The value area of a session: the rows around the point of control that hold 70 % of its volume.

From the row with most volume on, the larger one of the two rows beside the area is taken in, the upper one when they
are alike, until the area holds the part that is asked for.

Source: J. P. Steidlmayer's Market Profile as the CBOT handbook has it, with single rows in place of pairs.
"""

from collections.abc import Sequence
from typing import NamedTuple

VALUE_PART = 0.7


class ValueArea(NamedTuple):
    """Indexes of rows, lowest price first."""

    control: int
    low: int
    high: int


def value_area(lots: Sequence[int], part: float = VALUE_PART) -> ValueArea | None:
    """None: nothing traded."""
    wanted = sum(lots) * part
    if wanted <= 0:
        return None
    control = max(range(len(lots)), key=lambda row: (lots[row], -row))
    low = high = control
    held = lots[control]
    while held < wanted:
        above = lots[high + 1] if high + 1 < len(lots) else -1
        below = lots[low - 1] if low > 0 else -1
        if above >= below:
            high, held = high + 1, held + above
        else:
            low, held = low - 1, held + below
    return ValueArea(control, low, high)
