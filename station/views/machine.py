"""What the desk costs the machine: processes, rings, the database's file."""

from typing import NamedTuple

import msgspec


class ProcessUse(NamedTuple):
    name: str
    pid: int
    cpu_share: float | None
    """Of one CPU since the last look; None: not known yet"""
    memory_bytes: int | None
    """Resident, shared pages counted whole; None: it does not live"""
    up_ns: int
    """Since it is in the state that it is in"""


class RingUse(NamedTuple):
    name: str
    used: int
    capacity: int

    @property
    def share(self) -> float:
        return self.used / max(1, self.capacity)


class MachineView(msgspec.Struct, frozen=True, kw_only=True):
    processes: tuple[ProcessUse, ...] = ()
    """The desk's own first"""
    rings: tuple[RingUse, ...] = ()
    """The fullest first"""
    file_bytes: int = 0
    """Of today's recording"""
    free_bytes: int = 0
    """Where it is written"""
