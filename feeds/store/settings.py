"""What the desk hands to the recorder beside the memory: plain values, as JSON on its command line."""

import msgspec


class RecorderSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    folder: str
    """Of the day files; made when it is missing."""
    socket: str
    """Path of the Unix socket (mode 0600) that queries are asked on; empty: none."""
    wall_offset_ns: int
    """Wall clock minus monotonic clock, from the desk's control page."""
    rollover_utc_s: int = 0
    """The trading day, and with it the file, turns at this second of the day, UTC."""
    batch_rows: int = 122_880
    """A transaction is begun when so many records wait."""
    most_rows: int = 200_000
    """A transaction never holds more. Catching up is fastest when a whole row group (122,880) goes to its place."""
    batch_ms: int = 500
    """… or when the first of them waits for so long."""
    memory_mb: int = 96
    """What DuckDB may use, for storing and for queries together."""
    query_rows: int = 100_000
    """An answer never has more rows."""
    query_s: float = 30.0
    """A query never runs longer."""
