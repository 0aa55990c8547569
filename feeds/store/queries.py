"""SQL over recordings: asked of the recorder while a desk runs, of the files themselves otherwise.

A running recorder holds its file alone, so it answers for the day that it writes. Closed files are opened read-only,
with the same bounds; several days together are one database whose views are the union of theirs.
"""

import contextlib
from datetime import date
from pathlib import Path

import duckdb

from feeds.store.asking import NobodyThere, QueryResult, ask_recorder
from feeds.store.day_file import CLOSED_TO_THE_WORLD
from feeds.store.days import day_files
from feeds.store.errors import NoRecording, QueryFailed, RecorderSilent
from feeds.store.guard import run_bounded

MEMORY_MB = 512


def query(
    sql: str,
    *,
    socket_path: Path | None,
    folder: Path,
    limit: int = 1_000,
    timeout_s: float = 10.0,
    since: date | None = None,
    until: date | None = None,
) -> QueryResult:
    """Answer one SELECT. Raises QueryError.

    Without days: the recorder of the running desk, else the newest file. With `since` or `until` (both included): all
    closed files of these days.
    """
    if since is None and until is None:
        if socket_path is not None:
            with contextlib.suppress(NobodyThere):
                return ask_recorder(sql, socket_path=socket_path, limit=limit, timeout_s=timeout_s)
        return ask_files(sql, day_files(folder)[-1:], folder=folder, limit=limit, timeout_s=timeout_s)
    chosen = [
        path
        for path in day_files(folder)
        if (since is None or since.isoformat() <= path.stem) and (until is None or path.stem <= until.isoformat())
    ]
    return ask_files(sql, chosen, folder=folder, limit=limit, timeout_s=timeout_s)


def ask_files(sql: str, paths: list[Path], *, folder: Path, limit: int, timeout_s: float) -> QueryResult:
    """The answer of closed files. One that is being written is left out, and named in `source`."""
    if not paths:
        raise NoRecording(folder=folder)
    with contextlib.closing(duckdb.connect(config={"threads": 1, "memory_limit": f"{MEMORY_MB}MB"})) as connection:
        opened, left_out = _attach(connection, paths)
        if not opened:
            raise RecorderSilent(f"{left_out[0]} is being written, and its recorder does not answer")
        for setting in CLOSED_TO_THE_WORLD:
            connection.execute(f"set {setting}")
        connection.execute("set lock_configuration = true")
        source = ", ".join(path.name for path in opened)
        if left_out:
            source += f"; without {', '.join(left_out)}: being written"
        return run_bounded(connection, sql, limit=limit, timeout_s=timeout_s, source=source)


def _attach(connection: duckdb.DuckDBPyConnection, paths: list[Path]) -> tuple[list[Path], list[str]]:
    """Open the files, and make views over all of them. Which were opened, and the names of which could not be."""
    opened: list[Path] = []
    left_out: list[str] = []
    for path in paths:
        try:
            connection.execute(f"attach '{str(path).replace(chr(39), chr(39) * 2)}' as {_alias(path)} (read_only)")
        except duckdb.Error as error:
            if "Could not set lock" not in str(error):
                raise QueryFailed(f"{path.name} cannot be opened: {str(error).splitlines()[0]}") from error
            left_out.append(path.name)
        else:
            opened.append(path)
    if opened:
        _make_unions(connection, opened)
    return opened, left_out


def _make_unions(connection: duckdb.DuckDBPyConnection, opened: list[Path]) -> None:
    """One view for each table and view of the newest file, over all files that have it."""
    has: dict[str, list[str]] = {}
    for path in opened:
        sql = (
            "select table_name from duckdb_tables() where database_name = ? union "
            "select view_name from duckdb_views() where not internal and database_name = ? order by all"
        )
        for (name,) in connection.execute(sql, [_alias(path), _alias(path)]).fetchall():
            has.setdefault(name, []).append(f"select * from {_alias(path)}.{name}")
    for name, parts in has.items():
        connection.execute(f"create view {name} as {' union all by name '.join(parts)}")


def _alias(path: Path) -> str:
    return "day_" + path.stem.replace("-", "_")


__all__ = ["QueryResult", "ask_files", "ask_recorder", "query"]
