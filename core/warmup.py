"""Compiles every kernel before the core runs, in short-lived processes, two at once; the core only loads.

    python -m core.warmup --progress     one JSON line per finished stage: {"done": 3, "total": 9, "name": "risk"}

A stage is a function without arguments, named `module:function`, that compiles some kernels with the dtypes and shapes
of production. What an earlier one left in the cache is loaded. Other packages add stages of their own
(`--also module:STAGES`).
"""

import argparse
import importlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.kernel import CACHE_FOLDER, CACHE_ROOT

AT_ONCE = 2
KEPT_FOLDERS = 2
"""Caches of older sources that stay, for a desk that still runs them."""


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


def warm(stages: tuple[Stage, ...]) -> Iterator[tuple[int, int, str]]:
    """Compile; yields (done, total, name) after each stage. Raises CalledProcessError when one fails."""
    waiting = list(stages)
    running: dict[Stage, subprocess.Popen[str]] = {}
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            stage = waiting.pop(0)
            running[stage] = subprocess.Popen(
                [sys.executable, "-m", "core.warmup", "--stage", stage.function], stderr=subprocess.PIPE, text=True
            )
        for stage, process in list(running.items()):
            if process.poll() is None:
                continue
            del running[stage]
            _, said = process.communicate()
            if process.returncode:
                raise subprocess.CalledProcessError(process.returncode, stage.function, stderr=said)
            yield len(stages) - len(waiting) - len(running), len(stages), stage.name
        time.sleep(0.01)
    (CACHE_FOLDER / "complete").touch()
    _forget_old_caches()


def _forget_old_caches() -> None:
    folders = [path for path in CACHE_ROOT.iterdir() if path.is_dir() and path != CACHE_FOLDER]
    folders.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for folder in folders[KEPT_FOLDERS:]:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m core.warmup", description=__doc__)
    parser.add_argument("--stage", help="compile one stage in this process")
    parser.add_argument("--also", action="append", default=[], help="module:STAGES of another package")
    parser.add_argument("--progress", action="store_true", help="one JSON line per finished stage")
    options = parser.parse_args()
    Path(CACHE_FOLDER).mkdir(parents=True, exist_ok=True)
    if options.stage:
        _load(options.stage)()
        return 0
    stages = STAGES
    for name in options.also:
        stages = (*_load(name), *stages)
    try:
        for done, total, name in warm(stages):
            if options.progress:
                print(json.dumps({"done": done, "total": total, "name": name}), flush=True)
    except subprocess.CalledProcessError as error:
        print(f"{error.cmd} did not compile:\n{error.stderr}", file=sys.stderr)
        return 1
    return 0


def _load(name: str):  # type: ignore[no-untyped-def]
    module, _, attribute = name.partition(":")
    return getattr(importlib.import_module(module), attribute)


if __name__ == "__main__":
    sys.exit(main())
