"""A home folder of its own for each test, and a desk's memory of stand-in processes."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.memory.files import Descriptor, keep_open
from core.memory.layout import Capacities
from station.desk.memory_files import make_memory

SMALL = Capacities(
    instruments=16,
    books=16,
    positions=16,
    open_orders=16,
    market=64,
    order_requests=16,
    cancels=64,
    execution_reports=16,
    feed_requests=16,
    commands=16,
    tape=64,
    journal=16,
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STATION_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def memory_of_desk(home: Path) -> Iterator[Descriptor]:
    descriptor = make_memory("main", ("sim",), SMALL)
    yield descriptor
    for number in keep_open(descriptor):
        os.close(number)
