"""Breaks each rule of a file in turn, without the compiler: does a test fail? The score, and what survived.

    python -m tests.mutation core/risk/review.py core/risk/checks.py [--tests tests/unit/core/risk …]
    python -m tests.mutation core/orders --sample 100 --seed 4        a hundred of them, the same for the same seed

Rules are broken by mutants.py. One pytest session has collected everything; each broken rule is tried in a fork of it,
with the tests that come by its line alone (reach.py), the quick files first, until one fails: a try takes a tenth of a
second, where it survives as long as those tests. A broken rule with which they take longer than they took while every
line of theirs was watched, and LEAST_S, is seen, too; it is the processor's time that counts, and limits by the wall
clock are off: a busy machine must not look like a test.
"""

import argparse
import gc
import os
import pickle
import random
import resource
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import IO

os.environ["NUMBA_DISABLE_JIT"] = "1"

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import HealthCheck, Phase, settings

from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.reach import Line, Reach

LEAST_S = 4
PATIENCE = 50
"""Times a limit of the processor's time by the wall clock"""
ROOT = Path(__file__).resolve().parents[2]
TESTS = ("tests/unit/core", "tests/property/core")
QUIET = "-q -s -n0 -p no:cacheprovider -o filterwarnings=ignore -o timeout=0 --hypothesis-seed 1"


class Trial:
    """A pytest plugin: instead of running the tests once, it runs them once for every broken rule."""

    def __init__(self, mutants: list[Mutant]) -> None:
        self._mutants = mutants
        self._reached: dict[str, set[Line]] = {}
        self._took_s: dict[str, float] = {}
        """Of each test, watched"""
        self._file_took_s: dict[Path, float] = defaultdict(float)
        self.seen: Counter[Path] = Counter()
        self.survived: Counter[Path] = Counter()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        with tempfile.TemporaryFile() as told:
            if not _succeeds(lambda: self._look(session.items, told), 0):
                raise session.Failed("the tests fail though nothing is broken: nothing can be said")
            told.seek(0)
            self._reached, self._took_s = pickle.load(told)
        for item in session.items:
            self._file_took_s[item.path] += self._took_s[item.nodeid]
        gc.freeze()  # what all forks share is no fork's garbage, and its pages stay shared
        for mutant in self._mutants:
            tests = self._who_comes_by(mutant, session.items)
            within_s = LEAST_S + int(sum(self._took_s[test.nodeid] for test in tests))
            is_seen = bool(tests) and not _succeeds(lambda: self._try(mutant, tests), within_s)  # noqa: B023
            (self.seen if is_seen else self.survived)[mutant.path] += 1
            if not is_seen:
                print(f"survived  {mutant}{'' if tests else '  (no test comes by)'}", flush=True)
        return True

    def _look(self, items: list[pytest.Item], told: IO[bytes]) -> bool:
        """The whole rules, watched: who comes by where, and how long does a file of tests take?"""
        reach, reached = Reach({mutant.path for mutant in self._mutants}), {}
        took_s: dict[str, float] = {}
        for item, following in zip(items, [*items[1:], None], strict=True):
            began = time.process_time()
            reach.begin()
            if not _passes(item, following):
                os.write(2, f"fails with nothing broken: {item.nodeid}\n".encode())
                return False
            reached[item.nodeid] = reach.end()
            took_s[item.nodeid] = time.process_time() - began
        pickle.dump((reached, took_s), told)
        told.flush()
        return True

    def _who_comes_by(self, mutant: Mutant, items: list[pytest.Item]) -> list[pytest.Item]:
        rule = {(str(mutant.path), line) for line in mutant.lines}
        found = [item for item in items if self._reached[item.nodeid] & rule]
        return sorted(found, key=lambda item: self._file_took_s[item.path])

    def _try(self, mutant: Mutant, tests: list[pytest.Item]) -> bool:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        mutant.install()
        return all(_passes(test, following) for test, following in zip(tests, [*tests[1:], None], strict=True))


def _passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))


def _succeeds(act: Callable[[], bool], within_s: int) -> bool:
    """In a fork, which may take so much of the processor's time (0: as much as it likes)."""
    process = os.fork()
    if process == 0:
        is_good = False
        try:
            if within_s:
                resource.setrlimit(resource.RLIMIT_CPU, (within_s, within_s))
            is_good = act()
        finally:
            os._exit(0 if is_good else 1)
    give_up = time.monotonic() + PATIENCE * (within_s or 3600)
    while time.monotonic() < give_up:
        done, status = os.waitpid(process, os.WNOHANG)
        if done:
            return status == 0
        time.sleep(0.005)
    os.kill(process, 9)
    os.waitpid(process, 0)
    return False


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--tests", nargs="+", default=list(TESTS))
    parser.add_argument("--sample", type=int, default=0, help="So many of them, chosen by --seed; 0: all.")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    files = [each for path in options.files for each in (sorted(path.glob("*.py")) if path.is_dir() else [path])]
    mutants = [mutant for file in files for mutant in mutants_of(file.resolve(), ROOT)]
    if 0 < options.sample < len(mutants):
        mutants = random.Random(options.seed).sample(mutants, options.sample)
    if not mutants:
        parser.error("there is no rule in these files")
    phases = (Phase.explicit, Phase.generate)
    calm = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None, phases=phases)
    settings.register_profile("unhurried", calm)
    trial = Trial(mutants)
    code = pytest.main([*QUIET.split(), "--hypothesis-profile", "unhurried", *options.tests], plugins=[trial])
    tried = trial.seen + trial.survived
    for path in sorted(tried):
        print(f"{trial.seen[path]:5} of {tried[path]:4}  {path.relative_to(ROOT)}")
    print(f"{trial.seen.total()} of {tried.total()} broken rules were seen; {len(mutants) - tried.total()} not tried")
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):  # the session itself ran none
        return int(code)
    return 1 if trial.survived else 0


if __name__ == "__main__":
    sys.exit(main())
