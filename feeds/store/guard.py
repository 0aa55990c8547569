"""What a query may do: one SELECT over the tables and views, within limits of time and size.

Three walls, each enough by itself: the database is closed to files and network and its settings are locked
(feeds/store/day_file.py); the query is parsed, and only a single SELECT whose functions are all on the list of the
harmless is run; it runs in a read-only transaction that is rolled back.
"""

import threading
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import duckdb
import msgspec

from feeds.store.errors import QueryFailed, QueryRefused, QueryTooLong

LONGEST_SQL = 65_536
MOST_ANSWER_BYTES = 32 << 20
"""Of text and blobs in an answer: what is over is cut off like surplus rows."""
FETCH_ROWS = 2_048

TABLE_FUNCTIONS = frozenset(
    {
        "duckdb_columns",
        "duckdb_functions",
        "duckdb_tables",
        "duckdb_types",
        "duckdb_views",
        "generate_series",
        "json_each",
        "json_tree",
        "pragma_show",
        "pragma_table_info",
        "pragma_version",
        "range",
        "repeat",
        "unnest",
    }
)
"""Table functions read files, memory addresses and other databases: these do not."""

_STATEFUL = frozenset(
    {
        "currval",
        "current_setting",
        "error",
        "getvariable",
        "nextval",
        "setseed",
        "setval",
        "sleep_ms",
        "stats",
        "write_log",
    }
)


class QueryResult(msgspec.Struct, frozen=True, kw_only=True):
    """A table, of plain values: bool, int, float, text, None, lists and dicts of them."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    truncated: bool
    """There were more rows than the limit."""
    source: str
    """Who answered: the recorder of a running desk, or which files"""


def run_bounded(
    cursor: duckdb.DuckDBPyConnection, sql: str, *, limit: int, timeout_s: float, source: str
) -> QueryResult:
    """Answer a query on a connection of its own. Raises QueryRefused, QueryFailed, QueryTooLong."""
    watch = _Watch(cursor, timeout_s)
    try:
        check(cursor, sql)
        cursor.execute("begin transaction read only")
        try:
            columns, rows, truncated = _fetch(cursor, sql, limit)
        finally:
            cursor.execute("rollback")
    except duckdb.InterruptException as error:
        raise QueryTooLong(timeout_s=timeout_s) from error
    except duckdb.OutOfMemoryException as error:
        raise QueryFailed("the query needs more memory than it may have; narrow it by a `where`") from error
    except duckdb.Error as error:
        raise QueryFailed(_readable(error)) from error
    finally:
        watch.stop()
    return QueryResult(columns=columns, rows=rows, truncated=truncated, source=source)


def check(cursor: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Raises QueryRefused unless this is one SELECT that only computes and reads tables."""
    if len(sql) > LONGEST_SQL:
        raise QueryRefused(f"a query may have {LONGEST_SQL} characters: {len(sql)=}")
    statements = cursor.extract_statements(sql)
    if len(statements) != 1:
        raise QueryRefused(f"one statement is answered at a time: {len(statements)=}")
    kind = statements[0].type
    if kind != duckdb.StatementType.SELECT:
        raise QueryRefused(f"only SELECT is answered: statement={kind.name}")
    row = cursor.execute("select json_serialize_sql(?::varchar)", [sql]).fetchone()
    tree = msgspec.json.decode(row[0]) if row else {"error": True}
    if tree.get("error"):
        raise QueryRefused(f"only a plain SELECT is answered: {tree.get('error_message', sql)}")
    for kind_of_function, name in _functions(tree):
        is_allowed = name in TABLE_FUNCTIONS if kind_of_function == "table" else name not in _STATEFUL
        if not is_allowed:
            raise QueryRefused(f"this function is not offered: {name=}")


def _functions(tree: object) -> Iterator[tuple[str, str]]:
    """(scalar or table, name) of every function that a parsed query calls, at any depth."""
    waiting = [(tree, False)]
    while waiting:
        node, is_table = waiting.pop()
        if isinstance(node, list):
            waiting.extend((part, False) for part in node)
        elif isinstance(node, dict):
            if "function_name" in node:
                yield "table" if is_table else "scalar", str(node["function_name"]).lower()
            of_table = node.get("type") == "TABLE_FUNCTION"
            waiting.extend((part, of_table and name == "function") for name, part in node.items())


def _fetch(cursor: duckdb.DuckDBPyConnection, sql: str, limit: int) -> tuple[tuple[str, ...], list[Any], bool]:
    cursor.execute(sql)
    columns = tuple(str(column[0]) for column in cursor.description or ())
    rows: list[tuple[Any, ...]] = []
    size = 0
    while len(rows) <= limit and size <= MOST_ANSWER_BYTES:
        part = cursor.fetchmany(min(FETCH_ROWS, limit + 1 - len(rows)))
        if not part:
            return columns, rows, False
        for row in part:
            plain = tuple(_plain(value) for value in row)
            size += 16 * len(plain) + sum(len(value) for value in plain if isinstance(value, str))
            rows.append(plain)
    return columns, rows[:limit], True


def _plain(value: Any) -> Any:
    """As JSON can carry it."""
    match value:
        case None | bool() | float() | str():
            return value
        case int():
            return value if -(2**63) <= value < 2**63 else str(value)
        case datetime():
            return value.isoformat(sep=" ")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case bytes():
            return value.hex()
        case dict():
            return {str(name): _plain(part) for name, part in value.items()}
        case list() | tuple():
            return [_plain(part) for part in value]
        case _:
            return str(value)


class _Watch:
    """Interrupts a connection when its time is over, again and again until it has stopped."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, timeout_s: float) -> None:
        self._cursor = cursor
        self._timeout_s = timeout_s
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._wait, name="query-limit", daemon=True)
        self._thread.start()

    def _wait(self) -> None:
        wait_s = self._timeout_s
        while not self._stopped.wait(wait_s):
            self._cursor.interrupt()
            wait_s = 0.05

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()


def _readable(error: duckdb.Error) -> str:
    """The database's sentence, without its own prefix and picture."""
    lines = [line.strip() for line in str(error).split("\n\n", 1)[0].splitlines() if line.strip()]
    text = " ".join(lines)
    return text.split("Error: ", 1)[-1]
