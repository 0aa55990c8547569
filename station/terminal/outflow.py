"""How are bytes written to a terminal that may not take them?

Never waiting: the terminal is opened anew, so that "do not block" is said of our description of it and not of the
shell's. What it does not take at once is kept and written when it takes bytes again. The screen writes nothing more
while something is unsent, so what is kept is never more than a frame.
"""

import asyncio
import contextlib
import os
import select
import threading
import time
from collections.abc import Callable

LAST_WORDS_S = 0.3
"""At the end a terminal that takes nothing is waited for so long."""


class Outflow:
    on_drained: Callable[[], None] | None = None
    """Called when the terminal has taken everything after it had not."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor, self._is_own = _opened_anew(descriptor)
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._lock = threading.Lock()
        self._kept = bytearray()
        self._is_waiting = False
        self._refused_since = 0.0
        self.written = 0
        """Bytes that the terminal took, since the start"""
        self.is_gone = False
        """It was hung up: what is written is lost."""

    @property
    def unsent(self) -> int:
        return len(self._kept)

    def refused_for_s(self, now_s: float) -> float:
        """How long the terminal has owed us to take bytes; 0: it took all."""
        return now_s - self._refused_since if self._is_waiting else 0.0

    def write(self, text: str) -> None:
        """From any thread. Goes out with the next `flush`, at the latest when the event loop turns."""
        with self._lock:
            self._kept += text.encode("utf-8", "replace")
        with contextlib.suppress(RuntimeError):  # the loop has ended; close() says the last words
            if threading.get_ident() != self._thread:
                self._loop.call_soon_threadsafe(self.flush)
            elif len(self._kept) == len(text):
                self._loop.call_soon(self.flush)

    def flush(self) -> None:
        """Of the event loop's thread: what the terminal takes now."""
        if self._is_waiting or threading.get_ident() != self._thread:
            return
        if not self._write_some():
            self._is_waiting, self._refused_since = True, time.monotonic()
            self._loop.add_writer(self._descriptor, self._go_on)

    def close(self, within_s: float = LAST_WORDS_S) -> None:
        if self._is_waiting:
            self._stop_waiting()
        give_up = time.monotonic() + within_s
        poll = select.poll()
        poll.register(self._descriptor, select.POLLOUT)
        while not self._write_some() and (left := give_up - time.monotonic()) > 0:
            poll.poll(left * 1_000)
        self._kept.clear()
        if self._is_own:
            os.close(self._descriptor)
        else:
            os.set_blocking(self._descriptor, True)

    def _go_on(self) -> None:
        if self._write_some():
            self._stop_waiting()
            if self.on_drained is not None:
                self.on_drained()

    def _stop_waiting(self) -> None:
        self._is_waiting = False
        with contextlib.suppress(RuntimeError):
            self._loop.remove_writer(self._descriptor)

    def _write_some(self) -> bool:
        """True when nothing is left."""
        with self._lock:
            while self._kept:
                try:
                    taken = os.write(self._descriptor, self._kept)
                except BlockingIOError:
                    return False
                except OSError:  # EIO: the line was hung up
                    self.is_gone = True
                    self._kept.clear()
                    break
                self.written += taken
                del self._kept[:taken]
        return True


def _opened_anew(descriptor: int) -> tuple[int, bool]:
    """After `su` the terminal's name may be another user's: then the flag is set on the shell's description too, and
    taken back at the end."""
    try:
        anew = os.open(os.ttyname(descriptor), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        os.set_blocking(descriptor, False)
        return descriptor, False
    return anew, True
