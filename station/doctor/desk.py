"""Is what the user gave us right: configuration, folders, terminal; and is a desk left in disorder?"""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from core.errors import ConfigError
from feeds.durable_halt import read_durable_halt
from station import paths
from station.config import read_config
from station.configuring.files import Examined, examined
from station.desk.registry import known_desks, read_registry
from station.doctor.finding import Finding, Weight, fault, hint, ok

CORRECT = "Correct these lines: `station config edit`."
LEAST_COLUMNS, LEAST_LINES = 80, 24


def desk_findings(config_file: Path | None) -> Iterator[Finding]:
    main = _config(config_file)
    yield main
    is_told = main.weight is Weight.FAULT
    yield from (_file(one) for one in examined() if not (is_told and one.path == paths.config_file()))
    yield from (
        _writable(name, folder) for name, folder in (("state", paths.state_folder()), ("cache", paths.cache_folder()))
    )
    yield _terminal()
    yield from (_desk(name) for name in known_desks())


def _config(given: Path | None) -> Finding:
    file = given or paths.config_file()
    try:
        config = read_config(file, must_exist=given is not None)
    except ConfigError as error:
        return fault("configuration", f"{file}: {'; '.join(error.mistakes)}", CORRECT)
    unsafe = [venue.credentials_file for venue in config.venues if _is_open_to_others(venue.credentials_file)]
    if unsafe:
        return fault(
            "configuration", f"others may read the keys in {', '.join(unsafe)}", f"chmod 600 {' '.join(unsafe)}"
        )
    return ok("configuration", str(file) if file.exists() else f"the defaults; {file} does not exist")


def _file(one: Examined) -> Finding:
    """As `station config check` tells it."""
    name = one.path.name
    if one.mistakes:
        return fault(name, f"{one.path}: {'; '.join(one.mistakes)}", CORRECT)
    if one.hints:
        return hint(name, f"{one.path}: {'; '.join(one.hints)}", "Change these colours.")
    return ok(name, str(one.path))


def _is_open_to_others(file: str) -> bool:
    try:
        return bool(file) and bool(Path(file).expanduser().stat().st_mode & 0o077)
    except OSError:
        return False


def _writable(name: str, folder: Path) -> Finding:
    nearest = folder
    while not nearest.exists():
        nearest = nearest.parent
    if os.access(nearest, os.W_OK | os.X_OK):
        return ok(f"{name} folder", str(folder))
    return fault(f"{name} folder", f"{nearest} cannot be written to", "Repair its owner and mode, or set STATION_HOME.")


def _terminal() -> Finding:
    if not sys.stdout.isatty():
        return ok("terminal", "none here; commands need none")
    columns, lines = shutil.get_terminal_size()
    if columns < LEAST_COLUMNS or lines < LEAST_LINES:
        return fault("terminal", f"{columns}×{lines} is too small for the screen", "Make it 80×24 or larger.")
    colours = os.environ.get("COLORTERM", "") in ("truecolor", "24bit")
    utf8 = "utf" in (sys.stdout.encoding or "").lower()
    if not utf8:
        return fault("terminal", f"{sys.stdout.encoding} cannot show the screen's lines", "export LANG=C.UTF-8")
    if not colours:
        return hint("terminal", f"{columns}×{lines}, without true colour by its own word", "export COLORTERM=truecolor")
    return ok("terminal", f"{columns}×{lines}, true colour")


def _desk(name: str) -> Finding:
    registry = read_registry(name)
    if registry is None:
        return hint(f"desk {name}", "its registry cannot be read", f"rm {paths.registry_file(name)}")
    living = [process.name for process in registry.living()]
    if not living:
        return hint(f"desk {name}", "it ended without taking leave", "`station up` starts it anew from its journals.")
    halted = read_durable_halt(paths.desk_folder(name).root)
    state = f"halted: {halted.reason}" if halted is not None else "not halted"
    if "desk" not in living:
        return hint(
            f"desk {name}", f"its supervisor died, {', '.join(living)} live, {state}", "`station status` adopts them."
        )
    return ok(f"desk {name}", f"{', '.join(living)} live, {state}")
