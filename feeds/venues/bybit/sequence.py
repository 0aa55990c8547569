"""Has the venue lost an update on its way to us? Bybit's rule for one book.

    1  a snapshot begins the book with its u; one may come at any time
    2  u = 1 is a snapshot too, whatever it calls itself: the venue's service was restarted
    3  a delta's u is the last u + 1
    4  depth 1 is snapshots only, and repeats the last one after three quiet seconds

Source: bybit-exchange.github.io/docs/v5/websocket/public/orderbook.
"""

from feeds.errors import SequenceGap


class BookSequence:
    def __init__(self, *, venue: str, symbol: str) -> None:
        self._venue, self._symbol = venue, symbol
        self._last_id = -1

    def begin(self, update_id: int) -> None:
        self._last_id = update_id

    def accepts(self, update_id: int) -> bool:
        """True: apply it, it is counted as applied. False: the same message again. Raises SequenceGap."""
        if update_id == self._last_id:
            return False
        if update_id != self._last_id + 1:
            raise SequenceGap(venue=self._venue, symbol=self._symbol, expected=self._last_id + 1, received=update_id)
        self._last_id = update_id
        return True
