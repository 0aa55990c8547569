"""A venue that speaks Binance's protocol over real sockets: REST, WebSocket API and user data, signatures checked.

Its orders live in a VenueDouble; this file only translates. `ws_api=False` has a listen key instead.
"""

import asyncio
import json
import time
from typing import Any

import aiohttp
import numpy as np
from aiohttp import web

from core.records.event import EVENT
from core.units import as_text, to_steps
from core.vocabulary import OrderStatus, OrderType, Report, Side, TimeInForce
from feeds.credentials import Credentials
from feeds.venues.binance.order_words import client_of
from feeds.venues.binance.signing import sign
from feeds.venues.contract import VenueReport
from tests.venue_double import CLOSED, Resting, VenueDouble

KEYS = Credentials("the-key", "the-secret")
NAMES = {
    Report.ACCEPTED: "NEW",
    Report.FILLED: "TRADE",
    Report.CANCELED: "CANCELED",
}


class BinanceDouble:
    def __init__(self, row: np.void) -> None:
        self.venue, self.row = VenueDouble(), row
        self.symbol = row["venue_symbol"].decode()
        self.texts: dict[int, str] = {}
        """venue order id → client order id text"""
        self.requests: list[str] = []
        self.refuse_next: tuple[int, int, str] | None = None
        """HTTP status, code and words for the next order"""
        self.rest_url = ""
        self.silent_next = False
        """Do the next order and never answer."""
        self._sockets: set[web.WebSocketResponse] = set()
        self._runner: web.AppRunner | None = None
        self._events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def start(self) -> str:
        """127.0.0.1:port"""
        application = web.Application()
        routes = application.router
        routes.add_get("/api/v3/time", self._time)
        routes.add_post("/api/v3/userDataStream", self._listen_key)
        routes.add_get("/ws/the-listen-key", self._user_data)
        routes.add_get("/ws-api/v3", self._ws_api)
        for verb, path in (("POST", "order"), ("DELETE", "order"), ("GET", "order"), ("GET", "openOrders")):
            routes.add_route(verb, f"/api/v3/{path}", self._rest)
        routes.add_get("/api/v3/myTrades", self._rest)
        routes.add_get("/api/v3/account", self._rest)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        await self.venue.start(self._tell)
        self._sending = asyncio.create_task(self._send_events())
        host, port = self._runner.addresses[0][:2]
        self.rest_url = f"http://{host}:{port}"
        return f"{host}:{port}"

    async def stop(self) -> None:
        self._sending.cancel()
        await self.hang_up()
        if self._runner is not None:
            await self._runner.cleanup()

    async def hang_up(self) -> None:
        for socket in list(self._sockets):
            await socket.close(code=aiohttp.WSCloseCode.GOING_AWAY)

    # Ways in

    async def _time(self, request: web.Request) -> web.Response:
        return web.json_response({"serverTime": time.time_ns() // 1_000_000})

    async def _listen_key(self, request: web.Request) -> web.Response:
        return web.json_response({"listenKey": "the-listen-key"})

    async def _user_data(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.add(socket)
        async for _ in socket:
            pass
        self._sockets.discard(socket)
        return socket

    async def _rest(self, request: web.Request) -> web.Response:
        query, _, signature = request.query_string.rpartition("&signature=")
        assert sign(query, KEYS.secret) == signature, "the signature covers exactly what was sent"
        assert request.headers["X-MBX-APIKEY"] == KEYS.key
        name = f"{request.method} {request.path.rsplit('/', 1)[1]}"
        status, body = await self._answer(name, dict(request.query))
        headers = {"Retry-After": "1"} if status == 429 else {}
        return web.json_response(body, status=status, headers=headers)

    async def _ws_api(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            call = json.loads(message.data)
            parameters = {name: value for name, value in call["params"].items() if name != "signature"}
            payload = "&".join(f"{name}={parameters[name]}" for name in sorted(parameters))
            assert sign(payload, KEYS.secret) == call["params"]["signature"]
            if call["method"] == "userDataStream.subscribe.signature":
                self._sockets.add(socket)
                await socket.send_json({"id": call["id"], "status": 200, "result": {"subscriptionId": 0}})
                continue
            name = {"order.place": "POST order", "order.cancel": "DELETE order"}[call["method"]]
            status, body = await self._answer(name, parameters)
            if status:
                kind = "result" if status == 200 else "error"
                await socket.send_json({"id": call["id"], "status": status, kind: body})
        self._sockets.discard(socket)
        return socket

    # What they mean

    async def _answer(self, name: str, given: dict[str, Any]) -> tuple[int, Any]:
        self.requests.append(name)
        if name == "POST order":
            return await self._place(given)
        if name == "GET openOrders":
            return 200, [self._shown(order) for order in self.venue.orders if order.status not in CLOSED]
        if name == "GET myTrades":
            return 200, [self._trade(fill) for fill in self.venue.fills if fill.venue_ns >= self._since(given)]
        if name == "GET account":
            lots = sum(row.position_lots for row in await self.venue.positions())
            return 200, {"balances": [{"asset": self.row["base"].decode(), "free": self._lots(lots), "locked": "0"}]}
        order = self._find(given)
        if order is None or (name == "DELETE order" and order.status in CLOSED):
            code = -2011 if name == "DELETE order" else -2013
            return 400, {"code": code, "msg": "Unknown order sent." if code == -2011 else "Order does not exist."}
        if name == "DELETE order":
            await self.venue.cancel(self._request(order.client_id, order.venue_order_id))
        return 200, self._shown(order)

    async def _place(self, given: dict[str, Any]) -> tuple[int, Any]:
        if self.refuse_next is not None:
            (status, code, words), self.refuse_next = self.refuse_next, None
            return status, {"code": code, "msg": words}
        client_id, _ = client_of(given["newClientOrderId"])
        request = np.array([self._request(client_id, 0)])
        request["side"] = Side.BUY if given["side"] == "BUY" else Side.SELL
        request["order_type"] = OrderType.MARKET if given["type"] == "MARKET" else OrderType.LIMIT
        request["time_in_force"] = TimeInForce.IOC if given.get("timeInForce") == "IOC" else TimeInForce.GTC
        request["price_ticks"] = to_steps(given.get("price", "0"), *self._tick)
        request["quantity_lots"] = to_steps(given["quantity"], *self._lot)
        self.texts[len(self.venue.orders) + 1] = given["newClientOrderId"]
        await self.venue.place(request[0])
        if self.silent_next:
            self.silent_next = False
            return 503, {"code": -1007, "msg": "Timeout waiting for response from backend server."}
        return 200, self._shown(self.venue.orders[-1])

    def _find(self, given: dict[str, Any]) -> Resting | None:
        for order in self.venue.orders:
            if "orderId" in given:
                is_meant = order.venue_order_id == int(given["orderId"])
            else:
                is_meant = self.texts.get(order.venue_order_id) == given["origClientOrderId"]
            if is_meant:
                return order
        return None

    def _request(self, client_id: int, venue_order_id: int) -> np.void:
        request = np.zeros(1, EVENT)
        request["client_id"], request["reference_id"] = client_id, venue_order_id
        result: np.void = request[0]
        return result

    # What they are shown

    def _tell(self, report: VenueReport) -> None:
        if report.report not in NAMES:
            return
        order = next(row for row in self.venue.orders if row.venue_order_id == report.venue_order_id)
        text = self.texts.get(order.venue_order_id, "web-abc")
        is_cancel = report.report == Report.CANCELED
        self._events.put_nowait(
            {
                "e": "executionReport", "E": 1, "s": self.symbol, "c": "cancel-1" if is_cancel else text,
                "C": text if is_cancel else "", "S": Side(order.side).name, "o": "LIMIT", "f": "GTC",
                "q": self._lots(order.quantity_lots), "p": self._price(order.price_ticks),
                "x": NAMES[report.report], "X": order.status.name, "r": "NONE", "i": order.venue_order_id,
                "l": self._lots(report.quantity_lots if report.report == Report.FILLED else 0),
                "z": self._lots(order.filled_lots), "L": self._price(report.price_ticks),
                "n": "0.00001", "N": self.row["quote"].decode(), "T": report.venue_ns // 1_000_000,
                "t": report.execution_id or -1, "m": report.is_maker,
            }
        )  # fmt: skip

    async def _send_events(self) -> None:
        while True:
            event = await self._events.get()
            for socket in list(self._sockets):
                wrapped = {"subscriptionId": 0, "event": event} if self._is_ws_api(socket) else event
                await socket.send_json(wrapped)

    def _is_ws_api(self, socket: web.WebSocketResponse) -> bool:
        return bool(socket._req is not None and socket._req.path.startswith("/ws-api"))

    def _shown(self, order: Resting) -> dict[str, Any]:
        return {
            "symbol": self.symbol,
            "orderId": order.venue_order_id,
            "clientOrderId": self.texts.get(order.venue_order_id, "web-abc"),
            "price": self._price(order.price_ticks),
            "origQty": self._lots(order.quantity_lots),
            "executedQty": self._lots(order.filled_lots),
            "status": OrderStatus(order.status).name,
            "side": Side(order.side).name,
        }

    def _trade(self, fill: Any) -> dict[str, Any]:
        return {
            "symbol": self.symbol, "id": fill.execution_id, "orderId": fill.venue_order_id,
            "price": self._price(fill.price_ticks), "qty": self._lots(fill.quantity_lots), "commission": "0.00001",
            "commissionAsset": self.row["quote"].decode(), "time": fill.venue_ns // 1_000_000,
            "isBuyer": fill.side == Side.BUY, "isMaker": fill.is_maker,
        }  # fmt: skip

    def _since(self, given: dict[str, Any]) -> int:
        return int(given.get("startTime", 0)) * 1_000_000

    @property
    def _tick(self) -> tuple[int, int]:
        return int(self.row["tick_mantissa"]), int(self.row["tick_exponent"])

    @property
    def _lot(self) -> tuple[int, int]:
        return int(self.row["lot_mantissa"]), int(self.row["lot_exponent"])

    def _price(self, ticks: int) -> str:
        return as_text(ticks, *self._tick)

    def _lots(self, lots: int) -> str:
        return as_text(lots, *self._lot)
