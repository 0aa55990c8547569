"""What the words of a line are understood against: instruments, books, our orders and positions, and the time."""

import math
from collections.abc import Callable
from fnmatch import fnmatchcase

import msgspec

from station.exit_codes import ExitCode
from station.language.reader import Reader, Word
from station.views.book import BookView
from station.views.instrument import NO_INSTRUMENT, InstrumentView
from station.views.orders import OrderView, PositionView
from station.views.risk import RiskView
from station.views.signals import SignalsView
from station.views.status import DelayView

NS_PER_SECOND = 1_000_000_000
COUNTER_MASK = (1 << 32) - 1


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """What the screen has that a line can name; on the command line what the files say."""

    themes: tuple[str, ...] = ()
    layouts: tuple[str, ...] = ()
    panes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    """Of the ladder"""
    settings: tuple[str, ...] = ()
    """Of [screen]"""
    alerts: tuple[str, ...] = ()
    """Their lines, in the order in which they are numbered"""


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    instruments: tuple[InstrumentView, ...]
    book: Callable[[int], BookView]
    orders: tuple[OrderView, ...] = ()
    """Open ones"""
    positions: tuple[PositionView, ...] = ()
    chosen_id: int = -1
    """The instrument on the ladder: it may be left out, and of two venues it is the one that is meant"""
    risk: RiskView = RiskView()
    now_ns: int = 0
    """The desk's clock; …"""
    wall_ns: int = 0
    """… and the wall's at the same moment"""
    names: Names = Names()
    usual_lots: Callable[[InstrumentView], int] | None = None
    """The size of an order that the trader usually sends; None: nobody has watched"""
    delays: tuple[DelayView, ...] = ()
    """By venue group"""
    signals: Callable[[int], SignalsView] | None = None

    def instrument(self, instrument_id: int) -> InstrumentView:
        return next((one for one in self.instruments if one.instrument_id == instrument_id), NO_INSTRUMENT)

    def venues_of(self, instrument: InstrumentView) -> list[InstrumentView]:
        """All that an order in this instrument may be routed over, itself first."""
        others = [one for one in self.instruments if one.pair_id == instrument.pair_id and one.pair_id >= 0]
        return [instrument, *(one for one in others if one.instrument_id != instrument.instrument_id)]

    def delay_of(self, instrument: InstrumentView) -> DelayView:
        number = instrument.source_id
        return self.delays[number] if 0 <= number < len(self.delays) else DelayView()

    def slowness_of(self, instrument: InstrumentView) -> float:
        """How far its market is expected to move until its venue has an order, as a part of the price.

        As core/venue_delays.py reckons it, which also counts how long the feed has just been silent.
        """
        volatility = self.signals(instrument.instrument_id).volatility if self.signals is not None else 0.0
        moved = volatility * math.sqrt(self.delay_of(instrument).delay_ns / NS_PER_SECOND)
        return moved if moved >= 0.0 else 0.0  # not warm yet: not a number

    def position_lots(self, instrument_id: int) -> int:
        return next((held.position_lots for held in self.positions if held.instrument_id == instrument_id), 0)

    def orders_of(self, instrument_id: int) -> list[OrderView]:
        return [order for order in self.orders if order.instrument_id == instrument_id]


def looks_like_symbol(word: Word | None) -> bool:
    return word is not None and word.text[0].isalpha() and ("-" in word.text or "." in word.text or word.text.isupper())


def read_instrument(reader: Reader, situation: Situation, *, is_any_venue: bool = False) -> InstrumentView:
    """The next word as a symbol; the one on the ladder when the line goes on without.

    `is_any_venue`: of several venues the first will do, when the one on the ladder is none of them.
    """
    if not looks_like_symbol(reader.next) and situation.chosen_id >= 0:
        matching = reader.next is not None and _named(reader.next.key, situation)
        if not matching:
            return situation.instrument(situation.chosen_id)
    word = reader.take("the instrument", "for example BTC-USD")
    found = _named(word.key, situation)
    if len(found) > 1:
        found = [one for one in found if one.instrument_id == situation.chosen_id] or found
    if not found:
        known = [name for one in situation.instruments for name in (one.symbol, one.name)]
        raise reader.unknown(word, dict.fromkeys(known), "instrument", ExitCode.UNKNOWN_NAME)
    if len(found) > 1 and not is_any_venue:
        named = " or ".join(one.symbol for one in found)
        raise reader.wrong(word, f"{word.text} trades at several venues", f"say {named}", ExitCode.UNKNOWN_NAME)
    return found[0]


def read_instruments(reader: Reader, situation: Situation) -> list[InstrumentView]:
    """A symbol, with * for any letters, and none for the one on the ladder."""
    word = reader.next
    if word is None or "*" not in word.text:
        return [read_instrument(reader, situation)]
    reader.take("", "")
    found = [one for one in situation.instruments if fnmatchcase(one.symbol.casefold(), word.key)]
    if not found:
        raise reader.wrong(word, f"no instrument matches {word.text}", "station instruments lists them")
    return found


def order_of(reader: Reader, situation: Situation, word: Word) -> OrderView:
    """By its client id, or by its number of this session: #12."""
    digits = word.text.removeprefix("#")
    if not digits.isdecimal():
        raise reader.wrong(word, f"{word.text!r} is no order", "say its id, or #12 for the twelfth of this session")
    number = int(digits)
    found = [order for order in situation.orders if order.client_id == number] or [
        order for order in situation.orders if order.client_id & COUNTER_MASK == number
    ]
    if len(found) != 1:
        what = "no open order has" if not found else "several open orders have"
        raise reader.wrong(word, f"{what} the number {digits}", _open_numbers(situation))
    return found[0]


def _open_numbers(situation: Situation) -> str:
    numbers = [f"#{order.client_id & COUNTER_MASK}" for order in situation.orders[:6]]
    return f"open are {' '.join(numbers)}" if numbers else "none is open"


def _named(key: str, situation: Situation) -> list[InstrumentView]:
    exact = [one for one in situation.instruments if one.symbol.casefold() == key]
    return exact or [one for one in situation.instruments if one.name.casefold() == key]
