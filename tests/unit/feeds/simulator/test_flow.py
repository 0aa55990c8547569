"""Does it look like a market? Statistics of some virtual minutes; they need the compiler's speed."""

from typing import NamedTuple

import numpy as np
import pytest

from core.vocabulary import EventKind
from feeds.simulator.depth import bids_and_asks
from feeds.simulator.exchange import Exchange
from feeds.simulator.instruments import simulator_instruments
from tests.unit.feeds.simulator.test_exchange import MS, opened

pytestmark = [pytest.mark.compiled, pytest.mark.usefixtures("simulator_kernels")]

NAMES = [row.symbol for row in simulator_instruments()]
TICKS = np.array([float(row.tick) for row in simulator_instruments()])
BTC, ETH, CROSS, BETA = 0, 1, 2, 8
SECONDS = 120


class Minutes(NamedTuple):
    exchange: Exchange
    mids: np.ndarray
    """float[seconds * 10, books], in ticks; NaN while a side is empty"""
    spreads: np.ndarray
    events: np.ndarray
    """MARKET_EVENT of all"""


@pytest.fixture(scope="module")
def minutes() -> Minutes:
    exchange = opened()
    mids, spreads, events = [], [], []
    for tenth in range(SECONDS * 10):
        exchange.advance((tenth + 1) * 100 * MS)
        events.append(exchange.take_market())
        bid = exchange.state.books["best_bid_ticks"].astype(float)
        ask = exchange.state.books["best_ask_ticks"].astype(float)
        bid[bid < 0], ask[ask < 0] = np.nan, np.nan
        mids.append((bid + ask) / 2)
        spreads.append(ask - bid)
    return Minutes(exchange, np.array(mids), np.array(spreads), np.concatenate(events))


def test_about_two_thousand_events_a_second(minutes: Minutes) -> None:
    assert 1_200 < len(minutes.events) / SECONDS < 3_500


def test_every_instrument_trades(minutes: Minutes) -> None:
    trades = minutes.events[minutes.events["kind"] == EventKind.TRADE]
    assert (np.bincount(trades["instrument_id"], minlength=16) > SECONDS / 2).all()


def test_arrivals_come_in_clusters(minutes: Minutes) -> None:
    """Counts in 100 ms scatter more than those of independent arrivals, whose variance is their mean."""
    frames = minutes.events[(minutes.events["instrument_id"] == BTC) & (minutes.events["flags"] & 4 > 0)]
    counts = np.bincount(frames["venue_ns"] // (100 * MS))
    assert counts.var() > 1.5 * counts.mean()


def test_books_are_there_and_spreads_come_back(minutes: Minutes) -> None:
    assert np.isnan(minutes.mids).mean() < 0.001
    for book in range(16):
        spreads = minutes.spreads[:, book]
        spreads = spreads[~np.isnan(spreads)]
        assert 1 <= np.median(spreads) <= 12, NAMES[book]
        wide = np.flatnonzero(spreads[:-20] > 3 * np.median(spreads))
        if len(wide) > 3:  # two seconds later it is narrower again
            assert np.median(spreads[wide + 20]) < np.median(spreads[wide]), NAMES[book]


def test_depth_decays_from_the_touch(minutes: Minutes) -> None:
    for book in range(16):
        for levels in bids_and_asks(minutes.exchange.state, book):
            away = np.abs(levels[:, 0] - levels[0, 0])
            assert len(levels) > 12, NAMES[book]
            assert levels[away < 15, 1].sum() > levels[(away >= 30) & (away < 45), 1].sum(), NAMES[book]


def test_the_triangle_stays_near_no_arbitrage(minutes: Minutes) -> None:
    prices = minutes.mids * TICKS
    for first in (0, BETA):
        implied = prices[:, first + ETH] / prices[:, first + BTC]
        apart = np.abs(prices[:, first + CROSS] / implied - 1)
        assert np.nanmedian(apart) < 0.001
        assert np.nanmax(apart) < 0.01


def test_the_venues_stay_near_each_other_and_are_not_the_same(minutes: Minutes) -> None:
    apart = np.abs(minutes.mids[:, :8] / minutes.mids[:, 8:] - 1)
    assert np.nanmedian(apart) < 0.001
    assert np.nanmax(apart) < 0.01
    assert np.nanmedian(apart) > 0


def test_prices_move_and_do_not_run_away(minutes: Minutes) -> None:
    returns = minutes.mids[-1] / minutes.mids[0] - 1
    assert (np.abs(returns) < 0.05).all()
    assert np.nanstd(minutes.mids[:, BTC]) > 3


def test_coins_move_together(minutes: Minutes) -> None:
    steps = np.diff(minutes.mids[::20], axis=0)
    assert np.corrcoef(steps[:, BTC], steps[:, ETH])[0, 1] > 0.3


def test_the_crowd_keeps_its_size(minutes: Minutes) -> None:
    crowd = minutes.exchange.state.books["crowd_orders"]
    assert (crowd > 100).all()
    assert (crowd < 600).all()
