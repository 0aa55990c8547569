"""Pictures of a ladder in every state that it can be in."""

from collections.abc import Callable

import msgspec
import pytest
from textual.app import App, ComposeResult

from core.vocabulary import BookState, FeedState, InstrumentState
from station.app import StationApp
from station.renderables.paint import paint_of
from station.theme import built_in_themes
from station.views.book import BookView
from station.views.status import FeedView
from station.widgets.ladder import Ladder
from station.widgets.look import Look
from tests.builders import FixedSource
from tests.desk_views import status
from tests.market_views import book, instruments
from tests.snapshots.conftest import settled

BTC = instruments()[0]
FULL = book(BTC)
TOUCH = BTC.reference_ticks
STATES: dict[str, BookView] = {
    "empty": BookView(instrument_id=0, state=BookState.LIVE),
    "one": BookView(instrument_id=0, state=BookState.LIVE, bids=((TOUCH - 1, 250),)),
    "full": FULL,
    "stale": msgspec.structs.replace(FULL, state=BookState.STALE),
    "gapped": msgspec.structs.replace(FULL, state=BookState.GAPPED),
    "crossed": msgspec.structs.replace(
        FULL, state=BookState.CROSSED, bids=((TOUCH + 3, 400), (TOUCH + 2, 90), *FULL.bids)
    ),
    "suspended": msgspec.structs.replace(FULL, instrument_state=InstrumentState.SUSPENDED),
}
Compare = Callable[..., bool]


class LadderAlone(App[None]):
    CSS = "Screen { layout: vertical; } Ladder { width: 100%; height: 100%; }"

    def __init__(self, source: FixedSource, theme: str = "midnight") -> None:
        super().__init__()
        self.given, self.paint = source, paint_of(built_in_themes()[theme])

    def compose(self) -> ComposeResult:
        self.ladder = Ladder(self.paint)
        yield self.ladder

    def on_mount(self) -> None:
        self.call_after_refresh(self._look)

    def _look(self) -> None:
        look = Look(self.given)
        look.columns = ("trades", "volume", "changes", "profit")
        look.refresh()
        look.choose(0)
        look.status = self.given.status()
        self.ladder.look(look)


def source_of(shown: BookView) -> FixedSource:
    source = FixedSource()
    source.books[0] = shown
    return source


@pytest.mark.parametrize("state", STATES)
def test_a_ladder_in_every_state(snap_compare: Compare, state: str) -> None:
    assert snap_compare(LadderAlone(source_of(STATES[state])), terminal_size=(80, 24))


def test_a_ladder_whose_feed_is_gone(snap_compare: Compare) -> None:
    source = source_of(STATES["stale"])
    down = FeedView(
        venue="alpha", state=FeedState.DOWN, events=1, events_per_s=0, silent_ns=9 * 10**9, message="closed"
    )
    source.status_view = msgspec.structs.replace(source.status_view, feeds=(down,))
    assert snap_compare(LadderAlone(source), terminal_size=(80, 24))


def test_a_ladder_while_the_core_is_silent(snap_compare: Compare) -> None:
    source = source_of(FULL)
    source.status_view = msgspec.structs.replace(status(is_armed=False), is_attached=False)
    assert snap_compare(LadderAlone(source), terminal_size=(80, 24))


@pytest.mark.parametrize("size", [(30, 8), (38, 24), (160, 48), (250, 70)], ids=str)
@pytest.mark.parametrize("theme", ["midnight", "paper"])
def test_a_ladder_of_every_size(snap_compare: Compare, theme: str, size: tuple[int, int]) -> None:
    assert snap_compare(LadderAlone(source_of(FULL), theme), terminal_size=size)


@pytest.mark.parametrize("size", [(80, 24), (160, 48), (250, 70)], ids=str)
@pytest.mark.parametrize("key", ["alt+2", "alt+5"])
def test_the_layouts_of_one_ladder_and_of_four(snap_compare: Compare, key: str, size: tuple[int, int]) -> None:
    app = StationApp(FixedSource(), theme="midnight" if key == "alt+2" else "colour-blind")
    assert snap_compare(app, terminal_size=size, press=[key, "down"], run_before=settled)


def test_the_letters_of_the_jump(snap_compare: Compare) -> None:
    app = StationApp(FixedSource())
    assert snap_compare(app, terminal_size=(120, 36), press=["apostrophe"], run_before=settled)
