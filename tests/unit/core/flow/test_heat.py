"""Depth over time: columns, codes, rows that follow the mid, trades as dots."""

from collections.abc import Iterator

import pytest

from core.flow.heat import code_of
from station.link.flow.reader import FlowReader
from station.views.flow import HeatColumn, HeatView, lots_of
from tests.flow_world import BUY, SECOND, SELL, START_NS, WALL_OFFSET_NS, World

QUARTER = SECOND // 4


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


def heat(world: World, period: int = 0) -> HeatView:
    return FlowReader(world.core, WALL_OFFSET_NS).heat(0, period)


def depth(column: HeatColumn, step: int = 1) -> dict[int, int]:
    """Lowest price of a row → the smallest size it can mean."""
    return {column.low_ticks + row * step: lots_of(code) for row, code in enumerate(column.codes) if code}


def test_codes_are_eighths_of_a_doubling() -> None:
    assert [code_of(lots) for lots in (-1, 0, 1, 2, 4, 1 << 31, 1 << 50)] == [0, 0, 1, 9, 17, 249, 255]
    assert all(lots_of(code_of(lots)) <= lots for lots in range(1, 5_000))


def test_a_column_is_the_book_at_the_end_of_its_period(world: World) -> None:
    world.snapshot({999: 16, 998: 2}, {1001: 4, 1003: 1})
    world.level(BUY, 999, 8)
    world.look(2 * QUARTER)
    column = heat(world).columns[1]
    assert column.start_wall_ns == START_NS + WALL_OFFSET_NS + QUARTER
    assert (column.bid_ticks, column.ask_ticks, column.is_gap) == (999, 1001, False)
    assert depth(column) == {998: 2, 999: 8, 1001: 4, 1003: 1}


def test_longer_periods_end_on_the_wall_clock(world: World) -> None:
    world.snapshot({999: 16}, {1001: 4})
    world.look(31 * SECOND)
    assert [column.start_wall_ns % (2 * SECOND) for column in heat(world, 1).columns] == [0] * 15
    assert [column.start_wall_ns % (15 * SECOND) for column in heat(world, 2).columns] == [0, 0]


def test_trades_of_a_row_are_summed_bought_minus_sold(world: World) -> None:
    world.snapshot({999: 16}, {1001: 4})
    world.look(QUARTER)
    world.trade(BUY, 1001, 3)
    world.trade(BUY, 1001, 2)
    world.trade(SELL, 999, 7)
    world.look(QUARTER)
    column = heat(world).columns[-1]
    assert {column.low_ticks + row: lots for row, lots in column.trades} == {1001: 5, 999: -7}
    world.look(QUARTER)
    assert heat(world).columns[-1].trades == ()


def test_beyond_twenty_rows_the_nearest_one_takes_a_trade(world: World) -> None:
    world.snapshot({999: 16}, {1001: 4})
    world.look(QUARTER)
    for price in range(1001, 1031):
        world.trade(BUY, price, 1)
    world.look(QUARTER)
    trades = heat(world).columns[-1].trades
    assert (len(trades), sum(lots for _, lots in trades), trades[-1][1]) == (20, 30, 11)


def test_rows_hold_more_prices_where_levels_lie_far_apart(world: World) -> None:
    world.snapshot({100_000 - 50 * index: 4 for index in range(40)}, {100_050 + 50 * index: 4 for index in range(40)})
    world.look(2 * QUARTER)
    view = heat(world)
    assert view.ticks_per_row == 50
    assert len(depth(view.columns[-1], 50)) == 80


def test_rows_stay_until_the_mid_leaves_their_middle_half(world: World) -> None:
    world.snapshot({1999: 16}, {2001: 4})
    world.look(2 * QUARTER)
    first = heat(world).columns[-1].low_ticks
    world.snapshot({2049: 16}, {2051: 4})
    world.look(QUARTER)
    assert heat(world).columns[-1].low_ticks == first
    world.snapshot({2099: 16}, {2101: 4})
    world.look(QUARTER)
    column = heat(world).columns[-1]
    assert column.low_ticks == first + 100
    assert depth(column) == {2099: 16, 2101: 4}


def test_the_oldest_columns_go(world: World) -> None:
    world.snapshot({999: 16}, {1001: 4})
    world.look(5 * SECOND)
    views = FlowReader(world.core, WALL_OFFSET_NS)
    before = views.heat(0, 0).columns
    world.look(20 * SECOND)
    columns = views.heat(0, 0).columns
    assert (len(before), len(columns)) == (20, 64)
    assert columns == heat(world).columns
    starts = [column.start_wall_ns for column in columns]
    assert starts == list(range(starts[0], starts[0] + 64 * QUARTER, QUARTER))


def test_after_a_long_absence_the_time_between_is_left_out(world: World) -> None:
    world.snapshot({999: 16}, {1001: 4})
    world.look(SECOND)
    world.look(1000 * SECOND)
    columns = heat(world).columns
    assert len(columns) == 5
    assert columns[-1].is_gap
