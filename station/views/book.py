"""A book and its trades, as they are shown."""

from typing import NamedTuple

import msgspec

from core.vocabulary import BookState, InstrumentState, Reference


class Level(NamedTuple):
    price_ticks: int
    quantity_lots: int


class BookView(msgspec.Struct, frozen=True, kw_only=True):
    """The best levels of one instrument, best first."""

    instrument_id: int
    state: BookState = BookState.SYNCING
    instrument_state: InstrumentState = InstrumentState.OPEN
    bids: tuple[tuple[int, int], ...] = ()
    """(price_ticks, quantity_lots); as Level, plain for speed"""
    asks: tuple[tuple[int, int], ...] = ()
    last_ticks: int = 0
    """Of the last trade; 0: none yet"""
    last_lots: int = 0
    last_side: int = 0
    day_volume_lots: int = 0
    day_open_ticks: int = 0
    day_high_ticks: int = 0
    day_low_ticks: int = 0
    frames_gapped: int = 0
    references: tuple[int, ...] = ()
    """By core.vocabulary.Reference: what the venue says of a derivative; 0 or not there: nothing"""
    published_ns: int = 0
    since_wall_ns: int = 0
    """Since when the state is what it is, as far as this client saw; 0: it does not know"""

    def reference(self, which: Reference) -> int:
        """0: the venue said nothing of it."""
        return self.references[which] if which < len(self.references) else 0

    @property
    def is_live(self) -> bool:
        return self.state is BookState.LIVE

    @property
    def best_bid(self) -> int | None:
        return self.bids[0][0] if self.bids else None

    @property
    def best_ask(self) -> int | None:
        return self.asks[0][0] if self.asks else None


class TradeView(NamedTuple):
    wall_ns: int
    price_ticks: int
    quantity_lots: int
    side: int


class TradesView(msgspec.Struct, frozen=True, kw_only=True):
    """The last trades of one instrument, newest first."""

    instrument_id: int
    seen: int = 0
    trades: tuple[TradeView, ...] = ()


class WatchView(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the watchlist."""

    instrument_id: int
    state: BookState = BookState.SYNCING
    instrument_state: InstrumentState = InstrumentState.OPEN
    last_ticks: int = 0
    last_side: int = 0
    bid_ticks: int | None = None
    ask_ticks: int | None = None
    change_ppm: int = 0
    """Last trade against the day's first, in millionths"""
    day_volume_lots: int = 0
    position_lots: int = 0

    @property
    def spread_ticks(self) -> int | None:
        if self.bid_ticks is None or self.ask_ticks is None:
            return None
        return self.ask_ticks - self.bid_ticks


EMPTY_BOOK = BookView(instrument_id=-1)
EMPTY_TRADES = TradesView(instrument_id=-1)
