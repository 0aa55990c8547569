"""The one decorator for compiled code, and the key of the compile cache.

`@kernel` compiles with numba: no GIL, no exceptions, no fast-math (a replayed tape must decide the same), cached.

The cache lies in a folder that is named for all that the code is made from; see cache_key.py.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

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
    compiled: Callable[_P, _R] = njit(cache=True, nogil=True, error_model="numpy", fastmath=False, _nrt=False)(function)
    return compiled


def inlined_kernel(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """A small kernel on the hottest path: it becomes part of its caller, so that the state is not passed by copying.

    A NamedTuple of arrays is passed as ten words an array. For what runs once per event or more, and is called from
    one or two places; everything else is left to the compiler.
    """
    compiled: Callable[_P, _R] = njit(
        cache=True, nogil=True, error_model="numpy", fastmath=False, _nrt=False, forceinline=True
    )(function)
    return compiled
