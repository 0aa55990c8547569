"""What is an order before it is sent? A ticket: everything asked of it, in ticks, lots and the desk's clock.

Several tickets are a group, told to the core back to back and placed as one (core/groups.py):

    bracket     the entry, with stop and targets that wait for it, and of which one takes from the others
    either-or   two orders of which one takes from the other

`written` says a ticket in the words of the order language (station/language), so that what is shown can be typed.
"""

from collections.abc import Iterable

import msgspec

from core.vocabulary import EventFlag, OrderType, Side, TimeInForce
from station.views.instrument import InstrumentView
from station.views.orders import SLICED

MOST_LEGS = 8
"""Of a group (core/state.py GROUP_LEGS)."""
NS_PER_SECOND = 1_000_000_000
STOPS = (OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TRAILING_STOP)


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """One order."""

    instrument_id: int
    side: Side
    quantity_lots: int
    order_type: OrderType = OrderType.LIMIT
    price_ticks: int = 0
    """The worst at which it may trade; 0: none"""
    trigger_ticks: int = 0
    """Of a stop or touch"""
    activation_ticks: int = 0
    """A trailing stop follows from here on; 0: at once"""
    offset: int = 0
    """Of a trailing stop or a peg, behind the market"""
    is_in_bps: bool = False
    """The offset is in basis points; else in ticks"""
    is_to_mid: bool = False
    """Pegged to the mid; else to the best price of its side"""
    display_lots: int = 0
    """Shown at once, or the size of a slice; 0: all"""
    participation_ppm: int = 0
    """TWAP, VWAP: never more than this of what the market trades; 0: no cap"""
    starts_ns: int = 0
    """TWAP, VWAP: the desk's clock; 0: now"""
    ends_ns: int = 0
    """TWAP, VWAP and GTD: the desk's clock"""
    time_in_force: TimeInForce = TimeInForce.GTC
    is_post_only: bool = False
    is_reduce_only: bool = False
    is_routed: bool = False
    """Spread over all venues of the pair, each lot where it is cheapest"""
    waits: bool = False
    """A leg that is held until the entry of its group fills"""
    is_one_cancels: bool = False
    """A leg of which a fill takes as much from the others of its kind"""

    @property
    def flags(self) -> EventFlag:
        chosen = (
            (self.is_post_only, EventFlag.POST_ONLY),
            (self.is_reduce_only, EventFlag.REDUCE_ONLY),
            (self.waits, EventFlag.WAITS),
            (self.is_one_cancels, EventFlag.ONE_CANCELS),
            (self.is_in_bps, EventFlag.IN_BPS),
            (self.is_to_mid, EventFlag.TO_MID),
            (self.is_routed, EventFlag.ROUTE),
        )
        flags = EventFlag(0)
        for is_set, flag in chosen:
            flags |= flag if is_set else EventFlag(0)
        return flags

    def fields(self) -> dict[str, int]:
        """As a COMMAND carries it (core/records/event.py, "terms")."""
        is_timed = self.order_type in (OrderType.TWAP, OrderType.VWAP)
        is_trailing = self.order_type is OrderType.TRAILING_STOP
        first = self.starts_ns if is_timed else self.activation_ticks if is_trailing else self.trigger_ticks
        return {
            "side": self.side,
            "order_type": self.order_type,
            "time_in_force": self.time_in_force,
            "price_ticks": self.price_ticks,
            "quantity_lots": self.quantity_lots,
            "execution_id": first,
            "amount": self.participation_ppm if is_timed else self.offset,
            "filled_lots": self.display_lots,
            "venue_ns": self.ends_ns,
            "flags": int(self.flags),
        }


def written(ticket: Ticket, instrument: InstrumentView) -> str:
    """ "buy 0.5 BTC-USD.alpha @ 64120.5 post": one order in the words of the language, without its group."""
    side = "buy" if ticket.side is Side.BUY else "sell"
    words = [side, instrument.plain_size(ticket.quantity_lots), instrument.symbol, *_type_words(ticket, instrument)]
    return " ".join((*words, *_time_words(ticket), *_flag_words(ticket)))


