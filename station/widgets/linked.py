"""Which instrument does each ladder show, which of them has the trading keys, and which stand at the same prices?

One ladder is active: the trading keys act on it, and what it shows is the chosen instrument. A pinned ladder stays with
its instrument. The others are linked: they show the same name at other venues, then names of the same base, then what
follows in the list. Linked ladders of one name with one tick share a scale, so that a row is one price on all of them.
"""

from collections.abc import Iterable, Mapping, Sequence

from station.views.instrument import NO_INSTRUMENT, InstrumentView

NOBODY = NO_INSTRUMENT.instrument_id


class Scale:
    """Where a ladder is centred, how many ticks a row stands for, and where the cursor stands."""

    def __init__(self) -> None:
        self.group_ticks = 1
        self.middle_row = 0
        self.cursor_row: int | None = None
        self.is_static = False
        """It stays where it is when the market leaves"""
        self.is_held = False
        """The trader has moved it away from the market: it waits until that is back, or until it is centred"""
        self.rows = 0
        """In sight; 0: nobody sees it"""

    @property
    def cursor_ticks(self) -> int:
        """0: it stands nowhere, or where nobody sees it."""
        return self.cursor_row * self.group_ticks if self.rows and self.cursor_row is not None else 0

    @property
    def ticks_in_sight(self) -> tuple[int, int]:
        """The lowest price and the highest; (0, 0): nobody sees it."""
        if not self.rows:
            return 0, 0
        top = self.middle_row + self.rows // 2
        return (top - self.rows + 1) * self.group_ticks, (top + 1) * self.group_ticks - 1


class Linked:
    def __init__(self, count: int) -> None:
        self.active = 0
        self.shown = [NOBODY] * count
        """Instrument ids, by ladder"""
        self.pins: Mapping[int, int] = {}
        """Ladder → instrument id, of those that are pinned"""
        self.pointed_ticks: int | None = None
        """The price at the crosshair of the chart or the heat map that has the keys"""
        self._scales = [Scale() for _ in range(count)]
        self._shares = [False] * count

    def scale_of(self, ladder: int) -> Scale:
        return self._scales[self.active if self._shares[ladder] else ladder]

    def shares_scale(self, ladder: int) -> bool:
        """It stands at the prices of the active one, and moves with it."""
        return self._shares[ladder]

    def pin(self, pins: Mapping[int, int], instruments: Sequence[InstrumentView]) -> None:
        """These from now on; the rest are linked."""
        if pins != self.pins:
            self.pins = dict(pins)
            if self.active in self.pins:
                self.shown[self.active] = self.pins[self.active]
            self._link(instruments)

    def choose(self, instrument_id: int, instruments: Sequence[InstrumentView]) -> None:
        """Onto the active ladder, which is not pinned; the linked ones follow."""
        self.shown[self.active] = instrument_id
        self._link(instruments)

    def activate(self, ladder: int, instruments: Sequence[InstrumentView]) -> None:
        """Give a ladder the trading keys; what stands on the ladders stays."""
        before = self.active
        if self._shares[ladder]:
            # What was shared goes on with the one that moves it now.
            self._scales[before], self._scales[ladder] = self._scales[ladder], self._scales[before]
        self.active = ladder
        self._compare(instruments)

    def is_filled(self) -> bool:
        return NOBODY not in self.shown

    def _link(self, instruments: Sequence[InstrumentView]) -> None:
        by_id = {one.instrument_id: one for one in instruments}
        chosen = by_id.get(self.shown[self.active], NO_INSTRUMENT)
        taken = {chosen.instrument_id, *self.pins.values()}
        following = (one.instrument_id for one in followers(chosen, instruments) if one.instrument_id not in taken)
        for ladder in range(len(self.shown)):
            if ladder in self.pins:
                self.shown[ladder] = self.pins[ladder]
            elif ladder != self.active:
                self.shown[ladder] = next(following, NOBODY)
        self._compare(instruments)

    def _compare(self, instruments: Iterable[InstrumentView]) -> None:
        by_id = {one.instrument_id: one for one in instruments}
        first = by_id.get(self.shown[self.active])
        for ladder, instrument_id in enumerate(self.shown):
            other = by_id.get(instrument_id)
            self._shares[ladder] = (
                ladder != self.active
                and ladder not in self.pins
                and first is not None
                and other is not None
                and stand_at_the_same_prices(first, other)
            )


def followers(chosen: InstrumentView, instruments: Sequence[InstrumentView]) -> list[InstrumentView]:
    """All others, those first that are most like it: its name, its base, and what follows it in the list."""
    base = chosen.name.partition("-")[0]
    places = {one.instrument_id: place for place, one in enumerate(instruments)}
    start = places.get(chosen.instrument_id, 0)

    def likeness(one: InstrumentView) -> tuple[bool, bool, int]:
        after = (places[one.instrument_id] - start) % len(instruments)
        return one.name != chosen.name, one.name.partition("-")[0] != base, after

    return sorted((one for one in instruments if one is not chosen), key=likeness)


def stand_at_the_same_prices(first: InstrumentView, second: InstrumentView) -> bool:
    return (first.name, first.tick_mantissa, first.tick_exponent) == (
        second.name,
        second.tick_mantissa,
        second.tick_exponent,
    )
