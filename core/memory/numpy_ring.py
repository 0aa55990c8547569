"""The same rings for processes that do not load numba: batches of records as numpy arrays.

Loads and stores of one aligned int64 through numpy are single moves, and x86 keeps stores in order and loads in order,
so publishing the cursor after the records, and reading it before them, is release and acquire. The one order that x86
does not keep, a store before a later load, is needed in `park`: taking a lock is a locked instruction, and that is a
full fence.
"""

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

import numpy as np

from core.memory.files import RingParts


class EventLoop(Protocol):
    """What the bell needs of an asyncio loop: the core knows no asyncio."""

    def add_reader(self, fd: int, callback: Callable[..., Any], *args: Any) -> None: ...


_fence_lock = threading.Lock()


def full_fence() -> None:
    """Every store before is seen by others before any load after it."""
    with _fence_lock:
        pass


def copied(*parts: np.ndarray) -> np.ndarray:
    """Records as one array of their own. By bytes: numpy copies them field by field, which takes 15 times as long."""
    dtype, data = parts[0].dtype, bytearray().join(part.tobytes() for part in parts)
    return np.ndarray(len(data) // dtype.itemsize, dtype, data)


class Producer:
    """The writing side of a ring. One process, one thread."""

    def __init__(self, parts: RingParts) -> None:
        self._parts = parts
        self._produced = int(parts.produced[0])
        self._mask = len(parts.slots) - 1

    @property
    def room(self) -> int:
        """How many records fit now."""
        return len(self._parts.slots) - (self._produced - int(self._parts.consumed[0]))

    @property
    def produced(self) -> int:
        return self._produced

    def publish(self, record: np.ndarray | np.void) -> bool:
        """False when the ring is full; the caller decides what that means."""
        if self.room == 0:
            return False
        self._parts.slots[self._produced & self._mask] = record
        self._produced += 1
        self._parts.produced[0] = self._produced
        self.wake()
        return True

    def publish_batch(self, records: np.ndarray) -> int:
        """How many of the records were written, from the first on; they become visible together."""
        count = min(len(records), self.room)
        if count == 0:
            return 0
        start = self._produced & self._mask
        straight = min(count, len(self._parts.slots) - start)
        self._parts.slots[start : start + straight] = records[:straight]
        if straight < count:
            self._parts.slots[: count - straight] = records[straight:count]
        self._produced += count
        self._parts.produced[0] = self._produced
        self.wake()
        return count

    def wake(self) -> None:
        if self._parts.bell >= 0:
            full_fence()
            if self._parts.parked[0]:
                with suppress(BlockingIOError):  # a pipe full of calls to wake up: one more says nothing
                    os.write(self._parts.bell, b"\1\0\0\0\0\0\0\0")


class Consumer:
    """The reading side of a ring. One process, one thread."""

    def __init__(self, parts: RingParts) -> None:
        self._parts = parts
        self._read = int(parts.consumed[0])
        self._mask = len(parts.slots) - 1

    @property
    def waiting(self) -> int:
        """How many records can be read now."""
        return int(self._parts.produced[0]) - self._read

    @property
    def read_so_far(self) -> int:
        return self._read

    def peek(self, most: int | None = None) -> np.ndarray:
        """A copy of the records that wait, oldest first. Stays readable again until `release`."""
        count = self.waiting if most is None else min(self.waiting, most)
        start = self._read & self._mask
        first = self._parts.slots[start : start + count]
        return copied(first, self._parts.slots[: count - len(first)])

    def look(self, most: int) -> list[np.ndarray]:
        """The records that wait, oldest first, in place: one or two parts, valid until they are released."""
        count = min(self.waiting, most)
        start = self._read & self._mask
        first = self._parts.slots[start : start + count]
        parts = [first, self._parts.slots[: count - len(first)]]
        return [part for part in parts if len(part)]

    def claim(self, count: int) -> None:
        """Say that the next `count` records are in hand: after a crash their outcome is unknown, not unsent."""
        self._parts.claimed[0] = self._read + count

    def release(self, count: int) -> None:
        """Give `count` slots back to the producer."""
        self._read += count
        self._parts.consumed[0] = self._read

    def is_empty_after_parking(self) -> bool:
        """Say that we sleep, then look again: True when it is safe to wait for the bell."""
        self._parts.parked[0] = 1
        full_fence()
        if self.waiting:
            self._parts.parked[0] = 0
            return False
        return True

    def unpark(self) -> None:
        self._parts.parked[0] = 0


def on_bell(loop: EventLoop, bell: int, wake: Callable[[], None]) -> None:
    """Call `wake` in the event loop whenever somebody rings. The pipe is emptied first."""

    def heard() -> None:
        with suppress(BlockingIOError):
            os.read(bell, 65536)
        wake()

    loop.add_reader(bell, heard)
