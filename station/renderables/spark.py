"""A course of values in one line of text, an eighth of a cell fine: each cell the last value of its share."""

from collections.abc import Sequence

HEIGHTS = "▁▂▃▄▅▆▇█"


def spark(values: Sequence[float], width: int, *, low: float | None = None) -> str:
    """Scaled between the least (or `low`) and the most; blank where nothing is known, level where nothing changed."""
    if not values or width <= 0:
        return " " * max(0, width)
    shown = (
        values[-width:]
        if len(values) <= width
        else [values[(at + 1) * len(values) // width - 1] for at in range(width)]
    )
    floor, high = min(shown) if low is None else low, max(shown)
    if high <= floor:
        return (HEIGHTS[3 if low is None else 0] * len(shown)).rjust(width)
    top = len(HEIGHTS) - 1
    return "".join(HEIGHTS[round((value - floor) / (high - floor) * top)] for value in shown).rjust(width)
