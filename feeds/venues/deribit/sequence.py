"""Has the venue lost an update on its way to us? Deribit's rule for one book.

    1  a snapshot begins the book with its change_id
    2  a change's prev_change_id is the change_id of the message before it; else subscribe again

Source: docs.deribit.com, book.{instrument_name}.{interval}.
"""

from feeds.errors import SequenceGap


class BookSequence:
    def __init__(self, *, venue: str, symbol: str) -> None:
        self._venue, self._symbol = venue, symbol
        self._last_id = -1

    def begin(self, change_id: int) -> None:
        self._last_id = change_id

    def accepts(self, previous_id: int | None, change_id: int) -> bool:
        """True: apply it, it is counted as applied. False: the same message again. Raises SequenceGap."""
        if previous_id != self._last_id:
            if change_id == self._last_id:
                return False
            received = -1 if previous_id is None else previous_id
            raise SequenceGap(venue=self._venue, symbol=self._symbol, expected=self._last_id, received=received)
        self._last_id = change_id
        return True
