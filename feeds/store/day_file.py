"""One day's database: opened, filled in transactions, asked on a second connection, closed.

Records and the position in the ring that they were read from are committed together, so a recorder that is killed at
any moment finds out what is stored. Faults of the database come out as the sentences of feeds/store/errors.py.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from core.records.instrument import INSTRUMENT
from feeds.store.days import date_of
from feeds.store.errors import CannotWrite, FileDamaged, FileInUse, MemoryShort, StoreError
from feeds.store.rows import Sorter
from feeds.store.schema import FILE_VERSION, create_schema, units
from feeds.store.sessions import Place, Session, Stretch

_INSTRUMENT_FIELDS = tuple(name for name in INSTRUMENT.names or () if name != "_reserved")

# For the recorder's own connection as well as for queries: a setting belongs to the whole database. In this order.
# Without vacuum: a checkpoint would join the row groups that large transactions left part filled, many in memory at
# once; when that is short, the checkpoint fails for good, at each later opening too, and the tape waits behind it.
CLOSED_TO_THE_WORLD = (
    "max_vacuum_tasks = 0",
    "temp_directory = ''",
    "python_enable_replacements = false",
    "autoinstall_known_extensions = false",
    "autoload_known_extensions = false",
    "write_buffer_row_group_count = 1",
    "enable_external_access = false",
)


@dataclass(frozen=True)
class Position:
    """How far a ring is stored."""

    read: int
    """Records of the ring that are stored, counted since the ring was made"""
    place: Place


class DayFile:
    """The writing end. One process at a time."""

    def __init__(self, path: Path, sorter: Sorter, *, day: int, rollover_utc_s: int, memory_mb: int) -> None:
        """Open or make the file. Raises CannotWrite, FileInUse, FileDamaged."""
        self.path, self.day = path, day
        self._sorter = sorter
        with _as_store_error(path):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._connection = duckdb.connect(str(path), config={"threads": 1, "memory_limit": f"{memory_mb}MB"})
            try:
                for setting in CLOSED_TO_THE_WORLD:
                    self._connection.execute(f"set {setting}")
                self._prepare(rollover_utc_s)
            except BaseException:
                self._connection.close()
                raise

    def _prepare(self, rollover_utc_s: int) -> None:
        tables = {name for (name,) in self._all("select table_name from duckdb_tables()")}
        if not tables:
            self._connection.begin()
            create_schema(self._connection)
            now = datetime.now(UTC).replace(tzinfo=None)
            row = [FILE_VERSION, date_of(self.day), rollover_utc_s, now]
            self._connection.execute("insert into tape_file values (?, ?, ?, ?)", row)
            self._connection.commit()
        versions = self._all("select schema_version from tape_file") if "tape_file" in tables or not tables else []
        if versions != [(FILE_VERSION,)]:
            raise FileDamaged(path=self.path, reason=f"it is no recording of layout version {FILE_VERSION}")
        columns = (
            "select table_name, column_name from duckdb_columns() where starts_with(table_name, 'tape_') order by all"
        )
        if self._all(columns) != sorted((table, column) for table, column, _ in units()):
            raise FileDamaged(path=self.path, reason="its tables were changed by hand")
        self._look_up()
        # Last: what was set before stays, whatever a query asks for.
        self._connection.execute("set lock_configuration = true")

    def _look_up(self) -> None:
        """Which sessions the file knows, and how many of their instruments."""
        self._sessions = {number for (number,) in self._all("select session from tape_session")}
        counts = "select session, count(*) from tape_instrument group by session"
        self._instruments: dict[int, int] = dict(self._all(counts))

    def _all(self, sql: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, values).fetchall()

    def position(self, ring: str) -> Position | None:
        """How far this ring is stored in this file."""
        with _as_store_error(self.path):
            rows = self._all(
                "select p.position, p.tape_sequence, p.session, s.epoch, s.kernel_hash, s.wall_offset_ns "
                "from tape_position p join tape_session s using (session) where p.ring = ?",
                [ring],
            )
        if not rows:
            return None
        read, tape_sequence, number, epoch, kernel_hash, wall_offset_ns = rows[0]
        return Position(read, Place(Session(number, epoch, kernel_hash, wall_offset_ns), tape_sequence))

    def store(self, parts: list[Stretch], instruments: np.ndarray, ring: str, position: Position) -> None:
        """Commit the records and the position behind them, or nothing. Raises StoreError."""
        try:
            with _as_store_error(self.path):
                self._connection.begin()
                for part in parts:
                    self._store_session(part)
                    self._store_instruments(part.session.number, instruments)
                    for table, columns, _ in self._sorter.sort_out(part.events):
                        self._connection.register("batch", columns)
                        self._connection.execute(
                            f"insert into {table.name} select {part.session.number}::bigint as session, * from batch"
                        )
                self._store_position(ring, position)
                self._connection.commit()
        except StoreError:
            with suppress(duckdb.Error):
                self._connection.rollback()
            with suppress(duckdb.Error):
                self._look_up()
            raise
        finally:
            with suppress(duckdb.Error):
                self._connection.unregister("batch")

    def _store_session(self, part: Stretch) -> None:
        session, first, last = part.session, part.events["tape_sequence"][0], part.events["tape_sequence"][-1]
        if session.number in self._sessions:
            self._connection.execute(
                "update tape_session set last_sequence = ?, records = records + ?, lost = lost + ? where session = ?",
                [int(last), len(part.events), part.lost, session.number],
            )
            return
        row = [
            session.number,
            session.epoch,
            session.kernel_hash,
            session.wall_offset_ns,
            part.is_begun,
            int(first),
            int(last),
            len(part.events),
            part.lost,
        ]
        self._connection.execute("insert into tape_session values (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        self._sessions.add(session.number)

    def _store_instruments(self, session: int, instruments: np.ndarray) -> None:
        """The shared table grows by appending: only what is new."""
        known = self._instruments.get(session, 0)
        if len(instruments) <= known:
            return
        marks = ", ".join("?" * (len(_INSTRUMENT_FIELDS) + 2))
        names = ", ".join(_INSTRUMENT_FIELDS)
        rows = [
            [session, number, *(_plain(instruments[number][name]) for name in _INSTRUMENT_FIELDS)]
            for number in range(known, len(instruments))
        ]
        self._connection.executemany(
            f"insert into tape_instrument (session, instrument_id, {names}) values ({marks})", rows
        )
        self._instruments[session] = len(instruments)

    def _store_position(self, ring: str, position: Position) -> None:
        assert position.place.session is not None
        row = [position.read, position.place.session.number, position.place.tape_sequence, ring]
        sql = "update tape_position set position = ?, session = ?, tape_sequence = ? where ring = ?"
        if self._all(sql, row)[0][0] == 0:
            sql = "insert into tape_position (position, session, tape_sequence, ring) values (?, ?, ?, ?)"
            self._connection.execute(sql, row)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A second connection to the same database, for queries."""
        return self._connection.cursor()

    @property
    def size_bytes(self) -> int:
        """Of the file and its log; 0 when they are gone."""
        size = 0
        for path in (self.path, self.path.with_name(self.path.name + ".wal")):
            with suppress(OSError):
                size += os.stat(path).st_size
        return size

    def close(self) -> None:
        """Checkpoint and close. What a full disk refuses stays in the log and is replayed at the next opening."""
        with suppress(duckdb.Error):
            self._connection.close()


