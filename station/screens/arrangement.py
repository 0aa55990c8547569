"""Where does every pane stand? A pure function of the terminal's size.

    80 × 24     ladder │ positions, orders, and one more pane by its key
    120 × 36    watchlist, latency │ ladder │ time and sales, signals, positions, orders
    200 × 50    watchlist, latency, desk │ ladder │ the same name at another venue │ trades │ signals, positions, orders

The status line is on top; the hint and the key line are below.
"""

from textual.geometry import Region

from station.screens.catalogue import PANES
from station.widgets.ladder import LadderBeside

LEAST = (80, 24)
MEDIUM = (120, 36)
LARGE = (200, 50)
ALWAYS = ("ladder", "positions", "orders")
SECOND_LADDER = LadderBeside.NAME
BY_KEY_ONLY = ("health", "quotes", "risk")
"""In the place of the latency pane, by their keys; at LARGE the desk's has a place of its own."""
LINES_ABOVE = 1
LINES_BELOW = 2
EXTRA_HEIGHTS = {kind.NAME: kind.LEAST_HEIGHT for kind in PANES if kind.NAME not in ALWAYS}

Weighted = tuple[str, int, int]
"""Pane, least height, share of what is left"""


def arrange(width: int, height: int, *, extra: str | None = None, zoomed: str | None = None) -> dict[str, Region]:
    """Regions of the panes that are in sight. Empty when the terminal is too small."""
    if width < LEAST[0] or height < LEAST[1]:
        return {}
    body = Region(0, LINES_ABOVE, width, height - LINES_ABOVE - LINES_BELOW)
    if zoomed is not None:
        return {zoomed: body}
    if width >= LARGE[0] and height >= LARGE[1]:
        return _large(body, extra)
    if width >= MEDIUM[0] and height >= MEDIUM[1]:
        return _medium(body, extra)
    return _small(body, extra)


def all_in_sight(width: int, height: int) -> bool:
    """Every pane has its place, but those that come by their key only."""
    return width >= MEDIUM[0] and height >= MEDIUM[1]


def _small(body: Region, extra: str | None) -> dict[str, Region]:
    ladder_width = min(60, max(42, body.width * 11 // 20))
    column = Region(ladder_width, body.y, body.width - ladder_width, body.height)
    if extra in EXTRA_HEIGHTS:
        stack: list[Weighted] = [(extra, EXTRA_HEIGHTS[extra], 1), ("positions", 3, 1), ("orders", 4, 2)]
    else:
        stack = [("positions", 5, 1), ("orders", 5, 1)]
    return {"ladder": Region(0, body.y, ladder_width, body.height), **_stacked(column, stack)}


def _medium(body: Region, extra: str | None) -> dict[str, Region]:
    left_width = 46 + (body.width - 120) * 3 // 10
    right_width = 34 + (body.width - 120) * 3 // 10
    left = Region(0, body.y, left_width, body.height)
    middle = Region(left_width, body.y, body.width - left_width - right_width, body.height)
    right = Region(middle.right, body.y, right_width, body.height)
    below = extra if extra in BY_KEY_ONLY else "latency"
    return {
        "ladder": middle,
        **_stacked(left, [("watch", 15, 1), (below, 14, 0)], most={"watch": 19}),
        **_stacked(
            right,
            [("trades", 10, 4), ("signals", 9, 4), ("positions", 6, 1), ("orders", 7, 2)],
            most={"signals": 12},
        ),
    }


def _large(body: Region, extra: str | None) -> dict[str, Region]:
    left_width = 70 + max(0, body.width - 260) // 3
    right_width = 48 + max(0, body.width - 250) // 4
    trades_width = 36
    ladders_width = body.width - left_width - right_width - trades_width
    left = Region(0, body.y, left_width, body.height)
    right = Region(body.width - right_width, body.y, right_width, body.height)
    below = extra if extra in ("quotes", "risk") else "latency"
    trades = Region(right.x - trades_width, body.y, trades_width, body.height)
    if ladders_width >= 84:
        first = Region(left.right, body.y, ladders_width - ladders_width // 2, body.height)
        second = Region(first.right, body.y, ladders_width // 2, body.height)
        ladders = {"ladder": first, SECOND_LADDER: second}
    else:
        ladders = {"ladder": Region(left.right, body.y, ladders_width, body.height)}
    return {
        **ladders,
        "trades": trades,
        **_stacked(left, [("watch", 19, 0), (below, 14, 3), ("health", 12, 1)], most={"latency": 38}),
        **_stacked(right, [("signals", 12, 0), ("positions", 8, 2), ("orders", 8, 3)]),
    }


def _stacked(column: Region, panes: list[Weighted], most: dict[str, int] | None = None) -> dict[str, Region]:
    """Panes over each other: each gets its least height, what is left is shared by weight; the last takes the rest."""
    limits = most or {}
    left_over = max(0, column.height - sum(least for _, least, _ in panes))
    weights = sum(weight for _, _, weight in panes)
    heights = [least + left_over * weight // max(1, weights) for _, least, weight in panes]
    heights = [min(height, limits.get(pane, height)) for height, (pane, _, _) in zip(heights, panes, strict=True)]
    heights[-1] += column.height - sum(heights)
    placed: dict[str, Region] = {}
    y = column.y
    for height, (pane, _, _) in zip(heights, panes, strict=True):
        placed[pane] = Region(column.x, y, column.width, height)
        y += height
    return placed
