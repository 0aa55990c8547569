"""Has the venue lost an update on its way to us? Kraken Futures' rule for one product.

    1  a book_snapshot begins the book with its seq
    2  every book frame behind it has the last seq + 1

Trades count by themselves, with numbers of their own.
Source: docs.kraken.com, api/docs/futures-api/websocket/book.
"""

from feeds.errors import SequenceGap


class BookSequence:
    def __init__(self, *, venue: str, symbol: str) -> None:
        self._venue, self._symbol = venue, symbol
        self._last_id = -1

    def begin(self, sequence_id: int) -> None:
        self._last_id = sequence_id

    def accepts(self, sequence_id: int) -> bool:
        """True: apply it, it is counted as applied. False: the same frame again. Raises SequenceGap."""
        if sequence_id == self._last_id:
            return False
        if sequence_id != self._last_id + 1:
            raise SequenceGap(venue=self._venue, symbol=self._symbol, expected=self._last_id + 1, received=sequence_id)
        self._last_id = sequence_id
        return True
