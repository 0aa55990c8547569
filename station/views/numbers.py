"""How numbers are written on the screen: fixed digits, so that a column never jumps.

Exact integers in, text out. The same decimal rule as core/units.py, which what is drawn does not import.
"""

import time
from functools import lru_cache
from typing import Literal

Zone = Literal["utc", "local"]

NS_PER_SECOND = 1_000_000_000
DASH = "–"
_zone: Zone = "utc"


@lru_cache(maxsize=16_384)
def steps_text(steps: int, mantissa: int, exponent: int) -> str:
    """A whole number of ticks or lots as a decimal: (605, 5, -2) is "30.25"."""
    if exponent >= 0:
        return str(steps * mantissa * 10**exponent)
    whole = steps * mantissa
    digits = str(abs(whole)).rjust(1 - exponent, "0")
    return f"{'-' if whole < 0 else ''}{digits[:exponent]}.{digits[exponent:]}"


@lru_cache(maxsize=16_384)
def price_text(ticks: int, mantissa: int, exponent: int) -> str:
    """As steps_text, with thousands apart: 64,120.50."""
    return grouped(steps_text(ticks, mantissa, exponent))


def grouped(text: str) -> str:
    """A decimal with thousands apart."""
    whole, point, part = text.partition(".")
    return f"{int(whole):,}{point}{part}" if len(whole) > 3 else text


@lru_cache(maxsize=4_096)
def short_quantity(lots: int, mantissa: int, exponent: int) -> str:
    """A quantity without the zeros that say nothing: 0.500 is 0.5, 12000 stays 12000."""
    text = steps_text(lots, mantissa, exponent)
    return text.rstrip("0").rstrip(".") if "." in text else text


def rate_text(rate_e8: int) -> str:
    """A rate in 1e-8 as per cent with its sign: +0.0100 %."""
    return f"{'+' if rate_e8 > 0 else ''}{rate_e8 / 1_000_000:.4f} %"


def money_text(amount_e8: int, places: int = 2) -> str:
    """An amount in 1e-8 of a currency, rounded half away from zero, thousands apart."""
    unit = 10 ** (8 - places)
    rounded = (abs(amount_e8) + unit // 2) // unit
    whole, part = divmod(rounded, 10**places)
    sign = "-" if amount_e8 < 0 and rounded else ""
    return f"{sign}{whole:,}.{part:0{places}d}" if places else f"{sign}{whole:,}"


def signed_money(amount_e8: int, places: int = 2) -> str:
    """With its sign, also when it is a gain: +12.50."""
    text = money_text(amount_e8, places)
    return f"+{text}" if amount_e8 > 0 and not text.startswith("-") else text


def fitting_money(amount_e8: int, width: int) -> str:
    """With its sign; cents give way first, then everything behind thousands."""
    for places in (2, 0):
        text = signed_money(amount_e8, places)
        if len(text) <= width:
            return text
    whole = round(amount_e8 / 100_000_000)
    return f"{'+' if whole > 0 else ''}{count_text(whole)}"


def duration_text(nanoseconds: int) -> str:
    """At most six characters, three digits that count: 340ns, 1.25µs, 12.5ms, 3.02s."""
    if nanoseconds < 1_000:
        return f"{nanoseconds}ns"
    for unit, size in (("µs", 1_000), ("ms", 1_000_000), ("s", NS_PER_SECOND)):
        value = nanoseconds / size
        if value < 999.5 or unit == "s":
            places = 2 if value < 9.995 else 1 if value < 99.95 else 0
            return f"{value:.{places}f}{unit}"
    raise AssertionError("seconds have no upper end")


def count_text(count: int) -> str:
    """At most five characters: 999, 12.3k, 4.56M."""
    if abs(count) < 1_000:
        return str(count)
    for unit, size in (("k", 1_000), ("M", 1_000_000), ("G", 1_000_000_000), ("T", 1_000_000_000_000)):
        value = count / size
        if abs(value) < 999.5 or unit == "T":
            places = 2 if abs(value) < 9.995 else 1 if abs(value) < 99.95 else 0
            return f"{value:.{places}f}{unit}"
    raise AssertionError("the last unit takes all")


def bytes_text(count: int) -> str:
    """At most six characters: 999B, 12.3kB, 4.56GB."""
    return f"{count_text(count)}B"


def write_times(zone: Zone) -> None:
    """From now on, everywhere. The one choice that a process makes of how it writes numbers: a screen on which two
    panes differ in it is worse than a variable."""
    global _zone
    _zone = zone


def clock_text(wall_ns: int, *, milliseconds: bool = False) -> str:
    """HH:MM:SS or HH:MM:SS.mmm, in the chosen zone."""
    seconds, rest_ns = divmod(wall_ns, NS_PER_SECOND)
    at = time.localtime(seconds) if _zone == "local" else time.gmtime(seconds)
    text = f"{at.tm_hour:02d}:{at.tm_min:02d}:{at.tm_sec:02d}"
    return f"{text}.{rest_ns // 1_000_000:03d}" if milliseconds else text


def clock_in(wall_ns: int, width: int) -> str:
    """As fine as there is room for: HH:MM, HH:MM:SS, HH:MM:SS.mmm."""
    text = clock_text(wall_ns, milliseconds=width >= len("HH:MM:SS.mmm"))
    return text if width >= len("HH:MM:SS") else text[: len("HH:MM")]


def zone_text(wall_ns: int) -> str:
    """What a clock must say beside its time: UTC, CET, +0530."""
    return "UTC" if _zone == "utc" else time.strftime("%Z", time.localtime(wall_ns // NS_PER_SECOND))[:5]
