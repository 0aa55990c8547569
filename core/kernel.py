"""The one decorator for compiled code, and the key of the compile cache.

`@kernel` compiles with numba: no GIL, no exceptions, no fast-math (a replayed tape must decide the same), cached.

numba's own cache does not notice that a callee in *another file* changed: the caller would keep the old code. So the
cache lies in a folder that is named by a hash of every source file that may hold a kernel, the versions and the CPU.
A changed source means a new folder; `core/warmup.py` removes the old ones.
"""

import hashlib
import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

import numba
import numpy
import platformdirs
from numba import njit

_P = ParamSpec("_P")
_R = TypeVar("_R")

JIT = not numba.config.DISABLE_JIT
"""False under NUMBA_DISABLE_JIT=1, where every kernel is plain Python that can be stepped through and covered."""

SOURCES = Path(__file__).resolve().parent
"""Kernels live in `core`; the simulator's live beside it and are hashed too."""


def source_hash() -> str:
    """Names the compiled code: sources, versions, CPU. 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for folder in (SOURCES, SOURCES.parent / "feeds"):
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(path.read_bytes())
    versions = (sys.version, numba.__version__, numpy.__version__, platform.machine(), _cpu_model())
    digest.update(repr(versions).encode())
    return digest.hexdigest()[:16]


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    wanted = [line for line in lines if line.startswith(("model name", "flags"))]
    return "\n".join(wanted[:2])


SOURCE_HASH = source_hash()
CACHE_ROOT = Path(os.environ.get("NUMBA_CACHE_DIR") or Path(platformdirs.user_cache_dir("trading-station")) / "kernels")
CACHE_FOLDER = CACHE_ROOT / SOURCE_HASH
numba.config.CACHE_DIR = str(CACHE_FOLDER)


def kernel(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Compile on first call, or load from the cache."""
    compiled: Callable[_P, _R] = njit(cache=True, nogil=True, error_model="numpy", fastmath=False)(function)
    return compiled
