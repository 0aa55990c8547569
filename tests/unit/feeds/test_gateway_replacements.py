"""Replacements at the order gateway: late, lost, and crossed by the end of their order."""

from pathlib import Path

import numpy as np
import pytest

from core.vocabulary import EventFlag, OrderStatus, Reject, Report, Request
from feeds.venues.contract import VenueReport
from tests.deadline import until
from tests.unit.feeds.gateway_bench import GatewayBench, order, running


@pytest.fixture
def bench(tmp_path: Path) -> GatewayBench:
    return GatewayBench(tmp_path)


async def test_a_late_replacement_is_rejected_and_the_order_lives_on(bench: GatewayBench) -> None:
    async with running(bench.make()):
        bench.ask(order(1), order(1, detail=Request.REPLACE, price_ticks=99, valid_until_ns=1))
        await until(lambda: set(bench.told(1)) == {Report.ACCEPTED, Report.REPLACE_REJECTED})
        bench.ask(order(1, detail=Request.REPLACE, price_ticks=98))
        await until(lambda: bench.told(1)[-1] == Report.REPLACED)
    assert bench.venue.by_client(1).price_ticks == 98


async def test_a_replacement_whose_answer_never_came_is_looked_up(bench: GatewayBench) -> None:
    async with running(bench.make()) as gateway:
        bench.ask(order(1))
        await until(lambda: bench.told(1) == [Report.ACCEPTED])
        bench.venue.drop_answers = True
        bench.ask(order(1, detail=Request.REPLACE, price_ticks=103, quantity_lots=8))
        await until(lambda: bench.told(1) == [Report.ACCEPTED, Report.STATE])
        rounds = gateway.reconciler.rounds
        await until(lambda: gateway.reconciler.rounds > rounds + 2)
        assert bench.told(1) == [Report.ACCEPTED, Report.STATE], "once is enough"
    last = bench.last(1)
    assert (last["price_ticks"], last["quantity_lots"], last["status"]) == (103, 8, OrderStatus.NEW)


async def test_a_replacement_that_came_after_the_last_fill_is_answered_with_the_end(bench: GatewayBench) -> None:
    """The core waits for that answer: what was asked for may have filled too."""
    async with running(bench.make()):
        bench.ask(order(1))
        await until(lambda: bench.told(1) == [Report.ACCEPTED])
        _fills_before_a_replacement_arrives(bench)
        bench.ask(order(1, detail=Request.REPLACE, quantity_lots=8))
        await until(lambda: bench.told(1) == [Report.ACCEPTED, Report.FILLED, Report.STATE])
    last = bench.last(1)
    assert (last["status"], last["filled_lots"]) == (OrderStatus.FILLED, 5)
    assert last["flags"] & EventFlag.FINAL


async def test_an_order_that_ends_before_its_replacement_leaves_is_answered_with_the_end(bench: GatewayBench) -> None:
    async with running(bench.make()) as gateway:
        bench.ask(order(1))
        await until(lambda: bench.told(1) == [Report.ACCEPTED])
        bench.ask(order(1, detail=Request.REPLACE, quantity_lots=8))
        gateway.intake.drain()
        bench.venue.fill(bench.venue.by_client(1), 5)  # in the same turn of the loop
        await until(lambda: bench.told(1) == [Report.ACCEPTED, Report.FILLED, Report.STATE])
        assert gateway.status["sent"] == 1
    assert bench.last(1)["status"] == OrderStatus.FILLED


def _fills_before_a_replacement_arrives(bench: GatewayBench) -> None:
    async def replace(request: np.void) -> None:
        resting = bench.venue.by_client(int(request["client_id"]))
        bench.venue.fill(resting, resting.left_lots)
        refusal = VenueReport(
            report=Report.REPLACE_REJECTED, instrument_id=0, client_id=resting.client_id, reject=Reject.UNKNOWN_ORDER
        )
        bench.venue._report(refusal)

    bench.venue.replace = replace  # type: ignore[method-assign]


async def test_a_missing_fill_ends_no_order_that_may_have_grown(bench: GatewayBench) -> None:
    """The replacement's answer and the fill were lost together: only a look-up knows the size."""
    async with running(bench.make()):
        bench.ask(order(1))
        await until(lambda: bench.told(1) == [Report.ACCEPTED])
        bench.venue.drop_answers = True
        bench.ask(order(1, detail=Request.REPLACE, quantity_lots=8))
        await until(lambda: bench.venue.by_client(1).quantity_lots == 8)
        bench.venue.fill(bench.venue.by_client(1), 5)
        bench.venue.drop_answers = False
        await until(lambda: set(bench.told(1)) == {Report.ACCEPTED, Report.FILLED, Report.STATE})
        assert not any(row["flags"] & EventFlag.FINAL for row in bench.take())
        assert bench.last(1)["quantity_lots"] == 8
        bench.venue.fill(bench.venue.by_client(1), 3)
        await until(lambda: bool(bench.last(1)["flags"] & EventFlag.FINAL))
