"""What does the running screen go by, and which files may change that while it runs?

`preferences.screen` is [screen] of station.toml as it is now. Who must act on a change says so: `on_change`. Other
files (themes, keys.toml, layouts.toml, alerts.toml) are watched here too: `watch`. The app looks once a second. A file
with a mistake changes nothing: what was before stays, and the mistake is told.
"""

from collections.abc import Callable
from pathlib import Path

from core.errors import ConfigError
from station.screen_config import ScreenConfig
from station.watched import Watched

Told = Callable[[ScreenConfig, ScreenConfig], None]
"""Takes what was and what is"""
Reload = Callable[[], object]
"""Reads a file anew. Raises ConfigError, and then has changed nothing"""


class Preferences:
    def __init__(
        self,
        screen: ScreenConfig | None = None,
        *,
        file: Path | None = None,
        read: Callable[[Path], ScreenConfig] | None = None,
    ) -> None:
        """`file`: the station.toml that is watched, and `read` how; None: `screen` holds, or the defaults."""
        self.screen = screen or ScreenConfig()
        self.file = file
        self._told: list[Told] = []
        self._watched: list[tuple[Watched, Reload]] = []
        if file is not None and read is not None:
            self.watch(file, lambda: self.use(read(file)))

    def on_change(self, told: Told) -> None:
        self._told.append(told)

    def use(self, screen: ScreenConfig) -> None:
        """From now on."""
        before, self.screen = self.screen, screen
        if screen != before:
            for told in self._told:
                told(before, screen)

    def watch(self, path: Path, reload: Reload) -> None:
        """Call `reload` after every change of a file or of a folder of TOML files; not now."""
        self._watched.append((Watched(path), reload))

    def look(self) -> list[ConfigError]:
        """Once a second: reload what changed; what could not be read."""
        faults: list[ConfigError] = []
        for watched, reload in self._watched:
            if watched.has_changed():
                try:
                    reload()
                except ConfigError as error:
                    faults.append(error)
        return faults
