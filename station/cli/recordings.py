"""SQL over the recordings of a desk: the running recorder answers, or the files themselves when none runs."""

from datetime import date
from typing import Any

from feeds.store.queries import query
from station import paths

ROWS = 10_000
SECONDS = 30.0


def ask(desk: str, text: str, *, since: date | None = None, until: date | None = None) -> tuple[list[str], list[Any]]:
    """Column names and rows. Raises QueryError."""
    folder = paths.desk_folder(desk)
    result = query(
        text,
        socket_path=folder.recorder_socket,
        folder=folder.recordings,
        limit=ROWS,
        timeout_s=SECONDS,
        since=since,
        until=until,
    )
    return list(result.columns), list(result.rows)