def _plain(value: Any) -> Any:
    return value.decode(errors="replace") if isinstance(value, bytes) else value.item()


@contextmanager
def _as_store_error(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotWrite(path=path, reason=error.strerror or str(error)) from error
    except duckdb.OutOfMemoryException as error:
        raise MemoryShort(path=path) from error
    except duckdb.Error as error:
        raise _cause_of(error, path) from error


_WRITING = (
    "No space left",
    "Permission denied",
    "Read-only file system",
    "read-only mode",
    "File too large",
    "Disk quota exceeded",
    "Too many open files",
    "Input/output error",
    "No such file",
    "Is a directory",
)
_DAMAGED = (
    "not a valid DuckDB database file",
    "Corrupt",
    "Could not read enough bytes",
    "replaying WAL",
    "version number",
)


def _cause_of(error: duckdb.Error, path: Path) -> StoreError:
    """What is not surely damage is tried again: a file is moved aside for its own faults only."""
    text = str(error)
    if "Could not set lock" in text:
        holder = text.split("held in ")[1].split(". ")[0] if "held in " in text else ""
        return FileInUse(path=path, holder=holder)
    for words in _WRITING:
        if words in text:
            return CannotWrite(path=path, reason=words[0].lower() + words[1:])
    first_line = text.split("\n", 1)[0]
    if any(words in text for words in _DAMAGED) or isinstance(error, duckdb.SerializationException):
        return FileDamaged(path=path, reason=first_line)
    return CannotWrite(path=path, reason=first_line)
