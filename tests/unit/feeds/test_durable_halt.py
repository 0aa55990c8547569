"""A halt that outlives every process, and the name of its report."""

import threading
from pathlib import Path

from feeds.durable_halt import HALTED, DurableHalt, read_durable_halt, remove_durable_halt, write_durable_halt


def test_it_is_read_back_until_it_is_removed(tmp_path: Path) -> None:
    written = write_durable_halt(tmp_path, DurableHalt("news", True, 1_700_000_000_123_000_000, 7))

    assert read_durable_halt(tmp_path) == written
    assert (written.reason, written.flatten, written.halt_sum) == ("news", True, 7)
    assert written.report == "20231114T221320.123Z.jsonl"
    assert remove_durable_halt(tmp_path) == written
    assert read_durable_halt(tmp_path) is None
    assert remove_durable_halt(tmp_path) is None


def test_a_later_halt_keeps_the_report_and_the_flatten_of_the_first_one(tmp_path: Path) -> None:
    first = write_durable_halt(tmp_path, DurableHalt("first", True, 1_000_000_000, 1))

    second = write_durable_halt(tmp_path, DurableHalt("second", False, 9_000_000_000, 2))

    assert (second.reason, second.flatten, second.report) == ("second", True, first.report)


def test_what_one_person_meant_no_fault_takes_back(tmp_path: Path) -> None:
    silent = DurableHalt("the core is silent", False, 1, 1, by_person=False)
    assert not write_durable_halt(tmp_path, silent).by_person
    assert write_durable_halt(tmp_path, DurableHalt("a key", False, 2, 2)).by_person
    assert write_durable_halt(tmp_path, silent).by_person


def test_of_many_who_write_at_once_one_names_the_report(tmp_path: Path) -> None:
    told: list[str] = []

    def halt(number: int) -> None:
        told.append(write_durable_halt(tmp_path, DurableHalt("all", False, number * 1_000_000_000, number)).report)

    writers = [threading.Thread(target=halt, args=(number,)) for number in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert len(told) == 8
    assert len(set(told)) == 1


def test_a_file_that_nobody_understands_still_means_halted(tmp_path: Path) -> None:
    (tmp_path / HALTED).write_text("?")

    found = read_durable_halt(tmp_path)

    assert found is not None
    assert "does not say why" in found.reason
    assert found.report
