"""Which venue is best? One line an asset: the best bid and the best offer over all venues that list it.

What has the same name without its venue is the same asset: BTC-USD and BTC-USDT are two, a perpetual and a dated future
are others again. Only books that are LIVE, of instruments that trade, are counted. Prices are compared exactly,
whatever the ticks of the venues are; of equal prices the venue that is listed first is shown.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from core.vocabulary import BookState, InstrumentState
from station.views.book import WatchView
from station.views.instrument import InstrumentView

TRADING = frozenset({InstrumentState.OPEN, InstrumentState.POST_ONLY})
BASIS_POINTS = 10_000


class Best(NamedTuple):
    """One side of the market, at the venue where it is best."""

    instrument: InstrumentView
    ticks: int

    @property
    def text(self) -> str:
        return self.instrument.price(self.ticks)


class Consolidated(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    """BTC-USD, BTC-USDT-PERP"""
    listed: int
    """Venues that have it on this desk"""
    live: int
    """Those whose book can be trusted now"""
    bid: Best | None = None
    ask: Best | None = None
    spread_bps: float | None = None
    """Best offer minus best bid, in basis points of their middle; below 0 the venues cross"""

    @property
    def cross_bps(self) -> float:
        """By how much the best bid of one venue lies above the best offer of another; 0: it does not."""
        return max(0.0, -(self.spread_bps or 0.0))


def consolidated(lines: Iterable[tuple[InstrumentView, WatchView]]) -> tuple[Consolidated, ...]:
    """What more venues list comes first; else in the order of the list."""
    assets: dict[str, list[tuple[InstrumentView, WatchView]]] = {}
    for instrument, view in lines:
        assets.setdefault(instrument.name, []).append((instrument, view))
    made = [_asset(name, of_asset) for name, of_asset in assets.items()]
    return tuple(sorted(made, key=lambda one: -one.listed))


def _asset(name: str, lines: Sequence[tuple[InstrumentView, WatchView]]) -> Consolidated:
    live = [(one, view) for one, view in lines if view.state is BookState.LIVE and view.instrument_state in TRADING]
    finest = min((one.tick_exponent for one, _ in live), default=0)
    bids = [Best(one, view.bid_ticks) for one, view in live if view.bid_ticks is not None]
    asks = [Best(one, view.ask_ticks) for one, view in live if view.ask_ticks is not None]
    bid = max(bids, key=lambda best: _exact(best, finest), default=None)
    ask = min(asks, key=lambda best: _exact(best, finest), default=None)
    spread_bps = None
    if bid is not None and ask is not None:
        low, high = _exact(bid, finest), _exact(ask, finest)
        spread_bps = 2 * BASIS_POINTS * (high - low) / (high + low) if high + low > 0 else None
    return Consolidated(name=name, listed=len(lines), live=len(live), bid=bid, ask=ask, spread_bps=spread_bps)


def _exact(best: Best, finest: int) -> int:
    """The price in steps of the finest power of ten among the venues."""
    one = best.instrument
    scale: int = 10 ** (one.tick_exponent - finest)
    return best.ticks * one.tick_mantissa * scale
