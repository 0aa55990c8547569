"""How money is counted without wrapping: 128-bit sums of ticks * lots, and one rounding rule.

A sum of ticks * lots is a pair of int64, exact:

    value = high * 2**62 + low        0 <= low < 2**62,  |high| < 2**62

so a carry never leaves 64 bits and plain Python gives the same result. Money is int64 in 1e-8 of a currency:

    notional_e8 = ticks * lots * numerator / denominator       (numerator, denominator: records/instrument.py)
    inverse_e8  = lots * numerator / (denominator * ticks)     an inverse contract: settled in its base

Rounding: half away from zero, once per fill. Everything saturates at ±LARGEST_E8 or ±LARGEST_HIGH and nothing wraps:
a saturated amount is larger than any limit, so what is absurd is denied.

Floats become lots or ticks only here, through functions that refuse NaN, infinity and what is out of range.
"""

import numpy as np

from core.kernel import kernel

WORD_BITS = 62
WORD = 1 << WORD_BITS
LOW_MASK = WORD - 1
HALF_BITS = 31
HALF_MASK = (1 << HALF_BITS) - 1

LARGEST_E8 = WORD - 1
"""46 billion of a currency. The sum of two still fits into 64 bits."""
LARGEST_HIGH = WORD - 1
LARGEST_STEPS = 1 << 52
"""Ticks and lots beyond this are refused; also what a float64 holds exactly (core/units.py LARGEST)."""
NO_TICKS = -LARGEST_E8
"""What a price is that could not be made from a float: no venue and no limit accepts it."""

# A product below this surely fits into 62 bits, though it was compared as a float.
_SURELY_FITS = 4.0e18


@kernel
def clip_e8(amount_e8: int) -> int:
    """An amount within ±LARGEST_E8."""
    if amount_e8 > LARGEST_E8:
        return LARGEST_E8
    if amount_e8 < -LARGEST_E8:
        return -LARGEST_E8
    return int(amount_e8)


@kernel
def add_e8(first_e8: int, second_e8: int) -> int:
    """Saturating sum of two amounts."""
    return clip_e8(clip_e8(first_e8) + clip_e8(second_e8))


@kernel
def subtract_e8(first_e8: int, second_e8: int) -> int:
    """Saturating difference of two amounts."""
    return clip_e8(clip_e8(first_e8) - clip_e8(second_e8))


@kernel
def multiply(first: int, second: int) -> tuple[int, int]:
    """The exact product as (high, low). Factors beyond ±(2**62 - 1) are taken as that."""
    a = clip_e8(first)
    b = clip_e8(second)
    is_negative = (a < 0) != (b < 0)
    high, low = _multiply_positive(a if a >= 0 else -a, b if b >= 0 else -b)
    return negate(high, low) if is_negative else (high, low)


@kernel
def _multiply_positive(first: int, second: int) -> tuple[int, int]:
    """Halves of 31 bits: no partial product or sum of two leaves 63 bits."""
    first_high, first_low = first >> HALF_BITS, first & HALF_MASK
    second_high, second_low = second >> HALF_BITS, second & HALF_MASK
    cross = first_high * second_low + first_low * second_high
    low = ((cross & HALF_MASK) << HALF_BITS) + first_low * second_low
    high = first_high * second_high + (cross >> HALF_BITS) + (low >> WORD_BITS)
    return high, low & LOW_MASK


@kernel
def negate(high: int, low: int) -> tuple[int, int]:
    if low == 0:
        return -high, 0
    return -high - 1, WORD - low


@kernel
def saturate(high: int, low: int) -> tuple[int, int]:
    """Within the range that a sum may have."""
    if high > LARGEST_HIGH:
        return LARGEST_HIGH, LOW_MASK
    if high < -LARGEST_HIGH:
        return -LARGEST_HIGH, 0
    return int(high), int(low)


@kernel
def add(first_high: int, first_low: int, second_high: int, second_low: int) -> tuple[int, int]:
    """Saturating sum of two pairs."""
    low = first_low + second_low
    return saturate(first_high + second_high + (low >> WORD_BITS), low & LOW_MASK)


@kernel
def subtract(first_high: int, first_low: int, second_high: int, second_low: int) -> tuple[int, int]:
    """Saturating difference of two pairs."""
    high, low = negate(second_high, second_low)
    return add(first_high, first_low, high, low)


@kernel
def compare(first_high: int, first_low: int, second_high: int, second_low: int) -> int:
    """-1, 0 or 1: the sign of first minus second."""
    if first_high != second_high:
        return 1 if first_high > second_high else -1
    if first_low != second_low:
        return 1 if first_low > second_low else -1
    return 0


@kernel
def scale(high: int, low: int, numerator: int, denominator: int) -> tuple[int, int]:
    """value * numerator / denominator, rounded half away from zero, saturating.

    A numerator below 0 or a denominator below 1 is no scale: the result is saturated, so that every limit refuses it.
    """
    if not (numerator >= 0 and numerator < WORD and denominator >= 1 and denominator < WORD):
        return LARGEST_HIGH, LOW_MASK
    is_negative = high < 0
    if is_negative:
        high, low = negate(high, low)
    if high == 0 and float(low) * float(numerator) < _SURELY_FITS:
        high, low = 0, _divide_rounded(low * numerator, denominator)
    else:
        high, low = _scale_long(high, low, numerator, denominator)
    return negate(high, low) if is_negative else (int(high), int(low))


