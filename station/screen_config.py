"""What can the screen be told? The section [screen] of station.toml, read at its start and again when the file changes.

Nothing of it needs a new desk, and no limit of risk is here.
"""

from pathlib import Path
from typing import Literal

import msgspec

from core.errors import ConfigError
from station.actions import ACTIONS, Group
from station.renderables.ladder_columns import COLUMNS
from station.toml_file import config_error, document_of, known

NEVER_CONFIRMED = (Group.EMERGENCY, Group.CANCEL)
"""What takes risk away asks nothing."""


class ScreenConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    theme: str = "midnight"
    """Its name, as `station config show themes` lists them."""
    layout: str = ""
    """The layout that the screen opens with, by its name in layouts.toml. Empty: the usual one for the size."""
    time: Literal["utc", "local"] = "utc"
    """Which time of day is written everywhere: UTC, or that of this machine's time zone."""
    hints: bool = True
    """Every screen says at its first sight what can be done there."""
    bracket_stop_bps: float = 50.0
    """How far from its entry the stop of a bracket stands, in 1/100 of a per cent."""
    bracket_targets_bps: tuple[float, ...] = (100.0,)
    """And its targets, each for an even share of it."""
    confirm: tuple[str, ...] = ()
    """Trading keys that ask before they do it, by the action's name: ["flatten", "reverse"]. Cancels never ask."""
    learning: bool = False
    """A trading key says what it would do, and does nothing."""
    idle_disarm_minutes: int = 15
    """Without a key for so many minutes the trading keys disarm themselves. 0: they stay armed."""
    fps: int = 20
    """Frames per second at most; a slow terminal gets fewer by itself."""
    low_bandwidth: bool = False
    """Fewer frames and less detail from the beginning, for a thin line."""
    ladder_columns: tuple[str, ...] = COLUMNS
    """What a ladder shows beside price, quantities and own orders, where it has room: trades, volume, changes,
    profit."""


def read_screen(path: Path) -> ScreenConfig:
    """The section of a station.toml, the defaults when it has none. Raises ConfigError with every mistake in it."""
    section = (document_of(path) or {}).get("screen", {})
    found: list[str] = []
    if not isinstance(section, dict):
        raise ConfigError(file=str(path), mistakes=["screen: allowed: a section, [screen]"])
    screen = msgspec.convert(known(section, ScreenConfig, "screen.", found), ScreenConfig)
    found += mistakes_of_screen(screen)
    if found:
        raise config_error(path, found)
    return screen


def mistakes_of_screen(screen: ScreenConfig) -> list[str]:
    """What has the right type and still cannot be: each with key and what is allowed."""
    found: list[str] = []
    if not all(0 < bps <= 5_000 for bps in (screen.bracket_stop_bps, *screen.bracket_targets_bps)):
        found.append("screen: bracket_stop_bps and bracket_targets_bps; allowed: above 0 to 5000")
    if not 1 <= len(screen.bracket_targets_bps) <= 6:
        found.append("screen.bracket_targets_bps: allowed: 1 to 6 targets")
    if not 0 <= screen.idle_disarm_minutes <= 1_440:
        found.append(f"screen.idle_disarm_minutes: {screen.idle_disarm_minutes}; allowed: 0 to 1440")
    found += [
        f"screen.ladder_columns: {name!r}; allowed: {', '.join(COLUMNS)}"
        for name in screen.ladder_columns
        if name not in COLUMNS
    ]
    if not 1 <= screen.fps <= 20:
        found.append(f"screen.fps: {screen.fps}; allowed: 1 to 20")
    found += [
        f"screen.confirm: {name!r}; allowed: {', '.join(confirmable())}"
        for name in screen.confirm
        if name not in confirmable()
    ]
    return found


def confirmable() -> tuple[str, ...]:
    """The names of the actions that may ask first."""
    named = (action.name.partition("(")[0] for action in ACTIONS if action.group is Group.TRADE)
    return tuple(dict.fromkeys(named))
