"""A screen on a desk at rest, walked through by keyboard."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from station.app import StationApp
from station.screens.desk import DeskScreen
from station.widgets.canvas import Canvas
from tests.builders import FixedSource
from tests.deadline import PATIENCE
from tests.desk_views import status

WITHIN_S = 5.0


class Walk:
    """A running screen and the desk behind it."""

    def __init__(self, app: StationApp, source: FixedSource, pilot: Pilot[str]) -> None:
        self.app, self.source, self.pilot = app, source, pilot

    @property
    def desk(self) -> DeskScreen:
        return self.app.desk_screen

    async def press(self, *keys: str) -> None:
        """Each key counts on what the one before it has laid out."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def settle(self) -> None:
        """Laid out, and every widget has heard that it was hidden or shown."""
        await self.pilot.pause()
        await self.pilot.pause()

    async def until(self, is_so: Callable[[], bool]) -> None:
        give_up = time.monotonic() + PATIENCE * WITHIN_S
        while not is_so():
            assert time.monotonic() < give_up, f"it did not come to be: {self.desk.hint.text!r}"
            await self.pilot.pause(0.02)

    def text(self) -> str:
        return "\n".join(
            "".join(segment.text for segment in row)
            for canvas in self.desk.query(Canvas)
            if canvas.display
            for row in canvas.picture(*canvas.size)
        )


@asynccontextmanager
async def walking(
    source: FixedSource | None = None, size: tuple[int, int] = (120, 36), theme: str = "midnight"
) -> AsyncIterator[Walk]:
    source = source or FixedSource()
    app = StationApp(source, theme=theme)
    async with app.run_test(size=size) as pilot:
        walk = Walk(app, source, pilot)
        await walk.until(lambda: walk.app.screen is walk.desk and walk.desk.status is source.status_view)
        yield walk


def disarmed() -> FixedSource:
    return FixedSource(status_view=status(is_armed=False))
