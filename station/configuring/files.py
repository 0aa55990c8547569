"""Which configuration files are there, what reads each, and what is wrong in them now?

Every file is looked at by the very function that the station reads it with.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from core.errors import ConfigError
from core.risk_limits import RiskLimits
from station import paths
from station.actions import ACTIONS, Context
from station.alert_file import TEMPLATE as ALERTS_TEMPLATE
from station.alert_file import read_alerts
from station.config import RISK_FILE, StationConfig, read_config, read_limits
from station.configuring.change import Read
from station.configuring.template import as_toml, template
from station.errors import BadArgument
from station.key_names import key_text
from station.keymap import base_maps, read_keymap
from station.legibility import weaknesses
from station.screens.layout_files import read_layouts
from station.theme import DEFAULT_THEME, built_in_themes, no_such_theme, read_theme_file, read_themes

LAYOUTS_TEMPLATE = """\
# Layouts of your own. `:layout save NAME` on the screen writes the present one here; this is how one looks.

# [scalp]
# title = "Scalping"
# key = 8
# [[scalp.size]]
# columns = [
#     { pane = "ladder", least = 46 },
#     { rows = [{ pane = "trades" }, { pane = "orders" }] },
# ]
"""


class ConfigFile(NamedTuple):
    name: str
    """As commands call it: `station config edit risk`"""
    path: Path
    read: Read
    beginning: str
    """What `station config init` writes"""


class Examined(NamedTuple):
    path: Path
    mistakes: tuple[str, ...] = ()
    """With line, key, and what is allowed"""
    hints: tuple[str, ...] = ()
    """What works and could be better"""


def config_files() -> tuple[ConfigFile, ...]:
    main = paths.config_file()
    return (
        ConfigFile("station", main, read_alone, station_template()),
        ConfigFile("risk", main.with_name(RISK_FILE), read_limits, risk_template()),
        ConfigFile("keys", paths.keys_file(), read_keymap, keys_template()),
        ConfigFile("alerts", paths.alerts_file(), read_alerts, ALERTS_TEMPLATE),
        ConfigFile("layouts", paths.layouts_file(), read_layouts, LAYOUTS_TEMPLATE),
    )


def file_named(name: str) -> ConfigFile | None:
    """One of config_files, or a theme of the user's own."""
    found = next((one for one in config_files() if name in (one.name, one.path.name)), None)
    if found is None and (paths.theme_folder() / f"{name}.toml").exists():
        return theme_file(name)
    return found


def theme_file(name: str) -> ConfigFile:
    """A theme of the user's own. Raises BadArgument."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", name):
        raise BadArgument(f"a theme's name is 1 to 32 letters, digits, - and _: {name!r}")
    return ConfigFile(name, paths.theme_folder() / f"{name}.toml", read_theme_file, theme_template(name))


def examined() -> Iterator[Examined]:
    """Every file that exists; those without mistakes too."""
    # It brings the compiler along, which the screen must not load.
    from core.portfolio.stress import read_scenarios

    read_by = [*((file.path, file.read) for file in config_files()), (paths.stress_file(), read_scenarios)]
    for path, read in read_by:
        if path.exists():
            yield Examined(path, _mistakes(path, read))
    folder = paths.theme_folder()
    for path in sorted(folder.glob("*.toml")):
        mistakes = _mistakes(path, read_theme_file)
        yield Examined(path, mistakes, () if mistakes else tuple(weaknesses(read_theme_file(path))))


def station_template() -> str:
    title = "The station. Sections are read when a desk starts, [screen] also while a screen is open."
    return template(StationConfig, title, without=("core.risk.",))


def risk_template() -> str:
    title = "Limits of a desk, read when it starts; `station limits set` changes one while it runs. Money is in USD."
    return template(RiskLimits, title)


def keys_template() -> str:
    """Every action in its context with the keys that it has, behind a #."""
    lines = [
        "# Keys. Every action stands here with its usual keys, behind a #: take it away to change them.",
        "# A key map that professionals know, as a base:",
        "",
        f"# base = {as_toml(base_maps()[0])}  # one of: {', '.join(base_maps())}",
    ]
    for context in Context:
        named = [action for action in ACTIONS if action.context is context]
        lines += ["", f"[{context.value}]"] if named else []
        lines += [f"# {one.word} = {as_toml(tuple(spelled(key) for key in one.keys))}  # {one.help}" for one in named]
    return "\n".join(lines) + "\n"


def theme_template(name: str) -> str:
    """Every role with the default theme's colour, behind a #."""
    usual = msgspec.structs.asdict(built_in_themes()[DEFAULT_THEME])
    roles = {key: value for key, value in usual.items() if key not in ("name", "title")}
    lines = [
        f"# Colours of your own. What stays behind a # is that of {DEFAULT_THEME}; an open screen follows this file.",
        f"title = {as_toml(name)}",
        *(f"# {key} = {as_toml(value)}" for key, value in roles.items()),
    ]
    return "\n".join(lines) + "\n"


def spelled(key: str) -> str:
    """As it is typed into the file: < rather than less_than_sign."""
    text = key_text(key)
    return text if len(text) == 1 and text.isascii() else key


def read_alone(path: Path) -> StationConfig:
    """A station.toml without the limits beside it, and whether the theme is there that it names. Raises ConfigError."""
    config = read_config(path, with_limits=False)
    palettes = read_themes(paths.theme_folder()).palettes
    if config.screen.theme not in palettes:
        raise no_such_theme(config.screen.theme, palettes)
    return config


def _mistakes(path: Path, read: Read) -> tuple[str, ...]:
    try:
        read(path)
    except ConfigError as error:
        return tuple(error.mistakes)
    return ()
