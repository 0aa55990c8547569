"""Client ids never come twice, because epochs do not."""

from pathlib import Path

import pytest

from station import paths
from station.desk.children import next_epoch


def test_each_core_start_has_an_epoch_of_its_own(home: Path) -> None:
    folder = paths.desk_folder("main")
    folder.make()

    assert [next_epoch(folder) for _ in range(3)] == [1, 2, 3]
    assert folder.epoch.read_text() == "3"


def test_an_epoch_that_cannot_be_kept_is_not_used(home: Path) -> None:
    folder = paths.desk_folder("main")
    folder.make()
    folder.epoch.mkdir()

    with pytest.raises(OSError):
        next_epoch(folder)
