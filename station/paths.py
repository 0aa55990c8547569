"""Where the station keeps things: the one place that knows folders. Standard library only, because `kill` needs it.

    state    desks, journals, logs, recordings        ~/.local/state/trading-station
    cache    compiled kernels                         ~/.cache/trading-station
    config   station.toml, themes, keys               ~/.config/trading-station
    runtime  the file that halts                      $XDG_RUNTIME_DIR/trading-station, else state/run

STATION_HOME names one folder that then holds state/, cache/, config/ and run/. Otherwise the XDG folders, as
platformdirs names them on Linux.
"""

import os
from dataclasses import dataclass
from pathlib import Path

APPLICATION = "trading-station"
SOURCE_ROOT = Path(__file__).resolve().parents[1]
"""The folder that holds the packages core, feeds and station that belong together."""
IS_INSTALLED = not {"site-packages", "dist-packages"}.isdisjoint(SOURCE_ROOT.parts)
"""Otherwise it is a checkout, and a child has to be told where."""


def state_folder() -> Path:
    return _folder("state", "XDG_STATE_HOME", ".local/state")


def cache_folder() -> Path:
    return _folder("cache", "XDG_CACHE_HOME", ".cache")


def config_folder() -> Path:
    return _folder("config", "XDG_CONFIG_HOME", ".config")


def runtime_folder() -> Path:
    """Gone when the user's last session ends, where the system has one."""
    if os.environ.get("STATION_HOME") or not Path(os.environ.get("XDG_RUNTIME_DIR", "").strip()).is_absolute():
        return state_folder().parent / "run" if os.environ.get("STATION_HOME") else state_folder() / "run"
    return Path(os.environ["XDG_RUNTIME_DIR"].strip()) / APPLICATION


def kill_file(desk: str) -> Path:
    """`touch` it, and the desk halts; it begins halted while it is there."""
    return runtime_folder() / desk / "KILL"


def config_file() -> Path:
    """Read when there is one; `--config` names another."""
    return config_folder() / "station.toml"


def theme_folder() -> Path:
    """The user's own colours, NAME.toml each; read again when one changes."""
    return config_folder() / "themes"


def layouts_file() -> Path:
    """Layouts that were saved by name; those that are built in are always there."""
    return config_folder() / "layouts.toml"


def keys_file() -> Path:
    """Which key does what; the usual ones when there is none."""
    return config_folder() / "keys.toml"


def alerts_file() -> Path:
    """What is watched; written by the screen too."""
    return config_folder() / "alerts.toml"


def history_file() -> Path:
    """Lines that were typed at the prompt."""
    return state_folder() / "prompt_history"


def seen_file() -> Path:
    """Which hints were shown."""
    return state_folder() / "hints_seen"


def stress_file() -> Path:
    """Stress scenarios; the standard ones when there is none."""
    return config_folder() / "stress.toml"


def desks_folder() -> Path:
    return state_folder() / "desks"


def registry_file(desk: str) -> Path:
    """Who lives of a desk and what memory it has."""
    return desks_folder() / f"{desk}.json"


@dataclass(frozen=True)
class DeskFolder:
    """The files of one desk, by what they are for."""

    root: Path

    @property
    def lock(self) -> Path:
        """Held by the desk process: a second desk of the same name is refused."""
        return self.root / "desk.lock"

    @property
    def socket(self) -> Path:
        """Gives the memory to screens and commands."""
        return self.root / "desk.sock"

    @property
    def recorder_socket(self) -> Path:
        """Where the recorder answers SQL."""
        return self.root / "recorder.sock"

    @property
    def halted(self) -> Path:
        """Exists while the desk is halted: a desk that is started later begins halted."""
        return self.root / "halted"

    @property
    def kills(self) -> Path:
        """The kill reports, one file a halt."""
        return self.root / "kills"

    @property
    def epoch(self) -> Path:
        """How often a core was ever started."""
        return self.root / "epoch"

    @property
    def seats(self) -> Path:
        """One lock file per seat."""
        return self.root / "seats"

    @property
    def logs(self) -> Path:
        """One file per process: what it wrote to its standard error."""
        return self.root / "logs"

    @property
    def recordings(self) -> Path:
        """The database files, one a day."""
        return self.root / "recordings"

    def log_of(self, process: str) -> Path:
        return self.logs / f"{process}.log"

    def make(self) -> None:
        for folder in (self.root, self.seats, self.logs, self.recordings):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def desk_folder(desk: str) -> DeskFolder:
    return DeskFolder(desks_folder() / desk)


def _folder(name: str, variable: str, below_home: str) -> Path:
    own = os.environ.get("STATION_HOME")
    if own:
        return Path(own).expanduser().resolve() / name
    given = os.environ.get(variable, "").strip()
    base = Path(given) if given and Path(given).is_absolute() else Path.home() / below_home
    return base / APPLICATION
