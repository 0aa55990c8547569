"""Has Bitstamp lost an update on its way to us? It numbers nothing; its clock is all there is.

    1  updates wait until the subscription is acknowledged and a snapshot was fetched behind that
    2  a snapshot from before the first waiting update: take another one; so a snapshot waits for an update, if one
       comes within two seconds
    3  drop updates whose microtimestamp is not after the snapshot's
    4  an update with the microtimestamp of the one before came twice: drop it
    5  an update from before the one before: the order is broken, begin again
    6  every minute a fresh snapshot is compared with the old one and all updates since    (comparison.py)

Source: bitstamp.net/websocket/v2, "Full order book"; 4 to 6 are ours.
"""

from feeds.errors import SequenceGap


class TimeSequence:
    """Microtimestamps of one symbol."""

    def __init__(self, *, venue: str, symbol: str) -> None:
        self._venue, self._symbol = venue, symbol
        self.last_us: int | None = None
        """Of what the book holds; None: no snapshot yet, updates wait."""
        self._snapshot_us = 0

    def begin(self, snapshot_us: int) -> None:
        self.last_us = self._snapshot_us = snapshot_us

    def forget(self) -> None:
        self.last_us = None

    def accepts(self, microtimestamp: int) -> bool:
        """True: apply it, it is counted as applied. False: it is old. Raises SequenceGap."""
        last = self.last_us
        if last is None:
            raise SequenceGap(venue=self._venue, symbol=self._symbol, expected=0, received=microtimestamp)
        if microtimestamp <= self._snapshot_us or microtimestamp == last:
            return False
        if microtimestamp < last:
            raise SequenceGap(venue=self._venue, symbol=self._symbol, expected=last, received=microtimestamp)
        self.last_us = microtimestamp
        return True
