"""The protective stop of one position: levels, trail, targets, additions, and that what was reached stays reached."""

from typing import Any

import numpy as np
import pytest

from core.risk.rows import PROTECTION
from core.risk.stops import follow, remember
from core.vocabulary import Side
from tests.orders_world import intent, risk

LONG, SHORT = 1, -1


class Protected:
    def __init__(self, side: int, **limits: Any) -> None:
        self.row = np.zeros(1, PROTECTION)[0]
        self.row["is_on"] = 1
        self.side, self.lots = side, 100
        self.settings = risk(
            stop_loss_pct=2.0, trailing_pct=1.5, trailing_after_pct=2.0, first_target_pct=3.0, second_target_pct=5.0,
            **limits,
        ).settings[0]  # fmt: skip

    def at(self, gain_bps: int, lots: int | None = None, min_lots: int = 1) -> int:
        """What may be kept, in size, when the mark is so far in favour of an average price of 10,000."""
        self.lots = self.lots if lots is None else lots
        self.told = follow(
            self.row, self.side * self.lots, 10_000, 10_000 + self.side * gain_bps, min_lots, self.settings
        )
        return int(self.row["wanted_lots"]) * self.side


@pytest.mark.parametrize("side", [LONG, SHORT])
def test_two_percent_against_it_close_all_of_it(side: int) -> None:
    one = Protected(side)
    assert one.at(-199) == 100
    assert one.row["stop_ticks"] == 10_000 - side * 200
    assert one.at(-200) == 0


@pytest.mark.parametrize("side", [LONG, SHORT])
def test_what_was_reached_counts_until_it_is_flat(side: int) -> None:
    one = Protected(side)
    one.at(0)
    assert one.at(-200) == 0
    assert one.at(100) == 0
    assert one.at(100, lots=130) == 0
    assert one.at(100, lots=0) == 0
    assert one.row["side"] == 0
    assert one.at(100, lots=50) == 50


@pytest.mark.parametrize("side", [LONG, SHORT])
def test_the_trail_begins_at_two_percent_and_follows_the_best_price(side: int) -> None:
    one = Protected(side)
    assert one.at(199) == 100
    assert one.row["trail_ticks"] == 0
    assert one.at(250) == 100
    edge = {LONG: 97, SHORT: 104}[side]  # 1.5 % of 10,250 and of 9,750, the tick that is reached earlier
    assert one.row["trail_ticks"] == 10_000 + side * edge
    assert one.at(edge + 1) == 100
    assert one.at(edge) == 0


@pytest.mark.parametrize("side", [LONG, SHORT])
def test_half_is_closed_at_the_first_target_and_the_rest_at_the_second(side: int) -> None:
    one = Protected(side)
    assert one.at(299) == 100
    assert one.at(300) == 50
    assert one.at(290, lots=50) == 50
    assert one.at(310) == 50  # once
    assert one.at(499) == 50
    assert one.at(500) == 0


def test_an_addition_is_kept_though_the_first_target_was_reached() -> None:
    one = Protected(LONG)
    one.at(300)
    assert one.at(290, lots=50) == 50
    assert one.at(290, lots=80) == 80
    assert one.at(310) == 80


def test_half_of_what_cannot_be_halved_is_kept() -> None:
    one = Protected(LONG)
    assert one.at(300, lots=1) == 1
    many = Protected(LONG)
    assert many.at(300, lots=19, min_lots=10) == 19


def test_a_position_that_turned_round_begins_anew() -> None:
    one = Protected(LONG)
    one.at(250)
    one.side = SHORT
    assert one.at(0) == 100
    assert (one.row["best_ticks"], one.row["trail_ticks"], one.row["side"]) == (10_000, 0, SHORT)


@pytest.mark.parametrize("broken", ["is_on", "mark", "average"])
def test_without_protection_or_price_everything_may_be_kept(broken: str) -> None:
    one = Protected(LONG)
    one.at(0)
    one.row["is_on"] = 0 if broken == "is_on" else 1
    mark, average = 0 if broken == "mark" else 9_000, 0 if broken == "average" else 10_000
    assert follow(one.row, 100, average, mark, 1, one.settings)
    assert one.row["wanted_lots"] == 100
    assert one.row["side"] == 0


def test_what_a_restart_must_know_is_told_and_no_more() -> None:
    one = Protected(LONG)
    one.at(0)
    assert one.told
    one.row["told_ticks"] = one.row["best_ticks"]
    one.at(10)
    assert not one.told
    one.at(11)
    assert one.told
    one.row["told_ticks"] = one.row["best_ticks"]
    one.at(-200)
    assert one.told
    one.at(-201)
    assert not one.told


def test_a_restart_goes_on_from_what_was_told() -> None:
    one, other = Protected(LONG), Protected(LONG)
    one.at(300)
    told = intent(side=Side.BUY, price_ticks=10_300, quantity_lots=50, filled_lots=100, detail=1, status=0)
    remember(other.row, told)
    assert other.at(160, lots=50) == one.at(160, lots=50) == 50
    assert other.at(145) == one.at(145) == 0  # the trail of a best price that it has not seen itself
