"""Has the venue lost an update on its way to us? OKX's rule for one instrument.

    1  a snapshot has prevSeqId -1; the book begins with its seqId
    2  an update's prevSeqId is the seqId of the message before it
    3  nothing changed for a minute: an empty update with seqId = prevSeqId
    4  after maintenance ids start over: an update whose seqId is smaller than its prevSeqId; 2 holds, and then goes on
    5  frames of before 2023 have no ids: only the checksum tells

Source: okx.com/docs-v5, "WS / Order book channel", "Sequence ID".
"""

from feeds.errors import SequenceGap


class BookSequence:
    def __init__(self, *, venue: str, symbol: str) -> None:
        self._venue, self._symbol = venue, symbol
        self._last_id: int | None = None

    def begin(self, sequence_id: int | None) -> None:
        self._last_id = sequence_id

    def accepts(self, previous_id: int | None, sequence_id: int | None) -> bool:
        """True: apply it, it is counted as applied. False: the same message again. Raises SequenceGap."""
        last_id = self._last_id
        if last_id is not None and previous_id != last_id:
            if sequence_id == last_id and previous_id is not None:
                return False  # what really follows has this id as its prevSeqId
            raise SequenceGap(
                venue=self._venue,
                symbol=self._symbol,
                expected=last_id,
                received=-1 if previous_id is None else previous_id,
            )
        self._last_id = sequence_id
        return True
