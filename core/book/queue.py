"""How many lots stand before our resting order? An estimate that never flatters us.

A book by price does not say who is where. So: an order joins behind everything displayed; only trades at its price
move it forward; a cancel is taken to be behind us, until the level shows less than what we thought was before us.

    on entry        ahead = lots displayed at the price
    after a trade   ahead = ahead - lots traded at the price
    after a level   ahead = min(ahead, lots displayed now)

A negative result of `queue_after_trade` is the number of lots that traded past everything ahead: what we may have got.
Source: the "risk-averse" queue model of hftbacktest (nkaz001), docs, Order Fill.
"""

from core.book.depth import lots_at
from core.book.ladder import Books
from core.kernel import kernel


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
