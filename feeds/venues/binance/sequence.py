"""Has the venue lost an update on its way to us? The rule of Binance's spot depth stream, for one symbol.

    1  buffer updates, take a snapshot
    2  the snapshot is older than the buffer begins: take another one
    3  drop updates with u <= lastUpdateId
    4  the first that is kept has U <= lastUpdateId + 1 <= u
    5  every later one has U = previous u + 1; else start again

Source: binance-spot-api-docs, web-socket-streams.md, "How to manage a local order book correctly".
There is no checksum. Deletes of unknown levels are normal.
"""

from feeds.errors import SequenceGap


class DepthSequence:
    """Update ids of one symbol."""

    def __init__(self, *, venue: str, symbol: str) -> None:
        self._venue, self._symbol = venue, symbol
        self.last_id: int | None = None
        """Last update id that the book holds; None: no snapshot yet, updates are to be buffered."""
        self._is_first = False

    def begin(self, snapshot_id: int) -> None:
        """The book now is this snapshot."""
        self.last_id, self._is_first = snapshot_id, True

    def forget(self) -> None:
        self.last_id = None

    def accepts(self, first_id: int, last_id: int) -> bool:
        """True: apply it, it is counted as applied. False: it is old. Raises SequenceGap."""
        if self.last_id is None:
            raise SequenceGap(venue=self._venue, symbol=self._symbol, expected=0, received=first_id)
        if last_id <= self.last_id:
            return False
        follows = first_id <= self.last_id + 1 if self._is_first else first_id == self.last_id + 1
        if not follows:
            raise SequenceGap(venue=self._venue, symbol=self._symbol, expected=self.last_id + 1, received=first_id)
        self.last_id, self._is_first = last_id, False
        return True
