"""When an order that waits would go off, and where a pegged one stands."""

import numpy as np
import pytest

from core.orders.slicing import share
from core.orders.triggers import NO_TRADE, is_reached, is_through, pegged_ticks, trailed
from core.records.order import ORDER
from core.vocabulary import EventFlag, OrderType

BID, ASK = 1_000, 1_003


@pytest.mark.parametrize(
    ("side", "trigger", "is_met"), [(1, ASK, True), (1, ASK - 1, False), (-1, BID, True), (-1, BID + 1, False)]
)
def test_what_waits_for_a_touch_is_met_by_what_the_other_side_offers(side: int, trigger: int, is_met: bool) -> None:
    assert is_through(int(OrderType.MARKET_IF_TOUCHED), side, trigger, BID, ASK) == is_met


@pytest.mark.parametrize(
    ("side", "flags", "ticks"),
    [(1, 0, BID), (-1, 0, ASK), (1, int(EventFlag.TO_MID), 1_001), (-1, int(EventFlag.TO_MID), 1_002)],
)
def test_a_peg_stands_at_its_own_side_or_at_the_mid_rounded_away_from_the_other(
    side: int, flags: int, ticks: int
) -> None:
    order = np.zeros(1, ORDER)[0]
    order["side"], order["flags"], order["asked_type"] = side, flags, OrderType.PEGGED
    assert pegged_ticks(order, BID, ASK) == ticks


@pytest.mark.parametrize(
    ("part", "whole", "lots"), [(5, 0, 10), (5, -1, 10), (7, 5, 10), (5, 5, 10), (1, 3, 3), (0, 3, 0)]
)
def test_a_share_is_never_more_than_all_and_all_where_there_is_nothing_to_share_by(
    part: int, whole: int, lots: int
) -> None:
    assert share(10, part, whole) == lots


@pytest.mark.parametrize(
    ("side", "trigger", "is_met"), [(1, ASK, True), (1, ASK - 1, False), (-1, BID, True), (-1, BID + 1, False)]
)
def test_a_touch_goes_off_by_what_is_offered_without_a_trade(side: int, trigger: int, is_met: bool) -> None:
    order = np.zeros(1, ORDER)[0]
    order["side"], order["trigger_ticks"], order["asked_type"] = side, trigger, OrderType.MARKET_IF_TOUCHED
    assert is_reached(order, BID, ASK, NO_TRADE) == is_met


@pytest.mark.parametrize(("side", "stands", "wanted"), [(-1, 0, 991), (1, 0, 1_012), (-1, 995, 995), (1, 1_005, 1_005)])
def test_a_trail_begins_behind_the_mid_rounded_to_its_harm_and_never_goes_back(
    side: int, stands: int, wanted: int
) -> None:
    order = np.zeros(1, ORDER)[0]
    order["side"], order["trigger_ticks"], order["offset"] = side, stands, 10
    assert trailed(order, BID, ASK) == wanted


@pytest.mark.parametrize("stands", [0, 7])
def test_a_trail_that_would_stand_at_no_price_stays_where_it_is(stands: int) -> None:
    order = np.zeros(1, ORDER)[0]
    order["side"], order["trigger_ticks"], order["offset"] = -1, stands, 5_000
    assert trailed(order, BID, ASK) == stands
