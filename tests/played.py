"""Which recordings can be played into which connector: by the bench, the fuzzer and the table of venues."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from feeds.errors import FeedError
from feeds.recording import Recording, read_recording
from feeds.venues.catalogue import FOLDERS
from tests.reference.venue_books.walk import VENUES

FOLDERS_OF_RECORDINGS = ("cryptofeed", "derived", "hftbacktest", "misc_wire")
MORE: dict[str, dict[str, Any]] = {"kraken": {"depth": 10}}
"""What the recorder had subscribed to, where that is configuration."""
HAND_MADE = Path(__file__).resolve().parent / "golden" / "venues"


class Played(NamedTuple):
    dialect: str
    recording: Recording
    conn: str
    """One of its sockets; empty when it names none."""
    more: dict[str, Any]


def played(captures: Path | None, *, dialects: frozenset[str] = frozenset()) -> Iterator[Played]:
    """Every socket of every recording whose protocol has a connector and a reference; the hand-made ones first."""
    files = sorted(HAND_MADE.glob("*.jsonl"))
    if captures is not None:
        files += [file for name in FOLDERS_OF_RECORDINGS for file in sorted((captures / name).rglob("*.*"))]
    for file in files:
        if not file.name.endswith((".gz", ".jsonl")):
            continue
        try:
            recording = read_recording(file)
        except FeedError:
            continue
        dialect = recording.venue
        if dialect not in FOLDERS or dialect not in VENUES or (dialects and dialect not in dialects):
            continue
        for conn in dict.fromkeys(frame.conn for frame in recording.frames):
            yield Played(dialect, recording, conn, MORE.get(dialect, {}))
