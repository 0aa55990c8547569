"""No test of a screen waits for the process to be idle."""

import pytest
from textual import app, pilot

from tests.at_rest import at_rest


@pytest.fixture(autouse=True)
def _screens_come_to_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (app, pilot):
        monkeypatch.setattr(module, "wait_for_idle", at_rest)
