"""A recorded market instead of a venue: `station up --venue binance --replay-frames FILE`.

A server of ours plays the frames over real sockets; market process, core and everything behind them are the real ones.
"""

import socket
from pathlib import Path
from typing import Literal

import msgspec

from feeds.config import VenueConfig
from feeds.instruments import Instrument
from feeds.listing import choose, read_listing
from feeds.recording import read_recording
from station.config import ReplaySetup
from station.errors import BadArgument


def replay_of(path: Path) -> ReplaySetup:
    """Raises BadArgument, and BadFrame when the file is no recording."""
    file = _one_file(path.expanduser().resolve())
    recording = read_recording(file)
    stream: Literal["trade", "aggTrade"] = "aggTrade" if recording.trade_stream == "aggTrade" else "trade"
    return ReplaySetup(path=str(file), port=_free_port(), symbols=recording.symbols, trade_stream=stream)


def replayed_venue(venue: VenueConfig, replay: ReplaySetup) -> VenueConfig:
    """The venue with the addresses of our server."""
    return msgspec.structs.replace(
        venue,
        rest_url=f"http://127.0.0.1:{replay.port}",
        ws_url=f"ws://127.0.0.1:{replay.port}",
        instruments=replay.symbols,
        trade_stream=replay.trade_stream,
    )


def replayed_instruments(venue: VenueConfig, replay: ReplaySetup) -> list[Instrument]:
    recording = read_recording(Path(replay.path))
    listed = read_listing(venue.dialect or venue.name, [recording.exchange_info.encode()], venue=venue.name)
    return choose(listed, replay.symbols, venue=venue.name)


def _one_file(path: Path) -> Path:
    if path.is_file():
        return path
    files = sorted(path.glob("*.gz")) if path.is_dir() else []
    if len(files) != 1:
        found = ", ".join(file.name for file in files) or "nothing"
        raise BadArgument(f"--replay-frames takes one recorded file (*.gz); at {path} there is: {found}")
    return files[0]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
