"""Has a frame been lost on a socket whose venue counts all of them together, whatever they are about?

    1  the first number after the socket opened is taken as it is
    2  every later frame has the previous number + 1                       else: a gap, of every book of the socket
    3  a frame with the previous number came twice: dropped                 (levels are absolute, nothing is lost)

After a gap the count goes on from what came; the books begin again, the socket stays.
"""

from feeds.errors import SequenceGap


class SocketSequence:
    """Of one socket."""

    def __init__(self, *, venue: str) -> None:
        self._venue = venue
        self._last: int | None = None

    def accepts(self, number: int) -> bool:
        """True: it follows on. False: it came before. Raises SequenceGap, of no symbol: all of the socket."""
        last, self._last = self._last, number
        if last is None or number == last + 1:
            return True
        if number == last:
            return False
        raise SequenceGap(venue=self._venue, symbol="", expected=last + 1, received=number)
