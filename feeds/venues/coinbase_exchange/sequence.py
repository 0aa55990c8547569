"""Has the venue lost a message of the full channel on its way to us? One product's sequence.

    1  messages wait; a snapshot with orders is fetched
    2  the snapshot is older than the first waiting message - 1: take another one
    3  drop messages with sequence <= the snapshot's
    4  every later one has the previous sequence + 1; a smaller one came late or twice: drop it; else begin again

Source: docs.cdp.coinbase.com/exchange/websocket-feed, "Sequence numbers"; channels, "Full".
"""

from feeds.errors import SequenceGap


class FullSequence:
    def __init__(self, *, venue: str, symbol: str) -> None:
        self._venue, self._symbol = venue, symbol
        self.last: int | None = None
        """That the book holds; None: no snapshot yet, messages wait."""

    def begin(self, sequence: int) -> None:
        self.last = sequence

    def forget(self) -> None:
        self.last = None

    def accepts(self, sequence: int) -> bool:
        """True: apply it, it is counted as applied. False: it is old. Raises SequenceGap."""
        if self.last is None or sequence > self.last + 1:
            expected = 0 if self.last is None else self.last + 1
            raise SequenceGap(venue=self._venue, symbol=self._symbol, expected=expected, received=sequence)
        if sequence <= self.last:
            return False
        self.last = sequence
        return True
