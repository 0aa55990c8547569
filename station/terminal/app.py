"""An app that writes cells, never waits for its terminal, and draws no more than the terminal takes."""

import time
from typing import Any

from rich.console import RenderableType
from textual import events
from textual.app import App
from textual.screen import Screen

from station.renderables.few_colours import in_none, in_sixteen
from station.renderables.palette import Palette
from station.terminal.alt_keys import take_alt_keys
from station.terminal.cells import Shown, in_cells
from station.terminal.driver import TerminalDriver
from station.terminal.kind import Colours, TerminalKind
from station.terminal.line import Line
from station.terminal.pace import Detail

WHOLE_AFTER_S = 1.0
"""A terminal that was held for so long gets the whole screen: what it shows may be another's."""


take_alt_keys()


class TerminalApp(App[str]):
    def __init__(self, *, kind: TerminalKind | None = None, line: Line | None = None) -> None:
        super().__init__(driver_class=TerminalDriver)
        self.kind = kind or TerminalKind()
        self.line = line or Line()
        self._keys_seen = 0
        self._shown = Shown()
        self._held_since_s: float | None = None
        self._is_lost = False
        """A change was thrown away while the terminal was held."""

    def palette_here(self, palette: Palette) -> Palette:
        """A theme in the colours that this terminal has."""
        if self.kind.colours > Colours.SIXTEEN:
            return palette
        return in_sixteen(palette) if self.kind.colours is Colours.SIXTEEN else in_none(palette)

    async def takes(self, event: events.Key) -> bool:
        """Was the key dealt with, before the next one is looked at? False: Textual passes it on."""
        return False

    @property
    def is_key_waiting(self) -> bool:
        """One was typed that no screen has been told of; a movement of the mouse counts as one until it is read."""
        driver = self._driver
        return isinstance(driver, TerminalDriver) and (driver.keys_read > self._keys_seen or driver.is_something_typed)

    def wrote(self, screen: Screen[Any]) -> None:
        """A change of this screen was handed to the terminal."""

    def answered(self) -> None:
        """What came from the terminal is dealt with, and what a key changed is written."""

    def look_at_line(self) -> bool:
        """Once a tick of the frame timer: whether a frame is due."""
        self._follow_driver()
        is_due = self.line.look()
        self._hold_or_go_on()
        return is_due

    def write_whole(self) -> None:
        """Every cell anew, whatever the terminal shows now."""
        self._shown.forget()
        if self._running and not self._closed:
            self.screen.refresh()

    def paint(self, screen: Screen[Any]) -> None:
        """Write what has changed now. Textual would do it after its queues have come round, and a frame that is due
        meanwhile would be drawn before the answer to a key is seen. A new layout is left to it."""
        waits_for_layout = screen._layout_required or screen._scroll_required or screen._recompose_required
        if screen._dirty_widgets and not waits_for_layout:
            screen._on_timer_update()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        super()._display(screen, in_cells(renderable, self._kind_now(), self._shown))
        if renderable is not None and self._batch_count:
            self._is_lost = True
        elif renderable is not None:
            self.line.wrote(time.monotonic())
            self.wrote(screen)
        self._follow_driver()
        self._hold_or_go_on()

    def _kind_now(self) -> TerminalKind:
        """Fewer bytes name one of 256 colours."""
        if self.kind.colours is Colours.ALL and self.line.detail > Detail.FULL:
            return TerminalKind(colours=Colours.MANY, glyphs=self.kind.glyphs)
        return self.kind

    def _follow_driver(self) -> None:
        self.line.use(self._driver)
        if isinstance(self._driver, TerminalDriver) and self._driver.outflow is not None:
            self._driver.outflow.on_drained = self._hold_or_go_on
            self._driver.on_answer = self.answered

    def _hold_or_go_on(self) -> None:
        """While the terminal owes us, changes are collected as Textual collects those of a batch."""
        if self.line.must_hold == (self._held_since_s is not None):
            return
        if self._held_since_s is None:
            self._held_since_s = time.monotonic()
            self._begin_batch()
            return
        held_s, self._held_since_s = time.monotonic() - self._held_since_s, None
        self._end_batch()
        if self._is_lost or held_s >= WHOLE_AFTER_S:
            self._is_lost = False
            self.write_whole()
        self.screen.check_idle()

    async def on_event(self, event: events.Event) -> None:
        is_taken = False
        if isinstance(event, events.Key) and not event.is_forwarded:
            self._keys_seen += 1
            self.line.key_pressed(event.time)
            is_taken = await self.takes(event)
        if not is_taken:
            await super().on_event(event)
        if isinstance(event, events.InputEvent) and not self.is_key_waiting:
            self.paint(self.screen)
            self.answered()
        if isinstance(event, events.Resize):
            # Also of the same size: so tmux, dtach and a program that was stopped say that the screen was another's.
            self.call_later(self.write_whole)
