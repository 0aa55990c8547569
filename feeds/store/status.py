"""What the recorder says of itself: its row of RECORDER_STATUS and its histogram, written by it alone."""

import time

import numpy as np

from core.histogram.numpy_tally import Tally
from core.vocabulary import ProcessState
from feeds.store.day_file import DayFile
from feeds.store.days import NS_PER_SECOND
from feeds.store.sessions import Stretch

TICK_NS = 200_000_000
TOLD_NS = 60 * NS_PER_SECOND
MESSAGE_BYTES = 120
PATH_BYTES = 200


class Status:
    """A killed recorder's successor goes on counting where the row stands."""

    def __init__(self, table: np.ndarray, histogram: np.void) -> None:
        self._row = table[0]
        self._tally = Tally(histogram)
        self._next_tick_ns = 0
        self._told_until_ns = 0
        self._rate_from_ns = time.monotonic_ns()
        self._rate_from_rows = int(self._row["written"])

    def state(self, state: ProcessState, message: str) -> None:
        self._row["message"] = _cut(message, MESSAGE_BYTES)
        self._row["state"] = int(state)

    def complain(self, message: str) -> None:
        """Something that a person should read, for a minute; the recorder runs."""
        self._row["message"] = _cut(message, MESSAGE_BYTES)
        self._told_until_ns = time.monotonic_ns() + TOLD_NS

    def opened(self, file: DayFile) -> None:
        self._row["path"] = _cut(str(file.path), PATH_BYTES)
        self._row["file_bytes"] = file.size_bytes
        if int(self._row["state"]) == ProcessState.STALE:
            self._row["message"] = b""
        self._row["state"] = int(ProcessState.RUNNING)

    def stored(self, parts: list[Stretch], file: DayFile, began_ns: int) -> None:
        now_ns = time.monotonic_ns()
        self._row["written"] += sum(len(part.events) for part in parts)
        self._row["dropped"] += sum(part.lost for part in parts)
        self._row["committed_sequence"] = int(parts[-1].events["tape_sequence"][-1])
        self._row["file_bytes"] = file.size_bytes
        self._tally.add(now_ns - began_ns)

    def tick(self, now_ns: int, waiting: int, file: DayFile | None, *, is_last: bool = False) -> None:
        """A few times a second: what changes by itself."""
        if now_ns < self._next_tick_ns and not is_last:
            return
        self._next_tick_ns = now_ns + TICK_NS
        self._row["behind"] = waiting
        if 0 < self._told_until_ns < now_ns and int(self._row["state"]) == ProcessState.RUNNING:
            self._row["message"], self._told_until_ns = b"", 0
        elapsed_ns = now_ns - self._rate_from_ns
        if elapsed_ns >= NS_PER_SECOND:
            written = int(self._row["written"])
            self._row["rows_per_s"] = (written - self._rate_from_rows) * NS_PER_SECOND // elapsed_ns
            self._rate_from_ns, self._rate_from_rows = now_ns, written
        if file is not None:
            self._row["file_bytes"] = file.size_bytes


def _cut(text: str, size: int) -> bytes:
    """UTF-8 in so many bytes, no half character at the end."""
    return text.encode()[:size].decode(errors="ignore").encode()
