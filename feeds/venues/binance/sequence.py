"""Has the venue lost an update on its way to us? The rules of Binance's depth streams, for one symbol.

    1  buffer updates, take a snapshot
    2  the snapshot is older than the buffer begins: take another one
    3  spot: drop updates with u <= lastUpdateId           futures: with u < lastUpdateId
    4  spot: the first kept has U <= lastUpdateId + 1 <= u  futures: U <= lastUpdateId <= u, or pu <= lastUpdateId <= u:
                                                             the snapshot fell between two updates
    5  spot: every later one has U = previous u + 1         futures: pu = previous u; else start again

Sources: binance-spot-api-docs, web-socket-streams.md, "How to manage a local order book correctly";
developers.binance.com, derivatives, "How to manage a local order book correctly".
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

    def fits(self, snapshot_id: int, first_id: int, previous_id: int = 0) -> bool:
        """Is this snapshot young enough for a buffer whose first update has these ids?"""
        return snapshot_id + 1 >= first_id

    def accepts(self, first_id: int, last_id: int, previous_id: int = 0) -> bool:
        """True: apply it, it is counted as applied. False: it is old. Raises SequenceGap."""
        if self.last_id is None:
            raise self._gap(0, first_id)
        if last_id <= self.last_id:
            return False
        follows = first_id <= self.last_id + 1 if self._is_first else first_id == self.last_id + 1
        if not follows:
            raise self._gap(self.last_id + 1, first_id)
        self.last_id, self._is_first = last_id, False
        return True

    def _gap(self, expected: int, received: int) -> SequenceGap:
        return SequenceGap(venue=self._venue, symbol=self._symbol, expected=expected, received=received)


class FuturesSequence(DepthSequence):
    """Ids of all symbols count together, so that only `pu` says which update came before."""

    def fits(self, snapshot_id: int, first_id: int, previous_id: int = 0) -> bool:
        return snapshot_id >= (previous_id or first_id)

    def accepts(self, first_id: int, last_id: int, previous_id: int = 0) -> bool:
        if self.last_id is None:
            raise self._gap(0, first_id)
        if last_id < self.last_id or (last_id == self.last_id and not self._is_first):
            return False
        if not (self.fits(self.last_id, first_id, previous_id) if self._is_first else previous_id == self.last_id):
            raise self._gap(self.last_id, previous_id or first_id)
        self.last_id, self._is_first = last_id, False
        return True
