"""What can go wrong with recordings, and what to do about it.

StoreError
├── CannotWrite       full disk, no permission, no folder: tried again
├── CannotRead        no recording, or a damaged one, was to be replayed
├── FileInUse         another process holds the file: tried again
├── FileDamaged       the file cannot be read: moved aside, a new one is begun
├── MemoryShort       a query took the memory that storing needs: it is stopped
└── QueryError        of one question
    ├── QueryRefused      not one SELECT, or a function that is not offered
    ├── QueryFailed       the database cannot answer it as it is written
    ├── QueryTooLong      the time limit struck
    ├── RecorderSilent    the recorder does not answer
    └── NoRecording       there is no file to ask
"""

from pathlib import Path
from typing import ClassVar

from core.errors import StationError


class StoreError(StationError):
    """A day file that cannot be used now. Trading goes on."""

    exit_code: ClassVar[int] = 74


class CannotWrite(StoreError):
    cure = "Free disk space or give the folder back to this user; the recorder tries again by itself."

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(f"cannot write {path.name}: {reason}")
        self.path, self.reason = path, reason


class CannotRead(StoreError):
    exit_code: ClassVar[int] = 65
    cure = "Name day files that a recorder of this version made and closed."

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(f"cannot read {path.name}: {reason}")
        self.path, self.reason = path, reason


class FileInUse(StoreError):
    cure = "End the other program that has the file open; the recorder tries again by itself."

    def __init__(self, *, path: Path, holder: str = "") -> None:
        super().__init__(f"{path.name} is in use by another program" + (f": {holder}" if holder else ""))
        self.path, self.holder = path, holder


class FileDamaged(StoreError):
    cure = "It was kept beside the new file; copy what can be read out of it, or delete it."

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(f"{path.name} is damaged: {reason}")
        self.path, self.reason = path, reason


class MemoryShort(StoreError):
    cure = "Ask narrower queries, or give the recorder more memory."

    def __init__(self, *, path: Path) -> None:
        super().__init__(f"cannot write {path.name}: a query took the memory that storing needs")
        self.path = path


class QueryError(StationError):
    """A question that got no answer."""

    exit_code: ClassVar[int] = 65


class QueryRefused(QueryError):
    cure = "Ask one SELECT over the views; `select view_name from duckdb_views() where not internal` lists them."


class QueryFailed(QueryError):
    cure = "Correct the query; `describe trades` shows the columns of a view."


class QueryTooLong(QueryError):
    cure = "Narrow it by a `where`, or allow more time with --timeout."
    exit_code = 75

    def __init__(self, *, timeout_s: float) -> None:
        super().__init__(f"the query took longer than it may: {timeout_s=:g}")


class RecorderSilent(QueryError):
    cure = "`station status` shows how the recorder does; closed files can be asked when the desk is down."
    exit_code = 75


class NoRecording(QueryError):
    cure = "Start a desk with `station up`; it records by itself."
    exit_code = 66

    def __init__(self, *, folder: Path, day: str = "") -> None:
        super().__init__(f"there is no recording to ask: folder={str(folder)!r}" + (f", {day=}" if day else ""))
