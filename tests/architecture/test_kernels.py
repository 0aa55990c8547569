"""What is compiled allocates nothing, raises nothing and calls no Python: read off the compiler's own code.

The verdicts were written when the code was compiled (core/compiled_code.py); a cold cache is warmed first.
"""

import numpy as np
import pytest

from station.desk import kernels

pytestmark = pytest.mark.compiled

LOOKED_AT = {
    "station_decide",
    "station_on_market",
    "station_on_report",
    "station_on_command",
    "station_on_control",
    "station_serve_paper",
    "station_step",
    "handle",
    "run",
    "take",
}


@pytest.fixture(scope="module")
def verdicts() -> dict[str, list[str]]:
    from core.compiled_code import verdicts

    # All that `station up` compiles: a cache that is called warm with less makes the first desk wait for its exchange.
    if not kernels.are_warm():
        kernels.compile_all(lambda done, total, name: None)
    return verdicts()


def test_every_stage_and_the_loop_were_looked_at(verdicts: dict[str, list[str]]) -> None:
    assert set(verdicts) >= LOOKED_AT


def test_no_kernel_of_the_loop_allocates_raises_or_calls_python(verdicts: dict[str, list[str]]) -> None:
    assert {name: found for name, found in verdicts.items() if found} == {}


def test_the_check_finds_a_kernel_that_raises_and_one_that_allocates() -> None:
    import numba

    from core.compiled_code import faults

    def raises(number: int) -> int:
        if number > 3:
            raise ValueError("no")
        return number

    def allocates(number: int) -> int:
        return int(np.zeros(number).sum())

    for function in (raises, allocates):
        anew = numba.njit(error_model="numpy")(function)
        anew.compile((numba.types.int64,))
        assert faults("\n".join(anew.inspect_llvm().values()))
