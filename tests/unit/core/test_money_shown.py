"""What the core shows of money: amounts of several settlement currencies are added in one."""

import numpy as np

from core.orders.positions import TOTAL, row_of
from core.publish.cells import fill_money
from core.records.snapshot import HEALTH
from core.risk.exposure import position_changed
from tests.core_world import World

E8 = 10**8


def earned(world: World, instrument_id: int, *, strategy_id: int = TOTAL, **amounts: int) -> None:
    row = row_of(world.state.positions, 0, instrument_id, strategy_id)
    for name, amount in amounts.items():
        world.state.positions.rows[row][name] = amount
    position_changed(world.state.risk, row, world.state.positions.rows[row])


def shown(world: World) -> np.void:
    health = np.zeros(1, HEALTH)
    fill_money(health[0], world.state)
    return health[0]


def test_positions_of_several_currencies_are_added_at_their_rates() -> None:
    world = World()
    world.state.risk.limits[1]["rate_ppm"] = 60_000 * 1_000_000
    earned(world, 0, realised_e8=100 * E8, unrealised_e8=-20 * E8, fees_e8=E8)
    earned(world, 1, realised_e8=E8 // 1_000)
    health = shown(world)
    assert (health["realised_e8"], health["unrealised_e8"], health["fees_e8"]) == (160 * E8, -20 * E8, E8)
    assert health["unrated_positions"] == 0


def test_what_has_no_rate_is_left_out_and_counted() -> None:
    world = World()
    world.state.risk.limits[1]["rate_ppm"] = 0
    earned(world, 0, realised_e8=3 * E8)
    earned(world, 1, realised_e8=500 * E8)
    health = shown(world)
    assert (health["realised_e8"], health["unrated_positions"]) == (3 * E8, 1)


def test_a_strategys_share_is_not_added_to_the_account_a_second_time() -> None:
    world = World()
    earned(world, 0, realised_e8=3 * E8)
    earned(world, 0, strategy_id=0, realised_e8=2 * E8)
    assert shown(world)["realised_e8"] == 3 * E8
