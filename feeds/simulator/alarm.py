"""A timer that an asyncio loop can wait for to the microsecond.

The loop's own timers are rounded up to whole milliseconds by epoll, five times the exchange's latency. A timerfd is a
descriptor that becomes readable at an absolute monotonic time; Python has it from 3.13 on, so libc is asked.
"""

import asyncio
import ctypes
import os
from collections.abc import Callable
from contextlib import suppress

_CLOCK_MONOTONIC = 1
_ABSOLUTE = 1
_NS = 1_000_000_000


class _TimerSpec(ctypes.Structure):
    _fields_ = (
        ("interval_s", ctypes.c_long),
        ("interval_ns", ctypes.c_long),
        ("value_s", ctypes.c_long),
        ("value_ns", ctypes.c_long),
    )


class Alarm:
    """Rings once at the time it was set to last."""

    def __init__(self, loop: asyncio.AbstractEventLoop, ring: Callable[[], None]) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._loop, self._ring = loop, ring
        self._descriptor: int = self._libc.timerfd_create(_CLOCK_MONOTONIC, os.O_NONBLOCK | os.O_CLOEXEC)
        if self._descriptor < 0:
            raise OSError(ctypes.get_errno(), "no timerfd")
        loop.add_reader(self._descriptor, self._heard)

    def set(self, monotonic_ns: int) -> None:
        """Replaces what it was set to. A time that has passed rings at once."""
        seconds, rest_ns = divmod(max(1, monotonic_ns), _NS)
        spec = _TimerSpec(0, 0, seconds, rest_ns)
        self._libc.timerfd_settime(self._descriptor, _ABSOLUTE, ctypes.byref(spec), None)

    def close(self) -> None:
        self._loop.remove_reader(self._descriptor)
        os.close(self._descriptor)

    def _heard(self) -> None:
        with suppress(BlockingIOError):
            os.read(self._descriptor, 8)
        self._ring()
