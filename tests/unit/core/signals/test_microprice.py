"""The online micro-price against the matrices of the paper."""

import numpy as np
import pytest

from core.book.head import BOOK_HEAD
from core.signals import microprice
from core.signals.microprice import (
    IMBALANCES,
    REFINE_EVERY,
    SPREADS,
    STATES,
    WARM_CHANGES,
    WARM_MOVES,
    forget_touch,
    is_micro_warm,
    make_micro,
    micro_price,
    mirror_of,
    observe_touch,
    state_of,
)
from tests.reference import signals_twin

MIRROR = [int(mirror_of(state)) for state in range(STATES)]


def touches(count: int, seed: int) -> list[tuple[int, int, int, int]]:
    """bid, ask, bid lots, ask lots: the imbalance wanders, and at its ends the price often gives way."""
    generator = np.random.default_rng(seed)
    bid_ticks, share, spread, found = 10_000, 50, 1, []
    for _ in range(count):
        share = int(np.clip(share + generator.integers(-12, 13), 1, 99))
        if share > 85 and generator.random() < 0.5:
            bid_ticks, share = bid_ticks + 1, int(generator.integers(20, 70))
        elif share < 15 and generator.random() < 0.5:
            bid_ticks, share = bid_ticks - 1, int(generator.integers(30, 80))
        spread = 1 if generator.random() < 0.9 else 2
        found.append((bid_ticks, bid_ticks + spread, share, 100 - share))
    return found


def head_of(touch: tuple[int, int, int, int]) -> np.void:
    head = np.zeros(1, BOOK_HEAD)
    head["best_bid_ticks"], head["best_ask_ticks"], head["best_bid_lots"], head["best_ask_lots"] = touch
    return head[0]


def test_the_online_adjustment_equals_the_matrices_of_the_paper() -> None:
    micro = make_micro(1)
    path = touches(8_000, seed=5)
    states = [int(observe_touch(micro[0], head_of(touch))) for touch in path]
    mids = [bid + ask for bid, ask, _, _ in path]
    expected = signals_twin.adjustments(states, mids, STATES, MIRROR)
    online = micro[0]["adjustment_halves"].copy()
    # Online, every row was solved with neighbours of its day; solving all rows with today's counts gives the paper's G.
    for _ in range(400):
        for state in range(STATES):
            microprice._refine(micro[0], state)
    assert micro[0]["adjustment_halves"] == pytest.approx(expected, abs=1e-6)
    often = [state for state in range(STATES) if states.count(state) > 200]
    assert len(often) >= 8
    assert online[often] == pytest.approx(expected[often], abs=0.1)


def test_more_bids_than_asks_lift_the_price_within_the_touch() -> None:
    micro = make_micro(1)
    for touch in touches(8_000, seed=6):
        observe_touch(micro[0], head_of(touch))
    assert is_micro_warm(micro[0])
    prices = []
    for share in (5, 25, 50, 75, 95):
        forget_touch(micro[0])
        state = observe_touch(micro[0], head_of((10_000, 10_001, share, 100 - share)))
        prices.append(float(micro_price(micro[0], state)))
    assert prices == sorted(prices)
    assert 10_000 <= prices[0] < 10_000.4
    assert 10_000.6 < prices[-1] <= 10_001


def test_bid_and_ask_exchanged_give_the_opposite_adjustment() -> None:
    micro = make_micro(1)
    for touch in touches(2_000, seed=7):
        observe_touch(micro[0], head_of(touch))
    adjustments = micro[0]["adjustment_halves"]
    assert adjustments.any()
    assert (adjustments[MIRROR] == -adjustments).all()


def test_every_state_is_the_mirror_of_its_mirror() -> None:
    assert [MIRROR[MIRROR[state]] for state in range(STATES)] == list(range(STATES))


@pytest.mark.parametrize(
    ("bid_lots", "ask_lots", "spread", "bucket", "row"),
    [
        (1, 99, 1, 0, 0),
        (10, 90, 1, 1, 0),
        (99, 1, 2, 9, 1),
        (100, 0, 3, 9, 2),
        (50, 50, 400, 5, 3),
        (2**52, 1, 4, 9, 3),
    ],
)
def test_states_are_buckets_of_imbalance_and_spread(
    bid_lots: int, ask_lots: int, spread: int, bucket: int, row: int
) -> None:
    assert state_of(bid_lots, ask_lots, spread) == row * IMBALANCES + bucket
    assert row < SPREADS


def test_a_gap_in_the_book_is_no_move_of_the_price() -> None:
    micro = make_micro(1)
    observe_touch(micro[0], head_of((100, 101, 5, 5)))
    forget_touch(micro[0])
    observe_touch(micro[0], head_of((900, 901, 5, 5)))
    assert (micro[0]["changes"], micro[0]["moves"]) == (0, 0)


def test_it_is_cold_until_it_has_seen_enough() -> None:
    micro = make_micro(1)
    for i in range(WARM_CHANGES + REFINE_EVERY):
        observe_touch(micro[0], head_of((100, 101, 5 if i % 2 else 95, 50)))
    assert not is_micro_warm(micro[0]), "the price never moved"
    for i in range(WARM_MOVES):
        observe_touch(micro[0], head_of((100 + i % 2, 102, 5, 50)))
    assert is_micro_warm(micro[0])


def test_old_counts_fade() -> None:
    micro = make_micro(1)
    micro[0]["left"][3] = microprice.FULL_ROW - 1
    micro[0]["followed"][3 * STATES + 7] = microprice.FULL_ROW - 1
    microprice._count(micro[0], 3, 7, 2.0)
    assert micro[0]["left"][3] == microprice.FULL_ROW / 2
    assert micro[0]["moved_halves"][3] == 1.0
