"""The desk's local socket: gives the memory to whoever may have it. One Unix user is one trust domain.

The desk sends as soon as somebody connects: one message with the registry as JSON, the descriptors riding on it in the
order of its `files` and then its `bells`. It never reads, so no client can hold it up.
"""

import contextlib
import os
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import msgspec

from core.memory.files import Descriptor

MESSAGE_BYTES = 1 << 18
MOST_DESCRIPTORS = 250
_PEER = struct.Struct("3i")  # pid, uid, gid


class Doorway:
    """The desk's end."""

    def __init__(self, path: Path, descriptor: Descriptor) -> None:
        """Raises OSError."""
        path.unlink(missing_ok=True)
        self.path = path
        self._descriptor = descriptor
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET | socket.SOCK_NONBLOCK)
        before = os.umask(0o177)
        try:
            with _short(path) as short:
                self.listener.bind(short)
        finally:
            os.umask(before)
        self.listener.listen(32)

    def serve(self) -> None:
        """Answer all who wait."""
        numbers = [*self._descriptor.files.values(), *self._descriptor.bells.values()]
        message = msgspec.json.encode(self._descriptor)
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            with client, contextlib.suppress(OSError):
                credentials = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
                if _PEER.unpack(credentials)[1] in (os.geteuid(), 0):
                    client.setblocking(False)
                    socket.send_fds(client, [message], numbers)

    def close(self) -> None:
        self.listener.close()
        self.path.unlink(missing_ok=True)


def ask_for_memory(path: Path, *, within_s: float = 1.0) -> Descriptor | None:
    """The client's end: the memory under numbers of our own. None when nobody answers."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as client:
        client.settimeout(within_s)
        try:
            with _short(path) as short:
                client.connect(short)
            message, numbers, _, _ = socket.recv_fds(client, MESSAGE_BYTES, MOST_DESCRIPTORS)
        except OSError:
            return None
    try:
        theirs = msgspec.json.decode(message, type=Descriptor)
    except msgspec.DecodeError:
        theirs = None
    if theirs is None or len(numbers) != len(theirs.files) + len(theirs.bells):
        for number in numbers:
            os.close(number)
        return None
    ours = iter(numbers)
    for number in numbers:
        os.set_inheritable(number, False)
    return msgspec.structs.replace(
        theirs,
        files={role: next(ours) for role in theirs.files},
        bells={role: next(ours) for role in theirs.bells},
    )


@contextlib.contextmanager
def _short(path: Path) -> Iterator[str]:
    """A name for the path that fits into the 108 bytes of a socket address, however deep the folder lies."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
