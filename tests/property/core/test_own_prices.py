"""Our best own prices, beside a list that is searched from end to end."""

from hypothesis import given
from hypothesis import strategies as st

from core.orders.own_prices import NO_RANK, best_rank, make_own_prices, put, take

SLOTS, HEAPS = 12, 3
STEPS = st.lists(st.tuples(st.integers(0, SLOTS - 1), st.integers(0, HEAPS - 1), st.integers(-5, 5)), max_size=60)


@given(steps=STEPS)
def test_the_root_is_the_best_of_what_is_in_its_heap(steps: list[tuple[int, int, int]]) -> None:
    prices = make_own_prices(SLOTS, HEAPS)
    known: dict[int, tuple[int, int]] = {}
    for slot, heap, rank in steps:
        if slot in known:
            take(prices, slot)
            del known[slot]
        else:
            put(prices, slot, heap, rank)
            known[slot] = (heap, rank)
        for each in range(HEAPS):
            expected = max((rank for where, rank in known.values() if where == each), default=NO_RANK)
            assert best_rank(prices, each) == expected
        assert all((prices.nodes[place]["rank"] == NO_RANK) == (place not in known) for place in range(SLOTS))


@given(ranks=st.lists(st.integers(-1_000, 1_000), min_size=1, max_size=SLOTS))
def test_taking_the_best_again_and_again_gives_them_in_order(ranks: list[int]) -> None:
    prices = make_own_prices(SLOTS, 1)
    for slot, rank in enumerate(ranks):
        put(prices, slot, 0, rank)
    found = []
    while prices.roots[0] >= 0:
        found.append(best_rank(prices, 0))
        take(prices, int(prices.roots[0]))
    assert found == sorted(ranks, reverse=True)
