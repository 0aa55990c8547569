"""The sending end of a socket that is faster than what it is tried with: frames are encoded here, and gathered.

aiohttp spends ten microseconds on each frame that it sends; a market process takes one in fewer. Receiving, pings and
closing stay with aiohttp: nothing is masked or split on this side, so a frame is a header and its payload (RFC 6455).
"""

import asyncio

MOST_GATHERED_BYTES = 1 << 16
MOST_UNSENT_BYTES = 1 << 20
"""Then the other side is waited for"""
WAIT_S = 0.0005
TEXT, BINARY = 0x81, 0x82


class Wire:
    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._gathered = bytearray()
        self.gathers = False
        """Many frames go out at once: for playing as fast as they are taken"""

    async def send(self, payload: bytes, *, is_text: bool) -> None:
        """Raises ConnectionError when the other side is gone."""
        length = len(payload)
        self._gathered.append(TEXT if is_text else BINARY)
        if length < 126:
            self._gathered.append(length)
        elif length < 1 << 16:
            self._gathered += b"\x7e" + length.to_bytes(2, "big")
        else:
            self._gathered += b"\x7f" + length.to_bytes(8, "big")
        self._gathered += payload
        if not self.gathers or len(self._gathered) > MOST_GATHERED_BYTES:
            await self.flush()

    async def flush(self) -> None:
        if self._transport.is_closing():
            raise ConnectionResetError("the client closed the socket")
        self._transport.write(bytes(self._gathered))
        self._gathered.clear()
        await asyncio.sleep(0)  # what the client says is heard also while frames rush out
        while self._transport.get_write_buffer_size() > MOST_UNSENT_BYTES:
            await asyncio.sleep(WAIT_S)
