"""From a plain function to an address that the loop can call: `@strategy` registers, `address_of` compiles.

The function is compiled to a C function with error_model="numpy". Its LLVM is read afterwards: code that can raise,
allocate or call Python is refused, because an error inside a C function prints a traceback, answers 0 and takes the
GIL in the middle of the loop. The wrapper carries the author's file name, so that numba's cache finds a place for it;
that the code was found clean is written beside the cache, because what comes out of the cache has no LLVM to read.

With NUMBA_DISABLE_JIT=1 nothing is compiled: an "address" is then a number that `plain_function` knows.
"""

import hashlib
import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FunctionType
from typing import Any, ClassVar

import numpy as np
from numba import carray, cfunc, njit, types
from numba.core.errors import NumbaError

from core.errors import StationError
from core.kernel import CACHE_FOLDER, JIT, SOURCE_HASH, kernel
from core.strategy.contract import INTENT, MEMORY, MOST_INTENTS, PARAMETERS, VIEW

StrategyFunction = Callable[[np.void, np.ndarray, np.void, np.ndarray], int]

FORBIDDEN = {
    "picklebuf": "it can raise an exception",
    "NRT_MemInfo_alloc": "it allocates memory",
    "NRT_Allocate": "it allocates memory",
    "NRT_Reallocate": "it allocates memory",
    "PySys_": "it prints",
}
"""What clean code has nowhere in its LLVM. (numba's own frame round a C function has `PyErr_` and `NRT_decref`.)"""

_WRAPPER = """
def entry(view_address, parameters_address, memory_address, intents_address):
    view = carray(view_address, (1,), VIEW)
    parameters = carray(parameters_address, (PARAMETERS,), FLOAT64)
    memory = carray(memory_address, (1,), MEMORY)
    intents = carray(intents_address, (MOST_INTENTS,), INTENT)
    return function(view[0], parameters, memory[0], intents)
"""


class StrategyRefused(StationError):
    """The code of a strategy cannot run in the loop."""

    cure: ClassVar[str] = "Take out what raises, allocates or calls Python; divide by floats; index within bounds."
    exit_code: ClassVar[int] = 65

    def __init__(self, *, name: str, reason: str) -> None:
        super().__init__(f"a strategy must compile to code without errors: {name=}, {reason=}")
        self.name, self.reason = name, reason


class Strategy:
    """One registered strategy: name, plain function, parameters with their defaults."""

    def __init__(self, name: str, function: StrategyFunction, parameters: Mapping[str, float]) -> None:
        if len(name.encode()) > 24 or len(parameters) > PARAMETERS:
            raise StrategyRefused(name=name, reason=f"at most 24 letters and {PARAMETERS} parameters")
        self.name = name
        self.function = function
        self.parameters = dict(parameters)
        self.code_hash = _code_hash(function)
        self._compiled: Any = None

    def values(self, changed: Mapping[str, float] | None = None) -> np.ndarray:
        """float64[8]: the defaults with some changed. Raises StrategyRefused for a name or number that is none."""
        wanted = dict(changed or {})
        unknown = sorted(set(wanted) - set(self.parameters))
        if unknown:
            raise StrategyRefused(name=self.name, reason=f"it has no parameter {', '.join(unknown)}")
        row = np.zeros(PARAMETERS, np.float64)
        for index, (key, default) in enumerate(self.parameters.items()):
            row[index] = float(wanted.get(key, default))
        if not np.isfinite(row).all():
            raise StrategyRefused(name=self.name, reason="its parameters must be finite numbers")
        return row

    @property
    def address(self) -> int:
        """What `slots.call_strategy` calls. Compiles on first use. Raises StrategyRefused."""
        if not JIT:
            return _plain_address(self)
        if self._compiled is None:
            self._compiled = _compile(self)
        return int(self._compiled.address)


REGISTRY: dict[str, Strategy] = {}
_PLAIN: list[Strategy] = []


def strategy(*, name: str, parameters: Mapping[str, float]) -> Callable[[StrategyFunction], StrategyFunction]:
    """Register a function under a name. The same name again replaces it, for whoever compiles from now on."""

    def register(function: StrategyFunction) -> StrategyFunction:
        REGISTRY[name] = Strategy(name, function, parameters)
        return function

    return register


def plain_function(address: int) -> StrategyFunction:
    """With the JIT off: the function behind an "address"."""
    return _PLAIN[address - 1].function


def _plain_address(wanted: Strategy) -> int:
    if wanted not in _PLAIN:
        _PLAIN.append(wanted)
    return _PLAIN.index(wanted) + 1


def _code_hash(function: StrategyFunction) -> int:
    """Names the code: its text, and every kernel that it might call. 63 bits."""
    try:
        text = inspect.getsource(function)
    except OSError:
        text = repr(function.__code__.co_code) if isinstance(function, FunctionType) else repr(function)
    digest = hashlib.sha256(f"{SOURCE_HASH}{text}".encode()).digest()
    return int.from_bytes(digest[:8], "little") >> 1


def _compile(wanted: Strategy) -> Any:
    clean = CACHE_FOLDER / f"clean-{wanted.name}-{wanted.code_hash:016x}"
    compiled = _compiled(wanted, cache=True)
    if clean.exists():
        return compiled
    if compiled.cache_hits:
        compiled = _compiled(wanted, cache=False)
    text = compiled.inspect_llvm()
    for word, reason in FORBIDDEN.items():
        if word in text:
            raise StrategyRefused(name=wanted.name, reason=reason)
    clean.parent.mkdir(parents=True, exist_ok=True)
    clean.touch()
    return compiled


def _compiled(wanted: Strategy, *, cache: bool) -> Any:
    path = _source_file(wanted.function)
    cache = cache and path.exists()
    scope: dict[str, Any] = {
        "__name__": wanted.function.__module__,
        "carray": carray,
        "function": kernel(wanted.function) if cache else _uncached(wanted.function),
        "VIEW": VIEW,
        "MEMORY": MEMORY,
        "INTENT": INTENT,
        "FLOAT64": np.float64,
        "PARAMETERS": PARAMETERS,
        "MOST_INTENTS": MOST_INTENTS,
    }
    name = f"entry_{wanted.name}_{wanted.code_hash:016x}"
    exec(compile(_WRAPPER.replace("def entry", f"def {name}"), str(path), "exec"), scope)
    signature = types.int64(types.voidptr, types.voidptr, types.voidptr, types.voidptr)
    try:
        return cfunc(signature, cache=cache, error_model="numpy", nopython=True)(scope[name])
    except NumbaError as error:
        raise StrategyRefused(name=wanted.name, reason=_first_reason(error)) from error


def _first_reason(error: NumbaError) -> str:
    """The line of numba's report that says what is wrong."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    wanted = [line for line in lines if not line.startswith(("Failed in", "During"))]
    return (wanted or lines or ["it does not compile"])[0]


def _uncached(function: StrategyFunction) -> Any:
    return njit(nogil=True, error_model="numpy", fastmath=False)(function)


def _source_file(function: StrategyFunction) -> Path:
    return Path(inspect.getfile(function))
