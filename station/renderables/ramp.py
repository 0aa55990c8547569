"""Colours between colours, in steps that look alike: from the background through a hue to what is brightest.

Mixed in Oklab, where equal distances look equal: mixed in sRGB, the dark half of a ramp is one black.
Source: B. Ottosson, "A perceptual color space for image processing", 2020.
"""

from functools import cache, lru_cache

Lab = tuple[float, float, float]


@lru_cache(maxsize=64)
def ramp(stops: tuple[str, ...], count: int) -> tuple[str, ...]:
    """`count` colours from the first stop to the last, each stop a "#rrggbb"."""
    labs = [lab_of(stop) for stop in stops]
    made = []
    for index in range(count):
        at = index / max(1, count - 1) * (len(labs) - 1)
        first = min(int(at), len(labs) - 2)
        share = at - first
        low, high = labs[first], labs[first + 1]
        lightness, green_red, blue_yellow = (a + (b - a) * share for a, b in zip(low, high, strict=True))
        made.append(hex_of((lightness, green_red, blue_yellow)))
    return tuple(made)


@lru_cache(maxsize=512)
def lab_of(colour: str) -> Lab:
    r, g, b = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    middle = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def hex_of(lab: Lab) -> str:
    """The nearest colour that a screen has."""
    lightness, a, b = lab
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    parts = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(255 * _companded(part)):02x}" for part in parts)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _companded(part: float) -> float:
    part = min(1.0, max(0.0, part))
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


HUE_WEIGHT = 6
"""Among few colours a near hue is worth more than a near lightness: a ramp through three hues is none"""


@cache
def _of_256() -> tuple[tuple[str, Lab], ...]:
    """What every terminal of 256 colours has alike: a cube of six steps, and greys."""
    steps = (0, 95, 135, 175, 215, 255)
    cube = [(red, green, blue) for red in steps for green in steps for blue in steps]
    greys = [(8 + 10 * step,) * 3 for step in range(24)]
    written = (f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in (*cube, *greys))
    return tuple((colour, lab_of(colour)) for colour in written)


@lru_cache(maxsize=512)
def nearest_of_256(colour: str) -> str:
    """To the eye: what is nearest in sRGB may have another hue."""
    lightness, green_red, blue_yellow = lab_of(colour)

    def away(one: tuple[str, Lab]) -> float:
        a, b, c = one[1]
        return (a - lightness) ** 2 + HUE_WEIGHT * ((b - green_red) ** 2 + (c - blue_yellow) ** 2)

    return min(_of_256(), key=away)[0]
