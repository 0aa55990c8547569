"""The face of the station: themes, the kill keys that work in every dialog, and the way in and out.

Textual repaints at most TEXTUAL_FPS times a second, 60 unless told otherwise. That is the floor under "key press to
changed screen", and an idle screen costs nothing either way. It is read when Textual is first imported, so it is set
here, before that import. The market is drawn by a timer of its own (screens/panes.py), 20 times a second.
"""

import os

os.environ.setdefault("TEXTUAL_FPS", "1000")

import asyncio
import contextlib
import signal
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, ClassVar

import msgspec
from textual import events
from textual.binding import Binding, BindingsMap
from textual.screen import Screen

from core.errors import ConfigError
from station.actions import OF_APP
from station.alert_file import read_alerts
from station.configuring.settings import Settings
from station.errors import BadArgument
from station.keymap import Keymap, read_keymap
from station.link.source import Source
from station.messages import AlertRang, FilesChanged, ThemeWanted
from station.renderables.palette import Palette
from station.screen_config import ScreenConfig
from station.screens.desk import DeskScreen
from station.screens.dialog import Dialog
from station.screens.dialogs import Question
from station.screens.first_sight import FirstSight
from station.screens.history import History
from station.screens.layout_files import USUAL
from station.screens.layouts import Layouts
from station.screens.preferences import Preferences
from station.terminal.app import TerminalApp
from station.terminal.kind import TerminalKind, terminal_kind
from station.terminal.line import Line
from station.terminal.notice import notice
from station.terminal.sweeping import Sweeping
from station.theme import DEFAULT_THEME, built_in_themes, no_such_theme, read_themes, textual_theme
from station.views.numbers import write_times

LEFT_RUNNING = "leave"
STOP_DESK = "stop"


