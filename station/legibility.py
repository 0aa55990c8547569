"""What of a theme could not be read, or not be told apart? Sentences; none for a theme that is well made.

    4.5     text: WCAG 2.2, 1.4.3. Every role that words and figures are written in, on the background and on the
            surface of the lines at the edges; figures on the cursor's row and over depth bars; words on blocks
    3       text where its ground is tinted because the desk is LIVE, and coloured or dimmed text on the cursor's row:
            what it says stands there in letters or a sign too, and the state that tints it is meant to be seen
    1.3     ornament: borders, rules, empty tracks. WCAG asks nothing of what says nothing
    10      CIEDE2000 between what must not be taken for each other, for four kinds of eyes. Below it, signs and letters
            still tell, but slowly. The theme `colour-blind` keeps 30 between the sides

Nothing is said by colour alone, whatever the theme.
"""

from collections.abc import Iterator

from station.renderables.colour import EYES, as_seen, contrast, difference, readable_on
from station.renderables.paint import BAR_STRENGTH, BEST_STRENGTH, DIM_STRENGTH, HEAD_STRENGTH, LIVE_TINT, mix
from station.renderables.palette import Palette

TEXT = (
    "foreground", "strong", "muted", "accent", "bid", "ask", "up", "down", "own", "warn", "stale", "halted", "position",
)  # fmt: skip
ON_SURFACE = ("foreground", "strong", "muted", "accent", "up", "down", "warn", "stale", "halted")
ON_CURSOR = ("foreground", "strong", "own")
BLOCKS = ("sim", "paper", "live", "halted", "warn", "accent")
ORNAMENT = ("faint", "border")
APART = (("bid", "ask"), ("up", "down"), ("own", "bid"), ("sim", "live"), ("paper", "live"))
NORMAL = "every eye"

LEAST_TEXT, LEAST_TINTED, LEAST_ORNAMENT = 4.5, 3.0, 1.3
LEAST_DIFFERENCE = 10.0


def weaknesses(palette: Palette) -> list[str]:
    """Each names the key, what was found, and what is wanted."""
    return [*_too_pale(palette), *_too_alike(palette)]


def _too_pale(palette: Palette) -> Iterator[str]:
    ground, surface, cursor = palette.background, palette.surface, palette.cursor
    tinted = mix(palette.live, surface, LIVE_TINT)
    for key in TEXT:
        colour = getattr(palette, key)
        yield from _below(key, colour, "background", ground, LEAST_TEXT)
        yield from _below(key, colour, "cursor", cursor, LEAST_TEXT if key in ON_CURSOR else LEAST_TINTED)
    for key in ON_SURFACE:
        yield from _below(key, getattr(palette, key), "surface", surface, LEAST_TEXT)
        yield from _below(key, getattr(palette, key), "surface, tinted by live,", tinted, LEAST_TINTED)
    yield from _below(
        "muted, as in headings,", mix(palette.muted, ground, HEAD_STRENGTH), "background", ground, LEAST_TEXT
    )
    for key in ON_CURSOR:
        dimmed = mix(getattr(palette, key), ground, DIM_STRENGTH)
        yield from _below(f"{key}, dimmed,", dimmed, "background", ground, LEAST_TINTED)
    for side in ("bid", "ask"):
        bar, best = (mix(getattr(palette, side), ground, strength) for strength in (BAR_STRENGTH, BEST_STRENGTH))
        yield from _below("foreground", palette.foreground, f"bar of {side}", bar, LEAST_TEXT)
        yield from _below("strong", palette.strong, f"bar of the best {side}", best, LEAST_TEXT)
    for key in BLOCKS:
        block = getattr(palette, key)
        yield from _below("black or white", readable_on(block), key, block, LEAST_TEXT)
    for key in ORNAMENT:
        yield from _below(key, getattr(palette, key), "background", ground, LEAST_ORNAMENT)


def _below(key: str, colour: str, on: str, ground: str, least: float) -> Iterator[str]:
    found = contrast(colour, ground)
    if found < least:
        yield f"{key} on {on}: contrast {found:.1f}; wanted: {least:g} or more"


def _too_alike(palette: Palette) -> Iterator[str]:
    for one, other in APART:
        for eye in (NORMAL, *EYES):
            found = seen_apart(getattr(palette, one), getattr(palette, other), eye)
            if found < LEAST_DIFFERENCE:
                yield f"{one} and {other} look alike under {eye}: {found:.0f}; wanted: {LEAST_DIFFERENCE:g} or more"


def seen_apart(one: str, other: str, eye: str) -> float:
    """How different two colours are to an eye of EYES, or to NORMAL."""
    return difference(as_seen(one, eye), as_seen(other, eye))
