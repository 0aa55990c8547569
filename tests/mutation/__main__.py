"""Breaks each rule of a file in turn, without the compiler: does a test fail? The score, and what survived.

    python -m tests.mutation core/risk/review.py core/risk/checks.py [--jobs 2] [--tests tests/unit/core/risk …]
    python -m tests.mutation core/orders --sample 100 --seed 4        a hundred of them, the same for the same seed

Rules are broken by mutants.py. Every broken copy is tried in a process of its own, forked from one that has imported
everything else, so that a try takes a second. A broken rule with which the tests do not end within --within seconds of
the processor's time is seen, too. Time limits by the wall clock are off: a busy machine must not look like a test.
"""

import argparse
import os
import random
import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

os.environ["NUMBA_DISABLE_JIT"] = "1"

from tests.mutation.mutants import Mutant, mutants_of

PATIENCE = 50
"""Times --within by the wall clock"""
ROOT = Path(__file__).resolve().parents[2]
TESTS = (
    *(
        f"tests/unit/core/risk/test_{name}.py"
        for name in ("review", "more_checks", "bounds", "breaker", "stops", "limits")
    ),
    *(f"tests/unit/core/risk/test_{name}.py" for name in ("exposure", "lease", "halt")),
    "tests/unit/core/test_risk_at_work.py",
    "tests/unit/core/test_routing.py",
    "tests/property/core/test_breaker_machine.py",
    "tests/property/core/test_review.py",
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--tests", nargs="+", default=list(TESTS))
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--sample", type=int, default=0, help="So many of them, chosen by --seed; 0: all.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--within", type=float, default=60.0)
    parser.add_argument("--until", type=float, default=0.0, help="Stop after so many seconds and say so.")
    options = parser.parse_args()
    _import_what_is_never_broken()
    files = [each for path in options.files for each in (sorted(path.glob("*.py")) if path.is_dir() else [path])]
    mutants = [mutant for file in files for mutant in mutants_of(file.resolve(), ROOT)]
    if 0 < options.sample < len(mutants):
        mutants = random.Random(options.seed).sample(mutants, options.sample)
    if not mutants:
        parser.error("there is no rule in these files")
    whole = Mutant(mutants[0].module, mutants[0].path, 0, "nothing", mutants[0].path.read_text())
    if _try(whole, options, time.monotonic())[1] is not False:
        print("the tests fail though nothing is broken: nothing can be said")
        return 2
    began, killed, survivors, untried = time.monotonic(), 0, [], 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for mutant, is_seen in pool.map(lambda one: _try(one, options, began), mutants):
            if is_seen is None:
                untried += 1
            elif is_seen:
                killed += 1
            else:
                survivors.append(mutant)
                print(f"survived  {mutant}", flush=True)
    tried = killed + len(survivors)
    print(f"{killed} of {tried} broken rules were seen ({killed / max(1, tried):.1%}); {untried} not tried")
    return 1 if survivors else 0


def _import_what_is_never_broken() -> None:
    import numba  # noqa: F401
    import numpy  # noqa: F401
    import pytest  # noqa: F401

    import core.money  # noqa: F401


def _try(mutant: Mutant, options: argparse.Namespace, began: float) -> tuple[Mutant, bool | None]:
    if options.until and time.monotonic() - began > options.until:
        return mutant, None
    process = os.fork()
    if process == 0:
        _be(mutant, options.tests, int(options.within))
    give_up = time.monotonic() + PATIENCE * options.within
    while True:
        done, status = os.waitpid(process, os.WNOHANG)
        if done:
            return mutant, os.waitstatus_to_exitcode(status) != 0
        if time.monotonic() > give_up:
            os.kill(process, 9)
            os.waitpid(process, 0)
            return mutant, True  # it does not end: that is seen, too
        time.sleep(0.02)


def _be(mutant: Mutant, tests: list[str], within_s: int) -> None:
    """The child: import the broken copy and run the tests."""
    code = 0
    resource.setrlimit(resource.RLIMIT_CPU, (within_s, within_s))
    try:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        os.chdir(ROOT)
        mutant.install()
        import pytest
        from hypothesis import HealthCheck, settings

        settings.register_profile("unhurried", deadline=None, suppress_health_check=list(HealthCheck))
        settings.load_profile("unhurried")
        quick = [
            "-x",
            "-q",
            "-p",
            "no:cacheprovider",
            "-o",
            "filterwarnings=ignore",
            "-o",
            "timeout=0",
            "--hypothesis-seed",
            "1",
        ]
        code = int(pytest.main([*quick, *tests]))
    except BaseException:
        code = 99
    os._exit(1 if code else 0)


if __name__ == "__main__":
    sys.exit(main())
