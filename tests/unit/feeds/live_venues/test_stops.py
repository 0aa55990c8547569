"""Stops that rest at a venue, where it takes them."""

import numpy as np
import pytest

from core.vocabulary import EventFlag, OrderStatus, OrderType, Reject, Report, Request
from tests.deadline import until
from tests.doubles.desk import LOTS, PRICE_TICKS, UNASKED, Desk
from tests.doubles.okx import OkxDouble
from tests.unit.feeds.gateway_bench import order


async def test_a_stop_rests_at_a_venue_that_takes_it_and_is_cancelled_after_a_restart(desk: Desk) -> None:
    if OrderType.STOP not in desk.entry.native_types:
        pytest.skip("the core works stops itself")
    async with desk.trading():
        desk.bench.ask(stop(1, OrderType.STOP, PRICE_TICKS))
        await until(lambda: desk.bench.told(1) == [Report.ACCEPTED])
        assert "trigger" in str(desk.double.orders_given[-1]).lower() or "stop" in str(desk.double.orders_given[-1])
    async with desk.trading():
        desk.bench.ask(order(1, detail=Request.CANCEL))
        await until(lambda: bool(desk.bench.last(1)["flags"] & EventFlag.FINAL))
        assert desk.bench.last(1)["status"] == OrderStatus.CANCELED


@pytest.mark.parametrize("kind", [OrderType.STOP, OrderType.STOP_LIMIT])
async def test_a_stop_is_moved_to_another_trigger_and_is_still_one(desk: Desk, kind: OrderType) -> None:
    if kind not in desk.entry.native_types:
        pytest.skip("the core works it itself")
    async with desk.trading(UNASKED):
        desk.bench.ask(stop(1, kind, PRICE_TICKS))
        await until(lambda: desk.bench.told(1) == [Report.ACCEPTED])
        desk.bench.ask(stop(1, kind, PRICE_TICKS - 50, detail=Request.REPLACE))
        await until(lambda: desk.bench.told(1) == [Report.ACCEPTED, Report.REPLACED])
        moved_to = desk.double.price(PRICE_TICKS - 50)
        if desk.double.triggers:
            assert desk.double.triggers == [moved_to]
            assert desk.bench.last(1)["execution_id"] == PRICE_TICKS - 50
            assert desk.double.open == []
        else:  # it was cancelled, and another one placed
            assert moved_to in str(desk.double.orders_given[-1])
            assert [resting.left_lots for resting in desk.double.open] == [LOTS]


async def test_a_trailing_stop_whose_size_alone_can_change_says_so_and_stays(desk: Desk) -> None:
    if not isinstance(desk.double, OkxDouble):
        pytest.skip("it changes whole, or is the core's")
    trail = stop(1, OrderType.TRAILING_STOP, PRICE_TICKS)
    trail["price_ticks"], trail["amount"] = 0, 50
    async with desk.trading(UNASKED):
        desk.bench.ask(trail)
        await until(lambda: desk.bench.told(1) == [Report.ACCEPTED])
        moved = trail.copy()
        moved["detail"], moved["execution_id"] = Request.REPLACE, PRICE_TICKS - 50
        desk.bench.ask(moved)
        await until(lambda: desk.bench.told(1) == [Report.ACCEPTED, Report.REPLACE_REJECTED])
        assert desk.bench.last(1)["reason"] == Reject.ONLY_SIZE
        smaller = trail.copy()
        smaller["detail"], smaller["quantity_lots"] = Request.REPLACE, LOTS - 10
        desk.bench.ask(smaller)
        await until(lambda: desk.bench.told(1)[-1] == Report.REPLACED)


def stop(client_id: int, kind: OrderType, trigger_ticks: int, detail: Request = Request.NEW) -> np.ndarray:
    limit_ticks = 0 if kind == OrderType.STOP else PRICE_TICKS - 100
    request = order(client_id, detail=detail, price_ticks=limit_ticks, quantity_lots=LOTS)
    request["order_type"], request["execution_id"] = kind, trigger_ticks
    return request
