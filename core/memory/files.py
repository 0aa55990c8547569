"""The memory files: made by the desk, inherited or received by everyone else, mapped by role.

`memfd_create`, fully allocated: a sparse mapping kills its writer by SIGBUS when memory is short, and logind empties
/dev/shm at the last logout, which would break exactly "survives losing SSH". A file lives as long as one process holds
its descriptor, so the desk may die.

Bells wake a sleeping asyncio consumer. They are pipes, not eventfds: a pipe can be opened again through
/proc/<pid>/fd, so that a new desk that adopts the living does not leave them deaf.
"""

import fcntl
import mmap
import os
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
import numpy as np

from core.errors import NoSharedMemory, OtherLayout
from core.memory.control import PAGE_BYTES
from core.memory.layout import (
    CLAIMED_LINE,
    CONSUMED_LINE,
    CURSOR_LINES,
    PARKED_LINE,
    WORDS_PER_LINE,
    Capacities,
    Kind,
    Layout,
    desk_layout,
)
from core.memory.rows import CELLS, RING
from core.records.market import CACHE_LINE_BYTES


class Descriptor(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All that a process needs to attach: what is where, and the numbers of the open descriptors."""

    desk: str
    groups: tuple[str, ...]
    capacities: Capacities
    fingerprint: str
    files: dict[str, int]
    """role → file descriptor"""
    bells: dict[str, int]
    """role of a sleeping consumer → file descriptor of its pipe, open for reading and writing"""

    @property
    def layout(self) -> Layout:
        """Raises OtherLayout when this code would lay the memory out differently."""
        layout = desk_layout(self.groups, self.capacities)
        if layout.fingerprint != self.fingerprint:
            raise OtherLayout(desk=self.desk, ours=layout.fingerprint, theirs=self.fingerprint)
        return layout


def create_files(desk: str, groups: tuple[str, ...], capacities: Capacities | None = None) -> Descriptor:
    """Make every file of a desk, allocated and zero. Raises NoSharedMemory."""
    layout = desk_layout(groups, capacities)
    files = {}
    for role in layout.files:
        descriptor = os.memfd_create(f"station-{desk}-{role}", os.MFD_CLOEXEC)
        try:
            os.posix_fallocate(descriptor, 0, layout.file_bytes(role))
        except OSError as error:
            wanted = sum(layout.file_bytes(other) for other in layout.files)
            raise NoSharedMemory(wanted_bytes=wanted, reason=error.strerror or str(error)) from error
        files[role] = descriptor
    sleepers = [role for role in layout.files if role.startswith(("market.", "order.")) or role == "recorder"]
    return Descriptor(
        desk=desk,
        groups=groups,
        capacities=layout.capacities,
        fingerprint=layout.fingerprint,
        files=files,
        bells={role: _make_bell() for role in sleepers},
    )


def _make_bell() -> int:
    reading, writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    bell = os.open(f"/proc/self/fd/{reading}", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    os.close(reading)
    os.close(writing)
    return bell


class RingParts(NamedTuple):
    """One ring's words and slots, as numpy arrays over the shared memory."""

    produced: np.ndarray
    """int64[1], the producer's"""
    consumed: np.ndarray
    """int64[1], the consumer's"""
    claimed: np.ndarray
    """int64[1], the consumer's: taken in hand, perhaps sent, not yet done"""
    parked: np.ndarray
    """int64[1], the consumer's: 1 while it sleeps"""
    slots: np.ndarray
    """dtype[capacity]"""
    bell: int
    """-1 when the consumer polls"""


class CellParts(NamedTuple):
    counts: np.ndarray
    """int64[n, 8]: word 0 of each line is the count"""
    values: np.ndarray
    """dtype[n]"""


@dataclass
class Memory:
    """A process's view of its desk's memory: maps a file when first asked for, writable only for its own roles."""

    descriptor: Descriptor
    own_roles: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.layout = self.descriptor.layout
        self._maps: dict[str, mmap.mmap] = {}
        self._control: mmap.mmap | None = None

    @property
    def control(self) -> mmap.mmap:
        """The page of memory/control.py, writable: each line has one writer."""
        if self._control is None:
            self._control = mmap.mmap(self.descriptor.files["desk"], PAGE_BYTES, mmap.MAP_SHARED)
        return self._control

    def table(self, name: str) -> np.ndarray:
        """dtype[capacity]"""
        return self._records(name, Kind.TABLE)

    def lines(self, name: str) -> np.ndarray:
        """int64[capacity, 8]"""
        return self._records(name, Kind.LINES)

    def heartbeat(self, role: str) -> np.ndarray:
        """int64[8]; word 0: monotonic ns of the last beat"""
        line: np.ndarray = self.lines(f"heartbeat.{role}")[0]
        return line

    def histograms(self, role: str) -> np.ndarray:
        """HISTOGRAM[len(Hop)]"""
        return self.table(f"histograms.{role}")

    def ring(self, name: str) -> RingParts:
        """Both sides of a ring. The journal's and the tape's consumers are found the same way."""
        role, region = self.layout.find(name, Kind.RING)
        start = self.layout.offset_of(role, name, Kind.RING)
        buffer = self._map(role)
        produced = np.frombuffer(buffer, np.int64, 1, start)
        slots = np.frombuffer(buffer, region.dtype, region.capacity, start + 2 * CACHE_LINE_BYTES)
        consumer_role, _ = self.layout.find(name, Kind.CURSOR)
        cursor = self.layout.offset_of(consumer_role, name, Kind.CURSOR)
        words = np.frombuffer(self._map(consumer_role), np.int64, CURSOR_LINES * WORDS_PER_LINE, cursor)
        consumed, claimed, parked = (
            words[line * WORDS_PER_LINE :][:1] for line in (CONSUMED_LINE, CLAIMED_LINE, PARKED_LINE)
        )
        bell = self.descriptor.bells.get(consumer_role, -1)
        return RingParts(produced, consumed, claimed, parked, slots, bell)

    def cells(self, name: str) -> CellParts:
        role, region = self.layout.find(name, Kind.CELLS)
        start = self.layout.offset_of(role, name, Kind.CELLS)
        buffer = self._map(role)
        counts = np.frombuffer(buffer, np.int64, region.capacity * WORDS_PER_LINE, start)
        values = np.frombuffer(buffer, region.dtype, region.capacity, start + region.capacity * CACHE_LINE_BYTES)
        return CellParts(counts.reshape(-1, WORDS_PER_LINE), values)

    def close(self) -> None:
        """Unmap what no array refers to any more; the rest goes with the process."""
        self._maps.clear()
        self._control = None

    def _records(self, name: str, kind: Kind) -> np.ndarray:
        role, region = self.layout.find(name, kind)
        offset = self.layout.offset_of(role, name, kind)
        if region.dtype.subdtype is not None:
            base, shape = region.dtype.subdtype
            flat = np.frombuffer(self._map(role), base, region.capacity * int(np.prod(shape)), offset)
            return flat.reshape(region.capacity, *shape)
        return np.frombuffer(self._map(role), region.dtype, region.capacity, offset)

    def _map(self, role: str) -> mmap.mmap:
        if role not in self._maps:
            protection = mmap.PROT_READ | (mmap.PROT_WRITE if role in self.own_roles else 0)
            size = self.layout.file_bytes(role)
            self._maps[role] = mmap.mmap(self.descriptor.files[role], size, mmap.MAP_SHARED, protection)
        return self._maps[role]


def address_of(array: np.ndarray) -> int:
    """Where an array begins, for the rows that kernels take."""
    return int(array.__array_interface__["data"][0])


def producer_row(parts: RingParts) -> np.ndarray:
    """RING[1] for the producer; its cursor goes on where the shared one stands.

    The row holds addresses only: keep the Memory alive for as long as a kernel uses it.
    """
    return _row(parts, own=int(parts.produced[0]), other=int(parts.consumed[0]))


def consumer_row(parts: RingParts) -> np.ndarray:
    """RING[1] for the consumer."""
    return _row(parts, own=int(parts.consumed[0]), other=int(parts.produced[0]))


def _row(parts: RingParts, *, own: int, other: int) -> np.ndarray:
    row = np.zeros(1, RING)
    row["own"], row["other"], row["capacity"] = own, other, len(parts.slots)
    row["produced_address"] = address_of(parts.produced)
    row["consumed_address"] = address_of(parts.consumed)
    row["parked_address"] = address_of(parts.parked)
    row["slots_address"] = address_of(parts.slots)
    row["bell"] = parts.bell
    return row


def cells_row(parts: CellParts) -> np.ndarray:
    """CELLS[1]"""
    row = np.zeros(1, CELLS)
    row["counts_address"], row["values_address"] = address_of(parts.counts), address_of(parts.values)
    row["count"], row["record_bytes"] = len(parts.values), parts.values.dtype.itemsize
    return row


def keep_open(descriptor: Descriptor) -> list[int]:
    """The numbers to hand to a child (`pass_fds`)."""
    return [*descriptor.files.values(), *descriptor.bells.values()]


def close_on_exec(descriptor: Descriptor) -> None:
    """In a child: what we start ourselves does not inherit the memory by accident."""
    for number in keep_open(descriptor):
        fcntl.fcntl(number, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