class StationApp(TerminalApp):
    """Returns LEFT_RUNNING or STOP_DESK."""

    CSS_PATH: ClassVar[str] = "styles/station.tcss"
    TITLE = "station"
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        source: Source,
        *,
        theme: str | None = None,
        theme_folder: Path | None = None,
        preferences: Preferences | None = None,
        keys_file: Path | None = None,
        kind: TerminalKind | None = None,
        layouts_file: Path | None = None,
        history_file: Path | None = None,
        alerts_file: Path | None = None,
        seen_file: Path | None = None,
    ) -> None:
        """`theme`: instead of the one that the preferences name. `theme_folder`: of the user's own, watched."""
        self.preferences = preferences or Preferences()
        super().__init__(kind=kind, line=Line(self.preferences.screen))
        self.source = source
        self._use_keys(Keymap())
        self.preferences.on_change(self._use_preferences)
        self.palettes: dict[str, Palette] = {}
        self._theme_folder = theme_folder
        if theme_folder is not None:
            self.preferences.watch(theme_folder, self._reload_themes)
        self._faults_at_start = self._read_themes()
        wanted = theme or self.preferences.screen.theme
        self.theme = wanted if wanted in self.palettes else DEFAULT_THEME
        if wanted != self.theme:
            self._faults_at_start.append(no_such_theme(wanted, self.palettes))
        self._history = History(history_file)
        self._first_sight = FirstSight(seen_file)
        self._touched_s = time.monotonic()
        self._sweeping = Sweeping(self._touched_s)
        self.layouts = Layouts(layouts_file)
        self._alerts_file = alerts_file
        self._follow(
            keys_file,
            lambda file: self._use_keys(read_keymap(file)),
            again=lambda file: self.use_keymap(read_keymap(file)),
        )
        self._follow(layouts_file, lambda file: self.layouts.reload())
        self._follow(alerts_file, read_alerts, again=lambda file: self.desk_screen.reload_alerts())
        write_times(self.preferences.screen.time)

    def _follow(
        self, file: Path | None, read: Callable[[Path], object], *, again: Callable[[Path], object] | None = None
    ) -> None:
        """Read a file of the user's now, and whenever it changes. Mistakes of now are told on the open screen."""
        if file is None:
            return
        self.preferences.watch(file, lambda: (again or read)(file))
        try:
            read(file)
        except ConfigError as fault:
            self._faults_at_start.append(fault)

    def on_mount(self) -> None:
        self.desk_screen = DeskScreen(
            self.source,
            self.palettes[self.theme],
            keymap=self.keymap,
            preferences=self.preferences,
            layouts=self.layouts,
        )
        if self.preferences.file is not None:
            self.desk_screen.settings = Settings(self.preferences.file, self._known_choices)
        self.desk_screen.alerts_file = self._alerts_file
        self.desk_screen.idle_s = self._idle_s
        self.desk_screen.themes = tuple(self.palettes)
        self.desk_screen.history = self._history
        self.desk_screen.first_sight = self._first_sight
        self.push_screen(self.desk_screen)
        if self.preferences.screen.layout:
            self.call_after_refresh(self.desk_screen.use_layout, self.preferences.screen.layout)
        self.set_interval(1, self._once_a_second, name="files")
        self.call_after_refresh(self.tell_faults, self._faults_at_start)
        with contextlib.suppress(ValueError, RuntimeError):  # not in the main thread
            for ends in (signal.SIGTERM, signal.SIGHUP):
                asyncio.get_running_loop().add_signal_handler(ends, self.exit, LEFT_RUNNING)
        self.call_after_refresh(self._sweeping.begin)

    def on_unmount(self) -> None:
        self._sweeping.end()

    def wrote(self, screen: Screen[Any]) -> None:
        if isinstance(screen, DeskScreen):
            self.source.drawn(screen.ladder.book)
        if not self.is_key_waiting:
            self._sweeping.behind_frame(self._idle_s())

    def answered(self) -> None:
        if self.desk_screen.is_owed:
            self.call_later(self.desk_screen.draw)

    def use_keymap(self, keymap: Keymap) -> None:
        """From now on; an open dialog keeps its keys."""
        self._use_keys(keymap)
        self.desk_screen.use_keymap(keymap)

    def _use_keys(self, keymap: Keymap) -> None:
        self.keymap = keymap
        self._bindings = BindingsMap(
            Binding(key, name, show=False, priority=True) for name in OF_APP for key in keymap.action(name).keys
        )

    def _once_a_second(self) -> None:
        self._look_at_files()
        self._sweeping.look(time.monotonic(), self._idle_s())

    def _look_at_files(self) -> None:
        self.tell_faults(self.preferences.look())

    def on_files_changed(self, message: FilesChanged) -> None:
        self._look_at_files()

    def _known_choices(self) -> dict[str, tuple[str, ...]]:
        return {"screen.theme": tuple(self.palettes), "screen.layout": ("", *self.layouts.named())}

    def tell_faults(self, faults: Iterable[ConfigError]) -> None:
        """What is wrong in a file that was read while the screen runs; what was before holds."""
        for fault in faults:
            self.notify("\n".join(fault.mistakes), title=fault.file, severity="warning", timeout=10, markup=False)

    def action_halt(self) -> None:
        self._halt(flatten=False)

    def action_halt_and_flatten(self) -> None:
        self._halt(flatten=True)

    def _halt(self, *, flatten: bool) -> None:
        self.source.halt("kill key", flatten=flatten)
        self.desk_screen.watch_for_answer()
        self.desk_screen.say("halt is written" + (" · flattening" if flatten else ""), kind="did")

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.MouseDown):
            self._touched_s = time.monotonic()
        await super().on_event(event)

    async def takes(self, event: events.Key) -> bool:
        screen = self.screen
        is_ours = any(event.key in self.keymap.action(name).keys for name in OF_APP)
        if isinstance(screen, DeskScreen):
            return screen.take(event) and not is_ours
        # A kill key waits for no dialog.
        return not is_ours and isinstance(screen, Dialog) and await screen.take(event)

    def _idle_s(self) -> float:
        return time.monotonic() - self._touched_s

    def on_alert_rang(self, message: AlertRang) -> None:
        if not message.is_mute:
            self.bell()
        if self._driver is not None and not self.is_headless:
            self._driver.write(notice(message.text))

    def on_theme_wanted(self, message: ThemeWanted) -> None:
        if message.name in self.palettes:
            self.use_theme(message.name)
            self.desk_screen.say(f"theme {self.palettes[self.theme].title}", kind="did")

    def action_next_theme(self) -> None:
        names = list(self.palettes)
        self.use_theme(names[(names.index(self.theme) + 1) % len(names)])
        self.desk_screen.say(f"theme {self.palettes[self.theme].title}", kind="did")

    def use_theme(self, name: str) -> None:
        """One of `palettes`."""
        self.theme = name
        self.desk_screen.use_palette(self.palettes[name])

    def _read_themes(self) -> list[ConfigError]:
        faults: list[ConfigError] = []
        if self._theme_folder is None:
            self.palettes = built_in_themes()
        else:
            self.palettes, faults = read_themes(self._theme_folder, self.palettes)
        for palette in self.palettes.values():
            self.register_theme(textual_theme(self.palette_here(palette)))
        return faults

    def _reload_themes(self) -> None:
        """The screen has the new colours at once, also when the theme it has is the one that changed."""
        before = self.palettes.get(self.theme)
        faults = self._read_themes()
        self.desk_screen.themes = tuple(self.palettes)
        name = self.theme if self.theme in self.palettes else DEFAULT_THEME
        if self.palettes[name] is not before:
            self.use_theme(name)
            self.mutate_reactive(StationApp.theme)  # the same name, other colours: Textual would see no change
        self.tell_faults(faults)

    def _use_preferences(self, before: ScreenConfig, now: ScreenConfig) -> None:
        if now.theme != before.theme:
            if now.theme in self.palettes:
                self.use_theme(now.theme)
            else:
                self.tell_faults([no_such_theme(now.theme, self.palettes)])
        if now.ladder_columns != before.ladder_columns:
            self.desk_screen.place_panes()
        if now.layout != before.layout:
            self.desk_screen.use_layout(now.layout or USUAL)
        if now.learning != before.learning:
            self.desk_screen.is_learning = now.learning
            self.desk_screen.show_learning()
        write_times(now.time)
        self.line.go_by(now)
        self.desk_screen.show_all()

    def action_leave(self) -> None:
        if isinstance(self.screen, Question):
            return

        def answered(answer: str | None) -> None:
            if answer is not None:
                self.exit(answer)

        self.push_screen(
            Question(
                "Leave the station",
                "Orders, strategies and recording go on while the desk runs.",
                [("l", LEFT_RUNNING, "leave the desk running"), ("s", STOP_DESK, "stop the desk")],
            ),
            answered,
        )


