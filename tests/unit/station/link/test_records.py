"""The recorder is asked beside the screen: a real socket over a real day file, what is new each time, silence told."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.records.event import EVENT
from core.vocabulary import Command, DenyReason, EventFlag, EventKind, OrderStatus, Origin, Request
from feeds.store.asks import Asks
from feeds.store.day_file import DayFile, Position
from feeds.store.rows import Sorter
from feeds.store.sessions import Place, cut_by_session
from station.link import records
from station.link.records import KINDS, Records, question
from station.views.told import Told
from tests.deadline import PATIENCE, eventually
from tests.market_views import instruments
from tests.tape_source import empty_events, instrument_rows, session_record

KNOWN = tuple(one for one in instruments() if one.symbol == "BTC-USD.alpha")


class Recorder:
    """A day file that grows, and the socket that answers for it."""

    def __init__(self, folder: Path) -> None:
        self.socket, self.log = folder / "run" / "asks.sock", folder / "desk.log"
        self._file = DayFile(folder / "2026-11-21.duckdb", Sorter(4_096), day=20_778, rollover_utc_s=0, memory_mb=64)
        self._place, self._count = Place(), 0
        self.store(session_record(epoch=7))
        self._asks = Asks(self.socket, most_rows=5_000, longest_s=5.0)
        self._asks.open(self._file)

    def store(self, events: np.ndarray) -> None:
        self._count += len(events)
        parts, self._place = cut_by_session(events, self._place, 0)
        self._file.store(parts, instrument_rows(), "ring", Position(self._count, self._place))

    def leave(self) -> None:
        self._asks.leave()
        self._file.close()


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    made = Recorder(tmp_path)
    yield made
    made.leave()


@pytest.fixture
def asked(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> Records:
    monkeypatch.setattr(records, "ASKED_EVERY_S", 0.0)
    return Records(recorder.socket, recorder.log, lambda: KNOWN)


def events(first_sequence: int, *kinds: EventKind, **fields: int) -> np.ndarray:
    rows = empty_events(len(kinds))
    start = int(session_record(epoch=7)["now_ns"][0])
    for at, kind in enumerate(kinds):
        row: np.ndarray = rows[at : at + 1]
        row["tape_sequence"], row["kind"] = first_sequence + at, kind
        row["now_ns"] = row["received_ns"] = start + 1_000 * (first_sequence + at)
        for name, value in fields.items():
            row[name] = value
    assert rows.dtype == EVENT
    return rows


ORDER = {"client_id": (7 << 32) + 1, "instrument_id": 0, "side": 1, "price_ticks": 128_240, "quantity_lots": 500}


def test_what_is_new_comes_with_the_next_answer_and_nothing_twice(recorder: Recorder, asked: Records) -> None:
    recorder.store(events(1, EventKind.ORDER_REQUEST, **ORDER, detail=Request.NEW, origin=Origin.KEY))
    recorder.store(events(2, EventKind.FILL, **ORDER, execution_id=5, amount=1_234, flags=EventFlag.MAKER))
    eventually(lambda: asked.day().fills)
    (fill,) = asked.day().fills
    assert (fill.symbol, fill.lots, fill.fee_e8, fill.is_maker) == ("BTC-USD.alpha", 500, 1_234, True)
    assert asked.day().done == ()
    before = asked.day().fills
    recorder.store(events(3, EventKind.ORDER_UPDATE, **ORDER, filled_lots=500, status=OrderStatus.FILLED))
    eventually(lambda: asked.day().done)
    assert asked.day().fills == before
    assert asked.day().done[0].traded_lots == 500


def test_the_log_joins_the_tape_and_the_desks_own_notes(recorder: Recorder, asked: Records) -> None:
    recorder.log.write_text("2026-11-21T18:27:53Z core started, pid 13816\nnot a note\n")
    recorder.store(events(1, EventKind.COMMAND, detail=Command.ARM, origin=Origin.KEY, source_id=2))
    recorder.store(events(2, EventKind.DENIED, **ORDER, reason=DenyReason.HALTED, origin=Origin.KEY, source_id=2))
    eventually(lambda: len(asked.day().happenings) >= 4)
    told = {(one.who, one.what) for one in asked.day().happenings}
    assert {("seat 2 key", "seat"), ("seat 2 key", "denied"), ("desk", "desk"), ("core", "process")} <= told


def test_the_same_view_is_given_until_something_happened(recorder: Recorder, asked: Records) -> None:
    eventually(lambda: asked.day().is_asked)
    before = asked.day()
    for _ in range(5):
        asking = asked._asking
        assert asking is not None
        asking.join(5 * PATIENCE)
        assert asked.day() is before


def test_a_recorder_that_is_not_there_is_told_and_the_screen_goes_on(tmp_path: Path) -> None:
    alone = Records(tmp_path / "nobody.sock", tmp_path / "no.log", lambda: KNOWN)
    eventually(lambda: alone.day().trouble)
    assert "does not listen" in alone.day().trouble
    assert alone.day().fills == ()


def test_the_screens_thread_never_waits(recorder: Recorder, asked: Records) -> None:
    threads = threading.active_count()
    for _ in range(50):
        asked.day()
    assert threading.active_count() <= threads + 2  # one of ours, however often it is asked


def test_the_columns_that_are_asked_for_are_those_of_a_row() -> None:
    asked_for = question(1, 2)
    assert all(f".{name}" in asked_for for name in Told._fields)
    assert all(str(int(kind)) in asked_for for kind in KINDS)
