"""The protective stop of a position: where it stands, and how much of the position may be kept.

    stop       stop_loss against the average price: all of it is closed
    trail      trailing behind the best mid, once that was trailing_after in our favour: all of it is closed
    targets    half is closed at the first, the rest at the second; an addition is kept until the second

Price is the position's mark: the mid, rounded to its harm, of a LIVE book. What was reached once counts until the
position is flat, though the price comes back. `best_ticks`, `targets_hit`, `is_closing` and `wanted_lots` go to the
journal whenever they matter; a core that dies loses at most a thousandth of the way that the best price went.
"""

import numpy as np

from core.kernel import kernel
from core.money import ticks_from_float

PPM = 1_000_000.0
TOLD_AGAIN = 1_000
"""The best price is told again when it moved by more than this part of itself."""


@kernel
def follow(
    protection: np.void, lots: int, average_ticks: int, mark_ticks: int, min_lots: int, settings: np.void
) -> bool:
    """The position and its mark as they are now. True when something changed that a restart must know."""
    side, average = 1 if lots > 0 else -1, float(average_ticks)
    held = abs(lots)
    if lots == 0 or protection["is_on"] == 0 or not (average != 0 and mark_ticks > 0):
        return _let_go(protection, lots)
    is_new = side != protection["side"]
    if is_new:
        _let_go(protection, 0)
        protection["side"] = side
        protection["best_ticks"] = mark_ticks
    kept = abs(int(protection["wanted_lots"])) + max(0, held - int(protection["lots"]))
    protection["lots"] = held
    if (mark_ticks - int(protection["best_ticks"])) * side > 0:
        protection["best_ticks"] = mark_ticks
    _place_levels(protection, side, average, settings)
    hit, closing = int(protection["targets_hit"]), int(protection["is_closing"])
    if _is_reached(protection, side, mark_ticks):
        protection["is_closing"] = 1
    elif hit == 0 and (mark_ticks - int(protection["first_target_ticks"])) * side >= 0:
        protection["targets_hit"] = 1
        half = held // 2
        if half >= min_lots and held - half >= min_lots:
            kept = min(kept, held - half)
    kept = 0 if protection["is_closing"] != 0 else min(kept, held)
    protection["wanted_lots"] = side * kept
    if is_new or hit != protection["targets_hit"] or closing != protection["is_closing"]:
        return True
    moved = abs(int(protection["best_ticks"]) - int(protection["told_ticks"]))
    return moved * TOLD_AGAIN > abs(int(protection["best_ticks"]))


@kernel
def _is_reached(protection: np.void, side: int, mark_ticks: int) -> bool:
    """Stop, trail or the second target."""
    if (mark_ticks - int(protection["stop_ticks"])) * side <= 0:
        return True
    trail_ticks = int(protection["trail_ticks"])
    if trail_ticks != 0 and (mark_ticks - trail_ticks) * side <= 0:
        return True
    return (mark_ticks - int(protection["second_target_ticks"])) * side >= 0


@kernel
def _place_levels(protection: np.void, side: int, average: float, settings: np.void) -> None:
    """Whole ticks, always the one that is reached earlier."""
    size = abs(average)
    best = float(protection["best_ticks"])
    stop = average - side * size * (settings["stop_loss_pct"] / PPM)
    protection["stop_ticks"] = ticks_from_float(stop, -side)
    protection["trail_ticks"] = 0
    if (best - average) * side >= size * (settings["trailing_after_pct"] / PPM):
        trail = best - side * abs(best) * (settings["trailing_pct"] / PPM)
        protection["trail_ticks"] = ticks_from_float(trail, -side)
    first = average + side * size * (settings["first_target_pct"] / PPM)
    second = average + side * size * (settings["second_target_pct"] / PPM)
    protection["first_target_ticks"] = ticks_from_float(first, side)
    protection["second_target_ticks"] = ticks_from_float(second, side)


@kernel
def _let_go(protection: np.void, lots: int) -> bool:
    """Nothing to protect: what is held may be kept. True when there was."""
    was_on = protection["side"] != 0
    protection["side"] = 0
    protection["lots"] = 0
    protection["best_ticks"] = 0
    protection["stop_ticks"] = 0
    protection["trail_ticks"] = 0
    protection["first_target_ticks"] = 0
    protection["second_target_ticks"] = 0
    protection["targets_hit"] = 0
    protection["is_closing"] = 0
    protection["wanted_lots"] = lots
    return was_on


@kernel
def remember(protection: np.void, told: np.void) -> None:
    """A PROTECTION record of the journal."""
    protection["side"] = told["side"]
    protection["best_ticks"] = told["price_ticks"]
    protection["told_ticks"] = told["price_ticks"]
    protection["wanted_lots"] = told["quantity_lots"]
    protection["lots"] = told["filled_lots"]
    protection["targets_hit"] = told["detail"]
    protection["is_closing"] = told["status"]