def run_screen(
    desk: str, *, theme: str | None = None, fps: int | None = None, low_bandwidth: bool | None = None
) -> int:
    """Open the screen on a running desk; returns the exit code. Raises NoDesk, OtherLayout, ConfigError, BadArgument.

    What is given here holds over [screen] of station.toml, also after the file changed.

    The link is imported here: `station --help` and the tests of what is drawn need no shared memory.
    """
    from station import paths
    from station.link.session import open_session
    from station.screen_config import read_screen

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise BadArgument("the screen needs a terminal; `station status` and the other commands do not")
    folder = paths.theme_folder()
    if theme is not None and theme not in (palettes := read_themes(folder).palettes):
        raise BadArgument(f"there is no such theme: {theme!r}; there are {', '.join(palettes)}")
    session = open_session(desk)
    try:
        given = {"fps": fps, "low_bandwidth": low_bandwidth}
        said = {key: value for key, value in given.items() if value is not None}

        def read(file: Path) -> ScreenConfig:
            return msgspec.structs.replace(read_screen(file), **said)

        file = session.config_file()
        preferences = Preferences(read(file), file=file, read=read)
        answer = StationApp(
            session,
            theme=theme,
            theme_folder=folder,
            preferences=preferences,
            keys_file=paths.keys_file(),
            kind=terminal_kind(os.environ),
            layouts_file=paths.layouts_file(),
            history_file=paths.history_file(),
            alerts_file=paths.alerts_file(),
            seen_file=paths.seen_file(),
        ).run()
    finally:
        session.close()
    if answer == STOP_DESK:
        from station.halt.ending import end_desk

        for sentence in end_desk(desk, keep_orders=False):
            print(sentence)
    return 0
