"""What a trader may ask of the desk: one frozen struct per wish, and the sentence that says what it would do.

A wish goes from a key through the screen to the link, which turns it into a command record for the core.
"""

import msgspec

from core.vocabulary import Side
from station.link.tickets import Ticket, group_written, written
from station.views.instrument import InstrumentView


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Orders that are placed as one: legs that wait first, the entry last."""

    legs: tuple[Ticket, ...]

    @property
    def instrument_id(self) -> int:
        return self.legs[-1].instrument_id


class Cancel(msgspec.Struct, frozen=True, kw_only=True):
    client_id: int
    instrument_id: int


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """Another price, size or trigger for an open order; 0: as it is."""

    client_id: int
    instrument_id: int
    price_ticks: int = 0
    trigger_ticks: int = 0
    quantity_lots: int = 0


class Pause(msgspec.Struct, frozen=True, kw_only=True):
    """Of an order that is worked in slices."""

    client_id: int
    instrument_id: int
    is_paused: bool = True


class BreakEven(msgspec.Struct, frozen=True, kw_only=True):
    """The stops of an instrument to where its position has cost nothing."""

    instrument_id: int


class CancelAll(msgspec.Struct, frozen=True, kw_only=True):
    instrument_id: int = -1
    """-1: of all instruments"""
    side: Side = Side.NONE
    """NONE: both"""


class Flatten(msgspec.Struct, frozen=True, kw_only=True):
    instrument_id: int = -1
    """-1: of all instruments"""


class Reverse(msgspec.Struct, frozen=True, kw_only=True):
    instrument_id: int


class Arm(msgspec.Struct, frozen=True, kw_only=True):
    is_armed: bool


class TakeLease(msgspec.Struct, frozen=True, kw_only=True):
    reason: str


class AskLease(msgspec.Struct, frozen=True, kw_only=True):
    """Of its holder, who gives it by giving it back."""


class ReleaseLease(msgspec.Struct, frozen=True, kw_only=True):
    pass


class EnableStrategies(msgspec.Struct, frozen=True, kw_only=True):
    are_enabled: bool


class Rearm(msgspec.Struct, frozen=True, kw_only=True):
    reason: str


Wish = (
    Ticket
    | Group
    | Cancel
    | Move
    | Pause
    | BreakEven
    | CancelAll
    | Flatten
    | Reverse
    | Arm
    | TakeLease
    | AskLease
    | ReleaseLease
    | EnableStrategies
    | Rearm
)
NEEDS_ARMING = (Ticket, Group, Move, Pause, BreakEven, Flatten, Reverse)
"""Cancels and the kill keys always work."""
NEEDS_LEASE = (Arm, Rearm, EnableStrategies)
"""The trading lease is taken first when it is free."""


def sentence(wish: Wish, instrument: InstrumentView) -> str:
    """In the infinitive; orders in the words that can be typed: "buy 0.5 BTC-USD.alpha @ 64120.5"."""
    match wish:
        case Ticket():
            return written(wish, instrument)
        case Group():
            return group_written(wish.legs, instrument)
        case Move():
            return f"move an order in {instrument.symbol}{_to(wish, instrument)}"
        case Pause():
            return f"{'pause' if wish.is_paused else 'go on with'} the slices of an order in {instrument.symbol}"
        case BreakEven():
            return f"move the stops of {instrument.symbol} to break-even"
        case Cancel():
            return f"cancel one order in {instrument.symbol}"
        case CancelAll(instrument_id=-1):
            return "cancel every open order"
        case CancelAll():
            which = {Side.BUY: "all buys", Side.SELL: "all sells", Side.NONE: "all orders"}[wish.side]
            return f"cancel {which} in {instrument.symbol}"
        case Flatten(instrument_id=-1):
            return "close every position"
        case Flatten():
            return f"close the position in {instrument.symbol}"
        case Reverse():
            return f"turn the position in {instrument.symbol} round"
        case Arm():
            return "arm the hot keys" if wish.is_armed else "disarm the hot keys"
        case TakeLease():
            return "take the trading lease"
        case AskLease():
            return "ask for the trading lease"
        case ReleaseLease():
            return "give the trading lease back"
        case EnableStrategies():
            return "switch strategies on" if wish.are_enabled else "switch strategies off"
        case Rearm():
            return "re-arm the desk"


def _to(wish: Move, instrument: InstrumentView) -> str:
    parts = [f" to {instrument.price(wish.price_ticks)}"] if wish.price_ticks else []
    parts += [f", trigger {instrument.price(wish.trigger_ticks)}"] if wish.trigger_ticks else []
    parts += [f", {instrument.short(wish.quantity_lots)} in all"] if wish.quantity_lots else []
    return "".join(parts)
