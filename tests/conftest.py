"""What all tests share: where the recordings lie, which tests need the compiler, and how the suite is spread."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import hypothesis
import pytest

CAPTURES = Path(os.environ.get("STATION_CAPTURES", Path(__file__).resolve().parents[1] / ".." / "shared" / "captures"))

hypothesis.settings.register_profile("station", deadline=None)  # a kernel may be compiled in the middle of an example
hypothesis.settings.load_profile("station")

IN_THE_CORE = "tests/unit/station/language/test_in_the_core.py"
ONE_DESK = ("tests/architecture/test_kernels.py", "tests/session/", "tests/chaos/", IN_THE_CORE)
"""They compile everything and start desks: on one worker, one after the other. Two would share a CPU and its time."""
PLAIN = ("tests/snapshots/", "tests/unit/station/", "tests/unit/feeds/store/", "tests/unit/feeds/test_reference")
"""They need nothing compiled: what the other worker does meanwhile."""
FILES_LEFT = pytest.StashKey[int]()
"""Memory files that tests made since garbage was last looked for"""
MOST_FILES_LEFT = 500


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--whole", action="store_true", help="recordings to their end and after every frame; minutes more")


@pytest.fixture(scope="session")
def is_whole(request: pytest.FixtureRequest) -> bool:
    """Is there time for what a part of a recording says as well?"""
    return bool(request.config.getoption("--whole"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two for the whole suite. A part of it runs in this process: quicker, and a debugger can hold it."""
    return min(2, len(os.sched_getaffinity(0))) if config.args_source is pytest.Config.ArgsSource.TESTPATHS else 0


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "one desk" if nodeid.startswith(ONE_DESK) else nodeid.partition("::")[0]

    config.option.loadscopereorder = False
    return ByFile(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=_turn)
    if os.environ.get("NUMBA_DISABLE_JIT", "0") == "0":
        return
    skip = pytest.mark.skip(reason="needs the compiler")
    for item in items:
        if "compiled" in item.keywords:
            item.add_marker(skip)


def _turn(item: pytest.Item) -> int:
    """Everything is compiled first, by two processes at once; what would compile it alone comes behind."""
    if item.nodeid.startswith(ONE_DESK):
        return 1 if item.nodeid.startswith(IN_THE_CORE) else 0
    return 2 if item.nodeid.startswith(PLAIN) else 3


def pytest_collection_finish() -> None:
    """What all tests loaded stays. Half a million objects, which nobody walks through again for each that goes."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    gc.unfreeze()


@contextmanager
def _memory_files_closed() -> Iterator[list[int]]:
    """A desk's memory is two dozen files; those that are made meanwhile are closed behind it. Yields their numbers.

    Only the numbers that were made: a mapping has a number of its own for the same file and gives it back itself, and
    to close that one would be to close, later, whatever has the number by then.
    """
    made: list[int] = []
    inodes: list[int] = []
    memfd_create = os.memfd_create

    def create(name: str, flags: int = os.MFD_CLOEXEC) -> int:
        number = memfd_create(name, flags)
        made.append(number)
        inodes.append(os.fstat(number).st_ino)
        return number

    os.memfd_create = create
    yield made
    os.memfd_create = memfd_create
    for number, inode in zip(made, inodes, strict=True):
        with suppress(OSError):
            if os.fstat(number).st_ino == inode:
                os.close(number)


@pytest.fixture(scope="module", autouse=True)
def _memory_of_a_module() -> Iterator[None]:
    """Their mappings stand in circles, and the machine has no room for those of all modules."""
    with _memory_files_closed():
        yield
    gc.collect()
    gc.freeze()
    assert gc.isenabled(), "a test left the collector off"


@pytest.fixture(autouse=True)
def _memory_of_a_test(_memory_of_a_module: None, request: pytest.FixtureRequest) -> Iterator[None]:
    """Hundreds of tests of one module have no room beside each other either."""
    with _memory_files_closed() as made:
        yield
    left = request.config.stash.get(FILES_LEFT, 0) + len(made)
    if left > MOST_FILES_LEFT:
        gc.collect()
        left = 0
    request.config.stash[FILES_LEFT] = left


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


@pytest.fixture(scope="session")
def core_kernels() -> None:
    """The same for the step of the core, which takes minutes where the machine is busy."""
    from tests.core_world import World

    World().book()
