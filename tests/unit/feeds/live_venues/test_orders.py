"""An order's life over the wire, at every venue: what is answered, refused, lost or not known."""

import asyncio

import pytest

from core.vocabulary import EventFlag, OrderStatus, OrderType, Reject, Report, Request, TimeInForce
from feeds.venues.catalogue import order_venue
from tests.deadline import until
from tests.doubles.desk import LOTS, PRICE_TICKS, UNASKED, Desk
from tests.doubles.framework import FEE_E8
from tests.unit.feeds.gateway_bench import order


def test_the_catalogue_makes_the_order_side_of_every_venue_that_has_one(desk: Desk) -> None:
    made = order_venue(desk.double.config(), desk.double.keys, {0: desk.bench.table[0]}, wall_offset_ns=0)
    assert isinstance(made, desk.entry.orders)


async def test_an_order_lives_and_dies_over_the_wire(desk: Desk) -> None:
    bench, double = desk.bench, desk.double
    async with desk.trading():
        await desk.accepted(0x100000001)
        resting = double.venue.by_client(0x100000001)
        assert (resting.price_ticks, resting.quantity_lots) == (PRICE_TICKS, LOTS)
        double.venue.fill(resting, 4)
        await until(lambda: bench.told(0x100000001)[-1] == Report.FILLED)
        fill = bench.last(0x100000001)
        assert (fill["filled_lots"], fill["quantity_lots"], fill["price_ticks"]) == (4, 4, PRICE_TICKS)
        if desk.entry.tells_fees:
            assert fill["amount"] == FEE_E8
            assert fill["flags"] & EventFlag.MAKER
        bench.ask(order(0x100000001, detail=Request.CANCEL))
        await until(lambda: bench.told(0x100000001)[-1] == Report.CANCELED)
        assert bench.last(0x100000001)["filled_lots"] == 4
        assert bench.told(0x100000001) == [Report.ACCEPTED, Report.FILLED, Report.CANCELED]


async def test_the_stream_tells_everything_by_itself(desk: Desk) -> None:
    async with desk.trading(UNASKED):
        await desk.accepted(1)
        desk.double.venue.fill(desk.double.venue.by_client(1), 4)
        await until(lambda: desk.bench.told(1) == [Report.ACCEPTED, Report.FILLED])
        desk.bench.ask(order(1, detail=Request.REPLACE, quantity_lots=12, price_ticks=PRICE_TICKS - 5))
        await until(lambda: desk.bench.told(1)[-1] == Report.REPLACED)
        desk.double.venue.fill(desk.double.open[0], 2)
        await until(lambda: desk.bench.told(1)[-1] == Report.FILLED)
        desk.bench.ask(order(1, detail=Request.CANCEL))
        await until(lambda: desk.bench.told(1)[-1] == Report.CANCELED)
        assert desk.bench.last(1)["filled_lots"] == 6


async def test_a_whole_fill_is_the_orders_end(desk: Desk) -> None:
    async with desk.trading():
        await desk.accepted(1)
        desk.double.venue.fill(desk.double.venue.by_client(1), 3)
        desk.double.venue.fill(desk.double.venue.by_client(1), 7)
        await until(lambda: desk.bench.told(1) == [Report.ACCEPTED, Report.FILLED, Report.FILLED])
        assert desk.bench.last(1)["filled_lots"] == LOTS
        assert desk.bench.last(1)["flags"] & EventFlag.FINAL


async def test_a_market_order_has_no_price_and_fills(desk: Desk) -> None:
    async with desk.trading():
        request = order(1, price_ticks=0, quantity_lots=LOTS)
        request["order_type"], request["time_in_force"] = OrderType.MARKET, TimeInForce.IOC
        desk.bench.ask(request)
        await until(lambda: Report.FILLED in desk.bench.told(1))
        assert desk.bench.last(1)["filled_lots"] == LOTS


async def test_a_replacement_keeps_what_was_filled_and_never_doubles(desk: Desk) -> None:
    bench, double = desk.bench, desk.double
    async with desk.trading():
        await desk.accepted(7)
        double.venue.fill(double.venue.by_client(7), 3)
        await until(lambda: bench.told(7) == [Report.ACCEPTED, Report.FILLED])
        bench.ask(order(7, detail=Request.REPLACE, quantity_lots=8, price_ticks=PRICE_TICKS + 100))
        await until(lambda: bench.told(7)[-1] == Report.REPLACED)
        assert (bench.last(7)["quantity_lots"], bench.last(7)["filled_lots"]) == (8, 3)
        assert len(double.open) == 1
        now = double.open[0]
        assert (now.left_lots, now.price_ticks) == (5, PRICE_TICKS + 100)
        double.venue.fill(now, 5)
        await until(lambda: bench.told(7)[-1] == Report.FILLED)
        assert bench.last(7)["filled_lots"] == 8
        assert bench.last(7)["flags"] & EventFlag.FINAL


