"""Which resting orders of ours does a level-3 book have to watch? Those that the core's cells show.

The core tells what it knows of an order, this process what stands before it (feeds/queue_watch.py); each reads what the
other one shows. So whatever is lost on the way, a restart of either, or an order that was replaced: the core does not
show the number as exact then, and at the next beat it is told again.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np

from core.clock import monotonic_ns
from core.memory.files import Memory
from core.memory.numpy_cell import read, versions
from core.vocabulary import OrderStatus
from feeds.market import Market
from feeds.queue_watch import NOT_TOLD

RESTING = (OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED)


class OwnOrders:
    """Of all markets of this process."""

    def __init__(self, memory: Memory, markets: Iterable[Market[Any]]) -> None:
        self._cells, self._markets = memory.cells("orders"), list(markets)
        self._seen = np.zeros(len(self._cells.values), np.int64)
        self._resting: dict[int, np.void] = {}
        """By cell"""

    def look(self) -> None:
        """What has changed since the last look; every beat does."""
        books = {
            book.instrument_id: (market, book)
            for market in self._markets
            if market.config.level == 3
            for book in market.books.values()
            if book.queues is not None
        }
        if not books or not self._note_changes():
            return
        wanted: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for order in self._resting.values():
            shown_lots = int(order["queue_ahead_lots"]) if order["queue_is_exact"] else NOT_TOLD
            row = (int(order["venue_order_id"]), int(order["client_id"]), shown_lots)
            wanted[int(order["instrument_id"])].append(row)
        for instrument_id, (market, book) in books.items():
            book.queues.watch(wanted[instrument_id])
            if book.is_live:
                market.tell_queues(book, monotonic_ns(), 0)

    def _note_changes(self) -> bool:
        now = versions(self._cells)
        changed = np.flatnonzero(now != self._seen)
        for index in changed.tolist():
            order = read(self._cells, index)
            if order is None:
                continue  # being written: the next look has it
            self._seen[index] = now[index]
            self._resting.pop(index, None)
            if order["client_id"] and order["venue_order_id"] and order["status"] in RESTING:
                self._resting[index] = order
        return len(changed) > 0
