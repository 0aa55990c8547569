"""One WebSocket, opened again for ever; and REST calls that know when to be silent.

The socket is proven alive by anything that arrives, also by the pong to our own ping; silence closes it. Between
attempts: exponential back-off with full jitter (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog,
2015), so that a venue that comes back is not met by everyone at once. A Retry-After is granted by all its sockets.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable

import msgspec

from core.clock import monotonic_ns
from feeds.errors import FeedError, NotOpened, NotSent, RateLimited
from feeds.rest import FORBIDDEN
from feeds.web_socket import WebSocket, open_web_socket

MOST_FRAME_BYTES = 1 << 23
CONNECT_S = 10.0
GOING_AWAY = 1001


class Backoff:
    """Waits between attempts: random up to `first`, then up to twice as long, never above `most`."""

    def __init__(self, *, first_ms: int, most_ms: int, random_unit: Callable[[], float] = random.random) -> None:
        self._first_ms, self._most_ms, self._random_unit = first_ms, most_ms, random_unit
        self._attempts = 0

    def next_s(self) -> float:
        ceiling_ms: int = min(self._most_ms, self._first_ms << min(self._attempts, 30))
        self._attempts += 1
        return ceiling_ms * self._random_unit() / 1_000

    def reset(self) -> None:
        self._attempts = 0


class Pacer:
    """Turns at least so far apart, whoever takes them: a venue's limit of connects, messages or requests."""

    def __init__(self, apart_s: float, *, at_once: int = 1) -> None:
        """`at_once`: so many turns may be taken together after a pause."""
        self._apart_ns = int(apart_s * 1e9)
        self._ahead_ns = (at_once - 1) * self._apart_ns
        self._next_ns = self._held_until_ns = 0

    async def wait(self) -> None:
        """Until it is our turn."""
        while True:
            now_ns = monotonic_ns()
            turn_ns = max(now_ns - self._ahead_ns, self._next_ns)
            self._next_ns = turn_ns + self._apart_ns
            wait_ns = max(turn_ns, self._held_until_ns) - now_ns
            if wait_ns > 0:
                await asyncio.sleep(wait_ns / 1e9)
            if monotonic_ns() >= self._held_until_ns:
                return

    def hold(self, seconds: float) -> None:
        """Nobody before then: the venue wishes so."""
        self._held_until_ns = max(self._held_until_ns, monotonic_ns() + int(seconds * 1e9))


class ConnectionSettings(msgspec.Struct, frozen=True, kw_only=True):
    url: str
    stale_after_ms: int
    first_ms: int
    most_ms: int
    forbidden_s: float = 0.0
    """So long nobody connects after a 403, at venues that mean too many requests by it."""
    ping_every_ms: int = 20_000
    """However much a venue says, it hears of us so often: some hang up on those who never speak."""


class Connection:
    """One socket. `on_frame(bytes, received_ns)` is called for every frame, in order, without a task between."""

    def __init__(
        self,
        settings: ConnectionSettings,
        *,
        on_frame: Callable[[bytes, int], None],
        on_open: Callable[[], Awaitable[None]],
        on_close: Callable[[str], None],
        pacer: Pacer | None = None,
        address: Callable[[], Awaitable[str]] | None = None,
        backoff: Backoff | None = None,
    ) -> None:
        """`on_open`: the socket is open. `on_close`: why it is not any more; called after failed attempts too.

        `pacer`: shared by all sockets of a venue, for its limit of connects. `address`: asked before every attempt,
        instead of the settings' url, of venues whose address holds a token. May raise FeedError.
        """
        self._settings = settings
        self._on_frame, self._on_open, self._on_close = on_frame, on_open, on_close
        self._pacer = pacer or Pacer(0.0)
        self._address = address
        self._backoff = backoff or Backoff(first_ms=settings.first_ms, most_ms=settings.most_ms)
        self._socket: WebSocket | None = None
        self.reconnects = -1

    @property
    def is_open(self) -> bool:
        return self._socket is not None and self._socket.is_open

    @property
    def heard_ns(self) -> int:
        """When anything last arrived: data, ping or pong; 0 while there is no socket."""
        return self._socket.heard_ns if self._socket is not None else 0

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                why = await self._one_session()
            except (OSError, FeedError) as error:
                why = str(error) or type(error).__name__
                if isinstance(error, RateLimited):
                    self._pacer.hold(error.wait_s)
                elif isinstance(error, NotOpened) and error.status == FORBIDDEN:
                    self._pacer.hold(self._settings.forbidden_s)
            finally:
                self._socket = None
            self._on_close(why)
            await asyncio.sleep(self._backoff.next_s())

    async def send(self, text: str) -> None:
        """Raises NotSent when the socket is not open: nothing left."""
        if self._socket is None or not self._socket.is_open:
            raise NotSent(f"the connection is not open: url={self._settings.url!r}")
        self._socket.send(text)

    async def close(self) -> None:
        """End this session; `run` opens the next one."""
        if self._socket is not None:
            await self._socket.close()

    async def _one_session(self) -> str:
        """Open, read until it ends; why it ended."""
        await self._pacer.wait()
        async with asyncio.timeout(CONNECT_S):
            url = await self._address() if self._address is not None else self._settings.url
            socket = await open_web_socket(url, on_message=self._on_frame, most_bytes=MOST_FRAME_BYTES)
        watcher = asyncio.create_task(self._watch(socket))
        opened_ns = monotonic_ns()
        try:
            self._socket = socket
            self.reconnects += 1
            await self._on_open()
            socket.start()
            return await socket.ended
        finally:
            watcher.cancel()
            # One that accepts us and hangs up at once is no reason to come back faster.
            if monotonic_ns() - opened_ns > self._settings.most_ms * 1_000_000:
                self._backoff.reset()
            await socket.close()

    async def _watch(self, socket: WebSocket) -> None:
        """Ask for a sign of life in silence, close after too much of it."""
        stale_s = self._settings.stale_after_ms / 1_000
        pinged_ns = monotonic_ns()
        while True:
            await asyncio.sleep(stale_s / 4)
            now_ns = monotonic_ns()
            silent_s = (now_ns - socket.heard_ns) / 1e9
            if silent_s >= stale_s:
                await socket.close(GOING_AWAY, b"silence")
                return
            if silent_s >= stale_s / 4 or now_ns - pinged_ns >= self._settings.ping_every_ms * 1_000_000:
                pinged_ns = now_ns
                socket.ping()
