"""Which file holds a moment: one a trading day, named by the date on which it begins."""

import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np

NS_PER_SECOND = 1_000_000_000
SECONDS_PER_DAY = 86_400
NS_PER_DAY = SECONDS_PER_DAY * NS_PER_SECOND
EPOCH = date(1970, 1, 1)
HEADER_BYTES = 3 * 4096
"""A database file has three header blocks before its first row."""

_NAME = re.compile(r"\d{4}-\d{2}-\d{2}\.duckdb")


def days_of(wall_ns: np.ndarray, rollover_utc_s: int) -> np.ndarray:
    """int64[n]: trading days since 1970 of wall-clock nanoseconds. A day is named by the date on which it begins."""
    return (wall_ns - rollover_utc_s * NS_PER_SECOND) // NS_PER_DAY


def day_of(wall_ns: int, rollover_utc_s: int) -> int:
    return (wall_ns - rollover_utc_s * NS_PER_SECOND) // NS_PER_DAY


def date_of(day: int) -> date:
    return EPOCH + timedelta(days=int(day))


def path_of(folder: Path, day: int) -> Path:
    return folder / f"{date_of(day).isoformat()}.duckdb"


def day_files(folder: Path) -> list[Path]:
    """Oldest first."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))


def day_in(path: Path) -> int:
    """The trading day of a file, by its name."""
    return (date.fromisoformat(path.stem) - EPOCH).days


def set_aside(path: Path) -> Path | None:
    """Rename a damaged file, and its log, to the first free `.damaged-N`. Raises OSError.

    None when it was removed instead: it never held a row, because its making was cut short.
    """
    if path.stat().st_size < HEADER_BYTES:
        path.unlink()
        return None
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    path.rename(aside)
    log = path.with_name(path.name + ".wal")
    if log.exists():
        log.rename(aside.with_name(aside.name + ".wal"))
    return aside
