"""Volume at price: nothing is lost when rows are laid out anew, and the value area is what its rule says."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from core.flow.session import session_traded
from core.records.flow import PROFILE_ROWS
from station.link.flow.reader import FlowReader
from station.views.profile import value_area
from tests.flow_world import WALL_OFFSET_NS, World

trades = st.lists(
    st.tuples(
        st.one_of(st.integers(90_000, 90_100), st.integers(1, 200_000), st.just(1 << 30)),
        st.integers(1, 50),
        st.sampled_from((-1, 1)),
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=25, deadline=None)
@given(traded=trades)
def test_every_lot_lies_in_the_row_of_its_price(traded: list[tuple[int, int, int]]) -> None:
    world = World()
    world.flow.words[3] = 1
    world.flow.heads["instrument_id"][0] = 0
    for price, lots, side in traded:
        session_traded(world.flow, 0, price, lots, side)
    view = FlowReader(world.core, WALL_OFFSET_NS).profile(0)
    step = view.ticks_per_row
    expected: Counter[tuple[int, int]] = Counter()
    for price, lots, side in traded:
        expected[price // step * step, side] += lots
    found = {(row.price_ticks, 1): row.buy_lots for row in view.rows} | {
        (row.price_ticks, -1): row.sell_lots for row in view.rows
    }
    prices = [price for price, _, _ in traded]
    world.close()
    assert +Counter(found) == expected
    assert (view.high_ticks, view.low_ticks, view.open_ticks) == (max(prices), min(prices), prices[0])
    assert view.total_lots == sum(lots for _, lots, _ in traded)
    assert step == 1 or (max(prices) // (step // 2) - min(prices) // (step // 2)) * 2 > PROFILE_ROWS


@given(lots=st.lists(st.integers(0, 20), min_size=1, max_size=12))
def test_the_value_area_holds_its_part_around_the_largest_row(lots: list[int]) -> None:
    area = value_area(lots)
    if area is None:
        assert sum(lots) == 0
        return
    held = sum(lots[area.low : area.high + 1])
    assert lots[area.control] == max(lots)
    assert area.low <= area.control <= area.high
    assert held >= 0.7 * sum(lots)
    edges = [lots[edge] for edge in {area.low, area.high} - {area.control}]
    assert not edges or held - max(edges) < 0.7 * sum(lots)
