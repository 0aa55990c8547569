"""Kernels are compiled before the first test runs: its time limit is for the test."""

import pytest

from tests.orders_world import compile_orders


@pytest.fixture(scope="session", autouse=True)
def _compiled_orders() -> None:
    compile_orders()
