"""Three exchanges without a connector of their own, as local servers: what ccxt's own clients ask of them, and no more.

async with Poloniex() as double:
    VenueConfig(name="ccxt:poloniex", rest_url=double.rest_url, ws_url=double.ws_url)
    await double.tell(double.book(…))          # to every client that asked for books
"""

import asyncio
import json
from types import TracebackType
from typing import Any, ClassVar, Self

import aiohttp
from aiohttp import web

Level = tuple[str, str]


class Double:
    """Any path is served: with an Upgrade header a socket, else the answer whose name ends the path."""

    name: ClassVar[str]
    symbol: ClassVar[str]
    answers: ClassVar[dict[str, object]]

    def __init__(self) -> None:
        self.sockets: dict[web.WebSocketResponse, str] = {}
        """And the path of each"""
        self.asked: list[str] = []
        """What the clients said, and the paths that they connected to"""

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(application, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        port = self._runner.addresses[0][1]
        self.rest_url, self.ws_url = f"http://127.0.0.1:{port}", f"ws://127.0.0.1:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.hang_up()
        await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() != "websocket":
            for part, answer in self.answers.items():
                if request.path.endswith(part):
                    return web.json_response(answer)
            return web.json_response([])
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.asked.append(request.path)
        self.sockets[socket] = request.path
        async for message in socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                self.asked.append(message.data)
        del self.sockets[socket]
        return socket

    def has_asked(self, *words: str) -> bool:
        """Did a client say all of these, in one breath or in several?"""
        return all(any(word in said for said in self.asked) for word in words)

    async def tell(self, message: dict[str, Any]) -> None:
        for socket, path in list(self.sockets.items()):
            if self.is_told_at(path, message):
                await socket.send_str(json.dumps(message))

    def is_told_at(self, path: str, message: dict[str, Any]) -> bool:
        return True

    async def hang_up(self) -> None:
        self.asked.clear()
        await asyncio.gather(*(socket.close() for socket in list(self.sockets)))

    def book(self, bids: list[Level], asks: list[Level], number: int) -> dict[str, Any]:
        raise NotImplementedError

    def trade(self, number: int, price: str, size: str, side: str) -> dict[str, Any]:
        raise NotImplementedError

    wants: ClassVar[tuple[str, ...]]
    """What a client has said when it has subscribed to both."""


class Upbit(Double):
    """Whole books, numbers as JSON numbers."""

    name, symbol = "upbit", "BTC/KRW"
    wants = ('"orderbook"', '"trade"')
    answers: ClassVar[dict[str, object]] = {"/market/all": [{"market": "KRW-BTC", "english_name": "Bitcoin"}]}

    def book(self, bids: list[Level], asks: list[Level], number: int) -> dict[str, Any]:
        units = [
            {
                "bid_price": float(bid[0]),
                "bid_size": float(bid[1]),
                "ask_price": float(ask[0]),
                "ask_size": float(ask[1]),
            }
            for bid, ask in zip(bids, asks, strict=True)
        ]
        kind = "SNAPSHOT" if number == 1 else "REALTIME"
        head: dict[str, Any] = {"type": "orderbook", "code": "KRW-BTC", "timestamp": 1584486737444 + number}
        return {**head, "orderbook_units": units, "stream_type": kind}

    def trade(self, number: int, price: str, size: str, side: str) -> dict[str, Any]:
        return {
            "type": "trade", "code": "KRW-BTC", "timestamp": 1584508285812, "trade_timestamp": 1584508285000,
            "trade_date": "2020-03-18", "trade_time": "05:11:25", "trade_price": float(price),
            "trade_volume": float(size), "ask_bid": "ASK" if side == "sell" else "BID",
            "sequential_id": 1584508285000000 + number, "stream_type": "REALTIME",
        }  # fmt: skip


class Poloniex(Double):
    """A snapshot and changes that the library counts; numbers as text."""

    name, symbol = "poloniex", "BTC/USDT"
    wants = ('"book_lv2"', '"trades"')
    answers: ClassVar[dict[str, object]] = {
        "/markets": [
            {
                "symbol": "BTC_USDT", "baseCurrencyName": "BTC", "quoteCurrencyName": "USDT", "state": "NORMAL",
                "symbolTradeLimit": {
                    "symbol": "BTC_USDT", "priceScale": 2, "quantityScale": 6, "amountScale": 2,
                    "minQuantity": "0.000001", "minAmount": "1",
                },
            }
        ],
        "/allInstruments": {"code": "200", "msg": "Success", "data": []},
    }  # fmt: skip

    def book(self, bids: list[Level], asks: list[Level], number: int) -> dict[str, Any]:
        data = {
            "symbol": "BTC_USDT", "createTime": 1677368876253, "bids": bids, "asks": asks, "lastId": number - 1,
            "id": number, "ts": 1677368876316,
        }  # fmt: skip
        return {"channel": "book_lv2", "data": [data], "action": "snapshot" if number == 1 else "update"}

    def trade(self, number: int, price: str, size: str, side: str) -> dict[str, Any]:
        row = {
            "symbol": "BTC_USDT", "amount": "1", "quantity": size, "takerSide": side, "createTime": 1676950548834,
            "price": price, "id": str(number), "ts": 1676950548839,
        }  # fmt: skip
        return {"channel": "trades", "data": [row]}


class Bitopro(Double):
    """The address names the stream: a socket for each."""

    name, symbol = "bitopro", "BTC/TWD"
    streams: ClassVar[dict[str, str]] = {"ORDER_BOOK": "/order-books/", "TRADE": "/trades/"}
    wants = ("/order-books/btc_twd", "/trades/btc_twd")
    answers: ClassVar[dict[str, object]] = {
        "/trading-pairs": {
            "data": [
                {
                    "pair": "btc_twd", "base": "btc", "quote": "twd", "basePrecision": "8", "quotePrecision": "2",
                    "minLimitBaseAmount": "0.0001", "maxLimitBaseAmount": "100000000", "maintain": False,
                }
            ]
        }
    }  # fmt: skip

    def is_told_at(self, path: str, message: dict[str, Any]) -> bool:
        return self.streams[message["event"]] in path

    def book(self, bids: list[Level], asks: list[Level], number: int) -> dict[str, Any]:
        sides = {
            name: [{"price": price, "amount": size, "count": 1, "total": size} for price, size in rows]
            for name, rows in (("bids", bids), ("asks", asks))
        }
        return {"event": "ORDER_BOOK", "timestamp": 1650121915308, "pair": "BTC_TWD", "limit": 5, "scale": 0, **sides}

    def trade(self, number: int, price: str, size: str, side: str) -> dict[str, Any]:
        row = {"timestamp": 1650116227 + number, "price": price, "amount": size, "isBuyer": side == "buy"}
        return {"event": "TRADE", "timestamp": 1650116346665, "pair": "BTC_TWD", "data": [row]}
