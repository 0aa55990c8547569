"""What one must know of a venue's words to play its recordings: whom a frame concerns, what a client asks for.

It is enough to serve recorded frames to a client that wants some of them, and no more: nothing here decodes a price,
and no connector uses it. The base class is that of a venue whose words are not known: everything goes to everyone.
"""

import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import msgspec

from feeds.playback.dialects.played_book import PlayedBook


class Topic(NamedTuple):
    """Part of a stream that can be asked for alone."""

    kind: str
    """book (the usual one), trade, ticker …: frames of one kind have one shape"""
    symbol: str
    """As frames write it; empty when the topic concerns no symbol"""
    name: str = ""
    """The venue's whole name of it, or number"""

    @property
    def is_book(self) -> bool:
        """Also the kinds beside the usual one: other precisions, depths, groupings."""
        return self.kind.split(".")[0] == "book"

    @property
    def folded(self) -> str:
        """The symbol without regard to capitals, in which requests and frames of one venue differ."""
        return self.symbol.upper()

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.folded


class Request(NamedTuple):
    """What a client said."""

    verb: Literal["subscribe", "unsubscribe", "other"] = "other"
    topics: tuple[Topic, ...] = ()
    answers: tuple[str, ...] = ()
    """In the venue's shape and with the client's own request id; sent before any data"""


Known = Mapping[tuple[str, str], str]
"""Key of every recorded topic → its recorded name"""


class Dialect:
    """Recorded answers to requests are not played: a client's own requests are answered, in the recorded shape."""

    tells_books = True
    """A subscription is answered with the whole book; otherwise the client fetches it over HTTP"""
    renames = False
    """A recorded frame can be served under the name that was asked for (depth@0ms for depth@100ms)"""
    packs = False
    """Frames are gzip"""
    first_number = 0
    """Of frames that are counted over the whole socket"""
    greetings: tuple[str, ...] = ()
    """Said when a socket opens, if the recording holds no greeting"""

    def topics_of(self, text: str, conn: str) -> tuple[Topic, ...] | None:
        """() for everyone; None for what must not be played."""
        return ()

    def topics_of_address(self, path: str, query: Mapping[str, str]) -> tuple[Topic, ...]:
        """Asked for in the address of the socket."""
        return ()

    def read(self, text: str, known: Known) -> Request:
        return Request()

    def reshape(self, text: str, path: str) -> str:
        """As the venue says it on a socket of this address."""
        return text

    def number(self, text: str, count: int) -> str | None:
        """With its place among the counted frames of this socket; None when this one is not counted."""
        return None

    def snapshot_symbol(self, path: str, query: Mapping[str, str]) -> str | None:
        """Whose book is asked for."""
        return None

    def open_book(self, recorded: str) -> PlayedBook | None:
        return None

    def listing(self, texts: Mapping[str, str]) -> dict[str, str]:
        """End of a path → body: instruments for a recording without a list. `texts`: symbol → all that names it."""
        return {}

    def joined(self, path: str, recorded: Mapping[str, str]) -> str | None:
        """One answer made of several recorded ones, by their path and query."""
        return None

    def http(self, path: str, body: str, ws_url: str, now_ms: int) -> str | None:
        """Answers that no recording holds: tokens, the venue's time."""
        return None


def message_of(text: str) -> dict[str, Any]:
    """A client's request; empty when it is no JSON object."""
    try:
        found = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def to_text(message: object) -> str:
    return msgspec.json.encode(message).decode()


def refuses(topic: Topic, known: Known) -> bool:
    """A symbol that the venue does not list. What was only not recorded of a listed one stays silent."""
    return bool(topic.symbol) and all(symbol != topic.folded for _, symbol in known)


def found_once(pattern: re.Pattern[str], text: str, *, within: int = 400) -> re.Match[str] | None:
    """Names stand at the head of a frame; a book of megabytes is not searched for them."""
    return pattern.search(text[:within]) or pattern.search(text[-200:])
