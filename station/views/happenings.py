"""The log in words: who asked for what, what was denied and why, what feeds and processes did."""

import re
from calendar import timegm
from collections.abc import Mapping
from enum import Enum, IntEnum
from time import strptime
from typing import NamedTuple, TypeVar

from core.vocabulary import (
    BreakerState,
    Command,
    EventKind,
    FeedState,
    InstrumentState,
    OrderStatus,
    OrderType,
    Origin,
    Side,
)
from station.views.instrument import NO_INSTRUMENT, InstrumentView
from station.views.numbers import NS_PER_SECOND, duration_text
from station.views.orders import PLAIN
from station.views.told import Told
from station.views.words import (
    BREAKER_STATES,
    FEED_STATES,
    INSTRUMENT_STATES,
    breaker_cause,
    denied_sentence,
    rejected_sentence,
)
from station.views.working import KINDS

COUNTER_MASK = (1 << 32) - 1
_Word = TypeVar("_Word", bound=IntEnum)
NOTE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z? +(.*)")
BY_SOMEBODY = re.compile(r"(seat \d+ \w+|a watcher) \| ([\w-]+) \| (.*)")


class Weight(Enum):
    """How much it matters: its mark, so that colour does not say it alone."""

    USUAL = " "
    NOTED = "·"
    BAD = "!"


class Happening(NamedTuple):
    wall_ns: int
    who: str
    """seat 0, CLI, strategy 1, core, desk …"""
    what: str
    """order, fill, denied, feed, halt … : one word to filter by"""
    text: str
    weight: Weight = Weight.USUAL


class Names(NamedTuple):
    """What numbers of a record are called."""

    instruments: Mapping[str, InstrumentView]
    """By symbol"""
    groups: Mapping[int, str]
    """Venues of a group, by its index"""
    halt_lines: Mapping[int, str] = {}


ENDED_BADLY = {
    OrderStatus.REJECTED: "the venue rejected",
    OrderStatus.EXPIRED: "expired",
    OrderStatus.NOT_SENT: "not sent, it came too late:",
    OrderStatus.UNKNOWN: "outcome not known, being looked up:",
}


def happening(told: Told, names: Names) -> Happening | None:
    """None for what the log does not tell: what is seen elsewhere, or says nothing by itself."""
    found = _said(told, names)
    if found is None:
        return None
    who, what, text, weight = found
    return Happening(told.wall_ns, who, what, text, weight)


def note_line(who: str, what: str, text: str) -> str:
    """What somebody at a screen did, or was told there, for the desk's own log."""
    return f"{who} | {what} | {' '.join(text.split())}"


def note_of(line: str) -> Happening | None:
    """A line of the desk's own log: starts and deaths of processes, reasons that people gave."""
    match = NOTE.match(line)
    if match is None:
        return None
    seconds = timegm(strptime(match[1], "%Y-%m-%dT%H:%M:%S"))
    if by := BY_SOMEBODY.fullmatch(match[2]):
        return Happening(seconds * NS_PER_SECOND, by[1], by[2], by[3], Weight.NOTED)
    bad = any(word in match[2] for word in ("last words", "killed", "cannot", "halt", "silent"))
    return Happening(seconds * NS_PER_SECOND, "desk", "desk", match[2], Weight.BAD if bad else Weight.NOTED)


_Said = tuple[str, str, str, Weight]


def _said(told: Told, names: Names) -> _Said | None:
    group = names.groups.get(told.source_id, f"group {told.source_id}")
    match told.kind:
        case EventKind.COMMAND:
            return _who(told), "order" if told.detail < Command.ARM else "seat", _asked(told, names), Weight.USUAL
        case EventKind.DENIED:
            why = denied_sentence(told.reason)
            return _who(told), "denied", f"{_order(told, names)}: {why}", Weight.BAD
        case EventKind.ORDER_UPDATE if told.status in ENDED_BADLY:
            words = ENDED_BADLY[OrderStatus(told.status)]
            why = f": {rejected_sentence(told.reason)}" if told.status == OrderStatus.REJECTED else ""
            return (
                _who(told),
                "rejected",
                f"{words} #{told.client_id & COUNTER_MASK} {_order(told, names)}{why}",
                Weight.BAD,
            )
        case EventKind.FILL:
            did = "bought" if told.side > 0 else "sold"
            return _who(told), "fill", f"{did} {_size(told, names)}", Weight.NOTED
        case EventKind.FEED_STATE:
            state = _state(FEED_STATES, FeedState, told.detail)
            is_well = told.detail == FeedState.LIVE
            return group, "feed", f"{told.symbol or 'the feed'}: {state}", Weight.USUAL if is_well else Weight.BAD
        case EventKind.INSTRUMENT_STATE:
            state = _state(INSTRUMENT_STATES, InstrumentState, told.detail).lower()
            return group, "market", f"{told.symbol}: {state}", Weight.NOTED
        case EventKind.FEED_STALE | EventKind.ORDERS_STALE:
            process = "market" if told.kind == EventKind.FEED_STALE else "order"
            text = f"the {process} process is silent" if told.detail else f"the {process} process beats again"
            return group, "process", text, Weight.BAD if told.detail else Weight.NOTED
        case _:
            return _of_the_desk(told, names)


