"""What became of levels, followed record by record, equals what the slow twin counts lot by lot."""

from collections import Counter, defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.kernel import JIT
from station.link.flow.reader import FlowReader
from station.views.flow import LevelFlow
from tests.flow_world import BEGIN, BUY, END, LAST, SECOND, SELL, WALL_OFFSET_NS, World
from tests.reference.flow_twin import Told, sums_of_level

MS = 1_000_000
PRICES = {0: (98, 99), 1: (101, 102)}
WAITS_NS = (100, 40 * MS, 249 * MS, 251 * MS, 700 * MS, 2_500 * MS)

steps = st.lists(
    st.tuples(
        st.booleans(),
        st.integers(0, 1),
        st.integers(0, 1),
        st.integers(0, 6),
        st.sampled_from((*WAITS_NS[:4], *WAITS_NS)),
    ),
    max_size=24,
)


@pytest.fixture(scope="module", autouse=True)
def _compiled_flow() -> None:
    if JIT:
        from core import stages

        stages.flow()


@settings(max_examples=20, deadline=None)
@given(told=steps, silent_ns=st.sampled_from((0, 3 * SECOND, 9 * SECOND, 11 * SECOND)))
def test_levels_are_judged_as_the_twin_judges_them(told: list[tuple[bool, int, int, int, int]], silent_ns: int) -> None:
    world = World()
    world.core.lines("instrument_count")[0, 0] = 1
    world.level(0, 0, 0, BEGIN | END | LAST)
    shown: dict[int, int] = defaultdict(int)
    twin: dict[int, list[Told]] = defaultdict(list)
    for is_trade, row, which, lots, wait_ns in told:
        price = PRICES[row][which]
        if is_trade:
            lots += 1
            world.trade(SELL if row == 0 else BUY, price, lots, after_ns=wait_ns)
            change = lots
        else:
            change, shown[price] = lots - shown[price], lots
            world.level(BUY if row == 0 else SELL, price, lots, after_ns=wait_ns)
        twin[price].append(Told(world.now_ns + WALL_OFFSET_NS, row, change, is_trade))
    world.look(silent_ns)
    levels = FlowReader(world.core, WALL_OFFSET_NS).level_flow(0).levels
    found = {price: _counted(level) for price, level in levels.items() if _counted(level)}
    now_ns = world.now_ns + WALL_OFFSET_NS
    expected = {price: sums for price in twin if (sums := sums_of_level(twin[price], now_ns))}
    world.close()
    assert found == expected


def _counted(level: LevelFlow) -> Counter[tuple[str, int]]:
    return +Counter(
        {
            ("consumed", 0): level.consumed_bid_lots,
            ("pulled", 0): level.pulled_bid_lots,
            ("stacked", 0): level.stacked_bid_lots,
            ("consumed", 1): level.consumed_ask_lots,
            ("pulled", 1): level.pulled_ask_lots,
            ("stacked", 1): level.stacked_ask_lots,
            ("traded", 0): level.sold_lots,
            ("traded", 1): level.bought_lots,
        }
    )
