"""Is the best price that a book shows one that the venue quotes? What the venue's best bid and offer say of the book.

    wrong    a best price that stands in the core's book for STANDS_BEATS looks, while the venue quotes others only
    unsaid   no quote in that time, or one that a book cannot show: off tick, or less than a lot

Quotes come by another channel than updates, earlier or later, and a book moves between two looks: prices that differ
for a moment say nothing. What is compared is the ladder that orders are checked against, at the end of the whole way.
"""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

import numpy as np

from core.errors import UnitsError
from core.memory import numpy_cell
from core.memory.files import Memory
from core.units import to_decimal, to_steps
from core.vocabulary import BookState

STANDS_BEATS = 3
"""Looks, one a second"""
MOST_QUOTED = 1_000
"""Prices of a side between two looks; who quotes more is not judged."""

Row = Sequence[str | Decimal | None]
"""Price and size of a best bid or offer, as the venue writes them; without either, or 0: that side is empty"""
Best = tuple[int, int]
"""Bid and ask in ticks, 0: that side is empty"""


class CoreTops:
    """The best prices of the core's own books."""

    def __init__(self, memory: Memory) -> None:
        self._cells, self._instruments = memory.cells("books"), memory.table("instruments")

    def best(self, instrument_id: int) -> Best | None:
        """None: the core has no such book, or does not trust it."""
        slot = int(self._instruments[instrument_id]["book_slot"])
        if not 0 <= slot < len(self._cells.counts):
            return None
        top = numpy_cell.read(self._cells, slot)
        if top is None or not top["published_ns"] or top["state"] != BookState.LIVE:
            return None
        bids, asks = top["bids"][0], top["asks"][0]
        return (
            int(bids["price_ticks"]) if top["bid_count"] else 0,
            int(asks["price_ticks"]) if top["ask_count"] else 0,
        )


class Touch:
    """What a venue quotes of one instrument, and since when its book says something else."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """A book that begins anew is not held to what was."""
        self._quoted: tuple[dict[str, str], dict[str, str]] = ({}, {})
        """Of each side: price → size, since the last look, and what was valid then"""
        self._last = [("", ""), ("", "")]
        self._standing, self._beats = [0, 0], [0, 0]
        self._silent_beats = STANDS_BEATS

    def quote(self, bid: Row, ask: Row) -> None:
        for side, row in enumerate((bid, ask)):
            price, size = row if is_level(row) else ("", "")
            self._quoted[side][str(price)] = str(size)
            self._last[side] = str(price), str(size)
        self._silent_beats = 0

    def is_wrong(self, best: Best, instrument: np.void) -> bool:
        """One look; `instrument`: its row."""
        is_silent = self._silent_beats >= STANDS_BEATS
        self._silent_beats += 1
        for side, ticks in enumerate(best):
            quoted = _ticks_of(self._quoted[side], instrument)
            is_other = quoted is not None and not is_silent and ticks not in quoted
            self._beats[side] = self._beats[side] + 1 if is_other and ticks == self._standing[side] else 0
            self._standing[side] = ticks
        self._quoted = dict(self._last[:1]), dict(self._last[1:])
        return max(self._beats) >= STANDS_BEATS


def is_level(row: Row) -> bool:
    return bool(row) and all(value is not None and str(value).strip("0.") for value in row)


def _ticks_of(quoted: dict[str, str], instrument: np.void) -> set[int] | None:
    """None: the book may lack one of them."""
    if len(quoted) > MOST_QUOTED:
        return None
    mantissa, exponent = int(instrument["tick_mantissa"]), int(instrument["tick_exponent"])
    lot = to_decimal(1, int(instrument["lot_mantissa"]), int(instrument["lot_exponent"]))
    found = set()
    for price, size in quoted.items():
        if not price:
            found.add(0)
            continue
        try:
            if Decimal(size) < lot:
                return None
            found.add(to_steps(price, mantissa, exponent))
        except (UnitsError, InvalidOperation):
            return None
    return found
