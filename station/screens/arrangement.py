"""Where does every pane stand? A pure function of the terminal's size.

    80 × 24     ladder │ positions, orders, and one more pane by its key
    120 × 36    watchlist, latency │ ladder │ time and sales, signals, positions, orders
    200 × 50    watchlist, latency, desk │ ladder │ time and sales │ signals, positions, orders

The status line is on top; the hint and the key line are below.
"""

from textual.geometry import Region

LEAST = (80, 24)
MEDIUM = (120, 36)
LARGE = (200, 50)
ALWAYS = ("ladder", "positions", "orders")
PANES = ("ladder", "watch", "trades", "signals", "positions", "orders", "latency", "health")
LINES_ABOVE = 1
LINES_BELOW = 2

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
        return _large(body)
    if width >= MEDIUM[0] and height >= MEDIUM[1]:
        return _medium(body, extra)
    return _small(body, extra)


def all_in_sight(width: int, height: int) -> bool:
    return width >= MEDIUM[0] and height >= MEDIUM[1]


def _small(body: Region, extra: str | None) -> dict[str, Region]:
    ladder_width = min(60, max(42, body.width * 11 // 20))
    column = Region(ladder_width, body.y, body.width - ladder_width, body.height)
    if extra is None or extra in ALWAYS:
        stack: list[Weighted] = [("positions", 5, 1), ("orders", 5, 1)]
    else:
        stack = [(extra, 9, 3), ("positions", 4, 1), ("orders", 5, 1)]
    return {"ladder": Region(0, body.y, ladder_width, body.height), **_stacked(column, stack)}


def _medium(body: Region, extra: str | None) -> dict[str, Region]:
    left_width = 46 + (body.width - 120) // 3
    right_width = 34 + (body.width - 120) // 3
    middle = Region(left_width, body.y, body.width - left_width - right_width, body.height)
    left = Region(0, body.y, left_width, body.height)
    right = Region(middle.right, body.y, right_width, body.height)
    below = "health" if extra == "health" else "latency"
    return {
        "ladder": middle,
        **_stacked(left, [("watch", 15, 1), (below, 15, 2)], most={"watch": 19}),
        **_stacked(right, [("trades", 9, 3), ("signals", 9, 1), ("positions", 6, 1), ("orders", 6, 2)],
                   most={"signals": 13}),
    }  # fmt: skip


def _large(body: Region) -> dict[str, Region]:
    left_width = 74 + max(0, body.width - 230) // 2
    right_width = 70 + max(0, body.width - 240) // 4
    trades_width = max(34, min(46, body.width // 6))
    ladder_width = body.width - left_width - right_width - trades_width
    left = Region(0, body.y, left_width, body.height)
    ladder = Region(left.right, body.y, ladder_width, body.height)
    trades = Region(ladder.right, body.y, trades_width, body.height)
    right = Region(trades.right, body.y, right_width, body.height)
    return {
        "ladder": ladder,
        "trades": trades,
        **_stacked(left, [("watch", 19, 0), ("latency", 15, 3), ("health", 9, 1)]),
        **_stacked(right, [("signals", 13, 1), ("positions", 8, 2), ("orders", 8, 3)], most={"signals": 20}),
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
