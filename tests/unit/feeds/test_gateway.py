"""The order gateway against a venue with state: what is sent, what is told, and what a halt does."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

from core.clock import monotonic_ns
from core.memory import control
from core.memory.layout import Capacities
from core.vocabulary import EventFlag, FeedState, OrderStatus, Origin, Report, Request, Side
from feeds.config import GatewayConfig
from feeds.errors import AccountInUse
from feeds.sent_orders import KILL_SPACE, external_id, is_external
from feeds.venues.contract import VenueReport
from tests.deadline import PATIENCE, until
from tests.unit.feeds.gateway_bench import QUICK, GatewayBench, order, protecting_stop, running


@pytest.fixture
def bench(tmp_path: Path) -> GatewayBench:
    return GatewayBench(tmp_path)


async def test_an_order_is_sent_and_its_answers_come_back_with_its_identity(bench: GatewayBench) -> None:
    async with running(bench.make()) as gateway:
        bench.ask(order(1))
        asked_ns = monotonic_ns()
        await until(lambda: bench.told(1) == [Report.ACCEPTED])
        bench.venue.fill(bench.venue.by_client(1), 2)
        bench.venue.fill(bench.venue.by_client(1), 3)
        await until(lambda: bench.told(1) == [Report.ACCEPTED, Report.FILLED, Report.FILLED])
        last = bench.last(1)
        assert (last["filled_lots"], last["quantity_lots"], last["strategy_id"]) == (5, 3, 3)
        assert last["flags"] & EventFlag.FINAL
        assert last["flags"] & EventFlag.MAKER
        assert gateway.status["sent"] == 1
        first = bench.reports[0]
        assert asked_ns < first["valid_until_ns"] <= first["received_ns"]  # when its request left
        assert [int(row["sequence"]) for row in bench.reports] == [1, 2, 3]


async def test_a_late_order_is_not_sent_and_a_late_cancel_is(bench: GatewayBench) -> None:
    async with running(bench.make()):
        bench.ask(order(1), order(2, valid_until_ns=monotonic_ns() - 1))
        await until(lambda: bench.told(2) == [Report.NOT_SENT] and bench.told(1) == [Report.ACCEPTED])
        bench.ask(order(1, detail=Request.CANCEL, valid_until_ns=1))
        await until(lambda: bench.told(1) == [Report.ACCEPTED, Report.CANCELED])
    assert bench.venue.arrived == [1]


async def test_a_cancel_that_overtakes_its_order_keeps_it_from_leaving(bench: GatewayBench) -> None:
    bench.ask(order(1, detail=Request.CANCEL), order(1))
    async with running(bench.make()):
        await until(lambda: bench.told(1) == [Report.CANCELED])
    assert bench.venue.arrived == []


async def test_what_is_asked_of_an_order_that_is_over_is_answered_with_its_end(bench: GatewayBench) -> None:
    async with running(bench.make()):
        bench.ask(order(1, valid_until_ns=1))
        await until(lambda: bench.told(1) == [Report.NOT_SENT])
        bench.ask(order(1, detail=Request.CANCEL))
        await until(lambda: bench.told(1) == [Report.NOT_SENT, Report.STATE])
        assert bench.last(1)["status"] == OrderStatus.NOT_SENT
        bench.ask(order(1, detail=Request.REPLACE))
        await until(lambda: bench.told(1)[2:] == [Report.STATE])


async def test_the_same_order_asked_for_twice_is_sent_once(bench: GatewayBench) -> None:
    async with running(bench.make()):
        bench.ask(order(1), order(1), order(2))
        await until(lambda: bench.told(2) == [Report.ACCEPTED])
    assert bench.venue.arrived == [1, 2]


async def test_an_order_without_an_answer_is_unknown_until_the_venue_is_asked(bench: GatewayBench) -> None:
    bench.venue.drop_answers = True
    async with running(bench.make()):
        bench.ask(order(1))
        await until(lambda: bench.told(1) == [Report.UNKNOWN, Report.STATE])
    assert bench.last(1)["status"] == OrderStatus.NEW
    assert bench.venue.arrived == [1]


async def test_an_order_that_never_arrived_is_not_sent_once_it_cannot_arrive_any_more(bench: GatewayBench) -> None:
    bench.venue.swallow = True
    async with running(bench.make()):
        bench.ask(order(1))
        await until(lambda: bench.told(1) == [Report.UNKNOWN, Report.STATE])
    assert bench.last(1)["status"] == OrderStatus.NOT_SENT
    assert bench.last(1)["flags"] & EventFlag.FINAL
    assert bench.venue.arrived == []


async def test_the_core_may_ask_what_became_of_an_order_that_nobody_here_knows(bench: GatewayBench) -> None:
    async with running(bench.make()):
        bench.ask(order(77, detail=Request.LOOK_UP))
        await until(lambda: bench.told(77) == [Report.STATE])
    assert bench.last(77)["status"] == OrderStatus.NOT_SENT


async def test_a_fill_that_nobody_reported_is_found_and_told_once(bench: GatewayBench) -> None:
    async with running(bench.make()) as gateway:
        bench.ask(order(1))
        await until(lambda: bench.told(1) == [Report.ACCEPTED])
        bench.venue.fill(bench.venue.by_client(1), 2, quietly=True)
        await until(lambda: bench.told(1) == [Report.ACCEPTED, Report.FILLED])
        rounds = gateway.reconciler.rounds
        await until(lambda: gateway.reconciler.rounds > rounds + 2)
        assert bench.told(1) == [Report.ACCEPTED, Report.FILLED]


async def test_an_order_that_is_gone_at_the_venue_is_looked_up(bench: GatewayBench) -> None:
    async with running(bench.make()):
        bench.ask(order(1))
        await until(lambda: bench.told(1) == [Report.ACCEPTED])
        bench.venue.close_quietly(bench.venue.by_client(1))
        await until(lambda: bench.told(1) == [Report.ACCEPTED, Report.STATE])
    assert bench.last(1)["status"] == OrderStatus.CANCELED


async def test_orders_and_fills_of_somebody_else_are_adopted_as_external(bench: GatewayBench) -> None:
    theirs = bench.venue.place_by_another()
    client_id = external_id(0, theirs.venue_order_id)
    async with running(bench.make()):
        await until(lambda: bench.told(client_id) == [Report.ADOPTED])
        bench.venue.fill(theirs, 5)
        await until(lambda: bench.told(client_id) == [Report.ADOPTED, Report.FILLED])
        bench.ask(order(client_id, detail=Request.CANCEL))
        await until(lambda: bench.told(client_id)[-1] == Report.STATE)
    report = bench.last(client_id)
    assert is_external(client_id)
    assert report["flags"] & EventFlag.EXTERNAL
    assert report["origin"] == Origin.EXTERNAL


async def test_executions_from_before_the_first_start_are_not_ours(bench: GatewayBench) -> None:
    old = bench.venue.place_by_another()
    bench.venue.fill(old, 5)
    async with running(bench.make()) as gateway:
        await until(lambda: gateway.reconciler.rounds > 2)
    assert bench.take() == []


async def test_a_second_desk_on_the_same_account_is_refused_with_a_sentence(bench: GatewayBench) -> None:
    async with running(bench.make()):
        with pytest.raises(AccountInUse, match="another desk already trades on this account"):
            bench.make()
    async with running(bench.make()):
        pass


async def test_a_full_report_ring_loses_nothing(tmp_path: Path) -> None:
    bench = GatewayBench(tmp_path, capacities=Capacities(market=64, tape=64, execution_reports=8))
    async with running(bench.make()) as gateway:
        bench.ask(*(order(client_id) for client_id in range(1, 31)))
        await until(lambda: len(bench.venue.arrived) == 30 and gateway.reports.log.waiting == 22)
        await until(lambda: len(bench.take()) == 30)
    assert [int(row["client_id"]) for row in bench.reports] == list(range(1, 31))


async def test_a_full_disk_keeps_reports_in_memory_and_sends_no_orders(
    bench: GatewayBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(bench.make()) as gateway:
        bench.ask(order(1))
        await until(lambda: bench.told(1) == [Report.ACCEPTED])

        def refuse(events: np.ndarray) -> int:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as disk:
            disk.setattr(gateway.intake._log, "append", refuse)
            disk.setattr(gateway.reports.log._journal, "append", refuse)
            bench.venue.fill(bench.venue.by_client(1), 5)
            bench.ask(order(2))
            await until(lambda: b"log cannot be written" in bytes(gateway.status["message"]))
            await until(lambda: gateway.reports.log.waiting == 2)
            assert bench.venue.arrived == [1]
        await until(lambda: bench.told(1)[-1] == Report.FILLED and bench.told(2) == [Report.NOT_SENT])


async def test_answers_that_make_no_sense_are_said_and_end_nothing(bench: GatewayBench) -> None:
    async with running(bench.make()) as gateway:
        gateway.on_report(None)  # type: ignore[arg-type]
        assert b"made no sense" in bytes(gateway.status["message"])
        gateway.on_report(VenueReport(report=Report.CANCEL_REJECTED, instrument_id=5, client_id=9))
        bench.ask(order(1))
        await until(lambda: bench.told(1) == [Report.ACCEPTED])


async def test_a_venue_that_is_down_at_the_start_is_tried_again_with_beats_and_a_sentence(bench: GatewayBench) -> None:
    bench.venue.is_down = True
    async with running(bench.make()) as gateway:
        await until(lambda: b"cannot connect to the venue" in bytes(gateway.status["message"]))
        heard = int(bench.core.heartbeat("order.double")[0])
        await until(lambda: int(bench.core.heartbeat("order.double")[0]) > heard)
        bench.venue.is_down = False
        await until(lambda: gateway.status["state"] == FeedState.LIVE)
        bench.ask(order(1))
        await until(lambda: bench.told(1) == [Report.ACCEPTED])


async def test_a_halt_stops_sending_cancels_everything_and_gives_proof(bench: GatewayBench) -> None:
    async with running(bench.make()) as gateway:
        bench.ask(order(1), order(2))
        theirs = bench.venue.place_by_another()
        await until(lambda: bench.told(2) == [Report.ACCEPTED])
        halted_ns = monotonic_ns()
        total = bench.halt()
        bench.ask(order(3))
        await until(lambda: gateway.status["halt_sum_clean"] == total)
        assert gateway.status["halt_sum_seen"] == total
        assert gateway.status["halt_seen_ns"] - halted_ns < 50_000_000 * PATIENCE
        assert gateway.status["halt_cancelled"] == 3
        assert theirs.status == OrderStatus.CANCELED
        await until(lambda: bench.told(3) == [Report.NOT_SENT])
        assert bench.told(1) == bench.told(2) == [Report.ACCEPTED, Report.CANCELED]
        assert gateway.status["message"] == b"halted: a test"
        bench.rearm()
        await until(lambda: gateway.status["message"] == b"")
        bench.ask(order(4))
        await until(lambda: bench.told(4) == [Report.ACCEPTED])
        again = bench.halt(line=5)
        await until(lambda: gateway.status["halt_sum_clean"] == again)
    assert bench.venue.arrived == [1, 2, 4]


async def test_no_proof_is_given_while_an_order_may_still_arrive(bench: GatewayBench) -> None:
    bench.venue.swallow = True
    async with running(bench.make(config=GatewayConfig(arrival_ms=200, answer_ms=10, reconcile_s=60))) as gateway:
        bench.ask(order(1))
        await until(lambda: bench.told(1) == [Report.UNKNOWN])
        total = bench.halt()
        await until(lambda: gateway.status["halt_sum_seen"] == total)
        await until(lambda: gateway.status["halt_sum_clean"] == total)
        assert bench.told(1) == [Report.UNKNOWN, Report.STATE]


async def test_a_halt_with_flatten_closes_positions_until_the_venue_shows_flat(bench: GatewayBench) -> None:
    async with running(bench.make()) as gateway:
        bench.ask(order(1, instrument_id=0), order(2, instrument_id=1, side=Side.SELL, quantity_lots=7))
        await until(lambda: bench.told(2) == [Report.ACCEPTED])
        for client_id in (1, 2):
            bench.venue.fill(bench.venue.by_client(client_id), bench.venue.by_client(client_id).quantity_lots)
        bench.table["max_lots"][1] = 4  # so that one order cannot close it
        total = bench.halt(flatten=True)
        await until(lambda: gateway.status["flatten_sum_done"] == total)
    assert all(row.position_lots == 0 for row in await bench.venue.positions())
    kills = [client_id for client_id in bench.venue.arrived if client_id & KILL_SPACE]
    assert len(kills) == len(set(kills)) == 3
    told = bench.told(kills[0])
    assert (told[0], told[-1]) == (Report.ADOPTED, Report.FILLED)
    assert bench.last(kills[0])["origin"] == Origin.KILL


async def test_a_flatten_that_finds_no_taker_tries_on(bench: GatewayBench) -> None:
    bench.venue.market_fills = False
    async with running(bench.make()) as gateway:
        bench.ask(order(1))
        await until(lambda: bench.told(1) == [Report.ACCEPTED])
        bench.venue.fill(bench.venue.by_client(1), 5)
        total = bench.halt(flatten=True)
        await until(lambda: gateway.status["flatten_orders"] > 2)
        assert gateway.status["flatten_sum_done"] != total
        bench.venue.market_fills = True
        await until(lambda: gateway.status["flatten_sum_done"] == total)


async def test_a_restart_while_halted_cancels_before_anything_else(bench: GatewayBench) -> None:
    async with running(bench.make()):
        bench.ask(order(1))
        await until(lambda: bench.told(1) == [Report.ACCEPTED])
    total = bench.halt()
    bench.ask(order(2))
    async with running(bench.make()) as gateway:
        await until(lambda: gateway.status["halt_sum_clean"] == total)
        await until(lambda: bench.told(2) == [Report.NOT_SENT])
    assert bench.venue.by_client(1).status == OrderStatus.CANCELED


async def test_a_silent_core_halts_the_desk_and_everything_is_cancelled(bench: GatewayBench) -> None:
    async with running(bench.make(config=GatewayConfig(core_stale_ms=100))) as gateway:
        bench.core.heartbeat("core")[0] = monotonic_ns()
        bench.ask(order(1))
        await until(lambda: bench.told(1) == [Report.ACCEPTED])
        await until(lambda: bench.told(1) == [Report.ACCEPTED, Report.CANCELED])
        assert gateway.halts.is_halted
        assert "core stopped beating" in gateway.halts.reason
        bench.core.heartbeat("core")[0] = monotonic_ns()
        bench.ask(order(2))
        await until(lambda: bench.told(2) == [Report.NOT_SENT])


async def test_cancels_pass_a_halt(bench: GatewayBench) -> None:
    async with running(bench.make()) as gateway:
        total = bench.halt()
        await until(lambda: gateway.status["halt_sum_clean"] == total)
        late = bench.venue.place_by_another()  # came in behind the proof
        bench.ask(order(0, detail=Request.CANCEL))
        theirs = order(external_id(0, late.venue_order_id), detail=Request.CANCEL)
        theirs["reference_id"] = late.venue_order_id
        bench.ask(theirs)
        await until(lambda: late.status == OrderStatus.CANCELED)


async def test_the_desk_is_told_how_it_stands(bench: GatewayBench) -> None:
    async with running(bench.make()) as gateway:
        bench.ask(order(1), order(2))
        await until(lambda: gateway.status["open_at_venue"] == 2 and gateway.status["log_bytes"] > 0)
        assert bytes(gateway.status["venue"]) == b"double"
        histograms = bench.core.histograms("order.double")
        assert histograms["count"].sum() == 4, "two to the wire, two answered"
    assert gateway.status["state"] == FeedState.DOWN


async def test_many_orders_at_once_stay_within_the_flight_limit(bench: GatewayBench) -> None:
    gate = asyncio.Event()
    most = 0
    place = bench.venue.place

    async def slowly(request: np.void) -> None:
        nonlocal most
        most = max(most, gateway.under_way)
        await gate.wait()
        await place(request)

    bench.venue.place = slowly  # type: ignore[method-assign]
    config = GatewayConfig(in_flight=4, reconcile_s=60, answer_ms=60_000)
    async with running(bench.make(config=config)) as gateway:
        bench.ask(*(order(client_id) for client_id in range(1, 21)))
        await until(lambda: most >= 4)
        gate.set()
        await until(lambda: len(bench.take()) == 20)
    assert most <= 4
    assert sorted(bench.venue.arrived) == list(range(1, 21))
    assert QUICK.in_flight > 4


async def test_a_protective_stop_outlives_a_silent_core_and_goes_when_a_person_says_halt(bench: GatewayBench) -> None:
    async with running(bench.make(config=GatewayConfig(core_stale_ms=100))) as gateway:
        bench.core.heartbeat("core")[0] = monotonic_ns()
        bench.ask(order(1), protecting_stop(2))
        await until(lambda: bench.told(1)[-1:] == [Report.CANCELED])
        total = gateway.halts.total
        await until(lambda: gateway.status["halt_sum_clean"] == total)
        assert (gateway.status["open_at_venue"], gateway.status["halt_cancelled"]) == (1, 1)
        assert bench.venue.by_client(2).status == OrderStatus.NEW

        total = bench.halt()  # a key
        await until(lambda: gateway.status["halt_sum_clean"] == total)
        assert bench.venue.by_client(2).status == OrderStatus.CANCELED


@pytest.mark.parametrize(("line", "flatten"), [(control.CLI_LINE, False), (control.DESK_LINE, True)])
async def test_no_stop_stays_when_a_halt_is_meant_or_flattens(bench: GatewayBench, line: int, flatten: bool) -> None:
    async with running(bench.make()) as gateway:
        bench.ask(protecting_stop(2))
        await until(lambda: bench.told(2) == [Report.ACCEPTED])
        total = bench.halt(line=line, flatten=flatten)
        await until(lambda: gateway.status["halt_sum_clean"] == total)
        assert bench.venue.by_client(2).status == OrderStatus.CANCELED


async def test_a_stop_that_the_venue_does_not_keep_from_opening_stays_in_no_halt(bench: GatewayBench) -> None:
    async with running(bench.make()) as gateway:
        stop = protecting_stop(2)
        stop["flags"] = 0
        bench.ask(stop)
        await until(lambda: bench.told(2) == [Report.ACCEPTED])
        total = bench.halt(line=control.DESK_LINE)
        await until(lambda: gateway.status["halt_sum_clean"] == total)
        assert bench.venue.by_client(2).status == OrderStatus.CANCELED
