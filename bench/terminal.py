"""A program in a pseudo terminal, watched: CPU time, bytes written, time from a key to its answer on the screen.

The terminal says that it knows synchronised output (mode 2026) and where its cursor stands, as the common ones do. What
it reads also goes through zlib, flushed after every read, as `ssh -C` sends it.
"""

import fcntl
import os
import pty
import random
import re
import select
import signal
import struct
import termios
import time
import zlib
from collections.abc import Mapping, Sequence

SYNC_ASKED, SYNC_KNOWN = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
SYNC_BEGIN = b"\x1b[?2026h"
CURSOR_ASKED = re.compile(rb"\x1b\[(\d+);(\d+)H\x1b\[6n")
LONGEST_QUESTION = 24
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class WatchedTerminal:
    def __init__(self, command: Sequence[str], *, columns: int, rows: int, environment: Mapping[str, str]) -> None:
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], list(command), {**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"})
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.updates = 0
        """Each written as one"""
        self.written = self.compressed = 0
        self._zlib = zlib.compressobj(6)
        self._tail = b""
        self._has_ended = False

    def read_until(self, moment: float, wanted: bytes | None = None) -> bytes:
        """What was written up to a moment of time.monotonic(), or up to `wanted`."""
        seen = b""
        while (left := moment - time.monotonic()) > 0:
            if not select.select([self._fd], [], [], left)[0]:
                break
            try:
                part = os.read(self._fd, 65_536)
            except OSError:  # it has ended
                break
            self._answer(part)
            self.written += len(part)
            self.updates += part.count(SYNC_BEGIN)
            self.compressed += len(self._zlib.compress(part)) + len(self._zlib.flush(zlib.Z_SYNC_FLUSH))
            seen += part
            if wanted is not None and wanted in seen:
                break
        return seen

    def type(self, keys: bytes) -> None:
        os.write(self._fd, keys)

    def _answer(self, part: bytes) -> None:
        """What the program asks of its terminal, also when a question comes in two parts."""
        text = self._tail + part
        asked = 0
        for question in CURSOR_ASKED.finditer(text):
            os.write(self._fd, b"\x1b[%s;%sR" % question.groups())
            asked = question.end()
        if SYNC_ASKED in text[asked:]:
            os.write(self._fd, SYNC_KNOWN)
            asked = len(text)
        self._tail = text[max(asked, len(text) - LONGEST_QUESTION) :]

    def wait_for(self, wanted: bytes, within_s: float) -> bool:
        return wanted in self.read_until(time.monotonic() + within_s, wanted)

    def cpu_s(self) -> float:
        """User and system time of the program, all threads."""
        with open(f"/proc/{self.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND

    def load(self, for_s: float) -> tuple[float, float, float]:
        """Percent of one CPU, kB/s written, and kB/s of it compressed."""
        cpu, written, compressed, start = self.cpu_s(), self.written, self.compressed, time.monotonic()
        self.read_until(start + for_s)
        took = time.monotonic() - start
        return (
            100 * (self.cpu_s() - cpu) / took,
            (self.written - written) / took / 1_000,
            (self.compressed - compressed) / took / 1_000,
        )

    def key_times_ms(self, keys: Sequence[str], wanted: bytes, count: int, seed: int = 1) -> list[float]:
        """From writing a key to reading `wanted`, which only that key's answer writes. At times of chance."""
        chance, times = random.Random(seed), []
        for number in range(count):
            self.read_until(time.monotonic() + chance.uniform(0.03, 0.12))
            start = time.monotonic()
            os.write(self._fd, keys[number % len(keys)].encode())
            if self.wait_for(wanted, 2.0):
                times.append((time.monotonic() - start) * 1_000)
        return times

    def has_ended(self) -> bool:
        if not self._has_ended:
            self._has_ended = os.waitpid(self.pid, os.WNOHANG) != (0, 0)
        return self._has_ended

    def close(self) -> None:
        if not self.has_ended():
            os.kill(self.pid, signal.SIGTERM)
            give_up = time.monotonic() + 5
            while not self.has_ended():
                if time.monotonic() > give_up:
                    os.kill(self.pid, signal.SIGKILL)
                self.read_until(time.monotonic() + 0.05)
        os.close(self._fd)
