"""Where does every pane stand? A pure function of the layout's tree and the terminal's size.

The status line is on top; the hint and the key line are below. Between them every cell belongs to one pane. Where a
split has no room for all its parts, the one of the least worth is left out, of equals the last, until the rest have
what they need.
"""

from collections.abc import Mapping, Sequence

import msgspec
from textual.geometry import Region

from station.screens.catalogue import PANES
from station.screens.layout import ANY_PANE, Layout, Node, least_along, leaves, with_pane, worth_of
from station.widgets.ladder import Ladder
from station.widgets.look import LADDERS

LEAST = (80, 24)
LINES_ABOVE = 1
LINES_BELOW = 2
LEASTS = {kind.NAME: (kind.LEAST_WIDTH, kind.LEAST_HEIGHT) for kind in PANES} | dict.fromkeys(
    LADDERS, (Ladder.LEAST_WIDTH, Ladder.LEAST_HEIGHT)
)
"""Width and height that a pane needs, by its name"""


def arrange(
    layout: Layout, width: int, height: int, *, extra: str | None = None, zoomed: str | None = None
) -> dict[str, Region]:
    """Regions of the panes that are in sight. Empty when the terminal is too small.

    `extra` has a place whatever the layout says: it was asked for by its key.
    """
    if width < LEAST[0] or height < LEAST[1]:
        return {}
    body = Region(0, LINES_ABOVE, width, height - LINES_ABOVE - LINES_BELOW)
    if zoomed is not None:
        return {zoomed: body}
    tree = layout.sized(width, height).tree
    if extra is not None:
        tree = with_pane(tree, extra)
    known = _known(tree)
    return {} if known is None else _placed(known, body)


def _known(node: Node) -> Node | None:
    """The tree without places that nobody fills: an empty one, or that of a pane that there is not."""
    if node.pane is not None:
        return node if node.pane in LEASTS and node.pane != ANY_PANE else None
    parts = tuple(part for part in map(_known, node.parts) if part is not None)
    if not parts:
        return None
    return msgspec.structs.replace(node, **{node.axis: parts})


def _placed(node: Node, region: Region) -> dict[str, Region]:
    if node.pane is not None:
        return {node.pane: region}
    extent = region.width if node.axis == "columns" else region.height
    parts = list(node.parts)
    while len(parts) > 1 and sum(_needs(part, node) for part in parts) > extent:
        parts.remove(min(reversed(parts), key=worth_of))
    sizes = shared(extent, [(_needs(part, node), part.most, part.share) for part in parts])
    placed: dict[str, Region] = {}
    at = 0
    for part, cells in zip(parts, sizes, strict=True):
        if node.axis == "columns":
            placed |= _placed(part, Region(region.x + at, region.y, cells, region.height))
        else:
            placed |= _placed(part, Region(region.x, region.y + at, region.width, cells))
        at += cells
    return placed


def _needs(part: Node, split: Node) -> int:
    return least_along(part, split.axis, LEASTS)


def shared(extent: int, parts: Sequence[tuple[int, int, int]]) -> list[int]:
    """Cells of each part (least, most, share) along a split: together exactly `extent`.

    Each has its least; the rest goes by share, up to each one's most. What nobody may have, the last takes.
    """
    sizes = [least for least, _, _ in parts]
    left = extent - sum(sizes)
    while left > 0:
        open_ones = [at for at, (_, most, share) in enumerate(parts) if share > 0 and (not most or sizes[at] < most)]
        if not open_ones:
            break
        total = sum(parts[at][2] for at in open_ones)
        given = 0
        for at in open_ones:
            # What rounding leaves over goes one by one, from the first on.
            wanted = max(left * parts[at][2] // total, 1)
            room = parts[at][1] - sizes[at] if parts[at][1] else wanted
            cells = min(wanted, room, left - given)
            sizes[at] += cells
            given += cells
        left -= given
    sizes[-1] += left
    return sizes


def unknown_panes(layout: Layout, known: Mapping[str, object]) -> list[str]:
    """Names in a layout of panes that there are not."""
    named = (leaf.pane for one in layout.size for leaf in leaves(one.tree) if leaf.pane)
    return sorted({name for name in named if name not in known})
