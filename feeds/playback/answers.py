"""What the venue answers over HTTP: as recorded, by path and query; joined, or else made as its words allow.

A query is matched as far as it names the same things: a client that asks for limit=5000 gets the recorded limit=1000,
and one that names no filter gets the first recorded body of that path. Versions of a path (v2, v3) are one path.
"""

import re
from collections.abc import Mapping

from feeds.playback.dialects.played_book import PlayedBook
from feeds.recording import HttpAnswer, Recording

_VERSION = re.compile(r"/v\d+(?=/)")


class Answers:
    def __init__(self, recording: Recording) -> None:
        self._recording, self._dialect = recording, recording.dialect
        self._snapshots = recording.snapshots
        self._by_path: dict[str, list[HttpAnswer]] = {}
        for answer in recording.answers:
            self._by_path.setdefault(_plain(answer.path), []).append(answer)
        self._listing: dict[str, str] | None = None

    def snapshot_symbol(self, path: str, query: Mapping[str, str]) -> str | None:
        """Whose book is asked for, if one is."""
        symbol = self._dialect.snapshot_symbol(path, query)
        return symbol.upper() if symbol is not None else None

    def new_book(self, symbol: str) -> PlayedBook | None:
        """As it was recorded, before any frame."""
        return self._dialect.open_book(self._snapshots[symbol]) if symbol in self._snapshots else None

    def find(self, path: str, query: Mapping[str, str], body: str, ws_url: str) -> str | None:
        whole = self._dialect.joined(path, {answer.url: answer.text for answer in self._recording.answers})
        if whole is not None:
            return whole
        recorded = self._by_path.get(_plain(path))
        if recorded:
            return max(recorded, key=lambda answer: _likeness(answer.query, query)).text
        made = self._dialect.http(path, body, ws_url, self._recording.begun_ns // 1_000_000)
        if made is not None:
            return made
        if self._listing is None:
            self._listing = self._recording.made_listing()
        return next((text for end, text in self._listing.items() if _plain(path).endswith(end)), None)


def _plain(path: str) -> str:
    return _VERSION.sub("", path).rstrip("/")


def _likeness(recorded: Mapping[str, str], asked: Mapping[str, str]) -> int:
    return sum(2 if recorded.get(name) == value else -(name in recorded) for name, value in asked.items())