def group_written(legs: Iterable[Ticket], instrument: InstrumentView) -> str:
    """A bracket begins with its entry, which is told last: "… @ 61000 tp 61500:50% sl 60800"."""
    told = list(legs)
    entries = [leg for leg in told if not leg.waits]
    words = [written(entries[-1] if len(entries) == 1 else entries[0], instrument)]
    words += [" ".join(("oco", *_type_words(leg, instrument), *_time_words(leg))) for leg in entries[1:]]
    targets = [leg for leg in told if leg.waits and leg.order_type is OrderType.LIMIT]
    if targets:
        sizes = [f":{instrument.plain_size(leg.quantity_lots)}" if len(targets) > 1 else "" for leg in targets]
        levels = [instrument.plain_price(leg.price_ticks) for leg in targets]
        words.append("tp " + " ".join(level + size for level, size in zip(levels, sizes, strict=True)))
    for leg in told:
        if leg.waits and leg.order_type in STOPS:
            said = _type_words(leg, instrument)
            words.append("sl " + " ".join(said[1:] if leg.order_type is OrderType.STOP else said))
    return " ".join(words)


def _type_words(ticket: Ticket, instrument: InstrumentView) -> list[str]:
    price = [instrument.plain_price(ticket.price_ticks)] if ticket.price_ticks else []
    at, limit = (["@", *price], ["limit", *price]) if price else ([], [])
    trigger = instrument.plain_price(ticket.trigger_ticks)
    match ticket.order_type:
        case OrderType.MARKET:
            return ["market"]
        case OrderType.STOP | OrderType.STOP_LIMIT:
            return ["stop", trigger, *limit]
        case OrderType.MARKET_IF_TOUCHED:
            return ["mit", trigger]
        case OrderType.LIMIT_IF_TOUCHED:
            return ["lit", trigger, *limit]
        case OrderType.TRAILING_STOP:
            start = ["from", instrument.plain_price(ticket.activation_ticks)] if ticket.activation_ticks else []
            return ["trail", _offset(ticket), *start]
        case OrderType.ICEBERG:
            return [*at, "iceberg", instrument.plain_size(ticket.display_lots)]
        case OrderType.TWAP | OrderType.VWAP:
            return [*at, *_slice_words(ticket, instrument)]
        case OrderType.PEGGED:
            behind = [f"-{_offset(ticket)}"] if ticket.offset else []
            return [*at, "peg", "mid" if ticket.is_to_mid else "best", *behind]
        case OrderType.MARKET_TO_LIMIT:
            return ["mtl"]
        case _:
            return at


def _slice_words(ticket: Ticket, instrument: InstrumentView) -> list[str]:
    words = [ticket.order_type.name.lower(), span_text(ticket.ends_ns - ticket.starts_ns)]
    if ticket.participation_ppm:
        words += ["cap", f"{ticket.participation_ppm / 10_000:g}%"]
    if ticket.display_lots:
        words += ["show", instrument.plain_size(ticket.display_lots)]
    return words


def _time_words(ticket: Ticket) -> list[str]:
    if ticket.order_type in (OrderType.MARKET, *SLICED) or ticket.time_in_force is TimeInForce.GTC:
        return []
    return [ticket.time_in_force.name.lower()]


def _flag_words(ticket: Ticket) -> list[str]:
    said = ((ticket.is_post_only, "post"), (ticket.is_reduce_only, "reduce"), (ticket.is_routed, "route"))
    return [word for is_set, word in said if is_set]


def _offset(ticket: Ticket) -> str:
    return f"{ticket.offset / 100:g}%" if ticket.is_in_bps else f"{ticket.offset}t"


def span_text(span_ns: int) -> str:
    """ "1h30m"; what is below a second is rounded."""
    seconds = max(0, round(span_ns / NS_PER_SECOND))
    parts = []
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        if seconds >= size:
            parts.append(f"{seconds // size}{unit}")
            seconds %= size
    return "".join(parts) or "0s"
