"""A door in front of a recorded venue: what becomes of the first connections; later ones are let through unharmed.

slam           closed as soon as it is accepted
hang           accepted, and never answered
cut:N          passed on until the venue has said N bytes, then torn
deaf:N         passed on until the venue has said N bytes; then nothing goes either way and nobody closes
STATUS[:S]     answered with this HTTP status, and Retry-After: S
rubbish        answered with what is no HTTP
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from core.clock import monotonic_ns

MOST_REMEMBERED = 10_000
CHUNK_BYTES = 1 << 16


class Doorkeeper:
    def __init__(self, venue_url: str, treats: Sequence[str]) -> None:
        self._venue_port = urlsplit(venue_url).port
        self._treats = deque(treats)
        self.opened_ns: deque[int] = deque(maxlen=MOST_REMEMBERED)
        self._tasks: set[asyncio.Task[None]] = set()
        self.ws_url = ""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accepted, "127.0.0.1", 0)
        self.ws_url = f"ws://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def has_treated_all(self) -> bool:
        return not self._treats

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened_ns.append(monotonic_ns())
        treat = self._treats.popleft() if self._treats else "cut:1000000000"
        task = asyncio.create_task(self._serve(treat, reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, treat: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        what, _, number = treat.partition(":")
        try:
            if what in ("cut", "deaf"):
                await self._pass_on(reader, writer, int(number), is_deaf=what == "deaf")
            elif what == "hang":
                await asyncio.Event().wait()
            elif what != "slam":
                await reader.readuntil(b"\r\n\r\n")
                writer.write(b"\x00\x01rubbish\r\n\r\n" if what == "rubbish" else _refusal(what, number))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.transport.abort() if what == "cut" else writer.close()

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, most_bytes: int, *, is_deaf: bool
    ) -> None:
        venue_reader, venue_writer = await asyncio.open_connection("127.0.0.1", self._venue_port)
        asking = asyncio.create_task(_copy(reader, venue_writer))
        try:
            await _copy(venue_reader, writer, most_bytes)
            if is_deaf:
                asking.cancel()
                await asyncio.Event().wait()
        finally:
            asking.cancel()
            venue_writer.transport.abort()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, most_bytes: int = 1 << 60) -> None:
    while most_bytes > 0 and (data := await reader.read(min(most_bytes, CHUNK_BYTES))):
        most_bytes -= len(data)
        writer.write(data)
        await writer.drain()


def _refusal(status: str, retry_after_s: str) -> bytes:
    wait = f"Retry-After: {retry_after_s}\r\n" if retry_after_s else ""
    return f"HTTP/1.1 {status} No\r\n{wait}Content-Length: 0\r\nConnection: close\r\n\r\n".encode()
