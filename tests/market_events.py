"""Market events as the core sees them, with defaults for what a test does not speak of."""

import numpy as np

from core.records.event import EVENT
from core.vocabulary import EventFlag, EventKind, FeedState, Side

NO_FLAGS = EventFlag(0)


def level(
    side: Side | int, price_ticks: int, quantity_lots: int, *, flags: EventFlag = NO_FLAGS, now_ns: int = 0
) -> np.void:
    event = np.zeros(1, EVENT)
    event["kind"], event["side"], event["flags"] = EventKind.BOOK_LEVEL, side, flags
    event["price_ticks"], event["quantity_lots"] = price_ticks, quantity_lots
    event["now_ns"] = event["received_ns"] = now_ns
    return event[0]


def trade(side: Side | int, price_ticks: int, quantity_lots: int, *, now_ns: int = 0) -> np.void:
    event = np.zeros(1, EVENT)
    event["kind"], event["side"] = EventKind.TRADE, side
    event["price_ticks"], event["quantity_lots"] = price_ticks, quantity_lots
    event["now_ns"] = event["received_ns"] = now_ns
    return event[0]


def feed_state(state: FeedState | int, *, now_ns: int = 0) -> np.void:
    event = np.zeros(1, EVENT)
    event["kind"], event["detail"], event["now_ns"] = EventKind.FEED_STATE, state, now_ns
    return event[0]


def snapshot(bids: dict[int, int], asks: dict[int, int], *, now_ns: int = 0) -> list[np.void]:
    """Best first, as venues send it."""
    events = [level(Side.BUY, ticks, bids[ticks], now_ns=now_ns) for ticks in sorted(bids, reverse=True)]
    events += [level(Side.SELL, ticks, asks[ticks], now_ns=now_ns) for ticks in sorted(asks)]
    if not events:
        events = [level(Side.NONE, 0, 0, now_ns=now_ns)]
    events[0]["flags"] |= EventFlag.SNAPSHOT_BEGIN
    events[-1]["flags"] |= EventFlag.SNAPSHOT_END | EventFlag.LAST_IN_FRAME
    return events
