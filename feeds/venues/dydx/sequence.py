"""Has a message of this socket been lost? `message_id` counts all of them, over all channels and markets.

    1  the first one, `connected`, is 0; each later one is its predecessor's plus 1
    2  one that was there already is left out
    3  they may overtake each other: one that is ahead waits for those between, briefly
    4  what has not come by then is lost, and every book of the socket with it

Source: docs.dydx.xyz, indexer websocket; the overtaking was seen in recordings of v3.
"""

from typing import Generic, TypeVar

from feeds.errors import SequenceGap

MOST_AHEAD = 64
PATIENCE_NS = 500_000_000

M = TypeVar("M")


class MessageOrder(Generic[M]):
    """Of one connection."""

    def __init__(self, *, venue: str) -> None:
        self._venue = venue
        self._next: int | None = None
        """None: the next one that comes begins the count."""
        self._ahead: dict[int, M] = {}
        self._ahead_since_ns = 0

    def take(self, number: int, message: M, received_ns: int) -> list[M]:
        """Those whose turn it now is, in order. Raises SequenceGap, of all books."""
        if self._next is None or (number == self._next and not self._ahead):
            self._next = number + 1
            return [message]
        if number < self._next or number in self._ahead:
            return []
        if not self._ahead:
            self._ahead_since_ns = received_ns
        self._ahead[number] = message
        ready = []
        while self._next in self._ahead:
            ready.append(self._ahead.pop(self._next))
            self._next += 1
        if ready:
            self._ahead_since_ns = received_ns
        elif len(self._ahead) > MOST_AHEAD:
            self._give_up()
        else:
            self.check(received_ns)
        return ready

    def check(self, now_ns: int) -> None:
        """Rule 4, also when nothing more comes. Raises SequenceGap."""
        if self._ahead and now_ns - self._ahead_since_ns > PATIENCE_NS:
            self._give_up()

    def _give_up(self) -> None:
        expected, received = self._next or 0, max(self._ahead)
        self._next = received + 1
        self._ahead.clear()
        raise SequenceGap(venue=self._venue, symbol="", expected=expected, received=received)
