"""A short fire at every connector; the long one is `python -m tests.fuzz`."""

import random

import pytest

from tests.fuzz.__main__ import Fuzzed
from tests.fuzz.mutations import MUTATIONS, mutate
from tests.played import Played, played

SOURCES = list(played(None))


@pytest.mark.compiled
@pytest.mark.parametrize("source", SOURCES, ids=[source.dialect for source in SOURCES])
def test_damaged_frames_end_nothing_and_leave_nothing_absurd(source: Played) -> None:
    fuzzed = Fuzzed(source)
    fuzzed.fire(400, random.Random(7))
    assert fuzzed.records > 0
    assert fuzzed.bench.market.status["bad_frames"] > 0


def test_every_mutation_changes_something_most_of_the_time() -> None:
    frame = b'{"a":[["1.5","2"],["3","4"]],"b":true}'
    for mutation in MUTATIONS:
        dice = random.Random(3)
        assert sum(mutation(frame, dice) != frame for _ in range(100)) > 80
    assert mutate(b"", random.Random(1)) == b""
