"""How is a running recorder asked? One JSON line there, one back. Knows no database, so that a screen can ask too."""

import contextlib
import socket
from pathlib import Path
from typing import Any

import msgspec

from feeds.store import errors
from feeds.store.errors import QueryError, RecorderSilent

PATIENCE_S = 5.0
"""Beyond the query's own time: another one may run before it."""


class Ask(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    sql: str
    limit: int = 1_000
    timeout_s: float = 10.0


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    error: str
    kind: str
    """Name of the class in feeds/store/errors.py"""


class QueryResult(msgspec.Struct, frozen=True, kw_only=True):
    """A table, of plain values: bool, int, float, text, None, lists and dicts of them."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    truncated: bool
    """There were more rows than the limit."""
    source: str
    """Who answered: the recorder of a running desk, or which files"""


class NobodyThere(QueryError):
    """No socket, or nobody listens on it: there is no running recorder."""


def ask_recorder(sql: str, *, socket_path: Path, limit: int, timeout_s: float) -> QueryResult:
    """The recorder's answer. Raises QueryError."""
    line = msgspec.json.encode(Ask(sql=sql, limit=limit, timeout_s=timeout_s)) + b"\n"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(timeout_s + PATIENCE_S)
        try:
            connection.connect(str(socket_path))
        except OSError as error:
            raise NobodyThere(f"the recorder does not listen: {error.strerror}") from error
        try:
            connection.sendall(line)
            answer = _read_all(connection)
        except TimeoutError as error:
            raise RecorderSilent("the recorder is busy with another query, or stopped") from error
        except OSError as error:
            raise RecorderSilent(f"the recorder broke off: {error.strerror}") from error
    return _understood(answer)


def _read_all(connection: socket.socket) -> bytes:
    parts = []
    while part := connection.recv(1 << 20):
        parts.append(part)
    return b"".join(parts)


def _understood(answer: bytes) -> QueryResult:
    if not answer.endswith(b"\n"):
        raise RecorderSilent("the recorder ended in the middle of its answer")
    with contextlib.suppress(msgspec.ValidationError):
        return msgspec.json.decode(answer, type=QueryResult)
    refusal = msgspec.json.decode(answer, type=Refusal)
    raise _error_named(refusal.kind, refusal.error)


def _error_named(kind: str, text: str) -> QueryError:
    """The class that the recorder raised, with its sentence."""
    named = getattr(errors, kind, QueryError)
    if not (isinstance(named, type) and issubclass(named, QueryError)):
        named = QueryError
    error = named.__new__(named)
    Exception.__init__(error, text)
    return error
