"""The client's end of a WebSocket (RFC 6455), for sockets on which much arrives and little leaves.

    socket = await open_web_socket(url, on_message=…, most_bytes=…)     raises NotOpened, RateLimited
    socket.start()                                                     from here on messages come
    why = await socket.ended

A message is handed over out of the event loop's read, with no task, queue or future between. The clock is read once a
read: what lies behind others in the buffer has been here for as long as they have, and its age says so.

Text is not checked to be UTF-8: who decodes the JSON does. What RFC 6455 forbids (masked frames, reserved bits, unknown
opcodes, control frames that are long or split) ends the connection with 1002, a message that is too long with 1009.
"""

import asyncio
import os
import ssl
from collections.abc import Callable
from functools import cache

from core.clock import monotonic_ns
from feeds.errors import NotOpened
from feeds.handshake import Target, judge, new_key, request_of, target_of

ROOM_BYTES = 1 << 16
"""What is read at once: other sockets wait for so much at most."""
MOST_HEAD_BYTES = 1 << 14
MOST_UNSENT_BYTES = 1 << 20
"""A venue that takes nothing from us any more is let go."""
CLOSE_S = 0.5
"""A peer that fell silent does not answer our goodbye either: until then nobody is told that the socket is dead."""
HAPPY_EYEBALLS_S = 0.25
"""IPv4 is tried beside IPv6 after so long (RFC 8305)."""

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
LAST, RESERVED, CONTROL, MASKED = 0x80, 0x70, 0x08, 0x80
WHOLE = (LAST | TEXT, LAST | BINARY)
TWO_BYTES, EIGHT_BYTES = 126, 127
MOST_CONTROL_BYTES = 125
GATHERED_BYTES = 4096
"""So much is not kept until the end of a turn."""
NORMAL, PROTOCOL_ERROR, TOO_BIG = 1000, 1002, 1009
TOO_LONG = "a message must not be so long"


