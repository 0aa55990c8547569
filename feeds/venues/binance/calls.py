"""Signed calls to Binance spot: over REST, or over the WebSocket API where it is configured.

    REST             POST, DELETE, GET /api/v3/…                     every venue of the dialect has it
    WebSocket API    order.place, order.cancel and the user data     one socket, no connection set-up, one round trip

An answer is judged alike on both ways: done, refused (VenueRefused), surely not done (NotSent), unknown (VenueError).
"""

import asyncio
from collections.abc import Callable, Mapping

import aiohttp
import msgspec

from core.clock import monotonic_ns
from feeds.config import VenueConfig
from feeds.connection import Connection, ConnectionSettings
from feeds.credentials import Credentials
from feeds.errors import NotSent, VenueError, VenueRefused
from feeds.rest import RestClient
from feeds.venues.binance.messages import ApiError, ListenKey, ServerTime, UserEnvelope
from feeds.venues.binance.order_words import NOT_LOOKED_AT, OUTCOME_UNKNOWN
from feeds.venues.binance.signing import signed_parameters, signed_query

LISTEN_KEY_S = 1_500.0
"""A listen key lives for an hour; it is renewed well before."""
_METHODS = {"order.place": ("POST", "/api/v3/order"), "order.cancel": ("DELETE", "/api/v3/order")}

Parameters = Mapping[str, str | int]


