"""Kernels are compiled before the first test runs: its time limit is for the test."""

import pytest

from core.kernel import JIT


@pytest.fixture(scope="session", autouse=True)
def _compiled_flow() -> None:
    if JIT:
        from core import stages

        stages.flow()
