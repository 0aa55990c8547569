"""What a trader may ask of the desk: one frozen struct per wish, and the sentence that says what it would do.

A wish goes from a key through the screen to the link, which turns it into a command record for the core.
"""

import msgspec

from core.vocabulary import Side, TimeInForce
from station.views.instrument import InstrumentView


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A limit order."""

    instrument_id: int
    side: Side
    price_ticks: int
    quantity_lots: int
    time_in_force: TimeInForce = TimeInForce.GTC
    is_post_only: bool = False


class Cancel(msgspec.Struct, frozen=True, kw_only=True):
    client_id: int
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


class ReleaseLease(msgspec.Struct, frozen=True, kw_only=True):
    pass


class EnableStrategies(msgspec.Struct, frozen=True, kw_only=True):
    are_enabled: bool


class Rearm(msgspec.Struct, frozen=True, kw_only=True):
    reason: str


Wish = Place | Cancel | CancelAll | Flatten | Reverse | Arm | TakeLease | ReleaseLease | EnableStrategies | Rearm
NEEDS_ARMING = (Place, Flatten, Reverse)
"""Cancels and the kill keys always work."""
NEEDS_LEASE = (Arm, Rearm, EnableStrategies)
"""The trading lease is taken first when it is free."""


def sentence(wish: Wish, instrument: InstrumentView) -> str:
    """In the infinitive: "buy 0.5 BTC-USD.alpha at 64,120.50"."""
    match wish:
        case Place():
            side = "buy" if wish.side is Side.BUY else "sell"
            how = " post-only" if wish.is_post_only else ""
            how += " or cancel" if wish.time_in_force is TimeInForce.IOC else ""
            quantity, price = instrument.short(wish.quantity_lots), instrument.price(wish.price_ticks)
            return f"{side} {quantity} {instrument.symbol} at {price}{how}"
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
        case ReleaseLease():
            return "give the trading lease back"
        case EnableStrategies():
            return "switch strategies on" if wish.are_enabled else "switch strategies off"
        case Rearm():
            return "re-arm the desk"
