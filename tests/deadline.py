"""Waiting for a condition, never for a time.

The times that tests name are those of a quiet machine. One that runs tests is busy and gets `PATIENCE` times as long;
only a test that fails waits for all of it.
"""

import asyncio
import time
from collections.abc import Callable

PATIENCE = 6


def eventually(is_so: Callable[[], object], *, within_s: float = 15.0, every_s: float = 0.005) -> None:
    """Returns when the condition holds; fails when it does not in time."""
    give_up = time.monotonic() + PATIENCE * within_s
    while not is_so():
        assert time.monotonic() < give_up, f"did not come true within {PATIENCE} * {within_s} s"
        time.sleep(every_s)


async def until(is_so: Callable[[], object], *, within_s: float = 15.0, every_s: float = 0.001) -> None:
    """The same, while the event loop goes on."""
    give_up = time.monotonic() + PATIENCE * within_s
    while not is_so():
        assert time.monotonic() < give_up, f"did not come true within {PATIENCE} * {within_s} s"
        await asyncio.sleep(every_s)
