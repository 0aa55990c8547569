"""Which colours are there? One TOML file per theme, in the package `themes` and in the user's theme folder.

A theme names colours by meaning. What it leaves out is taken from the default theme, so that a theme of the user's own
can be three lines long. Every mistake of a file is reported at once.
"""

import re
import tomllib
from functools import cache
from importlib import resources
from pathlib import Path

import msgspec
from textual.theme import Theme

from core.errors import ConfigError
from station.renderables.palette import Palette
from station.screen_config import ScreenConfig

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


def themes(folder: Path | None = None) -> dict[str, Palette]:
    """The built-in ones and those of a folder; the user's wins over a built-in of the same name."""
    found = dict(built_in_themes())
    if folder is not None and folder.is_dir():
        for path in sorted(folder.glob("*.toml")):
            text = path.read_text(encoding="utf-8")
            found[path.stem] = read_palette(text, name=path.stem, file=str(path), base=found[DEFAULT_THEME])
    return found


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


def textual_theme(palette: Palette) -> Theme:
    """The same colours for what Textual draws itself: dialogs, inputs, toasts."""
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
