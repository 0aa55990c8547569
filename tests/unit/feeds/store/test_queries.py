"""Questions to files that nobody writes, to files that somebody writes, and to nobody."""

import contextlib
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest

from feeds.store.asks import Asks
from feeds.store.day_file import DayFile, Position
from feeds.store.errors import FileDamaged, NoRecording, QueryFailed, QueryRefused, RecorderSilent
from feeds.store.queries import query
from feeds.store.rows import Sorter
from feeds.store.sessions import Place, cut_by_session
from tests.deadline import PATIENCE
from tests.tape_source import instrument_rows, market_tape, session_record

COUNT = "select count(*) from tape"


def make_day(folder: Path, day: int, records: int) -> DayFile:
    file = DayFile(folder / f"2026-11-{day}.duckdb", Sorter(4_096), day=20_757 + day, rollover_utc_s=0, memory_mb=64)
    tape = np.concatenate([session_record(epoch=day), market_tape(records - 1, first_sequence=1)])
    parts, place = cut_by_session(tape, Place(), 0)
    file.store(parts, instrument_rows(), "ring", Position(records, place))
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for day in (19, 20, 21):
        make_day(tmp_path, day, day).close()
    return tmp_path


@pytest.fixture
def asks(tmp_path: Path) -> Iterator[Asks]:
    made = Asks(tmp_path / "run" / "asks.sock", most_rows=50, longest_s=5.0)
    yield made
    made.leave()


def test_the_newest_file_answers_when_no_desk_runs(folder: Path) -> None:
    answer = query(COUNT, socket_path=folder / "no.sock", folder=folder)
    assert (answer.rows, answer.source) == ([(21,)], "2026-11-21.duckdb")


@pytest.mark.parametrize(
    ("since", "until", "records"),
    [(None, 19, 19), (20, None, 41), (19, 21, 60), (20, 20, 20)],
)
def test_a_range_of_days_is_one_database(folder: Path, since: int | None, until: int | None, records: int) -> None:
    days = [date(2026, 11, day) if day else None for day in (since, until)]
    answer = query(COUNT, socket_path=None, folder=folder, since=days[0], until=days[1])
    assert answer.rows == [(records,)]
    epochs = query("select epoch from sessions", socket_path=None, folder=folder, since=days[0], until=days[1])
    assert len(epochs.rows) == len(answer.source.split(", "))


def test_files_are_asked_within_the_same_walls(folder: Path) -> None:
    with pytest.raises(QueryRefused):
        query("select * from read_text('/etc/hostname')", socket_path=None, folder=folder)
    with pytest.raises(QueryRefused):
        query("drop table tape_market", socket_path=None, folder=folder)
    with pytest.raises(QueryFailed):
        query("select * from '/etc/passwd.csv'", socket_path=None, folder=folder)
    before = (folder / "2026-11-21.duckdb").read_bytes()
    assert query("select * from trades", socket_path=None, folder=folder, limit=0).rows == []
    assert (folder / "2026-11-21.duckdb").read_bytes() == before


def test_without_any_file_the_cure_is_to_start_a_desk(tmp_path: Path) -> None:
    with pytest.raises(NoRecording) as missing:
        query(COUNT, socket_path=None, folder=tmp_path / "none")
    assert "station up" in missing.value.cure
    make_day(tmp_path, 21, 5).close()
    with pytest.raises(NoRecording):
        query(COUNT, socket_path=None, folder=tmp_path, until=date(2026, 11, 1))


def test_a_file_that_is_no_recording_is_named(tmp_path: Path) -> None:
    (tmp_path / "2026-11-21.duckdb").write_text("not a database")
    with pytest.raises(QueryFailed, match=r"2026-11-21\.duckdb cannot be opened"):
        query(COUNT, socket_path=None, folder=tmp_path)


def test_the_file_that_is_being_written_is_left_out_and_named(folder: Path) -> None:
    code = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    path = str(folder / "2026-11-21.duckdb")
    with subprocess.Popen([sys.executable, "-c", code, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"open\n"
        answer = query(COUNT, socket_path=None, folder=folder, since=date(2026, 11, 20))
        assert answer.rows == [(20,)]
        assert answer.source == "2026-11-20.duckdb; without 2026-11-21.duckdb: being written"
        with pytest.raises(RecorderSilent, match="being written"):
            query(COUNT, socket_path=None, folder=folder)
        other.communicate(b"")


def test_the_recorder_answers_for_the_file_that_it_holds(tmp_path: Path, asks: Asks) -> None:
    socket_path = tmp_path / "run" / "asks.sock"
    with pytest.raises(RecorderSilent, match="no file open"):
        query(COUNT, socket_path=socket_path, folder=tmp_path)
    file = make_day(tmp_path, 21, 100)
    asks.open(file)
    answer = query(COUNT, socket_path=socket_path, folder=tmp_path)
    assert (answer.rows, answer.source) == ([(100,)], "recorder: 2026-11-21.duckdb")
    many = query("select * from tape", socket_path=socket_path, folder=tmp_path, limit=1_000_000)
    assert (len(many.rows), many.truncated) == (50, True)
    with pytest.raises(QueryFailed, match="pric"):
        query("select pric from trades", socket_path=socket_path, folder=tmp_path)
    asks.close()
    file.close()


def test_closing_the_file_stops_the_query_that_runs_on_it(tmp_path: Path, asks: Asks) -> None:
    file = make_day(tmp_path, 21, 100)
    asks.open(file)
    outcome: list[BaseException] = []
    started = threading.Event()

    def ask() -> None:
        started.set()
        try:
            sql = "select count(*) from range(1_000_000_000_000)"
            query(sql, socket_path=tmp_path / "run" / "asks.sock", folder=tmp_path, timeout_s=60)
        except Exception as error:
            outcome.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    started.wait()
    asks.close()
    file.close()
    thread.join(timeout=10 * PATIENCE)
    assert not thread.is_alive()
    assert len(outcome) == 1


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"{}\n",
        b"not json\n",
        b'{"sql": 5}\n',
        b'{"sql": "select 1", "more": 1}\n',
        b'{"sql": "select 1", "limit": "many"}\n',
        b"\xff\xfe\n",
        b"[" * 10_000 + b"\n",
    ],
)
def test_a_line_that_is_no_question_is_answered_with_an_error(tmp_path: Path, asks: Asks, line: bytes) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.connect(str(tmp_path / "run" / "asks.sock"))
        client.sendall(line)
        answer = client.makefile("rb").read()
    assert b'"error":"not a query' in answer


def test_a_client_that_hangs_up_or_says_too_much_does_not_end_the_answering(tmp_path: Path, asks: Asks) -> None:
    path = str(tmp_path / "run" / "asks.sock")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.connect(path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.connect(path)
        client.settimeout(5)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            client.sendall(b"x" * 2_000_000)
    file = make_day(tmp_path, 21, 10)
    asks.open(file)
    assert query(COUNT, socket_path=tmp_path / "run" / "asks.sock", folder=tmp_path).rows == [(10,)]
    asks.close()
    file.close()


def test_a_file_that_was_changed_by_hand_is_not_written_into(tmp_path: Path) -> None:
    make_day(tmp_path, 21, 10).close()
    path = tmp_path / "2026-11-21.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("alter table tape_position drop column tape_sequence")
    with pytest.raises(FileDamaged, match="changed by hand"):
        make_day(tmp_path, 21, 10)
