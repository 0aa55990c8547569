"""What a pane may look at: the desk, through its source, and what the trader has chosen. One a screen."""

from collections.abc import Mapping

import msgspec

from core.vocabulary import BookState
from station.link.source import Source
from station.views.alerts import AlertsView
from station.views.book import BookView
from station.views.distrust import Distrust, distrust_of
from station.views.instrument import NO_INSTRUMENT, InstrumentView
from station.views.orders import OrderView, PositionView
from station.views.status import EMPTY_STATUS, StatusView
from station.views.terminal import NO_TERMINAL
from station.widgets.linked import Linked
from station.widgets.sizes import Sizes

MOST_LADDERS = 4
"""Side by side at most"""
LADDERS = ("ladder", *(f"ladder-{number}" for number in range(2, MOST_LADDERS + 1)))


class Look:
    """`refresh` reads what changed; a view that did not change is the same object as before."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.sizes = Sizes()
        self.ladders = Linked(MOST_LADDERS)
        self.columns: tuple[str, ...] = ()
        """Of the ladders: renderables/ladder_columns.py"""
        self.status: StatusView = EMPTY_STATUS
        self.terminal = NO_TERMINAL
        self.instruments: tuple[InstrumentView, ...] = ()
        self.by_id: dict[int, InstrumentView] = {}
        self.symbol_cells = 0
        """Of the longest symbol"""
        self.by_symbol: dict[str, InstrumentView] = {}
        """Numbers change from one run of a desk to the next, symbols do not"""
        self.chosen = 0
        """Place in `instruments` of the one on the active ladder, which every linked pane shows"""
        self.groups: dict[str, int] = {}
        """What the panes of a group show: letter → instrument id"""
        self._tied: Mapping[str, int] = {}
        """Pane → instrument id, of those that are pinned or in a group"""
        self.alerts = AlertsView()
        self.orders: tuple[OrderView, ...] = ()
        self.positions: tuple[PositionView, ...] = ()
        self._orders_of: dict[int, tuple[OrderView, ...]] = {}
        self._positions_of: dict[int, PositionView] = {}

    @property
    def instrument(self) -> InstrumentView:
        return self.instruments[self.chosen] if self.instruments else NO_INSTRUMENT

    def refresh(self) -> None:
        instruments, orders, positions = self.source.instruments(), self.source.orders(), self.source.positions()
        if instruments is not self.instruments:
            self.instruments = instruments
            self.by_id = {one.instrument_id: one for one in instruments}
            self.by_symbol = {one.symbol: one for one in instruments}
            self.symbol_cells = max((len(one.symbol) for one in instruments), default=0)
            if not self.ladders.is_filled():
                self.choose(self.chosen)
        if orders is not self.orders:
            self.orders = orders
            listed: dict[int, list[OrderView]] = {}
            for order in orders:
                listed.setdefault(order.instrument_id, []).append(order)
            self._orders_of = {instrument_id: tuple(found) for instrument_id, found in listed.items()}
        if positions is not self.positions:
            self.positions = positions
            self._positions_of = {one.instrument_id: one for one in positions}

    def choose(self, place: int) -> None:
        """Another instrument, by its place, onto the active ladder."""
        if self.instruments:
            self.chosen = place % len(self.instruments)
            self.ladders.choose(self.instrument.instrument_id, self.instruments)

    def activate(self, ladder: int) -> None:
        """Give another ladder the trading keys: what it shows is chosen."""
        self.ladders.activate(ladder, self.instruments)
        shown = self.ladders.shown[ladder]
        self.chosen = next((at for at, one in enumerate(self.instruments) if one.instrument_id == shown), self.chosen)

    def tie(self, tied: Mapping[str, int]) -> None:
        """Pane → instrument id, of those that do not show what is chosen, from now on."""
        self._tied = dict(tied)
        names = enumerate(LADDERS)
        self.ladders.pin({number: tied[name] for number, name in names if name in tied}, self.instruments)
        self.activate(self.ladders.active)

    def shown_by(self, pane: str) -> InstrumentView:
        if pane in LADDERS:
            return self.ladder(LADDERS.index(pane))
        return self.named(self._tied[pane]) if pane in self._tied else self.instrument

    def ladder(self, number: int) -> InstrumentView:
        """What a ladder shows."""
        return self.named(self.ladders.shown[number])

    def named(self, instrument_id: int) -> InstrumentView:
        return self.by_id.get(instrument_id, NO_INSTRUMENT)

    def orders_of(self, instrument: InstrumentView) -> tuple[OrderView, ...]:
        return self._orders_of.get(instrument.instrument_id, ())

    def position_of(self, instrument: InstrumentView) -> PositionView | None:
        return self._positions_of.get(instrument.instrument_id)

    def book_of(self, instrument: InstrumentView) -> BookView:
        """As the core published it; when the core is silent, nothing that it published can be trusted."""
        book = self.source.book(instrument.instrument_id)
        if self.status.is_attached or book.state is not BookState.LIVE:
            return book
        return msgspec.structs.replace(book, state=BookState.STALE)

    def distrust_of(self, instrument: InstrumentView) -> Distrust | None:
        status, book = self.status, self.source.book(instrument.instrument_id)
        return distrust_of(
            book, status.feeds, venue=instrument.venue, is_attached=status.is_attached, wall_s=status.wall_s
        )
