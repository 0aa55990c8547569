"""The whole order side over real sockets: gateway, Binance's protocol both ways, a venue that checks signatures."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from core.clock import wall_offset_ns
from core.vocabulary import EventFlag, OrderStatus, Reject, Report, Request
from feeds.config import GatewayConfig, VenueConfig
from feeds.credentials import read_credentials
from feeds.errors import CredentialsMissing
from feeds.instruments import Instrument, as_row
from feeds.sent_orders import external_id
from feeds.venues.binance.order_words import client_of, client_text, reason_of
from feeds.venues.binance.orders import BinanceOrders
from feeds.venues.binance.signing import sign, signed_parameters
from tests.binance_double import KEYS, BinanceDouble
from tests.unit.feeds.gateway_bench import GatewayBench, order, running, until

BTC = Instrument(
    symbol="BTC-USDT.binance", venue_symbol="BTCUSDT", venue="binance", base="BTC", quote="USDT", settlement="USDT",
    tick=Decimal("0.01"), lot=Decimal("0.00001"),
)  # fmt: skip
SLOW = GatewayConfig(reconcile_s=0.05, answer_ms=300, arrival_ms=200, core_stale_ms=60_000)


@asynccontextmanager
async def trading(folder: Path, *, ws_api: bool) -> AsyncIterator[tuple[GatewayBench, BinanceDouble]]:
    bench = GatewayBench(folder)
    bench.table[0] = as_row(BTC, source_id=0, book_slot=0, bar_slot=0)[0]
    double = BinanceDouble(bench.table[0])
    host = await double.start()
    config = VenueConfig(
        name="binance",
        rest_url=f"http://{host}",
        ws_url=f"ws://{host}",
        ws_api_url=f"ws://{host}/ws-api/v3" if ws_api else "",
        request_timeout_ms=2_000,
        reconnect_first_ms=5,
        reconnect_most_ms=20,
    )
    venue = BinanceOrders(config, KEYS, {0: bench.table[0]}, wall_offset_ns=wall_offset_ns())
    try:
        async with running(bench.make(config=SLOW, venue=venue)):
            yield bench, double
    finally:
        await double.stop()


@pytest.fixture(params=[True, False], ids=["websocket", "rest"])
def ws_api(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


async def test_an_order_lives_and_dies_over_the_wire(tmp_path: Path, ws_api: bool) -> None:
    async with trading(tmp_path, ws_api=ws_api) as (bench, double):
        bench.ask(order(0x100000001, price_ticks=6_183_763, quantity_lots=10))
        await until(lambda: bench.told(0x100000001) == [Report.ACCEPTED])
        resting = double.venue.by_client(0x100000001)
        assert (resting.price_ticks, resting.quantity_lots) == (6_183_763, 10)
        double.venue.fill(resting, 4)
        await until(lambda: bench.told(0x100000001)[-1] == Report.FILLED)
        fill = bench.last(0x100000001)
        assert (fill["filled_lots"], fill["quantity_lots"], fill["amount"]) == (4, 4, 1_000)
        assert fill["flags"] & EventFlag.MAKER
        bench.ask(order(0x100000001, detail=Request.CANCEL))
        await until(lambda: bench.told(0x100000001)[-1] == Report.CANCELED)
        assert bench.last(0x100000001)["filled_lots"] == 4


async def test_a_refusal_comes_back_as_the_reason_in_our_words(tmp_path: Path, ws_api: bool) -> None:
    async with trading(tmp_path, ws_api=ws_api) as (bench, double):
        double.refuse_next = (400, -2010, "Account has insufficient balance for requested action.")
        bench.ask(order(1))
        await until(lambda: bench.told(1) == [Report.REJECTED])
        assert bench.last(1)["reason"] == Reject.INSUFFICIENT_FUNDS
        bench.ask(order(2), order(2, detail=Request.CANCEL))
        await until(lambda: Report.CANCELED in bench.told(2))


async def test_too_many_requests_means_not_sent(tmp_path: Path, ws_api: bool) -> None:
    async with trading(tmp_path, ws_api=ws_api) as (bench, double):
        double.refuse_next = (429, -1003, "Too many requests.")
        bench.ask(order(1))
        await until(lambda: bench.told(1) == [Report.NOT_SENT])


async def test_an_outcome_that_the_venue_does_not_know_is_looked_up(tmp_path: Path, ws_api: bool) -> None:
    async with trading(tmp_path, ws_api=ws_api) as (bench, double):
        double.silent_next = True
        bench.ask(order(1))
        await until(lambda: Report.ACCEPTED in bench.told(1) or Report.STATE in bench.told(1))
        assert double.venue.arrived == [1]


async def test_a_replacement_keeps_what_was_filled_and_asks_for_the_rest(tmp_path: Path, ws_api: bool) -> None:
    async with trading(tmp_path, ws_api=ws_api) as (bench, double):
        bench.ask(order(7, quantity_lots=10, price_ticks=100))
        await until(lambda: bench.told(7) == [Report.ACCEPTED])
        double.venue.fill(double.venue.by_client(7), 3)
        await until(lambda: bench.told(7) == [Report.ACCEPTED, Report.FILLED])
        bench.ask(order(7, detail=Request.REPLACE, quantity_lots=8, price_ticks=101))
        await until(lambda: bench.told(7)[-1] == Report.REPLACED)
        new = double.venue.orders[-1]
        assert (new.quantity_lots, new.price_ticks) == (5, 101)
        assert (bench.last(7)["quantity_lots"], bench.last(7)["filled_lots"]) == (8, 3)
        double.venue.fill(new, 5)
        await until(lambda: bench.told(7)[-1] == Report.FILLED)
        assert bench.last(7)["filled_lots"] == 8
        assert bench.last(7)["flags"] & EventFlag.FINAL


async def test_a_halt_with_flatten_sells_the_balance(tmp_path: Path, ws_api: bool) -> None:
    async with trading(tmp_path, ws_api=ws_api) as (bench, double):
        bench.ask(order(1, quantity_lots=10), order(2))
        theirs = double.venue.place_by_another()
        await until(lambda: bench.told(2) == [Report.ACCEPTED])
        double.venue.fill(double.venue.by_client(1), 10)
        total = bench.halt(flatten=True)
        status = bench.core.table("gateway.double")[0]
        await until(lambda: status["flatten_sum_done"] == total, seconds=10)
        assert theirs.status == OrderStatus.CANCELED
        assert sum(row.position_lots for row in await double.venue.positions()) == 0


async def test_a_broken_user_stream_is_opened_again_and_nothing_is_missed(tmp_path: Path, ws_api: bool) -> None:
    async with trading(tmp_path, ws_api=ws_api) as (bench, double):
        bench.ask(order(1))
        await until(lambda: bench.told(1) == [Report.ACCEPTED])
        await double.hang_up()
        double.venue.fill(double.venue.by_client(1), 5, quietly=True)
        await until(lambda: bench.told(1) == [Report.ACCEPTED, Report.FILLED])
        theirs = double.venue.place_by_another()
        await until(lambda: bench.told(external_id(0, theirs.venue_order_id)) == [Report.ADOPTED])


def test_signatures_equal_the_venues_own_vectors(captures: Path) -> None:
    vectors = json.loads((captures / "auth_vectors" / "auth_vectors.json").read_text())
    ours = [vector for vector in vectors if vector["venue"] == "binance" and "HMAC" in vector["scheme"]]
    assert len(ours) >= 2
    for vector in ours:
        assert sign(vector["input"]["message"], vector["input"]["secret"]) == vector["expected"]


def test_websocket_parameters_are_signed_in_the_order_of_their_names() -> None:
    signed = signed_parameters({"timestamp": 2, "symbol": "X"}, KEYS)
    assert signed["signature"] == sign("apiKey=the-key&symbol=X&timestamp=2", KEYS.secret)


def test_a_client_id_survives_the_venues_text_and_strangers_are_none_of_ours() -> None:
    for client_id in (1, (1 << 61) | 1_763_700_000_000_000, (5 << 32) | 77):
        assert client_of(client_text(client_id, 12)) == (client_id, 12)
        assert len(client_text(client_id, 9_999)) <= 36
    for text in ("", "web_abc", "stn-", "stn-zz-0", "stn-1", "stn-1-x"):
        assert client_of(text) == (0, 0)


def test_what_a_venue_says_in_new_words_is_other() -> None:
    assert reason_of("Filter failure: PRICE_FILTER") == Reject.BAD_PRICE
    assert reason_of("Filter failure: NOTIONAL") == Reject.BAD_QUANTITY
    assert reason_of("the moon is full") == Reject.OTHER


@pytest.mark.parametrize("mode", [0o644, 0o640])
def test_a_secret_that_others_may_read_is_refused_with_a_sentence(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "keys.toml"
    path.write_text('key = "k"\nsecret = "s"\n')
    path.chmod(mode)
    with pytest.raises(CredentialsMissing, match="others may read it"):
        read_credentials(str(path), venue="binance")
    path.chmod(0o600)
    assert read_credentials(str(path), venue="binance").key == "k"
    assert "s" not in repr(read_credentials(str(path), venue="binance")).replace("Credentials", "")


def test_no_credentials_are_a_sentence_and_not_a_traceback() -> None:
    with pytest.raises(CredentialsMissing, match="the venue wants credentials for this"):
        read_credentials("", venue="binance")


async def test_who_need_not_be_told_cancels_without_user_data(tmp_path: Path) -> None:
    """As `station kill` does it when the order process is silent; the venue has given up listen keys."""
    async with trading(tmp_path, ws_api=True) as (bench, double):
        bench.ask(order(1))
        await until(lambda: bench.told(1) == [Report.ACCEPTED])
        config = VenueConfig(name="binance", rest_url=double.rest_url, ws_url="ws://127.0.0.1:1", ws_api_url="")
        alone = BinanceOrders(config, KEYS, {0: bench.table[0]}, wall_offset_ns=wall_offset_ns())
        await alone.start_quietly()
        for shown in await alone.open_orders():
            await alone.cancel(order(shown.client_id, detail=Request.CANCEL)[0])
        assert await alone.open_orders() == []
        await alone.close()
        await until(lambda: bench.told(1) == [Report.ACCEPTED, Report.CANCELED])
