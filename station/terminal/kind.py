"""What is this terminal able to show? Told by its environment, as terminals do.

NO_COLOR set                                  no colours at all, bold and reversed only
COLORTERM=truecolor or 24bit, TERM=…-direct   all colours, but not on the Linux console
STY set                                       GNU screen, which mangles all colours: 256 where COLORTERM promises them
TERM=…256color…                               256; also what arrives through SSH, which hands on no COLORTERM
anything else                                 the 16 that every terminal has
TERM=linux                                    16, and only the signs of its font (code page 437)
a locale of another charset than UTF-8        only ASCII
"""

from collections.abc import Mapping
from enum import IntEnum

import msgspec


class Colours(IntEnum):
    NONE = 0
    SIXTEEN = 4
    MANY = 8
    """256"""
    ALL = 24


class Glyphs(IntEnum):
    ASCII = 0
    CONSOLE = 1
    """Those of code page 437"""
    UNICODE = 2


class TerminalKind(msgspec.Struct, frozen=True, kw_only=True):
    colours: Colours = Colours.ALL
    glyphs: Glyphs = Glyphs.UNICODE


OF_ALL_COLOURS = ("-direct", "kitty", "alacritty", "wezterm", "ghostty", "foot", "contour")
"""Parts of the names of terminals that know them without saying so in COLORTERM."""


def terminal_kind(environment: Mapping[str, str]) -> TerminalKind:
    return TerminalKind(colours=_colours(environment), glyphs=_glyphs(environment))


def _colours(environment: Mapping[str, str]) -> Colours:
    name = environment.get("TERM", "").lower()
    if environment.get("NO_COLOR") or name == "dumb":
        return Colours.NONE
    if name == "linux":
        return Colours.SIXTEEN
    says_all = environment.get("COLORTERM", "").lower() in ("truecolor", "24bit")
    if is_gnu_screen(environment):
        # It takes 256 colours whatever TERM is there, and finds the nearest when the terminal around it has fewer.
        return Colours.MANY if says_all or "256color" in name else Colours.SIXTEEN
    if says_all or any(part in name for part in OF_ALL_COLOURS):
        return Colours.ALL
    return Colours.MANY if "256color" in name else Colours.SIXTEEN


def is_gnu_screen(environment: Mapping[str, str]) -> bool:
    return bool(environment.get("STY"))


def _glyphs(environment: Mapping[str, str]) -> Glyphs:
    locale = environment.get("LC_ALL") or environment.get("LC_CTYPE") or environment.get("LANG") or ""
    charset = locale.partition(".")[2].partition("@")[0].lower().replace("-", "")
    if charset not in ("", "utf8"):
        return Glyphs.ASCII
    return Glyphs.CONSOLE if environment.get("TERM", "").lower() == "linux" else Glyphs.UNICODE
