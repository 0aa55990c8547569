"""How much of a large order is due now: TWAP, VWAP, icebergs. Pure sums over lots and times.

    TWAP     what the time that has passed is of the whole time
    VWAP     what the volume since the start is of that and the volume still to be expected at the recent pace
    cap      never more than a part of what the market has traded since the start
    iceberg  one part at a time; the next when it is gone

Slices are of uneven size and at uneven times, so that nobody reads the order from them: the unevenness comes from a
seed and the order's own number, so a replay makes the same slices.
"""

import numpy as np

from core.kernel import kernel
from core.money import compare, multiply, scale
from core.vocabulary import OrderType

UNEVEN = 256
"""Sizes and times vary by a quarter: UNEVEN / 1024 each way."""
SLICES = 24
"""Of a TWAP or VWAP whose slice size was not asked for."""
LEAST_INTERVAL_NS = 100_000_000
_MODULUS = 2_147_483_647
PPM = 1_000_000


@kernel
def share(lots: int, part: int, whole: int) -> int:
    """lots * part / whole, rounded down, exact; `lots` when there is nothing to share by."""
    if whole <= 0 or part >= whole:
        return lots
    if part <= 0:
        return 0
    high, low = multiply(lots, part)
    _, shared = scale(high, low, 1, whole)
    back_high, back_low = multiply(shared, whole)
    return shared - 1 if compare(back_high, back_low, high, low) > 0 else shared


@kernel
def random_of(seed: int, number: int) -> int:
    """0 … 1023, the same for the same two numbers (Park and Miller's generator, a few steps of it)."""
    value = (abs(int(seed)) % 1_000_003) * 1_009 + (abs(int(number)) % 1_000_003) * 9_176 + 1
    for _ in range(4):
        value = (value % _MODULUS) * 48_271 % _MODULUS
    return (value >> 8) & 1023


@kernel
def uneven(value: int, seed: int, number: int) -> int:
    """A value, a quarter more or less; at least 1."""
    factor = 1024 - UNEVEN + (random_of(seed, number) * 2 * UNEVEN) // 1023
    return max(1, share(value, factor, 1024) if factor < 1024 else value + share(value, factor - 1024, 1024))


@kernel
def interval_ns(order: np.void) -> int:
    """Between two slices, on average."""
    duration_ns = max(1, int(order["ends_ns"]) - int(order["starts_ns"]))
    slices = SLICES
    if order["display_lots"] > 0:
        slices = max(1, -(-int(order["quantity_lots"]) // int(order["display_lots"])))
    return max(LEAST_INTERVAL_NS, duration_ns // slices)


@kernel
def due_lots(order: np.void, now_ns: int, traded_lots: int, expected_lots: int) -> int:
    """How much of the whole should have been sent by now.

    `traded_lots`: by the market since the start. `expected_lots`: by the market until the end, VWAP only.
    """
    quantity = int(order["quantity_lots"])
    if now_ns >= order["ends_ns"]:
        due = quantity
    elif order["asked_type"] == OrderType.VWAP and traded_lots + expected_lots > 0:
        due = share(quantity, traded_lots, traded_lots + expected_lots)
    else:
        due = share(quantity, now_ns - int(order["starts_ns"]), int(order["ends_ns"]) - int(order["starts_ns"]))
    if order["offset"] > 0:
        due = min(due, share(traded_lots, int(order["offset"]), PPM))
    return due


@kernel
def slice_lots(order: np.void, seed: int, now_ns: int, traded_lots: int, expected_lots: int, least_lots: int) -> int:
    """The size of the slice that goes out now; 0: none yet. A rest that is too small for the venue goes along."""
    left = int(order["quantity_lots"]) - int(order["sent_lots"])
    if order["asked_type"] == OrderType.ICEBERG:
        lots = uneven(int(order["display_lots"]), seed, int(order["slices"]))
    else:
        behind = due_lots(order, now_ns, traded_lots, expected_lots) - int(order["sent_lots"])
        if behind <= 0:
            return 0
        lots = behind if now_ns >= order["ends_ns"] else uneven(behind, seed, int(order["slices"]))
        if order["display_lots"] > 0:
            lots = min(lots, uneven(int(order["display_lots"]), seed, int(order["slices"])))
    lots = min(lots, left)
    if lots < left and left - lots < least_lots:
        lots = left
    return lots if lots >= least_lots else 0


@kernel
def expected_lots(volume_lots: int, over_ns: int, left_ns: int) -> int:
    """What the market will trade in the time that is left, at the pace of the time that has passed."""
    if over_ns <= 0 or left_ns <= 0:
        return 0
    high, low = multiply(volume_lots, left_ns)
    high, low = scale(high, low, 1, over_ns)
    return low if high == 0 else (1 << 58)
