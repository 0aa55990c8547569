"""Execution reports on their way to the core: on disk first, then into the ring, in order, however long that takes.

A report's `sequence` counts from 1 for as long as there is a log, also when the log is shortened; the core knows by it
what it has seen. When the ring is full the rest waits in the log, when the disk is full it waits in memory and is said
to. A restarted process goes on behind the last report that its ring holds; in a new desk's empty ring it begins at the
start of the log, marked POSSIBLE_DUPLICATE.
"""

from collections import deque
from pathlib import Path

import numpy as np

from core.memory.journal import RECORD_BYTES, Durability, Journal
from core.memory.numpy_ring import Producer
from core.records.event import EVENT
from core.vocabulary import EventFlag


class ReportLog:
    """The writing end of execution_reports.<group>."""

    def __init__(self, path: Path, ring: Producer, last_in_ring: np.void | None, *, durable: Durability) -> None:
        """`last_in_ring`: the newest record that the ring ever held, None when it is new."""
        self._journal = Journal(path, durable=durable)
        self._ring = ring
        self.records = self._journal.records
        """EVENT[n]: what earlier processes told."""
        in_ring = 0 if last_in_ring is None else int(last_in_ring["sequence"])
        self._told = max(in_ring, int(self.records["sequence"][-1]) if len(self.records) else 0)
        """Sequence of the last report in the log"""
        self._to_ring = deque(self.records[self.records["sequence"] > in_ring].copy())
        for record in self._to_ring:
            record["flags"] |= EventFlag.POSSIBLE_DUPLICATE
        self._to_disk: list[np.ndarray] = []
        self.fault = ""
        """Why reports wait in memory; empty when they do not."""

    @property
    def bytes(self) -> int:
        return self._journal.count * RECORD_BYTES

    @property
    def waiting(self) -> int:
        """Reports that the core cannot see yet."""
        return len(self._to_ring) + len(self._to_disk)

    def append(self, report: np.ndarray) -> None:
        """EVENT[1]: log it, number it, hand it on."""
        self._to_disk.append(report)
        self.pump()

    def pump(self) -> None:
        """Move what can move. Called by append and by every beat."""
        if self._to_disk:
            self._write()
        if self._to_ring:
            self._fill_ring()

    def close(self) -> None:
        self.pump()
        self._journal.close()

    def _write(self) -> None:
        batch = self._to_disk[0] if len(self._to_disk) == 1 else np.concatenate(self._to_disk)
        batch["sequence"] = np.arange(1, len(batch) + 1) + self._told
        try:
            self._journal.append(batch)
        except OSError as error:
            self.fault = f"execution reports wait in memory, the log cannot be written: {error}"
            return
        self.fault = ""
        self._told += len(batch)
        self._to_disk.clear()
        self._to_ring.extend(batch)

    def _fill_ring(self) -> None:
        room = min(self._ring.room, len(self._to_ring))
        if room == 0:
            return
        batch = np.zeros(room, EVENT)
        for index in range(room):
            batch[index] = self._to_ring[index]
        written = self._ring.publish_batch(batch)
        for _ in range(written):
            self._to_ring.popleft()
