"""The one decorator for compiled code, and the key of the compile cache.

`@kernel` compiles with numba: no GIL, no exceptions, no fast-math (a replayed tape must decide the same), cached.

The cache lies in a folder that is named for all that the code is made from; see cache_key.py.
"""

from collections.abc import Callable
from types import FunctionType
from typing import Any, ParamSpec, TypeVar

import numba
from numba import njit

from core.cache_key import cache_root, source_hash
from core.state_type import StateType  # noqa: F401 – importing it registers how a state is passed

_P = ParamSpec("_P")
_R = TypeVar("_R")

JIT = not numba.config.DISABLE_JIT
"""False under NUMBA_DISABLE_JIT=1, where every kernel is plain Python that can be stepped through and covered."""

SOURCE_HASH = source_hash()
CACHE_ROOT = cache_root()
CACHE_FOLDER = CACHE_ROOT / SOURCE_HASH
numba.config.CACHE_DIR = str(CACHE_FOLDER)


def kernel(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Compile on first call, or load from the cache.

    Without numba's memory runtime: a kernel that would allocate does not compile, and no call counts references to the
    arrays of its state (two locked instructions for each array: of a state of fifty, half a microsecond a call).
    """
    return _compiled(function)


def inlined_kernel(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """A small kernel on the hottest path: it becomes part of its caller, so that the state is not passed by copying.

    A NamedTuple of arrays is passed as ten words an array. For what runs once per event or more, and is called from
    one or two places; everything else is left to the compiler.
    """
    return _compiled(function, forceinline=True)


def _compiled(function: Callable[_P, _R], **more: Any) -> Callable[_P, _R]:
    """Twice one function: for Python with wrappers that take Python's objects apart, for other kernels without.

    Around a whole state the wrappers take longer to compile than most kernels do, and few kernels are called both ways.
    """
    options = {"cache": True, "nogil": True, "error_model": "numpy", "fastmath": False, "_nrt": False, **more}
    compiled: Any = njit(**options)(function)
    if JIT:
        inner = FunctionType(function.__code__, function.__globals__, function.__name__, function.__defaults__)
        inner.__qualname__ = f"{function.__qualname__}.inner"  # names its file in the cache
        called: Any = njit(**options, no_cpython_wrapper=True, no_cfunc_wrapper=True)(inner)
        compiled.get_call_template, compiled.get_overload = called.get_call_template, called.get_overload
    return compiled
