# numba 0.68 ships types that make mypy --strict reject a plain call of an @njit function.
# This says only what the core uses: a kernel keeps the signature of the function it was made from.
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")

__version__: str

def njit(*args: Any, **kwargs: Any) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]: ...
def cfunc(*args: Any, **kwargs: Any) -> Callable[[Callable[_P, _R]], Any]: ...
def carray(pointer: Any, shape: Any, dtype: Any = ...) -> Any: ...
def typeof(value: Any) -> Any: ...
def from_dtype(dtype: Any) -> Any: ...

class _Config:
    DISABLE_JIT: int
    CACHE_DIR: str

config: _Config