def _of_the_desk(told: Told, names: Names) -> _Said | None:
    match told.kind:
        case EventKind.HALT:
            return names.halt_lines.get(told.source_id, f"line {told.source_id}"), "halt", "HALTED the desk", Weight.BAD
        case EventKind.LEASE_ENDED:
            return f"seat {told.source_id}", "seat", "lost the trading lease: it went or froze", Weight.NOTED
        case EventKind.STRATEGY_SWAPPED:
            return "core", "strategy", f"new code in slot {told.strategy_id}", Weight.NOTED
        case EventKind.LOSS:
            return "core", "loss", f"{told.reference_id:,} records did not fit", Weight.BAD
        case EventKind.ROLLOVER:
            return "core", "day", "a trading day begins", Weight.NOTED
        case EventKind.SESSION:
            return "core", "process", f"the core begins, start {told.client_id}", Weight.NOTED
        case EventKind.RESUMED:
            return "core", "process", f"the machine slept for {duration_text(told.reference_id)}", Weight.BAD
        case EventKind.RING_FULL:
            full = "is nearly full" if told.detail else "has room again"
            return "core", "loss", f"a ring of requests {full}", Weight.BAD if told.detail else Weight.NOTED
        case EventKind.FLATTENED:
            return "core", "halt", "every venue shows flat", Weight.NOTED
        case EventKind.BREAKER if told.detail != told.status:
            state = _state(BREAKER_STATES, BreakerState, told.detail)
            weight = Weight.NOTED if told.detail == BreakerState.NORMAL else Weight.BAD
            return "core", "breaker", f"{state}: {breaker_cause(told.reason)}", weight
        case _:
            return None


def _who(told: Told) -> str:
    if told.strategy_id >= 0:
        return f"strategy {told.strategy_id}"
    words = {
        Origin.KEY: "key",
        Origin.CLI: "CLI",
        Origin.API: "API",
        Origin.KILL: "kill",
        Origin.PROTECTION: "stops",
        Origin.EXTERNAL: "outside",
    }
    origin = next((text for code, text in words.items() if code == told.origin), "core")
    from_seat = told.kind in (EventKind.COMMAND, EventKind.DENIED) and told.origin in (
        Origin.KEY,
        Origin.CLI,
        Origin.API,
    )
    return f"seat {told.source_id} {origin}" if from_seat else origin


def _asked(told: Told, names: Names) -> str:
    number = f"#{told.client_id & COUNTER_MASK}"
    here = told.symbol or "everything"
    match told.detail:
        case Command.PLACE_ORDER:
            return _order(told, names)
        case Command.CANCEL_ORDER:
            return f"cancel {number}"
        case Command.REPLACE_ORDER:
            return f"change {number} to {_size(told, names)}"
        case Command.CANCEL_ALL:
            side = {1: "buys of ", -1: "sells of "}.get(told.side, "")
            return f"cancel all {side}{here}"
        case Command.FLATTEN | Command.REVERSE | Command.BREAK_EVEN:
            return f"{Command(told.detail).name.lower().replace('_', ' ')} {here}"
        case Command.PAUSE_ORDER:
            return f"{'pause' if told.amount else 'go on with'} {number}"
        case Command.ENABLE_STRATEGIES:
            return f"strategies {'on' if told.amount else 'off'}"
        case _:
            command = _known(Command, told.detail)
            return f"command {told.detail}" if command is None else command.name.lower().replace("_", " ")


def _order(told: Told, names: Names) -> str:
    """Side, kind, size, instrument and price of an order; only what there is."""
    side = {int(Side.BUY): "buy ", int(Side.SELL): "sell "}.get(told.side, "")
    kind = _known(OrderType, told.order_type)
    extra = f" {KINDS[kind]}" if kind is not None and kind not in PLAIN else ""
    return f"{side}{_size(told, names)}{extra}" if told.symbol else side.strip() or "a command"


def _size(told: Told, names: Names) -> str:
    """ "0.2 BTC-USD.alpha at 64,120.0"."""
    instrument = names.instruments.get(told.symbol or "", NO_INSTRUMENT)
    if instrument is NO_INSTRUMENT:
        return told.symbol or ""
    size = f"{instrument.short(told.quantity_lots)} " if told.quantity_lots else ""
    price = f" at {instrument.price(told.price_ticks)}" if told.price_ticks else ""
    return f"{size}{instrument.symbol}{price}"


def _state(words: Mapping[_Word, str], codes: type[_Word], code: int) -> str:
    known = _known(codes, code)
    return f"state {code}" if known is None else words[known]


def _known(words: type[_Word], code: int) -> _Word | None:
    """A code that this version does not know is None."""
    return words(code) if code in words._value2member_map_ else None
