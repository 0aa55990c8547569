"""A theme on a terminal of sixteen colours, or of none: roles get colours of their own, not the nearest ones.

The nearest of sixteen to a soft green and to a soft grey may be the same. So each role is given one of the sixteen by
name, and nothing is mixed. Without colours a role is bold or reversed: the bright backgrounds below become reversed,
which says block, bar and cursor; what else a colour says is said beside it by a word or a sign everywhere.
"""

import msgspec

from station.renderables.palette import Palette

BLACK, RED, GREEN, BROWN, BLUE, MAGENTA, CYAN, GREY = (
    "#000000", "#aa0000", "#00aa00", "#aa5500", "#0000aa", "#aa00aa", "#00aaaa", "#aaaaaa",
)  # fmt: skip
DARK_GREY, BRIGHT_RED, BRIGHT_GREEN, YELLOW, BRIGHT_BLUE, PINK, BRIGHT_CYAN, WHITE = (
    "#555555", "#ff5555", "#55ff55", "#ffff55", "#5555ff", "#ff55ff", "#55ffff", "#ffffff",
)  # fmt: skip


class FewColours(Palette, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Its colours are those that the terminal has: a mixture of two would be a third one."""


_DARK = {
    "background": BLACK, "surface": BLACK, "foreground": GREY, "strong": WHITE, "muted": GREY, "faint": DARK_GREY,
    "border": DARK_GREY, "accent": CYAN, "bid": GREEN, "ask": RED, "up": BRIGHT_GREEN, "down": BRIGHT_RED,
    "stale": BROWN, "halted": PINK, "warn": YELLOW, "own": BRIGHT_CYAN, "position": MAGENTA, "cursor": BLUE,
    "sim": BLUE, "paper": MAGENTA, "live": RED,
}  # fmt: skip
_LIGHT = {
    **_DARK,
    "background": WHITE, "surface": WHITE, "foreground": BLACK, "strong": BLACK, "muted": DARK_GREY, "faint": GREY,
    "border": GREY, "accent": CYAN, "up": GREEN, "down": RED, "halted": MAGENTA, "warn": BROWN, "stale": DARK_GREY,
    "own": BLUE, "position": MAGENTA, "cursor": BRIGHT_CYAN,
}  # fmt: skip
_NONE = {
    **dict.fromkeys(_DARK, GREY),
    "background": BLACK, "surface": BLACK, "foreground": GREY, "strong": WHITE, "muted": GREY, "faint": DARK_GREY,
    "border": DARK_GREY, "cursor": WHITE, "halted": WHITE, "warn": WHITE, "live": WHITE,
}  # fmt: skip


def in_sixteen(palette: Palette) -> FewColours:
    roles = _DARK if palette.is_dark else _LIGHT
    return FewColours(name=palette.name, title=palette.title, is_dark=palette.is_dark, **_known(palette, roles))


def in_none(palette: Palette) -> FewColours:
    return FewColours(name=palette.name, title=palette.title, is_dark=True, **_known(palette, _NONE))


def _known(palette: Palette, roles: dict[str, str]) -> dict[str, str]:
    """A role without a colour here is written in that of plain text."""
    named = [field for field in msgspec.structs.asdict(palette) if field not in ("name", "title", "is_dark")]
    return {role: roles.get(role, roles["foreground"]) for role in named}
