"""Has Gate.io lost an update on its way to us? Ids count single changes; an update brings those from U to u.

    1  keep updates until the snapshot is there, whose id is `id`
    2  the snapshot is older than the updates begin (id + 1 < U): take another one
    3  drop updates with u <= id; the first one kept has U <= id + 1 <= u
       it has U > id + 1: the snapshot is from before the subscription; nothing was lost, take another one
    4  every later one has U = previous u + 1; else begin again
    5  obu: a message with `full` is the whole book and its `u` the id; what follows, as 4

Source: www.gate.com/docs/developers/apiv4/ws, "Maintain a local order book", "Order Book V2 Push".
"""

from feeds.errors import SequenceGap


class BookSequence:
    """Of one symbol."""

    def __init__(self, *, venue: str, symbol: str) -> None:
        self._venue, self._symbol = venue, symbol
        self.last_id: int | None = None
        """Of the last change that the book holds; None: no snapshot yet."""
        self._is_first = False

    def begin(self, snapshot_id: int) -> None:
        self.last_id, self._is_first = snapshot_id, True

    def forget(self) -> None:
        self.last_id = None

    def is_older_than_subscription(self, first_id: int) -> bool:
        """Is this the first update behind the snapshot, and do they not touch?"""
        return self._is_first and self.last_id is not None and first_id > self.last_id + 1

    def fits(self, snapshot_id: int, first_id: int) -> bool:
        """Does this snapshot reach to updates that begin with `first_id`?"""
        return snapshot_id + 1 >= first_id

    def accepts(self, first_id: int, last_id: int) -> bool:
        """True: apply it. False: it is old. Raises SequenceGap."""
        if self.last_id is None:
            raise self._gap(0, first_id)
        if last_id <= self.last_id:
            return False
        expected = self.last_id + 1
        if not (first_id <= expected if self._is_first else first_id == expected):
            raise self._gap(expected, first_id)
        self.last_id, self._is_first = last_id, False
        return True

    def _gap(self, expected: int, received: int) -> SequenceGap:
        return SequenceGap(venue=self._venue, symbol=self._symbol, expected=expected, received=received)
