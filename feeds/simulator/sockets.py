"""The sockets of the served exchange: raw and combined market streams, user data, and the WebSocket API.

A client that does not read is let go when too much waits for it, as the venue does.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, suppress

import msgspec
from aiohttp import WSMsgType, web

from feeds.simulator.dialect import ApiError, Json
from feeds.simulator.live import LiveExchange
from feeds.simulator.market_streams import MarketStreams
from feeds.simulator.order_desk import OrderDesk, Parameters
from feeds.simulator.signatures import Keys

PING_S = 20.0
MOST_WAITING = 20_000

Method = Callable[[Parameters, int], Awaitable[Json | list[Json]]]


class _Request(msgspec.Struct):
    method: str
    id: str | int | None = None
    params: dict[str, object] | list[str] = {}


class _Client:
    """One socket. Messages wait in a queue, so that whoever tells never waits."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self.socket = socket
        self._queue: asyncio.Queue[bytes] = asyncio.Queue(MOST_WAITING)
        self._writing = asyncio.create_task(self._write())
        self.ending = ExitStack()

    def send(self, message: bytes) -> None:
        try:
            self._queue.put_nowait(message)
        except asyncio.QueueFull:
            self._writing.cancel()

    async def read(self, take: Callable[[bytes], Awaitable[None]]) -> None:
        """Until the client goes, or is let go."""
        reading = asyncio.create_task(self._read(take))
        try:
            await asyncio.wait({reading, self._writing}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.ending.close()
            for task in (reading, self._writing):
                task.cancel()
                with suppress(asyncio.CancelledError, ConnectionError):
                    await task
            await self.socket.close()

    async def _read(self, take: Callable[[bytes], Awaitable[None]]) -> None:
        async for message in self.socket:
            if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                await take(message.data if isinstance(message.data, bytes) else message.data.encode())

    async def _write(self) -> None:
        while True:
            await self.socket.send_str((await self._queue.get()).decode())


class Sockets:
    def __init__(
        self, live: LiveExchange, streams: MarketStreams, orders: OrderDesk, keys: Keys, methods: dict[str, Method]
    ) -> None:
        self._live, self._streams, self._orders, self._keys, self._methods = live, streams, orders, keys, methods
        self._tasks: set[asyncio.Task[None]] = set()

    async def combined(self, request: web.Request) -> web.StreamResponse:
        """/stream?streams=a/b: each message says which stream it is from."""
        names = [name for name in request.query.get("streams", "").split("/") if name]
        return await self._serve_streams(request, names, is_combined=True)

    async def raw(self, request: web.Request) -> web.StreamResponse:
        """/ws/<stream>, or /ws/<listenKey> for user data."""
        names = [name for name in request.match_info.get("stream", "").split("/") if name]
        return await self._serve_streams(request, names, is_combined=False)

    async def api(self, request: web.Request) -> web.StreamResponse:
        """Requests and their answers, and the events of user data subscriptions."""
        client = await _accepted(request)
        await client.read(lambda data: self._take_request(client, data))
        return client.socket

    async def _serve_streams(self, request: web.Request, names: list[str], *, is_combined: bool) -> web.StreamResponse:
        client = await _accepted(request)

        def tell(stream: str, message: bytes) -> None:
            client.send(b'{"stream":"%s","data":%s}' % (stream.encode(), message) if is_combined else message)

        for name in names:
            self._join(client, name, tell)
        await client.read(lambda data: self._subscribe(client, data, tell))
        return client.socket

    def _join(self, client: _Client, name: str, tell: Callable[[str, bytes], None]) -> None:
        account = self._keys.account_of_stream(name)
        if account is not None:
            leave = self._orders.subscribe(account, lambda event: tell(name, msgspec.json.encode(event)))
        elif name in self._streams.names():
            leave = self._streams.subscribe(name, tell)
        else:
            return  # the venue too says nothing of a stream that it does not know
        client.ending.callback(leave)

    async def _subscribe(self, client: _Client, data: bytes, tell: Callable[[str, bytes], None]) -> None:
        """{"method":"SUBSCRIBE","params":[…],"id":1}"""
        try:
            asked = msgspec.json.decode(data, type=_Request)
        except (msgspec.DecodeError, UnicodeError):
            client.send(b'{"error":{"code":3,"msg":"Invalid JSON"}}')
            return
        if asked.method == "SUBSCRIBE" and isinstance(asked.params, list):
            for name in asked.params:
                self._join(client, name, tell)
        client.send(msgspec.json.encode({"result": None, "id": asked.id}))

    async def _take_request(self, client: _Client, data: bytes) -> None:
        try:
            asked = msgspec.json.decode(data, type=_Request)
        except (msgspec.DecodeError, UnicodeError):
            client.send(_answer(None, ApiError(-1100, "Malformed request.")))
            return
        # Answered when it is done: a later request does not wait for an earlier one.
        task = asyncio.create_task(self._work_on(client, asked))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work_on(self, client: _Client, asked: _Request) -> None:
        try:
            client.send(_answer(asked.id, await self._result(client, asked)))
        except ApiError as error:
            client.send(_answer(asked.id, error))
        except ValueError as error:
            client.send(_answer(asked.id, ApiError(-1100, f"Illegal characters found in a parameter: {error}")))

    async def _result(self, client: _Client, asked: _Request) -> Json | list[Json]:
        now_ms = self._live.now_ns // 1_000_000
        if asked.method == "ping":
            return {}
        if asked.method == "time":
            return {"serverTime": now_ms}
        given = asked.params if isinstance(asked.params, dict) else {}
        if asked.method == "userDataStream.subscribe.signature":
            _, account = self._keys.check_parameters(given, now_ms=now_ms)
            self._follow(client, account)
            return {"subscriptionId": 0}
        if asked.method not in self._methods:
            raise ApiError(-1020, "This operation is not supported.")
        parameters, account = self._keys.check_parameters(given, now_ms=now_ms)
        return await self._methods[asked.method](parameters, account)

    def _follow(self, client: _Client, account: int) -> None:
        leave = self._orders.subscribe(
            account, lambda event: client.send(msgspec.json.encode({"subscriptionId": 0, "event": event}))
        )
        client.ending.callback(leave)


async def _accepted(request: web.Request) -> _Client:
    socket = web.WebSocketResponse(heartbeat=PING_S)
    await socket.prepare(request)
    return _Client(socket)


def _answer(identity: str | int | None, result: Json | list[Json] | ApiError) -> bytes:
    if isinstance(result, ApiError):
        return msgspec.json.encode({"id": identity, "status": result.http_status, "error": result.as_json()})
    return msgspec.json.encode({"id": identity, "status": 200, "result": result})
