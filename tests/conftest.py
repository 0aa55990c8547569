"""What all tests share: where the recordings lie, and which tests need the compiler."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

CAPTURES = Path(os.environ.get("STATION_CAPTURES", Path(__file__).resolve().parents[1] / ".." / "shared" / "captures"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get("NUMBA_DISABLE_JIT", "0") == "0":
        return
    skip = pytest.mark.skip(reason="needs the compiler")
    for item in items:
        if "compiled" in item.keywords:
            item.add_marker(skip)


@pytest.fixture(scope="module", autouse=True)
def _close_memory_files() -> Iterator[None]:
    """A desk's memory is two dozen files; those that the tests of a module made are closed behind it.

    Only the numbers that were made: a mapping has a number of its own for the same file and gives it back itself, and
    to close that one would be to close, later, whatever has the number by then.
    """
    made: list[tuple[int, int]] = []
    memfd_create = os.memfd_create

    def create(name: str, flags: int = os.MFD_CLOEXEC) -> int:
        number = memfd_create(name, flags)
        made.append((number, os.fstat(number).st_ino))
        return number

    os.memfd_create = create
    yield
    os.memfd_create = memfd_create
    for number, inode in made:
        with suppress(OSError):
            if os.fstat(number).st_ino == inode:
                os.close(number)


@pytest.fixture(scope="session")
def captures() -> Path:
    """The folder of real recordings; a test that needs it skips with a word when it is absent."""
    if not CAPTURES.is_dir():
        pytest.skip(f"no recordings at {CAPTURES}; set STATION_CAPTURES")
    return CAPTURES.resolve()


@pytest.fixture(scope="session")
def simulator_kernels() -> None:
    """Compiled before the first test that needs them: a fixture's time is not the test's."""
    from feeds.simulator.warmup import warm_up

    warm_up()
