"""Can one colour be read on another, and do two look different to every eye?

    contrast             (L1 + 0.05) / (L2 + 0.05), L the relative luminance: W3C, WCAG 2.2. From 1 to 21
    as_seen              what a dichromat sees of a colour: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A
                         Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE TVCG 15(6), 2009,
                         the matrices of severity 1.0, over linear RGB
    difference           CIEDE2000 under D65: G. Sharma, W. Wu, E. N. Dalal, "The CIEDE2000 Color-Difference Formula",
                         Color Research & Application 30(1), 2005. 1 is just seen side by side; from about 10 on two
                         colours are told apart at a glance

Colours are "#rrggbb", in sRGB.
"""

import math
from functools import lru_cache

Vector = tuple[float, float, float]
Matrix = tuple[Vector, Vector, Vector]

EYES: dict[str, Matrix] = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}  # fmt: skip
TO_XYZ: Matrix = (
    (0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041)
)  # fmt: skip
WHITE: Vector = (0.95047, 1.0, 1.08883)


@lru_cache(maxsize=1_024)
def luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@lru_cache(maxsize=1_024)
def contrast(first: str, second: str) -> float:
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@lru_cache(maxsize=64)
def readable_on(background: str) -> str:
    """Black or white, whichever can be read better on a colour."""
    return max("#000000", "#ffffff", key=lambda colour: contrast(colour, background))


def as_seen(colour: str, eye: str) -> str:
    """By an eye of EYES; any other word: as it is."""
    return colour if eye not in EYES else _written(_times(EYES[eye], _linear(colour)))


def difference(first: str, second: str) -> float:
    return ciede2000(lab(first), lab(second))


def ciede2000(first: Vector, second: Vector) -> float:
    """Of two colours in CIE L*a*b*; the names are those of the paper."""
    (l1, a1, b1), (l2, a2, b2) = first, second
    c_mean = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    g = 0.5 * (1 - math.sqrt(c_mean**7 / (c_mean**7 + 25.0**7)))
    c1, c2 = math.hypot((1 + g) * a1, b1), math.hypot((1 + g) * a2, b2)
    h1, h2 = (math.degrees(math.atan2(b, (1 + g) * a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    is_grey = c1 * c2 == 0
    turn = 0.0 if is_grey else (h2 - h1 + 180) % 360 - 180
    dl, dc = l2 - l1, c2 - c1
    dh = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2))
    l, c = (l1 + l2) / 2, (c1 + c2) / 2
    h = h1 + h2 if is_grey else (h1 + turn / 2) % 360
    t = 1 - 0.17 * _cos(h - 30) + 0.24 * _cos(2 * h) + 0.32 * _cos(3 * h + 6) - 0.20 * _cos(4 * h - 63)
    sl = 1 + 0.015 * (l - 50) ** 2 / math.sqrt(20 + (l - 50) ** 2)
    sc, sh = 1 + 0.045 * c, 1 + 0.015 * c * t
    rotation = 60 * math.exp(-(((h - 275) / 25) ** 2))
    rt = -2 * math.sqrt(c**7 / (c**7 + 25.0**7)) * math.sin(math.radians(rotation))
    return math.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rt * (dc / sc) * (dh / sh))


def _cos(degrees: float) -> float:
    return math.cos(math.radians(degrees))


def _linear(colour: str) -> Vector:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _of_gamma(red), _of_gamma(green), _of_gamma(blue)


def _of_gamma(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _written(linear: Vector) -> str:
    clipped = (min(1.0, max(0.0, channel)) for channel in linear)
    gamma = (c * 12.92 if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in clipped)
    return "#" + "".join(f"{round(255 * channel):02x}" for channel in gamma)


def _times(matrix: Matrix, vector: Vector) -> Vector:
    first, second, third = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return first, second, third


def lab(colour: str) -> Vector:
    """CIE L*a*b* under D65."""
    x, y, z = (_root(value / white) for value, white in zip(_times(TO_XYZ, _linear(colour)), WHITE, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _root(t: float) -> float:
    return t ** (1 / 3) if t > (6 / 29) ** 3 else t / (3 * (6 / 29) ** 2) + 4 / 29
