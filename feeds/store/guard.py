"""What a query may do: one SELECT over the tables and views, within limits of time and size.

Three walls, each enough by itself: the database is closed to files and network and its settings are locked
(feeds/store/day_file.py); the query is parsed, and only a single SELECT whose functions are all on the list of the
harmless is run; it runs in a read-only transaction that is rolled back.
"""

import os
import threading
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from typing import Any, NamedTuple

import duckdb
import msgspec

from feeds.store.asking import QueryResult
from feeds.store.days import NS_PER_SECOND
from feeds.store.errors import QueryFailed, QueryRefused, QueryTooLong

LONGEST_SQL = 65_536
MOST_ANSWER_BYTES = 32 << 20
"""Of text and blobs in an answer: what is over is cut off like surplus rows."""
FETCH_ROWS = 2_048
MOST_GROWTH_BYTES = 512 << 20
"""The database does not count the texts that an expression makes (`repeat`): the process may not grow by more."""
TOO_LARGE = "the query needs more memory than it may have; narrow it by a `where`"
WATCH_S = 0.05
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")

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

_ALSO_OFFERED = frozenset({"random", "unnest"})
"""No list of the database names them as free of side effects, and they are."""

_QUERY_NODES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
"""A parsed SELECT can hold an INSERT (`with x as (insert …) select …`): only these kinds of statement nodes are run."""


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
        if watch.is_too_large:
            raise QueryFailed(TOO_LARGE) from error
        raise QueryTooLong(timeout_s=timeout_s) from error
    except duckdb.OutOfMemoryException as error:
        raise QueryFailed(TOO_LARGE) from error
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
    if statements[0].type != duckdb.StatementType.SELECT:
        raise QueryRefused(f"only SELECT is answered: statement={statements[0].type.name}")
    row = cursor.execute("select json_serialize_sql(?::varchar)", [sql]).fetchone()
    tree = msgspec.json.decode(row[0]) if row else {}
    if tree.get("error") is not False:
        raise QueryRefused(f"only a plain SELECT is answered: {tree.get('error_message', sql)}")
    offered = _offered(cursor)
    for found in _parts(tree):
        if found.node and found.node not in _QUERY_NODES:
            raise QueryRefused(f"only SELECT is answered: statement={found.node}")
        if found.function and found.function not in (TABLE_FUNCTIONS if found.is_table else offered):
            raise QueryRefused(f"this function is not offered: name={found.function!r}")


def _offered(cursor: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Scalar and aggregate functions and macros of which the database says that they do nothing but compute."""
    sql = (
        "select function_name from duckdb_functions() where function_type not in ('table', 'table_macro', 'pragma') "
        "and not starts_with(function_name, '__internal') group by all "
        "having not bool_or(coalesce(has_side_effects, false))"
    )
    return _ALSO_OFFERED | {name for (name,) in cursor.execute(sql).fetchall()}


class _Part(NamedTuple):
    """What matters of one node of a parsed query; empty text: it is none of that."""

    node: str
    """Kind of a statement or subquery"""
    function: str
    is_table: bool
    """The function makes a table."""


def _parts(tree: object) -> Iterator[_Part]:
    """Every node of a parsed query, at any depth."""
    waiting = [(tree, False)]
    while waiting:
        node, is_table = waiting.pop()
        if isinstance(node, list):
            waiting.extend((part, False) for part in node)
        elif isinstance(node, dict):
            kind = str(node.get("type", ""))
            yield _Part(kind if kind.endswith("_NODE") else "", str(node.get("function_name", "")).lower(), is_table)
            waiting.extend((part, kind == "TABLE_FUNCTION" and name == "function") for name, part in node.items())


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
        case date() | time_of_day():
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
    """Interrupts a connection when its time or memory is over, again and again until it has stopped."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, timeout_s: float) -> None:
        self._cursor = cursor
        self._over_ns = time.monotonic_ns() + int(timeout_s * NS_PER_SECOND)
        self._most_bytes = _resident_bytes() + MOST_GROWTH_BYTES
        self._stopped = threading.Event()
        self.is_too_large = False
        self._thread = threading.Thread(target=self._watch, name="query-limit", daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._stopped.wait(min(WATCH_S, max(0.001, (self._over_ns - time.monotonic_ns()) / NS_PER_SECOND))):
            self.is_too_large |= _resident_bytes() > self._most_bytes
            if self.is_too_large or time.monotonic_ns() >= self._over_ns:
                self._cursor.interrupt()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()


def _resident_bytes() -> int:
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[1]) * PAGE_BYTES


def _readable(error: duckdb.Error) -> str:
    """The database's sentence, without its own prefix and picture."""
    lines = [line.strip() for line in str(error).split("\n\n", 1)[0].splitlines() if line.strip()]
    text = " ".join(lines)
    return text.split("Error: ", 1)[-1]
