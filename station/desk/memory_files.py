"""The desk's memory: made new, or taken over from whoever still lives.

All files lie at the same descriptor numbers in every process of a desk, far above what a process opens by itself, so
that the registry needs one list and a desk that adopts can go on where the last one stopped.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator

import msgspec

from core.memory.files import Descriptor, create_files
from core.memory.layout import Capacities
from station.desk.registry import Registry

FIRST_NUMBER = 200


def make_memory(desk: str, groups: tuple[str, ...], capacities: Capacities) -> Descriptor:
    """New files, zero. Raises NoSharedMemory."""
    return _at_numbers(create_files(desk, groups, capacities))


def take_over(registry: Registry) -> Descriptor | None:
    """The memory of the living, opened anew under its old numbers; None when nobody has it any more."""
    descriptor = msgspec.convert(registry.descriptor, Descriptor)
    opened = dict(open_through_living(registry))
    wanted = [*descriptor.files.values(), *descriptor.bells.values()]
    if set(opened) != set(wanted):
        for number in opened.values():
            os.close(number)
        return None
    for number, mine in opened.items():
        os.dup2(mine, number, inheritable=False)
        os.close(mine)
    return descriptor


def borrowed(registry: Registry) -> Descriptor | None:
    """The same for a client: under numbers of its own."""
    descriptor = msgspec.convert(registry.descriptor, Descriptor)
    opened = dict(open_through_living(registry))
    if not set(descriptor.files.values()) <= set(opened):
        return None
    return msgspec.structs.replace(
        descriptor,
        files={role: opened[number] for role, number in descriptor.files.items()},
        bells={role: opened[number] for role, number in descriptor.bells.items() if number in opened},
    )


def open_through_living(registry: Registry) -> Iterator[tuple[int, int]]:
    """(number in the desk's processes, number here) of each file that some living process still has."""
    files = {number: f"/memfd:station-{registry.desk}-{role}" for role, number in registry.descriptor["files"].items()}
    bells = dict.fromkeys(registry.descriptor["bells"].values(), "pipe:")
    living = [process.pid for process in registry.living()]
    for number, named in {**files, **bells}.items():
        for pid in living:
            # It may die while we look, and its pid and numbers may come to mean something else: the name tells.
            with contextlib.suppress(OSError):
                path = f"/proc/{pid}/fd/{number}"
                if os.readlink(path).startswith(named):
                    yield number, os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
                    break


def _at_numbers(descriptor: Descriptor) -> Descriptor:
    moved: dict[str, dict[str, int]] = {"files": {}, "bells": {}}
    for kind, numbers in (("files", descriptor.files), ("bells", descriptor.bells)):
        for role, old in numbers.items():
            moved[kind][role] = fcntl.fcntl(old, fcntl.F_DUPFD_CLOEXEC, FIRST_NUMBER)
            os.close(old)
    return msgspec.structs.replace(descriptor, files=moved["files"], bells=moved["bells"])
