"""A level-3 book as Kraken sees it: the orders of its best prices in their queues, as text, for depth and checksum.

    depth       so many prices a side; the orders behind them are no longer told, and are taken out
    queue       a new order stands last; one that grows or moves goes to the back, one that shrinks keeps its place
    checksum    asks from the best price, then bids, of ten prices each every order in its queue: price and quantity
                without point and leading zeros; CRC-32

Source: docs.kraken.com, guides/websockets/l3-checksum-v2.
"""

import zlib
from bisect import insort
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from feeds.venues.kraken.messages import OrderRow

CHECKED_PRICES = 10
Gone = tuple[str, str]
"""Order id and price, as written"""


class Standing(NamedTuple):
    """An order in its queue."""

    size: Decimal
    price: str
    digits: str
    """Its part of the checksum's text"""


class _Side:
    """Prices are keyed so that the best one sorts first."""

    def __init__(self, sign: int) -> None:
        self._sign = sign
        self._queues: dict[Decimal, dict[str, Standing]] = {}
        self._keys: list[Decimal] = []
        self._where: dict[str, Decimal] = {}

    def apply(self, row: OrderRow) -> None:
        price, quantity = bytes(row.limit_price).decode(), bytes(row.order_qty).decode()
        key, size = Decimal(price) * self._sign, Decimal(quantity)
        if row.event == "delete" or not size:
            self.remove(row.order_id)
            return
        before = self._where.get(row.order_id)
        if before is not None and (before != key or self._queues[key][row.order_id].size < size):
            self.remove(row.order_id)
        if key not in self._queues:
            insort(self._keys, key)
            self._queues[key] = {}
        self._queues[key][row.order_id] = Standing(size, price, _digits(price) + _digits(quantity))
        self._where[row.order_id] = key

    def remove(self, order_id: str) -> None:
        key = self._where.pop(order_id, None)
        if key is None:
            return
        del self._queues[key][order_id]
        if not self._queues[key]:
            del self._queues[key]
            self._keys.remove(key)

    def cut(self, depth: int) -> list[Gone]:
        """The orders that stood behind the best `depth` prices."""
        gone = [(order_id, row.price) for key in self._keys[depth:] for order_id, row in self._queues[key].items()]
        for order_id, _ in gone:
            self.remove(order_id)
        return gone

    def text(self) -> str:
        return "".join(row.digits for key in self._keys[:CHECKED_PRICES] for row in self._queues[key].values())


class QueuedBook:
    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self._bids, self._asks = _Side(-1), _Side(1)

    def apply(self, bids: Iterable[OrderRow], asks: Iterable[OrderRow], depth: int) -> tuple[list[Gone], list[Gone]]:
        """The bids and the asks that fell out of the depth."""
        for side, rows in ((self._bids, bids), (self._asks, asks)):
            for row in rows:
                side.apply(row)
        return self._bids.cut(depth), self._asks.cut(depth)

    def crc(self) -> int:
        return zlib.crc32((self._asks.text() + self._bids.text()).encode())


def _digits(number: str) -> str:
    return number.replace(".", "").lstrip("0")
