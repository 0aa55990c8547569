"""What a ladder shows, and the arithmetic of its rows: a row stands for `group_ticks` ticks.

A bid belongs to the row at or below its price, an ask to the row at or above, so that grouping never makes a price look
better than it is, and a bid and an ask never share a row.
"""

from typing import NamedTuple

import msgspec

from station.views.book import EMPTY_BOOK, BookView
from station.views.distrust import Distrust
from station.views.instrument import NO_INSTRUMENT, InstrumentView
from station.views.orders import OrderView, PositionView

GROUPS: tuple[int, ...] = tuple(factor * int(10**power) for power in range(8) for factor in (1, 2, 5))
"""Ticks a row may stand for."""
LEVELS_WANTED = 12
"""A side, in sight when a ladder is opened."""


FRESH, RECENT, OLD = 2, 1, 0
"""How long ago it was"""


class RowFlow(NamedTuple):
    """Over the last seconds (`LevelFlowView.window_ns`), in lots."""

    bought: int = 0
    sold: int = 0
    age: int = OLD
    """Of the last trade here: FRESH, RECENT or OLD"""
    changed: int = OLD
    """The same of whatever came or went"""
    eaten_bid: int = 0
    pulled_bid: int = 0
    stacked_bid: int = 0
    eaten_ask: int = 0
    pulled_ask: int = 0
    stacked_ask: int = 0


class SessionRows(msgspec.Struct, frozen=True, kw_only=True):
    """Where the session traded, by row of the ladder."""

    volume: dict[int, int] = {}
    """Lots"""
    most_volume: int = 0
    control_row: int | None = None
    """Where most traded"""
    value_rows: tuple[int, int] | None = None
    """Lowest and highest row of the value area: 70 % of the volume"""
    marks: dict[int, str] = {}
    """H L O V: high, low, open, and the average price"""


class LadderFlow(msgspec.Struct, frozen=True, kw_only=True):
    """What happened, by row of the ladder."""

    rows: dict[int, RowFlow] = {}
    bid_hints: dict[int, str] = {}
    ask_hints: dict[int, str] = {}
    session: SessionRows = SessionRows()
    is_old: bool = False
    """Nobody keeps it now: of the last seconds nothing is known, and the session is that of before"""


NO_FLOW = LadderFlow()


class LadderView(msgspec.Struct, frozen=True, kw_only=True):
    instrument: InstrumentView = NO_INSTRUMENT
    book: BookView = EMPTY_BOOK
    orders: tuple[OrderView, ...] = ()
    """Open ones, of this instrument"""
    position: PositionView | None = None
    middle_row: int = 0
    """The price row in the middle of the pane, in groups"""
    group_ticks: int = 1
    cursor_row: int | None = None
    pointed_row: int | None = None
    """At the crosshair of a picture of this instrument"""
    size_lots: int = 0
    """Of the next order"""
    is_static: bool = False
    """It does not follow the market"""
    is_held: bool = False
    """It was moved away from the market by hand, and waits"""
    flow: LadderFlow | None = None
    """None: nobody keeps it"""
    columns: tuple[str, ...] = ()
    """Those beside price, quantities and own orders that are wanted: renderables/ladder_columns.py"""
    distrust: Distrust | None = None
    """Why the book is not to be traded on; None: it is LIVE"""


def bid_row(ticks: int, group_ticks: int) -> int:
    return ticks // group_ticks


def ask_row(ticks: int, group_ticks: int) -> int:
    return -(-ticks // group_ticks)


def middle_of(book: BookView, group_ticks: int, otherwise_ticks: int) -> int:
    """The row to centre on: between the best prices, else at the last trade, else at a reference."""
    bid, ask = book.best_bid, book.best_ask
    if bid is not None and ask is not None:
        return (bid_row(bid, group_ticks) + ask_row(ask, group_ticks)) // 2
    known = bid if bid is not None else ask if ask is not None else book.last_ticks or otherwise_ticks
    return known // group_ticks


def fitting_group(book: BookView, rows: int) -> int:
    """The smallest group with which the best levels of both sides are in sight."""
    if not book.bids or not book.asks:
        return 1
    low = book.bids[min(LEVELS_WANTED, len(book.bids)) - 1][0]
    high = book.asks[min(LEVELS_WANTED, len(book.asks)) - 1][0]
    for group in GROUPS:
        if (high - low) // group + 2 <= rows:
            return group
    return GROUPS[-1]
