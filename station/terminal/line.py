"""The line to the terminal as a whole: what may be drawn now, and how it is doing.

Asked at every frame (`look`), told of every write and every key. Without a terminal, as in tests of what is drawn,
everything may be drawn at once.
"""

import time

from textual.driver import Driver

from station.screen_config import ScreenConfig
from station.terminal.driver import TerminalDriver
from station.terminal.pace import MOST_FRAMES_PER_S, Detail, Pace
from station.views.terminal import TerminalView

TICK_S = 1 / MOST_FRAMES_PER_S
"""Of the frame timer"""
WINDOW_S = 2.0
"""Rates are those of the last window."""


class Line:
    def __init__(self, screen: ScreenConfig | None = None) -> None:
        self.go_by(screen or ScreenConfig())
        self._driver: TerminalDriver | None = None
        self._drawn_s = float("-inf")
        self._frames = 0
        self._key_s: float | None = None
        self._slowest_key_s = 0.0
        self._window_s, self._window_frames, self._window_bytes = time.monotonic(), 0, 0
        self._view = TerminalView()

    def go_by(self, screen: ScreenConfig) -> None:
        """From now on."""
        self._most_frames_per_s = screen.fps
        self._is_asked = screen.low_bandwidth or screen.fps != MOST_FRAMES_PER_S
        self.pace = Pace(most_frames_per_s=screen.fps, is_low_bandwidth=screen.low_bandwidth)

    def use(self, driver: Driver | None) -> None:
        self._driver = driver if isinstance(driver, TerminalDriver) else None

    @property
    def detail(self) -> Detail:
        return self.pace.step.detail

    @property
    def must_hold(self) -> bool:
        """What was written last has not been taken, or the terminal is far behind."""
        driver = self._driver
        return driver is not None and (self.pace.is_stuck or (driver.outflow is not None and driver.outflow.unsent > 0))

    def look(self) -> bool:
        """Once a tick of the frame timer: whether a frame is due."""
        now_s = time.monotonic()
        if self._driver is None:
            return True
        self._driver.ask()
        self.pace.look(now_s, self._driver.behind_s(), self._driver.echo.last_s)
        if now_s - self._window_s >= WINDOW_S:
            self._turn_window(now_s)
        # Half a tick early is nearer than half a tick late.
        is_due = now_s - self._drawn_s >= 1 / self.pace.step.frames_per_s - TICK_S / 2
        if not is_due or self.must_hold:
            return False
        self._drawn_s = now_s
        self._frames += 1
        return True

    def key_pressed(self, at_s: float) -> None:
        if self._key_s is None:
            self._key_s = at_s

    def wrote(self, now_s: float) -> None:
        if self._key_s is not None:
            self._slowest_key_s = max(self._slowest_key_s, now_s - self._key_s)
            self._key_s = None

    def view(self) -> TerminalView:
        """The same object until a window ends."""
        return self._view

    def _turn_window(self, now_s: float) -> None:
        assert self._driver is not None
        took_s = now_s - self._window_s
        written = self._driver.outflow.written if self._driver.outflow is not None else 0
        self._view = TerminalView(
            frames_per_s=(self._frames - self._window_frames) / took_s,
            most_frames_per_s=self._most_frames_per_s,
            bytes_per_s=round((written - self._window_bytes) / took_s),
            key_ns=round(self._slowest_key_s * 1e9) or None,
            answer_ns=round(self._driver.echo.last_s * 1e9) or None,
            is_slowed=self.pace.is_slowed,
            is_asked=self._is_asked,
        )
        self._window_s, self._window_frames, self._window_bytes = now_s, self._frames, written
        self._slowest_key_s = 0.0
