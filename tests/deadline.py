"""Waiting for a condition, never for a time."""

import asyncio
import time
from collections.abc import Callable


def eventually(is_so: Callable[[], object], *, within_s: float = 15.0, every_s: float = 0.005) -> None:
    """Returns when the condition holds; fails when it does not in time."""
    give_up = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < give_up, f"did not come true within {within_s} s"
        time.sleep(every_s)


async def eventually_in_loop(is_so: Callable[[], object], *, within_s: float = 15.0, every_s: float = 0.005) -> None:
    """The same, while the event loop goes on."""
    give_up = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < give_up, f"did not come true within {within_s} s"
        await asyncio.sleep(every_s)
