"""What compiled code may not contain: it is read when it is compiled, and the verdict is kept beside the cache.

Code out of the cache has no LLVM to read, so the verdict is written once, by whoever compiled. The test of the
architecture reads the verdicts; `core.strategy.compile` refuses a strategy on the same grounds.
"""

import json
import re

from core.kernel import CACHE_FOLDER

FORBIDDEN = {
    r"call [^\n]*@NRT_(Allocate|MemInfo_alloc)": "allocates",
    r"call [^\n]*@(PyObject_|PyErr_|numba_do_raise|NRT_incref|NRT_decref)": "calls Python or counts references",
    r"store [^\n]*@\.const\.picklebuf": "raises an exception",
}


def faults(llvm: str) -> list[str]:
    """One sentence per fault in the kernels of a module; the wrappers that Python calls them through do not count."""
    bodies = re.findall(r"^define [^\n]*\n(?:[^}\n][^\n]*\n|\n)*}", llvm, flags=re.MULTILINE)
    kernels = [body for body in bodies if "cpython" not in body.split("{")[0] and "@cfunc." not in body.split("{")[0]]
    found = []
    for body in kernels:
        for pattern, what in FORBIDDEN.items():
            match = re.search(pattern, body)
            if match:
                found.append(f"it {what}: {match.group(0)[:200]}")
    return found if kernels else ["there is no code to read"]


def keep_verdict(name: str, llvm: str) -> None:
    CACHE_FOLDER.mkdir(parents=True, exist_ok=True)
    (CACHE_FOLDER / f"verdict-{name}.json").write_text(json.dumps(faults(llvm)))


def verdicts() -> dict[str, list[str]]:
    """By name of the stage or kernel; an empty list is a clean one."""
    return {
        path.stem.removeprefix("verdict-"): json.loads(path.read_text())
        for path in sorted(CACHE_FOLDER.glob("verdict-*.json"))
    }
