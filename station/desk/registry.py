"""The registry file of a desk: which processes live, which memory they share, how it was set up.

Standard library only, plain JSON, and its outer fields never change their meaning, so that `kill`, `status` and `down`
of any version work on a desk of any other. Written whole and renamed: a reader never sees half a file.

Every process of a desk has the memory files under the same descriptor numbers, so one list serves for all of them:
whoever needs the memory while the desk is dead opens /proc/<pid>/fd/<number> of any that lives.
"""

import contextlib
import json
import mmap
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from core.memory.control import PAGE_BYTES, read_header
from feeds.whole_file import write_whole
from station import paths
from station.desk.liveness import lives

FORMAT = 1
BELL = b"\1\0\0\0\0\0\0\0"


@dataclass(frozen=True)
class RegisteredProcess:
    name: str
    pid: int
    start_ticks: int
    roles: list[str] = field(default_factory=list)
    """The memory files that it writes: market.sim, order.sim …"""

    @property
    def lives(self) -> bool:
        return lives(self.pid, self.start_ticks)


@dataclass(frozen=True)
class Registry:
    desk: str
    version: str
    """Of the station that wrote this."""
    desk_pid: int
    desk_start_ticks: int
    started_wall_ns: int
    descriptor: dict[str, Any]
    """core.memory.files.Descriptor as plain values: `files` is role → descriptor number."""
    setup: dict[str, Any]
    """What the desk was asked to run; a desk that adopts goes on with it."""
    processes: list[RegisteredProcess] = field(default_factory=list)

    @property
    def desk_lives(self) -> bool:
        return lives(self.desk_pid, self.desk_start_ticks)

    def living(self) -> Iterator[RegisteredProcess]:
        """The desk first, then its children."""
        desk = RegisteredProcess("desk", self.desk_pid, self.desk_start_ticks)
        for process in (desk, *self.processes):
            if process.lives:
                yield process


def write_registry(registry: Registry) -> None:
    path = paths.registry_file(registry.desk)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(path, json.dumps({"format": FORMAT, **asdict(registry)}, indent=1).encode())


def read_registry(desk: str) -> Registry | None:
    """None when there is no such desk, or the file is none of ours."""
    try:
        document = json.loads(paths.registry_file(desk).read_bytes())
        if document.pop("format") != FORMAT:
            return None
        processes = [RegisteredProcess(**row) for row in document.pop("processes")]
        return Registry(**document, processes=processes)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remove_registry(desk: str) -> None:
    paths.registry_file(desk).unlink(missing_ok=True)


def known_desks() -> list[str]:
    """Names of all desks that have a registry file."""
    try:
        return sorted(path.stem for path in paths.desks_folder().glob("*.json"))
    except OSError:
        return []


def open_control_page(registry: Registry) -> mmap.mmap | None:
    """The desk's control page, writable, through any process that lives; None when none does."""
    number = registry.descriptor["files"]["desk"]
    for process in registry.living():
        # It may have died meanwhile, and somebody else may have its number: the page says whose it is.
        with contextlib.suppress(OSError, ValueError):
            descriptor = os.open(f"/proc/{process.pid}/fd/{number}", os.O_RDWR | os.O_CLOEXEC)
            try:
                page = mmap.mmap(descriptor, PAGE_BYTES, mmap.MAP_SHARED)
            finally:
                os.close(descriptor)
            header = read_header(page)
            if header is not None and header.name == registry.desk[:16]:
                return page
    return None


def ring_bells(registry: Registry, prefix: str) -> None:
    """Wake the sleepers whose role begins so. They look by themselves every few milliseconds: it only is faster."""
    bells = [number for role, number in registry.descriptor["bells"].items() if role.startswith(prefix)]
    for process in registry.living():
        for number in bells:
            with contextlib.suppress(OSError):
                bell = os.open(f"/proc/{process.pid}/fd/{number}", os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
                try:
                    os.write(bell, BELL)
                finally:
                    os.close(bell)
        return  # every process has every bell: one is enough
