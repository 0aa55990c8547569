"""Decimal text straight to whole ticks or lots, without a float and without an object.

    "61837.63000000" with places = 2, divisor = 1   →  6183763
    steps = digits shifted to `places` decimals, divided by `divisor`; both come from the step's mantissa and exponent

REFUSED: no digit, two points, more than core.units.LARGEST steps. A number between two steps is rounded down where the
caller asks for that, else it is OFF_STEP: venues make their steps coarser, and orders from before that day stay in the
book (seen in recordings of 2021 and 2023).

`parse_number` takes what venues write around the digits: quotes, a sign, an exponent (7e-7). Most numbers have at most
eight digits before and behind the point; these are read eight at a time (`parse_plain`), all others one by one.
"""

from typing import NamedTuple

import numpy as np

from core.bits import highest_bit
from core.kernel import inlined_kernel, kernel
from core.memory.atomics import array_at
from core.units import LARGEST

REFUSED = -1
OFF_STEP = -4

QUOTE = 34
PLUS = 43
MINUS = 45
POINT = 46
ZERO = 48
NINE = 57
SPACE = 32
BIG_E = 69
SMALL_E = 101

MOST_DIGITS = 18
"""So many decimal digits always fit into 63 bits."""


PLAIN_DIGITS = 8
PLAIN_ONE = 10**PLAIN_DIGITS
LONGEST_PLAIN = 2 * PLAIN_DIGITS + 2
NOT_PLAIN = -6
NIBBLES, SIXES, ZEROS = 0x0F0F0F0F0F0F0F0F, 0x0606060606060606, 0x3030303030303030
PAIRS, FOURS, EIGHT = 0x00FF00FF00FF00FF, 0x0000FFFF0000FFFF, 0xFFFFFFFF


class Scale(NamedTuple):
    """How a decimal becomes steps."""

    places: int
    divisor: int

    @property
    def plain_unit(self) -> int:
        """A step in units of 10⁻⁸; 0: it is finer, or too large for `parse_plain`."""
        unit = self.divisor * 10 ** (PLAIN_DIGITS - self.places) if self.places <= PLAIN_DIGITS else 0
        return unit if unit < 10**MOST_DIGITS else 0


def scale_of(mantissa: int, exponent: int) -> Scale:
    """Of a step of mantissa * 10 ** exponent: (5, -2) is 0.05, so two places and every fifth of them."""
    return Scale(max(0, -exponent), mantissa * 10 ** max(0, exponent))


@inlined_kernel
def skip_spaces(text: np.ndarray, at: int, end: int) -> int:
    """The first place from `at` on that holds no white space."""
    while at < end and text[at] <= SPACE:
        at += 1
    return at


@inlined_kernel
def letter_at(text: np.ndarray, at: int) -> int:
    """As a signed number: numba's uint8 and int64 would make a float."""
    return np.int64(text[at])  # type: ignore[return-value]  # numpy's int64 in plain Python


@inlined_kernel
def digit_at(text: np.ndarray, at: int) -> int:
    return letter_at(text, at) - ZERO


@inlined_kernel
def parse_steps(text: np.ndarray, at: int, end: int, places: int, divisor: int, rounds_down: bool) -> tuple[int, int]:
    """The number that begins at `at`, in steps, and the first place behind it."""
    begin = at
    value = 0
    longest = min(end, at + MOST_DIGITS)  # a digit behind it stands where none is expected, and is refused there
    while at < longest and text[at] >= ZERO and text[at] <= NINE:
        value = value * 10 + digit_at(text, at)
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
            value = value * 10 + digit_at(text, at)
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
    return value, at


