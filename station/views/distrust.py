"""Why is a book not to be traded on, and since when? In the words of the ladder that shows it."""

from collections.abc import Iterable

import msgspec

from core.vocabulary import BookState
from station.views.book import BookView
from station.views.numbers import NS_PER_SECOND, clock_text
from station.views.status import FeedView
from station.views.words import BOOK_SENTENCES, BOOK_STATES


class Distrust(msgspec.Struct, frozen=True, kw_only=True):
    word: str
    """STALE, GAPPED …"""
    why: str
    since: str = ""
    """Empty when nobody saw when it began"""
    told: str = ""
    """What the feed itself says of its trouble"""


def distrust_of(
    book: BookView, feeds: Iterable[FeedView], *, venue: str, is_attached: bool, wall_s: int
) -> Distrust | None:
    """None while the book is LIVE."""
    if not is_attached:
        return Distrust(word=BOOK_STATES[BookState.STALE], why="the core is silent: this is what it said last")
    if book.is_live:
        return None
    since = ""
    if book.since_wall_ns:
        since_s = book.since_wall_ns // NS_PER_SECOND
        since = f"since {clock_text(book.since_wall_ns)}, for {_span(max(0, wall_s - since_s))}"
    told = next((feed.message for feed in feeds if feed.venue == venue), "")
    return Distrust(word=BOOK_STATES[book.state], why=BOOK_SENTENCES[book.state], since=since, told=told)


def _span(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, second = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{second:02d}" if hours else f"{minutes}:{second:02d}" if minutes else f"{second} s"
