"""A session's tape out of the files."""

import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np
import pytest

from core.records.event import EVENT
from feeds.replay.tape import list_sessions, read_tape
from feeds.store.day_file import DayFile, Position
from feeds.store.errors import CannotRead, FileInUse
from feeds.store.rows import Sorter
from feeds.store.sessions import Place, cut_by_session
from tests.tape_source import EPOCH, KERNEL_HASH, instrument_rows, market_tape, session_record


def record(folder: Path, tape: np.ndarray, *, days: int = 1) -> list[Path]:
    """The tape, spread over so many files."""
    place, read, paths = Place(), 0, []
    for day, batch in enumerate(np.array_split(tape, days)):
        path = folder / f"2026-11-{20 + day}.duckdb"
        file = DayFile(path, Sorter(len(tape)), day=20_777 + day, rollover_utc_s=0, memory_mb=64)
        read += len(batch)
        parts, place = cut_by_session(batch, place, 0)
        file.store(parts, instrument_rows(), "ring", Position(read, place))
        file.close()
        paths.append(path)
    return paths


@pytest.fixture(scope="module")
def tape() -> np.ndarray:
    one = np.concatenate([session_record(now_ns=10**15), market_tape(4_999, first_sequence=1, now_ns=10**15)])
    two = np.concatenate(
        [session_record(epoch=EPOCH + 1, now_ns=2 * 10**15), market_tape(2_999, first_sequence=1, now_ns=2 * 10**15)]
    )
    return np.concatenate([one, two])


@pytest.mark.parametrize("days", [1, 2, 5])
def test_sessions_come_back_whole_over_any_number_of_files(tmp_path: Path, tape: np.ndarray, days: int) -> None:
    paths = record(tmp_path, tape, days=days)
    first, second = list_sessions(paths)
    assert (first.epoch, first.kernel_hash, first.is_begun, first.records) == (EPOCH, KERNEL_HASH, True, 5_000)
    assert (second.epoch, second.records, second.lost) == (EPOCH + 1, 3_000, 0)
    assert (first.first_sequence, first.last_sequence) == (0, 4_999)
    back = np.concatenate(list(read_tape(paths, first.session, batch_rows=777)))
    assert back.dtype == EVENT
    assert back.tobytes() == tape[:5_000].tobytes()
    assert np.concatenate(list(read_tape(paths, second.session))).tobytes() == tape[5_000:].tobytes()


def test_reading_can_begin_in_the_middle(tmp_path: Path, tape: np.ndarray) -> None:
    paths = record(tmp_path, tape, days=2)
    session = list_sessions(paths)[0].session
    back = np.concatenate(list(read_tape(paths, session, first_sequence=4_321)))
    assert back.tobytes() == tape[4_321:5_000].tobytes()


def test_a_session_that_is_not_there_has_no_records(tmp_path: Path, tape: np.ndarray) -> None:
    assert list(read_tape(record(tmp_path, tape), 1)) == []


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "2026-11-20.duckdb"
    path.write_text("not a database")
    with pytest.raises(CannotRead, match="2026-11-20"):
        list_sessions([path])


def test_a_file_without_recordings_is_named(tmp_path: Path) -> None:
    path = tmp_path / "2026-11-20.duckdb"
    duckdb.connect(str(path)).close()
    with pytest.raises(CannotRead, match="2026-11-20"):
        list_sessions([path])


def test_a_file_that_is_being_written_says_so(tmp_path: Path, tape: np.ndarray) -> None:
    (path,) = record(tmp_path, tape)
    code = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", code, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(FileInUse, match="in use"):
            list_sessions([path])
        other.communicate(b"")
