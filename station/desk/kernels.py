"""Compiling the core before the first start, with words about what is compiled. Does not load numba itself."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from core import cache_key
from core.errors import StationError
from station import paths
from station.desk.children import PYTHON, child_environment
from station.exit_codes import ExitCode

ALSO = ("feeds.simulator.warmup:STAGES", "feeds.warmup:STAGES")
"""Stages of processes outside the core that compile."""


class CompileFailed(StationError):
    cure = "`station doctor` looks for unsupported versions of Python and numba; the log holds the compiler's words."
    exit_code = ExitCode.START_FAILED

    def __init__(self, *, log: Path) -> None:
        super().__init__(f"the core did not compile; log: {log}")


def cache_root() -> Path:
    """Where the children of a desk will look."""
    named = child_environment().get("NUMBA_CACHE_DIR")
    return Path(named) if named else cache_key.cache_root()


def are_warm() -> bool:
    if os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0"):
        return True
    return cache_key.is_warm(cache_root())


def compile_all(progress: Callable[[int, int, str], None]) -> None:
    """`progress` gets (done, total, name of what was compiled). Raises CompileFailed."""
    log = paths.state_folder() / "compile.log"
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [*PYTHON, "-m", "core.warmup", "--progress", *(f"--also={stages}" for stages in ALSO)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd="/",
            env=child_environment(),
        )
        with process:
            assert process.stdout is not None
            for line in process.stdout:
                said = json.loads(line)
                progress(said["done"], said["total"], said["name"])
    if process.returncode:
        raise CompileFailed(log=log)
