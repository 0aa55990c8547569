"""A terminal at the end of a line of any quality: it shows what the screen wrote, and answers what it is asked.

Only what is read is shown, so a test decides how fast the line is, and whether it carries anything.
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.deadline import PATIENCE

ROOT = Path(__file__).resolve().parents[1]
SEQUENCE = re.compile(r"\x1b(?:\[([<>?=]?)([0-9;:]*)([$]?[a-zA-Z])|\]([^\a\x1b]*)(?:\a|\x1b\\)|([78=>])|[()][A-Z0-9])")
MOST_AT_ONCE = 4_096


class TerminalFarAway:
    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 120,
        rows: int = 36,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        named = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONPATH": str(ROOT)}
        self.pid, self._ours = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], list(command), {**os.environ, **named, **(environment or {})})
        self.cells: dict[tuple[int, int], str] = {}
        """Column and row to what stands there with its style"""
        self.read_bytes = 0
        self.copied: list[str] = []
        """Words of OSC 52"""
        self._x = self._y = 0
        self._saved = (0, 0)
        self._style = ""
        self._pending = ""
        self._is_over = False
        self.resize(columns, rows)

    def resize(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self.cells = {at: cell for at, cell in self.cells.items() if at[0] < columns and at[1] < rows}
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def text(self) -> str:
        return "\n".join(
            "".join(self.cells.get((x, y), " ")[-1] for x in range(self.columns)) for y in range(self.rows)
        )

    def read_until(self, is_so: Callable[[], object], *, within_s: float = 60.0, bytes_per_s: float = 0.0) -> None:
        """0 bytes a second: as many as come."""
        give_up = time.monotonic() + PATIENCE * within_s
        while not is_so():
            assert time.monotonic() < give_up, f"did not come true within {PATIENCE} * {within_s} s:\n{self.text()}"
            self.read_for(0.02, bytes_per_s=bytes_per_s)

    def read_for(self, seconds: float, *, bytes_per_s: float = 0.0) -> int:
        """How many bytes came."""
        began, taken = time.monotonic(), 0
        while (now := time.monotonic()) < began + seconds:
            room = int((now - began) * bytes_per_s) - taken if bytes_per_s else MOST_AT_ONCE
            if room <= 0:
                select.select([], [], [], 0.005)
                continue
            if not select.select([self._ours], [], [], min(0.02, began + seconds - now))[0]:
                continue
            try:
                part = os.read(self._ours, min(room, MOST_AT_ONCE))
            except OSError:  # it has ended
                break
            taken += len(part)
            self._show(part)
        self.read_bytes += taken
        return taken

    def is_over(self) -> bool:
        if not self._is_over:
            self._is_over = os.waitpid(self.pid, os.WNOHANG) != (0, 0)
        return self._is_over

    def memory_kb(self) -> int:
        with open(f"/proc/{self.pid}/statm") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024

    def close(self) -> None:
        if not self.is_over():
            os.kill(self.pid, signal.SIGTERM)
        give_up = time.monotonic() + 5
        while not self.is_over():
            if time.monotonic() > give_up:
                os.kill(self.pid, signal.SIGKILL)
            self.read_for(0.02)
        os.close(self._ours)

    def _show(self, part: bytes) -> None:
        # Latin-1 keeps a byte a byte; what is cut in half waits for the rest.
        text = self._pending + part.decode("latin-1")
        at = 0
        while at < len(text):
            if text[at] == "\x1b":
                match = SEQUENCE.match(text, at)
                if match is None:
                    if len(text) - at > 4_096:
                        raise AssertionError(f"no terminal knows {text[at : at + 20]!r}")
                    break
                self._obey(match)
                at = match.end()
                continue
            end = text.find("\x1b", at)
            run = text[at : end if end >= 0 else len(text)]
            if (whole := _whole_letters(run)) != run and end < 0:
                self._write(whole)
                at += len(whole)
                break
            self._write(run)
            at += len(run)
        self._pending = text[at:]

    def _write(self, run: str) -> None:
        for letter in run.encode("latin-1").decode("utf-8", "replace"):
            if letter == "\r":
                self._x = 0
            elif letter == "\n":
                self._y += 1
            elif letter >= " ":
                self.cells[self._x, self._y] = f"{self._style}|{letter}"
                self._x += 1

    def _obey(self, match: re.Match[str]) -> None:
        mark, words, letter, spoken, short = match.groups()
        if short == "7":
            self._saved = (self._x, self._y)
        elif short == "8":
            self._x, self._y = self._saved
        elif spoken is not None and spoken.startswith("52;"):
            self.copied.append(spoken)
        elif letter == "H":
            row, _, column = words.partition(";")
            self._x, self._y = int(column or 1) - 1, int(row or 1) - 1
        elif letter == "m" and not mark:
            self._style = "" if words in ("", "0") else f"{self._style};{words}".split(";0;")[-1]
        elif letter == "n" and words == "6":
            self.type(f"\x1b[{self._y + 1};{self._x + 1}R")
        elif letter == "$p" and words == "2026":
            self.type("\x1b[?2026;2$y")


def _whole_letters(run: str) -> str:
    """Without the beginning of a letter of several bytes at the end."""
    for back in range(1, min(4, len(run)) + 1):
        first = ord(run[-back])
        if first >= 0xC0:
            needs = 2 if first < 0xE0 else 3 if first < 0xF0 else 4
            return run[:-back] if back < needs else run
        if first < 0x80:
            break
    return run


def moving_screen(
    log: Path, *options: str, columns: int = 120, rows: int = 36, environment: Mapping[str, str] | None = None
) -> TerminalFarAway:
    command = [sys.executable, "-m", "tests.moving_screen", str(log), *options]
    return TerminalFarAway(command, columns=columns, rows=rows, environment=environment)
