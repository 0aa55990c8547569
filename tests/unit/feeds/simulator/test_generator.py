"""The numbers are the published generator's, and shaped as they say."""

import numpy as np
import pytest

from feeds.simulator.generator import below, exponential, next_word, normal, seed_words, uniform

pytestmark = pytest.mark.usefixtures("simulator_kernels")


def words(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def test_the_words_are_those_of_xoshiro128_plus_plus() -> None:
    """The first ten from state 1, 2, 3, 4, as the crate rand_xoshiro has them in its tests of the C reference."""
    state = words(1, 2, 3, 4)
    assert [int(next_word(state)) for _ in range(10)] == [
        641, 1573767, 3222811527, 3517856514, 836907274, 4247214768, 3867114732, 1355841295, 495546011, 621204420,
    ]  # fmt: skip


def test_seed_and_stream_give_generators_of_their_own() -> None:
    first = {tuple(seed_words(seed, stream)) for seed in range(20) for stream in range(3)}
    assert len(first) == 60
    assert (seed_words(5, 1) == seed_words(5, 1)).all()


def test_below_stays_below() -> None:
    state = seed_words(1, 0)
    drawn = [below(state, 7) for _ in range(2_000)]
    assert set(drawn) == set(range(7))


@pytest.mark.parametrize(
    ("draw", "mean", "deviation"), [(uniform, 0.5, 0.2887), (exponential, 1.0, 1.0), (normal, 0.0, 1.0)]
)
def test_shapes_have_their_mean_and_deviation(draw, mean: float, deviation: float) -> None:  # type: ignore[no-untyped-def]
    state = seed_words(3, 0)
    drawn = np.array([draw(state) for _ in range(20_000)])
    assert drawn.mean() == pytest.approx(mean, abs=0.05)
    assert drawn.std() == pytest.approx(deviation, rel=0.05)
