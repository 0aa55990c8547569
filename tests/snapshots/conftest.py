"""A picture is taken when everything that was asked for is drawn, not after a while."""

from typing import Any

import pytest
from textual import pilot as textual_pilot
from textual.pilot import Pilot

from station.screens.panes import PanesScreen
from tests.at_rest import at_rest


@pytest.fixture(autouse=True)
def _comes_to_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind its keys Textual waits by itself: what a key opens may read a file first, in a thread."""
    monkeypatch.setattr(textual_pilot, "wait_for_idle", at_rest)


async def settled(pilot: Pilot[Any]) -> None:
    """Every pane has been fed, whatever its turn."""
    await pilot.pause()
    screen = next(screen for screen in pilot.app.screen_stack if isinstance(screen, PanesScreen))
    screen.show_all()
    await pilot.pause()
