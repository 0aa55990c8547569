"""Words late, twice, in the wrong order or never, and processes that die: at every venue the same end."""

import asyncio
from pathlib import Path

import pytest

from core.vocabulary import EventFlag, Report, Request
from feeds.order_entry.names import number_of
from feeds.sent_orders import external_id
from tests.deadline import until
from tests.doubles.desk import LOTS, PRICE_TICKS, QUICK, Desk
from tests.unit.feeds.gateway_bench import order
from tests.unit.feeds.test_gateway_restarts import Mortal, is_settled, live_until


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


def _number(desk: Desk, venue_order_id: int) -> int:
    return number_of(desk.double.order_text(venue_order_id))
