"""A halt that outlives every process."""

from pathlib import Path

from station import paths
from station.desk.durable_halt import DurableHalt, read_durable_halt, remove_durable_halt, write_durable_halt


def test_it_is_read_back_until_it_is_removed(home: Path) -> None:
    folder = paths.desk_folder("main")
    halt = DurableHalt("news", True, 5, 7)

    write_durable_halt(folder, halt)
    assert read_durable_halt(folder) == halt

    remove_durable_halt(folder)
    assert read_durable_halt(folder) is None


def test_a_file_that_nobody_understands_still_means_halted(home: Path) -> None:
    folder = paths.desk_folder("main")
    folder.make()
    folder.halted.write_text("?")

    found = read_durable_halt(folder)

    assert found is not None
    assert "does not say why" in found.reason
