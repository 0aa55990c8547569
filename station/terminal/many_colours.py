"""Which of a terminal's 256 colours looks most like one of all?

The 16 that a terminal paints as its user likes are left out; of the cube of 6×6×6 and the 24 greys the least CIEDE2000
difference counts (renderables/colour.py), looked for among the NEAR nearest in CIE L*a*b*. A colour with a hue gets one
of about that hue, or the bars of bids and asks would be the same grey. Nearest in sRGB, dark blues became teal, and
greys purple.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from heapq import nsmallest

from station.renderables.colour import Vector, ciede2000, lab

FIRST = 16
LEVELS = (0, 95, 135, 175, 215, 255)
GREYS = range(8, 248, 10)
NEAR = 8
HUE_FROM = 13.5
"""Chroma; below it nobody names the hue"""
TURN = 35.0
"""Degrees of hue that are still the same one"""
_CUBE = [(red, green, blue) for red in LEVELS for green in LEVELS for blue in LEVELS]


def _hex(red: int, green: int, blue: int) -> str:
    return f"#{red:02x}{green:02x}{blue:02x}"


KNOWN = tuple(_hex(*one) for one in (*_CUBE, *((grey, grey, grey) for grey in GREYS)))
"""As "#rrggbb", from number FIRST on"""
_LABS = tuple(map(lab, KNOWN))


@lru_cache(maxsize=4_096)
def nearest(colour: str) -> int:
    """Its number. `colour`: "#rrggbb"."""
    light, a, b = wanted = lab(colour)
    near = nsmallest(
        NEAR,
        keeping_hue(wanted),
        key=lambda at: (_LABS[at][0] - light) ** 2 + (_LABS[at][1] - a) ** 2 + (_LABS[at][2] - b) ** 2,
    )
    return FIRST + min(near, key=lambda at: ciede2000(_LABS[at], wanted))


def keeping_hue(wanted: Vector) -> Sequence[int]:
    """Places in KNOWN of what may stand for a colour."""
    chroma, hue = _chroma_and_hue(wanted)
    if chroma < HUE_FROM:
        return range(len(_LABS))
    return [
        at
        for at, (of_it, its_hue) in enumerate(_HUES)
        if of_it > HUE_FROM / 2 and abs((its_hue - hue + 180) % 360 - 180) < TURN
    ]


def _chroma_and_hue(colour: Vector) -> tuple[float, float]:
    _, a, b = colour
    return math.hypot(a, b), math.degrees(math.atan2(b, a))


_HUES = tuple(map(_chroma_and_hue, _LABS))
