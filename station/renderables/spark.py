"""A course of values in one line of text, an eighth of a cell fine: each cell the last value of its share."""

from collections.abc import Sequence

HEIGHTS = "▁▂▃▄▅▆▇█"


def spark(values: Sequence[float], width: int) -> str:
    """Scaled between the least and the most; blank where nothing is known, level where nothing changed."""
    if not values or width <= 0:
        return " " * max(0, width)
    shown = (
        values[-width:]
        if len(values) <= width
        else [values[(at + 1) * len(values) // width - 1] for at in range(width)]
    )
    low, high = min(shown), max(shown)
    if high <= low:
        return (HEIGHTS[3] * len(shown)).rjust(width)
    top = len(HEIGHTS) - 1
    return "".join(HEIGHTS[round((value - low) / (high - low) * top)] for value in shown).rjust(width)
