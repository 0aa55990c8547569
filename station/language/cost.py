"""What would an order cost that takes from the books as they are shown, at one venue or over several?

    one       level by level of its own book, up to its limit
    several   always the next cheapest level of all LIVE books of the pair, the taker's fee and the venue's slowness
              counted, as the core does (core/routing.py)

A book is shown to a certain depth: what lies behind it is `beyond`, and nothing is guessed of it here. The core refuses
an order that would slip too far (core/book/slippage.py).
"""

import heapq
from collections.abc import Callable, Iterable, Iterator

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
    average: float
    """Price of it"""

    @property
    def fee_e8(self) -> int:
        return self.worth_e8 * self.instrument.taker_fee_ppm // PPM

    def average_with_fee(self, side: Side) -> float:
        return self.average * (1 + side * self.instrument.taker_fee_ppm / PPM)


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
    slowness: Callable[[InstrumentView], float] | None = None,
) -> Cost:
    """`lots` and `limit_ticks` (0: none) are the named instrument's; `slowness`: of its venue, a part of the price."""
    known = [(one, book) for one, book in venues if book.is_live and book.instrument_state is InstrumentState.OPEN]
    limit = _money(named, limit_ticks) if limit_ticks else None
    left, levels, paid = _size(named, lots), 0, 0.0
    taken: dict[int, tuple[int, int, int, float]] = {}
    """instrument id → lots, worst ticks, worth, price times size"""
    venues_levels = (_levels(one, book, side, slowness(one) if slowness else 0.0) for one, book in known)
    shown_levels = heapq.merge(*venues_levels, key=lambda level: level[0])
    for _, price, ticks, shown, one in shown_levels:
        size = min(shown, int(left / _size(one, 1) + 1e-9))
        if size <= 0 or (limit is not None and (price - limit) * side > 0):
            continue
        cash = price * _size(one, size)
        had_lots, _, had_worth, had_cash = taken.get(one.instrument_id, (0, 0, 0, 0.0))
        worth = had_worth + one.notional_e8(ticks, size)
        taken[one.instrument_id] = (had_lots + size, ticks, worth, had_cash + cash)
        paid += cash
        left -= _size(one, size)
        levels += 1
    named_of = {one.instrument_id: one for one, _ in known}
    parts = tuple(
        Part(
            instrument=named_of[key],
            lots=part_lots,
            worst_ticks=worst_ticks,
            worth_e8=worth_e8,
            average=cash / _size(named_of[key], part_lots),
        )
        for key, (part_lots, worst_ticks, worth_e8, cash) in taken.items()
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


def _levels(
    one: InstrumentView, book: BookView, side: Side, slowness: float
) -> Iterator[tuple[float, float, int, int, InstrumentView]]:
    """Best first, as (cost with fee and slowness, price, ticks, lots, where); cheaper is smaller for either side."""
    burden = one.taker_fee_ppm / PPM + slowness
    for ticks, lots in book.asks if side is Side.BUY else book.bids:
        price = _money(one, ticks)
        yield price * side * (1 + side * burden), price, ticks, lots, one


def _mid(known: list[tuple[InstrumentView, BookView]]) -> float:
    """Between the best bid and the best ask of all; of crossed venues their middle."""
    bids = [_money(one, book.best_bid) for one, book in known if book.best_bid is not None]
    asks = [_money(one, book.best_ask) for one, book in known if book.best_ask is not None]
    return (max(bids) + min(asks)) / 2 if bids and asks else 0.0


def _money(one: InstrumentView, ticks: int) -> float:
    return ticks * one.tick_mantissa * 10.0**one.tick_exponent


def _size(one: InstrumentView, lots: int) -> float:
    return lots * one.lot_mantissa * 10.0**one.lot_exponent
