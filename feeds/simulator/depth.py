"""A whole book at once, for snapshots of market data and for people who ask: cold, plain numpy."""

import numpy as np

from core.records.market import MARKET_EVENT
from core.vocabulary import EventFlag, EventKind, Side
from feeds.simulator.state import ExchangeState


def bids_and_asks(state: ExchangeState, book: int) -> tuple[np.ndarray, np.ndarray]:
    """int64[n, 2] each: price_ticks and quantity_lots, best first."""
    row = state.books[book]
    lots = state.levels[book]["lots"]
    places = np.flatnonzero(lots)
    levels = np.stack([places + row["first_ticks"], lots[places]], axis=1)
    split = int(np.searchsorted(levels[:, 0], row["best_bid_ticks"], side="right"))
    return levels[:split][::-1], levels[split:]


def snapshot_events(state: ExchangeState, book: int) -> np.ndarray:
    """MARKET_EVENT[n], a frame that replaces whatever was known of the book."""
    bids, asks = bids_and_asks(state, book)
    count = len(bids) + len(asks)
    events = np.zeros(max(1, count), MARKET_EVENT)
    events["kind"], events["instrument_id"] = EventKind.BOOK_LEVEL, book
    events["venue_ns"] = state.counters["now_ns"][0]
    events["side"] = Side.BUY
    if count == 0:  # an empty book is one level without lots
        events["price_ticks"] = state.books[book]["first_ticks"]
    else:
        events["side"][len(bids) :] = Side.SELL
        events["price_ticks"] = np.concatenate([bids[:, 0], asks[:, 0]])
        events["quantity_lots"] = np.concatenate([bids[:, 1], asks[:, 1]])
    events["flags"][0] |= EventFlag.SNAPSHOT_BEGIN
    events["flags"][-1] |= EventFlag.SNAPSHOT_END | EventFlag.LAST_IN_FRAME
    return events
