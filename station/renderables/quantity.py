"""How is a quantity written where room is short, and which round numbers stand for it?"""

from station.renderables.row import cut
from station.views.instrument import InstrumentView
from station.views.numbers import count_text

NEARLY_NOTHING = "~0"
"""Less than the last decimal that has room."""


def fitting_quantity(instrument: InstrumentView, lots: int, width: int) -> str:
    """All decimals where they fit, fewer where not, thousands as k, M at last. What is there is never written as 0."""
    text = instrument.quantity(lots)
    if len(text) <= width:
        return text
    whole, point, part = text.partition(".")
    if len(whole) <= width:
        places = width - len(whole) - 1
        shown = f"{whole}.{part[:places]}" if point and places > 0 else whole
        return shown if lots == 0 or shown.strip("-0.") else NEARLY_NOTHING[: max(0, width)]
    return cut(count_text(int(whole)), max(0, width))


def round_up(lots: int) -> int:
    """To 1, 2 or 5 times a power of ten."""
    power = 1
    while power * 10 <= lots:
        power *= 10
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= lots)


def round_down(lots: int, *, digits: int) -> int:
    """To so many digits that count: 1,234 to two is 1,200."""
    unit: int = 10 ** max(0, len(str(lots)) - digits)
    return lots // unit * unit