@kernel
def _divide_rounded(value: int, denominator: int) -> int:
    """Both positive, below 2**62; half is rounded up."""
    if denominator == 1:
        return value
    quotient = value // denominator
    rest = value - quotient * denominator
    return quotient + 1 if rest >= denominator - rest else quotient


@kernel
def _scale_long(high: int, low: int, numerator: int, denominator: int) -> tuple[int, int]:
    """The same for values of any size: three words of product, divided bit by bit."""
    low_carry, word_0 = _multiply_positive(low, numerator)
    top, middle = _multiply_positive(high if high < WORD else WORD - 1, numerator)
    middle += low_carry
    word_1 = middle & LOW_MASK
    word_2 = top + (middle >> WORD_BITS)
    if word_2 >= denominator:
        return LARGEST_HIGH, LOW_MASK
    quotient_high, rest = _divide_word(word_2, word_1, denominator)
    quotient_low, rest = _divide_word(rest, word_0, denominator)
    if rest >= denominator - rest:
        return add(quotient_high, quotient_low, 0, 1)
    return saturate(quotient_high, quotient_low)


@kernel
def _divide_word(rest: int, word: int, denominator: int) -> tuple[int, int]:
    """(rest * 2**62 + word) / denominator as (quotient, rest), with rest < denominator < 2**62."""
    quotient = 0
    for bit in range(WORD_BITS - 1, -1, -1):
        rest = (rest << 1) | ((word >> bit) & 1)
        quotient <<= 1
        if rest >= denominator:
            rest -= denominator
            quotient |= 1
    return quotient, rest


@kernel
def as_e8(high: int, low: int, numerator: int, denominator: int) -> int:
    """A sum of ticks * lots as money: rounded once, saturating."""
    scaled_high, scaled_low = scale(high, low, numerator, denominator)
    if scaled_high == 0:
        return scaled_low
    if scaled_high == -1 and scaled_low > 0:
        return scaled_low - WORD
    return LARGEST_E8 if scaled_high > 0 else -LARGEST_E8


@kernel
def notional_e8(ticks: int, lots: int, numerator: int, denominator: int) -> int:
    """ticks * lots as money: rounded half away from zero, saturating. Its sign is the product's."""
    if 1 <= numerator and numerator < WORD and 1 <= denominator and denominator < WORD:
        # What a market usually sees fits into one word.
        if abs(float(ticks) * float(lots) * float(numerator)) < _SURELY_FITS:
            value = int(ticks) * int(lots) * int(numerator)
            if value < 0:
                return -_divide_rounded(-value, denominator)
            return _divide_rounded(value, denominator)
    high, low = multiply(ticks, lots)
    return as_e8(high, low, numerator, denominator)


@kernel
def inverse_e8(ticks: int, lots: int, numerator: int, denominator: int) -> int:
    """What lots of an inverse contract are worth, in its base: rounded half away from zero, saturating.

    At a price that is none (0 or less), the most there is: every limit refuses it.
    """
    size = abs(int(lots))
    if size == 0:
        return 0
    if not (ticks >= 1 and ticks <= LARGEST_STEPS and denominator >= 1):
        value = LARGEST_E8
    elif float(denominator) * float(ticks) < _SURELY_FITS:
        value = as_e8(0, size if size < WORD else WORD - 1, numerator, int(denominator) * int(ticks))
    else:
        value = LARGEST_E8
    return -value if lots < 0 else value


@kernel
def value_e8(ticks: int, lots: int, contract: np.void) -> int:
    """What lots are worth at a price; `contract`: an INSTRUMENT, or its LIMITS."""
    if contract["is_inverse"] != 0:
        return inverse_e8(ticks, lots, contract["value_numerator"], contract["value_denominator"])
    return notional_e8(ticks, lots, contract["value_numerator"], contract["value_denominator"])


@kernel
def fee_e8(traded_e8: int, fee_ppm: int) -> int:
    """Fee of a notional; negative: a rebate. Counted on the size of the notional, rounded half away from zero."""
    size_e8 = clip_e8(traded_e8)
    high, low = multiply(size_e8 if size_e8 >= 0 else -size_e8, fee_ppm)
    return as_e8(high, low, 1, 1_000_000)


@kernel
def average_ticks(high: int, low: int, lots: int) -> float:
    """Average price of a sum of ticks * lots, to show. NaN when there are no lots."""
    if lots == 0:
        return float("nan")
    if high < 0:
        # As it stands a small negative sum is -2**62 plus nearly 2**62: as floats nothing would be left of it.
        high, low = negate(high, low)
        lots = -lots
    return (float(high) * float(WORD) + float(low)) / float(lots)


@kernel
def lots_from_float(value: float) -> int:
    """The only way from a float to lots: towards zero, so never more than was meant. 0 when it is no such number."""
    if value >= -LARGEST_STEPS and value <= LARGEST_STEPS:
        return int(value)
    return 0


@kernel
def ticks_from_float(value: float, side: int) -> int:
    """The tick at or behind a price for one side: down for a buy, up for a sell. NO_TICKS when it is no such number."""
    if not (value >= -LARGEST_STEPS and value <= LARGEST_STEPS):
        return NO_TICKS
    ticks = int(value)
    if side > 0 and float(ticks) > value:
        return ticks - 1
    if side < 0 and float(ticks) < value:
        return ticks + 1
    return ticks
