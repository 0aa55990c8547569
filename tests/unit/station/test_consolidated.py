"""The best bid and offer of an asset over all venues."""

from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.vocabulary import BookState, InstrumentState
from station.views.book import WatchView
from station.views.consolidated import consolidated
from station.views.instrument import NO_INSTRUMENT, InstrumentView

Line = tuple[InstrumentView, WatchView]


def line(
    symbol: str,
    bid: int | None,
    ask: int | None,
    *,
    tick: tuple[int, int] = (1, 0),
    state: BookState = BookState.LIVE,
    instrument_state: InstrumentState = InstrumentState.OPEN,
) -> Line:
    instrument = msgspec.structs.replace(
        NO_INSTRUMENT, symbol=symbol, venue=symbol.rpartition(".")[2], tick_mantissa=tick[0], tick_exponent=tick[1]
    )
    view = WatchView(instrument_id=0, state=state, instrument_state=instrument_state, bid_ticks=bid, ask_ticks=ask)
    return instrument, view


def test_the_best_venue_of_each_side_is_found_whatever_its_tick() -> None:
    (btc,) = consolidated(
        [
            line("BTC-USD.kraken", 640_001, 640_003, tick=(1, -1)),  # 64,000.1 / 64,000.3
            line("BTC-USD.coinbase", 6_400_015, 6_400_025, tick=(1, -2)),  # 64,000.15 / 64,000.25
            line("BTC-USD.gemini", 128_000, 128_001, tick=(5, -1)),  # 64,000.0 / 64,000.5
        ]
    )

    assert btc.bid is not None
    assert btc.ask is not None
    assert (btc.bid.instrument.venue, btc.bid.text) == ("coinbase", "64,000.15")
    assert (btc.ask.instrument.venue, btc.ask.text) == ("coinbase", "64,000.25")
    assert btc.spread_bps == pytest.approx(10_000 * 0.1 / 64_000.2)
    assert btc.cross_bps == 0
    assert (btc.live, btc.listed) == (3, 3)


def test_a_bid_above_another_venues_offer_is_a_cross() -> None:
    (btc,) = consolidated([line("BTC-USD.a", 1_010, 1_020), line("BTC-USD.b", 990, 1_000)])

    assert btc.bid is not None
    assert btc.bid.instrument.venue == "a"
    assert btc.ask is not None
    assert btc.ask.instrument.venue == "b"
    assert btc.spread_bps == pytest.approx(-10_000 * 10 / 1_005)
    assert btc.cross_bps == pytest.approx(10_000 * 10 / 1_005)


@pytest.mark.parametrize("state", [state for state in BookState if state is not BookState.LIVE])
def test_a_book_that_is_not_live_is_not_asked(state: BookState) -> None:
    (btc,) = consolidated([line("BTC-USD.a", 100, 102), line("BTC-USD.b", 101, 101, state=state)])

    assert btc.bid is not None
    assert btc.bid.instrument.venue == "a"
    assert (btc.live, btc.listed) == (1, 2)


@pytest.mark.parametrize("state", [InstrumentState.CLOSED, InstrumentState.SUSPENDED])
def test_nor_is_one_whose_market_is_closed(state: InstrumentState) -> None:
    (btc,) = consolidated([line("BTC-USD.a", 100, 102, instrument_state=state)])

    assert (btc.bid, btc.ask, btc.spread_bps, btc.live) == (None, None, None, 0)


def test_dollars_tethers_and_perpetuals_are_counted_apart_and_the_common_come_first() -> None:
    names = ["BTC-USDT.okx", "BTC-USD.kraken", "BTC-USD-PERP.dydx", "BTC-USD.coinbase"]

    found = consolidated([line(name, 1, 2) for name in names])

    assert [(one.name, one.listed) for one in found] == [("BTC-USD", 2), ("BTC-USDT", 1), ("BTC-USD-PERP", 1)]


def test_one_side_alone_has_no_spread() -> None:
    (btc,) = consolidated([line("BTC-USD.a", 100, None), line("BTC-USD.b", 101, None)])

    assert btc.bid is not None
    assert btc.bid.ticks == 101
    assert (btc.ask, btc.spread_bps, btc.cross_bps) == (None, None, 0)


PRICES = st.tuples(st.integers(1, 10**9), st.integers(1, 10**9))
TICKS = st.tuples(st.sampled_from([1, 2, 5, 25]), st.integers(-8, 2))


@given(st.lists(st.tuples(PRICES, TICKS), min_size=1, max_size=8))
def test_it_is_the_highest_bid_and_the_lowest_offer_of_exact_fractions(
    quotes: list[tuple[tuple[int, int], tuple[int, int]]],
) -> None:
    lines = [line(f"X-USD.v{n}", bid, ask, tick=tick) for n, ((bid, ask), tick) in enumerate(quotes)]

    (found,) = consolidated(lines)

    def exact(ticks: int, one: InstrumentView) -> Fraction:
        return ticks * one.tick_mantissa * Fraction(10) ** one.tick_exponent

    bids = [exact(view.bid_ticks or 0, one) for one, view in lines]
    asks = [exact(view.ask_ticks or 0, one) for one, view in lines]
    assert found.bid is not None
    assert exact(found.bid.ticks, found.bid.instrument) == max(bids)
    assert found.ask is not None
    assert exact(found.ask.ticks, found.ask.instrument) == min(asks)
    assert found.spread_bps == pytest.approx(float(20_000 * (min(asks) - max(bids)) / (min(asks) + max(bids))))
