"""A recorded market instead of a venue: `station up --venue kraken --replay-frames FILE`.

A server of ours plays the frames over real sockets; market process, core and everything behind them are the real ones.
"""

import socket
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

import msgspec

from feeds.config import VenueConfig
from feeds.errors import BadFrame
from feeds.instruments import Instrument
from feeds.listing import read_listing
from feeds.playback.answers import Answers
from feeds.recording import read_recording
from feeds.venues.catalogue import complete, venue
from station.config import ReplaySetup
from station.errors import BadArgument

RECORDINGS = ("*.gz", "*.jsonl")
SHORT_NS = 5_000_000_000
"""One that is over before anybody has looked is held at its end; again and again it would hardly ever be LIVE."""
BACK_WITHIN_MS = 1_000
"""Our own server needs no mercy when it hangs up at the end of a recording."""


def replay_of(path: Path) -> ReplaySetup:
    """Raises BadArgument, and BadFrame when the file is no recording."""
    file = _one_file(path.expanduser().resolve())
    recording = read_recording(file)
    stream: Literal["trade", "aggTrade"] = "aggTrade" if recording.trade_stream == "aggTrade" else "trade"
    is_short = recording.ended_ns - recording.begun_ns < SHORT_NS
    return ReplaySetup(
        path=str(file),
        port=_free_port(),
        symbols=recording.symbols,
        at_end="hold" if is_short else "loop",
        trade_stream=stream,
    )


def replayed_venue(venue: VenueConfig, replay: ReplaySetup) -> VenueConfig:
    """The venue with the addresses of our server."""
    return msgspec.structs.replace(
        venue,
        rest_url=f"http://127.0.0.1:{replay.port}",
        ws_url=f"ws://127.0.0.1:{replay.port}",
        trade_stream=replay.trade_stream,
        reconnect_most_ms=min(venue.reconnect_most_ms, BACK_WITHIN_MS),
    )


def replayed_listing(config: VenueConfig, replay: ReplaySetup) -> list[Instrument]:
    """The recorded list, or one made of what the recording shows. Raises BadFrame."""
    config = complete(config)
    answers = Answers(read_recording(Path(replay.path)))
    bodies = []
    for request in venue(config.dialect).listing_requests:
        url = urlsplit(request.path)
        body = answers.find(url.path, dict(parse_qsl(url.query)), request.body, config.ws_url)
        if body is not None:
            bodies.append(body.encode())
    if not bodies:
        raise BadFrame("a recording must show what its venue lists", path=replay.path)
    return read_listing(config.dialect, bodies, venue=config.name)


def _one_file(path: Path) -> Path:
    if path.is_file():
        return path
    files = sorted(file for kind in RECORDINGS for file in path.glob(kind)) if path.is_dir() else []
    if len(files) != 1:
        found = ", ".join(file.name for file in files) or "nothing"
        raise BadArgument(f"--replay-frames takes one recorded file (*.gz, *.jsonl); at {path} there is: {found}")
    return files[0]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
