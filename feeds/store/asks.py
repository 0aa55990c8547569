"""Answers queries on the running desk: a 0600 Unix socket, one JSON line in, one JSON line out.

    ask      {"sql": "select …", "limit": 1000, "timeout_s": 10}
    answer   {"columns": […], "rows": [[…]], "truncated": false, "source": "…"}   or   {"error": "…", "kind": "…"}

One at a time, on a thread of its own and a second connection to the database that the recorder writes. A file that is
about to be closed interrupts the query that runs on it.
"""

import contextlib
import os
import socket
import threading
import time
from pathlib import Path

import duckdb
import msgspec

from feeds.store.asking import Ask, QueryResult, Refusal
from feeds.store.day_file import DayFile
from feeds.store.errors import QueryError, RecorderSilent
from feeds.store.guard import run_bounded

LONGEST_ASK_BYTES = 1 << 18
SPEAK_S = 2.0
"""A client that does not finish its line by then is hung up on."""


class Asks:
    """Serves one socket as long as the process lives; which file is asked changes underneath."""

    def __init__(self, path: Path, *, most_rows: int, longest_s: float) -> None:
        """Raises OSError when the socket cannot be made."""
        self._path = path
        self._most_rows, self._longest_s = most_rows, longest_s
        self._turn = threading.Lock()
        """Held while a query runs, and while the file is changed."""
        self._cursor: duckdb.DuckDBPyConnection | None = None
        self._source = ""
        self._hushed_until = 0.0
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            self._socket.bind(str(path))
        finally:
            os.umask(before)
        self._socket.listen(8)
        self._thread = threading.Thread(target=self._serve, name="asks", daemon=True)
        self._thread.start()

    def open(self, file: DayFile) -> None:
        """From now on this file is asked."""
        with self._turn:
            self._cursor, self._source = file.cursor(), f"recorder: {file.path.name}"

    def close(self) -> None:
        """Stop what runs: the file is about to be closed, or needs the memory."""
        self.interrupt()
        with self._turn:
            if self._cursor is not None:
                self._cursor.close()
            self._cursor = None

    def interrupt(self) -> None:
        """Until the query that runs has stopped. An interrupt that comes before its first step is not heard."""
        while not self._turn.acquire(timeout=0.02):
            cursor = self._cursor
            if cursor is not None:
                with contextlib.suppress(duckdb.Error):
                    cursor.interrupt()
        self._turn.release()

    def hush(self, seconds: float) -> None:
        """Stop what runs, and answer nobody for a while."""
        self._hushed_until = time.monotonic() + seconds
        self.interrupt()

    def leave(self) -> None:
        """At the end of the process."""
        self.close()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread out of accept
        self._thread.join(timeout=SPEAK_S)
        self._socket.close()
        with contextlib.suppress(OSError):
            self._path.unlink()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            with client, contextlib.suppress(OSError):
                client.sendall(self._answer(_read_line(client)) + b"\n")

    def _answer(self, line: bytes) -> bytes:
        try:
            ask = msgspec.json.decode(line, type=Ask)
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            return msgspec.json.encode(Refusal(error=f"not a query: {error}", kind="QueryRefused"))
        try:
            return msgspec.json.encode(self._run(ask))
        except QueryError as error:
            return msgspec.json.encode(Refusal(error=str(error), kind=type(error).__name__))
        except Exception as error:  # a fault of one query must not end the answering of all
            return msgspec.json.encode(Refusal(error=f"{type(error).__name__}: {error}", kind="QueryFailed"))

    def _run(self, ask: Ask) -> QueryResult:
        limit = max(0, min(ask.limit, self._most_rows))
        timeout_s = max(0.001, min(ask.timeout_s, self._longest_s))
        with self._turn:
            if self._cursor is None:
                raise RecorderSilent("the recorder has no file open now")
            if time.monotonic() < self._hushed_until:
                raise RecorderSilent("a query took the memory that storing needs; ask again in a moment, narrower")
            return run_bounded(self._cursor, ask.sql, limit=limit, timeout_s=timeout_s, source=self._source)


def _read_line(client: socket.socket) -> bytes:
    """Up to the end of the line; cut off when it is too long or too slow."""
    deadline = time.monotonic() + SPEAK_S
    data = b""
    while not data.endswith(b"\n") and len(data) <= LONGEST_ASK_BYTES:
        client.settimeout(max(0.001, deadline - time.monotonic()))
        part = client.recv(65_536)
        if not part:
            break
        data += part
    client.settimeout(SPEAK_S)
    return data
