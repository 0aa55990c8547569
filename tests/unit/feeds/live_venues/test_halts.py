"""A halt at every venue: what is cancelled, what is sold, and the venue's own dead-man timer."""

import pytest

from core.vocabulary import OrderStatus, Report
from feeds.venues.contract import DeadMan
from tests.deadline import until
from tests.doubles.desk import LOTS, Desk


async def test_a_halt_with_flatten_cancels_strangers_and_sells_what_is_held(desk: Desk) -> None:
    async with desk.trading():
        await desk.accepted(1)
        await desk.accepted(2)
        theirs = desk.double.venue.place_by_another()
        desk.double.venue.fill(desk.double.venue.by_client(1), LOTS)
        total = desk.bench.halt(flatten=True)
        status = desk.bench.core.table("gateway.double")[0]
        await until(lambda: status["flatten_sum_done"] == total, within_s=10)
        assert theirs.status == OrderStatus.CANCELED
        assert desk.double.held_lots == 0


async def test_a_halt_asks_once_for_all_orders_where_the_venue_takes_that(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feeds.standing_down.CANCEL_AGAIN_NS", 60_000_000_000)  # a busy machine's answer may be late
    async with desk.trading():
        for number in (1, 2, 3):
            await desk.accepted(number)
        total = desk.bench.halt()
        status = desk.bench.core.table("gateway.double")[0]
        await until(lambda: status["halt_sum_clean"] == total, within_s=10)
        assert desk.double.open == []
        assert status["halt_cancelled"] == 3
        assert status["cancels_sent"] == (1 if desk.entry.orders.cancels_in_one else 3)


async def test_who_need_not_be_told_cancels_everything_without_a_stream(desk: Desk) -> None:
    async with desk.trading():
        await desk.accepted(1)
        desk.double.venue.place_by_another()
        alone = desk.make()
        await alone.start_quietly()
        await alone.cancel_all()
        assert await alone.open_orders() == []
        await alone.close()
        await until(lambda: desk.bench.told(1) == [Report.ACCEPTED, Report.CANCELED])


async def test_the_dead_man_timer_is_set_and_ended(desk: Desk) -> None:
    if not hasattr(desk.entry.orders, "keep_alive"):
        pytest.skip("the venue has none")
    venue = desk.make()
    await venue.start_quietly()
    assert isinstance(venue, DeadMan)
    await venue.keep_alive(30)
    await venue.keep_alive(0)
    await venue.close()
    assert desk.double.dead_man == [30, 0]
