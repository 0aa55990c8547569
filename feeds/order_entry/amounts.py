"""Prices, quantities and fees as a venue writes them, exactly, as ticks, lots and 1e-8 money; and back.

An execution off the tick (price improvement) is rounded to our harm: better a tick too dear than an execution lost.
Other numbers off their step are cut: one odd order of somebody else must not hide a list from who cancels all of it.
"""

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Decimal, InvalidOperation

import numpy as np

from core.errors import UnitsError
from core.units import LARGEST, MONEY_SCALE, as_text, to_decimal, to_steps
from core.vocabulary import Side


def ticks_of(text: str, row: np.void) -> int:
    """0 of no price. Raises UnitsError when it is no whole number of ticks."""
    return to_steps(text, int(row["tick_mantissa"]), int(row["tick_exponent"])) if text else 0


def lots_of(text: str, row: np.void) -> int:
    return to_steps(text, int(row["lot_mantissa"]), int(row["lot_exponent"])) if text else 0


def shown_ticks(text: str, row: np.void) -> int:
    try:
        return ticks_of(text, row)
    except UnitsError:
        return _cut(text, int(row["tick_mantissa"]), int(row["tick_exponent"]))


def shown_lots(text: str, row: np.void) -> int:
    try:
        return lots_of(text, row)
    except UnitsError:
        return _cut(text, int(row["lot_mantissa"]), int(row["lot_exponent"]))


def executed_ticks(text: str, row: np.void, side: Side) -> int:
    try:
        return ticks_of(text, row)
    except UnitsError:
        steps = decimal_of(text) / to_decimal(1, int(row["tick_mantissa"]), int(row["tick_exponent"]))
        whole = steps.to_integral_value(ROUND_CEILING if side == Side.BUY else ROUND_FLOOR)
        return to_steps(whole, 1, 0)


def price_text(ticks: int, row: np.void) -> str:
    return as_text(ticks, int(row["tick_mantissa"]), int(row["tick_exponent"]))


def quantity_text(lots: int, row: np.void) -> str:
    return as_text(lots, int(row["lot_mantissa"]), int(row["lot_exponent"]))


def whole_lots(quantity: Decimal, row: np.void) -> int:
    """Towards nothing: what is less than a lot cannot be traded."""
    lots = quantity / to_decimal(1, int(row["lot_mantissa"]), int(row["lot_exponent"]))
    return int(lots.to_integral_value(ROUND_DOWN))


def fee_e8(row: np.void, fee: str, currency: str, *, price: str, quantity: str, is_maker: bool) -> int:
    """Paid, in the settlement currency. A fee in a third currency is estimated at the instrument's own rate."""
    paid = decimal_of(fee)
    if currency in ("", row["settlement"].decode(), row["quote"].decode()):
        amount = paid
    elif currency == row["base"].decode():
        amount = paid * decimal_of(price)
    else:
        ppm = int(row["maker_fee_ppm"] if is_maker else row["taker_fee_ppm"])
        amount = decimal_of(price) * decimal_of(quantity) * ppm / 1_000_000
    return int((amount * MONEY_SCALE).to_integral_value())


def decimal_of(text: str) -> Decimal:
    """0 of no text. Raises UnitsError."""
    try:
        value = Decimal(text or "0")
    except InvalidOperation as error:
        raise UnitsError("an amount must be a number", given=text[:40]) from error
    if not value.is_finite():
        raise UnitsError("an amount must be finite", given=text[:40])
    return value


def _cut(text: str, mantissa: int, exponent: int) -> int:
    steps = decimal_of(text) / to_decimal(1, mantissa, exponent)
    return min(max(int(steps.to_integral_value(ROUND_DOWN)), -LARGEST), LARGEST)
