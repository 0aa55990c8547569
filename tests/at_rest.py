"""A screen in a test is at rest when its event loop has nothing left to do: known at once, on a machine of any speed.

Textual's pilot waits until the process has used little time for a while, twice for each key. A screen that draws twenty
times a second hardly ever does, and it draws on meanwhile: most of a test's time was this wait.
"""

import asyncio


async def at_rest(*_: float) -> None:
    ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
    await asyncio.sleep(0)
    while ready:
        await asyncio.sleep(0)