@inlined_kernel
def parse_plain(text: np.ndarray, at: int, end: int, unit: int, rounds_down: bool) -> tuple[int, int]:
    """As `parse_steps`, of what it is often asked; NOT_PLAIN: this number is not so simple, or memory ends soon."""
    if unit == 0 or at + LONGEST_PLAIN > text.shape[0]:
        return NOT_PLAIN, at
    address = text.ctypes.data
    word = _eight_letters(address + at)
    digits = _leading_digits(word)
    if digits == 0:
        return NOT_PLAIN, at
    value = _number_of(word << (64 - 8 * digits)) * PLAIN_ONE
    at += digits
    if text[at] == POINT:
        word = _eight_letters(address + at + 1)
        digits = _leading_digits(word)
        if digits == 0:
            return NOT_PLAIN, at
        value += _number_of(word & (NIBBLES >> (64 - 8 * digits)))
        at += 1 + digits
    steps = value // unit
    if at > end or (text[at] >= ZERO and text[at] <= NINE) or steps > LARGEST:
        return NOT_PLAIN, at
    return (steps if rounds_down or steps * unit == value else OFF_STEP), at


@inlined_kernel
def _eight_letters(address: int) -> int:
    """The first one lowest, each less the letter 0: a digit is its own value."""
    return int(array_at(address, 1, np.int64)[0]) ^ ZEROS


@inlined_kernel
def _leading_digits(word: int) -> int:
    """How many of eight letters are digits before one is not. Nothing here may carry into the sign."""
    others = ((word | ((word & NIBBLES) + SIXES)) >> 4) & NIBBLES
    return PLAIN_DIGITS if others == 0 else highest_bit(np.uint64(others & -others)) >> 3


@inlined_kernel
def _number_of(word: int) -> int:
    """Eight digits to one number: neighbours are joined, then pairs, then fours."""
    word &= NIBBLES
    word = (word * 10 + (word >> 8)) & PAIRS
    word = (word * 100 + (word >> 16)) & FOURS
    return (word * 10_000 + (word >> 32)) & EIGHT


@inlined_kernel
def parse_number(
    text: np.ndarray, at: int, end: int, places: int, divisor: int, plain_unit: int, rounds_down: bool
) -> tuple[int, int, int]:
    """The number at `at`, quoted or not: its size in steps, its sign (1 or -1), and the first place behind it."""
    is_quoted = at < end and text[at] == QUOTE
    if is_quoted:
        at += 1
    sign = 1
    if at < end and (text[at] == MINUS or text[at] == PLUS):
        sign = -1 if text[at] == MINUS else 1
        at += 1
    steps, behind = parse_plain(text, at, end, plain_unit, rounds_down)
    if steps == NOT_PLAIN:
        steps, behind = parse_steps(text, at, end, places, divisor, rounds_down)
    if behind < end and (text[behind] == SMALL_E or text[behind] == BIG_E):
        exponent, behind = _parse_exponent(text, behind + 1, end)
        if exponent == NO_EXPONENT:
            return REFUSED, sign, behind
        shifted = places + exponent
        finer = 1
        while shifted < 0:
            finer *= 10
            shifted += 1
        steps, _ = parse_steps(text, at, end, shifted, divisor * finer, rounds_down)
    if is_quoted:
        if not (behind < end and text[behind] == QUOTE):
            return REFUSED, sign, behind
        behind += 1
    return steps, sign, behind


MOST_EXPONENT = 12
"""Both ways: larger ones are no price and no quantity, and would not fit."""
NO_EXPONENT = 99


@kernel
def _parse_exponent(text: np.ndarray, at: int, end: int) -> tuple[int, int]:
    """The exponent behind the e, and the first place behind it; NO_EXPONENT when there is none that we take."""
    sign = 1
    if at < end and (text[at] == MINUS or text[at] == PLUS):
        sign = -1 if text[at] == MINUS else 1
        at += 1
    begin = at
    value = 0
    while at < end and at < begin + 3 and text[at] >= ZERO and text[at] <= NINE:
        value = value * 10 + digit_at(text, at)
        at += 1
    if at == begin or value > MOST_EXPONENT:
        return NO_EXPONENT, at
    return sign * value, at
