"""An order process that dies anywhere: nothing is sent twice, nothing is forgotten."""

import asyncio
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from core.clock import monotonic_ns
from core.memory.journal import HEADER_BYTES, RECORD_BYTES, Journal, read_journal
from core.vocabulary import EventFlag, OrderStatus, Report, Request
from feeds.gateway import OrderGateway
from tests.deadline import until
from tests.unit.feeds.gateway_bench import GROUP, QUICK, GatewayBench, order, running
from tests.venue_double import CLOSED


class Death(BaseException):
    """SIGKILL, as far as one process can play it: nothing after this line of it runs."""


class Mortal:
    """Counts what a gateway does to the world outside and kills it at one of those moments, before or after it."""

    def __init__(self, gateway: OrderGateway, dies_at: int) -> None:
        self.gateway, self._left, self.is_dead = gateway, dies_at, False
        intake, log = gateway.intake, gateway.reports.log
        self._make_mortal(intake._log, "append")
        self._make_mortal(log._journal, "append")
        self._make_mortal(log._ring, "publish_batch")
        self._make_mortal(intake._requests, "done")
        self._make_mortal(intake._cancels, "done")
        gateway.venue = MortalVenue(gateway.venue, self)  # type: ignore[assignment]

    def moment(self) -> None:
        self._left -= 1
        if self._left <= 0:
            self.is_dead = True
        if self.is_dead:
            raise Death

    def _make_mortal(self, thing: Any, name: str) -> None:
        act: Callable[..., Any] = getattr(thing, name)

        def mortal(*arguments: Any) -> Any:
            self.moment()
            result = act(*arguments)
            self.moment()
            return result

        setattr(thing, name, mortal)


class MortalVenue:
    """The way to the venue: requests may be cut off before they leave, or their answers on the way back."""

    def __init__(self, venue: Any, mortal: Mortal) -> None:
        self._venue, self._mortal = venue, mortal
        self.name = venue.name

    def __getattr__(self, name: str) -> Any:
        act = getattr(self._venue, name)

        async def mortal(*arguments: Any) -> Any:
            self._mortal.moment()
            result = await act(*arguments)
            self._mortal.moment()
            return result

        return mortal


async def live_until(gateway: OrderGateway, mortal: Mortal, is_enough: Callable[[], bool]) -> None:
    """Run until it dies or has done enough; then it is gone without a word, as a killed process."""
    running_task = asyncio.create_task(gateway.run())
    await until(lambda: mortal.is_dead or running_task.done() or is_enough())
    mortal.is_dead = True
    gateway.venue._venue._report = lambda report: None  # type: ignore[attr-defined]  # its socket died with it
    for task in (running_task, *gateway._tasks):
        task.cancel()
    await asyncio.gather(running_task, *gateway._tasks, return_exceptions=True)
    gateway._lock.release()


