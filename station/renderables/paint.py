"""A palette mixed into the styles that renderables draw with: made once per theme, looked up by name."""

from functools import lru_cache

import msgspec
from rich.color import Color
from rich.style import Style

from core.vocabulary import Mode
from station.renderables.colour import readable_on
from station.renderables.few_colours import FewColours
from station.renderables.palette import Palette

BAR_STRENGTH = 0.26
"""How much of the side's colour lies behind a quantity."""
BEST_STRENGTH = 0.38
DIM_STRENGTH = 0.62
"""What is left of a colour that says what cannot be trusted now."""
PENDING_STRENGTH = 0.75
HEAD_STRENGTH = 0.9
LIVE_TINT = 0.20
LIVE_FRAME_TINT = 0.60
HALTED_TINT = 0.60


@lru_cache(maxsize=512)
def style(colour: str, background: str, *, bold: bool = False, italic: bool = False) -> Style:
    return Style(
        color=Color.parse(colour),
        bgcolor=Color.parse(background),
        bold=bold or None,
        italic=italic or None,
    )


@lru_cache(maxsize=512)
def mix(over: str, under: str, strength: float) -> str:
    """`over` laid thinly onto `under`: 0 is under, 1 is over."""
    top = [int(over[at : at + 2], 16) for at in (1, 3, 5)]
    below = [int(under[at : at + 2], 16) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(a * strength + b * (1 - strength)):02x}" for a, b in zip(top, below, strict=True))


class Paint:
    """Styles over the pane's background; `surface_…` over headings. `dimmed` is for what cannot be trusted now."""

    def __init__(self, palette: Palette, *, dimmed: bool = False) -> None:
        self.palette = palette
        self.is_blunt = isinstance(palette, FewColours)
        """Colours cannot be mixed here."""
        ground = palette.background
        faded = palette.faint if self.is_blunt else None
        fade = (lambda colour: faded or mix(colour, ground, DIM_STRENGTH)) if dimmed else (lambda colour: colour)
        self.text = style(fade(palette.foreground), ground)
        self.strong = style(fade(palette.strong), ground, bold=True)
        self.muted = style(fade(palette.muted), ground)
        self.faint = style(fade(palette.faint), ground)
        self.accent = style(fade(palette.accent), ground)
        self.up = style(fade(palette.up), ground)
        self.down = style(fade(palette.down), ground)
        self.bid = style(fade(palette.bid), ground)
        self.ask = style(fade(palette.ask), ground)
        self.own = style(fade(palette.own), ground, bold=True)
        self.own_held = style(fade(palette.own), ground)
        self.own_pending = style(mix(palette.own, ground, PENDING_STRENGTH), ground, italic=True)
        self.position = style(fade(palette.position), ground, bold=True)
        self.stale = style(palette.stale, ground)
        self.stale_bold = style(palette.stale, ground, bold=True)
        self.warning = style(palette.warn, ground)
        self.warning_bold = style(palette.warn, ground, bold=True)
        self.halted = style(palette.halted, ground, bold=True)
        self.halted_block = style(readable_on(palette.halted), palette.halted, bold=True)
        self.warning_block = style(readable_on(palette.warn), palette.warn, bold=True)
        self.accent_block = style(readable_on(palette.accent), palette.accent, bold=True)
        self.quiet_block = style(palette.muted, mix(palette.faint, ground, 0.55))
        self.modes = {
            mode: style(readable_on(colour), colour, bold=True)
            for mode, colour in ((Mode.SIM, palette.sim), (Mode.PAPER, palette.paper), (Mode.LIVE, palette.live))
        }
        self.groups = {
            letter: style(readable_on(colour), colour, bold=True)
            for letter, colour in (("A", palette.paper), ("B", palette.sim), ("C", palette.position))
        }
        self.border = style(palette.border, ground)
        self.border_focused = style(palette.accent, ground)
        self.border_armed = style(palette.warn, ground)
        self.title = style(palette.muted, ground, bold=True)
        self.title_focused = style(palette.accent, ground, bold=True)
        self.head = style(mix(palette.muted, ground, HEAD_STRENGTH), ground)
        # The status line and the footer stand on the surface colour.
        surface = palette.surface
        self.surface = style(palette.foreground, surface)
        self.surface_strong = style(palette.strong, surface, bold=True)
        self.surface_muted = style(palette.muted, surface)
        self.surface_faint = style(palette.faint, surface)
        self.surface_key = style(palette.accent, surface, bold=True)
        self.surface_up = style(palette.up, surface)
        self.surface_down = style(palette.down, surface)
        self.surface_stale = style(palette.stale, surface, bold=True)
        self.surface_halted = style(palette.halted, surface, bold=True)
        self.surface_warning = style(palette.warn, surface)
        self.fade = fade

    def behind(self, colour: str, background: str, *, bold: bool = False) -> Style:
        """A colour of the palette, faded if this paint fades, over any background."""
        if self.is_blunt and background not in (self.palette.background, self.palette.surface):
            return style(readable_on(background), background, bold=bold)
        return style(self.fade(colour), background, bold=bold)

    def bar(self, colour: str, *, is_best: bool, on: str) -> str:
        """The background of a depth bar."""
        return self.tint(colour, BEST_STRENGTH if is_best else BAR_STRENGTH, on=on)

    def tint(self, colour: str, strength: float, *, on: str) -> str:
        """A colour laid thinly onto a ground; where colours cannot be mixed, the colour itself."""
        return colour if self.is_blunt else mix(self.fade(colour), on, strength)

    def sign(self, value: float) -> Style:
        """Up, down or neither."""
        return self.up if value > 0 else self.down if value < 0 else self.muted

    def selected(self, chosen: Style) -> Style:
        """The same over the cursor's background; where colours are few, in the one that can be read on it."""
        cursor = self.palette.cursor
        return style(readable_on(cursor), cursor, bold=True) if self.is_blunt else selected(chosen, cursor)


@lru_cache(maxsize=256)
def selected(chosen: Style, background: str) -> Style:
    return chosen + Style(bgcolor=Color.parse(background))


@lru_cache(maxsize=64)
def paint_of(palette: Palette, *, dimmed: bool = False) -> Paint:
    return Paint(palette, dimmed=dimmed)


@lru_cache(maxsize=64)
def paint_for(palette: Palette, *, mode: Mode, is_halted: bool) -> Paint:
    """Real money colours the whole status line and every frame; a halted desk colours the frames its own way."""
    surface, border = palette.surface, palette.border
    if isinstance(palette, FewColours):
        border = palette.halted if is_halted else palette.live if mode is Mode.LIVE else border
        return paint_of(msgspec.structs.replace(palette, border=border))
    if mode is Mode.LIVE:
        surface = mix(palette.live, surface, LIVE_TINT)
        border = mix(palette.live, palette.background, LIVE_FRAME_TINT)
    if is_halted:
        border = mix(palette.halted, palette.background, HALTED_TINT)
    return paint_of(msgspec.structs.replace(palette, surface=surface, border=border))
