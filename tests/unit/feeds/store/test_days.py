"""Which file holds a moment."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from feeds.store.days import HEADER_BYTES, date_of, day_files, day_in, day_of, days_of, path_of, set_aside


def wall_ns(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000_000


@pytest.mark.parametrize(
    ("moment", "rollover_utc_s", "date"),
    [
        ("2026-11-21T00:00:00", 0, "2026-11-21"),
        ("2026-11-20T23:59:59", 0, "2026-11-20"),
        ("2026-11-21T16:59:59", 61_200, "2026-11-20"),
        ("2026-11-21T17:00:00", 61_200, "2026-11-21"),
        ("1969-12-31T23:59:59", 0, "1969-12-31"),
    ],
)
def test_a_trading_day_is_named_by_the_date_on_which_it_begins(moment: str, rollover_utc_s: int, date: str) -> None:
    day = day_of(wall_ns(moment), rollover_utc_s)
    assert date_of(day).isoformat() == date
    assert days_of(np.array([wall_ns(moment)]), rollover_utc_s).tolist() == [day]
    assert path_of(Path("x"), day).name == f"{date}.duckdb"
    assert day_in(Path(f"x/{date}.duckdb")) == day


def test_only_day_files_are_found_oldest_first(tmp_path: Path) -> None:
    for name in (
        "2026-11-21.duckdb",
        "2026-11-09.duckdb",
        "2026-11-21.duckdb.wal",
        "2026-11-20.duckdb.damaged-1",
        "x.duckdb",
    ):
        (tmp_path / name).touch()
    assert [path.name for path in day_files(tmp_path)] == ["2026-11-09.duckdb", "2026-11-21.duckdb"]
    assert day_files(tmp_path / "missing") == []


def test_a_damaged_file_and_its_log_never_overwrite_an_earlier_one(tmp_path: Path) -> None:
    path = tmp_path / "2026-11-21.duckdb"
    for text in ("first", "second"):
        path.write_text(text.ljust(HEADER_BYTES))
        path.with_name(path.name + ".wal").write_text(text + " log")
        set_aside(path)
    assert not path.exists()
    assert (tmp_path / "2026-11-21.duckdb.damaged-1").read_text().strip() == "first"
    assert (tmp_path / "2026-11-21.duckdb.damaged-2").read_text().strip() == "second"
    assert (tmp_path / "2026-11-21.duckdb.damaged-2.wal").read_text() == "second log"


def test_a_file_whose_making_was_cut_short_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "2026-11-21.duckdb"
    path.write_bytes(bytes(4096))
    assert set_aside(path) is None
    assert list(tmp_path.iterdir()) == []
