"""Which venues share a market process? A group is one process with its rings and files.

A venue with an order process keeps a group of its own, because an order process is one group's; so does the simulator,
which is both in one. All others share as many processes as there are CPUs to spare: the core has one, everything else
that is not a feed has one. The venue with the most instruments is placed first, always where the fewest are. Absent
ones are together: the rows that wait for their instruments are of one group.
"""

import msgspec

from core.errors import StationError
from core.memory.control import GROUPS
from core.memory.layout import FEEDS
from station.config import DeskSetup
from station.exit_codes import ExitCode

CPUS_OF_OTHERS = 2


class TooManyVenues(StationError):
    cure = "Serve the others from a second desk: `station up --desk NAME`."
    exit_code = ExitCode.CONFIG

    def __init__(self, *, wanted: int, room: int) -> None:
        super().__init__(f"the desk has no room for so many venues: {wanted=}, {room=}")


def packed(setup: DeskSetup, instruments: dict[str, int], *, cpus: int) -> DeskSetup:
    """With a group for every venue. `instruments`: how many of each venue are served. Raises TooManyVenues."""
    alone = {served.name for served in setup.venues if setup.trades(served)}
    shared = [served for served in setup.venues if served.name not in alone]
    processes = max(1, min(cpus - CPUS_OF_OTHERS, GROUPS - len(alone), len(shared)))
    if len(alone) + bool(shared) > GROUPS or len(shared) > processes * FEEDS:
        raise TooManyVenues(wanted=len(setup.venues), room=GROUPS)
    shares: list[list[str]] = [[] for _ in range(processes)]
    absent: list[str] | None = None
    for served in sorted(shared, key=lambda served: -instruments.get(served.name, 0)):
        share = min(shares, key=lambda share: (sum(instruments.get(name, 0) for name in share), len(share)))
        if served.fault:
            absent = share = absent if absent is not None else share
        share.append(served.name)
    groups = {name: name for name in alone}
    for number, share in enumerate(shares, 1):
        groups |= dict.fromkeys(share, share[0] if len(share) == 1 else f"feeds{number}")
    venues = tuple(msgspec.structs.replace(served, group=_file_name(groups[served.name])) for served in setup.venues)
    return msgspec.structs.replace(setup, venues=venues)


def _file_name(group: str) -> str:
    """Rings, files and logs are named for it."""
    return group.replace(":", "-").replace("/", "-")
