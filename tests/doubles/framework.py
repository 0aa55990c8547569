"""A live venue over real sockets: REST and a private stream on one port, signatures checked, faults on demand.

Its orders live in a VenueDouble; a dialect only translates. Faults strike the next new order, or the stream:

    refuse_next   the venue's own error body          hang_up_next   done, and the connection breaks before the answer
    silent_next   done, and the venue does not know    late_s         done, and answered later than anybody waits
    swallow_next  the connection breaks, not done     twice          every word of the stream comes twice
    hold()        the stream's words wait; release()  gives them all, the newest first
"""

import asyncio
import json
import time
from collections.abc import Mapping
from typing import Any, ClassVar

import aiohttp
import numpy as np
from aiohttp import web

from core.records.event import EVENT
from core.units import as_text, to_steps
from core.vocabulary import OrderStatus, OrderType, Report, Side, TimeInForce
from feeds.config import VenueConfig
from feeds.credentials import Credentials
from feeds.order_entry.names import ClientNames
from feeds.venues.contract import VenueFill, VenueReport
from tests.venue_double import CLOSED, Resting, VenueDouble

FEE = "0.00001"
FEE_E8 = 1_000

Answer = tuple[int, Any]


class ExchangeDouble:
    keys: ClassVar[Credentials] = Credentials("the-key", "the-secret-of-nobody", "the-passphrase-of-nobody")
    tokens: ClassVar[tuple[str, ...]] = ()
    """What else must never be read, beside the key's words: tokens that open a stream"""
    names: ClassVar[ClientNames]
    dialect: ClassVar[str]
    socket_path: ClassVar[str] = "/private"
    refusals: ClassVar[Mapping[str, Answer]]
    """funds, throttled, would_take …: as the venue answers"""

    def __init__(self, row: np.void) -> None:
        self.venue, self.row = VenueDouble(clock_ns=time.time_ns()), row
        self.symbol = row["venue_symbol"].decode()
        self.texts: dict[int, str] = {}
        """venue order id → client order id text"""
        self.requests: list[str] = []
        self.orders_given: list[dict[str, Any]] = []
        """The parameters of every new order, as they came"""
        self.bad_signatures = 0
        self.refuse_next: Answer | None = None
        self.silent_next = self.hang_up_next = self.swallow_next = self.twice = False
        self.refuse_logins = 0
        self.late_s = 0.0
        self.dead_man: list[int] = []
        """Seconds of every call of the dead-man timer"""
        self.rest_url = ""
        self.sockets: set[web.WebSocketResponse] = set()
        """Those that are told of orders"""
        self._all_sockets: set[web.WebSocketResponse] = set()
        self._held: list[Any] | None = None
        self._runner: web.AppRunner | None = None
        self._words: asyncio.Queue[Any] = asyncio.Queue()

    # What a dialect adds

    def is_signed(self, request: web.Request, body: str) -> bool:
        raise NotImplementedError

    def unsigned(self) -> Answer:
        raise NotImplementedError

    def is_public(self, path: str) -> bool:
        return False

    async def answer(self, name: str, given: dict[str, Any]) -> Answer:
        """name: "POST /path". Parameters of query and body together."""
        raise NotImplementedError

    async def on_message(self, socket: web.WebSocketResponse, text: str) -> None:
        raise NotImplementedError

    def order_words(self, order: Resting, report: VenueReport) -> list[Any]:
        raise NotImplementedError

    def fill_words(self, order: Resting, fill: VenueFill, report: VenueReport) -> list[Any]:
        raise NotImplementedError

    def read_body(self, body: str) -> dict[str, Any]:
        return dict(json.loads(body))

    def is_new_order(self, name: str) -> bool:
        raise NotImplementedError

    def encoded(self, word: Any) -> str:
        return json.dumps(word)

    def order_text(self, number: int) -> str:
        return f"{number:08x}-1111-4222-8333-444444444444"

    def headers_of(self, status: int) -> dict[str, str]:
        return {"Retry-After": "1"} if status == 429 else {}

    # Life

    async def start(self) -> str:
        """127.0.0.1:port"""
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._entered)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        await self.venue.start(self._tell)
        self._sending = asyncio.create_task(self._send_words())
        host, port = self._runner.addresses[0][:2]
        self.rest_url = f"http://{host}:{port}"
        return f"{host}:{port}"

    async def stop(self) -> None:
        self._sending.cancel()
        await self.hang_up()
        if self._runner is not None:
            await self._runner.cleanup()

    async def hang_up(self) -> None:
        for socket in list(self._all_sockets):
            await socket.close(code=aiohttp.WSCloseCode.GOING_AWAY)

    def config(self, **more: Any) -> VenueConfig:
        host = self.rest_url.removeprefix("http://")
        settings: dict[str, Any] = {
            "name": self.row["venue"].decode(),
            "dialect": self.dialect,
            "rest_url": self.rest_url,
            "ws_url": f"ws://{host}",
            "ws_api_url": f"ws://{host}{self.socket_path}",
            "request_timeout_ms": 1_000,
            "reconnect_first_ms": 5,
            "reconnect_most_ms": 20,
        }
        return VenueConfig(**{**settings, **more})

    def refuse(self, kind: str) -> None:
        self.refuse_next = self.refusals[kind]

    def hold(self) -> None:
        self._held = []

    def release(self) -> None:
        held, self._held = self._held or [], None
        for word in reversed(held):
            self._words.put_nowait(word)

    # Ways in

    async def _entered(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._socket(request)
        body = await request.text()
        name = f"{request.method} {request.path}"
        if not self.is_public(request.path) and not self.is_signed(request, body):
            self.bad_signatures += 1
            return _response(self.unsigned(), {})
        given = {**request.query, **(self.read_body(body) if body else {})}
        answer = await self.answer_with_faults(name, given)
        if answer is None:
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        return _response(answer, self.headers_of(answer[0]))

    async def answer_with_faults(self, name: str, given: dict[str, Any]) -> Answer | None:
        """None: the connection breaks."""
        self.requests.append(name)
        if not self.is_new_order(name):
            return await self.answer(name, given)
        self.orders_given.append(given)
        if self.refuse_next is not None:
            answer, self.refuse_next = self.refuse_next, None
            return answer
        if self.swallow_next:
            self.swallow_next = False
            return None
        answer = await self.answer(name, given)
        if self.late_s:
            wait_s, self.late_s = self.late_s, 0.0
            await asyncio.sleep(wait_s)
        if self.silent_next:
            self.silent_next = False
            return self.refusals["unknown"]
        if self.hang_up_next:
            self.hang_up_next = False
            return None
        return answer

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._all_sockets.add(socket)
        await self.on_open(socket)
        async for message in socket:
            await self.on_message(socket, message.data)
        self.sockets.discard(socket)
        self._all_sockets.discard(socket)
        return socket

    async def on_open(self, socket: web.WebSocketResponse) -> None:
        """Nothing, mostly."""

    # What a dialect uses

    async def place(
        self, text: str, *, is_buy: bool, is_market: bool, is_ioc: bool, price: str, quantity: str
    ) -> Resting:
        client_id, _ = self.names.read(text)
        request = self._request(client_id, 0)
        request["side"] = Side.BUY if is_buy else Side.SELL
        request["order_type"] = OrderType.MARKET if is_market else OrderType.LIMIT
        request["time_in_force"] = TimeInForce.IOC if is_ioc else TimeInForce.GTC
        request["price_ticks"] = to_steps(price or "0", *self._tick)
        request["quantity_lots"] = to_steps(quantity, *self._lot)
        self.texts[len(self.venue.orders) + 1] = text
        await self.venue.place(request)
        return self.venue.orders[-1]

    async def cancel(self, order: Resting | None) -> bool:
        """False: there is nothing to cancel."""
        if order is None or order.status in CLOSED:
            return False
        await self.venue.cancel(self._request(order.client_id, order.venue_order_id))
        return True

    async def change(self, order: Resting | None, price: str, quantity: str) -> bool:
        if order is None or order.status in CLOSED:
            return False
        request = self._request(order.client_id, order.venue_order_id)
        request["price_ticks"] = to_steps(price, *self._tick) if price else order.price_ticks
        request["quantity_lots"] = to_steps(quantity, *self._lot) if quantity else order.quantity_lots
        await self.venue.replace(request)
        return True

    def find(self, *, order_id: str = "", text: str = "") -> Resting | None:
        for order in self.venue.orders:
            number = order.venue_order_id
            if (order_id and str(order_id) == self.order_text(number)) or (text and self.texts.get(number) == text):
                return order
        return None

    @property
    def triggers(self) -> list[str]:
        """Of the stops that stand apart from other orders; a dialect without such has its stops in `open`."""
        return []

    @property
    def open(self) -> list[Resting]:
        return [order for order in self.venue.orders if order.status not in CLOSED]

    def fills_after(self, venue_ms: int) -> list[VenueFill]:
        return [fill for fill in self.venue.fills if fill.venue_ns >= venue_ms * 1_000_000]

    def order_of(self, fill: VenueFill) -> Resting:
        return next(order for order in self.venue.orders if order.venue_order_id == fill.venue_order_id)

    def text_of(self, order: Resting) -> str:
        return self.texts.get(order.venue_order_id, "")

    @property
    def held_lots(self) -> int:
        return sum(fill.side * fill.quantity_lots for fill in self.venue.fills)

    def price(self, ticks: int) -> str:
        return as_text(ticks, *self._tick)

    def lots(self, lots: int) -> str:
        return as_text(lots, *self._lot)

    @property
    def quote(self) -> str:
        return str(self.row["quote"].decode())

    @property
    def base(self) -> str:
        return str(self.row["base"].decode())

    # What they are shown

    def _tell(self, report: VenueReport) -> None:
        if report.report == Report.CANCEL_REJECTED:
            return
        order = next(row for row in self.venue.orders if row.venue_order_id == report.venue_order_id)
        if report.report == Report.FILLED:
            words = self.fill_words(order, self.venue.fills[-1], report)
        else:
            words = self.order_words(order, report)
        for word in words * (2 if self.twice else 1):
            if self._held is None:
                self._words.put_nowait(word)
            else:
                self._held.append(word)

    async def _send_words(self) -> None:
        while True:
            word = await self._words.get()
            for socket in list(self.sockets):
                if not socket.closed:
                    await socket.send_str(self.encoded(word))

    def _request(self, client_id: int, venue_order_id: int) -> np.void:
        request = np.zeros(1, EVENT)
        request["client_id"], request["reference_id"] = client_id, venue_order_id
        result: np.void = request[0]
        return result

    @property
    def _tick(self) -> tuple[int, int]:
        return int(self.row["tick_mantissa"]), int(self.row["tick_exponent"])

    @property
    def _lot(self) -> tuple[int, int]:
        return int(self.row["lot_mantissa"]), int(self.row["lot_exponent"])


def side_of(order: Resting, buy: str, sell: str) -> str:
    return buy if order.side == Side.BUY else sell


def status_of(order: Resting, words: dict[OrderStatus, str]) -> str:
    return words[OrderStatus(order.status)]


def _response(answer: Answer, headers: dict[str, str]) -> web.Response:
    status, body = answer
    if body is None:
        return web.Response(status=status, headers=headers)
    return web.json_response(body, status=status, headers=headers)
