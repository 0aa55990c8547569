"""Has KuCoin lost an update on its way to us? Every single change of a symbol has a number.

    1  keep updates until the snapshot is there, whose number is `sequence`
    2  drop updates with sequenceEnd <= last
    3  the next one has sequenceStart <= last + 1; else begin again
    4  rows whose number is <= last are in the book already: they are left out
    5  a row with the price 0 changes nothing, and counts

Source: www.kucoin.com/docs-new, websocket, spot, "Orderbook - Increment", "Calibration procedure".
"""

from feeds.errors import SequenceGap


class BookSequence:
    """Of one symbol."""

    def __init__(self, *, venue: str, symbol: str) -> None:
        self._venue, self._symbol = venue, symbol
        self.last: int | None = None
        """Of the last change that the book holds; None: no snapshot yet."""

    def begin(self, sequence: int) -> None:
        self.last = sequence

    def forget(self) -> None:
        self.last = None

    def fits(self, sequence: int, start: int) -> bool:
        """Does this snapshot reach to updates that begin with `start`?"""
        return sequence + 1 >= start

    def accepts(self, start: int, end: int) -> bool:
        """True: apply its rows behind `last`, then say `took`. False: it is old. Raises SequenceGap."""
        if self.last is not None and end <= self.last:
            return False
        if self.last is None or not (start <= self.last + 1 and start <= end):
            expected = 0 if self.last is None else self.last + 1
            raise SequenceGap(venue=self._venue, symbol=self._symbol, expected=expected, received=start)
        return True

    def took(self, end: int) -> None:
        self.last = end
