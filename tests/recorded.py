"""Recordings for tests: hand-made ones that are always there, and the real ones where the folder of them is.

recording = recorded("kraken")                        # tests/golden/venues/kraken.jsonl
for recording in captured("kraken", captures): ...    # every real one of this venue

books = reference_books("kraken")                     # tests/reference/venue_books/walk.py
for frame in recording.frames:
    symbol = books.feed(frame.text)
    if symbol is not None:
        books.books[symbol].bids                      # {"60000.0": "0.10000000", …}, best first

async with FrameServer(recording, speed=0, at_end="hold", faults=Faults(drop=(3,))) as server:
    ...                                               # server.rest_url, server.ws_url; feeds/frames.py
"""

from functools import cache
from pathlib import Path

from feeds.recording import Recording, read_recording

GOLDEN = Path(__file__).resolve().parent / "golden" / "venues"
FOLDERS = ("cryptofeed", "derived", "hftbacktest", "misc_wire")
MOST_BYTES = 2_000_000
"""Larger files are long runs of what smaller ones show too."""


def golden_venues() -> list[str]:
    return sorted(path.stem for path in GOLDEN.glob("*.jsonl"))


@cache
def recorded(venue: str) -> Recording:
    return read_recording(GOLDEN / f"{venue}.jsonl")


def captured_paths(captures: Path) -> list[Path]:
    found = (
        path
        for folder in FOLDERS
        for path in (captures / folder).rglob("*.*")
        if ".jsonl" in path.name or path.suffix == ".gz"
    )
    return sorted(path for path in found if path.stat().st_size < MOST_BYTES)


def captured(venue: str, captures: Path) -> list[Recording]:
    """Read one after the other to find their venue: fast, but not for the body of a loop."""
    recordings = (read_recording(path) for path in captured_paths(captures))
    return [recording for recording in recordings if recording.venue == venue]