async def test_a_replacement_of_an_order_that_is_gone_is_refused_or_says_its_end(desk: Desk) -> None:
    async with desk.trading():
        await desk.accepted(7)
        desk.double.venue.close_quietly(desk.double.venue.by_client(7))
        desk.bench.ask(order(7, detail=Request.REPLACE, quantity_lots=8, price_ticks=PRICE_TICKS + 100))
        await until(lambda: bool(desk.bench.last(7)["flags"] & EventFlag.FINAL))
        assert Report.REPLACED not in desk.bench.told(7)
        assert desk.double.open == []


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("funds", Reject.INSUFFICIENT_FUNDS),
        ("would_take", Reject.WOULD_TAKE),
        ("price", Reject.BAD_PRICE),
        ("quantity", Reject.BAD_QUANTITY),
    ],
)
async def test_a_refusal_comes_back_as_the_reason_in_our_words(desk: Desk, kind: str, reason: Reject) -> None:
    if kind not in desk.double.refusals:
        pytest.skip("the venue says this in its reports")
    async with desk.trading():
        desk.double.refuse(kind)
        desk.bench.ask(order(1))
        await until(lambda: desk.bench.told(1) == [Report.REJECTED])
        assert desk.bench.last(1)["reason"] == reason


async def test_a_name_that_is_there_already_is_looked_up_and_not_refused(desk: Desk) -> None:
    if "duplicate" not in desk.double.refusals:
        pytest.skip("the venue answers a second order of a name with the first one")
    async with desk.trading():
        desk.double.refuse("duplicate")
        desk.bench.ask(order(1))
        await until(lambda: bool(desk.bench.told(1)) and desk.bench.last(1)["status"] == OrderStatus.NOT_SENT)
        assert Report.REJECTED not in desk.bench.told(1)


async def test_a_cancel_of_what_is_gone_is_refused_and_looked_up(desk: Desk) -> None:
    async with desk.trading():
        await desk.accepted(1)
        desk.double.venue.close_quietly(desk.double.venue.by_client(1))
        desk.bench.ask(order(1, detail=Request.CANCEL))
        await until(lambda: bool(desk.bench.last(1)["flags"] & EventFlag.FINAL))


async def test_too_many_requests_means_not_sent_and_cancels_still_go(desk: Desk) -> None:
    async with desk.trading():
        await desk.accepted(1)
        desk.double.refuse("throttled")
        desk.bench.ask(order(2))
        await until(lambda: desk.bench.told(2) == [Report.NOT_SENT])
        desk.bench.ask(order(1, detail=Request.CANCEL))
        await until(lambda: Report.CANCELED in desk.bench.told(1))
        assert desk.double.venue.arrived == [1]


async def test_what_our_own_count_forbids_never_leaves_and_cancels_do(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.entry.orders.account, "orders_at_once", 1.0)
    monkeypatch.setattr(desk.entry.orders.account, "orders_a_second", 0.001)
    async with desk.trading():
        await desk.accepted(1)
        desk.bench.ask(order(2))
        await until(lambda: desk.bench.told(2) == [Report.NOT_SENT])
        desk.bench.ask(order(1, detail=Request.CANCEL))
        await until(lambda: Report.CANCELED in desk.bench.told(1))
        assert len(desk.double.orders_given) == 1


async def test_a_clock_that_is_off_means_not_sent(desk: Desk) -> None:
    if "clock" not in desk.double.refusals:
        pytest.skip("the venue's signatures hold no time")
    async with desk.trading():
        desk.double.refuse("clock")
        desk.bench.ask(order(2))
        await until(lambda: desk.bench.told(2) == [Report.NOT_SENT])


async def test_an_outcome_that_the_venue_does_not_know_is_looked_up(desk: Desk) -> None:
    async with desk.trading():
        desk.double.silent_next = True
        desk.bench.ask(order(1))
        await until(lambda: Report.ACCEPTED in desk.bench.told(1) or Report.STATE in desk.bench.told(1))
        await asyncio.sleep(0.05)
        assert Report.REJECTED not in desk.bench.told(1)
        assert not desk.bench.last(1)["flags"] & EventFlag.FINAL
        assert desk.double.venue.arrived == [1]


async def test_a_connection_that_breaks_in_mid_order_doubles_nothing(desk: Desk) -> None:
    async with desk.trading():
        desk.double.hang_up_next = True
        desk.bench.ask(order(1))
        await until(lambda: Report.ACCEPTED in desk.bench.told(1) or Report.STATE in desk.bench.told(1))
        assert desk.double.venue.arrived == [1]
        desk.bench.ask(order(1, detail=Request.CANCEL))
        await until(
            lambda: Report.CANCELED in desk.bench.told(1) or desk.bench.last(1)["status"] == OrderStatus.CANCELED
        )
        assert desk.double.open == []


async def test_an_order_that_never_arrived_is_said_to_be_not_sent(desk: Desk) -> None:
    async with desk.trading():
        desk.double.swallow_next = True
        desk.bench.ask(order(1))
        await until(lambda: bool(desk.bench.told(1)) and desk.bench.last(1)["status"] == OrderStatus.NOT_SENT)
        assert desk.double.venue.arrived == []
