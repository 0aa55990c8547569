"""The terminal as Textual drives it, with an outflow that never waits and an echo that tells how far behind it is."""

import contextlib
import os
import threading
import time
from typing import Any

from textual import events
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size
from textual.message import Message

from station.terminal.echo import Echo, question
from station.terminal.kind import is_gnu_screen
from station.terminal.outflow import Outflow

LAST_ANSWER_S = 0.3
"""At the end an answer that is on its way is waited for so long: else it would be typed into the shell."""


class TerminalDriver(LinuxDriver):
    """Textual's own thread of writes is left idle."""

    outflow: Outflow | None = None

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        # GNU screen keeps a lone Escape back until the next key while a program asks for the mouse.
        super().__init__(app, debug=debug, mouse=mouse and not is_gnu_screen(os.environ), size=size)
        self.echo = Echo()
        self.keys_read = 0
        """By the thread that reads them, since the start"""
        self._has_answered = threading.Event()

    def _get_terminal_size(self) -> tuple[int, int]:
        """The terminal's own. What a shell exports as COLUMNS and LINES stays as it was when the size changes."""
        with contextlib.suppress(OSError, ValueError):
            if self._file is not None:
                columns, rows = os.get_terminal_size(self._file.fileno())
                if columns and rows:
                    return columns, rows
        return super()._get_terminal_size()

    def write(self, data: str) -> None:
        if self.outflow is None:
            assert self._file is not None
            self.outflow = Outflow(self._file.fileno())
        self.outflow.write(data)

    def flush(self) -> None:
        if self.outflow is not None:
            self.outflow.flush()

    def ask(self) -> None:
        """How far behind is it? Once in a while, when something is written anyway or not."""
        now_s = time.monotonic()
        if self.input_tty and self.echo.wants_asking(now_s):
            self._has_answered.clear()
            self.write(question(self.echo.ask(now_s)))
            self.flush()

    def behind_s(self) -> float:
        now_s = time.monotonic()
        refused_s = self.outflow.refused_for_s(now_s) if self.outflow is not None else 0.0
        return max(refused_s, self.echo.behind_s(now_s))

    def process_message(self, message: Message) -> None:
        """Called by the thread that reads the keys."""
        if isinstance(message, events.CursorPosition):
            self.echo.answered(message.x + 1, time.monotonic())
            self._has_answered.set()
            return
        self.keys_read += isinstance(message, events.Key)
        super().process_message(message)

    def _sigcont_application(self, *_: object) -> None:
        """Stopped from outside (SIGSTOP), the terminal is as we left it: only what it shows may be another's. To begin
        anew, as Textual does, would leave a second thread that reads the keys, and a screen that cannot end."""
        if self._key_thread is None or not self._key_thread.is_alive():
            super()._sigcont_application()
            return
        size = Size(*self._get_terminal_size())
        self.send_message(events.Resize(size, size))

    def disable_input(self) -> None:
        if self.echo.is_waited_for and not self.exit_event.is_set():
            self._has_answered.wait(LAST_ANSWER_S)
        super().disable_input()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            super().close()
        if self.outflow is not None:
            self.outflow.close()
            self.outflow = None
