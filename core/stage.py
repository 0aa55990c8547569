"""A stage of the core: compiled by itself and called by its name, so that its code is not part of its callers'.

numba links all that a kernel calls into the kernel and optimises it again, at every level: a loop that contains the
step that contains every stage takes minutes to compile. A function decorated with `@stage` becomes a C function of its
own; its callers hold an unresolved symbol, and `link` says where it lies before they are loaded. A call costs two
nanoseconds more than an inlined one.

All stages have one shape: (state, decisions, event) -> None. With NUMBA_DISABLE_JIT=1 they are plain functions.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from core.compiled_code import keep_verdict
from core.kernel import JIT
from core.records.decisions import Decisions, make_decisions
from core.records.event import EVENT
from core.records.instrument import INSTRUMENT
from core.settings import CoreSettings
from core.state import Sizes, State, make_state

Stage = Callable[[State, Decisions, np.void], None]

TINY = Sizes(books=1, window_ticks=64, far_levels=64, open_orders=2, positions=2, strategies=1)
"""Types depend on dtypes and dimensions, not on sizes: what is compiled for this state serves every other one."""


def tiny_state() -> State:
    settings = CoreSettings(state_folder="", epoch=1, wall_offset_ns=0)
    return make_state(np.zeros(1, INSTRUMENT), 0, settings, capacities=TINY)


if JIT:
    from llvmlite import binding
    from numba import cfunc, typeof, types

    _ARGUMENTS = (
        typeof(tiny_state()),
        typeof(make_decisions(1)),
        typeof(np.zeros(1, EVENT)[0]),
    )
    _PLAIN: dict[str, Stage] = {}
    _LINKED: dict[str, Any] = {}

    def stage(function: Stage) -> Stage:
        """Compiled by `link`, called by name."""
        symbol = f"station_{function.__name__}"
        _PLAIN[symbol] = function
        external: Any = types.ExternalFunction(symbol, types.void(*_ARGUMENTS))
        return external

    def link(*stages: Stage) -> None:
        """Compile these stages, or load them from the cache, and say where they lie. Callees first."""
        for external in stages:
            symbol = external.symbol  # type: ignore[attr-defined]
            if symbol not in _LINKED:
                _LINKED[symbol] = cfunc(
                    types.void(*_ARGUMENTS), cache=True, nopython=True, error_model="numpy", _nrt=False
                )(_PLAIN[symbol])
                if _LINKED[symbol].cache_hits == 0:
                    keep_verdict(symbol, _LINKED[symbol].inspect_llvm())
                binding.add_symbol(symbol, _LINKED[symbol].address)

    def pretend(*stages: Stage) -> None:
        """Only so that a caller compiles in a process that will not run it."""
        for external in stages:
            binding.add_symbol(external.symbol, 1)  # type: ignore[attr-defined]

else:

    def stage(function: Stage) -> Stage:
        return function

    def link(*stages: Stage) -> None: ...

    def pretend(*stages: Stage) -> None: ...
