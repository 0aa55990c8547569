"""What all tests share: where the recordings lie, and which tests need the compiler."""

import os
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
