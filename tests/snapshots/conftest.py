"""A picture is taken when everything that was asked for is drawn, not after a while."""

from typing import Any

from textual.pilot import Pilot

from station.screens.panes import PanesScreen
from tests.at_rest import _screens_come_to_rest  # noqa: F401


async def settled(pilot: Pilot[Any]) -> None:
    """Every pane has been fed, whatever its turn."""
    await pilot.pause()
    screen = next(screen for screen in pilot.app.screen_stack if isinstance(screen, PanesScreen))
    screen.show_all()
    await pilot.pause()