class BinanceCalls:
    """One account's way to the venue and back."""

    def __init__(
        self,
        config: VenueConfig,
        credentials: Credentials,
        *,
        wall_offset_ns: int,
        on_event: Callable[[bytes, int], None],
        on_stream: Callable[[bool], None],
    ) -> None:
        """`on_event`: one event of the user data. `on_stream`: the user data comes, or has stopped coming."""
        self._config, self._credentials, self._wall_offset_ns = config, credentials, wall_offset_ns
        self._on_event, self._on_stream = on_event, on_stream
        self._clock_ahead_ms = 0
        self._waiting: dict[str, asyncio.Future[bytes]] = {}
        self._last_id = 0
        self._decode = msgspec.json.Decoder(UserEnvelope).decode
        self._session: aiohttp.ClientSession | None = None
        self._socket: Connection | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._subscribed = asyncio.Event()

    async def start_quietly(self) -> None:
        """REST alone, for who asks and cancels and need not be told. Raises VenueError and VenueRefused."""
        await self.close()
        self._session = aiohttp.ClientSession(headers={"X-MBX-APIKEY": self._credentials.key})
        self._rest = RestClient(self._session, self._config.rest_url, timeout_ms=self._config.request_timeout_ms)
        body = await self._rest.call("GET", "/api/v3/time")
        server_ms = msgspec.json.decode(body, type=ServerTime).serverTime
        self._clock_ahead_ms = server_ms - (monotonic_ns() + self._wall_offset_ns) // 1_000_000

    async def start(self) -> None:
        """Connect and subscribe to the user data. Raises VenueError and VenueRefused."""
        await self.start_quietly()
        assert self._session is not None
        url = self._config.ws_api_url or await self._listen_url()
        settings = ConnectionSettings(
            url=url,
            stale_after_ms=self._config.stale_after_ms,
            first_ms=self._config.reconnect_first_ms,
            most_ms=self._config.reconnect_most_ms,
        )
        self._socket = Connection(settings, on_frame=self._on_frame, on_open=self._opened, on_close=self._closed)
        self._tasks = [asyncio.create_task(self._socket.run())]
        try:
            await asyncio.wait_for(self._subscribed.wait(), self._config.request_timeout_ms / 1_000)
        except TimeoutError:
            raise VenueError(f"the user data stream did not open: {url=}") from None

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        self._socket = None
        self._subscribed.clear()
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def order(self, method: str, parameters: Parameters) -> bytes:
        """order.place or order.cancel, by the fastest way there is."""
        if self._socket is not None and self._config.ws_api_url:
            return await self._ask(self._socket, method, parameters)
        verb, path = _METHODS[method]
        return await self.rest(verb, path, parameters, urgent=method == "order.cancel")

    async def rest(self, verb: str, path: str, parameters: Parameters, *, urgent: bool = False) -> bytes:
        """A signed REST call."""
        query = signed_query(self._timed(parameters), self._credentials)
        try:
            return await self._rest.call(verb, path, query, urgent=urgent)
        except VenueRefused as refusal:
            raise _judged(refusal.code, refusal.text) from refusal

    def _timed(self, parameters: Parameters) -> dict[str, str | int]:
        now_ms = (monotonic_ns() + self._wall_offset_ns) // 1_000_000 + self._clock_ahead_ms
        return {**parameters, "recvWindow": self._config.receive_window_ms, "timestamp": now_ms}

    async def _ask(self, socket: Connection, method: str, parameters: Parameters) -> bytes:
        signed = signed_parameters(self._timed(parameters), self._credentials)
        self._last_id += 1
        identity = f"s{self._last_id}"
        answer = asyncio.get_running_loop().create_future()
        self._waiting[identity] = answer
        request = msgspec.json.encode({"id": identity, "method": method, "params": signed}).decode()
        try:
            await socket.send(request)
            return await asyncio.wait_for(answer, self._config.request_timeout_ms / 1_000)
        except TimeoutError:
            raise VenueError(f"the venue did not answer in time: {method=}") from None
        except (ConnectionError, aiohttp.ClientError) as error:
            raise VenueError(f"the connection broke: {method=}, {error}") from error
        finally:
            self._waiting.pop(identity, None)

    def _on_frame(self, frame: bytes, received_ns: int) -> None:
        if not self._config.ws_api_url:
            self._on_event(frame, received_ns)
            return
        try:
            envelope = self._decode(frame)
        except (msgspec.DecodeError, UnicodeError):
            self._on_event(frame, received_ns)  # counted there as a message that makes no sense
            return
        if event := bytes(envelope.event):
            self._on_event(event, received_ns)
            return
        answer = self._waiting.get(str(envelope.id))
        if answer is None or answer.done():
            return
        if envelope.status == 200:
            answer.set_result(bytes(envelope.result))
        else:
            error = envelope.error or ApiError()
            answer.set_exception(_judged(error.code, error.msg, envelope.status))

    async def _opened(self) -> None:
        if self._config.ws_api_url and self._socket is not None:
            self._tasks.append(asyncio.create_task(self._subscribe(self._socket)))
        else:
            self._tasks.append(asyncio.create_task(self._keep_listen_key()))
            self._set_subscribed()

    async def _subscribe(self, socket: Connection) -> None:
        try:
            await self._ask(socket, "userDataStream.subscribe.signature", {})
        except (VenueError, VenueRefused):
            await socket.close()  # and tried again with the next connection
            return
        self._set_subscribed()

    def _set_subscribed(self) -> None:
        self._subscribed.set()
        self._on_stream(True)

    def _closed(self, why: str) -> None:
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(VenueError(f"the connection broke before the answer: {why}"))
        if self._subscribed.is_set():
            self._subscribed.clear()
            self._on_stream(False)

    async def _listen_url(self) -> str:
        body = await self._rest.call("POST", "/api/v3/userDataStream")
        self._listen_key = msgspec.json.decode(body, type=ListenKey).listenKey
        return f"{self._config.ws_url.rstrip('/')}/ws/{self._listen_key}"

    async def _keep_listen_key(self) -> None:
        while True:
            await asyncio.sleep(LISTEN_KEY_S)
            await self._rest.call("PUT", "/api/v3/userDataStream", f"listenKey={self._listen_key}")


def _judged(code: int, text: str, status: int = 400) -> VenueError | VenueRefused:
    if code in NOT_LOOKED_AT or status in (418, 429):
        return NotSent(f"the venue did not look at it: {code=}, {text=}")
    if code in OUTCOME_UNKNOWN or status >= 500:
        return VenueError(f"the venue does not know the outcome: {code=}, {text=}")
    return VenueRefused(code=code, text=text, status=status)