class WebSocket(asyncio.BufferedProtocol):
    """Made by `open_web_socket`."""

    def __init__(self, on_message: Callable[[bytes, int], None], most_bytes: int) -> None:
        self._on_message, self._most_bytes = on_message, most_bytes
        loop = asyncio.get_running_loop()
        self.head: asyncio.Future[bytes] = loop.create_future()
        """Of the answer to our request."""
        self.ended: asyncio.Future[str] = loop.create_future()
        """Why; raises what `on_message` raised."""
        self.heard_ns = monotonic_ns()
        """When anything last arrived."""
        self._transport: asyncio.Transport | None = None
        self._is_started = self._is_close_sent = False
        self._why = ""
        self._fault: Exception | None = None
        self._room = bytearray(ROOM_BYTES)
        self._view = memoryview(self._room)
        self._filled = 0
        self._parts: bytearray | None = None
        """Of a message that comes in several frames."""
        self._gathered = bytearray()
        """Frames of this turn of the event loop, behind its first one."""
        self._has_written = False
        """In this turn of the event loop"""

    @property
    def is_open(self) -> bool:
        return self.head.done() and not self._is_close_sent and not self.ended.done()

    def start(self) -> None:
        self._is_started = True
        self._take(monotonic_ns())
        if self._transport is not None:
            self._transport.resume_reading()

    def send(self, text: str) -> None:
        self.write(TEXT, text.encode())

    def ping(self) -> None:
        self.write(PING, b"station")

    async def close(self, code: int = NORMAL, reason: bytes = b"") -> None:
        """Say so, wait a moment for the answer, and go."""
        try:
            if self._is_started:
                self._send_close(code, reason)
                await asyncio.wait((self.ended,), timeout=CLOSE_S)
        finally:
            self.abort()

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def request(self, request: bytes) -> None:
        assert self._transport is not None
        self._transport.write(request)

    # What the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._view[self._filled :]

    def buffer_updated(self, nbytes: int) -> None:
        self._filled += nbytes
        self.heard_ns = monotonic_ns()
        if self._is_started:
            self._take(self.heard_ns)
        else:
            self._look_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        why = self._why or f"the connection ended: {exc or 'without a word'}"
        if not self.head.done():
            self.head.set_exception(NotOpened(why))
        if not self.ended.done():
            if self._fault is not None:
                self.ended.set_exception(self._fault)
            else:
                self.ended.set_result(why)

    # Reading

    def _look_for_head(self) -> None:
        end = self._room.find(b"\r\n\r\n", 0, self._filled)
        if end >= 0 and not self.head.done():
            head = bytes(self._view[:end])
            self._keep(end + 4, 0)
            assert self._transport is not None
            self._transport.pause_reading()  # frames wait until `start`
            self.head.set_result(head)
        elif self._filled > MOST_HEAD_BYTES:
            self._why = "the answer to the request has no end"
            self.abort()

    def _take(self, received_ns: int) -> None:
        try:
            self._take_frames(received_ns)
        except Exception as fault:
            self._fault = fault
            self.abort()

    def _take_frames(self, received_ns: int) -> None:
        room, view, on_message = self._room, self._view, self._on_message
        at, end, wanted = 0, self._filled, 0
        while end - at >= 2:
            size, begin = room[at + 1], at + 2
            if size >= TWO_BYTES:
                begin = at + 4 if size == TWO_BYTES else at + 10
                if size & MASKED:
                    self._fail(PROTOCOL_ERROR, "a venue must not mask its frames")
                    return
                if begin > end:
                    break
                size = int.from_bytes(view[at + 2 : begin], "big")
                if size > self._most_bytes:
                    self._fail(TOO_BIG, f"{TOO_LONG}: bytes={size}")
                    return
            behind = begin + size
            if behind > end:
                wanted = behind - at
                break
            first = room[at]
            if first in WHOLE and self._parts is None:
                on_message(bytes(view[begin:behind]), received_ns)
            elif not self._take_other(first, bytes(view[begin:behind]), received_ns):
                return
            at = behind
        self._keep(at, wanted)

    def _keep(self, at: int, wanted: int) -> None:
        """What is left goes to the front; a frame that does not fit gets a larger room while it lasts."""
        rest = self._filled - at
        needed = max(wanted, ROOM_BYTES)
        if needed != len(self._room) and rest <= needed:
            room = bytearray(needed)
            room[:rest] = self._view[at : self._filled]
            self._room, self._view = room, memoryview(room)
        elif rest > 0 and at > 0:
            self._view[:rest] = self._view[at : self._filled]
        self._filled = rest

    def _take_other(self, first: int, payload: bytes, received_ns: int) -> bool:
        """A control frame, or a part of a message. False: that was the last frame."""
        opcode, is_last = first & 0x0F, first & LAST != 0
        if first & RESERVED:
            return self._fail(PROTOCOL_ERROR, "reserved bits must be 0")
        if opcode & CONTROL:
            return self._take_control(opcode, payload, is_last=is_last)
        if opcode > BINARY or (opcode == CONTINUATION) == (self._parts is None):
            return self._fail(PROTOCOL_ERROR, f"this frame may not stand here: {opcode=}")
        parts = self._parts = bytearray() if self._parts is None else self._parts
        if len(parts) + len(payload) > self._most_bytes:
            return self._fail(TOO_BIG, f"{TOO_LONG}: bytes={len(parts) + len(payload)}")
        parts += payload
        if is_last:
            self._parts = None
            self._on_message(bytes(parts), received_ns)
        return True

    def _take_control(self, opcode: int, payload: bytes, *, is_last: bool) -> bool:
        if not is_last or len(payload) > MOST_CONTROL_BYTES or opcode > PONG:
            return self._fail(PROTOCOL_ERROR, f"no such control frame: {opcode=}")
        if opcode == PING:
            self.write(PONG, payload)
        elif opcode == CLOSE:
            code = int.from_bytes(payload[:2], "big") if len(payload) > 1 else 0
            reason = payload[2:].decode(errors="replace")
            self._why = self._why or f"the connection ended: {code=}" + (f", {reason}" if reason else "")
            self._send_close(code or NORMAL)
            self._let_go()
        return opcode != CLOSE

    # Writing and leaving

    def write(self, opcode: int, payload: bytes) -> None:
        """One frame, masked: the first of a turn of the event loop leaves at once, those behind it together.

        A hundred cancels would else be a hundred system calls, each of which wakes who reads.
        """
        transport = self._transport
        if transport is None or transport.is_closing() or self._is_close_sent:
            return
        size, mask = len(payload), os.urandom(4)
        if size < TWO_BYTES:
            head = bytes((LAST | opcode, MASKED | size))
        elif size < 1 << 16:
            head = bytes((LAST | opcode, MASKED | TWO_BYTES)) + size.to_bytes(2, "big")
        else:
            head = bytes((LAST | opcode, MASKED | EIGHT_BYTES)) + size.to_bytes(8, "big")
        masks = int.from_bytes((mask * (size // 4 + 1))[:size], "big")
        self._gathered += head + mask + (int.from_bytes(payload, "big") ^ masks).to_bytes(size, "big")
        if not self._has_written or len(self._gathered) >= GATHERED_BYTES:
            self._flush()
        if not self._has_written:
            self._has_written = True
            asyncio.get_running_loop().call_soon(self._end_turn)

    def _end_turn(self) -> None:
        self._has_written = False
        self._flush()

    def _flush(self) -> None:
        transport = self._transport
        if transport is None or transport.is_closing() or not self._gathered:
            return
        transport.write(bytes(self._gathered))
        self._gathered.clear()
        if transport.get_write_buffer_size() > MOST_UNSENT_BYTES:
            self._why = "the venue takes nothing from us"
            self.abort()

    def _send_close(self, code: int, reason: bytes = b"") -> None:
        self.write(CLOSE, code.to_bytes(2, "big") + reason)
        self._flush()
        self._is_close_sent = True
        self._on_message = _ignore

    def _fail(self, code: int, why: str) -> bool:
        self._why = why
        self._send_close(code, why.encode()[: MOST_CONTROL_BYTES - 2])
        self._let_go()
        return False

    def _let_go(self) -> None:
        """What was written may leave first."""
        self._filled = 0
        if self._transport is not None:
            self._transport.close()


def _ignore(message: bytes, received_ns: int) -> None:
    """We have said goodbye."""


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


async def open_web_socket(
    url: str,
    *,
    on_message: Callable[[bytes, int], None],
    most_bytes: int,
    tls: ssl.SSLContext | None = None,
) -> WebSocket:
    """Raises NotOpened and RateLimited."""
    target = target_of(url)
    request = request_of(target, key := new_key())
    socket = await _connect(target, lambda: WebSocket(on_message, most_bytes), tls)
    try:
        socket.request(request)
        judge(await socket.head, target, key)
    except BaseException:
        socket.abort()
        raise
    return socket


async def _connect(target: Target, make: Callable[[], WebSocket], tls: ssl.SSLContext | None) -> WebSocket:
    loop = asyncio.get_running_loop()
    try:
        _, socket = await loop.create_connection(
            make,
            target.host,
            target.port,
            ssl=(tls or _tls()) if target.is_secure else None,
            ssl_shutdown_timeout=CLOSE_S if target.is_secure else None,
            happy_eyeballs_delay=HAPPY_EYEBALLS_S,
        )
    except ssl.SSLCertVerificationError as error:
        raise NotOpened(f"the venue's certificate is not to be trusted, {error.verify_message}") from error
    except (OSError, UnicodeError) as error:
        raise NotOpened(f"Cannot connect: {error}", url=target.url) from error
    return socket
