"""A screen in a test is at rest when its event loop has nothing left to do: known at once, on a machine of any speed.

Textual's pilot waits until the process has used little time for a while, twice for each key. A screen that draws twenty
times a second hardly ever does, and it draws on meanwhile: most of a test's time was this wait. What is to be laid out
waits for a timer, so that is looked for too.
"""

import asyncio
import time
from typing import Any

from textual._context import active_app
from textual.app import App

LAID_OUT_WITHIN_S = 5.0
"""A screen under another one may never be."""


async def at_rest(*_: float) -> None:
    app, ready = active_app.get(None), asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
    give_up = time.monotonic() + LAID_OUT_WITHIN_S
    await asyncio.sleep(0)
    while ready or (_is_laid_out_soon(app) and time.monotonic() < give_up):
        await asyncio.sleep(0 if ready else 0.001)


def _is_laid_out_soon(app: App[Any] | None) -> bool:
    if app is None or app._exit or not app.screen_stack:
        return False
    return bool(app.screen._layout_required or app.screen._callbacks)
