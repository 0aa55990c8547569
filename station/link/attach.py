"""Attaching to a running desk: the way to its memory for every screen and command.

First the desk's socket; when the desk is dead, any of its living processes, and a new desk is started that adopts them.
"""

import contextlib
import os
from dataclasses import dataclass, field

import msgspec

from core.memory.control import Header, read_header
from core.memory.files import Descriptor, Memory, keep_open
from core.risk_limits import RiskLimits
from station import paths
from station.desk.doorway import ask_for_memory
from station.desk.memory_files import borrowed
from station.desk.registry import Registry, known_desks, read_registry
from station.errors import NoDesk, SeveralDesks

DEFAULT_DESK = "main"


@dataclass
class Attachment:
    """A client's hold on a desk: its memory, read-only, and who it is."""

    registry: Registry
    descriptor: Descriptor
    memory: Memory = field(init=False)
    _is_closed: bool = False

    def __post_init__(self) -> None:
        self.memory = Memory(self.descriptor)  # raises OtherLayout

    @property
    def desk(self) -> str:
        return self.registry.desk

    @property
    def header(self) -> Header:
        header = read_header(self.memory.control)
        if header is None:
            raise NoDesk(desk=self.desk)
        return header

    @property
    def rates(self) -> dict[str, float]:
        """What a unit of each currency is worth in the desk's base currency, as its risk.toml says."""
        limits = self.limits
        return {limits.base_currency: 1.0, **limits.rates}

    @property
    def limits(self) -> RiskLimits:
        """With which the desk started."""
        return msgspec.convert(self.registry.setup.get("config", {}).get("core", {}).get("risk", {}), RiskLimits)

    def memory_for(self, role: str) -> Memory:
        """The same memory with one file writable: for the holder of a seat."""
        return Memory(self.descriptor, frozenset({role}))

    def close(self) -> None:
        """Also twice: a number that was given back may be somebody else's by then."""
        if self._is_closed:
            return
        self._is_closed = True
        self.memory.close()
        for number in keep_open(self.descriptor):
            with contextlib.suppress(OSError):
                os.close(number)


def attach(desk: str | None = None, *, revive: bool = True) -> Attachment:
    """Raises NoDesk, SeveralDesks, OtherLayout. `revive`: start a new desk process when only the desk died."""
    name = chosen_desk(desk)
    registry = living_registry(name)
    if registry is None:
        raise NoDesk(desk=name)
    if not registry.desk_lives and revive:
        from station.desk.launch import adopt_desk  # what starts a desk weighs more than all that reads one

        registry = adopt_desk(name)
    descriptor = ask_for_memory(paths.desk_folder(name).socket) if registry.desk_lives else None
    if descriptor is None:  # dead or stopped: it takes no part in what the others do
        descriptor = _borrowed(registry)
    if descriptor is None:
        raise NoDesk(desk=name)
    return Attachment(registry, descriptor)


def chosen_desk(desk: str | None) -> str:
    """The one that was named, or the only one that lives, or the default name. Raises SeveralDesks."""
    if desk:
        return desk
    living = [name for name in known_desks() if living_registry(name) is not None]
    if len(living) > 1:
        raise SeveralDesks(desks=living)
    return living[0] if living else DEFAULT_DESK


def living_registry(name: str) -> Registry | None:
    """None when neither the desk nor any of its processes lives."""
    registry = read_registry(name)
    if registry is None or next(registry.living(), None) is None:
        return None
    return registry


def _borrowed(registry: Registry) -> Descriptor | None:
    with contextlib.suppress(msgspec.ValidationError):
        return borrowed(registry)
    return None
