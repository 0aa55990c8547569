"""Which colours are there? One TOML file per theme, in the package `themes` and in the user's theme folder.

A theme names colours by meaning. What it leaves out is taken from the default theme, so that a theme of the user's own
can be three lines long. Every mistake of a file is reported at once.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from core.errors import ConfigError
from station.renderables.palette import Palette
from station.screen_config import ScreenConfig
from station.toml_file import config_error

if TYPE_CHECKING:
    from textual.theme import Theme

DEFAULT_THEME = ScreenConfig().theme
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_KEYS = tuple(Palette.__struct_fields__)


@cache
def built_in_themes() -> dict[str, Palette]:
    """All that come with the station, the default first."""
    found = {}
    for file in sorted(resources.files("themes").iterdir(), key=lambda file: file.name):
        name = file.name.removesuffix(".toml")
        if name != file.name:
            found[name] = read_palette(file.read_text(encoding="utf-8"), name=name, file=file.name, base=None)
    return {DEFAULT_THEME: found.pop(DEFAULT_THEME), **found}


class Themes(NamedTuple):
    palettes: dict[str, Palette]
    """By name, the default first"""
    faults: list[ConfigError]
    """Of the user's files that could not be read, each with every mistake in it"""


def read_themes(folder: Path, before: Mapping[str, Palette] | None = None) -> Themes:
    """The built-in ones and those of a folder; the user's wins over a built-in of the same name.

    In the place of a file with mistakes stays what `before` has by that name.
    """
    palettes, faults = dict(built_in_themes()), []
    for path in sorted(folder.glob("*.toml")):
        try:
            palettes[path.stem] = read_theme_file(path)
        except ConfigError as error:
            faults.append(error)
            if before is not None and path.stem in before:
                palettes[path.stem] = before[path.stem]
    return Themes(palettes, faults)


def read_theme_file(path: Path) -> Palette:
    """One of the user's. Raises ConfigError with every mistake in it."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(file=str(path), mistakes=[f"the file cannot be read: {error}"]) from error
    try:
        return read_palette(text, name=path.stem, file=str(path), base=built_in_themes()[DEFAULT_THEME])
    except ConfigError as error:
        raise config_error(path, error.mistakes) from error


def read_palette(text: str, *, name: str, file: str, base: Palette | None) -> Palette:
    """A theme file. Raises ConfigError with every mistake in it."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(file=file, mistakes=[f"not TOML: {error}"]) from error
    mistakes = [f"{key}: no such colour; there are {', '.join(_KEYS)}" for key in given if key not in _KEYS]
    for key, value in given.items():
        if key == "is_dark":
            if not isinstance(value, bool):
                mistakes.append(f"is_dark: true or false, not {value!r}")
        elif key == "title":
            if not isinstance(value, str):
                mistakes.append(f"title: a text, not {value!r}")
        elif key in _KEYS and not (isinstance(value, str) and _COLOUR.fullmatch(value)):
            mistakes.append(f'{key}: a colour as "#rrggbb", not {value!r}')
    if base is None:
        mistakes += [f"{key}: missing" for key in _KEYS if key not in given and key != "name"]
    if mistakes:
        raise ConfigError(file=file, mistakes=mistakes)
    fallback = {} if base is None else msgspec.structs.asdict(base)
    return Palette(**{**fallback, "title": name, **given, "name": name})


def no_such_theme(name: str, palettes: Mapping[str, Palette]) -> ConfigError:
    """Of the key `theme` in the section of the screen."""
    return ConfigError(file="station.toml", mistakes=[f"screen.theme: {name!r}; allowed: {', '.join(palettes)}"])


def textual_theme(palette: Palette) -> "Theme":
    """The same colours for what Textual draws itself: dialogs, inputs, toasts."""
    from textual.theme import Theme  # here: commands look at themes too, and need no screen

    return Theme(
        name=palette.name,
        primary=palette.accent,
        secondary=palette.position,
        warning=palette.warn,
        error=palette.halted,
        success=palette.up,
        accent=palette.accent,
        foreground=palette.foreground,
        background=palette.background,
        surface=palette.surface,
        panel=palette.surface,
        dark=palette.is_dark,
        variables={
            "border": palette.accent,
            "border-blurred": palette.border,
            "text-muted": palette.muted,
            "station-strong": palette.strong,
            "station-faint": palette.faint,
            "station-border": palette.border,
            "station-halted": palette.halted,
            "station-own": palette.own,
        },
    )
