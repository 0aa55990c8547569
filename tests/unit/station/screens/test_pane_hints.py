"""Hints of panes: of panes that exist, with keys that exist, said once, and never where they are switched off."""

import re
from pathlib import Path

import pytest

from station.actions import ACTIONS
from station.app import StationApp
from station.keymap import Keymap
from station.screen_config import ScreenConfig
from station.screens.catalogue import PANES
from station.screens.first_sight import FirstSight
from station.screens.pane_hints import HINTS, pane_hint
from station.screens.preferences import Preferences
from tests.builders import FixedSource


@pytest.mark.parametrize("name", HINTS)
def test_a_hint_is_of_a_pane_names_actions_and_fits_a_line(name: str) -> None:
    assert name in {pane.NAME for pane in PANES}
    assert set(re.findall(r"\{(\w+)\}", HINTS[name])) <= {action.name for action in ACTIONS}
    hint = pane_hint(name, Keymap())
    assert not re.search(r"\{\w+\}", hint)
    assert 0 < len(hint) <= 118


@pytest.mark.parametrize("hints", [True, False])
async def test_a_pane_says_once_what_can_be_done(tmp_path: Path, hints: bool) -> None:
    app = StationApp(FixedSource(), preferences=Preferences(ScreenConfig(hints=hints)))
    async with app.run_test(size=(120, 36)) as pilot:
        app.desk_screen.first_sight = FirstSight(tmp_path / "seen")
        await pilot.press("f8")
        await pilot.pause()
        assert ("cancels the order at the cursor" in app.desk_screen.hint.text) is hints
        app.desk_screen.hint_is_over()
        await pilot.press("f7", "f8")
        await pilot.pause()
        assert "cancels the order at the cursor" not in app.desk_screen.hint.text
