"""How many lots stand before our resting order? Exactly where the venue shows every order, else never flattered.

A venue with level 3 says who is where; its market process tells us (QUEUE_AHEAD). That holds until the book is lost.

A book by price does not say it. So: an order joins behind everything displayed; only trades at its price move it
forward; a cancel is taken to be behind us, until the level shows less than what we thought was before us.

    on entry        ahead = lots displayed at the price, at the first event after the venue took the order
    after a trade   ahead = ahead - lots traded at the price
    after a level   ahead = min(ahead, lots displayed now)

A negative result of `queue_after_trade` is the number of lots that traded past everything ahead: what we may have got.
Source: the "risk-averse" queue model of hftbacktest (nkaz001), docs, Order Fill.
"""

import numpy as np

from core.book.depth import lots_at
from core.book.ladder import Books
from core.kernel import kernel
from core.vocabulary import BookState, EventFlag, EventKind, FeedState

SNAPSHOT_BEGIN = int(EventFlag.SNAPSHOT_BEGIN)


@kernel
def follow_queue(books: Books, slot: int, order: np.void, event: np.void) -> bool:
    """A market event of the instrument of a resting ORDER. True when the order has changed."""
    ahead_lots, is_exact = int(order["queue_ahead_lots"]), int(order["queue_is_exact"])
    if event["kind"] == EventKind.QUEUE_AHEAD:
        if event["reference_id"] != order["client_id"] or event["quantity_lots"] < 0:
            return False
        ahead_lots, is_exact = int(event["quantity_lots"]), 1
    else:
        is_lost = event["kind"] == EventKind.FEED_STATE and event["detail"] != FeedState.LIVE
        if is_lost or event["flags"] & SNAPSHOT_BEGIN or ahead_lots < 0:
            is_exact = 0
        if is_exact == 0:
            ahead_lots = _estimate(books, slot, order, event)
    if ahead_lots == order["queue_ahead_lots"] and is_exact == order["queue_is_exact"]:
        return False
    order["queue_ahead_lots"] = ahead_lots
    order["queue_is_exact"] = is_exact
    return True


@kernel
def _estimate(books: Books, slot: int, order: np.void, event: np.void) -> int:
    side, price_ticks, ahead_lots = int(order["side"]), int(order["price_ticks"]), int(order["queue_ahead_lots"])
    if ahead_lots < 0:
        is_live = books.heads[slot]["state"] == BookState.LIVE
        return queue_on_entry(books, slot, side, price_ticks) if is_live else -1
    ticks, lots = int(event["price_ticks"]), int(event["quantity_lots"])
    if event["kind"] == EventKind.TRADE:
        return max(0, queue_after_trade(ahead_lots, side, price_ticks, ticks, lots, int(event["side"])))
    if event["kind"] == EventKind.BOOK_LEVEL and ticks == price_ticks and event["side"] == side:
        return queue_after_level(ahead_lots, lots)
    return ahead_lots


@kernel
def queue_on_entry(books: Books, slot: int, side: int, price_ticks: int) -> int:
    """Lots ahead of an order that joins its own side at a price now."""
    return lots_at(books, slot, side, price_ticks)


@kernel
def queue_after_trade(
    ahead_lots: int, side: int, price_ticks: int, traded_ticks: int, traded_lots: int, taker_side: int
) -> int:
    """Lots ahead after a trade; below 0: so many lots passed us. `side`, `price_ticks` are our order's."""
    if taker_side == side:
        return ahead_lots  # it took from the other side of the book
    distance_ticks = (traded_ticks - price_ticks) * side
    if distance_ticks > 0:
        return ahead_lots  # at a better price than ours: those before us
    if distance_ticks < 0:
        return -traded_lots  # at a worse price than ours: the whole level was taken first
    return ahead_lots - traded_lots


@kernel
def queue_after_level(ahead_lots: int, displayed_lots: int) -> int:
    """Lots ahead after the level at our price shows a new total."""
    return max(0, min(ahead_lots, displayed_lots))
