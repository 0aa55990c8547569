"""Decimals to integers and back, exactly and in one place: prices are ticks, quantities are lots.

    price    = ticks * tick_mantissa * 10 ** tick_exponent
    quantity = lots  * lot_mantissa  * 10 ** lot_exponent

Money is int64 in 1e-8 of a currency. What enters from outside is bounded here, so that a product of a price and a
quantity cannot wrap: ticks and lots stay within ±2**52 (also exact as float64 for signals).
"""

import re
from decimal import ROUND_FLOOR, Decimal, InvalidOperation, localcontext
from typing import NewType

from core.errors import UnitsError

Ticks = NewType("Ticks", int)
Lots = NewType("Lots", int)
Nanos = NewType("Nanos", int)

MONEY_SCALE = 100_000_000
LARGEST = 1 << 52
MOST_DIGITS = 60
"""Of what a person or venue may write, and of its exponent; more is no price and no quantity."""
NS_OF = {"s": 10**9, "m": 60 * 10**9, "h": 3_600 * 10**9, "d": 86_400 * 10**9}
LONGEST_NS = 366 * NS_OF["d"]
_SPANS = re.compile(r"(\d+(?:\.\d+)?)([smhd])")
EXACT_DIGITS = 400
"""Decimal's own 28 digits would round a number that is just off its step onto it."""


def step_of(text: str | Decimal) -> tuple[int, int]:
    """A tick or lot size as (mantissa, exponent): "0.05" is (5, -2). Raises UnitsError unless it is positive."""
    size = _decimal(text, "a tick or lot size")
    if not size > 0:
        raise UnitsError("a tick or lot size must be positive", size=str(text))
    _, digits, exponent = size.normalize().as_tuple()
    mantissa = int("".join(map(str, digits)))
    if mantissa > LARGEST:
        raise UnitsError("a tick or lot size is out of range", size=str(text), largest_mantissa=LARGEST)
    return mantissa, int(exponent)


def to_steps(text: str | Decimal, mantissa: int, exponent: int) -> int:
    """A decimal as a whole number of steps. Raises UnitsError when it is none, or is out of range."""
    value = _decimal(text, "a price or quantity")
    with localcontext(prec=EXACT_DIGITS):
        steps = value / (Decimal(mantissa) * Decimal(10) ** exponent)
        below = steps.to_integral_value(ROUND_FLOOR)
    if steps != below:
        raise UnitsError(
            "the number must be a multiple of the step",
            number=str(text),
            step=step_text(mantissa, exponent),
            below=as_text(int(below), mantissa, exponent),
            above=as_text(int(below) + 1, mantissa, exponent),
        )
    whole = int(steps)
    if not -LARGEST <= whole <= LARGEST:
        raise UnitsError("the number is out of range", number=str(text), largest_steps=LARGEST)
    return whole


def to_decimal(steps: int, mantissa: int, exponent: int) -> Decimal:
    """Exact."""
    return Decimal(steps) * Decimal(mantissa) * Decimal(10) ** exponent


def to_e8(text: str | Decimal) -> int:
    """A price or rate in 1e-8, what is finer cut off. Raises UnitsError when it is no number or out of range."""
    value = int(_decimal(text, "a price or rate").scaleb(8))
    if not -(1 << 62) <= value <= 1 << 62:
        raise UnitsError("the number is out of range", number=str(text))
    return value


def to_parts(percent: str | Decimal, parts_of_one: int) -> int:
    """A percentage as a whole number of basis points (10_000) or millionths (1_000_000)."""
    step = Decimal(100) / parts_of_one
    return to_steps(percent, 1, int(step.adjusted()))


def to_ns(text: str) -> int:
    """A span of time: "90s", "10m", "1h30m", "1d", "1.5h". Raises UnitsError when it is none, or not above 0."""
    parts = _SPANS.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise UnitsError("a span of time is written as 90s, 10m, 1h30m or 1d", given=text)
    with localcontext(prec=EXACT_DIGITS):
        total = sum((_decimal(number, "a span of time") * NS_OF[unit] for number, unit in parts), Decimal(0))
    if total != total.to_integral_value() or not 0 < total <= LONGEST_NS:
        raise UnitsError("a span of time lies above 0 and within a year", given=text)
    return int(total)


def decimals_of(exponent: int) -> int:
    """Digits behind the point that a multiple of the step can have."""
    return max(0, -exponent)


def step_text(mantissa: int, exponent: int) -> str:
    return format(Decimal(mantissa) * Decimal(10) ** exponent, "f")


def as_text(steps: int, mantissa: int, exponent: int) -> str:
    """Fixed digits, so that a column of prices does not jump: (605, 5, -2) is "30.25"."""
    places = decimals_of(exponent)
    whole = steps * mantissa * 10 ** max(0, exponent)
    if places == 0:
        return str(whole)
    sign, digits = ("-", str(-whole)) if whole < 0 else ("", str(whole))
    digits = digits.rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def money(text: str | float | Decimal) -> int:
    """An amount of a currency in 1e-8. Raises UnitsError when it is finer or too large."""
    with localcontext(prec=EXACT_DIGITS):
        value = _decimal(str(text), "an amount") * MONEY_SCALE
    if value != value.to_integral_value() or not -(2**62) <= value <= 2**62:
        raise UnitsError("an amount has at most eight decimals and fits into 64 bits", amount=str(text))
    return int(value)


def money_text(amount_e8: int, places: int = 2) -> str:
    """For people: rounded half away from zero, thousands apart."""
    unit = 10 ** (8 - places)
    rounded = (abs(amount_e8) + unit // 2) // unit
    whole, part = divmod(rounded, 10**places)
    sign = "-" if amount_e8 < 0 and rounded else ""
    return f"{sign}{whole:,}.{part:0{places}d}" if places else f"{sign}{whole:,}"


def _decimal(text: str | Decimal, what: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise UnitsError(f"{what} must be a number", given=str(text)) from error
    if not value.is_finite():
        raise UnitsError(f"{what} must be finite", given=str(text))
    if len(value.as_tuple().digits) > MOST_DIGITS or abs(value.adjusted()) > MOST_DIGITS:
        raise UnitsError(f"{what} is out of range", given=str(text)[:80], most_digits=MOST_DIGITS)
    return value
