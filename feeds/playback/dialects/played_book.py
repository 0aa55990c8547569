"""One symbol's book as text, as far as it was played: the answer to a client that fetches a snapshot late."""

from collections.abc import Callable, Iterable

import msgspec

Level = tuple[str, str]
Change = tuple[int, int, Iterable[Level], Iterable[Level]]
"""First and last id of a frame, bids, asks"""


class PlayedBook:
    """Until a frame moved it, the recorded body is the answer, byte for byte."""

    def __init__(
        self,
        recorded: str,
        *,
        last_id: int,
        bids: Iterable[Level],
        asks: Iterable[Level],
        read: Callable[[str], Change | None],
        write: Callable[[int, list[Level], list[Level]], object],
    ) -> None:
        self._recorded, self._read, self._write = recorded, read, write
        self._sides: tuple[dict[str, str], dict[str, str]] = dict(bids), dict(asks)
        self.last_id = last_id
        self._has_moved = False
        self._played: list[str] = []
        """Frames that wait: most books are fetched once, before any"""

    def play(self, text: str) -> None:
        self._played.append(text)

    def _catch_up(self) -> None:
        for text in self._played:
            self._apply(text)
        self._played.clear()

    def _apply(self, text: str) -> None:
        change = self._read(text)
        if change is None or change[1] <= self.last_id:
            return
        for levels, book in zip(change[2:], self._sides, strict=True):
            for price, size in levels:
                if float(size) == 0:
                    book.pop(price, None)
                else:
                    book[price] = size
        self.last_id, self._has_moved = change[1], True

    def snapshot(self, limit: int) -> str:
        self._catch_up()
        if not self._has_moved:
            return self._recorded
        return self._text(self.last_id, limit)

    def old_snapshot(self) -> str:
        """One that no recorded frame follows on."""
        return self._text(1, 1_000)

    def _text(self, last_id: int, limit: int) -> str:
        bids = sorted(self._sides[0].items(), key=lambda level: -float(level[0]))[:limit]
        asks = sorted(self._sides[1].items(), key=lambda level: float(level[0]))[:limit]
        return msgspec.json.encode(self._write(last_id, bids, asks)).decode()
