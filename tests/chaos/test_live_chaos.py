"""Some rounds of `python -m tests.chaos --live`: over sockets, and the exchange dies as well."""

from collections.abc import Iterator

import pytest

from tests.chaos.desk_under_fire import DeskUnderFire, under_fire
from tests.chaos.grounds import ServedGround
from tests.chaos.rounds import Blow, Plan, play

pytestmark = pytest.mark.compiled

SEED = 20261122


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskUnderFire]:
    with under_fire(tmp_path_factory.mktemp("home"), seed=SEED, ground=ServedGround) as desk:
        yield desk


@pytest.mark.parametrize("victim", ["order.alpha", "exchange"])
def test_whoever_dies_between_us_and_a_venue_loses_nothing_and_repeats_nothing(
    desk: DeskUnderFire, victim: str
) -> None:
    blow = Blow(victim, "kill", after_s=0.3, for_s=0)

    found, _ = play(desk, Plan((blow,), seed=SEED, with_strategies=False, after_s=0.3))

    assert found == []
