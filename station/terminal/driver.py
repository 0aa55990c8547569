"""The terminal as Textual drives it, with keys that the event loop reads, an outflow that never waits, and an echo that
tells how far behind it is.

Textual reads keys in a thread. While a frame is drawn that thread waits for the interpreter, and what it has read comes
to the app through two more turns of the loop. Here the loop wakes when something is typed, and a frame that is being
drawn can see that without anybody's help (`is_something_typed`). A lone Escape is known when its time is over, not at
the thread's next look.
"""

import asyncio
import contextlib
import os
import select
import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable
from typing import Any

from textual import constants, events
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size
from textual.message import Message

from station.terminal.echo import Echo, question
from station.terminal.kind import is_gnu_screen
from station.terminal.outflow import Outflow

READ_BYTES = 4_096
ESCAPE_MARGIN_S = 0.002
LAST_ANSWER_S = 0.3
"""At the end an answer that is on its way is waited for so long: else it would be typed into the shell."""


class TerminalDriver(LinuxDriver):
    """Textual's own threads of keys and of writes are left idle."""

    outflow: Outflow | None = None
    on_answer: Callable[[], None] | None = None
    """Called when the terminal said where its cursor stands; until it was read that looked like a key."""
    _takes_keys = False
    _is_reading = False
    _escape_ends: asyncio.TimerHandle | None = None

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        # GNU screen keeps a lone Escape back until the next key while a program asks for the mouse.
        super().__init__(app, debug=debug, mouse=mouse and not is_gnu_screen(os.environ), size=size)
        self.echo = Echo()
        self.keys_read = 0
        """Since the start"""
        self._typed = select.poll()

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
            self.write(question(self.echo.ask(now_s)))
            self.flush()

    def behind_s(self) -> float:
        now_s = time.monotonic()
        refused_s = self.outflow.refused_for_s(now_s) if self.outflow is not None else 0.0
        return max(refused_s, self.echo.behind_s(now_s))

    # ---- what is typed

    @property
    def is_something_typed(self) -> bool:
        """Bytes that nobody has read yet."""
        return self._is_reading and bool(self._typed.poll(0))

    def start_application_mode(self) -> None:
        self._takes_keys = True
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def _run_input_thread(self) -> None:
        """Textual's thread, started when the terminal is ready: it has the loop read, and ends."""
        self._loop.call_soon_threadsafe(self._begin_reading)

    def _begin_reading(self) -> None:
        if not self._takes_keys or self._is_reading:
            return
        self._parser = XTermParser(self._debug)
        # One wrong byte is no reason to end.
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._typed.register(self.fileno, select.POLLIN)
        self._loop.add_reader(self.fileno, self._read)
        self._is_reading = True

    def _end_reading(self) -> None:
        self._takes_keys = False
        if self._is_reading:
            self._is_reading = False
            self._loop.remove_reader(self.fileno)
            self._typed.unregister(self.fileno)
            if self._escape_ends is not None:
                self._escape_ends.cancel()

    def _read(self) -> None:
        try:
            data = os.read(self.fileno, READ_BYTES)
        except OSError:  # EIO: the line was hung up, and SIGHUP says so too
            data = b""
        if not data:
            self._end_reading()
        elif text := self._decode(data):
            self._tell(self._parser.feed(text))
            if self._escape_ends is not None:
                self._escape_ends.cancel()
            self._escape_ends = self._loop.call_later(constants.ESCAPE_DELAY + ESCAPE_MARGIN_S, self._end_escape)

    def _end_escape(self) -> None:
        """What came behind an Escape came too late to be one key with it."""
        self._tell(self._parser.tick())

    def _tell(self, parsed: Iterable[Message]) -> None:
        messages: list[Message] = []
        try:
            messages.extend(parsed)
        except Exception:  # Textual's parser, which is dead then: a sequence is lost, the kill key behind it is not
            self._parser = XTermParser(self._debug)
        for message in messages:
            self.process_message(message)

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.CursorPosition):
            self.echo.answered(message.x + 1, time.monotonic())
            if self.on_answer is not None:
                self.on_answer()
            return
        self.keys_read += isinstance(message, events.Key)
        super().process_message(message)

    def send_message(self, message: Message) -> None:
        """In the order in which they were typed, at once."""
        self._app.post_message(message)

    def _sigcont_application(self, *_: object) -> None:
        """Stopped from outside (SIGSTOP), the terminal is as we left it: only what it shows may be another's. To begin
        anew, as Textual does, would leave a screen that cannot end."""
        if not self._is_reading:
            super()._sigcont_application()
            return
        size = Size(*self._get_terminal_size())
        self.send_message(events.Resize(size, size))

    def disable_input(self) -> None:
        if self._is_reading:
            give_up = time.monotonic() + LAST_ANSWER_S
            while self.echo.is_waited_for and (left := give_up - time.monotonic()) > 0:
                if self._typed.poll(left * 1_000):
                    self._read()
        self._end_reading()
        super().disable_input()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            super().close()
        if self.outflow is not None:
            self.outflow.close()
            self.outflow = None
