"""Compiles every kernel before the core runs, in short-lived processes, two at once; the core only loads.

    python -m core.warmup --progress     one JSON line per finished stage: {"done": 3, "total": 9, "name": "risk"}

A stage is a function without arguments, named `module:function`, that compiles some kernels with the dtypes and shapes
of production. What an earlier one left in the cache is loaded. Other packages add stages of their own
(`--also module:STAGES`). Each runs in a fork of this process, which has loaded numba and the sources once: a second for
each stage.
"""

import argparse
import importlib
import json
import os
import shutil
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from core.kernel import CACHE_FOLDER, CACHE_ROOT

AT_ONCE = 2
KEPT_FOLDERS = 2
"""Caches of older sources that stay, for a desk that still runs them."""


MOST_SAID = 1 << 16


@dataclass(frozen=True)
class Stage:
    name: str
    """What a person reads beside the progress bar."""
    function: str
    """module:function"""


STAGES: tuple[Stage, ...] = (
    # The longest first: the last ones are short, so that both processes end together.
    Stage("books, bars and signals", "core.stages:market"),
    Stage("orders and positions", "core.stages:reports"),
    Stage("the loop", "core.stages:loop"),
    Stage("paper fills", "core.stages:paper"),
    Stage("market history", "core.stages:flow"),
    Stage("risk review", "core.stages:intents"),
    Stage("orders that the core works", "core.stages:held"),
    Stage("timers and halts", "core.stages:control"),
    Stage("commands", "core.stages:commands"),
    Stage("strategies", "core.stages:strategies"),
    Stage("restarts", "core.stages:restarts"),
    Stage("portfolio risk", "core.stages:portfolio"),
)


def is_warm() -> bool:
    """Has a warm-up of exactly these sources, versions and CPU finished?"""
    return (CACHE_FOLDER / "complete").exists()


class NotCompiled(Exception):
    """A stage failed; its traceback is what it says."""


class _Running(NamedTuple):
    stage: Stage
    said: int
    """The memory file that its standard error goes to"""


def warm(stages: tuple[Stage, ...]) -> Iterator[tuple[int, int, str]]:
    """Compile; yields (done, total, name) after each stage. Raises NotCompiled when one fails. Only for a process with
    one thread: it forks."""
    waiting = [(stage, _load(stage.function)) for stage in stages]
    running: dict[int, _Running] = {}
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            stage, function = waiting.pop(0)
            said = os.memfd_create("said")
            running[_start(function, said)] = _Running(stage, said)
        pid, status = os.waitpid(-1, 0)
        ended = running.pop(pid)
        if status:
            raise NotCompiled(f"{ended.stage.function} did not compile:\n{os.pread(ended.said, MOST_SAID, 0).decode()}")
        os.close(ended.said)
        yield len(stages) - len(waiting) - len(running), len(stages), ended.stage.name
    (CACHE_FOLDER / "complete").touch()
    _forget_old_caches()


def _start(function: Callable[[], None], standard_error: int) -> int:
    """Its process id."""
    pid = os.fork()
    if pid == 0:
        os.dup2(standard_error, 2)
        try:
            function()
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)
    return pid


def _forget_old_caches() -> None:
    folders = [path for path in CACHE_ROOT.iterdir() if path.is_dir() and path != CACHE_FOLDER]
    folders.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for folder in folders[KEPT_FOLDERS:]:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m core.warmup", description=__doc__)
    parser.add_argument("--also", action="append", default=[], help="module:STAGES of another package")
    parser.add_argument("--progress", action="store_true", help="one JSON line per finished stage")
    options = parser.parse_args()
    Path(CACHE_FOLDER).mkdir(parents=True, exist_ok=True)
    stages = STAGES
    for name in options.also:
        stages = (*_load(name), *stages)
    try:
        for done, total, name in warm(stages):
            if options.progress:
                print(json.dumps({"done": done, "total": total, "name": name}), flush=True)
    except NotCompiled as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _load(name: str) -> Any:
    module, _, attribute = name.partition(":")
    return getattr(importlib.import_module(module), attribute)


if __name__ == "__main__":
    sys.exit(main())
