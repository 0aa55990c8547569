"""What is the checksum of a book of single orders (R0)? It is made of ids and of amounts as the venue wrote them.

    bids from the best, asks from the best, of one price the smaller id first; the first 25 of each
    bid, ask, bid, ask …, each id:amount, all joined by colons; CRC-32, signed

Source: docs.bitfinex.com/docs/ws-websocket-checksum.
"""

import zlib

import msgspec
import numpy as np
from msgspec import Raw

from core.vocabulary import Side
from feeds.order_book import OrderBook

MOST_ORDERS = 1 << 12
"""The venue tells 250 a side."""
CHECKED_ORDERS = 25


class RawBook:
    """The orders of one R0 channel."""

    _decode_rows = msgspec.json.Decoder(list[tuple[int, Raw, Raw]]).decode
    _decode_row = msgspec.json.Decoder(tuple[int, Raw, Raw]).decode

    def __init__(self, decoder: np.ndarray) -> None:
        self.orders = OrderBook(decoder, capacity=MOST_ORDERS, zero_price_deletes=True, ids_rise=True)
        self._amounts: dict[int, bytes] = {}
        """As written; of orders that went, until the next snapshot of the channel or 4,096 of them."""

    def note(self, body: Raw, *, is_snapshot: bool) -> None:
        """Remember how the amounts of this frame are written."""
        if is_snapshot:
            self._amounts = {number: bytes(amount) for number, _, amount in self._decode_rows(body)}
            return
        number, _, amount = self._decode_row(body)
        if len(self._amounts) >= MOST_ORDERS:
            known = set(self.orders.rows()["id"].tolist())
            self._amounts = {other: text for other, text in self._amounts.items() if other in known}
        self._amounts[number] = bytes(amount)

    def crc(self) -> int:
        rows = self.orders.rows()
        ordered = rows[np.lexsort((rows["id"], -rows["price_ticks"] * rows["side"]))]
        bids, asks = (
            ordered[ordered["side"] == side]["id"][:CHECKED_ORDERS].tolist() for side in (Side.BUY, Side.SELL)
        )
        texts: list[bytes] = []
        for place in range(CHECKED_ORDERS):
            for side in (bids, asks):
                if place < len(side):
                    texts += b"%d" % side[place], self._amounts[side[place]]
        value = zlib.crc32(b":".join(texts))
        return value - (1 << 32) if value >= 1 << 31 else value
