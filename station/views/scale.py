"""Where do the lines of an axis stand, and which stretch of time is in sight?

Steps are 1, 2 or 5 times a power of ten, so that a label is a number that people count in. A stretch that follows the
newest moves by several slots at once: a picture that moves with every slot is written whole every time.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from station.views.numbers import NS_PER_SECOND, clock_text

MINUTE_NS = 60 * NS_PER_SECOND
DAY_NS = 86_400 * NS_PER_SECOND
TIME_STEPS_NS: tuple[int, ...] = tuple(
    seconds * NS_PER_SECOND
    for seconds in (
        *(1, 2, 5, 10, 15, 30),
        *(60, 120, 300, 600, 900, 1_800),
        *(3_600, 7_200, 10_800, 21_600, 43_200),
        *(86_400, 172_800, 604_800, 2_592_000, 31_536_000),
    )
)
STILL_NS = 6 * NS_PER_SECOND
"""A picture that follows the newest stands still for about so long …"""
MOST_EMPTY = 4
"""… while at most one part of so many is empty before the newest."""


def step_of(span: int, most: int) -> int:
    """The smallest step with which `span` has at most `most` lines."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            if span <= factor * power * max(1, most):
                return factor * power
        power *= 10


def time_step(slot_ns: int, slots: int) -> int:
    """Between two labels of a time axis that are at least so many slots apart."""
    return next((step for step in TIME_STEPS_NS if step >= slot_ns * slots), TIME_STEPS_NS[-1])


def time_label(wall_ns: int, step_ns: int) -> str:
    """As fine as the steps of its axis."""
    if step_ns >= DAY_NS:
        return datetime.fromtimestamp(wall_ns // NS_PER_SECOND, UTC).strftime("%d %b")
    text = clock_text(wall_ns)
    return text if step_ns < MINUTE_NS else text[:5]


def slot_text(slot_ns: int) -> str:
    """How long a slot is: 250 ms, 2 s, 15 m, 4 h, 1 d."""
    if slot_ns % NS_PER_SECOND:
        return f"{slot_ns // 1_000_000} ms"
    seconds = slot_ns // NS_PER_SECOND
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def first_slot(newest: int, slots: int, slot_ns: int) -> int:
    """The first one in sight, of a picture that follows the newest; the same for several newest ones in a row."""
    step = max(1, min(slots // MOST_EMPTY, -(-STILL_NS // max(1, slot_ns))))
    return -(-(newest - slots + 1) // step) * step


def at_share(ordered: Sequence[int], share: float) -> int:
    """The value below which that share of them lies; 0 of none."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0
