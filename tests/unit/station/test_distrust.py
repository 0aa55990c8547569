"""Why a book is not to be traded on, and since when."""

import pytest

from core.vocabulary import BookState, FeedState
from station.views.book import BookView
from station.views.distrust import Distrust, distrust_of
from station.views.status import FeedView

AT_S = 13 * 3600 + 37 * 60 + 30
FEEDS = (
    FeedView(venue="okx", state=FeedState.LIVE, message="of another venue"),
    FeedView(venue="kraken", state=FeedState.DOWN, message="the connection ended"),
)


def of(state: BookState, *, after_s: int = 12, is_attached: bool = True, since_s: int = AT_S) -> Distrust | None:
    book = BookView(instrument_id=0, state=state, since_wall_ns=since_s * 1_000_000_000)
    return distrust_of(book, FEEDS, venue="kraken", is_attached=is_attached, wall_s=AT_S + after_s)


def test_a_live_book_is_trusted() -> None:
    assert of(BookState.LIVE) is None


@pytest.mark.parametrize("state", [state for state in BookState if state is not BookState.LIVE])
def test_any_other_says_its_state_why_since_when_and_what_its_own_feed_says(state: BookState) -> None:
    found = of(state)

    assert found is not None
    assert (found.word, found.told) == (state.name, "the connection ended")
    assert found.why
    assert found.since == "since 13:37:30, for 12 s"


@pytest.mark.parametrize(("after_s", "words"), [(0, "0 s"), (59, "59 s"), (61, "1:01"), (3_600, "1:00:00")])
def test_how_long_is_said_as_a_clock_says_it(after_s: int, words: str) -> None:
    found = of(BookState.STALE, after_s=after_s)

    assert found is not None
    assert found.since.endswith(f"for {words}")


def test_when_it_began_is_left_out_where_nobody_saw_it() -> None:
    found = of(BookState.SYNCING, since_s=0)

    assert found is not None
    assert found.since == ""


def test_what_a_silent_core_said_last_is_not_trusted() -> None:
    found = of(BookState.LIVE, is_attached=False)

    assert found is not None
    assert "core is silent" in found.why
