"""The recorder as a real process on real memory: kills, faults of the disk, turns of the day, queries."""

import os
import random
import resource
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest

from core.memory.files import Memory
from core.vocabulary import EventKind, Hop, ProcessState
from feeds.replay.tape import list_sessions, read_tape
from feeds.store.days import NS_PER_DAY, NS_PER_SECOND, day_files
from feeds.store.errors import QueryError, QueryRefused, QueryTooLong
from feeds.store.queries import query
from tests.deadline import eventually
from tests.tape_source import KERNEL_HASH, ROOT, WALL_OFFSET_NS, Desk, market_tape, session_record


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk.make(tmp_path)
    yield made
    made.close()


def stored(desk: Desk) -> np.ndarray:
    """EVENT[n]: everything in the files, session by session."""
    paths = day_files(Path(desk.settings.folder))
    parts = [part for found in list_sessions(paths) for part in read_tape(paths, found.session, batch_rows=7_000)]
    return np.concatenate(parts)


def ask(desk: Desk, sql: str, **options: float) -> list[tuple[object, ...]]:
    socket, folder = Path(desk.settings.socket), Path(desk.settings.folder)
    return query(sql, socket_path=socket, folder=folder, **options).rows  # type: ignore[arg-type]


def whole_tape(count: int) -> np.ndarray:
    return np.concatenate([session_record(), market_tape(count - 1, first_sequence=1)])


def test_what_was_put_on_the_tape_comes_back_bit_for_bit(desk: Desk) -> None:
    tape = whole_tape(30_000)
    desk.start()
    desk.put(tape)
    eventually(lambda: desk.consumed == len(tape))
    assert desk.stop() == 0
    assert stored(desk).tobytes() == tape.tobytes()
    assert desk.status["written"] == len(tape)
    assert desk.status["committed_sequence"] == len(tape) - 1
    assert desk.status["dropped"] == 0
    assert desk.status["state"] == ProcessState.STOPPED
    assert desk.memory.histograms("recorder")[Hop.RECORD]["count"] > 0


def test_a_recorder_killed_at_any_moment_loses_nothing_and_doubles_nothing(desk: Desk) -> None:
    """Seven lives: each is killed after a random number of commits, most often inside one."""
    chance = random.Random(20_261_121)
    tape = whole_tape(60_000)
    for part in np.array_split(tape, 6):
        desk.start()
        before = desk.consumed
        desk.put(part[:8_000])
        eventually(lambda before=before: desk.consumed > before)  # type: ignore[misc]
        desk.put(part[8_000:])
        deadline = time.monotonic() + chance.random() * 0.05
        eventually(lambda deadline=deadline: time.monotonic() > deadline)  # type: ignore[misc]
        desk.kill()
    desk.start()
    eventually(lambda: desk.consumed == len(tape))
    assert desk.stop() == 0
    assert stored(desk).tobytes() == tape.tobytes()


def test_a_commit_whose_release_was_lost_is_not_stored_again(desk: Desk) -> None:
    """The narrow moment itself: the records are committed, and the cursor still says that nothing is."""
    tape = whole_tape(5_000)
    desk.start()
    desk.put(tape[:3_000])
    eventually(lambda: desk.consumed == 3_000)
    desk.kill()
    Memory(desk.descriptor, frozenset({"recorder"})).ring("tape").consumed[0] = 1_000
    desk.start()
    desk.put(tape[3_000:])
    eventually(lambda: desk.consumed == len(tape))
    desk.stop()
    assert stored(desk).tobytes() == tape.tobytes()


def test_a_restarted_core_begins_a_session_of_its_own(desk: Desk) -> None:
    first, second = whole_tape(2_000), market_tape(1_500, seed=2, first_sequence=1)
    desk.start()
    desk.put(first)
    again = session_record(epoch=8, now_ns=int(first["now_ns"][-1]) + 5_000_000)
    second["now_ns"] += int(again["now_ns"][0]) - int(second["now_ns"][0]) + 10
    desk.put(again)
    desk.put(second)
    eventually(lambda: desk.consumed == 3_501)
    desk.stop()
    sessions = list_sessions(day_files(Path(desk.settings.folder)))
    assert [(found.epoch, found.records, found.kernel_hash) for found in sessions] == [
        (7, 2_000, KERNEL_HASH),
        (8, 1_501, KERNEL_HASH),
    ]
    assert stored(desk).tobytes() == np.concatenate([first, again, second]).tobytes()