@settings(max_examples=20, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    deaths=st.lists(st.integers(1, 60), min_size=1, max_size=4),
    orders=st.integers(1, 8),
    cancelled=st.sets(st.integers(1, 8), max_size=4),
    filled=st.sets(st.integers(1, 8), max_size=4),
)
def test_nothing_is_sent_twice_and_nothing_is_forgotten(
    deaths: list[int], orders: int, cancelled: set[int], filled: set[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_live_and_die(Path(folder), deaths, orders, cancelled, filled))


async def _live_and_die(folder: Path, deaths: list[int], orders: int, cancelled: set[int], filled: set[int]) -> None:
    bench = GatewayBench(folder)
    venue = bench.venue
    asked = list(range(1, orders + 1))
    bench.ask(*(order(client_id) for client_id in asked))
    bench.ask(*(order(client_id, detail=Request.CANCEL) for client_id in cancelled if client_id in asked))

    def somebody_trades() -> None:
        for resting in venue.orders:
            if resting.client_id in filled and resting.status not in CLOSED:
                filled.discard(resting.client_id)
                with suppress(Death):
                    venue.fill(resting, 2)

    for dies_at in deaths:
        gateway = bench.make()
        mortal = Mortal(gateway, dies_at)

        def step() -> bool:
            somebody_trades()
            return False

        await live_until(gateway, mortal, step)
    async with running(bench.make()) as gateway:
        await until(lambda: len(bench.take()) > 0 and gateway.reconciler.rounds > 1)
        somebody_trades()
        await until(lambda: all(is_settled(bench, client_id) for client_id in asked))
    assert len(venue.arrived) == len(set(venue.arrived)), "sent twice"
    for client_id in asked:
        _assert_core_knows(bench, client_id)


def is_settled(bench: GatewayBench, client_id: int) -> bool:
    told = [row for row in bench.take() if row["client_id"] == client_id]
    if not told or told[-1]["detail"] == Report.UNKNOWN:
        return False
    at_venue = [resting for resting in bench.venue.orders if resting.client_id == client_id]
    executed = sum(int(row["quantity_lots"]) for row in told if row["detail"] == Report.FILLED)
    is_over = any(row["flags"] & EventFlag.FINAL for row in told)
    if not at_venue:
        return is_over
    return executed == at_venue[0].filled_lots and is_over == (at_venue[0].status in CLOSED)


def _assert_core_knows(bench: GatewayBench, client_id: int) -> None:
    told = [row for row in bench.reports if row["client_id"] == client_id]
    executions = [int(row["execution_id"]) for row in told if row["detail"] == Report.FILLED]
    at_venue = [fill.execution_id for fill in bench.venue.fills if fill.client_id == client_id]
    assert sorted(executions) == sorted(at_venue), "every execution once"


async def test_what_was_claimed_and_never_logged_is_looked_up_and_not_sent(tmp_path: Path) -> None:
    bench = GatewayBench(tmp_path)
    bench.ask(order(1), order(2))
    bench.make()._lock.release()
    words = bench.core.ring(f"order_requests.{GROUP}")
    _write_claim(bench, 1)
    async with running(bench.make()):
        await until(lambda: bench.told(1) == [Report.UNKNOWN, Report.STATE] and bench.told(2) == [Report.ACCEPTED])
        await until(lambda: int(words.consumed[0]) == 2)
    assert bench.last(1)["status"] == OrderStatus.NOT_SENT
    assert bench.venue.arrived == [2]


async def test_what_was_claimed_and_had_arrived_is_found_at_the_venue(tmp_path: Path) -> None:
    bench = GatewayBench(tmp_path)
    bench.ask(order(1))
    await bench.venue.place(order(1)[0])
    _write_claim(bench, 1)
    async with running(bench.make()):
        await until(lambda: bench.told(1)[-1:] == [Report.STATE])
    assert bench.last(1)["status"] == OrderStatus.NEW
    assert bench.last(1)["strategy_id"] == 3, "still ours"
    assert bench.venue.arrived == [1]


async def test_what_was_not_claimed_is_sent_only_if_it_is_still_valid(tmp_path: Path) -> None:
    bench = GatewayBench(tmp_path)
    bench.ask(order(1, valid_until_ns=monotonic_ns() + 10**10), order(2, valid_until_ns=monotonic_ns()))
    async with running(bench.make()):
        await until(lambda: bench.told(1) == [Report.ACCEPTED] and bench.told(2) == [Report.NOT_SENT])


async def test_a_replacement_that_was_sent_and_never_answered_is_looked_up_by_the_next_process(tmp_path: Path) -> None:
    bench = GatewayBench(tmp_path)
    patient = replace(QUICK, answer_ms=60_000)
    async with running(bench.make(config=patient)):
        bench.ask(order(1))
        await until(lambda: bench.told(1) == [Report.ACCEPTED])
        bench.venue.drop_answers = True
        bench.ask(order(1, detail=Request.REPLACE, price_ticks=103, quantity_lots=8))
        await until(lambda: bench.venue.by_client(1).price_ticks == 103)
    bench.venue.drop_answers = False
    async with running(bench.make(config=patient)):
        await until(lambda: bench.told(1) == [Report.ACCEPTED, Report.STATE])
    last = bench.last(1)
    assert (last["price_ticks"], last["quantity_lots"], last["status"]) == (103, 8, OrderStatus.NEW)
    async with running(bench.make(config=patient)) as third:
        assert not third.has_unanswered(), "the second one was told"


async def test_an_order_that_ended_before_its_replacement_was_answered_is_told_again(tmp_path: Path) -> None:
    """The process died between the end and its second word."""
    bench = GatewayBench(tmp_path)
    async with running(bench.make()):
        bench.ask(order(1))
        await until(lambda: bench.told(1) == [Report.ACCEPTED])
        bench.venue.fill(bench.venue.by_client(1), 5)
        await until(lambda: bench.told(1)[-1] == Report.FILLED)
    log = Journal(tmp_path / GROUP / "requests.log")
    asked = order(1, detail=Request.REPLACE, quantity_lots=8)
    asked["received_ns"] = monotonic_ns()
    log.append(asked)
    log.close()
    async with running(bench.make()):
        await until(lambda: bench.told(1) == [Report.ACCEPTED, Report.FILLED, Report.STATE])
    assert bench.last(1)["status"] == OrderStatus.FILLED


async def test_a_halt_at_the_start_is_obeyed_although_an_order_was_never_answered(tmp_path: Path) -> None:
    bench = GatewayBench(tmp_path)
    log = Journal(tmp_path / GROUP / "requests.log")
    log.append(order(1))
    log.close()
    total = bench.halt()
    async with running(bench.make()) as gateway:
        await until(lambda: gateway.status["halt_sum_clean"] == total)
        assert bench.last(1)["status"] == OrderStatus.NOT_SENT
        bench.rearm()
        bench.ask(order(2))
        await until(lambda: bench.told(2) == [Report.ACCEPTED])


async def test_a_new_desk_with_empty_rings_is_told_everything_again(tmp_path: Path) -> None:
    before = GatewayBench(tmp_path)
    async with running(before.make()):
        before.ask(order(1))
        await until(lambda: before.told(1) == [Report.ACCEPTED])
        before.venue.fill(before.venue.by_client(1), 5)
        await until(lambda: len(before.take()) == 2)
    after = GatewayBench(tmp_path)
    after.venue = before.venue
    async with running(after.make()):
        await until(lambda: len(after.take()) == 2)
    assert [int(row["sequence"]) for row in after.reports] == [1, 2]
    assert all(row["flags"] & EventFlag.POSSIBLE_DUPLICATE for row in after.reports)


async def _log_of_three(folder: Path) -> GatewayBench:
    bench = GatewayBench(folder)
    async with running(bench.make()):
        bench.ask(order(1), order(2), order(3))
        await until(lambda: len(bench.take()) == 3)
    return bench


@pytest.mark.parametrize("name", ["requests.log", "reports.log"])
async def test_a_log_torn_at_any_byte_is_read_up_to_there(tmp_path: Path, name: str) -> None:
    await _log_of_three(tmp_path)
    whole = (tmp_path / GROUP / name).read_bytes()
    records = read_journal(tmp_path / GROUP / name)
    used = HEADER_BYTES + RECORD_BYTES * len(records)
    torn = tmp_path / "torn.log"
    for length in range(HEADER_BYTES, used + 1):
        # What a killed writer leaves: the file is allocated ahead, so zeros follow.
        torn.write_bytes(whole[:length].ljust(len(whole), b"\0"))
        kept = read_journal(torn)
        assert len(kept) <= len(records)
        assert (kept == records[: len(kept)]).all()
        # A record may end in zeros: then nothing of it is missing.
        assert len(kept) >= (length - HEADER_BYTES) // RECORD_BYTES


@pytest.mark.parametrize("cut", [1, RECORD_BYTES // 2, RECORD_BYTES, RECORD_BYTES + 40, 3 * RECORD_BYTES])
async def test_after_a_torn_log_orders_are_found_at_the_venue_and_fills_come_once(tmp_path: Path, cut: int) -> None:
    before = await _log_of_three(tmp_path)
    for name in ("requests.log", "reports.log"):
        path = tmp_path / GROUP / name
        used = HEADER_BYTES + RECORD_BYTES * len(read_journal(path))
        with path.open("r+b") as file:
            file.seek(used - min(cut, used - HEADER_BYTES))
            file.write(b"\0" * min(cut, used - HEADER_BYTES))
    after = GatewayBench(tmp_path)
    after.venue = before.venue
    after.venue.fill(after.venue.by_client(3), 5, quietly=True)
    async with running(after.make()):
        await until(lambda: Report.FILLED in after.told(3))
    assert [row["client_id"] for row in after.reports if row["detail"] == Report.FILLED] == [3]
    assert before.venue.arrived == [1, 2, 3]


def _write_claim(bench: GatewayBench, count: int) -> None:
    """As a gateway does it that is killed right behind."""
    from core.memory.files import Memory

    memory = Memory(bench.descriptor, frozenset({f"order.{GROUP}"}))
    memory.ring(f"order_requests.{GROUP}").claimed[0] = count
    assert isinstance(memory.ring(f"order_requests.{GROUP}").claimed, np.ndarray)
