"""Has HTX lost an update on its way to us? Each update names the one before it.

    market by price (spot)
    1  keep updates, and ask for a snapshot on the same socket
    2  the snapshot is older than the updates begin (its seqNum < the first prevSeqNum): ask again
    3  drop updates with seqNum <= that of the snapshot
    4  prevSeqNum = previous seqNum; else begin again

    changes of swaps
    5  the first message is a snapshot; each later one has version = previous version + 1; else begin again

Source: huobiapi.github.io/docs, "Market By Price (incremental update)", "Subscribe Incremental Market Depth Data".
"""

from feeds.errors import SequenceGap


class ChainSequence:
    """Of one symbol."""

    def __init__(self, *, venue: str, symbol: str) -> None:
        self._venue, self._symbol = venue, symbol
        self.last: int | None = None
        """Of the last update that the book holds; None: no snapshot yet."""

    def begin(self, last: int) -> None:
        self.last = last

    def forget(self) -> None:
        self.last = None

    def fits(self, last: int, first_previous: int) -> bool:
        """Does a snapshot with this number reach to updates that begin behind `first_previous`?"""
        return last >= first_previous

    def accepts(self, previous: int, last: int) -> bool:
        """True: apply it, it is counted as applied. False: it is old. Raises SequenceGap."""
        if self.last is not None and last <= self.last:
            return False
        if self.last is None or previous != self.last:
            raise SequenceGap(venue=self._venue, symbol=self._symbol, expected=self.last or 0, received=previous)
        self.last = last
        return True
