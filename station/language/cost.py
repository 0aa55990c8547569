"""What would an order cost that takes from the books as they are shown, at one venue or over several?

    one       level by level of its own book, up to its limit
    several   always the next cheapest level of all LIVE books of the pair, the taker's fee counted (core/routing.py,
              which counts the venues' slowness as well)

A book is shown to a certain depth: what lies behind it is `beyond`, and nothing is guessed of it here. The core refuses
an order that would slip too far (core/book/slippage.py).
"""

import heapq
from collections.abc import Iterable, Iterator

import msgspec

from core.vocabulary import InstrumentState, Side
from station.views.book import BookView
from station.views.instrument import InstrumentView

PPM = 1_000_000


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What one venue would give."""

    instrument: InstrumentView
    lots: int
    worst_ticks: int
    worth_e8: int

    @property
    def fee_e8(self) -> int:
        return self.worth_e8 * self.instrument.taker_fee_ppm // PPM


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    parts: tuple[Part, ...]
    """By venue, the first that is taken from first"""
    levels: int
    average: float
    """Price of all that is shown for it; 0: nothing is"""
    slip_bps: float
    """Of the average, against the best mid"""
    beyond_lots: int
    """In lots of the instrument that was named: within the limit, but not shown"""

    @property
    def fee_e8(self) -> int:
        return sum(part.fee_e8 for part in self.parts)


def cost_of(
    named: InstrumentView,
    venues: Iterable[tuple[InstrumentView, BookView]],
    side: Side,
    lots: int,
    limit_ticks: int = 0,
) -> Cost:
    """`lots` and `limit_ticks` (0: none) are the named instrument's."""
    known = [(one, book) for one, book in venues if book.is_live and book.instrument_state is InstrumentState.OPEN]
    limit = _money(named, limit_ticks) if limit_ticks else None
    left, levels, paid = _size(named, lots), 0, 0.0
    taken: dict[int, tuple[int, int, int]] = {}
    """instrument id → lots, worst ticks, worth"""
    shown_levels = heapq.merge(*(_levels(one, book, side) for one, book in known), key=lambda level: level[0])
    for _, price, ticks, shown, one in shown_levels:
        size = min(shown, int(left / _size(one, 1) + 1e-9))
        if size <= 0 or (limit is not None and (price - limit) * side > 0):
            continue
        had_lots, _, had_worth = taken.get(one.instrument_id, (0, 0, 0))
        taken[one.instrument_id] = (had_lots + size, ticks, had_worth + one.notional_e8(ticks, size))
        paid += price * _size(one, size)
        left -= _size(one, size)
        levels += 1
    named_of = {one.instrument_id: one for one, _ in known}
    parts = tuple(
        Part(instrument=named_of[key], lots=part[0], worst_ticks=part[1], worth_e8=part[2])
        for key, part in taken.items()
    )
    got = _size(named, lots) - left
    average = paid / got if got > 0 else 0.0
    mid = _mid(known)
    slip = (average - mid) / mid * side * 10_000 if average and mid else 0.0
    return Cost(
        parts=parts,
        levels=levels,
        average=average,
        slip_bps=slip,
        beyond_lots=int(left / _size(named, 1) + 1e-9),
    )


def _levels(one: InstrumentView, book: BookView, side: Side) -> Iterator[tuple[float, float, int, int, InstrumentView]]:
    """Best first, as (what it costs with its fee, price, ticks, lots, where); cheaper is smaller for either side."""
    for ticks, lots in book.asks if side is Side.BUY else book.bids:
        price = _money(one, ticks)
        yield price * side * (1 + side * one.taker_fee_ppm / PPM), price, ticks, lots, one


def _mid(known: list[tuple[InstrumentView, BookView]]) -> float:
    """Between the best bid and the best ask of all; of crossed venues their middle."""
    bids = [_money(one, book.best_bid) for one, book in known if book.best_bid is not None]
    asks = [_money(one, book.best_ask) for one, book in known if book.best_ask is not None]
    return (max(bids) + min(asks)) / 2 if bids and asks else 0.0


def _money(one: InstrumentView, ticks: int) -> float:
    return ticks * one.tick_mantissa * 10.0**one.tick_exponent


def _size(one: InstrumentView, lots: int) -> float:
    return lots * one.lot_mantissa * 10.0**one.lot_exponent
