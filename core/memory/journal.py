"""A file of EVENT records that survives the process, and with `power` the machine: append, sync, read back.

    header   64 bytes   magic, format version, record bytes
    record  144 bytes   sequence (its index), version, CRC-32 of index and event, EVENT

The file is allocated ahead, so that an append never grows it in a hurry and a full disk is found out early. The end is
the first record whose index or checksum is wrong: allocated zeros, or the torn tail of a killed writer. Appending goes
on from there. A wrong record *before* a good one is damage and stops us.
"""

import os
import struct
import zlib
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np

from core.errors import StationError
from core.records.event import EVENT, EVENT_BYTES

MAGIC = b"STNLOG\x00\x01"
VERSION = 1
HEADER_BYTES = 64
RECORD = np.dtype(
    [
        ("sequence", np.int64),
        ("checksum", np.uint32),
        ("version", np.int32),
        ("event", EVENT),
    ]
)
RECORD_BYTES = RECORD.itemsize
_BEFORE_EVENT = struct.Struct("<qIi")
"""Of RECORD: sequence, checksum, version"""
assert RECORD_BYTES == _BEFORE_EVENT.size + EVENT_BYTES
CHUNK_BYTES = 1 << 20

Durability = Literal["process", "power"]
"""process: on its way to the disk, survives our death. power: on the disk (fdatasync), survives the machine's."""


class JournalDamaged(StationError):
    cure: ClassVar[str] = "Move the file away and start again; the venue's own records are the truth then."
    exit_code: ClassVar[int] = 74

    def __init__(self, *, path: Path, record: int) -> None:
        super().__init__(f"a journal holds a damaged record before good ones: path={str(path)!r}, {record=}")


class Journal:
    """The writing end. One process at a time."""

    def __init__(self, path: Path, *, durable: Durability = "process") -> None:
        """Open or make the file. Raises OSError (full disk, no permission) and JournalDamaged."""
        self.path = path
        self._durable = durable
        path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._allocated = os.fstat(self._descriptor).st_size
        if self._allocated < HEADER_BYTES:
            os.pwrite(self._descriptor, _header(), 0)
        self.records = read_journal(path)
        """EVENT[n]: what the file held when it was opened."""
        self.count = len(self.records)

    def append(self, events: np.ndarray) -> int:
        """Write EVENT[n] behind the last record; returns the index of the first. Raises OSError: nothing counted."""
        first = self.count
        data, rows = events.tobytes(), bytearray()
        for index in range(len(events)):
            event = data[index * EVENT_BYTES : (index + 1) * EVENT_BYTES]
            rows += _BEFORE_EVENT.pack(first + index, _checksum(first + index, event), VERSION) + event
        offset = HEADER_BYTES + first * RECORD_BYTES
        while self._allocated < offset + len(rows):
            os.posix_fallocate(self._descriptor, self._allocated, CHUNK_BYTES)
            self._allocated += CHUNK_BYTES
        written = os.pwrite(self._descriptor, rows, offset)
        if written != len(rows):
            raise OSError(f"the journal took {written} of {len(rows)} bytes: {self.path}")
        if self._durable == "power":
            os.fdatasync(self._descriptor)
        self.count += len(events)
        return first

    def close(self) -> None:
        os.close(self._descriptor)


def rewrite_journal(path: Path, events: np.ndarray) -> None:
    """Let the file hold EVENT[n] and nothing else. Who is killed meanwhile leaves the old file or the new one, whole.

    Nobody may have it open for writing. Raises OSError; the old file stands then.
    """
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)  # of somebody who was killed here
    journal = Journal(beside, durable="power")  # a name must never come to stand for bytes that are not there yet
    try:
        journal.append(events)
    finally:
        journal.close()
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read_journal(path: Path, *, first: int = 0) -> np.ndarray:
    """EVENT[n] from record `first` to the last whole one; empty when there is no file. Raises JournalDamaged."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return np.zeros(0, EVENT)
    magic, version, record_bytes = struct.unpack_from("<8sqq", data.ljust(HEADER_BYTES, b"\0"))
    if len(data) < HEADER_BYTES or (magic, version, record_bytes) != (MAGIC, VERSION, RECORD_BYTES):
        if not data.strip(b"\0"):
            return np.zeros(0, EVENT)
        raise JournalDamaged(path=path, record=-1)
    rows = np.frombuffer(data, RECORD, (len(data) - HEADER_BYTES) // RECORD_BYTES, HEADER_BYTES)
    numbered = rows["sequence"] == np.arange(len(rows))
    # Index 0 is also what allocated zeros hold: the version tells them apart.
    plausible = numbered & (rows["version"] == VERSION)
    count = len(rows) if plausible.all() else int(np.argmin(plausible))
    while count > 0 and not _is_whole(rows[count - 1]):
        count -= 1  # the torn tail
    for index in range(count):
        if not _is_whole(rows[index]):
            raise JournalDamaged(path=path, record=index)
    return rows["event"][first:count].copy()


def _header() -> bytes:
    return struct.pack("<8sqq", MAGIC, VERSION, RECORD_BYTES).ljust(HEADER_BYTES, b"\0")


def _is_whole(row: np.void) -> bool:
    return int(row["checksum"]) == _checksum(int(row["sequence"]), row["event"].tobytes())


def _checksum(index: int, event: bytes) -> int:
    return zlib.crc32(event, zlib.crc32(index.to_bytes(8, "little")))
