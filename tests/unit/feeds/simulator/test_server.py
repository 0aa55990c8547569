"""The served exchange, asked over real sockets by a plain client."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from core.clock import monotonic_ns, wall_offset_ns
from core.vocabulary import InstrumentState
from feeds.credentials import Credentials
from feeds.listing import read_listing
from feeds.simulator.client_names import ClientNames
from feeds.simulator.depth import bids_and_asks
from feeds.simulator.instruments import simulator_instruments
from feeds.simulator.keeping import Keeper
from feeds.simulator.live import LiveExchange
from feeds.simulator.server import ExchangeServer, serve
from feeds.simulator.settings import SimulatorSettings
from feeds.simulator.signatures import Keys
from feeds.venues.binance.sequence import DepthSequence
from feeds.venues.binance.signing import signed_parameters, signed_query

pytestmark = [
    pytest.mark.compiled,
    pytest.mark.usefixtures("simulator_kernels"),
]  # seconds of virtual or real time: plain Python is too slow for them

CREDENTIALS = Credentials(key="a-key", secret="a-secret")
SYMBOL = "BTCUSD"


class Client:
    """The server on a free port, and somebody who speaks to it."""

    def __init__(self, folder: Path) -> None:
        settings = SimulatorSettings(seed=7, journal_folder=str(folder))
        offset_ns = wall_offset_ns()
        self.keeper = Keeper(simulator_instruments(), settings, now_ns=monotonic_ns() + offset_ns)
        self.live = LiveExchange(self.keeper.exchange, settings, wall_offset_ns=offset_ns, keeper=self.keeper)
        self.names = ClientNames(folder / "client-names.txt")
        keys = Keys({1: (CREDENTIALS.key, CREDENTIALS.secret)})
        self.server = ExchangeServer(self.live, venue="alpha", keys=keys, names=self.names)

    async def open(self) -> None:
        self.runner, port = await serve(self.live, self.server, 0)
        self._flushing = asyncio.create_task(self.server.flush_for_ever())
        self.url, self.ws = f"http://127.0.0.1:{port}", f"ws://127.0.0.1:{port}"
        self.http = aiohttp.ClientSession()

    async def close(self) -> None:
        self._flushing.cancel()
        await self.http.close()
        await self.runner.cleanup()
        self.live.close()
        self.names.close()

    async def get(self, path: str) -> Any:
        async with self.http.get(f"{self.url}/api/v3/{path}") as response:
            return await response.json()

    async def signed(self, method: str, path: str, *, secret: str = CREDENTIALS.secret, **parameters: object) -> Any:
        given = {"timestamp": self.live.now_ns // 1_000_000, **parameters}
        query = signed_query(given, Credentials(CREDENTIALS.key, secret))  # type: ignore[arg-type]
        headers = {"X-MBX-APIKEY": CREDENTIALS.key}
        async with self.http.request(method, f"{self.url}/api/v3/{path}?{query}", headers=headers) as response:
            return await response.json()

    async def limit(self, name: str, ticks_from_bid: int, *, side: str = "BUY", **rest: object) -> Any:
        price = int(self.live.exchange.state.books["best_bid_ticks"][0]) + ticks_from_bid
        fields = {"type": "LIMIT", "timeInForce": "GTC", "quantity": "0.01", "price": price, **rest}
        return await self.signed("POST", "order", symbol=SYMBOL, side=side, newClientOrderId=name, **fields)


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    client = Client(tmp_path)
    await client.open()
    yield client
    await client.close()


async def test_it_lists_what_it_trades(client: Client) -> None:
    async with client.http.get(f"{client.url}/api/v3/exchangeInfo") as response:
        listed = read_listing("binance", [await response.read()], venue="toy")
    ours = [row for row in simulator_instruments() if row.venue == "alpha"]
    assert [(row.venue_symbol, row.tick, row.lot) for row in listed] == [
        (row.venue_symbol, row.tick, row.lot) for row in ours
    ]
    assert {row.state for row in listed} == {InstrumentState.OPEN}


async def test_snapshot_and_depth_stream_give_the_book(client: Client) -> None:
    """By the venue's own rule, against the engine's book."""
    book: dict[str, dict[str, str]] = {}
    sequence = DepthSequence(venue="toy", symbol=SYMBOL)
    async with client.http.ws_connect(f"{client.ws}/stream?streams=btcusd@depth@100ms") as socket:
        await socket.receive()
        snapshot = await client.get(f"depth?symbol={SYMBOL}&limit=5000")
        sequence.begin(snapshot["lastUpdateId"])
        book["b"], book["a"] = dict(snapshot["bids"]), dict(snapshot["asks"])

        async def follow() -> None:
            frame = json.loads((await socket.receive()).data)
            assert frame["stream"] == "btcusd@depth@100ms"
            update = frame["data"]
            if sequence.accepts(update["U"], update["u"]):
                for side in ("b", "a"):
                    book[side].update(dict(update[side]))

        for _ in range(8):
            await follow()
        client.live.pump()
        client.server.streams.flush()
        bids, asks = bids_and_asks(client.live.exchange.state, 0)  # nothing is awaited since: this is what was told
        told_id = client.server.streams.told_id(0)
        while (sequence.last_id or 0) < told_id:
            await follow()
    assert sequence.last_id == told_id
    for side, levels in (("b", bids), ("a", asks)):
        held = {int(price): round(float(lots) * 10_000) for price, lots in book[side].items() if float(lots)}
        assert held == dict(levels.tolist())


async def test_trades_are_told_as_they_happen(client: Client) -> None:
    async with client.http.ws_connect(f"{client.ws}/ws/btcusd@trade") as socket:
        await client.limit("taker", 60, timeInForce="IOC")
        trade = json.loads((await socket.receive()).data)
    assert (trade["e"], trade["s"]) == ("trade", SYMBOL)


async def test_streams_can_be_added_to_an_open_socket(client: Client) -> None:
    async with client.http.ws_connect(f"{client.ws}/ws") as socket:
        await socket.send_json({"method": "SUBSCRIBE", "params": ["btcusd@depth@100ms"], "id": 5})
        assert json.loads((await socket.receive()).data) == {"result": None, "id": 5}
        assert json.loads((await socket.receive()).data)["e"] == "depthUpdate"


async def test_an_order_rests_is_listed_and_is_cancelled(client: Client) -> None:
    placed = await client.limit("mine-1", -300)
    assert (placed["status"], placed["clientOrderId"], placed["executedQty"]) == ("NEW", "mine-1", "0.0000")
    (listed,) = await client.signed("GET", "openOrders", symbol=SYMBOL)
    assert listed["orderId"] == placed["orderId"]
    cancelled = await client.signed("DELETE", "order", symbol=SYMBOL, origClientOrderId="mine-1")
    assert (cancelled["status"], cancelled["origClientOrderId"]) == ("CANCELED", "mine-1")
    assert await client.signed("GET", "openOrders") == []
    shown = await client.signed("GET", "order", symbol=SYMBOL, orderId=placed["orderId"])
    assert shown["status"] == "CANCELED"


async def test_an_execution_is_in_the_answer_in_the_trades_and_in_the_account(client: Client) -> None:
    placed = await client.limit("mine-1", 60, timeInForce="IOC")
    assert placed["status"] == "FILLED"
    assert sum(float(fill["qty"]) for fill in placed["fills"]) == pytest.approx(0.01)
    trades = await client.signed("GET", "myTrades", symbol=SYMBOL)
    assert [trade["orderId"] for trade in trades] == [placed["orderId"]] * len(placed["fills"])
    account = await client.signed("GET", "account")
    held = {balance["asset"]: float(balance["free"]) for balance in account["balances"]}
    assert held["BTC"] == pytest.approx(100.01)
    spent = float(placed["cummulativeQuoteQty"]) + sum(float(trade["commission"]) for trade in trades)
    assert held["USD"] == pytest.approx(10_000_000 - spent, abs=1e-6)


async def test_user_data_tells_what_happens_to_an_order(client: Client) -> None:
    async with client.http.post(
        f"{client.url}/api/v3/userDataStream", headers={"X-MBX-APIKEY": CREDENTIALS.key}
    ) as response:
        listen_key = (await response.json())["listenKey"]
    async with client.http.ws_connect(f"{client.ws}/ws/{listen_key}") as socket:
        await client.limit("mine-1", -300)
        await client.signed("DELETE", "order", symbol=SYMBOL, origClientOrderId="mine-1")
        told = [json.loads((await socket.receive()).data) for _ in range(2)]
    assert [(event["x"], event["X"], event["c"] == "mine-1", event["C"]) for event in told] == [
        ("NEW", "NEW", True, ""),
        ("CANCELED", "CANCELED", False, "mine-1"),
    ]


async def test_orders_go_over_the_websocket_api_too(client: Client) -> None:
    async with client.http.ws_connect(f"{client.ws}/ws-api/v3") as socket:

        async def ask(method: str, **parameters: object) -> Any:
            given = {"timestamp": client.live.now_ns // 1_000_000, **parameters}
            signed = signed_parameters(given, CREDENTIALS)  # type: ignore[arg-type]
            await socket.send_json({"id": method, "method": method, "params": signed})
            while True:
                answer = json.loads((await socket.receive()).data)
                if answer.get("id") == method:
                    return answer
                events.append(answer["event"])

        events: list[Any] = []
        assert (await ask("userDataStream.subscribe.signature"))["status"] == 200
        price = int(client.live.exchange.state.books["best_bid_ticks"][0]) - 200
        fields = {"side": "BUY", "type": "LIMIT_MAKER", "quantity": "0.01", "price": price, "newClientOrderId": "w1"}
        placed = await ask("order.place", symbol=SYMBOL, **fields)
        assert placed["result"]["status"] == "NEW"
        replaced = await ask(
            "order.cancelReplace",
            symbol=SYMBOL,
            cancelReplaceMode="STOP_ON_FAILURE",
            cancelOrigClientOrderId="w1",
            **fields,
        )
        assert replaced["result"]["newOrderResponse"]["status"] == "NEW"
        assert (await ask("order.cancel", symbol=SYMBOL, origClientOrderId="nobody"))["error"]["code"] == -2011
        assert [event["x"] for event in events] == ["NEW", "CANCELED", "NEW"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"symbol": "NOPE"}, -1121),
        ({"quantity": "0.00001"}, -1013),
        ({"price": "64000.37"}, -1013),
        ({"price": "1e40"}, -1013),
        ({"quantity": "NaN"}, -1013),
        ({"side": "LEFT"}, -1116),
        ({"type": "STOP"}, -1116),
        ({"timestamp": 5}, -1021),
        ({"recvWindow": 90_000}, -1131),
        ({"type": "LIMIT_MAKER", "price": "64900"}, -2010),
    ],
)
async def test_what_is_wrong_is_refused_with_the_venues_code(
    client: Client, wrong: dict[str, object], code: int
) -> None:
    fields = {
        "symbol": SYMBOL,
        "side": "BUY",
        "type": "LIMIT",
        "timeInForce": "GTC",
        "quantity": "0.01",
        "price": "60000",
    }
    assert (await client.signed("POST", "order", **{**fields, **wrong}))["code"] == code
    assert await client.signed("GET", "openOrders") == []


async def test_a_wrong_signature_or_key_is_refused(client: Client) -> None:
    assert (await client.signed("GET", "account", secret="guess"))["code"] == -1022
    async with client.http.get(f"{client.url}/api/v3/account?timestamp=1&signature=0") as response:
        assert response.status == 401


async def test_a_name_is_refused_while_its_order_is_open_and_free_afterwards(client: Client) -> None:
    await client.limit("mine-1", -300)
    assert (await client.limit("mine-1", -300))["code"] == -2010
    await client.signed("DELETE", "openOrders", symbol=SYMBOL)
    assert (await client.limit("mine-1", -300))["status"] == "NEW"


async def test_names_and_orders_outlive_the_server(tmp_path: Path) -> None:
    first = Client(tmp_path)
    await first.open()
    placed = await first.limit("mine-1", -400)
    await first.close()
    second = Client(tmp_path)
    await second.open()
    (listed,) = await second.signed("GET", "openOrders")
    assert (listed["clientOrderId"], listed["orderId"]) == ("mine-1", placed["orderId"])
    await second.close()


async def test_orders_of_the_served_exchange_are_in_its_book(client: Client) -> None:
    placed = await client.limit("mine-1", -300)
    bids, _ = bids_and_asks(client.live.exchange.state, 0)
    assert float(placed["price"]) in bids[:, 0]
