"""Pictures of the whole screen. A changed one is looked at in the diff before it is taken over."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from core.vocabulary import BookState, FeedState, Mode
from station.app import StationApp
from station.screen_config import read_screen
from station.screens.preferences import Preferences
from station.views.status import FeedView
from tests.builders import FixedSource
from tests.desk_views import status
from tests.order_views import worked_orders
from tests.snapshots.conftest import settled

SIZES = {"80x24": (80, 24), "120x36": (120, 36), "250x70": (250, 70)}
DEAD_FEED = FeedView(
    venue="alpha", state=FeedState.DOWN, events=4_211_804, events_per_s=0, silent_ns=12_400_000_000,
    message="the connection ended: CLOSED, code=1006",
)  # fmt: skip
Compare = Callable[..., bool]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["midnight", "paper", "amber", "colour-blind"])
def test_the_screen_in_every_size(snap_compare: Compare, theme: str, size: str) -> None:
    app = StationApp(FixedSource(), theme=theme)
    assert snap_compare(app, terminal_size=SIZES[size], run_before=settled)


@pytest.mark.parametrize(("theme", "size"), [("midnight", "120x36"), ("paper", "80x24")])
def test_the_settings_over_the_screen(snap_compare: Compare, tmp_path: Path, theme: str, size: str) -> None:
    file = tmp_path / "station.toml"
    file.write_text("[screen]\nfps = 10\n")

    async def opened(pilot: Pilot[Any]) -> None:
        await settled(pilot)
        await pilot.press("comma", "down", "down", "down", "right")
        await settled(pilot)

    app = StationApp(
        FixedSource(), theme=theme, preferences=Preferences(read_screen(file), file=file, read=read_screen)
    )
    assert snap_compare(app, terminal_size=SIZES[size], run_before=opened)


def test_orders_that_are_held_here_stand_at_their_triggers(snap_compare: Compare) -> None:
    source = FixedSource()
    source.order_views = worked_orders(source.known)
    assert snap_compare(StationApp(source), terminal_size=(160, 48), press=["f8"], run_before=settled)


def test_one_order_in_detail_on_a_small_terminal(snap_compare: Compare) -> None:
    source = FixedSource()
    source.order_views = worked_orders(source.known)
    keys = ["f8", *["down"] * 6, "M"]
    app = StationApp(source, theme="paper")
    assert snap_compare(app, terminal_size=SIZES["80x24"], press=keys, run_before=settled)


@pytest.mark.parametrize(("name", "line"), [("right", "buy 2 @ 64000 tp +1% sl 63500"), ("wrong", "buy 2 @ 64000.3")])
def test_a_line_at_the_prompt_is_previewed_or_pointed_at(snap_compare: Compare, name: str, line: str) -> None:
    async def typed(pilot: Pilot[Any]) -> None:
        await pilot.press("colon")
        pilot.app.screen.query_one(Input).value = line
        pilot.app.screen.query_one(Input).cursor_blink = False
        await settled(pilot)

    assert snap_compare(StationApp(FixedSource()), terminal_size=SIZES["80x24"], run_before=typed)


def test_the_risk_page_over_the_whole_screen(snap_compare: Compare) -> None:
    app = StationApp(FixedSource())
    assert snap_compare(app, terminal_size=(160, 48), press=["f10", "m"], run_before=settled)


def test_a_halted_desk_is_impossible_to_overlook(snap_compare: Compare) -> None:
    app = StationApp(FixedSource(status_view=status(is_armed=False, is_halted=True)))
    assert snap_compare(app, terminal_size=SIZES["120x36"], run_before=settled)


def test_real_money_colours_the_status_line(snap_compare: Compare) -> None:
    app = StationApp(FixedSource(status_view=status(mode=Mode.LIVE)))
    assert snap_compare(app, terminal_size=SIZES["80x24"], run_before=settled)


def test_a_book_that_cannot_be_trusted_is_dimmed_and_says_why(snap_compare: Compare) -> None:
    app = StationApp(FixedSource(book_state=BookState.GAPPED))
    assert snap_compare(app, terminal_size=SIZES["80x24"], run_before=settled)


def test_one_more_pane_by_its_key_on_a_small_terminal(snap_compare: Compare) -> None:
    app = StationApp(FixedSource())
    assert snap_compare(app, terminal_size=SIZES["80x24"], press=["f5"], run_before=settled)


def test_the_latency_pane_over_the_whole_screen(snap_compare: Compare) -> None:
    app = StationApp(FixedSource(), theme="colour-blind")
    assert snap_compare(app, terminal_size=SIZES["120x36"], press=["f5", "m"], run_before=settled)


def test_help_lists_the_keys(snap_compare: Compare) -> None:
    app = StationApp(FixedSource(), theme="amber")
    assert snap_compare(app, terminal_size=SIZES["120x36"], press=["question_mark"], run_before=settled)


def test_leaving_asks_what_becomes_of_the_desk(snap_compare: Compare) -> None:
    app = StationApp(FixedSource(), theme="amber")
    assert snap_compare(app, terminal_size=SIZES["80x24"], press=["ctrl+q"], run_before=settled)


def test_a_terminal_that_is_too_small_gets_a_sentence(snap_compare: Compare) -> None:
    assert snap_compare(StationApp(FixedSource()), terminal_size=(60, 15), run_before=settled)


@pytest.mark.parametrize("size", ["120x36", "160x48", "250x70"])
def test_the_best_venue_of_every_asset_by_its_key(snap_compare: Compare, size: str) -> None:
    width, height = size.split("x")
    app = StationApp(FixedSource())
    assert snap_compare(app, terminal_size=(int(width), int(height)), press=["f9"], run_before=settled)


def test_a_book_of_a_dead_feed_says_so_across_its_whole_face(snap_compare: Compare) -> None:
    source = FixedSource(book_state=BookState.STALE)
    source.status_view = msgspec.structs.replace(source.status_view, feeds=(DEAD_FEED,))
    assert snap_compare(StationApp(source), terminal_size=SIZES["120x36"], run_before=settled)
