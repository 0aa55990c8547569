"""Pictures of what the hands use: the palette, the prompt, alerts, learning, and what disarmed by itself."""

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from station.alert_file import alert_of
from station.app import StationApp
from station.screen_config import ScreenConfig
from station.screens.preferences import Preferences
from tests.builders import FixedSource
from tests.deadline import until
from tests.desk_views import status

Compare = Callable[..., bool]
WATCHED = (
    "pnl > 0", "BTC-USD.imbalance > 0.6 every 5m", "BTC-USD crosses 61000 once", "beta.feed not LIVE", "DOGE.rsi > 70",
    "drawdown > 5% band 1%", "fill BTC*",
)  # fmt: skip


async def settled(pilot: Pilot[Any]) -> None:
    await pilot.pause(0.3)


def typed(*keys: str, text: str) -> Callable[[Pilot[Any]], Any]:
    async def run(pilot: Pilot[Any]) -> None:
        await pilot.press(*keys)
        field = pilot.app.screen.query_one(Input)
        field.cursor_blink = False
        field.value = text
        await settled(pilot)

    return run


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
def test_the_palette_finds_by_letters(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(StationApp(FixedSource()), terminal_size=size, run_before=typed("ctrl+p", text="stop"))


@pytest.mark.parametrize(
    ("name", "line"),
    [("follows", "alert BTC-USD.alpha.i"), ("deed", "alert pnl < -500 every 10m"), ("empty", "")],
    ids=["follows", "deed", "empty"],
)
def test_the_prompt_shows_what_can_follow_and_what_it_would_do(snap_compare: Compare, name: str, line: str) -> None:
    app = StationApp(FixedSource(), theme="paper" if name == "deed" else None)
    assert snap_compare(app, terminal_size=(120, 36), run_before=typed("colon", text=line))


@pytest.mark.parametrize("watched", [(), WATCHED], ids=["none", "some"])
def test_the_pane_of_alerts(snap_compare: Compare, watched: tuple[str, ...]) -> None:
    app = StationApp(FixedSource())

    async def watching(pilot: Pilot[Any]) -> None:
        app.desk_screen.watching.snoozed_until_ns = 10**18
        app.desk_screen.watching.use([alert_of(line) for line in watched])
        await pilot.press("exclamation_mark")
        await settled(pilot)

    assert snap_compare(app, terminal_size=(120, 36), run_before=watching)


def test_learning_is_on_the_status_line(snap_compare: Compare) -> None:
    app = StationApp(FixedSource(), preferences=Preferences(ScreenConfig(learning=True)))
    assert snap_compare(app, terminal_size=(80, 24), press=["b"], run_before=settled)


def test_what_disarmed_says_why(snap_compare: Compare) -> None:
    app = StationApp(FixedSource(status_view=status()))

    async def alone(pilot: Pilot[Any]) -> None:
        app.desk_screen.idle_s = lambda: 901.0
        await until(lambda: "without a key" in app.desk_screen.hint.text)
        await settled(pilot)

    assert snap_compare(app, terminal_size=(120, 36), run_before=alone)
