"""One account's way to its venue and back: signed REST calls, and one private socket that is logged in again for ever.

    send     a new order or a change: not sent when our own count says that the limit is used up
    cancel   never held back
    query    waits for its turn

An answer is judged alike on every way: done, refused (VenueRefused), surely not done (NotSent), unknown (VenueError).
A venue adds how a call is signed, what its errors mean, how the socket is logged in, and reads the frames.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import ClassVar
from urllib.parse import quote

import aiohttp
import msgspec

from core.clock import monotonic_ns
from feeds.config import VenueConfig
from feeds.connection import Connection, ConnectionSettings
from feeds.credentials import Credentials
from feeds.errors import FeedError, NotSent, RateLimited, VenueError, VenueRefused
from feeds.order_entry.budget import Budget
from feeds.order_entry.refusals import Code, ErrorTable
from feeds.rest import DEFAULT_RETRY_S, RestClient, read_refusal

NS_PER_MS = 1_000_000
MOST_PAGES = 200
"""Of one list: a venue that never comes to its end is not followed for ever"""

Parameters = Mapping[str, object]


def query_of(parameters: Parameters) -> str:
    """name=value joined by &, in the order given; anything but letters, digits and -_.~ percent-encoded."""
    return "&".join(f"{name}={quote(str(value), safe='')}" for name, value in parameters.items())


class Signed(msgspec.Struct, frozen=True):
    """A call as it goes out."""

    query: str = ""
    body: str = ""
    headers: dict[str, str] = {}


class VenueAccount:
    errors: ClassVar[ErrorTable]
    orders_a_second: ClassVar[float] = 10.0
    orders_at_once: ClassVar[float] = 50.0
    queries_a_second: ClassVar[float] = 5.0
    queries_at_once: ClassVar[float] = 40.0
    retry_s: ClassVar[float] = DEFAULT_RETRY_S
    """Of a 429 that names no time"""
    forbidden_s: ClassVar[float] = 0.0
    """Of a 403, where that means too many requests"""
    ping: ClassVar[str] = ""
    """What must be said to keep the private socket, beside the pings of the protocol"""
    ping_every_s: ClassVar[float] = 20.0

    def __init__(
        self,
        config: VenueConfig,
        credentials: Credentials,
        *,
        wall_offset_ns: int,
        on_news: Callable[[bytes, int], None],
        on_stream: Callable[[bool, str], None],
    ) -> None:
        """`on_news`: a private frame that answers nothing. `on_stream`: news come, or have stopped coming, and why."""
        self.config, self.credentials, self._wall_offset_ns = config, credentials, wall_offset_ns
        self._on_news, self._on_stream = on_news, on_stream
        self._orders = Budget(self.orders_a_second, at_once=self.orders_at_once)
        self._queries = Budget(self.queries_a_second, at_once=self.queries_at_once)
        self._clock_ahead_ms = 0
        self._waiting: dict[str, asyncio.Future[bytes]] = {}
        self._last_id = 0
        self._session: aiohttp.ClientSession | None = None
        self._socket: Connection | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._session_tasks: list[asyncio.Task[None]] = []
        """Of this session of the socket"""
        self._logged_in = asyncio.Event()
        self.hidden = ""
        """Part of the socket's address that nobody may read"""

    # What a venue adds

    def signed(self, verb: str, path: str, parameters: Parameters) -> Signed:
        raise NotImplementedError

    def read_refusal(self, body: bytes) -> tuple[Code, str]:
        """Code and words of an error body. Raises what msgspec raises when it is none."""
        return read_refusal(body)

    def done(self, body: bytes) -> bytes:
        """What a good answer holds. Raises VenueRefused when it holds a refusal, as many venues' do."""
        return body

    async def clock_ms(self) -> int:
        """The venue's, where its signatures depend on it; 0: they do not."""
        return 0

    async def socket_url(self) -> str:
        """Empty: no private socket; what happens is found by asking."""
        return self.config.ws_api_url

    async def log_in(self) -> None:
        """The socket is open: make it tell us of everything. Returns when it does."""

    async def keep_session(self) -> None:
        """Whatever must be done every so often for as long as the socket is open."""

    def on_frame(self, frame: bytes, received_ns: int) -> None:
        """Answers go to `answered`, everything else is news."""
        self._on_news(frame, received_ns)

    # Life

    async def start_quietly(self) -> None:
        """REST alone, for who asks and cancels and need not be told. Raises VenueError and VenueRefused."""
        await self.close()
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        self._rest = RestClient(
            self._session,
            self.config.rest_url,
            timeout_ms=self.config.request_timeout_ms,
            retry_s=self.retry_s,
            forbidden_s=self.forbidden_s,
            refusal=self.read_refusal,
        )
        clock_ms = await self.clock_ms()
        self._clock_ahead_ms = clock_ms - self._wall_ms() if clock_ms else 0

    async def start(self) -> None:
        """Connect and be told. Raises VenueError and VenueRefused."""
        await self.start_quietly()
        if not await self.socket_url():
            return
        settings = ConnectionSettings(
            url=self.config.ws_api_url,
            stale_after_ms=self.config.stale_after_ms,
            first_ms=self.config.reconnect_first_ms,
            most_ms=self.config.reconnect_most_ms,
        )
        self._socket = Connection(
            settings,
            on_frame=self.on_frame,
            on_open=self._opened,
            on_close=self._closed,
            address=self.socket_url,
        )
        self._tasks = [asyncio.create_task(self._socket.run())]
        try:
            await asyncio.wait_for(self._logged_in.wait(), self.config.request_timeout_ms / 1_000)
        except TimeoutError:
            raise VenueError(f"the private stream did not open: url={self.config.ws_api_url!r}") from None

    async def close(self) -> None:
        tasks = [*self._tasks, *self._session_tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._tasks, self._session_tasks = [], []
        self._socket = None
        self._logged_in.clear()
        if self._session is not None:
            await self._session.close()
            self._session = None

    @property
    def is_told(self) -> bool:
        """The private stream is open."""
        return self._logged_in.is_set()

    @property
    def has_socket(self) -> bool:
        return self._socket is not None

    def now_ms(self) -> int:
        """By the venue's clock."""
        return self._wall_ms() + self._clock_ahead_ms

    # Calls

    async def send(self, verb: str, path: str, parameters: Parameters, *, cost: float = 1.0) -> bytes:
        self._orders.spend_or_refuse(cost, url=self.config.rest_url)
        return await self._call(verb, path, parameters)

    async def cancel(self, verb: str, path: str, parameters: Parameters, *, cost: float = 1.0) -> bytes:
        self._orders.spend(cost)
        return await self._call(verb, path, parameters, urgent=True)

    async def query(self, verb: str, path: str, parameters: Parameters, *, cost: float = 1.0) -> bytes:
        await self._queries.wait(cost)
        return await self._call(verb, path, parameters)

    async def public(self, path: str) -> bytes:
        return await self._rest.call("GET", path)

    async def ask(self, make: Callable[[str], str], *, urgent: bool = False, cost: float = 1.0) -> bytes:
        """Over the socket. `make`: the message, with the id that its answer will have; no id, no count."""
        if urgent:
            self._orders.spend(cost)
        else:
            self._orders.spend_or_refuse(cost, url=self.config.ws_api_url)
        return await self._ask(make)

    async def _call(self, verb: str, path: str, parameters: Parameters, *, urgent: bool = False) -> bytes:
        signed = self.signed(verb, path, parameters)
        try:
            body = await self._rest.call(verb, path, signed.query, signed.headers, body=signed.body, urgent=urgent)
            return self.done(body)
        except VenueRefused as refusal:
            error = self.errors.judged(refusal.code, refusal.text, refusal.status)
        if isinstance(error, RateLimited):
            self._rest.be_silent(error.wait_s)
            error = RateLimited(url=self.config.rest_url, wait_s=error.wait_s)
        raise error

    async def _ask(self, make: Callable[[str], str]) -> bytes:
        self._last_id += 1
        identity = f"s{self._last_id}"
        return await self.exchange(identity, make(identity))

    async def exchange(self, identity: str, message: str) -> bytes:
        """What `answered` is told of this identity. Raises NotSent, VenueError and what `answered` is told."""
        if self._socket is None:
            raise NotSent("the private stream is not open")
        answer = asyncio.get_running_loop().create_future()
        self._waiting[identity] = answer
        try:
            await self._socket.send(message)
            return await asyncio.wait_for(answer, self.config.request_timeout_ms / 1_000)
        except TimeoutError:
            raise VenueError("the venue did not answer in time") from None
        finally:
            self._waiting.pop(identity, None)

    def answered(self, identity: str, result: bytes | FeedError) -> bool:
        """False: nobody waits for it."""
        answer = self._waiting.get(identity)
        if answer is None or answer.done():
            return False
        if isinstance(result, FeedError):
            answer.set_exception(result)
        else:
            answer.set_result(result)
        return True

    # The socket

    def begin_again(self) -> None:
        """End this session of the socket; the next one logs in anew."""
        if self._socket is not None:
            self._session_tasks.append(asyncio.create_task(self._socket.close()))

    async def _opened(self) -> None:
        self._session_tasks = [task for task in self._session_tasks if not task.done()]
        self._session_tasks.append(asyncio.create_task(self._begin_session()))

    async def _begin_session(self) -> None:
        socket = self._socket
        if socket is None:
            return
        try:
            await self.log_in()
        except FeedError as error:
            self._on_stream(False, f"the venue did not log us in: {error}")
            await socket.close()  # and tried again with the next connection
            return
        self._logged_in.set()
        self._on_stream(True, "")
        with suppress(FeedError):
            await asyncio.gather(self.keep_session(), self._ping_for_ever(socket))

    async def _ping_for_ever(self, socket: Connection) -> None:
        while self.ping:
            await asyncio.sleep(self.ping_every_s)
            await socket.send(self.ping)

    def _closed(self, why: str) -> None:
        why = why.replace(self.hidden, "…") if self.hidden else why
        for task in self._session_tasks:
            task.cancel()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(VenueError(f"the connection broke before the answer: {why}"))
        if self._logged_in.is_set():
            self._logged_in.clear()
            self._on_stream(False, f"the private stream broke, it is opened again: {why}")

    def _wall_ms(self) -> int:
        return (monotonic_ns() + self._wall_offset_ns) // NS_PER_MS
