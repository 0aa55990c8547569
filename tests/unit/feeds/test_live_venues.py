"""The whole order side over real sockets, at every venue that takes our orders: the same stories for all of them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from core.vocabulary import EventFlag, OrderStatus, OrderType, Reject, Report, Request, TimeInForce
from feeds.order_entry.names import number_of
from feeds.sent_orders import external_id
from feeds.venues.catalogue import order_venue
from feeds.venues.contract import DeadMan
from tests.doubles.desk import LOTS, PRICE_TICKS, QUICK, UNASKED, Desk
from tests.doubles.framework import FEE_E8
from tests.doubles.venues import ENTRIES, Entry
from tests.unit.feeds.gateway_bench import order, until
from tests.unit.feeds.test_gateway_restarts import Mortal, is_settled, live_until


@pytest.fixture(params=list(ENTRIES))
def entry(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Entry:
    entry = ENTRIES[request.param]
    # The venue's real limits would make every story a long one; the budget has tests of its own.
    for name in ("queries_a_second", "queries_at_once", "orders_a_second", "orders_at_once"):
        monkeypatch.setattr(entry.orders.account, name, 10_000.0)
    return entry


@pytest.fixture
async def desk(tmp_path: Path, entry: Entry) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path, entry)
    await desk.double.start()
    yield desk
    assert desk.double.bad_signatures == 0
    await desk.double.stop()


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


async def test_an_answer_that_comes_too_late_changes_nothing_twice(desk: Desk) -> None:
    async with desk.trading(request_timeout_ms=150):
        desk.double.late_s = 0.3
        desk.bench.ask(order(1))
        await until(lambda: Report.ACCEPTED in desk.bench.told(1) or Report.STATE in desk.bench.told(1))
        await asyncio.sleep(0.2)  # the answer comes, to nobody
        assert desk.double.venue.arrived == [1]
        assert not any(row["flags"] & EventFlag.FINAL for row in desk.bench.take())


async def test_words_that_come_twice_count_once(desk: Desk) -> None:
    desk.double.twice = True
    async with desk.trading():
        await desk.accepted(1)
        desk.double.venue.fill(desk.double.venue.by_client(1), 4)
        desk.double.venue.fill(desk.double.venue.by_client(1), 6)
        await until(lambda: desk.bench.told(1) == [Report.ACCEPTED, Report.FILLED, Report.FILLED])
        await asyncio.sleep(0.1)  # a round of comparing with the venue
        assert desk.bench.told(1) == [Report.ACCEPTED, Report.FILLED, Report.FILLED]


async def test_words_in_the_wrong_order_end_where_the_venue_is(desk: Desk) -> None:
    async with desk.trading():
        await desk.accepted(1)
        resting = desk.double.venue.by_client(1)
        desk.double.hold()
        desk.double.venue.fill(resting, 2)
        desk.double.venue.fill(resting, 3)
        await desk.double.cancel(resting)
        desk.double.release()
        await until(lambda: desk.bench.told(1).count(Report.FILLED) == 2)
        await until(lambda: any(row["flags"] & EventFlag.FINAL for row in desk.bench.take()))
        fills = [row for row in desk.bench.take() if row["detail"] == Report.FILLED]
        assert sum(int(row["quantity_lots"]) for row in fills) == 5
        assert max(int(row["filled_lots"]) for row in desk.bench.take()) == 5


async def test_a_broken_stream_is_opened_again_and_nothing_is_missed(desk: Desk) -> None:
    async with desk.trading():
        await desk.accepted(1)
        desk.double.refuse_logins = 1
        await desk.double.hang_up()
        desk.double.venue.fill(desk.double.venue.by_client(1), 5, quietly=True)
        await until(lambda: desk.bench.told(1) == [Report.ACCEPTED, Report.FILLED])
        theirs = desk.double.venue.place_by_another()
        adopted = external_id(0, _number(desk, theirs.venue_order_id))
        await until(lambda: desk.bench.told(adopted) == [Report.ADOPTED])
        await until(lambda: desk.double.refuse_logins == 0 and bool(desk.double.sockets))
        await desk.accepted(2)


async def test_orders_that_are_open_at_a_restart_are_still_ours(desk: Desk) -> None:
    async with desk.trading():
        await desk.accepted(1)
        await desk.accepted(2)
    desk.double.venue.fill(desk.double.venue.by_client(1), 4, quietly=True)
    async with desk.trading():
        await until(lambda: desk.bench.told(1) == [Report.ACCEPTED, Report.FILLED])
        desk.bench.ask(order(1, detail=Request.CANCEL), order(2, detail=Request.CANCEL))
        await until(lambda: desk.bench.told(1)[-1] == Report.CANCELED and desk.bench.told(2)[-1] == Report.CANCELED)
    assert desk.double.venue.arrived == [1, 2]
    assert desk.double.open == []


@pytest.mark.parametrize("deaths", [(3, 9, 14), (6, 21), (17, 5, 11, 2)], ids=str)
async def test_an_order_process_that_dies_anywhere_sends_nothing_twice_and_forgets_nothing(
    desk: Desk, deaths: tuple[int, ...]
) -> None:
    bench, double = desk.bench, desk.double
    bench.venue, asked = double.venue, range(1, 6)
    bench.ask(*(order(client_id, price_ticks=PRICE_TICKS, quantity_lots=LOTS) for client_id in asked))
    bench.ask(*(order(client_id, detail=Request.CANCEL) for client_id in (2, 4)))
    traded: set[int] = set()

    def somebody_trades() -> bool:
        for resting in double.open:
            if resting.client_id in (1, 2, 3) and resting.client_id not in traded:
                traded.add(resting.client_id)
                double.venue.fill(resting, 3)
        return False

    for dies_at in deaths:
        venue = desk.make()
        gateway = bench.make(config=QUICK, venue=venue)
        await live_until(gateway, Mortal(gateway, dies_at), somebody_trades)
        await venue.close()
    async with desk.trading():
        await until(lambda: all(somebody_trades() or is_settled(bench, client_id) for client_id in asked))
    assert len(double.venue.arrived) == len(set(double.venue.arrived)), "sent twice"
    for client_id in asked:
        told = [row for row in bench.reports if row["client_id"] == client_id and row["detail"] == Report.FILLED]
        executed = [fill.quantity_lots for fill in double.venue.fills if fill.client_id == client_id]
        assert [int(row["quantity_lots"]) for row in told] == executed, "every execution once"


async def test_a_replacement_after_a_restart_is_told(desk: Desk) -> None:
    async with desk.trading():
        await desk.accepted(1)
    async with desk.trading():
        desk.bench.ask(order(1, detail=Request.REPLACE, quantity_lots=12, price_ticks=PRICE_TICKS - 5))
        await until(lambda: desk.bench.last(1)["quantity_lots"] == 12)
        assert desk.bench.last(1)["detail"] in (Report.REPLACED, Report.STATE)
        assert [resting.price_ticks for resting in desk.double.open] == [PRICE_TICKS - 5]


async def test_a_replaced_order_is_still_one_order_after_a_restart(desk: Desk) -> None:
    async with desk.trading():
        await desk.accepted(7)
        desk.double.venue.fill(desk.double.venue.by_client(7), 3)
        await until(lambda: desk.bench.told(7)[-1] == Report.FILLED)
        desk.bench.ask(order(7, detail=Request.REPLACE, quantity_lots=8, price_ticks=PRICE_TICKS + 100))
        await until(lambda: desk.bench.told(7)[-1] == Report.REPLACED)
    async with desk.trading():
        desk.double.venue.fill(desk.double.open[0], 2)
        await until(lambda: desk.bench.told(7)[-1] == Report.FILLED and desk.bench.last(7)["filled_lots"] == 5)
        desk.bench.ask(order(7, detail=Request.CANCEL))
        await until(lambda: bool(desk.bench.last(7)["flags"] & EventFlag.FINAL))
        assert desk.bench.last(7)["filled_lots"] == 5
        assert desk.double.open == []


async def test_what_is_filled_after_a_restart_is_no_replacement(desk: Desk) -> None:
    async with desk.trading():
        await desk.accepted(1)
    async with desk.trading() as venue:
        await until(lambda: 1 in venue._shown_terms)  # from the first list
        desk.double.venue.fill(desk.double.venue.by_client(1), 2)
        await until(lambda: desk.bench.told(1) == [Report.ACCEPTED, Report.FILLED])
        desk.bench.ask(order(1, detail=Request.REPLACE, quantity_lots=12, price_ticks=PRICE_TICKS - 5))
        await until(lambda: desk.bench.last(1)["quantity_lots"] == 12)
        assert desk.bench.told(1) == [Report.ACCEPTED, Report.FILLED, Report.REPLACED]


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


async def test_a_halt_with_flatten_cancels_strangers_and_sells_what_is_held(desk: Desk) -> None:
    async with desk.trading():
        await desk.accepted(1)
        await desk.accepted(2)
        theirs = desk.double.venue.place_by_another()
        desk.double.venue.fill(desk.double.venue.by_client(1), LOTS)
        total = desk.bench.halt(flatten=True)
        status = desk.bench.core.table("gateway.double")[0]
        await until(lambda: status["flatten_sum_done"] == total, seconds=10)
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
        await until(lambda: status["halt_sum_clean"] == total, seconds=10)
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


async def test_two_processes_with_one_key_do_not_shut_each_other_out(desk: Desk) -> None:
    """As `station kill` beside an order process that still lives."""
    async with desk.trading():
        await desk.accepted(1)
        alone = desk.make()
        await alone.start_quietly()
        for _ in range(10):
            await alone.open_orders()
        await desk.accepted(2)
        await alone.close()


async def test_without_a_private_stream_the_venue_is_asked(desk: Desk) -> None:
    if desk.entry.orders.__name__ == "BinanceOrders":
        pytest.skip("without a WebSocket API it has a listen key")
    async with desk.trading(ws_api_url=""):
        await desk.accepted(1)
        desk.double.venue.fill(desk.double.venue.by_client(1), 4)
        await until(lambda: Report.FILLED in desk.bench.told(1))
        desk.bench.ask(order(1, detail=Request.CANCEL))
        await until(lambda: bool(desk.bench.last(1)["flags"] & EventFlag.FINAL))


async def test_no_secret_is_in_any_log_status_or_sentence(desk: Desk, tmp_path: Path) -> None:
    async with desk.trading():
        for number, fault in enumerate(("silent_next", "hang_up_next", "swallow_next"), 1):
            setattr(desk.double, fault, True)
            desk.bench.ask(order(number))
            await until(lambda number=number: bool(desk.bench.told(number)))
        desk.double.refuse("funds")
        desk.bench.ask(order(9))
        await until(lambda: bool(desk.bench.told(9)))
        desk.double.refuse_logins = 1
        await desk.double.hang_up()
        await until(lambda: desk.double.refuse_logins == 0)
        status = bytes(desk.bench.core.table("gateway.double")[0].tobytes())
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    everything = status + written + "\n".join(desk.said).encode()
    assert desk.said
    for secret in (desk.double.keys.secret, desk.double.keys.passphrase, *desk.double.tokens):
        assert not secret or secret.encode() not in everything


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


def stop(client_id: int, kind: OrderType, trigger_ticks: int, detail: Request = Request.NEW) -> np.ndarray:
    limit_ticks = 0 if kind == OrderType.STOP else PRICE_TICKS - 100
    request = order(client_id, detail=detail, price_ticks=limit_ticks, quantity_lots=LOTS)
    request["order_type"], request["execution_id"] = kind, trigger_ticks
    return request


def _number(desk: Desk, venue_order_id: int) -> int:
    return number_of(desk.double.order_text(venue_order_id))
