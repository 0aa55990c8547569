"""Words that are numbers: prices, quantities, offsets, shares, times. Exact, or refused with what would be right.

price     61000  61,000.5  bid  ask  mid  last  ask+2t  +100t  -0.5%     the signed ones from the entry's price
quantity  2  0.5
offset    30t (ticks)  1.5%  15bps  12.5 (of the price)
time      17:30  17:30:15 (UTC, the next one)  90s  10m  1h30m
"""

import re
from collections.abc import Callable

from core.errors import UnitsError
from core.units import NS_OF, to_ns, to_parts, to_steps
from station.exit_codes import ExitCode
from station.language.reader import NotUnderstood, Reader, Word
from station.language.situation import Situation
from station.views.book import BookView
from station.views.instrument import InstrumentView

BPS = 10_000
PPM = 1_000_000
DAY_NS = NS_OF["d"]
_RELATIVE = re.compile(r"(bid|ask|mid|last)?([+-].+)?")
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")


def read_price(
    reader: Reader, instrument: InstrumentView, situation: Situation, *, side: int, from_ticks: int = 0, what: str
) -> int:
    """Ticks. `from_ticks`: what a signed number counts from; 0: the best price of the order's own side."""
    word = reader.take(what, "for example 61000, bid, ask-2t")
    return price_of(reader, word, word.text, instrument, situation.book(instrument.instrument_id), side, from_ticks)


def price_of(
    reader: Reader, word: Word, text: str, instrument: InstrumentView, book: BookView, side: int, from_ticks: int
) -> int:
    relative = _RELATIVE.fullmatch(text.casefold())
    if relative and (relative[1] or relative[2]):
        base = _base(reader, word, relative[1], book, side, from_ticks)
        shift = 0
        if relative[2]:
            value, is_bps = offset_of(reader, word, relative[2][1:], instrument)
            size = -(-base * value // BPS) if is_bps else value
            shift = size if relative[2][0] == "+" else -size
        ticks = base + shift
    else:
        ticks = _steps(reader, word, text, instrument.tick_mantissa, instrument.tick_exponent, "two prices")
    if ticks <= 0:
        raise reader.wrong(word, f"{word.text} is no price above 0")
    return ticks


def read_quantity(reader: Reader, instrument: InstrumentView, what: str = "the quantity") -> int:
    word = reader.take(what, "for example 0.5")
    return quantity_of(reader, word, word.text, instrument)


def quantity_of(reader: Reader, word: Word, text: str, instrument: InstrumentView) -> int:
    """Lots, at least the smallest that the venue takes."""
    lots = _steps(reader, word, text, instrument.lot_mantissa, instrument.lot_exponent, "two quantities")
    if not instrument.min_lots <= lots <= instrument.max_lots:
        least, most = instrument.short(instrument.min_lots), instrument.short(instrument.max_lots)
        right = f"the smallest is {least}, the largest {most}"
        raise reader.wrong(word, f"{text} is not a size that {instrument.symbol} takes", right, ExitCode.BAD_NUMBER)
    return lots


def read_offset(reader: Reader, instrument: InstrumentView, what: str) -> tuple[int, bool]:
    """Ticks, or basis points and True."""
    word = reader.take(what, "for example 1.5%, 30t, 12.5")
    return offset_of(reader, word, word.text, instrument)


def offset_of(reader: Reader, word: Word, text: str, instrument: InstrumentView) -> tuple[int, bool]:
    number = text.casefold()
    ending = next((one for one in ("bps", "%", "t") if number.endswith(one)), "")
    bare, is_bps = number.removesuffix(ending), ending in ("bps", "%")
    if ending == "%":
        value = _percent(reader, word, bare, BPS)
    elif ending:
        value = _steps(reader, word, bare, 1, 0, f"two {'basis points' if is_bps else 'ticks'}")
    else:
        value = _steps(reader, word, bare, instrument.tick_mantissa, instrument.tick_exponent, "two ticks")
    if value < 0 or (is_bps and value > BPS // 2):
        raise reader.wrong(word, f"{word.text} is no distance", "above 0, and at most 50%")
    return value, is_bps


def read_percent_ppm(reader: Reader, what: str) -> int:
    word = reader.take(what, "for example 10%")
    ppm = _percent(reader, word, word.text.removesuffix("%"), PPM)
    if not 0 < ppm <= PPM:
        raise reader.wrong(word, f"{word.text} is no part of the volume", "above 0 and at most 100%")
    return ppm


def share_of(reader: Reader, word: Word, text: str, lots: int, instrument: InstrumentView) -> int:
    """ "50%" of some lots, rounded down, or a quantity."""
    if not text.endswith("%"):
        return quantity_of(reader, word, text, instrument)
    ppm = _percent(reader, word, text.removesuffix("%"), PPM)
    if not 0 < ppm <= PPM:
        raise reader.wrong(word, f"{text} is no share", "above 0 and at most 100%")
    return lots * ppm // PPM


def read_span(reader: Reader, what: str) -> int:
    word = reader.take(what, "for example 10m, 1h30m")
    return _guarded(reader, word, lambda: to_ns(word.key))


def read_moment(reader: Reader, situation: Situation, what: str) -> int:
    """By the desk's clock: a time of day that comes next, UTC, or a span from now."""
    word = reader.take(what, "for example 17:30 (UTC), or 2h from now")
    clock = _CLOCK.fullmatch(word.text)
    if clock is None:
        return situation.now_ns + _guarded(reader, word, lambda: to_ns(word.key))
    wanted = (int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3] or 0)) * NS_OF["s"]
    ahead = (wanted - situation.wall_ns) % DAY_NS
    return situation.now_ns + (ahead or DAY_NS)


def is_price_like(word: Word | None) -> bool:
    return word is not None and (word.text[0].isdigit() or word.text[0] in "+-")


def _base(reader: Reader, word: Word, name: str | None, book: BookView, side: int, from_ticks: int) -> int:
    bid, ask = book.best_bid, book.best_ask
    if name is None and from_ticks:
        return from_ticks
    known: dict[str, int | None] = {"bid": bid, "ask": ask, "last": book.last_ticks or None}
    known["mid"] = None if bid is None or ask is None else (bid + ask) // 2 if side > 0 else -(-(bid + ask) // 2)
    base = known[name or ("bid" if side > 0 else "ask")]
    if base is None:
        raise reader.wrong(word, f"the book has no {name or 'price'} to count from", "say the price itself")
    return base


def _percent(reader: Reader, word: Word, text: str, parts: int) -> int:
    return _guarded(reader, word, lambda: to_parts(text, parts))


def _steps(reader: Reader, word: Word, text: str, mantissa: int, exponent: int, between: str) -> int:
    plain = text.replace(",", "") if _THOUSANDS.fullmatch(text) else text
    return _guarded(reader, word, lambda: to_steps(plain, mantissa, exponent), between)


def _guarded(reader: Reader, word: Word, read: Callable[[], int], between: str = "two steps") -> int:
    try:
        return read()
    except UnitsError as error:
        raise _said(reader, word, error, between) from error


def _said(reader: Reader, word: Word, error: UnitsError, between: str) -> NotUnderstood:
    if "below" in error.values:
        what, right = f"{word.text} lies between {between}", f"say {error.values['below']} or {error.values['above']}"
    else:
        what, right = f"{word.text!r}: {error.rule}", ""
    return reader.wrong(word, what, right, ExitCode.BAD_NUMBER)
