"""The kill report as it is shown: of two processes and two venues, with what is proven and what is not."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from feeds.durable_halt import DurableHalt, write_durable_halt
from feeds.kill_report import (
    CANCEL,
    CLEAN,
    FAULT,
    FLAT,
    HALT,
    HELD,
    OPEN,
    SEEN,
    Reporter,
    Step,
    append_steps,
    close_report,
    read_steps,
    report_path,
    reports_of,
)
from station.link.kill_report import KillReports, view_of
from station.renderables.kill import kill_rows
from station.renderables.paint import paint_of
from station.theme import built_in_themes

MS = 1_000_000
AT = 1_700_000_000_000 * MS


def step(after_ms: int, what: str, text: str = "", **more: object) -> Step:
    return replace(Step(AT + after_ms * MS, "order process a", 7, what, "a", text), **more)  # type: ignore[arg-type]


def report(folder: Path, *steps: Step) -> Path:
    path = folder / "kills" / "one.jsonl"
    append_steps(path, list(steps))
    return path


HALTED = step(0, HALT, "halted by the seat 0: kill key", by="desk", venue="")


def test_a_venue_is_proven_when_it_listed_nothing(tmp_path: Path) -> None:
    path = report(
        tmp_path, HALTED, step(2, SEEN), step(5, OPEN, "11, 12", count=2, took_ms=2.5), step(8, CANCEL, order=11),
        step(9, CANCEL, order=12), step(12, OPEN, count=0), step(13, CLEAN, count=0),
        step(3, SEEN, venue="b"), step(7, OPEN, count=4, venue="b"), step(11, FAULT, "no answer", venue="b"),
    )  # fmt: skip

    view = view_of(path)

    assert [(row.venue, row.state, row.is_proven, row.open_orders, row.cancels) for row in view.venues] == [
        ("a", "nothing open", True, 0, 2),
        ("b", "not answering", False, 4, 0),
    ]
    assert view.venues[0].after_ms == 13
    assert [row.after_ms for row in view.steps] == sorted(row.after_ms for row in view.steps)
    assert "2 open: 11, 12" in [row.text for row in view.steps]


def test_a_venue_is_proven_when_nothing_is_left_but_stops_that_stay(tmp_path: Path) -> None:
    text = "the venue lists nothing but 1 protective stop; 1 cancelled"
    path = report(tmp_path, HALTED, step(5, OPEN, count=0), step(6, CLEAN, text, count=1))
    (venue,) = view_of(path).venues
    assert (venue.state, venue.is_proven, venue.open_orders) == ("stops left", True, 1)

    path = report(tmp_path, step(9, OPEN, "12", count=1))  # a person has said halt
    (venue,) = view_of(path).venues
    assert (venue.state, venue.is_proven, venue.open_orders) == ("cancelling", False, 1)


def test_a_flatten_is_proven_by_flat_alone(tmp_path: Path) -> None:
    halted = replace(HALTED, text=f"{HALTED.text} · flatten")
    path = report(tmp_path, halted, step(3, OPEN, count=0), step(4, CLEAN, count=0), step(5, HELD, count=1))
    assert [(row.state, row.is_proven) for row in view_of(path).venues] == [("closing", False)]

    append_steps(path, [step(9, FLAT, count=0)])
    assert [(row.state, row.is_proven) for row in view_of(path).venues] == [("flat", True)]


def test_a_cut_line_is_left_out_and_the_rest_is_read(tmp_path: Path) -> None:
    path = report(tmp_path, HALTED, step(1, SEEN))
    whole = path.read_bytes()
    path.write_bytes(whole + json.dumps(asdict(step(2, CLEAN))).encode()[:40])
    assert read_steps(path) == [HALTED, step(1, SEEN)]
    path.write_bytes(whole + b"\xff\n" + json.dumps({"odd": 1}).encode() + b"\n")
    assert len(read_steps(path)) == 2


def test_steps_wait_until_somebody_names_the_report_and_end_with_the_re_arm(tmp_path: Path) -> None:
    pen = Reporter(tmp_path, "order process a")
    pen.note(SEEN, venue="a")
    assert not pen.write()
    halt = write_durable_halt(tmp_path, DurableHalt("a test", False, AT, 1))
    assert pen.write()
    close_report(tmp_path, "command line", "positions agree")
    close_report(tmp_path, "screen", "too late")

    steps = read_steps(report_path(tmp_path, halt))
    assert [(row.what, row.text) for row in steps] == [(SEEN, ""), ("re-armed", "positions agree")]
    assert view_of(reports_of(tmp_path)[0]).is_over


def test_the_screen_reads_a_report_again_only_when_it_has_grown(tmp_path: Path) -> None:
    reports = KillReports(tmp_path)
    assert reports.newest() is None
    path = report(tmp_path, HALTED)
    first = reports.newest()
    assert reports.newest() is first
    append_steps(path, [step(4, CLEAN, count=0)])
    assert reports.newest() is not first


@pytest.mark.parametrize("height", [3, 8, 40])
def test_the_newest_steps_are_drawn_below_the_venues(tmp_path: Path, height: int) -> None:
    cancels = [step(5 + number, CANCEL, "the venue answered", order=number, took_ms=1.5) for number in range(30)]
    view = view_of(report(tmp_path, HALTED, step(2, OPEN, count=30), *cancels, step(50, CLEAN, count=0)))

    rows = kill_rows(view, paint=paint_of(built_in_themes()["midnight"]), width=100, height=height)
    lines = ["".join(segment.text for segment in row) for row in rows]

    assert len(lines) == height
    assert all(len(line) == 100 for line in lines)
    assert "kill key" in lines[0]
    assert "● a" in lines[1]
    assert "nothing open" in lines[1]
    if height > 3:
        assert "clean" in [line for line in lines if line.strip()][-1]


def test_without_a_halt_there_is_a_sentence() -> None:
    rows = kill_rows(None, paint=paint_of(built_in_themes()["midnight"]), width=40, height=3)
    assert "No halt has left a report" in "".join(segment.text for segment in rows[0])
