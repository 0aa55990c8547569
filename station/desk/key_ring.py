"""The keys of a running desk: unlocked once by `station up`, in memory only, handed to the processes that need them.

    station up ─ a pipe ─ desk        JSON, read to its end and closed
    desk ─ a memory file ─ child      one for each venue: sealed, locked into memory as far as the system lets us

A memory file and not a pipe to the child, because it outlives its reader: the desk starts a killed process again, a new
desk takes the files over from the living, and `station kill` finds the keys while any process that has them lives,
hung or not. Only the processes of a venue have its file.
"""

import contextlib
import ctypes
import fcntl
import mmap
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np

from feeds.credentials import Credentials, make_no_core_dumps
from station.config import DeskSetup, ServedVenue
from station.desk.memory_files import FIRST_NUMBER
from station.desk.registry import Registry

Keys = dict[str, Credentials]
"""Venue → its key."""
SEALS = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE
PIPE_BYTES = 1 << 16


def through_pipe(keys: Keys) -> int:
    """The reading end of a pipe that holds them, for who is started next."""
    content = msgspec.json.encode(keys)
    if len(content) > PIPE_BYTES:
        raise ValueError("so many keys do not fit into a pipe")
    reading, writing = os.pipe2(os.O_CLOEXEC)
    os.write(writing, content)
    os.close(writing)
    return reading


def from_pipe(number: int) -> Keys:
    """Read to the end and closed. Nothing when there is no pipe."""
    if number < 0:
        return {}
    make_no_core_dumps()
    with open(number, "rb") as pipe:
        return msgspec.json.decode(pipe.read(), type=Keys)


def through_memory(desk: str, venue: str, credentials: Credentials) -> int:
    """A memory file of one key. Only who is given its descriptor has it."""
    content = msgspec.json.encode(credentials)
    made = os.memfd_create(_file_name(desk, venue), os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.write(made, content)
    fcntl.fcntl(made, fcntl.F_ADD_SEALS, SEALS)
    # Above what a process opens by itself, as the files of the memory: the same number everywhere.
    number = fcntl.fcntl(made, fcntl.F_DUPFD_CLOEXEC, FIRST_NUMBER)
    os.close(made)
    _keep_from_swap(number)
    return number


def with_key_files(setup: DeskSetup, keys: Keys) -> DeskSetup:
    """Every venue that has a key gets a memory file of it, whose number is in its configuration from now on."""
    return _with_numbers(
        setup, {name: through_memory(setup.name, name, credentials) for name, credentials in keys.items()}
    )


def with_found_keys(setup: DeskSetup, registry: Registry) -> DeskSetup:
    """For a desk that adopts: the files of the living, under their old numbers; without those that nobody has."""
    numbers = {}
    for served in setup.venues:
        number = served.venue.keys_descriptor
        if number >= 0:
            make_no_core_dumps()
            found = find_keys(registry, served)
            numbers[served.name] = -1 if found is None else number
            if found is not None and found != number:
                os.dup2(found, number, inheritable=False)
                os.close(found)
            if found is not None:
                _keep_from_swap(number)
    return _with_numbers(setup, numbers)


def find_keys(registry: Registry, served: ServedVenue) -> int | None:
    """A descriptor of our own, through any living process that has the file."""
    named = f"/memfd:{_file_name(registry.desk, served.name)}"
    for path in _descriptors(registry, served.venue.keys_descriptor):
        # Its process may die while we look, and the number may come to mean something else: the name tells.
        with contextlib.suppress(OSError):
            if os.readlink(path).startswith(named):
                return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    return None


def key_descriptors(venues: tuple[ServedVenue, ...]) -> tuple[int, ...]:
    """Which a process of these venues inherits."""
    return tuple(served.venue.keys_descriptor for served in venues if served.venue.keys_descriptor >= 0)


def _descriptors(registry: Registry, number: int) -> Iterator[Path]:
    return (Path(f"/proc/{process.pid}/fd/{number}") for process in registry.living())


def _with_numbers(setup: DeskSetup, numbers: dict[str, int]) -> DeskSetup:
    venues = tuple(
        msgspec.structs.replace(
            served, venue=msgspec.structs.replace(served.venue, keys_descriptor=numbers[served.name])
        )
        if served.name in numbers
        else served
        for served in setup.venues
    )
    return msgspec.structs.replace(setup, venues=venues)


_LOCKED: list[np.ndarray] = []
"""For as long as this process lives."""


def _keep_from_swap(number: int) -> None:
    """As far as the system lets us: the limit of locked memory may be too small."""
    page = np.frombuffer(mmap.mmap(number, 0, mmap.MAP_PRIVATE, mmap.PROT_READ), np.uint8)
    ctypes.CDLL(None).mlock(ctypes.c_void_p(page.ctypes.data), ctypes.c_size_t(len(page)))
    _LOCKED.append(page)


def _file_name(desk: str, venue: str) -> str:
    return f"station-{desk}-keys-{venue}"
