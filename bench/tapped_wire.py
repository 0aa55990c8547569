"""What left a process, and when: a relay between it and a venue's double, in a process of its own, that stamps frames.

    order process ── WebSocket ──► relay ── the same bytes ──► double
                                   stamp: a whole text frame is read

A double reads frames one by one and answers each, so that the last of many has waited for all before it; what the
relay has read was on the wire, whoever is slow behind it. One connection at a time is stamped: frames of a client
(masked) are told apart by their lengths, RFC 6455 section 5.2; nothing is decoded.
"""

import json
import os
import select
import socket
import subprocess
import sys
from contextlib import suppress

from core.clock import monotonic_ns

TEXT = 1
CHUNK = 1 << 16


class WireTap:
    """Stamps of text frames that a client sent, in order, since they were last taken."""

    def __init__(self, to: str) -> None:
        """`to`: host:port of the double."""
        code = "import sys, bench.tapped_wire; bench.tapped_wire.relay(sys.argv[1])"
        self._process = subprocess.Popen(
            (sys.executable, "-c", code, to), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.address = self._line()

    def take(self) -> list[int]:
        """Nanoseconds of the monotonic clock; they are forgotten."""
        assert self._process.stdin is not None
        self._process.stdin.write("take\n")
        self._process.stdin.flush()
        return list(json.loads(self._line()))

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


class _Frames:
    """Where frames end in the bytes of a client, behind its handshake."""

    def __init__(self) -> None:
        self._rest = b""
        self._is_open = False

    def ended(self, chunk: bytes) -> int:
        """How many text frames ended in this chunk."""
        data, found = self._rest + chunk, 0
        if not self._is_open:
            head, separator, behind = data.partition(b"\r\n\r\n")
            self._is_open, data = bool(separator), behind if separator else head
        while self._is_open and (size := _frame_bytes(data)) and len(data) >= size:
            found += data[0] & 0x0F == TEXT
            data = data[size:]
        self._rest = data
        return found


def _frame_bytes(data: bytes) -> int:
    """Of the masked frame that begins here; 0: its length is not here yet."""
    if len(data) < 2:
        return 0
    short = data[1] & 0x7F
    extra = {126: 2, 127: 8}.get(short, 0)
    if len(data) < 2 + extra:
        return 0
    return 2 + extra + 4 + (int.from_bytes(data[2 : 2 + extra], "big") if extra else short)


def relay(to: str) -> None:
    """Until its input ends."""
    host, _, port = to.partition(":")
    door = socket.create_server(("127.0.0.1", 0))
    print(f"127.0.0.1:{door.getsockname()[1]}", flush=True)
    stamps: list[int] = []
    partner: dict[socket.socket, socket.socket] = {}
    frames: dict[socket.socket, _Frames] = {}
    while True:
        for ready in select.select([0, door, *partner], [], [])[0]:
            if ready == 0:
                if not os.read(0, 64):
                    return
                print(json.dumps(stamps), flush=True)
                stamps.clear()
            elif ready is door:
                client, server = door.accept()[0], socket.create_connection((host, int(port)))
                partner[client], partner[server] = server, client
                frames[client] = _Frames()
                for end in (client, server):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            elif ready in partner:
                chunk = b""
                with suppress(OSError):
                    chunk = ready.recv(CHUNK)
                if ready in frames:
                    stamps += [monotonic_ns()] * frames[ready].ended(chunk)
                if chunk:
                    partner[ready].sendall(chunk)
                else:
                    other = partner.pop(ready)
                    partner.pop(other, None)
                    for end in (ready, other):
                        frames.pop(end, None)
                        end.close()
