"""The colours of a heat map: out of the theme's own, from nothing to much, in as many steps as can be shown."""

from functools import lru_cache

from rich.style import Style

from station.renderables.paint import Paint, mix, style
from station.renderables.palette import Palette
from station.renderables.plot import Shading
from station.renderables.ramp import lab_of, nearest_of_256, ramp

LEVELS = 22
APART = 0.06
"""In Oklab's lightness"""
BOUGHT, SOLD = ("˙", "▴", "▲"), (".", "▾", "▼")
PLAIN_BOUGHT, PLAIN_SOLD = ("'", "^", "^"), (".", "v", "v")


class Tones:
    """The colours of one theme: what a pixel of a level looks like, and two of them over each other."""

    def __init__(self, paint: Paint, shading: Shading) -> None:
        palette = paint.palette
        self.paint, self.shading = paint, shading
        self.ground, self.bid, self.ask = palette.background, palette.bid, palette.ask
        self.levels = LEVELS if shading.pixels == 2 else len(shading.value) - 1
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
    """Nothing, then level 1 … LEVELS: most sizes stay near the background, so that a wall stands out."""
    palette = paint.palette
    dark, hue = palette.background, palette.accent
    stops = (dark, mix(hue, dark, 0.22), mix(hue, dark, 0.50), mix(hue, dark, 0.92), _brightest(palette))
    colours = tuple(paint.fade(colour) for colour in ramp(stops, LEVELS + 1))
    return tuple(map(nearest_of_256, colours)) if shading is Shading.COARSE else colours


def _brightest(palette: Palette) -> str:
    """What warns, drawn towards the strongest of the theme until it stands out from the hue."""

    def away(colour: str) -> float:
        return abs(lab_of(colour)[0] - lab_of(palette.background)[0])

    tried = [mix(palette.strong, palette.warn, tenths / 10) for tenths in range(11)]
    return next((one for one in tried if away(one) > away(palette.accent) + APART), palette.strong)
