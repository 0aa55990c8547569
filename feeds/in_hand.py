"""Requests taken from a ring and not done yet: claimed at once, released in order, each when it is done.

    consumed ─ in hand, some of them done ─ claimed ─ waiting ─ produced

A process that dies leaves the claim behind: its successor finds there what may or may not have been carried out.
"""

import numpy as np

from core.memory.files import RingParts
from core.memory.numpy_ring import copied, full_fence


class InHand:
    """The reading side of order_requests.<group> or cancels.<group>. One process, one thread."""

    def __init__(self, parts: RingParts) -> None:
        self._parts = parts
        self._mask = len(parts.slots) - 1
        self._released = int(parts.consumed[0])
        self._taken = self._released
        self._done: set[int] = set()
        self.left_behind = min(max(0, int(parts.claimed[0]) - self._released), self.waiting)
        """How many of the next records a predecessor had in hand when it ended."""

    @property
    def waiting(self) -> int:
        """Records that nobody took yet."""
        return int(self._parts.produced[0]) - self._taken

    @property
    def in_hand(self) -> int:
        return self._taken - self._released

    def peek(self) -> np.ndarray:
        """A copy of what waits, oldest first."""
        return self._copy(self.waiting)

    def take(self, most: int) -> tuple[int, np.ndarray]:
        """Claim up to so many records: the place of the first one, and a copy of all."""
        count = min(self.waiting, most)
        records, first = self._copy(count), self._taken
        self._taken += count
        self._parts.claimed[0] = self._taken
        return first, records

    def done(self, place: int) -> None:
        """The record at a place is answered for: its slot goes back once all before it are too."""
        self._done.add(place)
        while self._released in self._done:
            self._done.discard(self._released)
            self._released += 1
        self._parts.consumed[0] = self._released

    def is_empty_after_parking(self) -> bool:
        """Say that we sleep, then look again: True when it is safe to wait for the bell."""
        self._parts.parked[0] = 1
        full_fence()
        if self.waiting:
            self._parts.parked[0] = 0
            return False
        return True

    def _copy(self, count: int) -> np.ndarray:
        start = self._taken & self._mask
        first = self._parts.slots[start : start + count]
        return copied(first, self._parts.slots[: count - len(first)])
