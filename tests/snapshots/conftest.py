"""A picture is taken when everything that was asked for is drawn, not after a while."""

import asyncio
from typing import Any

import pytest
from textual import pilot as textual_pilot
from textual.pilot import Pilot

from station.screens.panes import PanesScreen


@pytest.fixture(autouse=True)
def _waits_for_messages_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pilot waits until every widget has taken its messages, and then for the process to be idle, which a screen that
    draws twenty times a second hardly ever is. Everything is in the messages: the second wait adds nothing."""

    async def at_once(*_: float) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr(textual_pilot, "wait_for_idle", at_once)


async def settled(pilot: Pilot[Any]) -> None:
    """Every pane has been fed, whatever its turn."""
    await pilot.pause()
    screen = next(screen for screen in pilot.app.screen_stack if isinstance(screen, PanesScreen))
    screen.show_all()
    await pilot.pause()
