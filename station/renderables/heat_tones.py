"""The colours of a heat map: out of the theme's own, from nothing to much, in as many steps as can be shown."""

from functools import lru_cache

from rich.style import Style

from station.renderables.paint import Paint, mix, style
from station.renderables.palette import Palette
from station.renderables.plot import Shading
from station.renderables.ramp import lab_of, nearest_of_256, ramp

LEVELS, COLD = 22, 15
COLDEST = 0.80
"""How much of the accent is in the last of the cold colours"""
WARMTH, GLOW = 0.75, 0.50
APART = 0.02
"""In Oklab's lightness: less, and a stop of the hot colours is left out"""
BOUGHT, SOLD = ("˙", "▴", "▲", "▲"), (".", "▾", "▼", "▼")
PLAIN_BOUGHT, PLAIN_SOLD = ("'", "^", "^", "A"), (".", "v", "v", "V")


class Tones:
    """The colours of one theme: what a pixel of a level looks like, and two of them over each other."""

    def __init__(self, paint: Paint, shading: Shading) -> None:
        palette = paint.palette
        self.paint, self.shading = paint, shading
        self.ground, self.bid, self.ask = palette.background, palette.bid, palette.ask
        self.levels = LEVELS if shading.pixels == 2 else len(shading.value) - 1
        self.cold = self.levels * COLD // LEVELS
        self.colours = heat_colours(paint, shading)
        self.up, self.down = paint.fade(palette.up), paint.fade(palette.down)
        self.bought, self.sold = (PLAIN_BOUGHT, PLAIN_SOLD) if shading is Shading.LETTERS else (BOUGHT, SOLD)


@lru_cache(maxsize=16)
def tones_of(paint: Paint, shading: Shading) -> Tones:
    return Tones(paint, shading)


def legend(paint: Paint, shading: Shading) -> list[tuple[str, Style]]:
    """From little to much, eight cells wide or as many as there are densities."""
    if shading.pixels == 1:
        return [(shading.value[1:], paint.text)]
    colours = heat_colours(paint, shading)
    chosen = [colours[1 + at * (LEVELS - 1) // 7] for at in range(8)]
    return [(" ", style(colour, colour)) for colour in chosen]


def heat_colours(paint: Paint, shading: Shading = Shading.HALVES) -> tuple[str, ...]:
    """Nothing, then level 1 … LEVELS: cold up to COLD, then hot at once, so that a wall stands out. Colours between the
    accent and what warns are greys: none is used."""
    palette = paint.palette
    dark, hue = palette.background, palette.accent
    cold = ramp((dark, mix(hue, dark, 0.22), mix(hue, dark, 0.50), mix(hue, dark, COLDEST)), COLD + 1)
    hot = ramp(_hot(palette), LEVELS - COLD)
    colours = tuple(paint.fade(colour) for colour in (*cold, *hot))
    return tuple(map(nearest_of_256, colours)) if shading is Shading.COARSE else colours


def _hot(palette: Palette) -> tuple[str, ...]:
    """From what warns with some of the ask's red in it to the strongest of the theme, ever farther from the ground."""

    def away(colour: str) -> float:
        return abs(lab_of(colour)[0] - lab_of(palette.background)[0])

    stops = [mix(palette.warn, palette.ask, WARMTH)]
    for colour in (palette.warn, mix(palette.strong, palette.warn, GLOW)):
        if away(colour) > away(stops[-1]) + APART:
            stops.append(colour)
    return tuple(stops) if len(stops) > 1 else (stops[0], palette.strong)
