"""The colours of a theme by what they mean, as "#rrggbb"."""

import msgspec


class Palette(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    title: str
    is_dark: bool

    background: str
    surface: str
    """Of headings and of the footer"""
    foreground: str
    strong: str
    muted: str
    """Labels"""
    faint: str
    """Ornament: rules, empty tracks. No word and no figure is written in it"""
    border: str
    accent: str
    """The pane that has the keys"""

    bid: str
    ask: str
    up: str
    down: str
    own: str
    """Our orders"""
    warn: str
    stale: str
    halted: str
    live: str
    """Real money"""

    position: str
    """Our average price"""
    cursor: str
    """Behind the row that the next order goes to"""

    sim: str
    paper: str
