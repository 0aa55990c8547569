"""A local end of a WebSocket that says exactly the bytes it is told to, also wrong ones.

async with RawVenue(script) as venue:          # script(reader, writer), after the upgrade
    socket = await open_web_socket(venue.url, …)
"""

import asyncio
import base64
import hashlib
import ssl
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from feeds.handshake import GUID

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class RawVenue:
    def __init__(self, script: Script, *, answer: bytes = b"", behind: bytes = b"", tls: ssl.SSLContext | None = None):
        """`answer`: instead of the upgrade. `behind`: sent in one piece with it."""
        self._script, self._answer, self._behind, self._tls = script, answer, behind, tls
        self.opened = 0
        self.url = ""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"{'wss' if self._tls else 'ws'}://127.0.0.1:{port}/stream?a=b"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            self.opened += 1
            if self._answer:
                writer.write(self._answer)
            else:
                key = next(line[19:] for line in head.split(b"\r\n") if line.startswith(b"Sec-WebSocket-Key: "))
                accept = base64.b64encode(hashlib.sha1(key + GUID).digest())
                upgrade = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                writer.write(upgrade + b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n" + self._behind)
            await self._script(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()


def frame(payload: bytes, opcode: int = 1, *, is_last: bool = True, reserved: int = 0, length: int = -1) -> bytes:
    """As a server sends it. `length`: what the head claims, when that is not the truth."""
    size = len(payload) if length < 0 else length
    first = bytes((opcode | reserved | (0x80 if is_last else 0),))
    if size < 126:
        return first + bytes((size,)) + payload
    if size < 1 << 16:
        return first + b"\x7e" + size.to_bytes(2, "big") + payload
    return first + b"\x7f" + size.to_bytes(8, "big") + payload


async def read_frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """(opcode, payload) of what a client sent; it must be whole and masked."""
    first, second = await reader.readexactly(2)
    assert first & 0x80
    assert second & 0x80, "a client masks what it sends"
    size = second & 0x7F
    if size > 125:
        size = int.from_bytes(await reader.readexactly(2 if size == 126 else 8), "big")
    mask = await reader.readexactly(4)
    payload = await reader.readexactly(size)
    return first & 0x0F, bytes(letter ^ mask[index % 4] for index, letter in enumerate(payload))
