"""Decimal text straight to whole ticks or lots, without a float and without an object.

    "61837.63000000" with places = 2, divisor = 1   →  6183763
    steps = digits shifted to `places` decimals, divided by `divisor`; both come from the step's mantissa and exponent

REFUSED: no digit, a sign, an exponent, two points, more than core.units.LARGEST steps. A number between two steps is
rounded down where the caller asks for that, else it is OFF_STEP: venues make their steps coarser, and orders from
before that day stay in the book (seen in recordings of 2021 and 2023).
"""

from typing import NamedTuple

import numpy as np

from core.kernel import kernel
from core.units import LARGEST

REFUSED = -1
OFF_STEP = -4

QUOTE = 34
POINT = 46
ZERO = 48
NINE = 57
SPACE = 32

MOST_DIGITS = 18
"""So many decimal digits always fit into 63 bits."""


class Scale(NamedTuple):
    """How a decimal becomes steps."""

    places: int
    divisor: int


def scale_of(mantissa: int, exponent: int) -> Scale:
    """Of a step of mantissa * 10 ** exponent: (5, -2) is 0.05, so two places and every fifth of them."""
    return Scale(max(0, -exponent), mantissa * 10 ** max(0, exponent))


@kernel
def skip_spaces(text: np.ndarray, at: int, end: int) -> int:
    """The first place from `at` on that holds no white space."""
    while at < end and text[at] <= SPACE:
        at += 1
    return at


@kernel
def parse_steps(text: np.ndarray, at: int, end: int, places: int, divisor: int, rounds_down: bool) -> tuple[int, int]:
    """The number that begins at `at`, in steps, and the first place behind it."""
    begin = at
    value = np.int64(0)
    longest = min(end, at + MOST_DIGITS)  # a digit behind it stands where none is expected, and is refused there
    while at < longest and text[at] >= ZERO and text[at] <= NINE:
        value = value * 10 + (np.int64(text[at]) - ZERO)
        at += 1
    digits = at - begin
    if not (digits + places <= MOST_DIGITS):
        return REFUSED, at
    missing = places
    is_exact = True
    if at < end and text[at] == POINT:
        at += 1
        begin = at
        while missing > 0 and at < end and text[at] >= ZERO and text[at] <= NINE:
            value = value * 10 + (np.int64(text[at]) - ZERO)
            missing -= 1
            at += 1
        while at < end and text[at] >= ZERO and text[at] <= NINE:
            is_exact = is_exact and text[at] == ZERO
            at += 1
        digits += at - begin
    if digits == 0:
        return REFUSED, at
    while missing > 0:
        value *= 10
        missing -= 1
    if divisor != 1:
        steps = value // divisor
        is_exact = is_exact and steps * divisor == value
        value = steps
    if value > LARGEST:
        return REFUSED, at
    if not (is_exact or rounds_down):
        return OFF_STEP, at
    return value, at  # type: ignore[return-value]  # numpy's int64 in plain Python
