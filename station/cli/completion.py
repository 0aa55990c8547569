"""What the shell completes: venues, and symbols of a venue whose list was looked at before, without any network.

    bash   eval "$(_STATION_COMPLETE=bash_source station)"
    zsh    eval "$(_STATION_COMPLETE=zsh_source station)"
    fish   _STATION_COMPLETE=fish_source station | source

`station instruments VENUE` keeps the venue's names; of others the usual ones are known.
"""

import contextlib
from pathlib import Path

import click

from core.errors import StationError
from feeds.instruments import Instrument
from feeds.venues.catalogue import FOLDERS, venue
from station import paths
from station.config import SIM
from station.link.attach import attach
from station.link.instruments import InstrumentTable

MOST = 200


def keep_names(name: str, listed: list[Instrument]) -> None:
    """For the next completion; a folder that cannot be written costs nothing else."""
    with contextlib.suppress(OSError):
        _names_file(name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _names_file(name).write_text("\n".join(one.venue_symbol for one in listed))


def known_names(name: str) -> list[str]:
    """A venue's own symbols, as far as this machine knows them."""
    with contextlib.suppress(OSError):
        return _names_file(name).read_text().split("\n")
    if name == SIM:
        from feeds.simulator.instruments import simulator_instruments

        return [one.symbol for one in simulator_instruments()]
    return list(venue(name).usual) if name in FOLDERS else []


def complete_served(context: click.Context, parameter: click.Parameter, typed: str) -> list[str]:
    """Behind the last comma a venue, behind its colon symbols, each behind a plus."""
    before, comma, part = typed.rpartition(",")
    name, colon, listed = part.partition(":")
    if not colon:
        return [f"{before}{comma}{known}" for known in (SIM, *FOLDERS) if known.startswith(name)]
    done, plus, begun = listed.rpartition("+")
    head = f"{before}{comma}{name}:{done}{plus}"
    return [f"{head}{known}" for known in known_names(name) if known.upper().startswith(begun.upper())][:MOST]


def complete_venue(context: click.Context, parameter: click.Parameter, typed: str) -> list[str]:
    return [known for known in (SIM, *FOLDERS) if known.startswith(typed)]


def complete_symbol(context: click.Context, parameter: click.Parameter, typed: str) -> list[str]:
    """Of the running desk."""
    with contextlib.suppress(StationError, OSError):
        symbols = InstrumentTable(attach(context.params.get("desk"), revive=False).memory).symbols
        return [symbol for symbol in symbols if symbol.upper().startswith(typed.upper())][:MOST]
    return []


def _names_file(name: str) -> Path:
    return paths.state_folder() / "listings" / f"{name.replace('/', '-')}.txt"