def test_a_hole_in_the_numbers_is_counted_and_shown(desk: Desk) -> None:
    tape = whole_tape(3_000)
    desk.start()
    desk.put(np.delete(tape, slice(1_000, 1_250)))
    eventually(lambda: desk.consumed == 2_750)
    assert desk.status["dropped"] == 250
    assert ask(desk, "select lost, records from sessions") == [(250, 2_750)]


def test_the_file_turns_with_the_trading_day(tmp_path: Path) -> None:
    wall_ns = time.time_ns()
    turn_s = int(wall_ns % NS_PER_DAY // NS_PER_SECOND) - 3600  # an hour ago
    desk = Desk.make(tmp_path, rollover_utc_s=turn_s % 86_400)
    try:
        now_ns = wall_ns - WALL_OFFSET_NS
        start = session_record(now_ns=now_ns - 2 * 3600 * NS_PER_SECOND)
        old = market_tape(1_000, first_sequence=1, now_ns=now_ns - 2 * 3600 * NS_PER_SECOND + 1)
        new = market_tape(1_000, first_sequence=1_001, now_ns=now_ns)
        desk.put(np.concatenate([start, old, new]))
        desk.start()
        eventually(lambda: desk.consumed == 2_001)
        desk.stop()
        paths = day_files(Path(desk.settings.folder))
        assert len(paths) == 2
        assert [found.records for path in paths for found in list_sessions([path])] == [1_001, 1_000]
        (whole,) = list_sessions(paths)
        assert (whole.records, whole.is_begun, whole.paths) == (2_001, True, tuple(paths))
        assert stored(desk).tobytes() == np.concatenate([start, old, new]).tobytes()
        folder, first_day = paths[0].parent, date.fromisoformat(paths[0].stem)
        both = query("select count(*) from tape", socket_path=None, folder=folder, since=first_day)
        assert (both.rows, both.source) == ([(2_001,)], f"{paths[0].name}, {paths[1].name}")
        newest = query("select count(*) from tape", socket_path=None, folder=folder)
        assert (newest.rows, newest.source) == ([(1_000,)], paths[1].name)
        older = query("select count(symbol) from book_changes", socket_path=None, folder=folder, until=first_day)
        assert older.rows[0][0] > 0
    finally:
        desk.close()


def test_a_disk_that_is_full_is_said_and_tried_again(desk: Desk) -> None:
    desk.start(limit_bytes=1 << 20)
    tape = whole_tape(30_000)
    desk.put(tape[:2_000])
    desk.put(tape[2_000:])
    eventually(lambda: desk.status["state"] == ProcessState.STALE)
    assert b"cannot write" in desk.status["message"]
    assert b"file too large" in desk.status["message"]
    assert desk.process is not None
    resource.prlimit(desk.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    eventually(lambda: desk.consumed == len(tape))
    assert desk.status["state"] == ProcessState.RUNNING
    assert desk.status["message"] == b""
    desk.stop()
    assert stored(desk).tobytes() == tape.tobytes()


def test_a_file_that_another_program_holds_is_said_and_tried_again(desk: Desk) -> None:
    tape = whole_tape(2_000)
    desk.start()
    desk.put(tape[:1_000])
    eventually(lambda: desk.consumed == 1_000)
    desk.stop()
    (path,) = day_files(Path(desk.settings.folder))
    with duckdb.connect(str(path)):
        desk.put(tape[1_000:])
        desk.start()
        eventually(lambda: desk.status["state"] == ProcessState.STALE)
        assert b"in use by another program" in desk.status["message"]
        assert f"PID {os.getpid()}".encode() in desk.status["message"]
        beat = int(desk.memory.heartbeat("recorder")[0])
        eventually(lambda: desk.memory.heartbeat("recorder")[0] > beat)
    eventually(lambda: desk.consumed == len(tape))
    desk.stop()
    assert stored(desk).tobytes() == tape.tobytes()


def test_a_damaged_file_is_kept_aside_and_a_new_one_begun(desk: Desk) -> None:
    tape = whole_tape(3_000)
    desk.start()
    desk.put(tape[:2_000])
    eventually(lambda: desk.consumed == 2_000)
    desk.stop()
    (path,) = day_files(Path(desk.settings.folder))
    damaged = path.read_bytes()[:20_000]
    path.write_bytes(damaged)
    desk.start()
    desk.put(tape[2_000:])
    eventually(lambda: desk.consumed == 3_000)
    assert b"was damaged; kept as" in desk.status["message"]
    assert desk.status["state"] == ProcessState.RUNNING
    desk.stop()
    assert path.with_name(path.name + ".damaged-1").read_bytes() == damaged
    assert stored(desk).tobytes() == tape[2_000:].tobytes()


def test_a_file_that_could_not_even_be_made_leaves_nothing_behind(desk: Desk) -> None:
    tape = whole_tape(1_000)
    desk.put(tape)
    desk.start(limit_bytes=6_000)
    eventually(lambda: desk.status["state"] == ProcessState.STALE)
    assert desk.process is not None
    resource.prlimit(desk.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    eventually(lambda: desk.consumed == len(tape))
    desk.stop()
    assert stored(desk).tobytes() == tape.tobytes()
    assert len(list(Path(desk.settings.folder).iterdir())) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_said_and_tried_again(desk: Desk, tmp_path: Path) -> None:
    folder = Path(desk.settings.folder)
    folder.mkdir()
    folder.chmod(0o500)
    desk.put(whole_tape(1_000))
    desk.start()
    eventually(lambda: desk.status["state"] == ProcessState.STALE)
    assert b"permission denied" in desk.status["message"]
    folder.chmod(0o700)
    eventually(lambda: desk.consumed == 1_000)


def test_a_folder_that_is_no_folder_is_said_and_tried_again(desk: Desk) -> None:
    folder = Path(desk.settings.folder)
    folder.write_text("in the way")
    desk.put(whole_tape(1_000))
    desk.start()
    eventually(lambda: desk.status["state"] == ProcessState.STALE)
    assert b"cannot write" in desk.status["message"]
    folder.unlink()
    eventually(lambda: desk.consumed == 1_000)


def test_a_recorder_without_room_for_its_socket_still_records(tmp_path: Path) -> None:
    desk = Desk.make(tmp_path, socket=str(tmp_path / ("x" * 120)))
    try:
        desk.put(whole_tape(1_000))
        desk.start()
        eventually(lambda: desk.consumed == 1_000)
        assert b"queries cannot be answered" in desk.status["message"]
    finally:
        desk.close()


def test_a_query_that_takes_the_memory_is_stopped_and_the_recording_goes_on(tmp_path: Path) -> None:
    desk = Desk.make(tmp_path, memory_mb=64)
    try:
        desk.put(whole_tape(10_000))
        desk.start()
        eventually(lambda: desk.consumed == 10_000)
        greedy = "select a.now_ns, b.now_ns, count(*) from tape a, tape b group by all order by 3"
        outcome: list[str] = []

        def ask_for_too_much() -> None:
            try:
                ask(desk, greedy, timeout_s=20.0)
            except QueryError as error:
                outcome.append(str(error))

        thread = threading.Thread(target=ask_for_too_much)
        thread.start()
        number = 10_000
        while thread.is_alive():
            desk.put(market_tape(1_000, first_sequence=number))
            number += 1_000
        eventually(lambda: desk.consumed == number)
        assert len(outcome) == 1
        assert desk.status["dropped"] == 0
        assert desk.status["state"] == ProcessState.RUNNING
    finally:
        desk.close()


def test_the_recorder_loads_no_compiler() -> None:
    code = "import feeds.store.recorder, sys; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_a_running_desk_answers_queries_over_its_socket(desk: Desk) -> None:
    tape = whole_tape(10_000)
    desk.start()
    desk.put(tape)
    eventually(lambda: desk.consumed == len(tape))
    assert stat.S_IMODE(os.stat(desk.settings.socket).st_mode) == 0o600
    assert ask(desk, "select count(*) from trades") == [(int((tape["kind"] == EventKind.TRADE).sum()),)]
    with pytest.raises(QueryRefused):
        ask(desk, "delete from tape_market")
    with pytest.raises(QueryTooLong):
        ask(desk, "select count(*) from range(1_000_000_000_000)", timeout_s=0.1)
    assert ask(desk, "select count(*) from tape") == [(len(tape),)]


def test_a_long_query_does_not_stop_the_recording(desk: Desk) -> None:
    desk.start()
    desk.put(whole_tape(2_000))
    eventually(lambda: desk.consumed == 2_000)
    outcome: list[str] = []

    def long_query() -> None:
        try:
            ask(desk, "select count(*) from range(1_000_000_000_000)", timeout_s=1.0)
        except QueryTooLong as error:
            outcome.append(str(error))

    thread = threading.Thread(target=long_query)
    thread.start()
    desk.put(market_tape(5_000, first_sequence=2_000))
    eventually(lambda: desk.consumed == 7_000)
    assert outcome == [], "it was stored while the query ran"
    thread.join()
    assert len(outcome) == 1
