"""The best bid and offer of each asset over all venues: which venue, how far apart, and in colour where they cross."""

from collections.abc import Sequence

from rich.style import Style

from station.renderables.paint import Paint
from station.renderables.row import Row, fill, left, right
from station.views.consolidated import Best, Consolidated
from station.views.numbers import DASH

Column = tuple[str, int]
ALWAYS: tuple[Column, ...] = (("bid at", 7), ("ask at", 7), ("bps", 7))
WIDER: tuple[tuple[Column, ...], ...] = ((("bid", 10), ("ask", 10)), (("live", 5),))
"""Added while they fit."""
WORDS = ("asset", "bid at", "ask at")
"""Written from the left."""
NAME_WIDTHS = (8, 20)
"""The longest name has room, within these."""


def quotes_rows(assets: Sequence[Consolidated], *, paint: Paint, width: int, height: int) -> list[Row]:
    """A heading, then one asset a line."""
    least, most = NAME_WIDTHS
    columns = _columns(width, min(most, max((len(asset.name) for asset in assets), default=least)))
    head = [(f" {''.join(f'{_written(name, name, size)} ' for name, size in columns)}", paint.head)]
    lines = [
        [(f" {_written(name, _cell(name, asset), size)}", _style(name, asset, paint)) for name, size in columns]
        for asset in assets[: height - 1]
    ]
    return [fill(line, width, paint.text) for line in (head, *lines)]


def _columns(width: int, name_width: int) -> list[Column]:
    """What is left over makes room for long names of venues."""
    columns = [("asset", max(NAME_WIDTHS[0], name_width)), *ALWAYS]
    used = sum(size + 1 for _, size in columns)
    for together in WIDER:
        wanted = sum(size + 1 for _, size in together)
        if used + wanted > width:
            break
        columns += together
        used += wanted
    spare = min(8, max(0, width - used) // len(WORDS))
    return [(name, size + (spare if name in WORDS else 0)) for name, size in columns]


def _cell(name: str, asset: Consolidated) -> str:
    match name:
        case "asset":
            return asset.name
        case "bid at":
            return _venue(asset.bid)
        case "ask at":
            return _venue(asset.ask)
        case "bid":
            return _price(asset.bid)
        case "ask":
            return _price(asset.ask)
        case "bps":
            return DASH if asset.spread_bps is None else _points(asset.spread_bps)
        case _:
            return f"{asset.live}/{asset.listed}"


def _written(name: str, text: str, size: int) -> str:
    return left(text, size) if name in WORDS else right(text, size)


def _points(bps: float) -> str:
    """At most seven characters while it is below ten thousand, as a spread is."""
    return f"{bps:.2f}" if abs(bps) < 1_000 else f"{bps:.0f}"


def _venue(best: Best | None) -> str:
    return DASH if best is None else best.instrument.venue


def _price(best: Best | None) -> str:
    return DASH if best is None else best.text


def _style(name: str, asset: Consolidated, paint: Paint) -> Style:
    if asset.bid is None or asset.ask is None:
        return paint.muted
    if asset.cross_bps > 0 and name in ("asset", "bps"):
        return paint.warning_bold
    by_name = {"asset": paint.text, "bps": paint.text, "live": paint.muted}
    return by_name.get(name, paint.bid if name.startswith("bid") else paint.ask)
