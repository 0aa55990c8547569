"""The face of the station: themes, the kill keys that work in every dialog, and the way in and out.

Textual repaints at most TEXTUAL_FPS times a second, 60 unless told otherwise. That is the floor under "key press to
changed screen": 240 takes it from 32 ms to 11 ms at the 99th percentile, and an idle screen costs nothing either way.
It is read when Textual is first imported, so it is set here, before that import. The market is drawn by a timer of its
own (screens/panes.py), 20 times a second.
"""

import os

os.environ.setdefault("TEXTUAL_FPS", "240")

import asyncio
import contextlib
import gc
import signal
import sys
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from station.actions import action
from station.errors import BadArgument
from station.link.source import Source
from station.renderables.palette import Palette
from station.screens.desk import DeskScreen
from station.screens.dialogs import Question
from station.screens.preferences import Preferences
from station.theme import DEFAULT_THEME, built_in_themes, textual_theme, themes

LEFT_RUNNING = "leave"
STOP_DESK = "stop"


class StationApp(App[str]):
    """Returns LEFT_RUNNING or STOP_DESK."""

    CSS_PATH: ClassVar[str] = "styles/station.tcss"
    TITLE = "station"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(action(name).keys), name, action(name).label, show=False, priority=True)
        for name in ("halt", "halt_and_flatten", "leave", "next_theme")
    ]

    def __init__(
        self,
        source: Source,
        *,
        theme: str = DEFAULT_THEME,
        palettes: dict[str, Palette] | None = None,
        preferences: Preferences | None = None,
    ) -> None:
        super().__init__()
        self.source = source
        self.preferences = preferences or Preferences()
        self.palettes = dict(palettes or built_in_themes())
        for palette in self.palettes.values():
            self.register_theme(textual_theme(palette))
        self.theme = theme if theme in self.palettes else DEFAULT_THEME

    def on_mount(self) -> None:
        self.desk_screen = DeskScreen(self.source, self.palettes[self.theme])
        self.push_screen(self.desk_screen)
        self.set_interval(1, self._look_at_files, name="files")
        with contextlib.suppress(ValueError, RuntimeError):  # not in the main thread
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.exit, LEFT_RUNNING)
        # What is alive now stays: the collector need not walk through it again in the middle of a frame.
        self.call_after_refresh(_settle)

    def _look_at_files(self) -> None:
        for fault in self.preferences.look():
            self.notify("\n".join(fault.mistakes), title=fault.file, severity="warning", timeout=10, markup=False)

    def action_halt(self) -> None:
        self._halt(flatten=False)

    def action_halt_and_flatten(self) -> None:
        self._halt(flatten=True)

    def _halt(self, *, flatten: bool) -> None:
        self.source.halt("kill key", flatten=flatten)
        self.desk_screen.watch_for_answer()
        self.desk_screen.say("halt is written" + (" · flattening" if flatten else ""), kind="did")

    def action_next_theme(self) -> None:
        names = list(self.palettes)
        self.theme = names[(names.index(self.theme) + 1) % len(names)]
        palette = self.palettes[self.theme]
        self.desk_screen.use_palette(palette)
        self.desk_screen.say(f"theme {palette.title}", kind="did")

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


def _settle() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def run_screen(desk: str, *, theme: str | None = None) -> int:
    """Open the screen on a running desk; returns the exit code. Raises NoDesk, OtherLayout, ConfigError, BadArgument.

    The link is imported here: `station --help` and the tests of what is drawn need no shared memory.
    """
    from station import paths
    from station.halt.ending import end_desk
    from station.link.session import open_session
    from station.screen_config import read_screen

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise BadArgument("the screen needs a terminal; `station status` and the other commands do not")
    palettes = themes(paths.config_folder() / "themes")
    if theme is not None and theme not in palettes:
        raise BadArgument(f"there is no such theme: {theme!r}; there are {', '.join(palettes)}")
    session = open_session(desk)
    try:
        file = session.config_file()
        preferences = Preferences(read_screen(file), file=file, read=read_screen)
        wanted = theme or preferences.screen.theme
        answer = StationApp(session, theme=wanted, palettes=palettes, preferences=preferences).run()
    finally:
        session.close()
    if answer == STOP_DESK:
        for said in end_desk(desk, keep_orders=False):
            print(said)
    return 0
