"""A session's tape out of the day files: every EVENT as the core wrote it, in order, bit for bit.

    for events in read_tape(day_files(folder), session):    # EVENT[n], n at most `batch_rows`
        ...

A hole in `tape_sequence` is a loss; a replay begins anew behind it, at the next SESSION and CHECKPOINT.
"""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from core.records.event import EVENT
from feeds.store.errors import CannotRead, FileInUse
from feeds.store.rows import TABLES, restore

BATCH_ROWS = 100_000


@dataclass(frozen=True)
class RecordedSession:
    """One core's life, as far as it was stored."""

    session: int
    """Wall clock of its first record, ms since 1970"""
    epoch: int
    kernel_hash: int
    """0: its SESSION record is not on file"""
    wall_offset_ns: int
    is_begun: bool
    first_sequence: int
    last_sequence: int
    records: int
    lost: int
    paths: tuple[Path, ...]
    """The files that hold it, oldest first"""


def list_sessions(paths: Sequence[Path]) -> list[RecordedSession]:
    """All sessions of these files, oldest first. Raises StoreError."""
    found: dict[int, RecordedSession] = {}
    for path in sorted(paths):
        with _opened(path) as connection:
            rows = connection.execute(
                "select session, epoch, kernel_hash, wall_offset_ns, is_begun, first_sequence, last_sequence, records, "
                "lost from tape_session order by session"
            ).fetchall()
        for session, epoch, kernel_hash, offset_ns, is_begun, first, last, records, lost in rows:
            here = RecordedSession(
                session, epoch, kernel_hash, offset_ns, is_begun, first, last, records, lost, paths=(path,)
            )
            before = found.get(here.session)
            found[here.session] = here if before is None else _joined(before, here)
    return [found[session] for session in sorted(found)]


def _joined(before: RecordedSession, here: RecordedSession) -> RecordedSession:
    """The same session in an older file and in a newer one."""
    return RecordedSession(
        session=before.session,
        epoch=before.epoch,
        kernel_hash=before.kernel_hash,
        wall_offset_ns=before.wall_offset_ns,
        is_begun=before.is_begun or here.is_begun,
        first_sequence=before.first_sequence,
        last_sequence=here.last_sequence,
        records=before.records + here.records,
        lost=before.lost + here.lost,
        paths=(*before.paths, *here.paths),
    )


def read_tape(
    paths: Sequence[Path], session: int, *, first_sequence: int = 0, batch_rows: int = BATCH_ROWS
) -> Iterator[np.ndarray]:
    """EVENT arrays, from the record numbered `first_sequence` on. Raises StoreError."""
    for path in sorted(paths):
        with _opened(path) as connection:
            bounds = connection.execute(
                "select first_sequence, last_sequence from tape_session where session = ?", [session]
            ).fetchone()
            if bounds is None:
                continue
            low, last = max(int(bounds[0]), first_sequence), int(bounds[1])
            while low <= last:
                events = _between(connection, session, low, low + batch_rows)
                low += batch_rows
                if len(events):
                    yield events


def _between(connection: duckdb.DuckDBPyConnection, session: int, low: int, high: int) -> np.ndarray:
    """EVENT[n] with low <= tape_sequence < high, in order: the three tables merged."""
    parts = []
    for table in TABLES:
        columns = connection.execute(
            f"select {', '.join(table.fields)} from {table.name} "
            "where session = ? and tape_sequence >= ? and tape_sequence < ?",
            [session, low, high],
        ).fetchnumpy()
        parts.append(restore(table, columns))
    events = np.concatenate(parts) if parts else np.zeros(0, EVENT)
    return events[np.argsort(events["tape_sequence"], kind="stable")]


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A closed file, read-only. Raises StoreError."""
    try:
        with duckdb.connect(str(path), read_only=True, config={"threads": 1}) as connection:
            yield connection
    except duckdb.Error as error:
        if "Could not set lock" in str(error):
            raise FileInUse(path=path, holder="the recorder of a running desk") from error
        raise CannotRead(path=path, reason=str(error).splitlines()[0]) from error
