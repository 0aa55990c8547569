"""Money as Python counts it: whole numbers of any size and fractions, rounded where core/money.py rounds."""

from fractions import Fraction

WORD = 1 << 62
LARGEST_E8 = WORD - 1
LARGEST_SUM = (WORD - 1) * WORD + WORD - 1
SMALLEST_SUM = -(WORD - 1) * WORD


def value_of(pair: tuple[int, int]) -> int:
    high, low = pair
    return int(high) * WORD + int(low)


def pair_of(value: int) -> tuple[int, int]:
    return value >> 62, value & (WORD - 1)


def half_away(value: Fraction) -> int:
    """The nearest whole number; of two equally near ones the farther from zero."""
    size = abs(value)
    rounded = (2 * size.numerator + size.denominator) // (2 * size.denominator)
    return -rounded if value < 0 else rounded


def clip(value: int, largest: int = LARGEST_E8) -> int:
    return max(-largest, min(largest, value))


def saturated(value: int) -> int:
    return max(SMALLEST_SUM, min(LARGEST_SUM, value))


def notional_e8(ticks: int, lots: int, numerator: int, denominator: int) -> int:
    return clip(half_away(Fraction(ticks * lots * numerator, denominator)))


def fee_e8(traded_e8: int, fee_ppm: int) -> int:
    return clip(half_away(Fraction(abs(traded_e8) * fee_ppm, 1_000_000)))
